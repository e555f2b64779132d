"""Telling workers: a line for each, once, and a job that delivers it when the transaction is committed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import clock, jobs
from app.core.ids import new_id
from app.notices.terms import URGENT

_TELL = text(
    "INSERT INTO notices (municipality_id, id, worker_id, kind, subject_id, step, is_urgent, made_at, due_at)"
    " VALUES (:m, :id, :worker, :kind, :subject, :step, :urgent, :now, :now)"
    " ON CONFLICT ON CONSTRAINT uq_notices_once DO NOTHING"
)


def tell(
    session: Session, municipality_id: int, worker_ids: Iterable[UUID], kind: str, subject_id: UUID, now: datetime, step: int = 0
) -> int:
    """Tell these workers about one record, each once for a kind and a step. Gives how many were not told before."""
    told = 0
    for worker_id in sorted(set(worker_ids)):
        told += session.execute(
            _TELL,
            {
                "m": municipality_id, "id": new_id(), "worker": worker_id, "kind": kind, "subject": subject_id, "step": step,
                "urgent": kind in URGENT, "now": now,
            },
        ).rowcount  # fmt: skip
    if told:
        jobs.defer(session, "notices.deliver", municipality_id)
    return told


_SETTLE = text(
    "UPDATE notices SET sent_at = :now, seen_at = :now WHERE municipality_id = :m AND subject_id = :subject"
    " AND kind = ANY(:kinds) AND sent_at IS NULL"
)


def settle(
    session: Session, municipality_id: int, kinds: str | Iterable[str], subject_id: UUID, now: datetime | None = None
) -> int:
    """What a record's notices of these kinds ask for has been done: who was not told yet is told no more (a sent one
    stays as it is). Gives how many were dropped; they have `sent_at` and no channel.
    """
    wanted = [kinds] if isinstance(kinds, str) else sorted(kinds)
    values = {"m": municipality_id, "subject": subject_id, "kinds": wanted, "now": now or clock.now()}
    return session.execute(_SETTLE, values).rowcount
