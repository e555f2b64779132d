"""Making and changing routes at the desk; what phones say of a stop."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core import days
from app.core.ids import new_id
from app.core.timing import Timing
from app.shifts.roster.problems import TeamOutOfReach
from app.shifts.roster.queries import reached_teams
from app.shifts.roster.service.writing import alone
from app.shifts.route_plans import queries, rules
from app.shifts.route_plans.models import RouteMiss, RoutePlan, RouteStop, RouteTime
from app.shifts.route_plans.problems import RouteEnded, RouteNotFound, StopGone, StopTwice, TooManyStops, UnknownStop
from app.shifts.route_plans.terms import MOST_STOPS
from app.territory import queries as territory

VERB = queries.VERB
_DAY = timedelta(days=1)
# The same form again within it is one.
_MOMENT = timedelta(minutes=2)


def add_route(session: Session, actor: Actor, data: dict[str, Any], now: datetime) -> UUID:
    """A route without stops yet. `data` is NewRouteForm's; sent twice it is one. Raises TeamOutOfReach, WhenMissing, RouteDates, RouteHours."""
    require(actor, VERB)
    _check_team(session, actor, data["team_id"])
    today = days.today_of(session, actor.municipality_id, now)
    when = _when(data, today)
    if again := _just_made(session, actor, data["team_id"], data["name"], now):
        return again
    row = _new(actor, data["team_id"], data["name"], data["note"], now)
    session.add(row)
    session.flush()
    session.add(RouteTime(municipality_id=actor.municipality_id, id=new_id(), route_id=row.id, **when))
    return _kept(session, actor, row.id, now, ["name", "when"])


def change_route(session: Session, actor: Actor, route_id: UUID, data: dict[str, Any], now: datetime) -> None:
    """Name, words and when. Changed hours count from today on: the nights before keep theirs. Raises as add_route; RouteEnded."""
    row = _held(session, actor, route_id, now)
    m, today = actor.municipality_id, days.today_of(session, actor.municipality_id, now)
    row.name, row.note = data["name"], data["note"]
    standing = session.scalars(
        select(RouteTime)
        .where(RouteTime.municipality_id == m, RouteTime.route_id == route_id)
        .order_by(RouteTime.valid_from.desc(), RouteTime.id.desc())
        .limit(1)
    ).one()
    said = _when(data, standing.valid_from)
    if any(getattr(standing, name) != value for name, value in said.items()):
        when = _when(data, today)
        if standing.valid_from >= today:
            for name, value in when.items():
                setattr(standing, name, value)
        else:
            standing.valid_to = min(today - _DAY, standing.valid_to or today)
            session.add(RouteTime(municipality_id=m, id=new_id(), route_id=route_id, **when | {"valid_from": max(today, when["valid_from"])}))
    _kept(session, actor, route_id, now, ["name", "when"])


def copy_route(session: Session, actor: Actor, route_id: UUID, team_id: UUID, name: str, now: datetime) -> UUID:
    """The same stops and hours for a team, from today on; of a date that is past, on the next day. Sent twice it is one. Raises TeamOutOfReach, RouteNotFound."""
    require(actor, VERB)
    _check_team(session, actor, team_id)
    route = queries.route_of(session, actor, route_id)
    if again := _just_made(session, actor, team_id, name, now):
        return again
    m, today, when = actor.municipality_id, days.today_of(session, actor.municipality_id, now), route.when
    row = _new(actor, team_id, name, route.note, now)
    session.add(row)
    session.flush()
    session.add(
        RouteTime(
            municipality_id=m, id=new_id(), route_id=row.id, weekdays=sorted(when.weekdays),
            on_date=max(when.on_date, today) if when.on_date else None, starts=when.starts, ends=when.ends,
            valid_from=max(when.valid_from, today), valid_to=when.valid_to if when.valid_to and when.valid_to >= today else None,
        )
    )  # fmt: skip
    kept = {place["id"] for place in territory.points(session, m)}
    for position, point_id in enumerate((id_ for id_ in route.point_ids if id_ in kept), 1):
        session.add(_stop(actor, row.id, point_id, position, now))
    return _kept(session, actor, row.id, now, ["name", "when", "stops"])


def end_route(session: Session, actor: Actor, route_id: UUID, now: datetime) -> None:
    """No night of it begins any more, from today on; one that has begun goes on. Raises RouteEnded."""
    row = _held(session, actor, route_id, now)
    zone = days.zone_of(session, actor.municipality_id)
    today = now.astimezone(zone).date()
    begun = any(
        going.night.starts_at <= now
        for going in queries.goings(session, actor.municipality_id, today, today, zone, route_id=route_id)
    )
    row.ended_on = today if begun else today - _DAY
    _kept(session, actor, route_id, now, ["ended_on"])


def add_stop(session: Session, actor: Actor, route_id: UUID, point_id: UUID, now: datetime) -> None:
    """One more stop, the last. Raises StopGone, StopTwice, TooManyStops."""
    _held(session, actor, route_id, now)
    order = _order(session, actor, route_id)
    if point_id not in {place["id"] for place in territory.points(session, actor.municipality_id)}:
        raise StopGone(fields={"point_id": [str(StopGone.sentence)]})
    if point_id in order:
        raise StopTwice(fields={"point_id": [str(StopTwice.sentence)]})
    if len(order) >= MOST_STOPS:
        raise TooManyStops()
    session.add(_stop(actor, route_id, point_id, len(order) + 1, now))
    _kept(session, actor, route_id, now, ["stops"])


def move_stop(session: Session, actor: Actor, route_id: UUID, point_id: UUID, way: str, now: datetime) -> None:
    """A place up, a place down, or out. One that somebody took out meanwhile is out: nothing is left to do."""
    _held(session, actor, route_id, now)
    order = _order(session, actor, route_id)
    if point_id not in order:
        return
    standing = (
        RouteStop.municipality_id == actor.municipality_id, RouteStop.route_id == route_id, RouteStop.left_at.is_(None)
    )  # fmt: skip
    if way == "out":
        session.execute(update(RouteStop).where(*standing, RouteStop.point_id == point_id).values(left_at=now))
    for position, each in enumerate(rules.moved(order, point_id, way), 1):
        session.execute(update(RouteStop).where(*standing, RouteStop.point_id == each).values(position=position))
    _kept(session, actor, route_id, now, ["stops"])


def miss_stop(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """A stop that the team could not make. Also of a route that is over, or of a stop taken out meanwhile. Raises UnknownStop."""
    m = actor.municipality_id
    team_id = queries.team_of_stop(session, m, data["route_id"], data["point_id"])
    if team_id is None:
        raise UnknownStop(fields={"point_id": [str(UnknownStop.sentence)]})
    require(actor.at(timing.occurred_at), "shifts.miss_stop", team_id=team_id)
    session.execute(
        insert(RouteMiss.__table__),
        [
            {
                "municipality_id": m, "id": data["miss_id"], "route_id": data["route_id"], "point_id": data["point_id"],
                "on_date": data["on_date"], "reason": data["reason"], "worker_id": actor.worker_id,
                "device_id": actor.device_id, "occurred_at": timing.occurred_at, "received_at": timing.received_at,
            }
        ],
    )  # fmt: skip
    trail.record(session, actor, "shifts.miss_stop", timing.received_at, "route_miss", data["miss_id"])


def _when(data: dict[str, Any], today: date) -> dict[str, Any]:
    """Columns of RouteTime, checked."""
    once = data["repeats"] == "once"
    weekdays = [] if once else sorted(set(data["weekdays"]))
    on_date = data["on_date"] if once else None
    valid_from = on_date or (None if once else data["valid_from"]) or today
    valid_to = on_date if once else data["valid_to"]
    rules.check_when(weekdays, on_date, valid_from, valid_to, data["starts"], data["ends"], today)
    return {
        "weekdays": weekdays, "on_date": on_date, "starts": data["starts"], "ends": data["ends"], "valid_from": valid_from,
        "valid_to": valid_to,
    }  # fmt: skip


def _just_made(session: Session, actor: Actor, team_id: UUID, name: str, now: datetime) -> UUID | None:
    """The route of this name that she made for this team a moment ago: a finger that trembles."""
    alone(session, actor.municipality_id)
    return session.scalar(
        select(RoutePlan.id).where(
            RoutePlan.municipality_id == actor.municipality_id, RoutePlan.team_id == team_id, RoutePlan.name == name,
            RoutePlan.made_by == actor.worker_id, RoutePlan.made_at > now - _MOMENT, RoutePlan.ended_on.is_(None),
        )
    )  # fmt: skip


def _check_team(session: Session, actor: Actor, team_id: UUID) -> None:
    if team_id not in reached_teams(session, actor, VERB):
        raise TeamOutOfReach(fields={"team_id": [str(TeamOutOfReach.sentence)]})


def _held(session: Session, actor: Actor, route_id: UUID, now: datetime) -> RoutePlan:
    """A route in reach that isn't ended, locked: two who change its order come one after the other. Raises RouteNotFound, RouteEnded."""
    require(actor, VERB)
    row = session.get(RoutePlan, (actor.municipality_id, route_id), with_for_update=True, populate_existing=True)
    if row is None or row.team_id not in reached_teams(session, actor, VERB, closed_too=True):
        raise RouteNotFound()
    if row.ended_on is not None:
        raise RouteEnded()
    return row


def _order(session: Session, actor: Actor, route_id: UUID) -> Sequence[UUID]:
    return queries.route_of(session, actor, route_id).point_ids


def _new(actor: Actor, team_id: UUID, name: str, note: str, now: datetime) -> RoutePlan:
    return RoutePlan(
        municipality_id=actor.municipality_id, id=new_id(), team_id=team_id, name=name, note=note, made_by=actor.worker_id,
        made_at=now,
    )  # fmt: skip


def _stop(actor: Actor, route_id: UUID, point_id: UUID, position: int, now: datetime) -> RouteStop:
    return RouteStop(
        municipality_id=actor.municipality_id, id=new_id(), route_id=route_id, point_id=point_id, position=position, added_at=now
    )


def _kept(session: Session, actor: Actor, route_id: UUID, now: datetime, fields: list[str]) -> UUID:
    session.flush()
    trail.record(session, actor, VERB, now, "route_plan", route_id, fields)
    return route_id
