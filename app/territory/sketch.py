"""The city drawn from its own imported layers, for whoever marks a place without anybody else's map.

Outlines of regions and neighbourhoods of the whole, and named streets of one square of about two kilometres. Nothing of any
record, no known point. Coordinates are units east and south of the city's north-western corner, small enough for a cheap phone.
"""

import math
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

METRES_A_DEGREE = 111_320
# Squares a degree: of two kilometres, which a street's view needs four of at the most.
SQUARES_A_DEGREE = 50
# How many steps the longer side of the city is drawn in, and what is left out beyond.
_STEPS, _MOST_AREAS, _MOST_STREETS = 800, 300, 600

_NOW = (
    "WITH now AS (SELECT id, layer FROM territory_editions WHERE municipality_id = :m AND is_current"
    " AND layer IN ('region', 'neighbourhood', 'street'))"
)
_MARK = text(_NOW + " SELECT substr(md5(string_agg(id::text, ',' ORDER BY id)), 1, 8) FROM now")
# What says how large the city is: its regions, else whatever is drawn.
_FRAME = text(
    _NOW + " SELECT ST_XMin(box) AS west, ST_YMin(box) AS south, ST_XMax(box) AS east, ST_YMax(box) AS north FROM ("
    " SELECT ST_Extent(s.geom) AS box FROM territory_shapes s WHERE s.municipality_id = :m AND s.edition_id = (SELECT id FROM now"
    "  ORDER BY array_position(ARRAY['region', 'neighbourhood', 'street'], layer::text) LIMIT 1)) drawn WHERE box IS NOT NULL"
)
_DRAWN = (
    "s.name, ST_AsSVG(ST_TransScale({geom}, -:west, -:north, :across, :down), 1, 0) AS d,"
    " (ST_X(p) - :west) * :across AS x, (:north - ST_Y(p)) * :down AS y"
)
# What lies within a quarter of a step goes first: keeping rings from crossing is the slow part.
_AREAS = text(
    _NOW + " SELECT layer, " + _DRAWN.format(geom="ST_SimplifyPreserveTopology(ST_Simplify(s.geom, :step / 4, true), :step)")
    + " FROM (SELECT now.layer, s.name, s.geom, ST_PointOnSurface(s.geom) AS p FROM territory_shapes s JOIN now ON now.id = s.edition_id"
    "  WHERE s.municipality_id = :m AND now.layer <> 'street' ORDER BY ST_Area(s.geom) DESC LIMIT :most) s"
)
_STREETS = text(
    _NOW + " SELECT " + _DRAWN.format(geom="geom")
    + " FROM (SELECT name, geom, ST_PointOnSurface(geom) AS p FROM (SELECT s.name,"
    # Pieces of a street are one line, and its name comes once.
    "    ST_Simplify(ST_ClipByBox2D(ST_LineMerge(ST_Collect(s.geom)), box.geom), 0.00002) AS geom"
    "   FROM territory_shapes s JOIN now ON now.id = s.edition_id CROSS JOIN (SELECT ST_MakeEnvelope(:w, :s, :e, :n, 4326) AS geom) box"
    "   WHERE s.municipality_id = :m AND now.layer = 'street' AND s.geom && box.geom GROUP BY s.name, box.geom) cut WHERE NOT ST_IsEmpty(geom)"
    "  ORDER BY ST_Length(geom) DESC LIMIT :most) s"
)  # fmt: skip


@dataclass(frozen=True)
class Frame:
    """The corner from which everything is counted; units a degree eastwards and southwards; how far it reaches."""

    west: float
    north: float
    across: float
    down: float
    width: float
    height: float


def mark_of(session: Session, municipality_id: int) -> str | None:
    """What changes when a layer is imported anew; None where nothing was imported that could be drawn."""
    return session.scalar(_MARK, {"m": municipality_id})


def whole(session: Session, municipality_id: int) -> dict[str, Any] | None:
    """The city: `regions` and `neighbourhoods` as [name, x, y, path], x and y where the name stands; a unit is `unit` metres."""
    frame = _frame_of(session, municipality_id)
    if frame is None:
        return None
    # Of a small city a metre; of a large one what its outline needs.
    unit = max(1, round(max(frame.width, frame.height) / 2000))
    step = max(frame.width, frame.height) / _STEPS / METRES_A_DEGREE
    asked = _told(municipality_id, frame, unit) | {"step": step, "most": _MOST_AREAS}
    areas = session.execute(_AREAS, asked).all()
    return {
        "west": frame.west, "north": frame.north, "across": round(frame.across, 3), "down": round(frame.down, 3),
        "width": round(frame.width), "height": round(frame.height), "unit": unit, "squares": SQUARES_A_DEGREE,
        "regions": [_line(row) for row in areas if row.layer == "region"],
        "neighbourhoods": [_line(row) for row in areas if row.layer == "neighbourhood"],
    }  # fmt: skip


def square(session: Session, municipality_id: int, x: int, y: int) -> dict[str, Any] | None:
    """Streets of one square, counted from 180° W and 90° S; None for one that no city's frame touches."""
    frame = _frame_of(session, municipality_id)
    west, south = x / SQUARES_A_DEGREE - 180, y / SQUARES_A_DEGREE - 90
    east, north = west + 1 / SQUARES_A_DEGREE, south + 1 / SQUARES_A_DEGREE
    if frame is None or east < frame.west or north < frame.north - frame.height / frame.down:
        return None
    if west > frame.west + frame.width / frame.across or south > frame.north:
        return None
    asked = _told(municipality_id, frame, 1) | {"w": west, "s": south, "e": east, "n": north, "most": _MOST_STREETS}
    return {"unit": 1, "streets": [_line(row) for row in session.execute(_STREETS, asked)]}


def _frame_of(session: Session, municipality_id: int) -> Frame | None:
    row = session.execute(_FRAME, {"m": municipality_id}).one_or_none()
    if row is None:
        return None
    across = METRES_A_DEGREE * math.cos(math.radians((row.north + row.south) / 2))
    return Frame(row.west, row.north, across, METRES_A_DEGREE, (row.east - row.west) * across, (row.north - row.south) * METRES_A_DEGREE)


def _told(municipality_id: int, frame: Frame, unit: int) -> dict[str, Any]:
    return {"m": municipality_id, "west": frame.west, "north": frame.north, "across": frame.across / unit, "down": frame.down / unit}


def _line(row: Any) -> list[Any]:
    return [row.name or "", round(row.x), round(row.y), row.d]
