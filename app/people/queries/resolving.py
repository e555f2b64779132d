"""Who an id is now: a merge moves nothing, so every reader of people asks here first.

Answers from `people_absorbed`, the index that merge and undo rewrite under one lock of the city (service/merging.py).
Row level security hides the chain of a restricted person from who may not see her: her ids then stand for themselves.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import PersonAbsorbed


def canonical(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """{id: the person it counts as now}, for each of `ids`; itself when nothing absorbed it."""
    found = {
        row.id: row.survivor_id
        for row in session.execute(
            select(PersonAbsorbed.id, PersonAbsorbed.survivor_id).where(
                PersonAbsorbed.municipality_id == municipality_id, PersonAbsorbed.id.in_(ids)
            )
        )
    }
    return {id_: found.get(id_, id_) for id_ in ids}


def cluster_of(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """{survivor: [survivor, then every id that was found to be her, sorted]} of the persons that `ids` are now."""
    clusters: dict[UUID, list[UUID]] = {end: [end] for end in canonical(session, municipality_id, ids).values()}
    for row in session.execute(
        select(PersonAbsorbed.id, PersonAbsorbed.survivor_id)
        .where(PersonAbsorbed.municipality_id == municipality_id, PersonAbsorbed.survivor_id.in_(clusters))
        .order_by(PersonAbsorbed.id)
    ):
        clusters[row.survivor_id].append(row.id)
    return clusters
