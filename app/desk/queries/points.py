"""Points of concentration with their last visit and how well each is known by now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.core import days
from app.core.models import Municipality
from app.coverage.visits import last_visits
from app.territory import queries as territory
from app.territory.points import stale_days_of, standing_of

_QUIET_DAYS = 30
_ORDER = {"precarious": 0, "due": 1, "fresh": 2}


def points_of(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Every point with `last_at`, `days` since then (city's days) and `standing`: worst known first, out of use last."""
    found = territory.points_kept(session, actor)
    last = last_visits(session, actor.municipality_id, [(p["id"], p["lon"], p["lat"]) for p in found], now)
    zone = days.zone_of(session, actor.municipality_id)
    today = now.astimezone(zone).date()
    stale = stale_after(session, actor)
    for point in found:
        at = last.get(point["id"])
        on = at.astimezone(zone).date() if at else None
        point |= {"last_at": at, "days": (today - on).days if on else None, "standing": standing_of(on, point["frequency_days"], today, stale)}
    return sorted(found, key=lambda p: (not p["is_active"], _ORDER[p["standing"]], -(p["days"] if p["days"] is not None else 10**6), p["name"]))


def stale_after(session: Session, actor: Actor) -> int:
    """After how many days without a visit what is known of a point is poor, in this city."""
    return stale_days_of(session.get_one(Municipality, actor.municipality_id).settings)


def stale_counts(points: Iterable[dict[str, Any]], stale_days: int) -> list[tuple[str, int, int, int]]:
    """(region, points in use, unvisited for more than 30 days, for so many or ever): the indicator of domain 7.2."""
    found: dict[str, list[int]] = {}
    for point in points:
        if point["is_active"]:
            row, since = found.setdefault(point["region"] or "", [0, 0, 0]), point["days"]
            row[0] += 1
            row[1] += since is None or since > _QUIET_DAYS
            row[2] += since is None or since >= stale_days
    return [(region, *row) for region, row in sorted(found.items(), key=lambda each: (each[0] == "", each[0]))]
