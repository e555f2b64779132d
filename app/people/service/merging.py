"""Merge and undo: a dated row that moves nothing. `people_absorbed`, which readers ask, is rewritten from the rows that stand.

The row says what somebody found: the absorbed person is the survivor, each under her own id. The rows that stand are a
forest (an id is absorbed once, and only while it ends its own chain), so whatever is undone in whatever order leaves
the others meaning what they meant. Everything told, met or sent under an absorbed id stays under it.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.db import cleared, insert_rows, violated
from app.core.ids import new_id
from app.people.models import Person, PersonAbsorbed, PersonMerge, PersonPair, PersonTold
from app.people.problems import (
    AlreadyMerged,
    AlreadyUndone,
    MergedIntoItself,
    UnknownChoice,
    UnknownMerge,
    UnknownPair,
    UnknownPerson,
)
from app.people.queries import canonical, cluster_of, restricted
from app.people.service.locking import lock_merges
from app.people.service.restriction import announce_around, resettle, share_restriction

# Everybody whom merges that stand tie to one of these ids, in either direction.
_TIED = text(
    "WITH RECURSIVE tied AS (SELECT unnest(CAST(:ids AS uuid[])) AS id UNION"
    " SELECT CASE WHEN g.absorbed_id = tied.id THEN g.survivor_id ELSE g.absorbed_id END"
    " FROM tied JOIN person_merges g ON g.municipality_id = :m AND g.undone_at IS NULL"
    "  AND (g.absorbed_id = tied.id OR g.survivor_id = tied.id)) SELECT id FROM tied"
)


def merge(
    session: Session,
    actor: Actor,
    survivor_id: UUID,
    absorbed_id: UUID,
    choices: Mapping[str, UUID],
    reason: str | None,
    now: datetime,
) -> UUID:
    """Say that two persons are one; `choices`: field → the id of what was told that counts. Gives the merge's id.

    Raises MergedIntoItself, UnknownPerson, AlreadyMerged (they are one already, or the absorbed was absorbed meanwhile),
    UnknownChoice.
    """
    require(actor, "people.merge")
    m = actor.municipality_id
    if survivor_id == absorbed_id:
        raise MergedIntoItself()
    lock_merges(session, m)
    _check_seen(session, actor, (survivor_id, absorbed_id), now)
    ends = canonical(session, m, (survivor_id, absorbed_id))
    # The first would close a ring; the second was shown as somebody she no longer is alone.
    if ends[survivor_id] == ends[absorbed_id] or ends[absorbed_id] != absorbed_id:
        raise AlreadyMerged()
    both = cluster_of(session, m, (survivor_id, absorbed_id))
    ids = [id_ for cluster in both.values() for id_ in cluster]
    _check_choices(session, m, choices, ids)
    merge_id = new_id()
    try:
        with session.begin_nested():
            session.add(
                PersonMerge(
                    municipality_id=m,
                    id=merge_id,
                    survivor_id=survivor_id,
                    absorbed_id=absorbed_id,
                    choices={field: str(told_id) for field, told_id in choices.items()},
                    reason=reason,
                    merged_at=now,
                    merged_by=actor.worker_id,
                )
            )
            session.flush()
    except IntegrityError as error:
        if violated(error) != AlreadyMerged.constraint:
            raise
        raise AlreadyMerged() from error
    _decide(session, actor, survivor_id, absorbed_id, "merged", now)
    share_restriction(session, actor, list(both.values()), now)
    _resettle(session, m, ids)
    trail.write(
        session,
        [
            trail.line(actor, "people.merge", now, "person", survivor_id, ["merge", *choices]),
            trail.line(actor, "people.merge", now, "person", absorbed_id, ["absorbed_by"]),
        ],
    )
    return merge_id


def undo_merge(session: Session, actor: Actor, merge_id: UUID, reason: str, now: datetime) -> None:
    """End a merge: both persons are as they were, with what was told of each meanwhile. Raises UnknownMerge, AlreadyUndone.

    Whoever undoes need not see a restricted person: she is told no name, and both are uncovered to nobody.
    """
    require(actor, "people.undo_merge")
    m = actor.municipality_id
    lock_merges(session, m)
    with cleared(session, "restricted"):
        row = session.scalar(
            select(PersonMerge)
            .where(PersonMerge.municipality_id == m, PersonMerge.id == merge_id)
            .execution_options(populate_existing=True)
        )
        if row is None:
            raise UnknownMerge()
        if row.undone_at is not None:
            raise AlreadyUndone()
        ids = [id_ for cluster in cluster_of(session, m, (row.survivor_id,)).values() for id_ in cluster]
        row.undone_at, row.undone_by, row.undo_reason = now, actor.worker_id, reason
        session.flush()
        # Not proposed again the next night.
        _decide(session, actor, row.survivor_id, row.absorbed_id, "different", now)
        _resettle(session, m, ids)
    trail.write(
        session,
        [
            trail.line(actor, "people.undo_merge", now, "person", person_id, ["merge"])
            for person_id in (row.survivor_id, row.absorbed_id)
        ],
    )


def tell_apart(session: Session, actor: Actor, pair_id: UUID, now: datetime) -> None:
    """Two who look alike are two: never proposed again. Raises UnknownPair."""
    require(actor, "people.decide_pair")
    decided = session.execute(
        update(PersonPair)
        .where(PersonPair.municipality_id == actor.municipality_id, PersonPair.id == pair_id, PersonPair.decision.is_(None))
        .values(decision="different", decided_at=now, decided_by=actor.worker_id)
        .returning(PersonPair.low_id)
    ).one_or_none()
    if decided is None:
        raise UnknownPair()
    trail.record(session, actor, "people.decide_pair", now, "person_pair", pair_id, ["decision"])


def _check_seen(session: Session, actor: Actor, ids: Collection[UUID], now: datetime) -> None:
    """An opening of two hours must not make itself last: whoever follows one of two merged sees the other."""
    m = actor.municipality_id
    seen = session.execute(
        select(Person.id, Person.restricted_at).where(
            Person.municipality_id == m, Person.id.in_(ids), Person.ended_at.is_(None)
        )
        # Neither is taken out meanwhile; who only writes of them isn't waited for.
        .order_by(Person.id)
        .with_for_update(read=True, key_share=True)
    ).all()
    hidden = [row.id for row in seen if row.restricted_at]
    if len(seen) < len(ids) or not all(restricted.sees_lastingly(session, actor, id_, now) for id_ in hidden):
        raise UnknownPerson()


def _check_choices(session: Session, m: int, choices: Mapping[str, UUID], ids: Collection[UUID]) -> None:
    if not choices:
        return
    told = {
        row.id: row.field
        for row in session.execute(
            select(PersonTold.id, PersonTold.field).where(
                PersonTold.municipality_id == m,
                PersonTold.id.in_(choices.values()),
                PersonTold.person_id.in_(ids),
                PersonTold.taken_back_at.is_(None),
            )
        )
    }
    if any(told.get(told_id) != field for field, told_id in choices.items()):
        raise UnknownChoice()


def _decide(session: Session, actor: Actor, a: UUID, b: UUID, decision: str, now: datetime) -> None:
    low, high = sorted((a, b))
    session.execute(
        update(PersonPair)
        .where(
            PersonPair.municipality_id == actor.municipality_id, PersonPair.low_id == low, PersonPair.high_id == high
        )
        .values(decision=decision, decided_at=now, decided_by=actor.worker_id)
    )


def _resettle(session: Session, m: int, ids: Collection[UUID]) -> None:
    """Rewrite the index for these ids and all who are tied to them, then what hangs on it; tell the phones of each."""
    with cleared(session, "restricted"):
        tied = sorted(session.scalars(_TIED, {"ids": list(ids), "m": m}))
        ends = dict(
            session.execute(
                select(PersonMerge.absorbed_id, PersonMerge.survivor_id).where(
                    PersonMerge.municipality_id == m, PersonMerge.absorbed_id.in_(tied), PersonMerge.undone_at.is_(None)
                )
            ).all()
        )
        session.execute(
            delete(PersonAbsorbed).where(PersonAbsorbed.municipality_id == m, PersonAbsorbed.id.in_(tied))
        )
        rows = [{"municipality_id": m, "id": id_, "survivor_id": _end_of(id_, ends)} for id_ in tied if id_ in ends]
        insert_rows(session, PersonAbsorbed.__table__, rows)  # type: ignore[arg-type]
        resettle(session, m, tied)
        # Steps and encounters tell whose they are, and by what name.
        announce_around(session, m, tied)


def _end_of(id_: UUID, ends: Mapping[UUID, UUID]) -> UUID:
    while id_ in ends:
        id_ = ends[id_]
    return id_
