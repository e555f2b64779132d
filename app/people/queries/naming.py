"""What ids are called now, for lists of other things: one reading, whatever was merged, restricted or taken out."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.db import cleared
from app.people import ladder
from app.people.ladder import Told
from app.people.models import Person
from app.people.queries.cards import choices_of, told_of
from app.people.queries.resolving import cluster_of
from app.people.terms import CALLED_KINDS

# Of who is not merged the columns say it; they are a projection of her own ladder.
_OWN = text(
    "SELECT p.id, p.called, p.called_kind FROM people p WHERE p.municipality_id = :m AND p.id = ANY (:ids) AND p.ended_at IS NULL"
)
_NAMES = tuple(f"name.{kind}" for kind in CALLED_KINDS)


@dataclass(frozen=True)
class Called:
    """id: who the asked id is now; another of hers where that one was taken out."""

    id: UUID
    called: str
    called_kind: str


def called_of(session: Session, municipality_id: int, ids: Collection[UUID | None]) -> dict[UUID, Called]:
    """{asked id: who it is now and what she is called}. Whom this worker may not see, or who was taken out, is missing."""
    wanted = list({id_ for id_ in ids if id_ is not None})
    if not wanted:
        return {}
    clusters = cluster_of(session, municipality_id, wanted)
    every = [id_ for cluster in clusters.values() for id_ in cluster]
    own = {row.id: row for row in session.execute(_OWN, {"m": municipality_id, "ids": every})}
    merged = {end: [id_ for id_ in cluster if id_ in own] for end, cluster in clusters.items() if len(cluster) > 1}
    said = _said(session, municipality_id, merged)
    now = {}
    for end, cluster in clusters.items():
        here = next((id_ for id_ in cluster if id_ in own), None)
        if here is not None:
            called, kind = said.get(end) or (own[here].called, own[here].called_kind)
            now.update(dict.fromkeys(cluster, Called(here, called, kind)))
    return {id_: now[id_] for id_ in wanted if id_ in now}


def _said(session: Session, m: int, merged: Mapping[UUID, Collection[UUID]]) -> dict[UUID, tuple[str, str]]:
    """What merged persons are called by the ladder of all their ids and what was chosen when merging, as on their cards."""
    every = [id_ for cluster in merged.values() for id_ in cluster]
    rows: dict[UUID, list[Told]] = defaultdict(list)
    for row in told_of(session, m, every, standing_only=True, fields=_NAMES):
        rows[row.person_id].append(row)
    chosen = {end: choices_of(session, m, cluster) for end, cluster in merged.items()} if rows else {}
    found = {}
    for end, cluster in merged.items():
        counts = ladder.counting([row for id_ in cluster for row in rows[id_]], chosen.get(end))
        if counts:
            found[end] = ladder.called_of(counts)
    return found


def not_here(session: Session, municipality_id: int, ids: Collection[UUID]) -> set[UUID]:
    """Which of these ids no person of the city has, restricted ones too: their ids are taken in like any other."""
    with cleared(session, "restricted"):
        here = session.scalars(select(Person.id).where(Person.municipality_id == municipality_id, Person.id.in_(ids)))
        return set(ids) - set(here)
