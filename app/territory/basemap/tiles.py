"""The layers of the city as vector tiles: what is drawn at which zoom, and how coarsely. PostGIS cuts and writes them.

One statement per zoom and layer: nothing is looked up by an index there, so row level security costs nothing, and no
table of its own is needed. Features stand in an order of their own (name, then shape): ids change with each import.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.territory.basemap.archive import Tile

ZOOMS = range(10, 17)
_EXTENT, _BUFFER = 4096, 64
# Metres that a line may leave its place: about half a point of the screen at that zoom; near the ground, less.
_TOLERANCE = {zoom: 40_075_016 / 2**zoom / 512 for zoom in ZOOMS} | {16: 0.5}
# Metres: a shorter street is only seen from nearer.
_LEAST_STREET = {10: 4000, 11: 2500, 12: 1200, 13: 350}


@dataclass(frozen=True)
class Drawn:
    """A layer of the file: what it is made of, as SQL that gives (name, geom) in 3857, and from which zoom."""

    source: str
    zooms: range
    shape: str  # of what is kept after simplifying: 1 points, 2 lines, 3 areas


# Streets of one name that touch are one line: fewer features, and room for the name along it.
_STREETS = """
    SELECT name, (ST_Dump(ST_LineMerge(ST_Collect(geom ORDER BY ST_AsBinary(geom))))).geom
    FROM shape WHERE layer = 'street' AND name IS NOT NULL GROUP BY name
    UNION ALL SELECT NULL, geom FROM shape WHERE layer = 'street' AND name IS NULL
"""
_BORDERS = "SELECT CAST(NULL AS text), ST_Subdivide(ST_Boundary(geom), 128) FROM shape WHERE layer = '{layer}'"
_NAMES = "SELECT name, ST_PointOnSurface(geom) FROM shape WHERE layer = '{layer}' AND name IS NOT NULL"

# In the order in which they are drawn.
DRAWN: dict[str, Drawn] = {
    "block": Drawn("SELECT CAST(NULL AS text), geom FROM shape WHERE layer = 'block'", range(14, 17), "3"),
    "street": Drawn(_STREETS, ZOOMS, "2"),
    "neighbourhood_border": Drawn(_BORDERS.format(layer="neighbourhood"), range(11, 17), "2"),
    "region_border": Drawn(_BORDERS.format(layer="region"), ZOOMS, "2"),
    "neighbourhood": Drawn(_NAMES.format(layer="neighbourhood"), range(11, 17), "1"),
    "region": Drawn(_NAMES.format(layer="region"), ZOOMS, "1"),
}

_SHAPES = """
    SELECT s.layer, s.name, ST_Transform(s.geom, 3857) AS geom FROM territory_shapes s
    JOIN territory_editions e ON e.municipality_id = s.municipality_id AND e.id = s.edition_id AND e.is_current
    WHERE s.municipality_id = :city
"""
# A tile's envelope holds its buffer: a line on the edge is drawn by both neighbours.
_CUT = """
    WITH shape AS MATERIALIZED ({shapes}), source (name, geom) AS ({source}), thinned AS (
        SELECT name, CASE WHEN :shape = 1 THEN geom ELSE ST_Simplify(geom, :tolerance, :shape = 3) END AS geom
        FROM source WHERE :shape <> 2 OR name IS NULL AND :least = 0 OR ST_Length(geom) >= :least OR :border
    ), ordered AS MATERIALIZED (
        SELECT row_number() OVER (ORDER BY name COLLATE "C" NULLS FIRST, ST_AsBinary(geom)) AS ord, name, geom,
            ST_XMin(geom) AS west, ST_XMax(geom) AS east, ST_YMin(geom) AS south, ST_YMax(geom) AS north
        FROM thinned WHERE geom IS NOT NULL AND NOT ST_IsEmpty(geom)
    ), spread AS (
        SELECT x, y, ord, name, ST_AsMVTGeom(geom, ST_TileEnvelope(:zoom, x, y), :extent, :buffer, true) AS geom FROM ordered,
        LATERAL generate_series(greatest(floor((west + :half) / :side - :edge)::int, 0), least(floor((east + :half) / :side + :edge)::int, :last)) x,
        LATERAL generate_series(greatest(floor((:half - north) / :side - :edge)::int, 0), least(floor((:half - south) / :side + :edge)::int, :last)) y
    ), tile AS (
        SELECT x, y, array_agg(name ORDER BY ord) AS names, array_agg(geom ORDER BY ord) AS geoms
        FROM spread WHERE geom IS NOT NULL GROUP BY x, y
    )
    SELECT x, y, (SELECT ST_AsMVT(q, :layer, :extent, 'geom') FROM (
        SELECT u.name, u.geom FROM unnest(names, geoms) AS u (name, geom)) q) AS mvt
    FROM tile
"""
_BOUNDS = text(
    "SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM (SELECT ST_Extent(s.geom) AS b FROM territory_shapes s"
    " JOIN territory_editions e ON e.municipality_id = s.municipality_id AND e.id = s.edition_id AND e.is_current"
    " WHERE s.municipality_id = :city) q"
)
_HALF = 20_037_508.342789244


def cut(session: Session, municipality_id: int) -> dict[Tile, bytes]:
    """Every tile with something in it, its layers in the order of drawing."""
    found: dict[Tile, bytes] = {}
    for name, drawn in DRAWN.items():
        for zoom in drawn.zooms:
            for row in session.execute(_statement(drawn), _given(municipality_id, name, drawn, zoom)):
                tile = (zoom, row.x, row.y)
                # A tile is its layers one behind the other.
                found[tile] = found.get(tile, b"") + bytes(row.mvt)
    return found


def bounds(session: Session, municipality_id: int) -> tuple[float, float, float, float]:
    """West, south, east and north of all layers together, in degrees."""
    west, south, east, north = session.execute(_BOUNDS, {"city": municipality_id}).one()
    return west, south, east, north


def _statement(drawn: Drawn):
    return text(_CUT.format(shapes=_SHAPES, source=drawn.source))


def _given(municipality_id: int, name: str, drawn: Drawn, zoom: int) -> dict:
    return {
        "city": municipality_id, "layer": name, "zoom": zoom, "shape": int(drawn.shape), "border": name.endswith("_border"),
        "tolerance": _TOLERANCE[zoom], "least": _LEAST_STREET.get(zoom, 0), "extent": _EXTENT, "buffer": _BUFFER, "half": _HALF,
        "side": 2 * _HALF / 2**zoom, "edge": _BUFFER / _EXTENT, "last": 2**zoom - 1,
    }  # fmt: skip
