"""Closed lists of the roster. The words are msgids."""

from flask_babel import lazy_gettext as _

PATTERN_KINDS = {"weekly": _("Dias da semana"), "cycle": _("Dia sim, dia não (12×36 e outros ciclos)")}
# What a holiday of the city is to a pattern. As a Sunday: one of Sundays works, one of other days doesn't.
ON_HOLIDAYS = {
    "work": _("Trabalha como em qualquer dia"),
    "off": _("Folga"),
    "sunday": _("Como no domingo"),
}

STATUSES = {"draft": _("Rascunho"), "published": _("Publicado"), "cancelled": _("Cancelado")}

# How a worker stands in a planned shift; only `planned` counts as there.
MEMBER_STATES = {
    "planned": _("Na escala"),
    "absent": _("Ausente"),
    "swapped": _("Trocou"),
    "removed": _("Saiu da escala"),
    "cancelled": _("Plantão cancelado"),
}

# Never a diagnosis: why somebody is on leave is nobody's business here.
ABSENCE_KINDS = {
    "holiday": _("Férias"),
    "leave": _("Licença"),
    "training": _("Formação"),
    "other": _("Outra ausência"),
}

EVENT_KINDS = {
    "published": _("Publicado"),
    "changed": _("Horário, lugar ou veículo mudou"),
    "cancelled": _("Cancelado"),
    "member_in": _("Entrou na escala"),
    "member_out": _("Saiu da escala"),
    "absent": _("Ausência"),
    "back": _("Voltou da ausência"),
    "swapped": _("Troca"),
}

FIELDS = {
    "hours": _("horário"), "regions": _("regiões"), "vehicle": _("veículo"), "note": _("recado"),
}  # fmt: skip

# Why somebody can't be planned (the first group), and what a coordination should see before she publishes.
CONFLICTS = {
    "overlap": _("já está em outro plantão nesta hora"),
    "absent": _("está de férias, licença ou outra ausência"),
    "left_team": _("saiu da equipe"),
    "inactive": _("não trabalha mais aqui"),
    "vehicle": _("o veículo já está em outro plantão nesta hora"),
    "no_member": _("plantão sem ninguém"),
    "alone": _("plantão com uma pessoa só"),
    "rest": _("menos de 11 horas de descanso entre plantões"),
    "other_team": _("é de outra equipe"),
    "seats": _("mais gente do que lugares no veículo"),
    "holiday": _("é feriado, e o modelo não trabalha nele"),
}

# What is told and left to whoever plans; the others keep somebody (or the vehicle) out.
WARNINGS = frozenset({"rest", "alone", "no_member", "other_team", "seats", "holiday"})
STANDINGS = {
    "empty": _("sem ninguém"), "alone": _("uma pessoa só"), "short": _("falta gente"), "whole": "",
}  # fmt: skip

WEEKDAYS = (
    _("segunda-feira"), _("terça-feira"), _("quarta-feira"), _("quinta-feira"), _("sexta-feira"), _("sábado"),
    _("domingo"),
)  # fmt: skip
WEEKDAYS_SHORT = (_("seg"), _("ter"), _("qua"), _("qui"), _("sex"), _("sáb"), _("dom"))
