"""Who an id is now: a merge moves nothing, so every reader of people asks here first.

Answers from `people_absorbed`, the index that merge and undo rewrite under one lock of the city (service/merging.py).
Row level security hides the chain of a restricted person from who may not see her: her ids then stand for themselves.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, literal, select, text
from sqlalchemy.orm import Session

from app.people.models import PersonAbsorbed

_EVER_ONE = text(
    "WITH RECURSIVE one AS (SELECT CAST(:id AS uuid) AS id UNION"
    " SELECT CASE WHEN g.absorbed_id = o.id THEN g.survivor_id ELSE g.absorbed_id END FROM one o JOIN person_merges g"
    "  ON g.municipality_id = :m AND (g.absorbed_id = o.id OR g.survivor_id = o.id)) SELECT id FROM one"
)


def among(column: Any, ids: Collection[UUID]) -> ColumnElement[bool]:
    """`column` is one of the ids, sent as one array: thousands of parameters would cost more than the reading."""
    return column == any_(literal(list(ids), ARRAY(Uuid)))


def canonical(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """{id: the person it counts as now}, for each of `ids`; itself when nothing absorbed it."""
    found = {
        row.id: row.survivor_id
        for row in session.execute(
            select(PersonAbsorbed.id, PersonAbsorbed.survivor_id).where(
                PersonAbsorbed.municipality_id == municipality_id, among(PersonAbsorbed.id, ids)
            )
        )
    }
    return {id_: found.get(id_, id_) for id_ in ids}


def cluster_of(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """{survivor: [survivor, then every id that was found to be her, sorted]} of the persons that `ids` are now."""
    clusters: dict[UUID, list[UUID]] = {end: [end] for end in canonical(session, municipality_id, ids).values()}
    for row in session.execute(
        select(PersonAbsorbed.id, PersonAbsorbed.survivor_id)
        .where(PersonAbsorbed.municipality_id == municipality_id, among(PersonAbsorbed.survivor_id, clusters))
        .order_by(PersonAbsorbed.id)
    ):
        clusters[row.survivor_id].append(row.id)
    return clusters


def all_of(session: Session, municipality_id: int, ids: Collection[UUID]) -> list[UUID]:
    """Every id of the persons that `ids` are now: what is announced when one of them changes."""
    return [id_ for cluster in cluster_of(session, municipality_id, ids).values() for id_ in cluster]


def ever_one_with(session: Session, municipality_id: int, person_id: UUID) -> set[UUID]:
    """Every id that stood on one card with this one, by merges that stand or were undone; itself too."""
    return set(session.scalars(_EVER_ONE, {"m": municipality_id, "id": person_id}))
