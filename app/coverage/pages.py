"""The board: today by region, the map of cells, the list behind each figure. Plain pages; scripts only refresh them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.core.problems import Problem
from app.coverage import queries
from app.coverage.problems import BadPeriod, UnknownFilter
from app.coverage.queries import Choice
from app.coverage.rules import PRESET_DAYS
from app.coverage.schemas import NO_REGION, BoardQuery, ListQuery, MonthQuery
from app.coverage.violations import COUNTED, SMALLEST, numbers_of
from app.territory import queries as territory

blueprint = Blueprint("coverage_pages", __name__)

PERIOD_WORDS = {
    "today": lazy_gettext("Hoje"),
    "24h": lazy_gettext("24 horas"),
    "7d": lazy_gettext("7 dias"),
    "30d": lazy_gettext("30 dias"),
    "dates": lazy_gettext("Datas"),
}


@blueprint.get("/painel/")
@page_door("coverage.read", query=BoardQuery, reads_only=True)
def board(session, actor, query):
    now = clock.now()
    choice, told = _choice(session, actor, query, now)
    has_map = choice.period.key in PRESET_DAYS and choice.team is None
    part = request.headers.get("HX-Request") == "true"
    return desk_page(
        session,
        actor,
        "coverage/_board.html" if part else "coverage/board.html",
        board=queries.board(session, actor, choice, now),
        cells=queries.cells(session, actor, choice.period.key, choice.region, now) if has_map else None,
        told=told,
        map_query=urlencode(_kept(choice, "period", "region")) if has_map else "",
        list_query=_list_query(choice) if actor.can("coverage.list_encounters") else None,
        refresh="/painel/?" + urlencode(_kept(choice, "period", "since_on", "until_on", "region", "team")),
        is_live=choice.period.key in PRESET_DAYS,
        **_form(session, actor, choice),
    )


@blueprint.get("/painel/encontros")
@page_door("coverage.list_encounters", query=ListQuery, reads_only=True)
def encounters(session, actor, query):
    after = query.pop("after")
    choice, told = _choice(session, actor, query, clock.now())
    found = queries.encounters(session, actor, choice, after)
    kept = _kept(choice, "period", "since_on", "until_on", "region", "team")
    return desk_page(
        session,
        actor,
        "coverage/encounters.html",
        found=found,
        told=told,
        is_first=after is None,
        first="/painel/encontros?" + urlencode(kept),
        older="/painel/encontros?" + urlencode(kept | {"after": found["next"]}) if found["next"] else None,
        back="/painel/?" + urlencode(kept),
        **_form(session, actor, choice),
    )


@blueprint.get("/painel/sinais")
@page_door("protection.oversee", query=MonthQuery)
def violations(session, actor, query):
    now = clock.now()
    today = days.today_of(session, actor.municipality_id, now)
    month_on = min((query["mes"] or today).replace(day=1), today.replace(day=1))
    before = (month_on - timedelta(days=1)).replace(day=1)
    after = (month_on + timedelta(days=31)).replace(day=1)
    return desk_page(
        session, actor, "coverage/violations.html", numbers=numbers_of(session, actor, month_on, now), words=COUNTED,
        least=SMALLEST, month=days.month(month_on), before=f"{before:%Y-%m}", after=f"{after:%Y-%m}" if after <= today else None,
    )  # fmt: skip


def _choice(session: Session, actor: Actor, query: dict[str, Any], now) -> tuple[Choice, Problem | None]:
    """What the form asked; when it made no sense, today, and the sentence to be told."""
    try:
        return queries.choice_of(session, actor, query, now), None
    except (BadPeriod, UnknownFilter) as problem:
        return queries.choice_of(session, actor, {"period": "today"}, now), problem


def _form(session: Session, actor: Actor, choice: Choice) -> dict[str, Any]:
    regions = territory.active_regions(session, actor.municipality_id)
    names = territory.region_names(session, actor.municipality_id)
    teams = queries.teams_of(session, actor)
    return {
        "choice": choice,
        "is_narrowed": not actor.everywhere("coverage.read"),
        "period_words": PERIOD_WORDS,
        "region_choices": [(str(region.id), region.name) for region in regions] + [(NO_REGION, _("Sem região"))],
        "team_choices": [(str(team.id), team.name) for team in teams],
        "region_name": names.get(choice.region) if isinstance(choice.region, UUID) else choice.region and _("Sem região"),
        "team_name": next((team.name for team in teams if team.id == choice.team), None),
    }


def _kept(choice: Choice, *names: str) -> dict[str, str]:
    """The filter as it stands in an address, without what nobody chose."""
    period = choice.period
    dates = {"since_on": period.since_on, "until_on": period.until_on} if period.key == "dates" else {}
    every = {"period": period.key, **dates, "region": choice.region, "team": choice.team}
    return {name: str(every[name]) for name in names if every.get(name)}


def _list_query(choice: Choice) -> Callable[[UUID | str | None], str]:
    """The address of the list behind a figure: of one region, of none (`none`), or of all."""

    def of(region: UUID | str | None) -> str:
        narrowed = Choice(choice.period, region or choice.region, choice.team)
        return "/painel/encontros?" + urlencode(_kept(narrowed, "period", "since_on", "until_on", "region", "team"))

    return of
