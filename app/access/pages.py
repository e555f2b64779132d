"""The frame of every desk page: who is signed in, of which city, where she may go, how it looks.

A page's view calls `desk_page` with its template and what the template needs; times are shown in the
city's own zone by `hour`, `day_and_hour` and `ago`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import render_template, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import csrf_token_of, session_token
from app.access.terms import ROLE_NAMES
from app.core import clock, days
from app.core.ids import new_id
from app.core.models import Municipality

THEME_COOKIE = "vinculo_theme"
THEMES = {"system": _("Automático"), "day": _("Dia"), "night": _("Noite")}
LANGUAGES = {"pt_BR": "Português", "en": "English", "es": "Español"}

# Address, name, icon, the verb that opens it; and, where a wider place holds the same, the verb that opens that one.
_PLACES = (
    ("/mesa/hoje", _("Hoje"), "day", "desk.read_today"),
    ("/mesa/", _("Encaminhamentos"), "door", "referrals.read_inbox"),
    ("/mesa/casa", _("Casa"), "building", "units.read_stays"),
    ("/mesa/chegadas", _("Chegadas"), "enter", "units.note_visit"),
    ("/mesa/solicitacoes", _("Solicitações"), "phone", "outreach_requests.triage"),
    ("/mesa/solicitacoes/nova", _("Nova solicitação"), "phone", "outreach_requests.take_in", "outreach_requests.triage"),
    ("/mesa/veiculos", _("Veículos pedidos"), "send", "referrals.send_vehicle"),
    ("/mesa/conferir", _("Conferir via"), "qr", "referrals.check_slip"),
    ("/mesa/vagas", _("Vagas"), "bed", "units.note_vacancies"),
    ("/mesa/unidade/", _("Minha unidade"), "building", "units.read_suspensions"),
    ("/mesa/pessoas/", _("Pessoas atendidas"), "people", "people.search"),
    ("/mesa/pessoas/parecidas", _("Parecidos"), "people", "people.read_pairs"),
    ("/mesa/casos", _("Casos"), "bell", "protection.read_queue"),
    ("/mesa/casos/coordenacao", _("Casos da coordenação"), "bell", "protection.review"),
    ("/mesa/casos/aberturas", _("Aberturas de casos"), "key", "protection.review"),
    ("/mesa/combinados", _("Combinados"), "clock", "tasks.agree"),
    ("/mesa/pontos", _("Pontos de concentração"), "pin", "territory.keep_points"),
    ("/mesa/roteiros", _("Roteiros"), "map", "shifts.plan_routes"),
    ("/mesa/escala", _("Escala"), "calendar", "shifts.read_roster"),
    ("/painel/plantao", _("Alertas do plantão"), "bell", "alerts.read"),
    ("/painel/", _("Painel"), "map", "coverage.read"),
    ("/painel/operacao", _("Operação"), "thermometer", "operations.read"),
    ("/painel/encaminhamentos", _("Encaminhamentos e vagas"), "bed", "referrals.oversee"),
    ("/painel/alertas", _("Alertas"), "bell", "protection.oversee"),
    ("/painel/combinados", _("Combinados"), "clock", "tasks.oversee", "tasks.agree"),
    ("/painel/unioes", _("Uniões"), "people", "people.undo_merge"),
    ("/painel/aparelhos", _("Aparelhos calados"), "device", "desk.watch_phones"),
    ("/mesa/vias", _("Vias para imprimir"), "printer", "accounts.read_team"),
    ("/mesa/aberturas", _("Aberturas"), "lock", "people.review_openings"),
    ("/mesa/equipe", _("Minha equipe"), "people", "accounts.read_team"),
    ("/mesa/ajustes", _("Ajustes da cidade"), "check", "desk.set_city"),
    ("/admin/", _("Administração"), "people", "accounts.read_workers"),
    ("/app/", _("Aplicativo de campo"), "device", "sync.push"),
)

# Pages that are reached from another place than the one whose address they begin with.
_WITHIN = {
    "/mesa/estadias/": ("/mesa/casa",), "/mesa/entrada": ("/mesa/casa",), "/mesa/folha": ("/mesa/casa",),
    "/mesa/encontros/": ("/painel/", "/mesa/pessoas/"), "/mesa/familias/": ("/mesa/pessoas/",),
}  # fmt: skip

# How many things wait at a place: address → the count for this actor, told beside its name. Filled by who knows.
counts: dict[str, Callable[[Session, Actor], int]] = {}
# Places of some units only: address → whether this actor has one there (a house with beds, a unit of the day).
holds: dict[str, Callable[[Session, Actor], bool]] = {}


@dataclass(frozen=True)
class Banner:
    """What nobody may miss, above every page of whom it concerns. phones: (whose, number) to ring."""

    title: Any
    words: Any
    phones: list[tuple[Any, str]]


# Asked on every page: a banner for this actor now, or None. Filled by who knows.
banners: list[Callable[[Session, Actor], Banner | None]] = []

# Under /admin/, in the order in which a city opens.
_ADMIN_PLACES = (
    ("/admin/comecar", _("Começar"), "desk.first_steps"),
    ("/admin/", _("Pessoas"), "accounts.read_workers"),
    ("/admin/equipes", _("Equipes"), "accounts.manage_teams"),
    ("/admin/unidades", _("Unidades"), "units.manage"),
    ("/admin/territorio", _("Território"), "territory.import"),
    ("/admin/plantao", _("Plantão"), "protection.configure"),
    ("/admin/quem-avisar", _("Quem avisar"), "protection.configure"),
    ("/admin/feriados", _("Feriados"), "units.manage"),
    ("/aparelhos/", _("Aparelhos"), "accounts.read_workers"),
    ("/admin/listas", _("Listas"), "people.write_options"),
    ("/admin/termo", _("Termo"), "accounts.write_term"),
    ("/admin/encarregado", _("Encarregado"), "people.name_officer"),
    ("/admin/saude", _("Saúde"), "desk.read_health"),
)


def desk_page(session: Session, actor: Actor | None, template: str, **context: Any) -> str:
    """A rendered page in the desk's frame; with actor None, the frame of a page for anybody."""
    now = clock.now()
    city = session.get(Municipality, actor.municipality_id) if actor else None
    zone = days.zone_of(session, actor.municipality_id) if actor else days.DEFAULT_ZONE
    places = _places_of(session, actor) if actor and not actor.owes else []
    frame = {
        "me": actor,
        "city": city,
        "roles_in_words": [str(ROLE_NAMES.get(role, role)) for role in actor.roles] if actor else [],
        "places": places,
        "to_check": {where: counts[where](session, actor) for where, *_rest in places if where in counts},
        "current_place": _current([where for where, *_rest in places]),
        "banners": [found for asked in banners if (found := asked(session, actor))] if actor and not actor.owes else [],
        **_admin_frame(actor),
        "csrf_token": csrf_token_of(session_token()) if actor else "",
        "ago": partial(days.ago, now),
        "hour": partial(days.hour, zone, now),
        "day": days.day,
        "day_and_hour": partial(days.day_and_hour, zone),
        "iso": datetime.isoformat,
        # For a form that must not count twice when it is sent twice.
        "fresh_id": new_id,
        "now": now,
    }
    return render_template(template, **looks(), **frame, **context)


def _places_of(session: Session, actor: Actor) -> list[tuple[str, Any, str]]:
    return [
        (where, name, icon)
        for where, name, icon, verb, *wider in _PLACES
        if actor.can(verb) and not any(actor.can(other) for other in wider) and holds.get(where, _always)(session, actor)
    ]


def _always(_session: Session, _actor: Actor) -> bool:
    return True


def _current(places: list[str]) -> str:
    """The longest address that this one begins with: /mesa/vagas is not the inbox, one referral is."""
    for within, holders in _WITHIN.items():
        if request.path.startswith(within):
            return next((where for where in holders if where in places), "")
    return max((where for where in places if request.path.startswith(where)), key=len, default="")


def _admin_frame(actor: Actor | None) -> dict[str, Any]:
    """The places under /admin/, on its pages only."""
    here = request.path.startswith(tuple(where for where, _name, _verb in _ADMIN_PLACES))
    shown = actor is not None and not actor.owes and actor.can("accounts.read_workers") and here
    places = [(where, name) for where, name, verb in _ADMIN_PLACES if shown and actor.can(verb)]
    return {
        "admin_places": places,
        "admin_place": max((where for where, _name in places if request.path.startswith(where)), key=len, default=""),
    }


def looks() -> dict[str, Any]:
    """Theme and language of this browser, known before anybody signs in."""
    theme = request.cookies.get(THEME_COOKIE, "system")
    return {
        "theme": theme if theme in THEMES else "system",
        "themes": THEMES,
        "languages": LANGUAGES,
        "lang": str(get_locale() or "pt_BR"),
        "here": request.path,
        "is_fragment": request.headers.get("HX-Request") == "true",
    }
