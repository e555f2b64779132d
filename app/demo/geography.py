"""Where things are in the demonstration: outlines drawn by hand, and places that don't exist under these names."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

from app.demo.dice import Dice

METRES_PER_DEGREE = 111_320


@dataclass(frozen=True)
class Spot:
    """A place where people gather. weight: share of the encounters; spread: metres around it."""

    name: str
    kind: str
    region: str
    lon: float
    lat: float
    weight: float
    spread: float = 250
    is_registered: bool = True  # shown to the teams as a known point


def outlines(file_name: str) -> list[dict]:
    """The features of one of the outlines beside this file."""
    text = (Path(__file__).with_name("outlines") / file_name).read_text(encoding="utf-8")
    return json.loads(text)["features"]


def rings(file_name: str) -> list[list[tuple[float, float]]]:
    """The outer rings of the outlines."""
    return [[(lon, lat) for lon, lat in f["geometry"]["coordinates"][0]] for f in outlines(file_name)]


def near(dice: Dice, spot: Spot, land: list[list[tuple[float, float]]]) -> tuple[float, float]:
    """A point around a spot, on land unless chance insists (a GPS does err)."""
    for _attempt in range(4):
        away, turn = abs(dice.gauss(0, spot.spread)), dice.uniform(0, 2 * math.pi)
        lon, lat = offset(spot.lon, spot.lat, away * math.cos(turn), away * math.sin(turn))
        if any(_inside(lon, lat, ring) for ring in land):
            break
    return lon, lat


def _inside(x: float, y: float, ring: list[tuple[float, float]]) -> bool:
    crossings = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings = not crossings
    return crossings


def offset(lon: float, lat: float, east: float, north: float) -> tuple[float, float]:
    """A point so many metres to the east and to the north."""
    shrink = math.cos(math.radians(lat))
    return round(lon + east / METRES_PER_DEGREE / shrink, 6), round(lat + north / METRES_PER_DEGREE, 6)
