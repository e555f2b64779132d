"""/mesa/escala: who goes out when. A week (team × day) and a month to look at, a sheet to print, a table to take along."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days, http
from app.core.fields import Chosen, Day
from app.core.spreadsheet import cell
from app.shifts.roster import queries
from app.shifts.roster.rules import days_between
from app.shifts.roster.terms import MEMBER_STATES, STANDINGS, STATUSES, WEEKDAYS, WEEKDAYS_SHORT
from app.units.queries import holidays_between

blueprint = Blueprint("desk_roster", __name__)

_WEEK = timedelta(days=6)
_LONGEST = timedelta(days=366)
TOLD = {
    "cancelado": _("Plantão cancelado. Quem estava nele está livre para outro."),
    "planejado": _("Rascunhos feitos. A equipe só vê depois de publicar."),
    "publicado": _("Publicado: a equipe vê a partir de agora."),
}


class WeekQuery(Schema):
    """dia: any day of the week; equipe: one team."""

    dia = Day(load_default=None)
    equipe = Chosen(load_default=None, allow_none=True)
    feito = fields.String(load_default=None, validate=validate.OneOf(list(TOLD)))


class TableQuery(Schema):
    de = Day(required=True)
    ate = Day(required=True)
    equipe = Chosen(load_default=None, allow_none=True)


@blueprint.get("/mesa/escala")
@page_door("shifts.read_roster", query=WeekQuery)
def week(session, actor, query):
    today = days.today_of(session, actor.municipality_id, clock.now())
    first = _monday(query["dia"] or today)
    return desk_page(
        session, actor, "desk/roster.html", **_week(session, actor, first, query["equipe"]), today=today,
        told=TOLD.get(query["feito"] or ""), drafts=_drafts(session, actor, first, query["equipe"]),
    )  # fmt: skip


@blueprint.get("/mesa/escala/mes")
@page_door("shifts.read_roster", query=WeekQuery)
def month(session, actor, query):
    m = actor.municipality_id
    today = days.today_of(session, m, clock.now())
    begins = (query["dia"] or today).replace(day=1)
    ends = (begins + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    # Whole weeks, so that a night at the month's end stands where it is worked.
    since, until = _monday(begins), _monday(ends) + _WEEK
    turns = queries.shifts_between(session, actor, since, until, query["equipe"])
    by_day: dict[date, list[queries.PlannedTurn]] = {}
    for turn in sorted(turns, key=lambda each: (each.starts_at, each.team)):
        by_day.setdefault(turn.on_date, []).append(turn)
    shown = days_between(since, until)
    return desk_page(
        session, actor, "desk/roster_month.html", begins=begins, weeks=[shown[n : n + 7] for n in range(0, len(shown), 7)],
        by_day=by_day, holidays=holidays_between(session, m, since, until), before=begins - timedelta(days=1),
        after=ends + timedelta(days=1), today=today, month_name=days.month(begins), **_frame(session, actor, query["equipe"]),
    )  # fmt: skip


@blueprint.get("/mesa/escala/folha")
@page_door("shifts.read_roster", query=WeekQuery)
def sheet(session, actor, query):
    """One A4 a week. Published shifts only: a draft on the wall would be taken for the roster."""
    today = days.today_of(session, actor.municipality_id, clock.now())
    found = _week(session, actor, _monday(query["dia"] or today), query["equipe"], only=("published",))
    return desk_page(session, actor, "desk/roster_sheet.html", **found, today=today)


@blueprint.get("/mesa/escala/planilha")
@page_door("shifts.read_roster", query=TableQuery)
def table(session, actor, query):
    until = min(query["ate"], query["de"] + _LONGEST)
    zone = days.zone_of(session, actor.municipality_id)
    heads = ("data", "dia", "início", "fim", "equipe", "regiões", "veículo", "pessoa", "na escala", "plantão", "recado")
    rows: list[list[Any]] = [[gettext(each) for each in heads]]
    for turn in queries.shifts_between(session, actor, query["de"], until, query["equipe"]):
        begun, over = turn.starts_at.astimezone(zone), turn.ends_at.astimezone(zone)
        shift = [turn.on_date.isoformat(), WEEKDAYS[turn.on_date.weekday()], f"{begun:%Y-%m-%d %H:%M}", f"{over:%Y-%m-%d %H:%M}"]
        shift += [cell(turn.team), cell(", ".join(name for _id, name in turn.regions)), cell(turn.vehicle or "")]
        for member in turn.members or (None,):
            who = [cell(member.name), MEMBER_STATES[member.state]] if member else ["", STANDINGS["empty"]]
            rows.append([*shift, *who, STATUSES[turn.status], cell(turn.note)])
    return http.table(rows, f"escala-{query['de']}-{until}.csv")


def _week(
    session: Session, actor: Actor, first: date, team_id: UUID | None, only: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The week that begins on a Monday: by team, by day."""
    last = first + _WEEK
    turns = [
        each for each in queries.shifts_between(session, actor, first, last, team_id) if not only or each.status in only
    ]
    teams: dict[UUID, str] = {turn.team_id: turn.team for turn in turns}
    cells: dict[tuple[UUID, date], list[queries.PlannedTurn]] = {}
    for turn in turns:
        cells.setdefault((turn.team_id, turn.on_date), []).append(turn)
    return {
        "week": days_between(first, last), "first": first, "last": last, "rows": sorted(teams.items(), key=lambda each: each[1]),
        "cells": cells, "holidays": holidays_between(session, actor.municipality_id, first, last),
        "before": first - timedelta(days=7), "after": first + timedelta(days=7),
        "short": [turn for turn in turns if turn.standing in ("empty", "short")],
        **_frame(session, actor, team_id),
    }  # fmt: skip


def _frame(session: Session, actor: Actor, team_id: UUID | None) -> dict[str, Any]:
    zone = days.zone_of(session, actor.municipality_id)
    return {
        "teams": queries.reached_teams(session, actor, "shifts.read_roster"),
        "team_id": team_id,
        "may_plan": actor.can("shifts.plan"),
        "at": lambda instant: f"{instant.astimezone(zone):%H:%M}",
        "short_name": short_name,
        "weekdays": WEEKDAYS,
        "weekdays_short": WEEKDAYS_SHORT,
        "standings": STANDINGS,
        "statuses": STATUSES,
    }


def _drafts(session: Session, actor: Actor, first: date, team_id: UUID | None) -> int:
    if not actor.can("shifts.plan"):
        return 0
    return sum(queries.publishable(session, actor, first, first + _WEEK, team_id, clock.now()).values())


def short_name(name: str) -> str:
    """`Ana Beatriz Tavares` → `Ana Tavares`: on a wall and in a narrow cell."""
    words = name.split()
    return f"{words[0]} {words[-1]}" if len(words) > 1 else name


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())
