"""Readings of private notes. Row level security shows each to its holder and to the peers she named, whoever else asks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, text
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor
from app.access.guard import require
from app.access.roles import ROLES
from app.accounts.models import RoleGrant, Worker
from app.people.models import PrivateNote, PrivateNotePeer
from app.people.problems import UnknownNote
from app.people.queries.restricted import ids_of

_KEEPERS = text("SELECT worker_name, profession, is_active FROM note_keepers(CAST(:ids AS uuid[])) ORDER BY 1, 2")


def profession_of(session: Session, municipality_id: int, worker_id: UUID) -> str | None:
    asked = select(Worker.profession).where(Worker.municipality_id == municipality_id, Worker.id == worker_id)
    return session.scalar(asked)


def notes_on(session: Session, actor: Actor, person_id: UUID) -> list[dict[str, Any]]:
    """The notes on a person that the actor may open, the newest first, without what they say.

    Also on somebody who ended, for their safekeeping goes on: to who holds one. Raises UnknownPerson.
    """
    require(actor, "people.read_note")
    ids = ids_of(session, actor.municipality_id, person_id, ended_too=True)
    author = aliased(Worker)
    rows = session.execute(
        select(PrivateNote, author.name)
        .join(author, and_(author.municipality_id == PrivateNote.municipality_id, author.id == PrivateNote.author_id))
        .where(PrivateNote.municipality_id == actor.municipality_id, PrivateNote.person_id.in_(ids))
        .order_by(PrivateNote.written_at.desc(), PrivateNote.id)
    ).all()
    if not rows:
        ids_of(session, actor.municipality_id, person_id)
    peers = _peers(session, actor, [note.id for note, _name in rows])
    return [
        {
            "id": note.id,
            "author": name,
            "is_mine": note.holder_id == actor.worker_id,
            "profession": note.profession,
            "written_at": note.written_at,
            "handed_at": note.handed_at,
            "closed_at": note.closed_at,
            "peers": peers.get(note.id, []),
        }
        for note, name in rows
    ]


def note_of(session: Session, actor: Actor, note_id: UUID) -> PrivateNote:
    """One note that the actor may open. Raises UnknownNote, also for one that she may not."""
    found = session.scalar(
        select(PrivateNote)
        .where(PrivateNote.municipality_id == actor.municipality_id, PrivateNote.id == note_id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise UnknownNote()
    return found


def colleagues(session: Session, actor: Actor, profession: str, now: datetime) -> list[dict[str, Any]]:
    """Others of the same profession in a role that writes notes, {id, name}, by name."""
    roles = [role for role, verbs in ROLES.items() if "people.write_note" in verbs]
    rows = session.execute(
        select(Worker.id, Worker.name)
        .join(RoleGrant, and_(RoleGrant.municipality_id == Worker.municipality_id, RoleGrant.worker_id == Worker.id))
        .where(
            Worker.municipality_id == actor.municipality_id,
            Worker.is_active,
            Worker.profession == profession,
            Worker.id != actor.worker_id,
            RoleGrant.role.in_(roles),
            RoleGrant.valid_from <= now,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
        )
        .distinct()
        .order_by(Worker.name, Worker.id)
    )
    return [{"id": row.id, "name": row.name} for row in rows]


def keepers_of(session: Session, ids: list[UUID]) -> list[dict[str, Any]]:
    """Which professionals keep notes of her, for the paper that she may ask for: name, profession, whether still here."""
    return [dict(row) for row in session.execute(_KEEPERS, {"ids": ids}).mappings()]


def _peers(session: Session, actor: Actor, note_ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    rows = session.execute(
        select(PrivateNotePeer.note_id, Worker.id, Worker.name)
        .join(
            Worker, and_(Worker.municipality_id == PrivateNotePeer.municipality_id, Worker.id == PrivateNotePeer.worker_id)
        )
        .where(
            PrivateNotePeer.municipality_id == actor.municipality_id,
            PrivateNotePeer.note_id.in_(note_ids),
            PrivateNotePeer.ended_at.is_(None),
        )
        .order_by(Worker.name)
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for note_id, worker_id, name in rows:
        found.setdefault(note_id, []).append({"id": worker_id, "name": name})
    return found
