"""What somebody may be told. The words are all that a locked screen ever shows: neutral, of nobody (domain 11.34)."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

KINDS = {
    "referral_new": _("Novo encaminhamento"),
    "referral_answered": _("Encaminhamento respondido"),
    "referral_waiting": _("Encaminhamento sem resposta"),
    "referral_revoked": _("Encaminhamento cancelado"),
    "place_released": _("Vaga liberada"),
    "place_clash": _("Uma vaga precisa de você"),
    "vehicle_asked": _("Veículo pedido"),
    "request_sent": _("Uma solicitação para a equipe"),
    "appointment_near": _("Horário marcado para hoje"),
    "appointment_tomorrow": _("Horário marcado para amanhã"),
    "confirm_places": _("Confirme as vagas"),
    "arrival_unsaid": _("Um encaminhamento passou do prazo"),
    # Of flags: words that tell nothing to whoever sees the screen.
    "case_new": _("Há algo novo para ver"),
    "case_waiting": _("Há algo esperando por você"),
    "case_late": _("Um prazo passou"),
    "case_answered": _("Há resposta para você"),
    "case_opened": _("Há uma abertura para rever"),
    "roster_changed": _("Sua escala mudou"),
    "roster_short": _("Falta gente num plantão"),
    # Of teams and requests; BODIES says which, without a person.
    "alert": _("Alerta do plantão"),
    "alert_urgent": _("Alerta urgente do plantão"),
    "trial": _("Os avisos chegam aqui"),
}
# Comes also within quiet hours.
URGENT = frozenset({"request_sent", "referral_new", "referral_waiting", "place_clash", "case_new", "case_waiting", "case_late", "case_answered", "alert_urgent", "trial"})
# How long it is worth telling: a place is held for an hour or two, the rest for a day.
TOLD_WITHIN = {True: timedelta(hours=4), False: timedelta(hours=24)}
# What a push of a kind says besides its name, in the language that is on: (session, municipality, records, worker, now) → one line without
# a person's name or a worker's. Filled by who knows.
BODIES: dict[str, Callable[[Any, int, list[UUID], UUID, datetime], str]] = {}
# Whom of a kind her own quiet hours don't hold back now: who said that she is on duty. (session, municipality, now) → workers.
AWAKE: dict[str, Callable[[Any, int, datetime], Collection[UUID]]] = {}
