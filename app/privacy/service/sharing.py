"""What went out of a person's record, and to whom."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.ids import new_id
from app.people.queries import restricted as people
from app.privacy.queries import sharings


def note_sharing(session: Session, actor: Actor, person_id: UUID, data: dict[str, Any], now: datetime) -> None:
    """Write down that something was told outside: with_whom, what (codes), basis, note. Raises UnknownPerson."""
    require(actor, "people.note_sharing")
    people.ids_of(session, actor.municipality_id, person_id)
    row = {
        "municipality_id": actor.municipality_id, "id": new_id(), "person_id": person_id, "worker_id": actor.worker_id,
        "shared_at": now, "with_whom": data["with_whom"], "what": data["what"], "basis": data["basis"],
        "note": data["note"] or None,
    }  # fmt: skip
    session.execute(insert(sharings), [row])
    trail.record(session, actor, "people.note_sharing", now, "person", person_id, ["with_whom", "what", "basis"])


def note_print(session: Session, actor: Actor, person_id: UUID, now: datetime) -> None:
    """The paper was drawn up for the person: a line of the trail, and so of the paper itself."""
    require(actor, "people.print")
    trail.record(session, actor, "people.print", now, "person", person_id)
