"""Readings around a restricted person: whether somebody is hidden, who may see her, which openings wait for a review."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor, Grant
from app.access.guard import require
from app.access.roles import ROLES
from app.accounts.models import RoleGrant, Worker
from app.accounts.queries import reach_of
from app.core.db import cleared
from app.people.models import Person, PersonAccess, PersonRestriction
from app.people.problems import UnknownPerson, UnknownReader
from app.people.queries.resolving import cluster_of

REVIEW = "people.review_openings"


def ids_of(session: Session, municipality_id: int, person_id: UUID, *, ended_too: bool = False) -> list[UUID]:
    """Every id of a person whom this transaction sees, the survivor first. Raises UnknownPerson."""
    if not sees(session, municipality_id, person_id, ended_too=ended_too):
        raise UnknownPerson()
    [ids] = cluster_of(session, municipality_id, [person_id]).values()
    return ids


def clusters(session: Session, municipality_id: int, person_ids: Collection[UUID]) -> list[list[UUID]]:
    """The ids of each person whom these are now."""
    return list(cluster_of(session, municipality_id, person_ids).values())


def sees(session: Session, municipality_id: int, person_id: UUID, *, ended_too: bool = False) -> bool:
    """True for somebody of this city whom row level security shows and who was not taken out."""
    asked = select(Person.id).where(Person.municipality_id == municipality_id, Person.id == person_id)
    if not ended_too:
        asked = asked.where(Person.ended_at.is_(None))
    return session.scalar(asked) is not None


def is_hidden(session: Session, municipality_id: int, person_id: UUID) -> bool:
    """True when this id is of a restricted person whom the transaction's worker may not see.

    Says it of a direct link only: whoever has the id of somebody learns that her record is restricted, nothing else.
    """
    if sees(session, municipality_id, person_id):
        return False
    with cleared(session, "restricted"):
        return sees(session, municipality_id, person_id)


def hidden_among(session: Session, municipality_id: int, person_ids: Collection[UUID]) -> set[UUID]:
    """Those of these ids that must not be given out: their persons are restricted to others."""
    seen = session.scalars(
        select(Person.id).where(Person.municipality_id == municipality_id, Person.id.in_(person_ids))
    )
    return set(person_ids) - set(seen)


def restriction_of(session: Session, actor: Actor, person_id: UUID) -> dict[str, Any] | None:
    """Since when, by whom and why her record is restricted; None when it isn't. For who sees her."""
    ids = ids_of(session, actor.municipality_id, person_id)
    row = session.execute(
        select(PersonRestriction.since, PersonRestriction.reason, Worker.name.label("by"))
        .join(
            Worker,
            and_(Worker.municipality_id == PersonRestriction.municipality_id, Worker.id == PersonRestriction.worker_id),
        )
        .where(
            PersonRestriction.municipality_id == actor.municipality_id,
            PersonRestriction.person_id.in_(ids),
            PersonRestriction.ended_at.is_(None),
        )
        .order_by(PersonRestriction.since)
        .limit(1)
    ).mappings().first()  # fmt: skip
    return dict(row) if row else None


def readers_of(session: Session, actor: Actor, person_id: UUID, now: datetime) -> list[dict[str, Any]]:
    """Who sees her lastingly, by name: {worker_id, name, kind, since, is_active}, each once. Nobody for who doesn't see her."""
    ids = clusters(session, actor.municipality_id, [person_id])[0]
    rows = session.execute(
        select(PersonAccess.worker_id, PersonAccess.kind, PersonAccess.valid_from, Worker.name, Worker.is_active)
        .join(Worker, and_(Worker.municipality_id == PersonAccess.municipality_id, Worker.id == PersonAccess.worker_id))
        .where(
            PersonAccess.municipality_id == actor.municipality_id,
            PersonAccess.person_id.in_(ids),
            PersonAccess.kind.in_(("follows", "named")),
            PersonAccess.valid_from <= now,
            or_(PersonAccess.valid_to.is_(None), PersonAccess.valid_to > now),
        )
        .order_by(Worker.name, PersonAccess.valid_from)
    )
    found: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        entry = {"worker_id": row.worker_id, "name": row.name, "kind": row.kind, "since": row.valid_from}
        found.setdefault(row.worker_id, entry | {"is_active": row.is_active})
    return list(found.values())


def sees_lastingly(session: Session, actor: Actor, person_id: UUID, now: datetime) -> bool:
    """Whether the actor follows her or was named: what an opening shows gives no right to change who sees her."""
    return actor.worker_id in {reader["worker_id"] for reader in readers_of(session, actor, person_id, now)}


def check_another_stays(session: Session, actor: Actor, person_id: UUID, now: datetime, kind: str) -> None:
    """Raise UnknownReader when the actor's access of this kind is the last that shows a restricted person to anybody."""
    ids = clusters(session, actor.municipality_id, [person_id])[0]
    restricted = session.scalar(
        select(Person.id)
        .where(Person.municipality_id == actor.municipality_id, Person.id.in_(ids), Person.restricted_at.is_not(None))
        .limit(1)
    )
    live = session.execute(
        select(PersonAccess.worker_id, PersonAccess.kind)
        .join(Worker, and_(Worker.municipality_id == PersonAccess.municipality_id, Worker.id == PersonAccess.worker_id))
        .where(
            PersonAccess.municipality_id == actor.municipality_id,
            PersonAccess.person_id.in_(ids),
            PersonAccess.kind.in_(("follows", "named")),
            PersonAccess.valid_from <= now,
            or_(PersonAccess.valid_to.is_(None), PersonAccess.valid_to > now),
            Worker.is_active,
        )
    ).all()
    if restricted and not [row for row in live if (row.worker_id, row.kind) != (actor.worker_id, kind)]:
        raise UnknownReader()


def opening_of(session: Session, actor: Actor, person_id: UUID, now: datetime) -> datetime | None:
    """Until when the actor's own opening shows her; None when she isn't seen by an opening."""
    ids = clusters(session, actor.municipality_id, [person_id])[0]
    return session.scalar(
        select(func.max(PersonAccess.valid_to)).where(
            PersonAccess.municipality_id == actor.municipality_id,
            PersonAccess.person_id.in_(ids),
            PersonAccess.worker_id == actor.worker_id,
            PersonAccess.kind == "break_glass",
            PersonAccess.valid_to > now,
        )
    )


def may_read(session: Session, municipality_id: int, worker_ids: Collection[UUID], now: datetime) -> bool:
    """Whether all of these work here now, in a role that reads people: no administrator sees a case by being named."""
    return set(worker_ids) <= {worker["id"] for worker in possible_readers(session, municipality_id, now)}


def possible_readers(session: Session, municipality_id: int, now: datetime) -> list[dict[str, Any]]:
    """Workers of the city in a role that reads people, {id, name}, by name."""
    reading = [role for role, verbs in ROLES.items() if "people.read" in verbs or "people.read_households" in verbs]
    rows = session.execute(
        select(Worker.id, Worker.name)
        .join(RoleGrant, and_(RoleGrant.municipality_id == Worker.municipality_id, RoleGrant.worker_id == Worker.id))
        .where(
            Worker.municipality_id == municipality_id,
            Worker.is_active,
            RoleGrant.role.in_(reading),
            RoleGrant.valid_from <= now,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
        )
        .distinct()
        .order_by(Worker.name, Worker.id)
    )
    return [{"id": row.id, "name": row.name} for row in rows]


def openers_in_reach(session: Session, actor: Actor) -> set[UUID] | None:
    """The workers whose openings the actor reviews: who holds a role under her coordination; None: everybody's."""
    require(actor, REVIEW)
    if actor.everywhere(REVIEW):
        return None
    reach = reach_of(session, actor, REVIEW)
    grants = session.scalars(select(RoleGrant).where(RoleGrant.municipality_id == actor.municipality_id))
    return {
        row.worker_id
        for row in grants
        if reach.covers(Grant(row.role, row.scope_kind, row.scope_id, row.valid_from, row.valid_to))
    }


def openings(session: Session, actor: Actor, limit: int = 100) -> list[dict[str, Any]]:
    """Openings of restricted records that the actor reviews, those that wait first: who, when, why, what was said of it.

    Of the person nothing, nor her id: the reviewer judges the reason.
    """
    reviewer = aliased(Worker)
    asked = (
        select(PersonAccess, Worker.name, reviewer.name.label("reviewer"))
        .join(Worker, and_(Worker.municipality_id == PersonAccess.municipality_id, Worker.id == PersonAccess.worker_id))
        .outerjoin(
            reviewer,
            and_(reviewer.municipality_id == PersonAccess.municipality_id, reviewer.id == PersonAccess.reviewed_by),
        )
        .where(*_under_review(session, actor))
        .order_by(PersonAccess.reviewed_at.is_not(None), PersonAccess.valid_from.desc())
        .limit(limit)
    )
    # Rows of persons whom the reviewer doesn't see: what is taken of them names nobody.
    with cleared(session, "restricted"):
        return [
            {
                "id": row.id, "worker": name, "is_own": row.worker_id == actor.worker_id, "at": row.valid_from,
                "until": row.valid_to, "reason": row.reason, "reviewed_at": row.reviewed_at, "review": row.review,
                "reviewer": by,
            }
            for row, name, by in session.execute(asked)
        ]  # fmt: skip


def count_openings(session: Session, actor: Actor) -> int:
    """How many openings wait for the actor's review."""
    asked = select(func.count()).select_from(PersonAccess).where(
        *_under_review(session, actor), PersonAccess.reviewed_at.is_(None), PersonAccess.worker_id != actor.worker_id
    )  # fmt: skip
    with cleared(session, "restricted"):
        return session.scalar(asked) or 0


def _under_review(session: Session, actor: Actor) -> list[Any]:
    reach = openers_in_reach(session, actor)
    mine = [PersonAccess.municipality_id == actor.municipality_id, PersonAccess.kind == "break_glass"]
    return mine if reach is None else [*mine, PersonAccess.worker_id.in_(reach)]
