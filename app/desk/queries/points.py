"""Points of concentration with their last visit and how well each is known by now."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.core import days
from app.coverage.queries import last_visits
from app.territory import queries as territory
from app.territory.points import standing_of

_ORDER = {"precarious": 0, "due": 1, "fresh": 2}


def points_of(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Every point with `last_at`, `days` since then (city's days) and `standing`: worst known first, out of use last."""
    found = territory.points_kept(session, actor)
    last = last_visits(session, actor.municipality_id, [(p["id"], p["lon"], p["lat"]) for p in found], now)
    zone = days.zone_of(session, actor.municipality_id)
    today = now.astimezone(zone).date()
    for point in found:
        at = last.get(point["id"])
        on = at.astimezone(zone).date() if at else None
        point |= {"last_at": at, "days": (today - on).days if on else None, "standing": standing_of(on, point["frequency_days"], today)}
    return sorted(found, key=lambda p: (not p["is_active"], _ORDER[p["standing"]], -(p["days"] if p["days"] is not None else 10**6), p["name"]))
