"""/mesa/roteiros: the stops of a team in order, on which days; what became of them, by stop and region; a sheet to take along."""

from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.core.fields import Day
from app.desk.queries import route_plans as queries
from app.shifts.roster.queries import reached_teams
from app.shifts.roster.terms import WEEKDAYS, WEEKDAYS_SHORT
from app.shifts.route_plans import queries as routes
from app.shifts.route_plans import service
from app.shifts.route_plans.schemas import CopyForm, MoveForm, NewRouteForm, RouteForm, StopForm
from app.shifts.route_plans.terms import MISS_REASONS, STATES
from app.territory.terms import CONDITIONS, PERIODS, POINT_KINDS

blueprint = Blueprint("desk_route_plans", __name__)

_TOLD = {
    "novo": _("Roteiro guardado. Agora escolha as paradas."), "copiado": _("Roteiro copiado. Confira os dias e as paradas."),
    "guardado": _("Guardado."), "encerrado": _("Roteiro encerrado. O que já foi feito continua aqui."),
}  # fmt: skip
_WORDS = {
    "kinds": POINT_KINDS, "periods": PERIODS, "conditions": CONDITIONS, "weekdays": WEEKDAYS, "weekdays_short": WEEKDAYS_SHORT,
    "states": STATES, "reasons": MISS_REASONS,
}  # fmt: skip


class ListQuery(Schema):
    encerrados = fields.Boolean(load_default=False)


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


class SheetQuery(Schema):
    dia = Day(load_default=None, allow_none=True)


@blueprint.get("/mesa/roteiros")
@page_door("shifts.plan_routes", query=ListQuery)
def list_routes(session, actor, query):
    now = clock.now()
    today = days.today_of(session, actor.municipality_id, now)
    found = routes.routes_of(session, actor, today, ended_too=query["encerrados"])
    regions = queries.by_region(session, actor, queries.points_by_id(session, actor, now), now)
    return desk_page(
        session, actor, "desk/route_plans.html", routes=found, over={r.id for r in found if routes.is_over(r, today)}, today=today,
        teams=reached_teams(session, actor, "shifts.plan_routes"), regions=regions, ended_too=query["encerrados"], **_WORDS,
    )  # fmt: skip


@blueprint.post("/mesa/roteiros")
@page_door("shifts.plan_routes", takes=NewRouteForm)
def add_route(session, actor, data):
    route_id = service.add_route(session, actor, data, clock.now())
    return redirect(f"/mesa/roteiros/{route_id}?feito=novo", 303)


@blueprint.get("/mesa/roteiros/<uuid:route_id>")
@page_door("shifts.plan_routes", query=DoneQuery)
def route(session, actor, query, route_id: UUID):
    now = clock.now()
    found = routes.route_of(session, actor, route_id)
    points = queries.points_by_id(session, actor, now)
    return desk_page(
        session, actor, "desk/route_plan.html", route=found, stops=[points[id_] for id_ in found.point_ids if id_ in points],
        others=[p for p in sorted(points.values(), key=lambda p: (p["region"] or "", p["name"])) if p["is_active"] and p["id"] not in found.point_ids],
        history=queries.nights_of(session, actor, route_id, points, now), today=days.today_of(session, actor.municipality_id, now),
        teams=reached_teams(session, actor, "shifts.plan_routes"), told=_TOLD.get(query["feito"] or ""), **_WORDS,
    )  # fmt: skip


@blueprint.get("/mesa/roteiros/<uuid:route_id>/folha")
@page_door("shifts.plan_routes", query=SheetQuery)
def sheet(session, actor, query, route_id: UUID):
    """One night on paper, to be ticked by hand. No coordinates: who finds it finds names of places alone."""
    now = clock.now()
    found = routes.route_of(session, actor, route_id)
    points = queries.points_by_id(session, actor, now)
    return desk_page(
        session, actor, "desk/route_sheet.html", route=found, stops=[points[id_] for id_ in found.point_ids if id_ in points],
        on=query["dia"] or days.today_of(session, actor.municipality_id, now), **_WORDS,
    )  # fmt: skip


@blueprint.post("/mesa/roteiros/<uuid:route_id>")
@page_door("shifts.plan_routes", takes=RouteForm)
def change_route(session, actor, data, route_id: UUID):
    service.change_route(session, actor, route_id, data, clock.now())
    return redirect(f"/mesa/roteiros/{route_id}?feito=guardado", 303)


@blueprint.post("/mesa/roteiros/<uuid:route_id>/paradas")
@page_door("shifts.plan_routes", takes=StopForm)
def add_stop(session, actor, data, route_id: UUID):
    service.add_stop(session, actor, route_id, data["point_id"], clock.now())
    return redirect(f"/mesa/roteiros/{route_id}#paradas", 303)


@blueprint.post("/mesa/roteiros/<uuid:route_id>/ordem")
@page_door("shifts.plan_routes", takes=MoveForm)
def move_stop(session, actor, data, route_id: UUID):
    service.move_stop(session, actor, route_id, data["point_id"], data["way"], clock.now())
    return redirect(f"/mesa/roteiros/{route_id}#paradas", 303)


@blueprint.post("/mesa/roteiros/<uuid:route_id>/copiar")
@page_door("shifts.plan_routes", takes=CopyForm)
def copy_route(session, actor, data, route_id: UUID):
    copied = service.copy_route(session, actor, route_id, data["team_id"], data["name"], clock.now())
    return redirect(f"/mesa/roteiros/{copied}?feito=copiado", 303)


@blueprint.post("/mesa/roteiros/<uuid:route_id>/encerrar")
@page_door("shifts.plan_routes")
def end_route(session, actor, route_id: UUID):
    service.end_route(session, actor, route_id, clock.now())
    return redirect(f"/mesa/roteiros/{route_id}?feito=encerrado", 303)
