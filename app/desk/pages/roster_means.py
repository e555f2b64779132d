"""/mesa/escala/veiculos and /mesa/escala/ausencias: with what and with whom a roster can count."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.notices import queries as notice_queries
from app.notices import service as notices
from app.shifts.roster import queries, service
from app.shifts.roster.schemas import AbsenceForm, EditVehicleForm, VehicleForm
from app.shifts.roster.terms import ABSENCE_KINDS

blueprint = Blueprint("desk_roster_means", __name__)

# Absences that ended not long ago are still shown: somebody may have to take one back.
_SHOWN = timedelta(days=7)
_TOLD = {
    "veiculo": _("Veículo guardado."),
    "ausente": _("Ausência guardada. Nenhum plantão ficou com menos gente."),
    "falta": _("Ausência guardada. Veja na escala os plantões em que agora falta gente."),
    "retirada": _("Ausência desfeita."),
}


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


@blueprint.get("/mesa/escala/veiculos")
@page_door("shifts.plan", query=DoneQuery)
def vehicles(session, actor, query):
    found = queries.vehicles_of(session, actor.municipality_id, only_active=False)
    return desk_page(session, actor, "desk/roster_vehicles.html", vehicles=found, told=_TOLD.get(query["feito"] or ""))


@blueprint.post("/mesa/escala/veiculos")
@page_door("shifts.plan", takes=VehicleForm)
def add_vehicle(session, actor, data):
    service.add_vehicle(session, actor, data, clock.now())
    return redirect("/mesa/escala/veiculos?feito=veiculo", 303)


@blueprint.post("/mesa/escala/veiculos/<uuid:vehicle_id>")
@page_door("shifts.plan", takes=EditVehicleForm)
def edit_vehicle(session, actor, data, vehicle_id: UUID):
    service.edit_vehicle(session, actor, vehicle_id, data, clock.now())
    return redirect("/mesa/escala/veiculos?feito=veiculo", 303)


@blueprint.get("/mesa/escala/ausencias")
@page_door("shifts.plan", query=DoneQuery)
def absences(session, actor, query):
    today = days.today_of(session, actor.municipality_id, clock.now())
    return desk_page(
        session, actor, "desk/roster_absences.html", absences=queries.absences_of(session, actor, today - _SHOWN),
        people=queries.workers_reached(session, actor, "shifts.plan", today), kinds=ABSENCE_KINDS, today=today,
        told=_TOLD.get(query["feito"] or ""),
    )  # fmt: skip


@blueprint.post("/mesa/escala/ausencias")
@page_door("shifts.plan", takes=AbsenceForm)
def add_absence(session, actor, data):
    left = service.record_absence(session, actor, data, clock.now())
    _tell(session, actor, left, {data["worker_id"]})
    return redirect(f"/mesa/escala/ausencias?feito={'falta' if left else 'ausente'}", 303)


@blueprint.post("/mesa/escala/ausencias/<uuid:absence_id>/retirar")
@page_door("shifts.plan")
def take_back(session, actor, absence_id: UUID):
    _tell(session, actor, service.take_back_absence(session, actor, absence_id, clock.now()), set())
    return redirect("/mesa/escala/ausencias?feito=retirada", 303)


def _tell(session: Session, actor: Actor, planned_shift_ids: list[UUID], away: set[UUID]) -> None:
    """Who is in a published shift learns that it changed; the nearest coordination, that somebody is missing in it. Never who,
    nor why. Not to whoever wrote it.
    """
    m, now = actor.municipality_id, clock.now()
    for id_ in planned_shift_ids:
        turn = queries.turn_of(session, actor, id_)
        if turn.published_at is None:
            continue
        step = len(queries.events_of(session, m, [id_]))
        whom = {each.worker_id for each in turn.there} | away
        notices.tell(session, m, whom - {actor.worker_id}, "roster_changed", id_, now, step)
        if turn.standing != "whole":
            leading = set(notice_queries.coordinators_of(session, m, team_id=turn.team_id, at=now))
            notices.tell(session, m, leading - whom - {actor.worker_id}, "roster_short", id_, now, step)
