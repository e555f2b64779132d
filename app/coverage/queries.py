"""Readings of the board: figures by region, cells of the map, the list behind each figure.

What was corrected or withdrawn doesn't count. Each reading begins with the time, so that the covering index
ix_encounters_time answers it; a coordinator's is narrowed to the records of her units and teams.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Team
from app.core import days
from app.core.geo import cell_outline
from app.core.models import Municipality
from app.coverage import rules
from app.coverage.problems import UnknownFilter
from app.coverage.rules import Period
from app.coverage.schemas import NO_REGION
from app.coverage.visits import signs_between
from app.encounters.models import Encounter, Participation
from app.home_visits.models import HomeVisit
from app.people.models import PersonAbsorbed
from app.shifts import queries as shifts
from app.shifts.presence import Facts, Present, presence_of
from app.territory import queries as territory

PAGE = 50
# How far back the last activity of a region is looked for when the period asked is shorter.
ACTIVITY_DAYS = 30
READ, LIST = "coverage.read", "coverage.list_encounters"


@dataclass(frozen=True)
class Choice:
    """What is looked at: a period, and maybe one region (`none`: without one) and one team."""

    period: Period
    region: UUID | str | None = None
    team: UUID | None = None


def choice_of(session: Session, actor: Actor, asked: dict[str, Any], now: datetime) -> Choice:
    """The filter of a request in the city's own days. Raises BadPeriod, UnknownFilter."""
    zone = days.zone_of(session, actor.municipality_id)
    period = rules.period_of(asked["period"], now, zone, asked.get("since_on"), asked.get("until_on"))
    region, team = asked.get("region"), asked.get("team")
    if region not in (None, NO_REGION) and region not in territory.region_names(session, actor.municipality_id):
        raise UnknownFilter(fields={"region": [str(UnknownFilter.sentence)]})
    if team and team not in {found.id for found in teams_of(session, actor)}:
        raise UnknownFilter(fields={"team": [str(UnknownFilter.sentence)]})
    return Choice(period, region, team)


def teams_of(session: Session, actor: Actor) -> list[Team]:
    """Teams whose records the actor may look at, by name."""
    require(actor, READ)
    asked = select(Team).where(Team.municipality_id == actor.municipality_id).order_by(Team.name)
    if not actor.everywhere(READ) and not actor.region_ids(READ):
        asked = asked.where(
            or_(Team.id.in_(actor.team_ids(READ)), Team.reference_unit_id.in_(actor.unit_ids(READ)))
        )
    return list(session.scalars(asked))


def board(session: Session, actor: Actor, choice: Choice, now: datetime) -> dict[str, Any]:
    """Figures of each region in the period, and of all: encounters, people present, home visits, teams, last activity."""
    require(actor, READ)
    names = territory.region_names(session, actor.municipality_id)
    shown = {region.id for region in territory.active_regions(session, actor.municipality_id)}
    if isinstance(choice.region, UUID):
        shown = {choice.region}
    figures: dict[UUID | None, dict[str, Any]] = {
        region_id: _nothing() for region_id in ({None} if choice.region == NO_REGION else shown | {None})
    }
    if isinstance(choice.region, UUID):
        figures.pop(None)
    team_names = {team.id: team.name for team in teams_of(session, actor)}
    for row in session.execute(_grouped(session, actor, Encounter, choice)):
        found = figures.setdefault(row.region_id, _nothing())
        found["encounters"] += row.records
        found["people"] += row.people
        _seen(found, team_names.get(row.team_id), row.last_at)
    for row in session.execute(_grouped(session, actor, HomeVisit, choice)):
        found = figures.setdefault(row.region_id, _nothing())
        found["home_visits"] += row.records
        found["home_visits_done"] += row.done
        _seen(found, team_names.get(row.team_id), row.last_at)
    if choice.period.key != "dates":
        _earlier_activity(session, actor, choice, figures, now)
    listed = [
        {"id": region_id, "name": names.get(region_id) if region_id else None, **found, "teams": sorted(found["teams"])}
        for region_id, found in figures.items()
    ]
    listed.sort(key=lambda region: (region["id"] is None, region["name"] or ""))
    return {"period": choice.period, "regions": listed, "totals": _totals(listed)}


def _nothing() -> dict[str, Any]:
    return {"encounters": 0, "people": 0, "home_visits": 0, "home_visits_done": 0, "teams": set(), "last_at": None}


def _seen(figures: dict[str, Any], team: str | None, at: datetime | None) -> None:
    if team:
        figures["teams"].add(team)
    if at and (figures["last_at"] is None or at > figures["last_at"]):
        figures["last_at"] = at


def _totals(regions: list[dict[str, Any]]) -> dict[str, Any]:
    total = _nothing()
    for region in regions:
        for figure in ("encounters", "people", "home_visits", "home_visits_done"):
            total[figure] += region[figure]
        total["teams"].update(region["teams"])
        _seen(total, None, region["last_at"])
    return total | {"teams": sorted(total["teams"])}


def _grouped(session: Session, actor: Actor, model: Any, choice: Choice) -> Any:
    visits = model is HomeVisit
    return (
        select(
            model.region_id,
            model.team_id,
            func.count().label("records"),
            func.count().filter(model.result == "done").label("done") if visits else func.sum(model.people_count).label("people"),
            func.max(model.occurred_at).label("last_at"),
        )
        .where(*_counted(session, actor, model, choice))
        .group_by(model.region_id, model.team_id)
    )


def _earlier_activity(
    session: Session, actor: Actor, choice: Choice, figures: dict[UUID | None, dict[str, Any]], now: datetime
) -> None:
    """Regions quiet in the period still say when somebody was last there."""
    quiet = {region_id for region_id, found in figures.items() if found["last_at"] is None}
    if not quiet:
        return
    before = Choice(
        Period("before", now - timedelta(days=ACTIVITY_DAYS), choice.period.since, choice.period.since_on, choice.period.since_on),
        choice.region,
        choice.team,
    )
    for model in (Encounter, HomeVisit):
        rows = session.execute(
            select(model.region_id, func.max(model.occurred_at))
            .where(*_counted(session, actor, model, before))
            .group_by(model.region_id)
        )
        for region_id, last_at in rows:
            if region_id in quiet:
                _seen(figures[region_id], None, last_at)


def _counted(session: Session, actor: Actor, model: Any, choice: Choice, verb: str = READ) -> list[Any]:
    """Conditions: this city, this period, still valid, within the filter and within what the actor may see."""
    conditions = [
        model.municipality_id == actor.municipality_id,
        model.occurred_at >= choice.period.since,
        model.occurred_at < choice.period.until,
        model.status == "valid",
        *_within(session, actor, model, verb),
    ]
    if choice.region == NO_REGION:
        conditions.append(model.region_id.is_(None))
    elif choice.region is not None:
        conditions.append(model.region_id == choice.region)
    if choice.team:
        conditions.append(model.team_id == choice.team)
    return conditions


def _within(session: Session, actor: Actor, model: Any, verb: str) -> list[Any]:
    if actor.everywhere(verb):
        return []
    unit_ids = actor.unit_ids(verb)
    inside = [model.team_id.in_(actor.team_ids(verb)), model.region_id.in_(actor.region_ids(verb))]
    if model is Encounter:
        inside.append(model.reference_unit_id.in_(unit_ids))
    else:  # a visit names no unit of its own: its team's
        asked = select(Team.id).where(Team.municipality_id == actor.municipality_id)
        inside.append(model.team_id.in_(session.scalars(asked.where(Team.reference_unit_id.in_(unit_ids))).all()))
    return [or_(*inside)]


def cells(session: Session, actor: Actor, key: str, region: UUID | str | None, now: datetime) -> dict[str, Any]:
    """The map: cells with enough distinct people, by class, and the regions with their exact figures.

    Counted over everything the actor may see and never over a narrower filter: a region only chooses which of the
    cells already counted are drawn, each under the region where most of its people were. Home visits take no part.
    """
    require(actor, READ)
    city = session.get(Municipality, actor.municipality_id)
    zone = days.zone_of(session, actor.municipality_id)
    period = rules.map_period(key, now, zone)
    least = rules.least_people(city.settings if city else {})
    names = territory.region_names(session, actor.municipality_id)
    features = []
    for row in session.execute(_people_by_cell(session, actor, period)):
        shown = rules.people_class(row.people, least)
        home = row.region_id or NO_REGION
        if shown is None or region not in (None, home):
            continue
        facts = {"people_from": shown[0], "people_to": shown[1], "region": names.get(row.region_id), "near": row.near}
        features.append(_feature(cell_outline(row.cell), facts))
    features.sort(key=lambda cell: (-cell["properties"]["people_from"], cell["properties"]["near"] or ""))
    return {
        "period": period,
        "min_people": least,
        "cells": {"type": "FeatureCollection", "features": features},
        "regions": {"type": "FeatureCollection", "features": _outlined(session, actor, period, region, now)},
    }


def _people_by_cell(session: Session, actor: Actor, period: Period) -> Any:
    # Whoever isn't surely known from another encounter counts as one more person; who was merged counts once.
    known = case((Participation.certainty == "sure", func.coalesce(PersonAbsorbed.survivor_id, Participation.person_id)))
    who = func.coalesce(known, Participation.id)
    return (
        select(
            Encounter.cell,
            func.count(who.distinct()).label("people"),
            func.mode().within_group(Encounter.region_id).label("region_id"),
            func.mode().within_group(Encounter.neighbourhood).label("near"),
        )
        .join(
            Participation,
            and_(
                Participation.municipality_id == Encounter.municipality_id, Participation.encounter_id == Encounter.id
            ),
        )
        .outerjoin(
            PersonAbsorbed,
            and_(
                PersonAbsorbed.municipality_id == Participation.municipality_id,
                PersonAbsorbed.id == Participation.person_id,
            ),
        )
        .where(*_counted(session, actor, Encounter, Choice(period)), Encounter.cell.is_not(None))
        .group_by(Encounter.cell)
    )


def _outlined(
    session: Session, actor: Actor, period: Period, region: UUID | str | None, now: datetime
) -> list[dict[str, Any]]:
    figures = {found["id"]: found for found in board(session, actor, Choice(period), now)["regions"]}
    found = []
    for place in territory.outlines(session, actor.municipality_id):
        if place["outline"] and region in (None, place["id"]):
            counted = figures.get(place["id"], _nothing())
            facts = {"name": place["name"], "encounters": counted["encounters"], "people": counted["people"]}
            found.append(_feature(place["outline"], {"id": place["id"], **facts}))
    return found


def _feature(geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def encounters(
    session: Session, actor: Actor, choice: Choice, after: tuple[datetime, UUID] | None = None
) -> dict[str, Any]:
    """The list behind a figure, newest first: when, which team, where as far as the neighbourhood, how many people."""
    require(actor, LIST)
    counted = _counted(session, actor, Encounter, choice, LIST)
    asked = (
        select(
            Encounter.id,
            Encounter.occurred_at,
            Encounter.region_id,
            Encounter.neighbourhood,
            Encounter.people_count,
            Encounter.time_uncertain,
            Encounter.recorded_late,
            Encounter.without_entering,
            Team.name.label("team"),
        )
        .outerjoin(Team, and_(Team.municipality_id == Encounter.municipality_id, Team.id == Encounter.team_id))
        .where(*counted)
        .order_by(Encounter.occurred_at.desc(), Encounter.id.desc())
        .limit(PAGE + 1)
    )
    if after:
        asked = asked.where(tuple_(Encounter.occurred_at, Encounter.id) < after)
    rows = session.execute(asked).mappings().all()
    names = territory.region_names(session, actor.municipality_id)
    shown = [{**row, "region": names.get(row["region_id"])} for row in rows[:PAGE]]
    return {
        "period": choice.period,
        "total": session.scalar(select(func.count()).select_from(Encounter).where(*counted)),
        "encounters": shown,
        "next": _cursor(shown) if len(rows) > PAGE else None,
    }


def _cursor(shown: Iterable[dict[str, Any]]) -> str:
    *_, last = shown
    return f"{last['occurred_at'].isoformat()}_{last['id']}"


def presence_in(session: Session, municipality_id: int, since: datetime, until: datetime, now: datetime) -> list[Present]:
    """Where each team was in since ≤ t < until: by what it said of its shifts and by its signs (visits.signs_between)."""
    facts = shifts.presence_facts(session, municipality_id, since, until)
    more = signs_between(session, municipality_id, since - shifts.REACH, until)
    return presence_of(Facts(facts.worked, facts.said, (*facts.signs, *more)), since, until, now)
