"""What counts as a visit of a point, one rule for presence, points and routes.

A visit is a sign that a team was there: its own tap ("passei aqui, ninguém", or that somebody was there), an encounter recorded at
the point or near it, a request for which it arrived there. The same signs make the presence of a team in a region certain.
Neither a count typed at the desk nor a stop that was missed is one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.core.models import Municipality
from app.encounters import queries as encounters
from app.outreach_requests.queries import answers_at_points, answers_between
from app.shifts import queries as shifts
from app.shifts.presence import Sign
from app.shifts.route_plans import queries as routes
from app.shifts.route_plans.queries import Going
from app.shifts.route_plans.rules import Word, state_of
from app.territory import queries as territory

# How far back a visit is looked for where exact places fade; of before that only the tap of a team is known.
VISIT_DAYS = 90

Places = Collection[tuple[UUID, float, float]]


@dataclass(frozen=True)
class Visit:
    """state: done | nobody."""

    point_id: UUID
    team_id: UUID
    at: datetime
    state: str


def signs_between(session: Session, municipality_id: int, since: datetime, until: datetime) -> list[Sign]:
    """The signs of all teams beside their own taps, which shifts knows: encounters, requests that they arrived for."""
    came = answers_between(session, municipality_id, since, until)
    return [*encounters.signs_of(session, municipality_id, since, until), *(Sign(each.team_id, each.at, each.region_id) for each in came)]


def visits_at(session: Session, municipality_id: int, places: Places, since: datetime, until: datetime) -> list[Visit]:
    """Every visit of these points (id, lon, lat) in since ≤ t < until. Of an hour that nobody knows, none."""
    wanted = {point_id for point_id, _lon, _lat in places}
    marks = shifts.marks_at_points(session, municipality_id, since, until)
    met = encounters.each_at_points(session, municipality_id, places, since, until)
    came = answers_at_points(session, municipality_id, places, since, until)
    return [
        *(Visit(point_id, team_id, at, kind) for point_id, team_id, at, kind in marks if point_id in wanted),
        *(Visit(point_id, team_id, at, "done") for point_id, team_id, at in met),
        *(Visit(point_id, team_id, at, "nobody" if is_empty else "done") for point_id, team_id, at, is_empty in came),
    ]


def last_visits(session: Session, municipality_id: int, places: Places, now: datetime) -> dict[UUID, datetime]:
    """The last visit of each of these points (id, lon, lat) that had one."""
    since = now - timedelta(days=VISIT_DAYS)
    found = shifts.last_marks(session, municipality_id)
    met = encounters.last_at_points(session, municipality_id, places, since)
    came = [(point_id, at) for point_id, _team, at, _empty in answers_at_points(session, municipality_id, places, since, now)]
    for point_id, at in (*met.items(), *came):
        found[point_id] = max(at, found.get(point_id, at))
    return found


def points_visited(session: Session, city: Municipality, now: datetime) -> list[dict[str, Any]]:
    """Active points as phones hold them, with the city's day on which each was visited last."""
    zone = ZoneInfo(city.timezone)
    found = territory.points(session, city.id)
    last = last_visits(session, city.id, [(point["id"], point["lon"], point["lat"]) for point in found], now)
    for point in found:
        at = last.get(point["id"])
        point["last_visit_on"] = at.astimezone(zone).date() if at else None
    return found


def words_of(session: Session, municipality_id: int, goings: Collection[Going]) -> dict[tuple[UUID, date, UUID], Word]:
    """{(route, night, point): what became of the stop} of those of which something is known: by the route's own team alone."""
    said = routes.misses_of(session, municipality_id, [going.night for going in goings])
    places = _places(session, municipality_id, {stop.point_id for going in goings for stop in going.stops})
    if places:
        since, until = min(g.night.since for g in goings), max(g.night.until for g in goings)
        by_point: dict[tuple[UUID, UUID], list[Visit]] = {}
        for visit in visits_at(session, municipality_id, places, since, until):
            by_point.setdefault((visit.team_id, visit.point_id), []).append(visit)
        for going in goings:
            night = going.night
            for stop in going.stops:
                came = [v for v in by_point.get((going.team_id, stop.point_id), ()) if night.since <= v.at < night.until]
                if came:
                    key = (night.route_id, night.on_date, stop.point_id)
                    said.setdefault(key, []).extend(Word(visit.at, visit.state) for visit in came)
    return {key: word for key, words in said.items() if (word := state_of(words)) is not None}


def routes_ahead(
    session: Session, city: Municipality, team_ids: Collection[UUID], now: datetime, days: int = 7
) -> list[dict[str, Any]]:
    """The nights of these teams that are not over, of the next days, as phones hold them: each stop with what became of it."""
    zone = ZoneInfo(city.timezone)
    today = now.astimezone(zone).date()
    found = routes.goings(session, city.id, today - timedelta(days=1), today + timedelta(days=days), zone, team_ids=team_ids) if team_ids else []
    ahead = [going for going in found if going.night.until > now and going.stops]
    words = words_of(session, city.id, [going for going in ahead if going.night.since <= now])
    return [_told(going, words) for going in ahead]


def _told(going: Going, words: dict[tuple[UUID, date, UUID], Word]) -> dict[str, Any]:
    night = going.night
    stops = []
    for stop in going.stops:
        word = words.get((night.route_id, night.on_date, stop.point_id))
        stops.append({"point_id": stop.point_id, "state": word.state if word else None, "at": word.at if word else None, "reason": word.reason if word else None})
    return {
        "id": night.route_id, "team_id": going.team_id, "name": going.name, "note": going.note or None, "on_date": night.on_date,
        "starts_at": night.starts_at, "ends_at": night.ends_at, "stops": stops,
    }  # fmt: skip


def _places(session: Session, municipality_id: int, point_ids: Iterable[UUID]) -> Places:
    wanted = set(point_ids)
    return territory.places_of(session, municipality_id, wanted) if wanted else []
