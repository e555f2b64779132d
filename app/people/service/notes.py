"""Private notes (registro sigiloso): sealed to the municipality's key, opened by who answers for one and by peers she named.

Never by hierarchy: no role reads them, and row level security asks only whose they are (migrations 0009, 0010). Every
opening is a line of the trail; what a note says is in no line, no log, no search and no export.
"""

from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core import seal
from app.core.ids import new_id
from app.people.models import PrivateNote, PrivateNotePeer
from app.people.problems import AlreadyPeer, EmptyNote, NoProfession, NoSealKey, NotAPeer, NoteClosed, UnknownNote
from app.people.queries import notes as queries
from app.people.queries.restricted import ids_of

WRITE, READ, HAND = "people.write_note", "people.read_note", "people.hand_note"


def write_note(session: Session, actor: Actor, person_id: UUID, words: str, now: datetime) -> UUID:
    """Seal what a professional writes for herself. Raises UnknownPerson, NoProfession, EmptyNote, NoSealKey."""
    require(actor, WRITE)
    ids_of(session, actor.municipality_id, person_id)
    profession = queries.profession_of(session, actor.municipality_id, actor.worker_id)
    if profession is None:
        raise NoProfession()
    if not words.strip():
        raise EmptyNote(fields={"words": [str(EmptyNote.sentence)]})
    key = seal.public_key_of(session, actor.municipality_id)
    if key is None:
        raise NoSealKey()
    note_id = new_id()
    # Its own id is inside: an envelope that was moved to another row is not taken for that row's.
    sealed = seal.seal(key, orjson.dumps({"note": str(note_id), "words": words}))
    session.add(
        PrivateNote(
            municipality_id=actor.municipality_id, id=note_id, person_id=person_id, author_id=actor.worker_id,
            holder_id=actor.worker_id, profession=profession, sealed_body=sealed, written_at=now,
        )
    )  # fmt: skip
    session.flush()
    trail.record(session, actor, WRITE, now, "private_note", note_id)
    return note_id


def read_note(session: Session, actor: Actor, note_id: UUID, now: datetime) -> str:
    """Open the seal, which leaves a line. Raises UnknownNote, also for one that is another's; Unsealable, KeyLost."""
    require(actor, READ)
    note = queries.note_of(session, actor, note_id)
    held = orjson.loads(seal.open_sealed(actor.municipality_id, note.sealed_body))
    if held.get("note") != str(note_id):
        raise seal.Unsealable()
    trail.record(session, actor, READ, now, "private_note", note_id)
    return held["words"]


def name_peer(session: Session, actor: Actor, note_id: UUID, worker_id: UUID, now: datetime) -> None:
    """Let a colleague of the same profession open one note. Raises UnknownNote, NoteClosed, NotAPeer, AlreadyPeer."""
    require(actor, WRITE)
    note = _held(session, actor, note_id)
    _check_colleague(session, actor, note, worker_id, now)
    standing = session.scalar(
        select(PrivateNotePeer.id).where(*_peer(actor, note_id, worker_id), PrivateNotePeer.ended_at.is_(None))
    )
    if standing is not None:
        raise AlreadyPeer()
    _add_peer(session, actor, note_id, worker_id, now)
    trail.record(session, actor, WRITE, now, "private_note", note_id, ["peer"])


def end_peer(session: Session, actor: Actor, note_id: UUID, worker_id: UUID, now: datetime) -> None:
    """A colleague opens it no more. Raises UnknownNote."""
    require(actor, HAND)
    _held(session, actor, note_id, closed_too=True)
    _end_peers(session, actor, now, *_peer(actor, note_id, worker_id))
    trail.record(session, actor, HAND, now, "private_note", note_id, ["peer", "ended_at"])


def hand_note(session: Session, actor: Actor, note_id: UUID, worker_id: UUID, now: datetime) -> None:
    """Pass a note to a successor of the same profession: from then on it is hers alone, the giver opens it no more.

    Raises UnknownNote, NoteClosed, NotAPeer.
    """
    require(actor, HAND)
    note = _held(session, actor, note_id)
    _check_colleague(session, actor, note, worker_id, now)
    # Whom it was shown to is for the new holder to say again. The giver stays a peer while the row changes hands:
    # row level security lets nobody write a row that she could not read afterwards.
    _end_peers(session, actor, now, PrivateNotePeer.municipality_id == actor.municipality_id, PrivateNotePeer.note_id == note_id)
    _add_peer(session, actor, note_id, actor.worker_id, now)
    note.holder_id, note.handed_at = worker_id, now
    session.flush()
    _end_peers(session, actor, now, *_peer(actor, note_id, actor.worker_id))
    trail.record(session, actor, HAND, now, "private_note", note_id, ["holder_id"])


def close_note(session: Session, actor: Actor, note_id: UUID, now: datetime) -> None:
    """Nobody is let in or takes it over any more; peers end. Its holder may still open it: for good. Raises UnknownNote, NoteClosed."""
    require(actor, HAND)
    note = _held(session, actor, note_id)
    note.closed_at = now
    session.flush()
    _end_peers(session, actor, now, PrivateNotePeer.municipality_id == actor.municipality_id, PrivateNotePeer.note_id == note_id)
    trail.record(session, actor, HAND, now, "private_note", note_id, ["closed_at"])


def _held(session: Session, actor: Actor, note_id: UUID, closed_too: bool = False) -> PrivateNote:
    """A note for which the actor answers, locked."""
    note = session.scalar(
        select(PrivateNote)
        .where(
            PrivateNote.municipality_id == actor.municipality_id,
            PrivateNote.id == note_id,
            PrivateNote.holder_id == actor.worker_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if note is None:
        raise UnknownNote()
    if note.closed_at is not None and not closed_too:
        raise NoteClosed()
    return note


def _check_colleague(session: Session, actor: Actor, note: PrivateNote, worker_id: UUID, now: datetime) -> None:
    allowed = queries.colleagues(session, actor, note.profession, now)
    if worker_id not in {colleague["id"] for colleague in allowed}:
        raise NotAPeer(fields={"worker_id": [str(NotAPeer.sentence)]})


def _peer(actor: Actor, note_id: UUID, worker_id: UUID) -> tuple:
    return (
        PrivateNotePeer.municipality_id == actor.municipality_id,
        PrivateNotePeer.note_id == note_id,
        PrivateNotePeer.worker_id == worker_id,
    )


def _add_peer(session: Session, actor: Actor, note_id: UUID, worker_id: UUID, now: datetime) -> None:
    session.add(
        PrivateNotePeer(
            municipality_id=actor.municipality_id, id=new_id(), note_id=note_id, worker_id=worker_id,
            given_by=actor.worker_id, given_at=now,
        )
    )  # fmt: skip
    session.flush()


def _end_peers(session: Session, actor: Actor, now: datetime, *which) -> None:
    session.execute(update(PrivateNotePeer).where(*which, PrivateNotePeer.ended_at.is_(None)).values(ended_at=now))
