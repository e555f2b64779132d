"""The city's map file: which it is, and its bytes by pieces."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.territory.models import Basemap

_MADE_OF = text(
    "SELECT md5(string_agg(e.layer || e.number || e.report::text, '|' ORDER BY e.layer)) FROM territory_editions e"
    " WHERE e.municipality_id = :m AND e.is_current AND EXISTS (SELECT FROM territory_shapes s"
    "  WHERE s.municipality_id = :m AND s.edition_id = e.id)"
)
_PIECE = text("SELECT substring(content FROM :start + 1 FOR :length) FROM territory_basemaps WHERE municipality_id = :m AND sha256 = :digest")


def current(session: Session, municipality_id: int) -> Basemap | None:
    """The newest map of the city, without its content."""
    return session.scalar(_newest(municipality_id).limit(1))


def newest_ids(session: Session, municipality_id: int, most: int) -> list[UUID]:
    return [found.id for found in session.scalars(_newest(municipality_id).limit(most))]


def by_digest(session: Session, municipality_id: int, digest: str) -> Basemap | None:
    if not digest.isalnum():  # PostgreSQL takes no NUL
        return None
    return session.scalar(select(Basemap).where(Basemap.municipality_id == municipality_id, Basemap.sha256 == digest))


def piece(session: Session, municipality_id: int, digest: str, start: int, length: int) -> bytes:
    """These bytes of the file; fewer where it ends."""
    return bytes(session.scalar(_PIECE, {"m": municipality_id, "digest": digest, "start": start, "length": length}) or b"")


def made_of(session: Session, municipality_id: int) -> str | None:
    """What tells the current layers from others; None without any."""
    return session.scalar(_MADE_OF, {"m": municipality_id})


def is_stale(session: Session, municipality_id: int) -> bool:
    """Whether there are layers of which no map was made."""
    layers = made_of(session, municipality_id)
    present = current(session, municipality_id)
    return layers is not None and (present is None or not present.made_of.endswith(f":{layers}"))


def _newest(municipality_id: int):
    return select(Basemap).where(Basemap.municipality_id == municipality_id).order_by(Basemap.made_at.desc(), Basemap.id.desc())
