"""Keeping the points of concentration: where, of what kind, when people are there, how many were counted."""

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.ids import new_id
from app.territory import problems, queries
from app.territory.models import ConcentrationPoint, PointCount

KEEP = "territory.keep_points"
# A point that nobody visited for so long is known badly (domain 7.1).
PRECARIOUS_DAYS = 60
# Two decimal numbers, the decimal comma allowed where the two are parted by a space or a semicolon.
_PAIR = re.compile(r"^\s*(-?\d{1,3}(?:[.,]\d{1,20})?)\s*(?:[;\s]|,\s)\s*(-?\d{1,3}(?:[.,]\d{1,20})?)\s*$|^\s*(-?\d{1,3}\.\d{1,20}),(-?\d{1,3}\.\d{1,20})\s*$")


def where_of(text: str) -> tuple[float, float]:
    """Longitude and latitude of "latitude, longitude" as people copy it from a map. Raises PointUnread."""
    found = _PAIR.match(text)
    if found is None:
        raise problems.PointUnread(fields={"where": [str(problems.PointUnread.sentence)]})
    lat, lon = (float(each.replace(",", ".")) for each in found.groups() if each is not None)
    return lon, lat


def standing_of(last_on: date | None, frequency_days: int | None, today: date) -> str:
    """How well a point is known: precarious (nobody there for 60 days, or ever) | due (past its frequency) | fresh."""
    if last_on is None or (today - last_on).days >= PRECARIOUS_DAYS:
        return "precarious"
    return "due" if frequency_days is not None and (today - last_on).days >= frequency_days else "fresh"


def add_point(session: Session, actor: Actor, data: dict[str, Any], now: datetime) -> UUID:
    """A new point, in the region where it lies. Raises PointUnread, PointOutside."""
    require(actor, KEEP)
    point = ConcentrationPoint(
        municipality_id=actor.municipality_id, id=new_id(), is_active=True, **_said(data), **_placed(session, actor, data["where"])
    )
    session.add(point)
    return _kept(session, actor, point, now)


def change_point(session: Session, actor: Actor, point_id: UUID, data: dict[str, Any], now: datetime) -> None:
    """What is said of a point; an empty place stays where it was. Raises PointNotFound, PointUnread, PointOutside."""
    require(actor, KEEP)
    point = _point(session, actor, point_id)
    placed = _placed(session, actor, data["where"]) if data["where"] else {}
    for name, value in (_said(data) | placed).items():
        setattr(point, name, value)
    _kept(session, actor, point, now)


def use_point(session: Session, actor: Actor, point_id: UUID, is_active: bool, now: datetime) -> None:
    """Put out of use, or back: what was recorded there keeps its place. Raises PointNotFound."""
    require(actor, KEEP)
    point = _point(session, actor, point_id)
    point.is_active = is_active
    _kept(session, actor, point, now)


def count_people(
    session: Session, actor: Actor, point_id: UUID, on_date: date, period: str, people_count: int, now: datetime
) -> None:
    """About how many people were there. Raises PointNotFound."""
    require(actor, KEEP)
    point = _point(session, actor, point_id)
    session.add(
        PointCount(
            municipality_id=actor.municipality_id, id=new_id(), point_id=point.id, on_date=on_date, period=period,
            people_count=people_count, worker_id=actor.worker_id, recorded_at=now,
        )
    )  # fmt: skip
    session.flush()
    trail.record(session, actor, KEEP, now, "point", point.id, ["people_count"])


def _said(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("name", "kind", "peaks", "conditions", "frequency_days")}


def _placed(session: Session, actor: Actor, where: str) -> dict[str, Any]:
    lon, lat = where_of(where)
    region_id = queries.locate(session, [(0, lon, lat)])[0].region_id if abs(lat) <= 90 and abs(lon) <= 180 else None
    if region_id is None:
        raise problems.PointOutside(fields={"where": [str(problems.PointOutside.sentence)]})
    return {"geom": f"SRID=4326;POINT({lon!r} {lat!r})", "region_id": region_id}


def _point(session: Session, actor: Actor, point_id: UUID) -> ConcentrationPoint:
    point = session.scalar(
        select(ConcentrationPoint).where(
            ConcentrationPoint.municipality_id == actor.municipality_id, ConcentrationPoint.id == point_id
        )
    )
    if point is None:
        raise problems.PointNotFound()
    return point


def _kept(session: Session, actor: Actor, point: ConcentrationPoint, now: datetime) -> UUID:
    session.flush()
    announce(session, actor.municipality_id, "point", [point.id])
    trail.record(session, actor, KEEP, now, "point", point.id)
    return point.id
