"""Lines of the trail, written beside the verb and in its transaction; a refusal's in one of its own."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.models import AuditLine
from app.core.db import insert_rows
from app.core.ids import new_id


def line(
    actor: Any,
    action: str,
    at: datetime,
    subject_type: str | None = None,
    subject_id: UUID | None = None,
    fields: Iterable[str] = (),
    problem: str | None = None,
) -> dict[str, Any]:
    """One line as a row: ids and names of fields, never their values.

    `actor` is anything with municipality_id, worker_id and device_id; `problem` is the code of a refusal.
    """
    return {
        "municipality_id": actor.municipality_id,
        "id": new_id(),
        "at": at,
        "worker_id": actor.worker_id,
        "device_id": actor.device_id,
        "action": action,
        "outcome": "refused" if problem else "done",
        "problem": problem,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "fields": sorted(fields),
    }


def write(session: Session, lines: Sequence[dict[str, Any]]) -> None:
    """Many lines at once, of verbs done in bulk."""
    insert_rows(session, AuditLine.__table__, lines)  # type: ignore[arg-type]


def record(
    session: Session,
    actor: Any,
    action: str,
    at: datetime,
    subject_type: str | None = None,
    subject_id: UUID | None = None,
    fields: Iterable[str] = (),
) -> None:
    """A verb was done."""
    write(session, [line(actor, action, at, subject_type, subject_id, fields)])


def refused(
    session: Session,
    actor: Any,
    action: str,
    at: datetime,
    problem: str,
    subject_type: str | None = None,
    subject_id: UUID | None = None,
) -> None:
    """A verb was refused: leaves its line after the rollback, in a transaction of its own."""
    write(session, [line(actor, action, at, subject_type, subject_id, problem=problem)])
