"""Places: the one coarse cell that may leave the server, and what counts as being in Brazil.

Coordinates are longitude, latitude in degrees, EPSG:4326.
"""

from collections.abc import Iterable
from typing import Any

import h3

# H3 resolution 8 has an average edge of about 531 m: the finest cell shown to anybody (design 4).
CELL_RESOLUTION = 8

# Brazil with its islands (Trindade, Fernando de Noronha, São Pedro e São Paulo), rounded outwards.
_BRAZIL = (-74.1, -34.0, -28.6, 5.4)


def coarse_cell(lon: float, lat: float) -> str:
    """The H3 resolution 8 cell, as its 15 hexadecimal digits."""
    return h3.latlng_to_cell(lat, lon, CELL_RESOLUTION)


def near_cells(lon: float, lat: float) -> list[str]:
    """The cell of a point and those around it: whatever lies within half a kilometre of the point lies in one of them."""
    return h3.grid_disk(coarse_cell(lon, lat), 1)


# How near to a registered place something is at it: what a phone's reading may be off in a street.
AT_PLACE_METRES = 120


def near_rows(places: Iterable[tuple[Any, float, float]]) -> list[dict[str, Any]]:
    """Of places (id, lon, lat) a row for each cell that something at it may lie in: records are found by their cell, which hashes,
    and then by the distance; a condition of PostGIS alone would read every record under row level security."""
    return [{"id": str(id_), "cell": cell, "lon": lon, "lat": lat} for id_, lon, lat in places for cell in near_cells(lon, lat)]


def parent_cell(cell: str, resolution: int) -> str:
    """The wider cell that holds this one; finer resolutions give the cell itself."""
    return cell if resolution >= CELL_RESOLUTION else h3.cell_to_parent(cell, resolution)


def cell_outline(cell: str) -> dict:
    """The cell as a GeoJSON Polygon (closed ring, lon lat)."""
    ring = [[round(lon, 6), round(lat, 6)] for lat, lon in h3.cell_to_boundary(cell)]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def cell_centre(cell: str) -> tuple[float, float]:
    """Longitude and latitude of the centre of the cell."""
    lat, lon = h3.cell_to_latlng(cell)
    return lon, lat


def in_brazil(lon: float, lat: float) -> bool:
    """True inside the country's bounding box (land, islands and a margin)."""
    west, south, east, north = _BRAZIL
    return west <= lon <= east and south <= lat <= north
