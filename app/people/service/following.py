"""Who follows a person: the technician of reference, dated."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.ids import new_id
from app.people.models import Person, PersonAccess
from app.people.problems import AlreadyFollowed, UnknownPerson
from app.people.queries import all_of, canonical, restricted


def follow(session: Session, actor: Actor, person_id: UUID, now: datetime) -> None:
    """The actor answers for this person from now on. Raises UnknownPerson, AlreadyFollowed.

    Somebody restricted is followed by who was named to see her: an opening of two hours must not make itself last.
    """
    require(actor, "people.follow")
    m = actor.municipality_id
    person_id = canonical(session, m, [person_id])[person_id]
    # Locked, so that two taps follow once.
    found = session.scalar(
        select(Person)
        .where(Person.municipality_id == m, Person.id == person_id, Person.ended_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None or (found.restricted_at and not restricted.sees_lastingly(session, actor, person_id, now)):
        raise UnknownPerson()
    if session.scalar(select(PersonAccess.id).where(*_live(session, actor, person_id, now)).limit(1)) is not None:
        raise AlreadyFollowed()
    # Under every id that she is now: a merge that is undone leaves each of them followed.
    session.add_all(
        PersonAccess(
            municipality_id=m, id=new_id(), person_id=each, worker_id=actor.worker_id, kind="follows",
            given_by=actor.worker_id, valid_from=now,
        )
        for each in all_of(session, m, [person_id])
    )  # fmt: skip
    session.flush()
    _note(session, actor, person_id, now)


def unfollow(session: Session, actor: Actor, person_id: UUID, now: datetime) -> None:
    """The actor no longer answers for this person; who didn't, changes nothing.

    Raises UnknownPerson, UnknownReader where nobody else would see one who is restricted.
    """
    require(actor, "people.follow")
    m = actor.municipality_id
    if session.scalar(select(Person.id).where(Person.municipality_id == m, Person.id == person_id)) is None:
        raise UnknownPerson()
    restricted.check_another_stays(session, actor, person_id, now, "follows")
    session.execute(update(PersonAccess).where(*_live(session, actor, person_id, now)).values(valid_to=now))
    _note(session, actor, person_id, now)


def _live(session: Session, actor: Actor, person_id: UUID, now: datetime) -> tuple:
    return (
        PersonAccess.municipality_id == actor.municipality_id,
        PersonAccess.person_id.in_(all_of(session, actor.municipality_id, [person_id])),
        PersonAccess.worker_id == actor.worker_id,
        PersonAccess.kind == "follows",
        or_(PersonAccess.valid_to.is_(None), PersonAccess.valid_to > now),
    )


def _note(session: Session, actor: Actor, person_id: UUID, now: datetime) -> None:
    m = actor.municipality_id
    trail.record(session, actor, "people.follow", now, "person", person_id, ["follows"])
    announce(session, m, "person", all_of(session, m, [person_id]))
