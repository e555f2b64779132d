"""Readings of the territory: which region a point lies in, what phones draw, the editions and their reports."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.territory.models import ConcentrationPoint, Edition, PointCount, Region, Shape
from app.territory.names import key_of

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
    peaks: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)


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
        | {"peaks": place.peaks, "conditions": place.conditions}
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


def places_of(session: Session, municipality_id: int, ids: Collection[UUID]) -> list[tuple[UUID, float, float]]:
    """(id, lon, lat) of these points, also of those out of use."""
    rows = session.execute(_points_of(municipality_id, only_active=False).where(ConcentrationPoint.id.in_(ids)))
    return [(place.id, place.lon, place.lat) for place in (PointPlace(*row) for row in rows)]


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
            ConcentrationPoint.peaks,
            ConcentrationPoint.conditions,
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


# By city and layer: which edition was read, and its names as (key, name), each name once.
_named: dict[tuple[int, str], tuple[str, list[tuple[str, str]]]] = {}
_EDITION = text(
    "SELECT id::text || md5(report::text) FROM territory_editions WHERE municipality_id = :m AND layer = :layer AND is_current"
)
_NAMES = text(
    "SELECT DISTINCT s.name FROM territory_shapes s JOIN territory_editions e ON e.municipality_id = s.municipality_id AND"
    " e.id = s.edition_id WHERE s.municipality_id = :m AND e.layer = :layer AND e.is_current AND s.name IS NOT NULL"
)
# Of a street with a name that is found all over the city only what lies in the neighbourhood counts, where one is told.
_SPOT = text(
    "WITH now AS (SELECT id, layer FROM territory_editions WHERE municipality_id = :m AND is_current),"
    " home AS (SELECT ST_Union(s.geom) AS geom FROM territory_shapes s JOIN now ON now.id = s.edition_id"
    "  WHERE s.municipality_id = :m AND now.layer = 'neighbourhood' AND s.name = :neighbourhood),"
    " way AS (SELECT s.geom, coalesce(ST_Intersects(s.geom, home.geom), false) AS inside FROM territory_shapes s"
    "  JOIN now ON now.id = s.edition_id CROSS JOIN home WHERE s.municipality_id = :m AND now.layer = 'street' AND s.name = :street),"
    " chosen AS (SELECT ST_Collect(geom) AS geom FROM way WHERE inside OR NOT EXISTS (SELECT FROM way WHERE inside)),"
    " spot AS (SELECT CASE WHEN chosen.geom IS NULL THEN ST_PointOnSurface(home.geom)"
    "  ELSE ST_ClosestPoint(chosen.geom, ST_Centroid(chosen.geom)) END AS p, chosen.geom IS NOT NULL AS on_street FROM chosen, home)"
    " SELECT ST_X(p) AS lon, ST_Y(p) AS lat, on_street FROM spot WHERE p IS NOT NULL"
)
_OUTSIDE = text(
    "SELECT EXISTS (SELECT FROM territory_editions e WHERE e.municipality_id = :m AND e.layer = 'region' AND e.is_current)"
    " AND NOT EXISTS (SELECT FROM territory_shapes s JOIN territory_editions e ON e.municipality_id = s.municipality_id AND"
    "  e.id = s.edition_id WHERE s.municipality_id = :m AND e.layer = 'region' AND e.is_current"
    "  AND ST_DWithin(s.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :margin))"
)
# Degrees, about 500 m: a bridge or a beach just off the drawn border is still the city's.
_MARGIN = 0.0045


def names_like(session: Session, municipality_id: int, layer: str, typed: str, most: int = 8) -> list[str]:
    """Names of the layer's current edition that hold every word typed, in whatever case and accents; the very name first."""
    words = key_of(typed).split() if typed.strip() else []
    if not words:
        return []
    wanted = " ".join(words)
    found = [(key, name) for key, name in _names(session, municipality_id, layer) if all(f" {word}" in f" {key}" for word in words)]
    found.sort(key=lambda each: (each[0] != wanted, not each[0].endswith(wanted), len(each[0]), each[0]))
    return [name for _key, name in found[:most]]


def layer_names(session: Session, municipality_id: int, layer: str) -> list[str]:
    """Every name of the layer's current edition, by name."""
    return sorted((name for _key, name in _names(session, municipality_id, layer)), key=key_of)


def _names(session: Session, municipality_id: int, layer: str) -> list[tuple[str, str]]:
    asked = {"m": municipality_id, "layer": layer}
    edition = session.scalar(_EDITION, asked) or ""
    known = _named.get((municipality_id, layer))
    if known is None or known[0] != edition:
        known = (edition, [(key_of(name), name) for name in session.scalars(_NAMES, asked)])
        _named[municipality_id, layer] = known
    return known[1]


@dataclass(frozen=True)
class NamedSpot:
    """The middle of a named street, or a point within a neighbourhood (then `on_street` is false: good for its region only)."""

    lon: float
    lat: float
    on_street: bool


def spot_of(session: Session, municipality_id: int, street: str | None, neighbourhood: str | None) -> NamedSpot | None:
    """Where these names of the imported layers are, exactly as they stand there; None where neither is known."""
    row = session.execute(_SPOT, {"m": municipality_id, "street": street, "neighbourhood": neighbourhood}).one_or_none()
    return NamedSpot(row.lon, row.lat, row.on_street) if row else None


def is_outside(session: Session, municipality_id: int, lon: float, lat: float) -> bool:
    """Whether the city's regions are drawn and the point is farther than about 500 m from all of them."""
    return bool(session.scalar(_OUTSIDE, {"m": municipality_id, "lon": lon, "lat": lat, "margin": _MARGIN}))
