"""GeoJSON as a prefeitura might send it, small."""

import json
from typing import Any

# A corner far from the squares of make_city, inside Brazil.
WEST, SOUTH = -53.9, -29.8


def feature(geometry: Any, name: Any = None, **properties: Any) -> dict:
    """A feature; `name` goes in the property `nome`."""
    given = ({"nome": name} if name is not None else {}) | properties
    return {"type": "Feature", "geometry": geometry, "properties": given}


def area(west: float = WEST, south: float = SOUTH, side: float = 0.01, z: bool = False) -> dict:
    """A square Polygon."""
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [[[*p, 0] if z else p for p in ring]]}


def bow_tie(west: float = WEST, south: float = SOUTH, side: float = 0.01) -> dict:
    """A ring that crosses itself: two triangles of a quarter of the square each."""
    east, north = west + side, south + side
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, north], [east, south], [west, north], [west, south]]],
    }


def line(*positions: tuple[float, float]) -> dict:
    return {"type": "LineString", "coordinates": [list(p) for p in positions]}


def collection(*features: Any, **members: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | members).encode()
