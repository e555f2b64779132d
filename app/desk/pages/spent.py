"""/painel/tempo: time on shift spent on requests and on busca ativa, by team and region, to look at and as a table."""

from datetime import timedelta
from typing import Any

from flask import Blueprint
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from marshmallow import Schema

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days, http
from app.core.fields import Day
from app.core.spreadsheet import cell
from app.desk.problems import SpanUnread
from app.desk.queries import spent as queries

blueprint = Blueprint("desk_spent", __name__)

_WEEK = timedelta(days=6)
_HEADS = (_("de"), _("até"), _("equipe"), _("região"), _("minutos em solicitações"), _("minutos em busca ativa"), _("minutos de turno"))


class SpanQuery(Schema):
    """Both days included; without them, the last seven."""

    de = Day(load_default=None, allow_none=True)
    ate = Day(load_default=None, allow_none=True)


@blueprint.get("/painel/tempo")
@page_door("coverage.read", query=SpanQuery)
def spent(session, actor, query):
    now, told = clock.now(), None
    since, until = _span(session, actor, query, now)
    try:
        found = queries.spent_in(session, actor, since, until, now)
    except SpanUnread as problem:
        # What was asked stands in the form, to be mended.
        found, told = None, problem
    return desk_page(
        session, actor, "desk/spent.html", found=found, told=told, since=since, until=until, lasting=lasting, most=queries.LONGEST_DAYS,
        is_narrowed=not actor.everywhere("coverage.read"),
    )  # fmt: skip


@blueprint.get("/painel/tempo/planilha")
@page_door("coverage.read", query=SpanQuery)
def table(session, actor, query):
    now = clock.now()
    since, until = _span(session, actor, query, now)
    found = queries.spent_in(session, actor, since, until, now)
    rows: list[list[Any]] = [list(_HEADS)]
    for team in found.teams:
        rows.append([since, until, cell(team.name), gettext("todas"), team.requests, team.active, team.all])
        for line in team.regions:
            rows.append([since, until, cell(team.name), cell(line.name) or gettext("sem região dita"), line.requests, line.active, line.all])
    return http.table(rows, f"tempo-{since}-{until}.csv")


def lasting(minutes: int) -> str:
    """`3 h 05`."""
    return f"{minutes // 60} h {minutes % 60:02d}"


def _span(session, actor, query, now):
    until = query["ate"] or days.today_of(session, actor.municipality_id, now)
    return query["de"] or until - _WEEK, until
