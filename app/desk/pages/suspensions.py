"""/mesa/unidade/<id>/suspensoes: whom a unit doesn't receive for a time, decided by its coordination, with an appeal.

Row level security hides what is about a restricted person from who may not see her: such a line isn't in the list.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.guard import allows
from app.access.pages import desk_page
from app.audit import trail
from app.core import clock
from app.core.days import today_of
from app.people import queries as people
from app.people.queries.restricted import ids_of
from app.units import queries, service
from app.units.schemas import AppealForm, SuspensionForm
from app.units.terms import SUSPENSION_REASONS

blueprint = Blueprint("desk_suspensions", __name__)

_TOLD = {
    "decidida": _("Guardado. Entregue à pessoa a folha com o motivo, o prazo e o direito de recorrer."),
    "terminada": _("Terminada: a unidade volta a receber esta pessoa."),
    "recurso": _("Recurso anotado."),
}


class PageQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))
    pessoa = fields.UUID(load_default=None)


@blueprint.get("/mesa/unidade/<uuid:unit_id>/suspensoes")
@page_door("units.read_suspensions", query=PageQuery)
def suspensions(session, actor, query, unit_id: UUID):
    unit = queries.unit_of(session, actor, unit_id, "units.read_suspensions")
    m, now = actor.municipality_id, clock.now()
    today = today_of(session, m, now)
    found = queries.suspensions_at(session, actor, unit_id, today)
    person_id = ids_of(session, m, query["pessoa"])[0] if query["pessoa"] else None
    trail.record(session, actor, "units.read_suspensions", now, "unit", unit_id, ["suspensions"])
    names = people.called_of(session, m, [each.person_id for each in found] + ([person_id] if person_id else []))
    return desk_page(
        session,
        actor,
        "desk/suspensions.html",
        unit=unit,
        standing=[each for each in found if each.state == "stands"],
        former=[each for each in found if each.state != "stands"][:50],
        names={id_: card.called for id_, card in names.items()},
        person_id=person_id,
        today=today,
        longest=queries.longest_suspension(session, m),
        reasons=SUSPENSION_REASONS,
        may_decide=allows(actor, "units.suspend", unit_id=unit_id, region_id=unit.region_id),
        told=_TOLD.get(query["feito"]),
    )


@blueprint.post("/mesa/unidade/<uuid:unit_id>/suspensoes")
@page_door("units.suspend", takes=SuspensionForm)
def suspend(session, actor, data, unit_id: UUID):
    ids = ids_of(session, actor.municipality_id, data.pop("person_id"))
    service.suspend(session, actor, unit_id, ids, data, clock.now())
    return _back(unit_id, "decidida")


@blueprint.get("/mesa/unidade/<uuid:unit_id>/suspensoes/<uuid:suspension_id>")
@page_door("units.read_suspensions")
def paper(session, actor, unit_id: UUID, suspension_id: UUID):
    unit = queries.unit_of(session, actor, unit_id, "units.read_suspensions")
    each = _seen(session, actor, unit_id, suspension_id)
    names = people.called_of(session, actor.municipality_id, [each.person_id])
    card = names.get(each.person_id)
    return desk_page(
        session,
        actor,
        "desk/suspension_paper.html",
        unit=unit,
        each=each,
        called=card.called if card else None,
        reasons=SUSPENSION_REASONS,
        contacts=queries.contacts_of(session, actor.municipality_id, unit_id),
        may_decide=allows(actor, "units.suspend", unit_id=unit_id, region_id=unit.region_id),
    )


@blueprint.post("/mesa/unidade/<uuid:unit_id>/suspensoes/<uuid:suspension_id>/terminar")
@page_door("units.suspend")
def lift(session, actor, unit_id: UUID, suspension_id: UUID):
    each = _seen(session, actor, unit_id, suspension_id)
    service.lift(session, actor, unit_id, suspension_id, ids_of(session, actor.municipality_id, each.person_id, ended_too=True), clock.now())
    return _back(unit_id, "terminada")


@blueprint.post("/mesa/unidade/<uuid:unit_id>/suspensoes/<uuid:suspension_id>/recurso")
@page_door("units.suspend", takes=AppealForm)
def appeal(session, actor, data, unit_id: UUID, suspension_id: UUID):
    service.note_appeal(session, actor, unit_id, suspension_id, data["words"], clock.now())
    return _back(unit_id, "recurso")


def _seen(session: Session, actor: Actor, unit_id: UUID, suspension_id: UUID) -> Any:
    return queries.suspension_of(session, actor, unit_id, suspension_id, today_of(session, actor.municipality_id, clock.now()))


def _back(unit_id: UUID, done: str):
    return redirect(f"/mesa/unidade/{unit_id}/suspensoes?feito={done}", 303)
