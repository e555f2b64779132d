"""What ids are called now, for lists of other things: one reading, whatever was merged, restricted or taken out."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.db import cleared
from app.people.models import Person

# Of a merged person the best name of all her ids: social, nickname, civil, alias, so that a civil name never stands
# where a social one is known.
_CALLED = text(
    "WITH asked AS (SELECT DISTINCT w.id, COALESCE(x.survivor_id, w.id) AS now FROM unnest(CAST(:ids AS uuid[])) w(id)"
    "  LEFT JOIN people_absorbed x ON x.municipality_id = :m AND x.id = w.id),"
    " every AS (SELECT DISTINCT now AS id, now FROM asked UNION"
    "  SELECT x.id, x.survivor_id FROM people_absorbed x WHERE x.municipality_id = :m"
    "  AND x.survivor_id IN (SELECT now FROM asked)),"
    " best AS (SELECT DISTINCT ON (e.now) e.now, p.called, p.called_kind FROM every e"
    "  JOIN people p ON p.municipality_id = :m AND p.id = e.id AND p.ended_at IS NULL"
    "  ORDER BY e.now, array_position(ARRAY['social', 'nickname', 'civil', 'alias'], p.called_kind::text),"
    "  (e.id = e.now) DESC, p.last_met_at DESC)"
    " SELECT a.id, a.now, b.called, b.called_kind FROM asked a JOIN best b ON b.now = a.now"
    " JOIN people s ON s.municipality_id = :m AND s.id = a.now AND s.ended_at IS NULL"
)


@dataclass(frozen=True)
class Called:
    """id: who the asked id is now."""

    id: UUID
    called: str
    called_kind: str


def called_of(session: Session, municipality_id: int, ids: Collection[UUID | None]) -> dict[UUID, Called]:
    """{asked id: who it is now and what she is called}. Whom this worker may not see, or who was taken out, is missing."""
    wanted = list({id_ for id_ in ids if id_ is not None})
    if not wanted:
        return {}
    rows = session.execute(_CALLED, {"m": municipality_id, "ids": wanted})
    return {row.id: Called(row.now, row.called, row.called_kind) for row in rows}


def not_here(session: Session, municipality_id: int, ids: Collection[UUID]) -> set[UUID]:
    """Which of these ids no person of the city has, restricted ones too: their ids are taken in like any other."""
    with cleared(session, "restricted"):
        here = session.scalars(select(Person.id).where(Person.municipality_id == municipality_id, Person.id.in_(ids)))
        return set(ids) - set(here)
