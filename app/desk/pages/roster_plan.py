"""/mesa/escala/planejar: from patterns to drafts, from drafts to what the teams read; /mesa/escala/modelos: the patterns."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.core.fields import Chosen, Day
from app.core.problems import NotFound
from app.desk.pages.roster import TOLD, short_name
from app.shifts.roster import queries, rules, service
from app.shifts.roster.schemas import EndPatternForm, PatternForm, PeriodForm
from app.shifts.roster.terms import CONFLICTS, EVENT_KINDS, FIELDS, ON_HOLIDAYS, PATTERN_KINDS, WEEKDAYS, WEEKDAYS_SHORT
from app.territory.queries import active_regions, region_names

blueprint = Blueprint("desk_roster_plan", __name__)

_TOLD = {
    "modelo": _("Modelo guardado. Para os plantões aparecerem, planeje um período."),
    "terminado": _("O modelo vale até esse dia. O que estava publicado ou foi mudado à mão continua."),
}


class PlanQuery(Schema):
    de = Day(load_default=None, allow_none=True)
    ate = Day(load_default=None, allow_none=True)
    equipe = Chosen(load_default=None, allow_none=True)
    feito = fields.String(load_default=None, validate=validate.OneOf(list(TOLD)))


class PatternsQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


class NewPatternQuery(Schema):
    """modelo: one whose words are proposed again."""

    equipe = Chosen(load_default=None, allow_none=True)
    modelo = Chosen(load_default=None, allow_none=True)


@blueprint.get("/mesa/escala/planejar")
@page_door("shifts.plan", query=PlanQuery)
def planning(session, actor, query):
    m, now = actor.municipality_id, clock.now()
    since, until = _period(query, days.today_of(session, m, now))
    rules.check_period(since, until)
    zone = days.zone_of(session, m)
    judging = queries.preview(session, actor, since, until, query["equipe"], now)
    rows, changes = queries.period_of(session, actor, since, until, query["equipe"])
    standing = queries.shifts_between(session, actor, since, until, query["equipe"])
    return desk_page(
        session, actor, "desk/roster_plan.html", since=since, until=until, team_id=query["equipe"],
        teams=queries.reached_teams(session, actor, "shifts.plan"), judging=judging, rows=rows, changes=changes[:60],
        troubled=[each for each in judging.judged if each.conflicts], standing=queries.troubles(session, actor, standing, now), has_patterns=bool(queries.patterns_of(session, actor, since=since)),
        per_team=_per_team(judging), at=lambda instant: f"{instant.astimezone(zone):%H:%M}",
        local_day=lambda instant: instant.astimezone(zone).date(), short_name=short_name, conflicts=CONFLICTS,
        weekdays_short=WEEKDAYS_SHORT, event_kinds=EVENT_KINDS, field_words=FIELDS, told=TOLD.get(query["feito"] or ""),
    )  # fmt: skip


@blueprint.post("/mesa/escala/planejar")
@page_door("shifts.plan", takes=PeriodForm)
def plan(session, actor, data):
    service.plan_period(session, actor, data["since"], data["until"], data["team_id"], clock.now())
    return _to_plan(data, "planejado")


@blueprint.post("/mesa/escala/publicar")
@page_door("shifts.plan", takes=PeriodForm)
def publish(session, actor, data):
    service.publish(session, actor, data["since"], data["until"], data["team_id"], clock.now())
    return _to_plan(data, "publicado")


@blueprint.get("/mesa/escala/modelos")
@page_door("shifts.plan", query=PatternsQuery)
def patterns(session, actor, query):
    m = actor.municipality_id
    today = days.today_of(session, m, clock.now())
    people = {str(each.id): each.name for each in queries.workers_reached(session, actor, "shifts.plan", today)}
    found = queries.patterns_of(session, actor)
    return desk_page(
        session, actor, "desk/roster_patterns.html", today=today, standing=[each for each in found if _stands(each, today)],
        former=[each for each in found if not _stands(each, today)][:40], people=people, short_name=short_name,
        teams=queries.reached_teams(session, actor, "shifts.plan"), regions={str(id_): name for id_, name in region_names(session, m).items()},
        vehicles={each.id: each.name for each in queries.vehicles_of(session, m, only_active=False)},
        weekdays_short=WEEKDAYS_SHORT, on_holidays=ON_HOLIDAYS, told=_TOLD.get(query["feito"] or ""),
    )  # fmt: skip


@blueprint.get("/mesa/escala/modelos/novo")
@page_door("shifts.plan", query=NewPatternQuery)
def new_pattern(session, actor, query):
    m = actor.municipality_id
    teams = queries.reached_teams(session, actor, "shifts.plan")
    like = next((each for each in queries.patterns_of(session, actor) if each.id == query["modelo"]), None)
    team_id = like.team_id if like else query["equipe"] or (next(iter(teams)) if len(teams) == 1 else None)
    if team_id and team_id not in teams:
        raise NotFound()
    today = days.today_of(session, m, clock.now())
    return desk_page(
        session, actor, "desk/roster_pattern.html", teams=teams, team_id=team_id, like=like, today=today,
        people=queries.people_of(session, m, [team_id], today) if team_id else [], regions=active_regions(session, m),
        own_regions=queries.regions_of_team(session, m, team_id) if team_id else set(), vehicles=queries.vehicles_of(session, m),
        kinds=PATTERN_KINDS, weekdays=WEEKDAYS, on_holidays=ON_HOLIDAYS,
    )  # fmt: skip


@blueprint.post("/mesa/escala/modelos")
@page_door("shifts.plan", takes=PatternForm)
def add_pattern(session, actor, data):
    service.add_pattern(session, actor, data, clock.now())
    return redirect("/mesa/escala/modelos?feito=modelo", 303)


@blueprint.post("/mesa/escala/modelos/<uuid:pattern_id>/terminar")
@page_door("shifts.plan", takes=EndPatternForm)
def end_pattern(session, actor, data, pattern_id: UUID):
    service.end_pattern(session, actor, pattern_id, data["last_on"], clock.now())
    return redirect("/mesa/escala/modelos?feito=terminado", 303)


def _period(query: dict[str, Any], today: date) -> tuple[date, date]:
    """What is asked; else a month from today on."""
    since = query["de"] or today
    return since, query["ate"] or since + timedelta(days=30)


def _per_team(judging: queries.Judging) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for each in judging.judged:
        name = judging.teams.get(each.proposal.team_id, "")
        found[name] = found.get(name, 0) + 1
    return sorted(found.items())


def _stands(pattern: Any, today: date) -> bool:
    return pattern.valid_to is None or pattern.valid_to >= today


def _to_plan(data: dict[str, Any], done: str):
    team = f"&equipe={data['team_id']}" if data["team_id"] else ""
    return redirect(f"/mesa/escala/planejar?de={data['since']}&ate={data['until']}{team}&feito={done}", 303)
