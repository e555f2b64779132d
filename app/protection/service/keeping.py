"""Private notes on a case (registro sigiloso): its holder's alone, as on a person (people/service/notes).

Row level security shows a note to its holder and to nobody else; handing it over is the one time that somebody writes a row
which she can't read afterwards (clearance `handing`).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.db import cleared
from app.core.ids import new_id
from app.people.queries import notes as professions
from app.protection.models import Flag, FlagNote
from app.protection.problems import EmptyNote, NoProfession, NoteClosed, UnknownColleague, UnknownNote
from app.protection.sealing import CLEARANCE, close_up, open_up
from app.protection.service import story
from app.protection.service.taking import working_on

NOTE, HANDING = "protection.note", "handing"


def write_note(session: Session, actor: Actor, flag_id: UUID, words: str, now: datetime) -> UUID:
    """Seal what a professional writes for herself. Raises NoProfession, EmptyNote and what working_on raises."""
    flag = working_on(session, actor, NOTE, flag_id, now, closed_too=True)
    profession = professions.profession_of(session, actor.municipality_id, actor.worker_id)
    if profession is None:
        raise NoProfession()
    if not words.strip():
        raise EmptyNote(fields={"words": [str(EmptyNote.sentence)]})
    note_id = new_id()
    with cleared(session, CLEARANCE):
        session.add(
            FlagNote(
                municipality_id=flag.municipality_id, id=note_id, flag_id=flag.id, author_id=actor.worker_id,
                holder_id=actor.worker_id, profession=profession, written_at=now,
                sealed_body=close_up(session, flag.municipality_id, note_id, {"words": words}),
            )
        )  # fmt: skip
        session.flush()
        story.note(session, flag, actor.worker_id, "noted", now, now)
    trail.record(session, actor, NOTE, now, "flag_note", note_id)
    return note_id


def read_note(session: Session, actor: Actor, flag_id: UUID, note_id: UUID, now: datetime) -> str:
    """Open one of one's own, which leaves a line. Raises UnknownNote, also for another's; KeyLost."""
    require(actor, NOTE)
    with cleared(session, CLEARANCE):
        note = _held(session, actor, flag_id, note_id, closed_too=True)
        words = open_up(actor.municipality_id, note.id, note.sealed_body)["words"]
    trail.record(session, actor, NOTE, now, "flag_note", note_id, ["opened"])
    return words


def hand_note(session: Session, actor: Actor, flag_id: UUID, note_id: UUID, worker_id: UUID, now: datetime) -> None:
    """Pass it to a successor of the same profession: from then on it is hers alone. Raises UnknownNote, NoteClosed, UnknownColleague."""
    require(actor, NOTE)
    with cleared(session, CLEARANCE):
        note = _held(session, actor, flag_id, note_id)
        if worker_id not in {one["id"] for one in professions.colleagues(session, actor, note.profession, now)}:
            raise UnknownColleague(fields={"worker_id": [str(UnknownColleague.sentence)]})
        with cleared(session, HANDING):
            note.holder_id, note.handed_at = worker_id, now
            session.flush()
    session.expunge(note)
    trail.record(session, actor, NOTE, now, "flag_note", note_id, ["holder_id"])


def close_note(session: Session, actor: Actor, flag_id: UUID, note_id: UUID, now: datetime) -> None:
    """Nobody takes it over any more; its holder may still open it: for good. Raises UnknownNote, NoteClosed."""
    require(actor, NOTE)
    with cleared(session, CLEARANCE):
        _held(session, actor, flag_id, note_id).closed_at = now
    trail.record(session, actor, NOTE, now, "flag_note", note_id, ["closed_at"])


def notes_on(session: Session, actor: Actor, flag: Flag) -> list[FlagNote]:
    """The actor's own, the newest first; what they say stays shut."""
    if not actor.can(NOTE):
        return []
    with cleared(session, CLEARANCE):
        return list(
            session.scalars(
                select(FlagNote)
                .where(FlagNote.municipality_id == actor.municipality_id, FlagNote.flag_id == flag.id, FlagNote.holder_id == actor.worker_id)
                .order_by(FlagNote.written_at.desc(), FlagNote.id)
            )
        )


def held_notes(session: Session, actor: Actor) -> list[FlagNote]:
    """All that she holds, also on cases that are not hers any more; the newest first."""
    require(actor, NOTE)
    with cleared(session, CLEARANCE):
        return list(
            session.scalars(
                select(FlagNote)
                .where(FlagNote.municipality_id == actor.municipality_id, FlagNote.holder_id == actor.worker_id)
                .order_by(FlagNote.written_at.desc(), FlagNote.id)
            )
        )


def _held(session: Session, actor: Actor, flag_id: UUID, note_id: UUID, closed_too: bool = False) -> FlagNote:
    note = session.scalar(
        select(FlagNote)
        .where(
            FlagNote.municipality_id == actor.municipality_id, FlagNote.id == note_id, FlagNote.flag_id == flag_id,
            FlagNote.holder_id == actor.worker_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if note is None:
        raise UnknownNote()
    if note.closed_at is not None and not closed_too:
        raise NoteClosed()
    return note
