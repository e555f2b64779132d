"""/admin/equipes: teams, where they work, to which unit they refer."""

from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.accounts.queries import scopes_of_city
from app.accounts.service import teams as service
from app.accounts.terms import TEAM_KINDS
from app.core import clock, days
from app.core.fields import Chosen, Line, Many, one_of
from app.desk.queries import administration as queries

blueprint = Blueprint("desk_teams", __name__)

_TOLD = {"nova": _("Equipe criada."), "guardada": _("Equipe guardada."), "fechada": _("Equipe fechada.")}


class TeamForm(Schema):
    name = Line(required=True, validate=validate.Length(min=2))
    unit_id = Chosen(load_default=None, allow_none=True)
    region_ids = Many(fields.UUID(), load_default=list)


class NewTeamForm(TeamForm):
    kind = one_of(TEAM_KINDS, required=True)


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


@blueprint.get("/admin/equipes")
@page_door("accounts.manage_teams", query=DoneQuery)
def teams(session, actor, query):
    today = days.today_of(session, actor.municipality_id, clock.now())
    return desk_page(
        session,
        actor,
        "desk/teams.html",
        teams=queries.teams(session, actor, today),
        kinds=TEAM_KINDS,
        known=scopes_of_city(session, actor.municipality_id),
        told=_TOLD.get(query["feito"]),
    )


@blueprint.post("/admin/equipes")
@page_door("accounts.manage_teams", takes=NewTeamForm)
def create_team(session, actor, data):
    service.create_team(
        session, actor, data["name"], data["kind"], data["unit_id"], data["region_ids"], clock.now()
    )
    return redirect("/admin/equipes?feito=nova", 303)


@blueprint.get("/admin/equipes/<uuid:team_id>")
@page_door("accounts.manage_teams")
def team(session, actor, team_id: UUID):
    today = days.today_of(session, actor.municipality_id, clock.now())
    return desk_page(
        session,
        actor,
        "desk/team.html",
        team=queries.team(session, actor, team_id, today),
        kinds=TEAM_KINDS,
        known=scopes_of_city(session, actor.municipality_id),
    )


@blueprint.post("/admin/equipes/<uuid:team_id>")
@page_door("accounts.manage_teams", takes=TeamForm)
def edit_team(session, actor, data, team_id: UUID):
    service.edit_team(session, actor, team_id, data["name"], data["unit_id"], data["region_ids"], clock.now())
    return redirect("/admin/equipes?feito=guardada", 303)


@blueprint.post("/admin/equipes/<uuid:team_id>/fechar")
@page_door("accounts.manage_teams")
def close_team(session, actor, team_id: UUID):
    service.close_team(session, actor, team_id, clock.now())
    return redirect("/admin/equipes?feito=fechada", 303)
