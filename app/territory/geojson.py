"""Reads a prefeitura's GeoJSON into shapes ready for the database: pure, and it never trusts the file.

A feature that can't be used is refused with a reason and the rest goes on; `rules` decides when the file as a
whole must stop. Coordinates are longitude, latitude in degrees; heights are dropped.
"""

import re
import struct
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from app.core.geo import in_brazil
from app.territory import problems
from app.territory.names import clean
from app.territory.terms import LAYERS

LARGEST_MIB = 64

_KINDS = {  # GeoJSON type → (dimension, holds many)
    "Point": (0, False),
    "MultiPoint": (0, True),
    "LineString": (1, False),
    "MultiLineString": (1, True),
    "Polygon": (2, False),
    "MultiPolygon": (2, True),
}
_NUMBERS = frozenset((int, float))
_STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\]"]')


@dataclass(frozen=True)
class Feature:
    """One usable feature. index counts from 0 as in `features[0]`; mended: a ring was closed or a crumb dropped."""

    index: int
    name: str | None
    wkb: bytes
    mended: bool = False


@dataclass
class Reading:
    """What a file holds: the usable features, and for each reason the indexes of those refused."""

    read: int
    name_property: str | None
    features: list[Feature] = field(default_factory=list)
    refused: dict[str, list[int]] = field(default_factory=dict)
    kinds: Counter = field(default_factory=Counter)  # geometry types seen, for the error's sentence
    ignored_parts: int = 0  # points or lines inside a collection that also had what the layer wants

    def refuse(self, index: int, reason: str) -> None:
        self.refused.setdefault(reason, []).append(index)


class _Refused(Exception):
    """This feature can't be used; args[0] is the reason."""


def load(path: Path) -> bytes:
    """The file's bytes; raises FileMissing or FileTooLarge without reading more than the limit."""
    limit = LARGEST_MIB * 1024 * 1024
    try:
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except OSError as error:
        raise problems.FileMissing(str(path)) from error
    if len(raw) > limit:
        raise problems.FileTooLarge(LARGEST_MIB)
    return raw


def read(raw: bytes, layer: str, name_property: str | None = None) -> Reading:
    """A GeoJSON text as the layer's features. name_property: None = guess, '' = nameless. Raises a BadFile."""
    wanted = LAYERS[layer]
    document = parse(raw)
    check_system(document)
    features = features_of(document)
    chosen = choose_property(features, layer, name_property)
    reading = Reading(read=len(features), name_property=chosen)
    for index, feature in enumerate(features):
        try:
            if not isinstance(feature, dict) or feature.get("type") != "Feature":
                raise _Refused("not_a_feature")
            wkb, mended = _shape(feature.get("geometry"), wanted.dimension, reading)
            properties = feature.get("properties")
            name = clean(properties.get(chosen)) if chosen and isinstance(properties, dict) else None
            if wanted.needs_name and not name:
                raise _Refused("no_name")
            reading.features.append(Feature(index, name, wkb, mended))
        except _Refused as refused:
            reading.refuse(index, refused.args[0])
    return reading


def parse(raw: bytes) -> Any:
    """The JSON document; raises Truncated or NotJson."""
    text = raw.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        raise problems.Truncated()
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if text[:1] in (b"{", b"[") and _ends_early(text):
            raise problems.Truncated() from error
        raise problems.NotJson() from error


def check_system(document: Any) -> None:
    """Raise Projected or OtherDatum when the (old) `crs` member names another system than degrees of WGS 84.

    SIRGAS 2000 in degrees (4674) is the same within centimetres.
    """
    crs = document.get("crs") if isinstance(document, dict) else None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or not name.strip():
        return
    bare = re.sub(r"\s+", " ", name).strip()[:80]
    number = re.search(r"(?:EPSG|SRID)\W+(?:[\d.]*:)?(\d{4,6})$", bare, re.IGNORECASE)
    if re.search(r"CRS:?84H?$|WGS ?84$", bare, re.IGNORECASE) or (number and number[1] in _SAME_AS_4326):
        return
    if number and number[1] in _OTHER_DEGREES:
        raise problems.OtherDatum(bare)
    raise problems.Projected(bare)


_SAME_AS_4326 = frozenset(("4326", "4979", "4674", "4988", "4989"))
_OTHER_DEGREES = frozenset(("4618", "4291", "4225", "4224", "4322", "4269"))  # SAD 69 and others: tens of metres off


def features_of(document: Any) -> list[Any]:
    """The features of a FeatureCollection, or a lone Feature; raises NotGeoJson or NoFeatures."""
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "Feature":
        return [document]
    if kind != "FeatureCollection" or not isinstance(document.get("features"), list):
        found = kind if isinstance(kind, str) else type(document).__name__
        raise problems.NotGeoJson(found[:40] if found != "FeatureCollection" else "FeatureCollection sem features")
    if not document["features"]:
        raise problems.NoFeatures()
    return document["features"]


# Words of a property's name that say "this is the name", per layer after those that serve every layer.
_NAME_WORDS = frozenset(("name", "nome", "nm", "denominacao", "denominação"))
_LAYER_WORDS = {
    "region": frozenset(("regiao", "região", "region", "regional", "distrito", "zona")),
    "neighbourhood": frozenset(("bairro", "neighbourhood", "neighborhood")),
    "street": frozenset(("logradouro", "rua", "street", "via")),
    "block": frozenset(("quadra", "block")),
}


def choose_property(features: list[Any], layer: str, asked: str | None) -> str | None:
    """Which property holds the name; None when there is none. Raises NamePropertyMissing or NamePropertyUnclear."""
    if asked == "":
        return None
    seen: Counter[str] = Counter()
    naming: Counter[str] = Counter()  # those that hold a text somewhere
    for feature in features:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        for key, value in properties.items() if isinstance(properties, dict) else ():
            seen[key] += 1
            naming[key] += isinstance(value, str) and value.strip() != ""
    if asked is not None:
        if asked not in seen:
            raise problems.NamePropertyMissing(asked[:60], [key[:60] for key in seen])
        return asked
    candidates = [key for key in seen if naming[key]] or list(seen)
    plain = {key.casefold(): key for key in reversed(candidates)}
    for word in ("nome", "name"):
        if word in plain:
            return plain[word]
    words = _NAME_WORDS | _LAYER_WORDS[layer]
    said = [key for key in candidates if words & set(re.split(r"[^a-zãç]+", key.casefold()))]
    if len(said) == 1:
        return said[0]
    texts = [key for key in candidates if naming[key]]
    if len(texts) > 1:
        raise problems.NamePropertyUnclear([key[:60] for key in texts])
    return texts[0] if texts else None


def _shape(geometry: Any, dimension: int, reading: Reading) -> tuple[bytes, bool]:
    """The parts of the wanted dimension as one WKB, and whether anything had to be put right."""
    if geometry is None:
        raise _Refused("no_geometry")
    parts: list[Any] = []
    mended, others, crumbs = False, 0, 0
    pending = [geometry]
    while pending:
        item = pending.pop()
        kind = item.get("type") if isinstance(item, dict) else None
        if kind == "GeometryCollection":
            inner = item.get("geometries")
            if not isinstance(inner, list):
                raise _Refused("bad_coordinates")
            pending.extend(reversed(inner))
            continue
        if not isinstance(kind, str) or kind not in _KINDS:
            raise _Refused("wrong_kind")
        reading.kinds[kind] += 1
        of_dimension, many = _KINDS[kind]
        if of_dimension != dimension:
            others += 1
            continue
        coordinates = item.get("coordinates")
        if not isinstance(coordinates, list):
            raise _Refused("bad_coordinates")
        for part in coordinates if many else [coordinates]:
            built, touched = _line(part) if dimension == 1 else _polygon(part)
            mended |= touched
            if built:
                parts.append(built)
            elif part:
                crumbs += 1
    if not parts:
        raise _Refused("wrong_kind" if others else "too_few_points" if crumbs else "empty_geometry")
    reading.ignored_parts += others
    return _wkb(parts, dimension), mended or crumbs > 0


def _line(raw: Any) -> tuple[list[float] | None, bool]:
    flat = _positions(raw)
    return (flat if len(flat) >= 4 else None), False


def _polygon(raw: Any) -> tuple[list[list[float]] | None, bool]:
    """Closed rings of at least four points; a hole too small is dropped, a shell too small drops the polygon."""
    if not isinstance(raw, list):
        raise _Refused("bad_coordinates")
    rings, mended = [], False
    for number, ring in enumerate(raw):
        flat = _positions(ring)
        if flat and flat[:2] != flat[-2:]:
            flat += flat[:2]
            mended = True
        if len(flat) >= 8:
            rings.append(flat)
        elif number == 0:
            return None, mended
        else:
            mended = True
    return rings or None, mended


def _positions(raw: Any) -> list[float]:
    """Positions as x, y, x, y …; refuses what isn't numbers or isn't in Brazil."""
    if not isinstance(raw, list):
        raise _Refused("bad_coordinates")
    try:
        xs = [position[0] for position in raw]
        ys = [position[1] for position in raw]
    except (TypeError, IndexError, KeyError):
        raise _Refused("bad_coordinates") from None
    if not _NUMBERS.issuperset(map(type, xs)) or not _NUMBERS.issuperset(map(type, ys)):
        raise _Refused("bad_coordinates")
    if xs:
        _check_bounds(min(xs), min(ys), max(xs), max(ys))
    flat = [0.0] * (2 * len(xs))
    flat[::2], flat[1::2] = xs, ys
    return flat


def _check_bounds(west: float, south: float, east: float, north: float) -> None:
    if in_brazil(west, south) and in_brazil(east, north):
        return
    if in_brazil(south, west) and in_brazil(north, east):
        raise _Refused("swapped")
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise _Refused("off_the_planet")
    raise _Refused("outside_brazil")


def _wkb(parts: list[Any], dimension: int) -> bytes:
    """Little-endian WKB: LineString, Polygon, or its Multi when there is more than one part."""
    if dimension == 1:
        bodies = [struct.pack("<BII", 1, 2, len(flat) // 2) + struct.pack(f"<{len(flat)}d", *flat) for flat in parts]
    else:
        bodies = [
            struct.pack("<BII", 1, 3, len(rings))
            + b"".join(struct.pack("<I", len(flat) // 2) + struct.pack(f"<{len(flat)}d", *flat) for flat in rings)
            for rings in parts
        ]
    if len(bodies) == 1:
        return bodies[0]
    return struct.pack("<BII", 1, 5 if dimension == 1 else 6, len(bodies)) + b"".join(bodies)


def _ends_early(text: bytes) -> bool:
    """True when a bracket or a quote is still open at the end."""
    depth = 0
    for token in _STRUCTURE.finditer(text):
        mark = token[0]
        if mark == b'"':  # an opening quote that never closes
            return True
        depth += 1 if mark in (b"{", b"[") else -1 if mark in (b"}", b"]") else 0
    return depth > 0
