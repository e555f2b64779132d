"""Bakes the city's current layers into its map file. All or nothing: a bake that is cut leaves the map of before."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from app.territory import problems
from app.territory.basemap import archive, queries, tiles
from app.territory.models import Basemap

# Changes when the same layers would be drawn otherwise.
_RECIPE = "1"
# The present one, and the one before for a phone that is halfway through it.
_KEPT = 2


@dataclass(frozen=True)
class Baked:
    """The city's map, and whether it is another than before."""

    basemap: Basemap
    is_new: bool


def bake(session: Session, municipality_id: int, now: datetime, *, anew: bool = False) -> Baked:
    """The map of the current layers. Whoever comes second waits and finds it made; `anew` bakes all the same.

    Raises NoLayers.
    """
    session.execute(text("SELECT set_config('statement_timeout', '600000', true), set_config('lock_timeout', '600000', true)"))
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"basemap:{municipality_id}"})
    layers = queries.made_of(session, municipality_id)
    if layers is None:
        raise problems.NoLayers()
    made_of = f"{_RECIPE}:{layers}"
    present = queries.current(session, municipality_id)
    if present and present.made_of == made_of and not anew:
        return Baked(present, is_new=False)
    cut = tiles.cut(session, municipality_id)
    metadata = {"name": str(municipality_id), "format": "pbf", "vector_layers": [{"id": name, "fields": {"name": "String"}} for name in tiles.DRAWN]}
    raw = archive.write(cut, tiles.bounds(session, municipality_id), metadata)
    return _store(session, municipality_id, raw, len(cut), made_of, now)


def _store(session: Session, municipality_id: int, raw: bytes, tile_count: int, made_of: str, now: datetime) -> Baked:
    digest = hashlib.sha256(raw).hexdigest()
    known = queries.by_digest(session, municipality_id, digest)
    if known:
        # The same bytes keep their address: no phone fetches them again.
        is_new = known.id != getattr(queries.current(session, municipality_id), "id", None)
        known.made_of, known.made_at = made_of, now
        session.flush()
        return Baked(known, is_new)
    basemap = Basemap(
        municipality_id=municipality_id, sha256=digest, size_bytes=len(raw), tile_count=tile_count, made_of=made_of, made_at=now, content=raw
    )
    session.add(basemap)
    session.flush()
    kept = queries.newest_ids(session, municipality_id, _KEPT)
    session.execute(delete(Basemap).where(Basemap.municipality_id == municipality_id, Basemap.id.not_in(kept)))
    return Baked(basemap, is_new=True)
