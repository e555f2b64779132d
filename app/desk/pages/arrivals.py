"""/mesa/chegadas: a day at a Centro POP: who is known arrives in one tap, services used are chips."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page, holds
from app.core import clock, days
from app.core.fields import Chosen, Line, Many, one_of
from app.desk.queries import arrivals as queries
from app.desk.queries import house
from app.referrals import service as referrals
from app.referrals.queries import people_of
from app.referrals.schemas import MoveIn
from app.units import queries as units
from app.units import service
from app.units.terms import SERVICES

blueprint = Blueprint("desk_arrivals", __name__)

holds["/mesa/chegadas"] = lambda session, actor: bool(house.units_here(session, actor, "units.note_visit", with_beds=False))

_TOLD = {
    "chegou": _("Chegada anotada."),
    "servicos": _("Serviços anotados."),
    "desfeita": _("Chegada desfeita."),
}


class ArrivalsQuery(Schema):
    unidade = fields.UUID(load_default=None)
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))
    visita = fields.UUID(load_default=None)


class ArrivalForm(Schema):
    """`form_id`: made with the page, so that two taps are one arrival. `known`: tapped in the list, by the name there."""

    form_id = fields.UUID(load_default=None)
    known = fields.Boolean(load_default=False)
    person_id = Chosen(load_default=None, allow_none=True)
    called = Line(load_default="")
    services = Many(one_of(SERVICES), load_default=list)


class ServicesForm(Schema):
    services = Many(one_of(SERVICES), load_default=list)


@blueprint.get("/mesa/chegadas")
@page_door("units.note_visit", query=ArrivalsQuery)
def arrivals(session, actor, query):
    now = clock.now()
    unit, all_ = house.the_day_unit(session, actor, "units.note_visit", query["unidade"])
    service.hear(session, actor.municipality_id, [unit.id], now)
    midnight = days.start_of_today(session, actor.municipality_id, now)
    given = units.services_of(session, actor.municipality_id, unit.id)
    return desk_page(
        session,
        actor,
        "desk/arrivals.html",
        unit=unit,
        houses=all_,
        came=queries.visits_today(session, actor, unit.id, midnight),
        known=queries.known_at(session, actor, unit, midnight),
        expected=house.expected_at(session, actor, unit.id, now),
        # What the unit says that it gives; a unit that says nothing may have given any.
        services={code: word for code, word in SERVICES.items() if not given or code in given},
        all_services=SERVICES,
        told=_TOLD.get(query["feito"] or ""),
        just=query["visita"],
    )


@blueprint.post("/mesa/chegadas/<uuid:unit_id>")
@page_door("units.note_visit", takes=ArrivalForm)
def arrive(session, actor, data, unit_id: UUID):
    now = clock.now()
    visit = service.note_visit(
        session, actor, unit_id, data["person_id"], data["called"] or None, data["services"], now, now,
        visit_id=data["form_id"], by_name=data["known"] and bool(data["called"]),
    )  # fmt: skip
    return _led(unit_id, "chegou", visit.id)


@blueprint.post("/mesa/chegadas/encaminhamentos/<uuid:referral_id>")
@page_door("referrals.mark_arrival", takes=MoveIn)
def arrive_by_referral(session, actor, data, referral_id: UUID):
    now = clock.now()
    referral = referrals.mark_arrived(session, actor, referral_id, now, data["seen"])
    named = people_of(session, actor.municipality_id, [referral.id])[referral.id]
    party = [(one["person_id"], None if one["person_id"] else one["called"]) for one in named] or [(None, referral.called)]
    # Each of them came, and whom the list knows is counted once that day.
    for person_id, called in [*party, *[(None, None)] * (referral.people_count - len(party))]:
        service.note_visit(session, actor, referral.unit_id, person_id, called, [], now, now, referral_id=referral.id)
    return _led(referral.unit_id, "chegou")


@blueprint.post("/mesa/chegadas/visitas/<uuid:visit_id>/servicos")
@page_door("units.note_visit", takes=ServicesForm)
def note_services(session, actor, data, visit_id: UUID):
    visit = service.set_visit_services(session, actor, visit_id, data["services"], clock.now())
    return _led(visit.unit_id, "servicos", visit_id)


@blueprint.post("/mesa/chegadas/visitas/<uuid:visit_id>/desfazer")
@page_door("units.note_visit")
def take_back(session, actor, visit_id: UUID):
    visit = service.take_back_visit(session, actor, visit_id, clock.now())
    return _led(visit.unit_id, "desfeita")


def _led(unit_id: UUID, told: str, visit_id: UUID | None = None) -> Any:
    shown = f"&visita={visit_id}#v-{visit_id}" if visit_id else ""
    return redirect(f"/mesa/chegadas?unidade={unit_id}&feito={told}{shown}", 303)
