"""The pairs that wait for a decision, a merge seen field by field before it is made, and the merges that may be undone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Worker
from app.core.db import cleared
from app.people import ficha, ladder
from app.people.ladder import Told
from app.people.models import Person, PersonMerge, PersonPair
from app.people.problems import AlreadyMerged, MergedIntoItself, UnknownPerson
from app.people.queries.cards import Card, cards, choices_of, told_of
from app.people.queries.options import local_options
from app.people.queries.resolving import canonical, cluster_of

PAGE = 10
_LAST_MERGES = 50


@dataclass(frozen=True)
class Pair:
    id: UUID
    one: Card
    other: Card
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Waiting:
    """A page of pairs, the likeliest first. `total` counts what waits, also what cannot be shown."""

    pairs: list[Pair]
    total: int


@dataclass(frozen=True)
class Side:
    """What one of the two says of a field: `told_id` and, in words, value, when, by whom and how."""

    told_id: UUID
    words: str
    told_at: datetime
    worker: str | None
    source: str
    certainty: str


@dataclass(frozen=True)
class Line:
    """A field of the preview. `differs`: both answer, and not the same; `chosen`: which counts unless somebody says so."""

    field: str
    label: str
    kept: Side | None
    absorbed: Side | None
    differs: bool
    chosen: UUID


@dataclass(frozen=True)
class Preview:
    survivor: Card
    absorbed: Card
    lines: list[Line]


def pairs_waiting(session: Session, actor: Actor, page: int = 1) -> Waiting:
    """Pairs that nobody decided, of persons whom the actor may see; a merged person is shown as she is now."""
    require(actor, "people.read_pairs")
    m = actor.municipality_id
    waiting = (PersonPair.municipality_id == m, PersonPair.decision.is_(None))
    rows = session.scalars(
        select(PersonPair).where(*waiting).order_by(PersonPair.score.desc(), PersonPair.id).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    ids = {id_ for row in rows for id_ in (row.low_id, row.high_id)}
    ends = canonical(session, m, ids)
    shown = cards(session, actor, set(ends.values()), documents=actor.can("people.read_documents"), sensitive=False)
    pairs = [
        Pair(row.id, shown[ends[row.low_id]], shown[ends[row.high_id]], round(row.score), tuple(row.reasons))
        for row in rows
        if ends[row.low_id] != ends[row.high_id] and ends[row.low_id] in shown and ends[row.high_id] in shown
    ]
    return Waiting(pairs, session.scalar(select(func.count()).where(*waiting)) or 0)


def preview_of(session: Session, actor: Actor, survivor_id: UUID, absorbed_id: UUID) -> Preview:
    """Two persons side by side, field by field. Raises MergedIntoItself, UnknownPerson, AlreadyMerged."""
    require(actor, "people.merge")
    m = actor.municipality_id
    if survivor_id == absorbed_id:
        raise MergedIntoItself()
    reads, sensitive = actor.can("people.read_documents"), actor.can("people.read_sensitive")
    clusters = cluster_of(session, m, (survivor_id, absorbed_id))
    if len(clusters) < 2 or absorbed_id not in clusters:
        raise AlreadyMerged()
    shown = cards(session, actor, clusters, documents=reads, sensitive=sensitive)
    if len(shown) < 2:
        raise UnknownPerson()
    [kept] = (shown[id_] for id_ in clusters if id_ != absorbed_id)
    absorbed = shown[absorbed_id]
    sides = [_counting(session, m, clusters[card.id], card) for card in (kept, absorbed)]
    names = _names(session, m, {row.worker_id for side in sides for row in side.values() if row.worker_id})
    local = local_options(session, m)
    lines = []
    for field in sorted({*sides[0], *sides[1]}, key=_order):
        rows = [side.get(field) for side in sides]
        both = [row for row in rows if row is not None]
        last = max(both, key=lambda row: (row.told_at, row.id))
        lines.append(
            Line(
                field,
                ficha.label_of(field),
                *(_side(row, names, local) if row else None for row in rows),
                differs=len(both) == 2 and both[0].value != both[1].value,
                chosen=last.id,
            )
        )
    return Preview(kept, absorbed, lines)


def merges_made(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """The last merges, those that stand first: who, when, why; names only of persons whom the actor may see."""
    require(actor, "people.undo_merge")
    m = actor.municipality_id
    by, undone_by = aliased(Worker), aliased(Worker)
    with cleared(session, "restricted"):
        rows = session.execute(
            select(
                PersonMerge.id, PersonMerge.survivor_id, PersonMerge.absorbed_id, PersonMerge.merged_at, PersonMerge.reason,
                PersonMerge.undone_at, PersonMerge.undo_reason, by.name.label("by"), undone_by.name.label("undone_by"),
            )
            .join(by, and_(by.municipality_id == m, by.id == PersonMerge.merged_by))
            .outerjoin(undone_by, and_(undone_by.municipality_id == m, undone_by.id == PersonMerge.undone_by))
            .where(PersonMerge.municipality_id == m)
            .order_by(PersonMerge.undone_at.is_not(None), PersonMerge.merged_at.desc())
            .limit(_LAST_MERGES)
        ).mappings().all()  # fmt: skip
    ids = {id_ for row in rows for id_ in (row["survivor_id"], row["absorbed_id"])}
    called = _called_apart(session, m, ids, civil=actor.can("people.read_documents"))
    return [
        {
            "id": row["id"],
            "survivor": called.get(row["survivor_id"]),
            "absorbed": called.get(row["absorbed_id"]),
            # Of a restricted person not even why it was done: a reason may say who she is.
            "reason": row["reason"] if {row["survivor_id"], row["absorbed_id"]} <= called.keys() else None,
            "hidden": not {row["survivor_id"], row["absorbed_id"]} <= called.keys(),
            **{key: row[key] for key in ("merged_at", "by", "undone_at", "undone_by", "undo_reason")},
        }
        for row in rows
    ]


def _called_apart(session: Session, m: int, ids: Collection[UUID], *, civil: bool) -> dict[UUID, str | None]:
    """What each id is called by her own rows; None for a civil name where a social one is known of the merged person."""
    clusters = cluster_of(session, m, ids)
    every = [id_ for cluster in clusters.values() for id_ in cluster]
    rows = session.execute(
        select(Person.id, Person.called, Person.called_kind).where(Person.municipality_id == m, Person.id.in_(every))
    ).all()
    social = {row.id for row in rows if row.called_kind == "social"}
    guarded = {id_ for cluster in clusters.values() if social & set(cluster) for id_ in cluster}
    return {
        row.id: None if row.called_kind == "civil" and row.id in guarded and not civil else row.called
        for row in rows
        if row.id in ids
    }


def _counting(session: Session, m: int, cluster: list[UUID], card: Card) -> dict[str, Told]:
    """The rows that count on a card, as far as the card shows them."""
    shown = {f"name.{row.field.removeprefix('name.')}" for row in card.names}
    shown |= {f"document.{kind}" for kind in card.documents} | set(card.facts)
    rows = ladder.counting(told_of(session, m, cluster, standing_only=True), choices_of(session, m, cluster))
    return {field: row for field, row in rows.items() if field in shown}


def _names(session: Session, m: int, worker_ids: Collection[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(Worker.id, Worker.name).where(Worker.municipality_id == m, Worker.id.in_(worker_ids)))
    return {row.id: row.name for row in rows}


def _side(row: Told, names: dict[UUID, str], local: Any) -> Side:
    worker = names.get(row.worker_id) if row.worker_id else None
    return Side(row.id, ficha.in_words(row.field, row.value, local), row.told_at, worker, row.source, row.certainty)


def _order(field: str) -> tuple[int, str]:
    known = [*ficha.NAME_FIELDS, *ficha.FIELDS]
    return (known.index(field) if field in known else len(known), field)
