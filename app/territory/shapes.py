"""The shapes of an edition in the database, in bulk: mending, uniting, comparing, overlaps.

WKB goes in arrays, a few megabytes at a time: thousands of streets take seconds, and no statement holds a whole file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.territory.geojson import Feature
from app.territory.rules import Signatures

_BATCH_FEATURES = 2000
_BATCH_BYTES = 4 * 1024 * 1024
# Less than a hectare is the width of a badly drawn border, not a question of which region it is.
OVERLAP_FROM_KM2 = 0.01

# 'structure' keeps the area of a ring that crosses itself and of parts that overlap; the default turns these into holes.
_MEND = text(
    """
    WITH given AS (
        SELECT k, ST_GeomFromWKB(wkb, 4326) AS g FROM unnest(CAST(:keys AS int[]), CAST(:wkbs AS bytea[])) t (k, wkb)
    ), mended AS (
        SELECT k, ST_CollectionExtract(ST_MakeValid(g, 'method=structure keepcollapsed=false'), :kind) AS g
        FROM given WHERE NOT ST_IsValid(g)
    )
    SELECT k, CASE WHEN ST_IsEmpty(g) OR NOT ST_IsValid(g) THEN NULL ELSE ST_AsBinary(g, 'NDR') END AS wkb FROM mended
    """
)
_UNITE = text(
    """
    SELECT ST_AsBinary(ST_CollectionExtract(ST_Union(ST_GeomFromWKB(wkb, 4326)), 3), 'NDR')
    FROM unnest(CAST(:wkbs AS bytea[])) t (wkb)
    """
)
_INSERT = text(
    """
    INSERT INTO territory_shapes (municipality_id, id, edition_id, layer, name, region_id, geom)
    SELECT :municipality, id, :edition, :layer, name, region_id, ST_GeomFromWKB(wkb, 4326)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[]), CAST(:regions AS uuid[]), CAST(:wkbs AS bytea[]))
         t (id, name, region_id, wkb)
    """
)
_OVERLAPS = text(
    """
    SELECT a.name AS one, b.name AS other, ST_Area(ST_Intersection(a.geom, b.geom)::geography) / 1e6 AS km2
    FROM territory_shapes a JOIN territory_shapes b
      ON b.municipality_id = a.municipality_id AND b.edition_id = a.edition_id AND b.id > a.id AND b.geom && a.geom
    WHERE a.municipality_id = :municipality AND a.edition_id = :edition AND ST_Intersects(a.geom, b.geom)
    ORDER BY km2 DESC, one, other
    """
)
# By extents: a file of another city lies wholly apart from every layer that is already here.
_APART = text(
    """
    SELECT bool_and(NOT ST_Intersects(e.box, mine.box)) FROM (
        SELECT ST_SetSRID(ST_Extent(geom)::geometry, 4326) AS box FROM territory_shapes
        WHERE municipality_id = :municipality AND edition_id = :edition) mine, (
        SELECT ST_SetSRID(ST_Extent(geom)::geometry, 4326) AS box FROM territory_shapes
        WHERE municipality_id = :municipality AND edition_id <> :edition GROUP BY edition_id) e
    """
)


def mended(session: Session, features: list[Feature], dimension: int) -> tuple[list[Feature], list[int]]:
    """The features with valid shapes, and the indexes of those that nothing could mend."""
    kept, lost = [], []
    for batch in _batches(features):
        rows = session.execute(
            _MEND,
            {
                "keys": [feature.index for feature in batch],
                "wkbs": [feature.wkb for feature in batch],
                "kind": 3 if dimension == 2 else 2,
            },
        )
        touched = {row.k: row.wkb for row in rows}
        for feature in batch:
            wkb = touched.get(feature.index, feature.wkb)
            if wkb is None:
                lost.append(feature.index)
            elif feature.index in touched:
                kept.append(replace(feature, wkb=bytes(wkb), mended=True))
            else:
                kept.append(feature)
    return kept, lost


def united(session: Session, wkbs: list[bytes]) -> bytes:
    """Several areas as one."""
    return wkbs[0] if len(wkbs) == 1 else bytes(session.execute(_UNITE, {"wkbs": wkbs}).scalar_one())


def insert(
    session: Session,
    municipality_id: int,
    edition_id: UUID,
    layer: str,
    features: Iterable[Feature],
    region_ids: dict[str, UUID] | None = None,
) -> None:
    """Store the shapes; region_ids: region by its name, for the layer of regions."""
    regions = region_ids or {}
    for batch in _batches(features):
        session.execute(
            _INSERT,
            {
                "municipality": municipality_id,
                "edition": edition_id,
                "layer": layer,
                "ids": [new_id() for _ in batch],
                "names": [feature.name for feature in batch],
                "regions": [regions.get(feature.name or "") for feature in batch],
                "wkbs": [feature.wkb for feature in batch],
            },
        )


def taken_out(session: Session, municipality_id: int, edition_id: UUID, region_ids: list[UUID]) -> dict[UUID, bytes]:
    """Remove these regions' shapes from an edition and return them, to be united with what a second file adds."""
    rows = session.execute(
        text(
            "DELETE FROM territory_shapes WHERE municipality_id = :m AND edition_id = :e"
            " AND region_id = ANY(CAST(:r AS uuid[])) RETURNING region_id, ST_AsBinary(geom, 'NDR') AS wkb"
        ),
        {"m": municipality_id, "e": edition_id, "r": region_ids},
    )
    return {row.region_id: bytes(row.wkb) for row in rows}


def drop(session: Session, municipality_id: int, edition_id: UUID) -> None:
    """Remove the shapes of an edition that was replaced: its report stays, the index keeps only what is current."""
    session.execute(
        text("DELETE FROM territory_shapes WHERE municipality_id = :m AND edition_id = :e"),
        {"m": municipality_id, "e": edition_id},
    )


def signatures(session: Session, municipality_id: int, edition_id: UUID | None) -> Signatures:
    """What the edition holds now, for comparing."""
    if edition_id is None:
        return Signatures()
    rows = session.execute(
        text(
            "SELECT name, md5(ST_AsBinary(ST_Normalize(geom), 'NDR')) FROM territory_shapes"
            " WHERE municipality_id = :m AND edition_id = :e ORDER BY id"
        ),
        {"m": municipality_id, "e": edition_id},
    )
    return Signatures.of((name, digest) for name, digest in rows)


def overlaps(session: Session, municipality_id: int, edition_id: UUID) -> list[dict[str, Any]]:
    """Pairs of an edition that share more than a hectare, the largest first."""
    rows = session.execute(_OVERLAPS, {"municipality": municipality_id, "edition": edition_id})
    return [{"names": [row.one, row.other], "km2": round(row.km2, 3)} for row in rows if row.km2 >= OVERLAP_FROM_KM2]


def apart(session: Session, municipality_id: int, edition_id: UUID) -> bool:
    """True when the edition touches none of the other layers: most likely another city's file."""
    return bool(session.execute(_APART, {"municipality": municipality_id, "edition": edition_id}).scalar())


def _batches(features: Iterable[Feature]) -> Iterator[list[Feature]]:
    batch: list[Feature] = []
    size = 0
    for feature in features:
        if batch and (len(batch) == _BATCH_FEATURES or size + len(feature.wkb) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(feature)
        size += len(feature.wkb)
    if batch:
        yield batch
