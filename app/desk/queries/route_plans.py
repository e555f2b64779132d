"""Routes with their nights: what became of each stop, by stop and by region, never by worker."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.core import days
from app.coverage.visits import words_of
from app.desk.queries.points import points_of
from app.shifts.route_plans import queries as routes
from app.shifts.route_plans.queries import Going
from app.shifts.route_plans.rules import Word
from app.shifts.route_plans.terms import STATES

HISTORY_DAYS = 30
_SHOWN_NIGHTS = 10


@dataclass
class Tally:
    """Of the stops of nights that began: how many were done, found empty, missed, and of how many nothing is known."""

    planned: int = 0
    by_state: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))

    def note(self, word: Word | None) -> None:
        self.planned += 1
        if word is not None:
            self.by_state[word.state] += 1

    @property
    def unsaid(self) -> int:
        return self.planned - sum(self.by_state.values())


@dataclass(frozen=True)
class Nights:
    """The last nights of a route, newest first; `rows`: each point with its word of each night (None: it was no stop then)."""

    nights: list[date]
    rows: list[tuple[dict[str, Any], dict[date, Word | None], Tally]]


def points_by_id(session: Session, actor: Actor, now: datetime) -> dict[UUID, dict[str, Any]]:
    """Every point with its last visit and standing, by id."""
    return {point["id"]: point for point in points_of(session, actor, now)}


def nights_of(session: Session, actor: Actor, route_id: UUID, points: dict[UUID, dict[str, Any]], now: datetime) -> Nights:
    """Of the last 30 days, the newest ten nights of one route of the actor's reach."""
    route = routes.route_of(session, actor, route_id)
    begun = _begun(session, actor.municipality_id, now, route_id=route.id)[-_SHOWN_NIGHTS:]
    words = words_of(session, actor.municipality_id, begun)
    rows: dict[UUID, dict[date, Word | None]] = {id_: {} for id_ in route.point_ids}
    tallies: dict[UUID, Tally] = {}
    for going in begun:
        for stop in going.stops:
            word = words.get((route.id, going.night.on_date, stop.point_id))
            rows.setdefault(stop.point_id, {})[going.night.on_date] = word
            tallies.setdefault(stop.point_id, Tally()).note(word)
    nights = [going.night.on_date for going in reversed(begun)]
    return Nights(nights, [(points[id_], said, tallies.get(id_, Tally())) for id_, said in rows.items() if id_ in points])


def by_region(session: Session, actor: Actor, points: dict[UUID, dict[str, Any]], now: datetime) -> list[tuple[str, Tally]]:
    """Stops of the last 30 days, of all routes in reach, by the region of the point."""
    mine = {route.id for route in routes.routes_of(session, actor, days.today_of(session, actor.municipality_id, now), ended_too=True)}
    begun = [going for going in _begun(session, actor.municipality_id, now) if going.night.route_id in mine]
    words = words_of(session, actor.municipality_id, begun)
    found: dict[str, Tally] = {}
    for going in begun:
        for stop in going.stops:
            point = points.get(stop.point_id)
            region = (point and point["region"]) or ""
            found.setdefault(region, Tally()).note(words.get((going.night.route_id, going.night.on_date, stop.point_id)))
    return sorted(found.items(), key=lambda each: (each[0] == "", each[0]))


def _begun(session: Session, municipality_id: int, now: datetime, route_id: UUID | None = None) -> list[Going]:
    zone = days.zone_of(session, municipality_id)
    today = now.astimezone(zone).date()
    found = routes.goings(session, municipality_id, today - timedelta(days=HISTORY_DAYS), today, zone, route_id=route_id)
    return [going for going in found if going.night.starts_at <= now]
