"""Cadastro sigiloso: who is restricted, who may see her all the same, and the openings that a coordination reviews.

A restriction and an access hang on every id of a merged person, so that an undone merge uncovers nobody. Row level
security does the hiding (migrations 0009, 0010); here the rows are written and the phones told to look again.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, text, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.db import cleared
from app.core.ids import new_id
from app.people import rules
from app.people.models import Person, PersonAccess, PersonRestriction
from app.people.problems import (
    AlreadyReader,
    AlreadyRestricted,
    AlreadyReviewed,
    NotRestricted,
    NothingToOpen,
    OwnOpening,
    UnknownOpening,
    UnknownPerson,
    UnknownReader,
)
from app.people.queries import restricted as queries
from app.people.service.locking import lock_merges

OPENING = timedelta(hours=2)
LASTING = ("follows", "named")

# What hangs on a person, of floors above: named by table, because they can't be imported here.
_AROUND = text(
    "WITH met AS (SELECT id FROM same_meeting(ARRAY(SELECT encounter_id FROM participations WHERE municipality_id = :m"
    "  AND person_id = ANY (:ids))) AS id),"
    " home AS (SELECT DISTINCT h.household_id AS id FROM household_member_people l JOIN household_members h"
    "  ON h.municipality_id = l.municipality_id AND h.id = l.id WHERE l.municipality_id = :m AND l.person_id = ANY (:ids)),"
    " visit AS (SELECT v.id FROM home_visits v, home WHERE v.municipality_id = :m AND v.household_id = home.id)"
    " SELECT 'encounter' AS type, id FROM met UNION ALL SELECT 'household', id FROM home UNION ALL SELECT 'home_visit', id FROM visit"
    " UNION ALL SELECT 'referral', r.id FROM referrals r WHERE r.municipality_id = :m"
    "  AND (r.encounter_id IN (SELECT id FROM met) OR r.visit_id IN (SELECT id FROM visit)"
    "   OR r.id IN (SELECT referral_id FROM referral_people WHERE municipality_id = :m AND person_id = ANY (:ids)))"
    " UNION ALL SELECT 'task', t.id FROM tasks t WHERE t.municipality_id = :m"
    "  AND (t.person_id = ANY (:ids) OR t.household_id IN (SELECT id FROM home) OR t.encounter_id IN (SELECT id FROM met))"
)


def restrict(session: Session, actor: Actor, person_id: UUID, reason: str, now: datetime, readers: Iterable[UUID] = ()) -> None:
    """Make her record restricted, seen by the actor and by `readers` (worker ids) from now on; who followed her before still sees her.

    Raises UnknownPerson, AlreadyRestricted, ReasonTooShort, UnknownReader.
    """
    require(actor, "people.restrict")
    rules.check_reason(reason)
    lock_merges(session, actor.municipality_id)
    ids = queries.ids_of(session, actor.municipality_id, person_id)
    named = {actor.worker_id, *readers}
    _check_readers(session, actor, named)
    with cleared(session, "restricted"):
        standing = session.scalars(_standing(actor.municipality_id, ids)).all()
        if standing:
            raise AlreadyRestricted()
        for each in ids:
            session.add(
                PersonRestriction(
                    municipality_id=actor.municipality_id, id=new_id(), person_id=each, worker_id=actor.worker_id,
                    reason=reason, since=now,
                )
            )  # fmt: skip
        for worker_id in named:
            _give(session, actor, ids, worker_id, "named", now)
        session.flush()
        resettle(session, actor.municipality_id, ids)
    trail.record(session, actor, "people.restrict", now, "person", person_id, ["restricted_at"])


def lift_restriction(session: Session, actor: Actor, person_id: UUID, reason: str, now: datetime) -> None:
    """Whoever sees her lastingly ends the restriction, with a reason. Raises UnknownPerson, NotRestricted, ReasonTooShort."""
    require(actor, "people.restrict")
    rules.check_reason(reason)
    lock_merges(session, actor.municipality_id)
    ids = _followed(session, actor, person_id, now)
    with cleared(session, "restricted"):
        standing = session.scalars(_standing(actor.municipality_id, ids)).all()
        if not standing:
            raise NotRestricted()
        for row in standing:
            row.ended_at, row.ended_by, row.end_reason = now, actor.worker_id, reason
        session.flush()
        resettle(session, actor.municipality_id, ids)
    trail.record(session, actor, "people.restrict", now, "person", person_id, ["restricted_at", "ended_at"])


def name_reader(session: Session, actor: Actor, person_id: UUID, worker_id: UUID, now: datetime) -> None:
    """Let a colleague see her. An opening of two hours names nobody. Raises UnknownPerson, UnknownReader, AlreadyReader."""
    require(actor, "people.name_reader")
    ids = _followed(session, actor, person_id, now)
    _check_readers(session, actor, {worker_id})
    if worker_id in {reader["worker_id"] for reader in queries.readers_of(session, actor, person_id, now)}:
        raise AlreadyReader()
    with cleared(session, "restricted"):
        _give(session, actor, ids, worker_id, "named", now)
        announce_around(session, actor.municipality_id, ids)
    trail.record(session, actor, "people.name_reader", now, "person", person_id, ["worker_id"])


def end_reader(session: Session, actor: Actor, person_id: UUID, worker_id: UUID, now: datetime) -> None:
    """A colleague sees her no more. Raises UnknownPerson, UnknownReader; nobody takes the last one away."""
    require(actor, "people.name_reader")
    ids = _followed(session, actor, person_id, now)
    others = {r["worker_id"] for r in queries.readers_of(session, actor, person_id, now) if r["is_active"]}
    if worker_id not in {r["worker_id"] for r in queries.readers_of(session, actor, person_id, now)} or others == {worker_id}:
        raise UnknownReader()
    with cleared(session, "restricted"):
        session.execute(
            update(PersonAccess)
            .where(
                PersonAccess.municipality_id == actor.municipality_id,
                PersonAccess.person_id.in_(ids),
                PersonAccess.worker_id == worker_id,
                PersonAccess.kind.in_(LASTING),
                PersonAccess.valid_to.is_(None),
            )
            .values(valid_to=now)
        )
        announce_around(session, actor.municipality_id, ids)
    trail.record(session, actor, "people.name_reader", now, "person", person_id, ["worker_id", "valid_to"])


def break_glass(session: Session, actor: Actor, person_id: UUID, reason: str, now: datetime) -> None:
    """Open a restricted record for two hours, with a reason that a coordination reads. Raises ReasonTooShort, NothingToOpen.

    Nothing to open: nobody of this id is restricted, or the actor sees her already. A phone keeps nothing of it.
    """
    require(actor, "people.break_glass")
    rules.check_reason(reason)
    if not queries.is_hidden(session, actor.municipality_id, person_id):
        raise NothingToOpen()
    access_id = new_id()
    session.add(
        PersonAccess(
            municipality_id=actor.municipality_id, id=access_id, person_id=person_id, worker_id=actor.worker_id,
            kind="break_glass", given_by=actor.worker_id, valid_from=now, valid_to=now + OPENING, reason=reason,
        )
    )  # fmt: skip
    session.flush()
    trail.record(session, actor, "people.break_glass", now, "person", person_id, ["reason"])


def review_opening(session: Session, actor: Actor, access_id: UUID, words: str, now: datetime) -> None:
    """A coordination read why somebody opened a record. Raises UnknownOpening, AlreadyReviewed, OwnOpening."""
    require(actor, "people.review_openings")
    reach = queries.openers_in_reach(session, actor)
    with cleared(session, "restricted"):
        opening = session.scalar(
            select(PersonAccess)
            .where(
                PersonAccess.municipality_id == actor.municipality_id,
                PersonAccess.id == access_id,
                PersonAccess.kind == "break_glass",
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if opening is None or (reach is not None and opening.worker_id not in reach):
            raise UnknownOpening()
        if opening.worker_id == actor.worker_id:
            raise OwnOpening()
        if opening.reviewed_at is not None:
            raise AlreadyReviewed()
        opening.reviewed_at, opening.reviewed_by, opening.review = now, actor.worker_id, words or None
    trail.record(session, actor, "people.review_openings", now, "person_access", access_id, ["reviewed_at", "review"])


def share_restriction(session: Session, actor: Actor, clusters: Collection[Collection[UUID]], now: datetime) -> None:
    """Two are being merged, one of them restricted: the other is restricted from now on too, seen by the same colleagues.

    What is told under either id meanwhile may be hers. So an undone merge uncovers neither; whoever sees one of them
    lastingly lifts it.
    """
    m = actor.municipality_id
    with cleared(session, "restricted"):
        standing = [session.scalars(_standing(m, ids).order_by(PersonRestriction.since)).first() for ids in clusters]
        source = next((row for row in standing if row is not None), None)
        if source is None or all(standing):
            return
        hers = next(ids for ids, row in zip(clusters, standing, strict=True) if row is source)
        bare = [id_ for ids, row in zip(clusters, standing, strict=True) if row is None for id_ in ids]
        readers = session.scalars(
            select(PersonAccess.worker_id)
            .where(
                PersonAccess.municipality_id == m,
                PersonAccess.person_id.in_(hers),
                PersonAccess.kind.in_(LASTING),
                PersonAccess.valid_from <= now,
                or_(PersonAccess.valid_to.is_(None), PersonAccess.valid_to > now),
            )
            .distinct()
        ).all()
        session.add_all(
            PersonRestriction(
                municipality_id=m, id=new_id(), person_id=each, worker_id=source.worker_id, reason=source.reason, since=now,
            )
            for each in bare
        )  # fmt: skip
        for worker_id in sorted(readers):
            _give(session, actor, bare, worker_id, "named", now)
        session.flush()


def resettle(session: Session, municipality_id: int, person_ids: Collection[UUID]) -> None:
    """Make `restricted_at` of these persons, and of all who are one with them by merges, what the restrictions that stand say.

    A merged person is restricted when any of her ids is. For merge and undo, after people_absorbed was rewritten; give
    it the ids of both sides.
    """
    with cleared(session, "restricted"):
        moved: set[UUID] = set()
        for ids in queries.clusters(session, municipality_id, person_ids):
            since = min((row.since for row in session.scalars(_standing(municipality_id, ids))), default=None)
            changed = session.scalars(
                update(Person)
                .where(
                    Person.municipality_id == municipality_id,
                    Person.id.in_(ids),
                    Person.restricted_at.is_distinct_from(since),
                )
                .values(restricted_at=since)
                .returning(Person.id)
            ).all()
            moved |= set(ids) if changed else set()
        if moved:
            announce_around(session, municipality_id, moved)


def announce_around(session: Session, municipality_id: int, person_ids: Collection[UUID]) -> None:
    """Make every phone look again at these persons and at what tells of them: encounters, families, visits, referrals, tasks."""
    with cleared(session, "restricted"):
        told: dict[str, set[UUID]] = {"person": set(person_ids)}
        for row in session.execute(_AROUND, {"m": municipality_id, "ids": list(person_ids)}):
            told.setdefault(row.type, set()).add(row.id)
        for type_, ids in told.items():
            announce(session, municipality_id, type_, sorted(ids))


def _standing(municipality_id: int, ids: Collection[UUID]):
    return select(PersonRestriction).where(
        PersonRestriction.municipality_id == municipality_id,
        PersonRestriction.person_id.in_(ids),
        PersonRestriction.ended_at.is_(None),
    )


def _followed(session: Session, actor: Actor, person_id: UUID, now: datetime) -> list[UUID]:
    """Her ids, for an actor who sees her lastingly: what was opened with a reason changes nothing."""
    ids = queries.ids_of(session, actor.municipality_id, person_id)
    if not queries.sees_lastingly(session, actor, person_id, now):
        raise UnknownPerson()
    return ids


def _check_readers(session: Session, actor: Actor, worker_ids: set[UUID]) -> None:
    if not queries.may_read(session, actor.municipality_id, worker_ids, actor.when):
        raise UnknownReader()


def _give(session: Session, actor: Actor, ids: Iterable[UUID], worker_id: UUID, kind: str, now: datetime) -> None:
    session.add_all(
        PersonAccess(
            municipality_id=actor.municipality_id, id=new_id(), person_id=each, worker_id=worker_id, kind=kind,
            given_by=actor.worker_id, valid_from=now,
        )
        for each in ids
    )  # fmt: skip
