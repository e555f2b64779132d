"""Readings of the territory: which region a point lies in, what phones draw, the editions and their reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.territory.models import ConcentrationPoint, Edition, PointCount, Region, Shape

# About 25 m on the ground in latitude; phones draw outlines a few hundred pixels wide.
_OUTLINE_TOLERANCE = 0.000225
_OUTLINE_DECIMALS = 5

_LOCATE = text("SELECT k, region_id, neighbourhood, street FROM territory_locate(:points)").bindparams(
    bindparam("points", type_=JSONB)
)


@dataclass(frozen=True)
class Located:
    """The names of a point, decided once when it arrives; each may be unknown."""

    region_id: UUID | None = None
    neighbourhood: str | None = None
    street: str | None = None


@dataclass(frozen=True)
class PointPlace:
    """Where a point of concentration is."""

    id: UUID
    name: str
    kind: str
    region_id: UUID | None
    lon: float
    lat: float
    frequency_days: int | None = None


NOWHERE = Located()


def locate(session: Session, points: Iterable[tuple[int, float, float]]) -> dict[int, Located]:
    """Region, neighbourhood and nearest named street (within 60 m) of (key, lon, lat), in one statement.

    The city is the transaction's own. Every key asked comes back, with unknowns where nothing covers it.
    """
    asked = [[key, lon, lat] for key, lon, lat in points]
    if not asked:
        return {}
    rows = session.execute(_LOCATE, {"points": asked})
    found = {row.k: Located(row.region_id, row.neighbourhood, row.street) for row in rows}
    return {key: found.get(key, NOWHERE) for key, _lon, _lat in asked}


def region_names(session: Session, municipality_id: int) -> dict[UUID, str]:
    """Every region that ever was, by id: old records keep theirs."""
    rows = session.execute(
        select(Region.id, Region.name).where(Region.municipality_id == municipality_id).order_by(Region.name)
    )
    return {row.id: row.name for row in rows}


def active_regions(session: Session, municipality_id: int) -> list[Region]:
    """The regions of the present edition, by name."""
    return list(
        session.scalars(
            select(Region).where(Region.municipality_id == municipality_id, Region.is_active).order_by(Region.name)
        )
    )


def outlines(session: Session, municipality_id: int) -> list[dict[str, Any]]:
    """Active regions as phones draw them: simplified MultiPolygons; a region without a shape has outline None."""
    # The step that keeps rings from crossing is the slow one: what lies within 5 m goes first (46,000 vertices → half the time).
    thinned = func.ST_Simplify(func.ST_Union(Shape.geom), _OUTLINE_TOLERANCE / 5, True)
    simple = func.ST_SimplifyPreserveTopology(thinned, _OUTLINE_TOLERANCE)
    rows = session.execute(
        select(Region.id, Region.name, func.ST_AsGeoJSON(func.ST_Multi(simple), _OUTLINE_DECIMALS))
        .outerjoin(
            Edition,
            (Edition.municipality_id == Region.municipality_id) & (Edition.layer == "region") & Edition.is_current,
        )
        .outerjoin(
            Shape,
            (Shape.municipality_id == Region.municipality_id)
            & (Shape.region_id == Region.id)
            & (Shape.edition_id == Edition.id),
        )
        .where(Region.municipality_id == municipality_id, Region.is_active)
        .group_by(Region.id, Region.name)
        .order_by(Region.name)
    )
    return [
        {"id": region_id, "name": name, "outline": orjson.loads(outline) if outline else None}
        for region_id, name, outline in rows
    ]


def points(session: Session, municipality_id: int) -> list[dict[str, Any]]:
    """Active points of concentration, by name."""
    return [
        {"id": place.id, "name": place.name, "kind": place.kind, "region_id": place.region_id}
        | {"lon": place.lon, "lat": place.lat, "frequency_days": place.frequency_days}
        for place in (PointPlace(*row) for row in session.execute(_points_of(municipality_id, only_active=True)))
    ]


def points_kept(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """Every point as its page shows it, by name, those out of use last; with the newest count of each period."""
    require(actor, "territory.keep_points")
    m = actor.municipality_id
    rows = session.execute(
        select(ConcentrationPoint, Region.name, func.ST_X(ConcentrationPoint.geom), func.ST_Y(ConcentrationPoint.geom))
        .outerjoin(Region, (Region.municipality_id == m) & (Region.id == ConcentrationPoint.region_id))
        .where(ConcentrationPoint.municipality_id == m)
        .order_by(ConcentrationPoint.is_active.desc(), ConcentrationPoint.name, ConcentrationPoint.id)
    ).all()
    place = func.row_number().over(
        partition_by=(PointCount.point_id, PointCount.period),
        order_by=(PointCount.on_date.desc(), PointCount.recorded_at.desc()),
    )
    ranked = select(PointCount.id, place.label("place")).where(PointCount.municipality_id == m).subquery()
    newest = session.scalars(
        select(PointCount).join(ranked, ranked.c.id == PointCount.id).where(PointCount.municipality_id == m, ranked.c.place == 1)
    ).all()
    counted: dict[UUID, dict[str, PointCount]] = {}
    for count in newest:
        counted.setdefault(count.point_id, {})[count.period] = count
    return [
        {
            "id": point.id, "name": point.name, "kind": point.kind, "region": region, "region_id": point.region_id,
            "lon": lon, "lat": lat, "is_active": point.is_active, "peaks": point.peaks, "conditions": point.conditions,
            "frequency_days": point.frequency_days, "counted": counted.get(point.id, {}),
        }
        for point, region, lon, lat in rows
    ]  # fmt: skip


def counts_of(session: Session, actor: Actor, point_id: UUID) -> list[PointCount]:
    """How many people were counted at a point, newest first."""
    require(actor, "territory.keep_points")
    return list(
        session.scalars(
            select(PointCount)
            .where(PointCount.municipality_id == actor.municipality_id, PointCount.point_id == point_id)
            .order_by(PointCount.on_date.desc(), PointCount.recorded_at.desc())
            .limit(200)
        )
    )


def point_place(session: Session, municipality_id: int, point_id: UUID) -> PointPlace | None:
    """Where a known point is, also when it was put out of use: a late record may still name it."""
    row = session.execute(
        _points_of(municipality_id, only_active=False).where(ConcentrationPoint.id == point_id)
    ).one_or_none()
    return PointPlace(*row) if row else None


def _points_of(municipality_id: int, only_active: bool):
    found = (
        select(
            ConcentrationPoint.id,
            ConcentrationPoint.name,
            ConcentrationPoint.kind,
            ConcentrationPoint.region_id,
            func.ST_X(ConcentrationPoint.geom),
            func.ST_Y(ConcentrationPoint.geom),
            ConcentrationPoint.frequency_days,
        )
        .where(ConcentrationPoint.municipality_id == municipality_id)
        .order_by(ConcentrationPoint.name, ConcentrationPoint.id)
    )
    return found.where(ConcentrationPoint.is_active) if only_active else found


def editions(session: Session, actor: Actor) -> list[Edition]:
    """Every import, newest first, each with its report."""
    require(actor, "territory.import")
    return list(
        session.scalars(
            select(Edition)
            .where(Edition.municipality_id == actor.municipality_id)
            .order_by(Edition.imported_at.desc(), Edition.id.desc())
        )
    )


def edition_of(session: Session, actor: Actor, edition_id: UUID) -> Edition | None:
    """One import, or None when this city has no such."""
    require(actor, "territory.import")
    return session.get(Edition, (actor.municipality_id, edition_id))
