"""/mesa/unidade/<id>: how a unit works, for its coordination and the administration. Plain forms, one a section."""

from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.guard import allows
from app.access.pages import desk_page
from app.core import clock, days
from app.units import hours, queries, rules, service
from app.units.schemas import ConditionsForm, ContactForm, ExceptionForm, HoursForm, TermsForm
from app.units.terms import (
    ENTRY_CONDITIONS,
    HOLIDAY_RULES,
    HOURS_KINDS,
    RECEIVES,
    SERVICES,
    UNIT_KINDS,
    WEEKDAYS,
)

blueprint = Blueprint("unit_working_pages", __name__)

_TOLD = {
    "recebe": _("Guardado: as equipes já veem quem a unidade recebe."),
    "horario": _("Horário guardado: as equipes já veem quando a unidade abre e até que horas recebe."),
    "especial": _("Horário especial guardado."),
    "comum": _("Retirado: nesses dias vale o horário da semana."),
    "prazos": _("Prazos guardados."),
    "contato": _("Contato guardado."),
    "ordem": _("Pronto: este contato é tentado primeiro."),
    "sem_contato": _("Contato retirado."),
}


# The section in which it was done is open when the page comes back; the others say in a line how they stand.
_SECTION = {
    "recebe": "recebe", "horario": "horario", "especial": "especiais", "comum": "especiais", "prazos": "prazos",
    "contato": "contatos", "ordem": "contatos", "sem_contato": "contatos",
}  # fmt: skip


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


class WhichQuery(Schema):
    # Somebody whose suspension is to be decided or read: goes on to the unit's page of suspensions.
    pessoa = fields.UUID(load_default=None)


@blueprint.get("/mesa/unidade/")
@page_door("units.read_suspensions", query=WhichQuery)
def which(session, actor, query):
    units = queries.units_of(session, actor, "units.read_suspensions")
    if len(units) == 1 and query["pessoa"]:
        return redirect(f"/mesa/unidade/{units[0].id}/suspensoes?pessoa={query['pessoa']}", 303)
    if len(units) == 1 and actor.can("units.set_conditions"):
        return redirect(f"/mesa/unidade/{units[0].id}", 303)
    return desk_page(session, actor, "units/which.html", units=units, kinds=UNIT_KINDS, person_id=query["pessoa"])


@blueprint.get("/mesa/unidade/<uuid:unit_id>")
@page_door("units.set_conditions", query=DoneQuery)
def house(session, actor, query, unit_id: UUID):
    unit = queries.unit_of(session, actor, unit_id, "units.set_conditions")
    now, m = clock.now(), actor.municipality_id
    local = now.astimezone(days.zone_of(session, m))
    week = queries.weeks_of(session, m, [unit_id], now)[unit_id]
    standing = hours.standing(week, local)
    minutes = rules.hold_time(unit.kind, None), rules.answer_time(unit.kind, None), rules.figure_limit(queries.settings_of(session, m))
    return desk_page(
        session,
        actor,
        "units/house.html",
        unit=unit,
        standing=standing,
        opened=_SECTION.get(query["feito"] or "", "horario" if standing.is_open is None else None),
        today=local.date(),
        typed={kind: [_typed(week, kind, weekday) for weekday in range(7)] for kind in HOURS_KINDS},
        exceptions=queries.exceptions_of(session, m, [unit_id], local.date()),
        services=queries.services_of(session, m, unit_id),
        contacts=queries.contacts_of(session, m, unit_id),
        workers=queries.workers_at(session, m, unit_id, now),
        defaults=dict(zip(("hold", "answer", "figure"), (int(each.total_seconds() // 60) for each in minutes), strict=True)),
        arrival_days=rules.ARRIVAL_DAYS,
        words={
            "kinds": UNIT_KINDS, "receives": RECEIVES, "conditions": ENTRY_CONDITIONS, "services": SERVICES,
            "weekdays": WEEKDAYS, "holiday_rules": HOLIDAY_RULES, "hours_kinds": HOURS_KINDS,
        },
        may_suspend=allows(actor, "units.read_suspensions", unit_id=unit_id, region_id=unit.region_id),
        told=_TOLD.get(query["feito"]),
    )  # fmt: skip


@blueprint.post("/mesa/unidade/<uuid:unit_id>/recebe")
@page_door("units.set_conditions", takes=ConditionsForm)
def set_conditions(session, actor, data, unit_id: UUID):
    service.set_conditions(session, actor, unit_id, data["receives"], data["entry_conditions"], data["services"], clock.now())
    return _back(unit_id, "recebe")


@blueprint.post("/mesa/unidade/<uuid:unit_id>/horario")
@page_door("units.set_hours", takes=HoursForm)
def set_hours(session, actor, data, unit_id: UUID):
    opened, admission = (service.spans_of([data.pop(f"{kind}_{day}") for day in range(7)]) for kind in HOURS_KINDS)
    service.set_hours(session, actor, unit_id, opened, admission, data, clock.now())
    return _back(unit_id, "horario")


@blueprint.post("/mesa/unidade/<uuid:unit_id>/especiais")
@page_door("units.set_hours", takes=ExceptionForm)
def add_exception(session, actor, data, unit_id: UUID):
    spans = data.pop("hours") or [(None, None)]
    data["to_on"] = data["to_on"] or data["from_on"]
    for opens, closes in spans:
        service.add_exception(session, actor, unit_id, data | {"opens": opens, "closes": closes}, clock.now())
    return _back(unit_id, "especial")


@blueprint.post("/mesa/unidade/<uuid:unit_id>/especiais/<uuid:exception_id>/retirar")
@page_door("units.set_hours")
def remove_exception(session, actor, unit_id: UUID, exception_id: UUID):
    service.remove_exception(session, actor, unit_id, exception_id, clock.now())
    return _back(unit_id, "comum")


@blueprint.post("/mesa/unidade/<uuid:unit_id>/prazos")
@page_door("units.set_hours", takes=TermsForm)
def set_terms(session, actor, data, unit_id: UUID):
    service.set_terms(session, actor, unit_id, data, clock.now())
    return _back(unit_id, "prazos")


@blueprint.post("/mesa/unidade/<uuid:unit_id>/contatos")
@page_door("units.set_conditions", takes=ContactForm)
def add_contact(session, actor, data, unit_id: UUID):
    service.add_contact(session, actor, unit_id, data, clock.now())
    return _back(unit_id, "contato")


@blueprint.post("/mesa/unidade/<uuid:unit_id>/contatos/<uuid:contact_id>/primeiro")
@page_door("units.set_conditions")
def first_contact(session, actor, unit_id: UUID, contact_id: UUID):
    service.first_contact(session, actor, unit_id, contact_id, clock.now())
    return _back(unit_id, "ordem")


@blueprint.post("/mesa/unidade/<uuid:unit_id>/contatos/<uuid:contact_id>/retirar")
@page_door("units.set_conditions")
def remove_contact(session, actor, unit_id: UUID, contact_id: UUID):
    service.remove_contact(session, actor, unit_id, contact_id, clock.now())
    return _back(unit_id, "sem_contato")


def _typed(week: hours.Week, kind: str, weekday: int) -> str:
    """One day's hours as they are typed."""
    spans = [span for span in getattr(week, kind) if span.weekday == weekday]
    if any(span.opens == span.closes for span in spans):
        return "24h" if f"{spans[0].opens:%H:%M}" == "00:00" else f"{spans[0].opens:%H:%M}-{spans[0].closes:%H:%M}"
    return ", ".join(f"{span.opens:%H:%M}-{span.closes:%H:%M}" for span in spans)


def _back(unit_id: UUID, done: str):
    return redirect(f"/mesa/unidade/{unit_id}?feito={done}#{_SECTION[done]}", 303)
