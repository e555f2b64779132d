"""Keeping the points of concentration: where, of what kind, when people are there, how many were counted."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core import days
from app.core.changes import announce
from app.core.geo import AT_PLACE_METRES
from app.core.ids import new_id
from app.core.timing import Timing
from app.territory import problems, queries
from app.territory.models import ConcentrationPoint, PointCount
from app.territory.terms import PERIODS, STALE_DAYS

KEEP = "territory.keep_points"
# Two decimal numbers, the decimal comma allowed where the two are parted by a space or a semicolon.
_PAIR = re.compile(r"^\s*(-?\d{1,3}(?:[.,]\d{1,20})?)\s*(?:[;\s]|,\s)\s*(-?\d{1,3}(?:[.,]\d{1,20})?)\s*$|^\s*(-?\d{1,3}\.\d{1,20}),(-?\d{1,3}\.\d{1,20})\s*$")

# A city's points are few; within about a kilometre first, so that the sphere is asked of hardly any.
_NEAR = text(
    "SELECT DISTINCT p.id FROM concentration_points p, jsonb_array_elements(:spots) AS s(at)"
    " WHERE p.municipality_id = :m AND p.is_active AND abs(ST_Y(p.geom) - (s.at ->> 1)::float8) < 0.01"
    " AND ST_DistanceSphere(p.geom, ST_SetSRID(ST_MakePoint((s.at ->> 0)::float8, (s.at ->> 1)::float8), 4326)) <= :metres"
).bindparams(bindparam("spots", type_=JSONB))


def where_of(text: str) -> tuple[float, float]:
    """Longitude and latitude of "latitude, longitude" as people copy it from a map. Raises PointUnread."""
    found = _PAIR.match(text)
    if found is None:
        raise problems.PointUnread(fields={"where": [str(problems.PointUnread.sentence)]})
    lat, lon = (float(each.replace(",", ".")) for each in found.groups() if each is not None)
    return lon, lat


def stale_days_of(settings: Mapping[str, Any]) -> int:
    """After how many days without a visit this city takes what it knows of a point for poor."""
    return int(STALE_DAYS.of(settings))


def standing_of(last_on: date | None, frequency_days: int | None, today: date, stale_days: int = STALE_DAYS.usual) -> str:
    """How well a point is known: precarious (nobody there for so long, or ever) | due (past its frequency) | fresh."""
    if last_on is None or (today - last_on).days >= stale_days:
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


def count_seen(session: Session, actor: Actor, count_id: UUID, point_id: UUID, people_count: int, timing: Timing) -> None:
    """The same, as a team tells it from the place: of the city's day and of the part of it in which that was."""
    local = timing.occurred_at.astimezone(days.zone_of(session, actor.municipality_id))
    session.add(
        PointCount(
            municipality_id=actor.municipality_id, id=count_id, point_id=point_id, on_date=local.date(),
            period=list(PERIODS)[local.hour // 6], people_count=people_count, worker_id=actor.worker_id, recorded_at=timing.received_at,
        )
    )  # fmt: skip
    session.flush()


def announce_near(session: Session, municipality_id: int, spots: Collection[tuple[float, float]], named: Collection[UUID] = ()) -> None:
    """Tell the phones of the points that lie at these spots (lon, lat), and of those named: somebody was there."""
    near = set(session.scalars(_NEAR, {"m": municipality_id, "spots": [list(spot) for spot in spots], "metres": AT_PLACE_METRES})) if spots else set()
    announce(session, municipality_id, "point", near | set(named))


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
