"""Readings of routes: for the page that makes them; and their nights with the stops of each, for whoever knows the visits."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.shifts.roster.queries import reached_teams
from app.shifts.route_plans import rules
from app.shifts.route_plans.models import RouteMiss, RoutePlan, RouteStop, RouteTime
from app.shifts.route_plans.problems import RouteNotFound
from app.shifts.route_plans.rules import Night, Stop, Times, Word

VERB = "shifts.plan_routes"


@dataclass(frozen=True)
class Route:
    """A route as its page shows it: `times` newest first, `point_ids` in order."""

    id: UUID
    name: str
    note: str
    team_id: UUID
    team: str
    ended_on: date | None
    times: tuple[Times, ...]
    point_ids: tuple[UUID, ...]

    @property
    def when(self) -> Times:
        return self.times[0]


@dataclass(frozen=True)
class Going:
    """A night of a route with its stops in order."""

    night: Night
    name: str
    note: str
    team_id: UUID
    stops: tuple[Stop, ...]


def routes_of(session: Session, actor: Actor, today: date, ended_too: bool = False) -> list[Route]:
    """Routes of the teams in reach, by team and name; without those that are over unless asked."""
    teams = reached_teams(session, actor, VERB, closed_too=True)
    found = _routes(session, actor.municipality_id, teams)
    shown = [route for route in found if ended_too or not is_over(route, today)]
    return sorted(shown, key=lambda route: (route.team, route.name, str(route.id)))


def route_of(session: Session, actor: Actor, route_id: UUID) -> Route:
    """One of a team in reach. Raises RouteNotFound."""
    teams = reached_teams(session, actor, VERB, closed_too=True)
    for route in _routes(session, actor.municipality_id, teams, route_id):
        return route
    raise RouteNotFound()


def is_over(route: Route, today: date) -> bool:
    """Whether no night of it can come any more."""
    last = route.ended_on or route.when.on_date or route.when.valid_to
    return last is not None and last < today


def _routes(session: Session, m: int, teams: dict[UUID, str], route_id: UUID | None = None) -> list[Route]:
    asked = select(RoutePlan).where(RoutePlan.municipality_id == m, RoutePlan.team_id.in_(teams))
    rows = session.scalars(asked if route_id is None else asked.where(RoutePlan.id == route_id)).all()
    ids = [row.id for row in rows]
    times, stops = _times(session, m, ids), _stops(session, m, ids)
    return [
        Route(
            row.id, row.name, row.note, row.team_id, teams[row.team_id], row.ended_on, times[row.id],
            tuple(s.point_id for s in sorted(stops[row.id], key=lambda s: s.position) if s.left_at is None),
        )
        for row in rows
    ]  # fmt: skip


def goings(
    session: Session, municipality_id: int, since: date, until: date, zone: ZoneInfo, *,
    team_ids: Collection[UUID] | None = None, route_id: UUID | None = None,
) -> list[Going]:  # fmt: skip
    """The nights that begin on the days [since, until], in order of time."""
    m = municipality_id
    asked = select(RoutePlan).where(
        RoutePlan.municipality_id == m, or_(RoutePlan.ended_on.is_(None), RoutePlan.ended_on >= since)
    )
    if team_ids is not None:
        asked = asked.where(RoutePlan.team_id.in_(team_ids))
    if route_id is not None:
        asked = asked.where(RoutePlan.id == route_id)
    rows = session.scalars(asked).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    times, stops = _times(session, m, ids), _stops(session, m, ids)
    found = [
        Going(night, row.name, row.note, row.team_id, tuple(rules.stops_of(stops[row.id], night)))
        for row in rows
        for night in rules.nights_of(row.id, times[row.id], row.ended_on, since, until, zone)
    ]
    return sorted(found, key=lambda each: (each.night.starts_at, each.name, str(each.night.route_id)))


def misses_of(session: Session, municipality_id: int, nights: Iterable[Night]) -> dict[tuple[UUID, date, UUID], list[Word]]:
    """{(route, night, point): what was said of it}."""
    wanted = {(night.route_id, night.on_date) for night in nights}
    if not wanted:
        return {}
    rows = session.execute(
        select(RouteMiss.route_id, RouteMiss.on_date, RouteMiss.point_id, RouteMiss.occurred_at, RouteMiss.reason).where(
            RouteMiss.municipality_id == municipality_id,
            RouteMiss.route_id.in_({route_id for route_id, _on in wanted}),
            RouteMiss.on_date.in_({on for _route_id, on in wanted}),
        )
    )
    found: dict[tuple[UUID, date, UUID], list[Word]] = {}
    for route_id, on_date, point_id, at, reason in rows:
        found.setdefault((route_id, on_date, point_id), []).append(Word(at, "missed", reason))
    return found


def team_of_stop(session: Session, municipality_id: int, route_id: UUID, point_id: UUID) -> UUID | None:
    """The team of a route that has this stop, or had it once; None where there is no such."""
    return session.scalar(
        select(RoutePlan.team_id)
        .where(RoutePlan.municipality_id == municipality_id, RoutePlan.id == route_id)
        .where(
            select(func.count())
            .where(
                RouteStop.municipality_id == municipality_id, RouteStop.route_id == route_id, RouteStop.point_id == point_id
            )
            .scalar_subquery()
            > 0
        )
    )


def _times(session: Session, m: int, ids: Collection[UUID]) -> dict[UUID, tuple[Times, ...]]:
    found: dict[UUID, list[Times]] = {id_: [] for id_ in ids}
    rows = session.scalars(
        select(RouteTime)
        .where(RouteTime.municipality_id == m, RouteTime.route_id.in_(ids))
        .order_by(RouteTime.valid_from.desc(), RouteTime.id.desc())
    )
    for row in rows:
        found[row.route_id].append(
            Times(row.starts, row.ends, frozenset(row.weekdays), row.on_date, row.valid_from, row.valid_to)
        )
    return {id_: tuple(times) for id_, times in found.items()}


def _stops(session: Session, m: int, ids: Collection[UUID]) -> dict[UUID, list[Stop]]:
    found: dict[UUID, list[Stop]] = {id_: [] for id_ in ids}
    asked = select(RouteStop).where(RouteStop.municipality_id == m, RouteStop.route_id.in_(ids))
    for row in session.scalars(asked):
        found[row.route_id].append(Stop(row.point_id, row.position, row.added_at, row.left_at))
    return found
