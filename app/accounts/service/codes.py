"""Access given back: single-use codes by which a worker chooses a new password, without e-mail.

Whoever gives a code learns neither the old password nor the new one: the worker types it herself, is told on screen
who gave it and when, and both acts leave a line in the trail.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts import queries
from app.accounts.models import AccessCode, Worker
from app.accounts.problems import NotForYourself, OutOfReach, Suspended, WorkerNotFound
from app.audit import trail
from app.core.db import insert_rows
from app.core.ids import CODE_ALPHABET, new_code, new_id

CODE_LENGTH = 8
BY_VOICE = timedelta(minutes=30)
BY_SLIP = timedelta(days=7)
# Far more than anybody mistypes, far less than guessing needs (31 to the 8th); fewer would let a stranger, who knows a login,
# end the codes of somebody at 23:00.
MOST_TRIES = 60


@dataclass(frozen=True)
class Given:
    """A code as it is shown once, to whoever reads it out or prints it."""

    worker_id: UUID
    name: str
    login: str
    code: str
    expires_at: datetime


def hash_code(secret: str, worker_id: UUID, code: str) -> bytes:
    """A code is short: without the installation's secret the database alone would give it up to guessing."""
    return hmac.new(secret.encode(), b"access-code:" + worker_id.bytes + code.encode(), hashlib.sha256).digest()


def typed(code: str) -> str:
    """A code as it was dictated or copied: small letters, blanks and dashes don't count."""
    return "".join(char for char in code.upper() if char in CODE_ALPHABET)


def shown(code: str) -> str:
    """`ABCD-EFGH`."""
    return f"{code[:4]}-{code[4:]}"


def give_code(session: Session, actor: Actor, worker_id: UUID, now: datetime, secret: str) -> Given:
    """A code to read out to a worker who lost her password; a new one ends the one before.

    Raises WorkerNotFound, NotForYourself, OutOfReach, Suspended or Forbidden.
    """
    worker = session.get(Worker, (actor.municipality_id, worker_id))
    if worker is None:
        raise WorkerNotFound()
    if worker_id == actor.worker_id:
        raise NotForYourself()
    if not queries.may_give_code(session, actor, worker_id, now):
        raise OutOfReach()
    if not worker.is_active:
        raise Suspended()
    [given] = issue(session, [worker], "recovery", now, now + BY_VOICE, secret, actor.worker_id)
    trail.record(session, actor, "accounts.give_code", now, "worker", worker_id)
    return given


def issue(
    session: Session,
    workers: Iterable[Worker],
    kind: str,
    now: datetime,
    expires_at: datetime,
    secret: str,
    issued_by: UUID | None,
) -> list[Given]:
    """New codes for workers of one city, in the place of those that still lived."""
    workers = list(workers)
    void(session, workers, now)
    given = [
        Given(worker.id, worker.name, worker.login, new_code(CODE_LENGTH), expires_at) for worker in workers
    ]
    rows = [
        {
            "municipality_id": worker.municipality_id,
            "id": new_id(),
            "worker_id": worker.id,
            "issued_by": issued_by,
            "kind": kind,
            "code_hash": hash_code(secret, worker.id, one.code),
            "issued_at": now,
            "expires_at": expires_at,
            "tries": 0,
        }
        for worker, one in zip(workers, given, strict=True)
    ]
    insert_rows(session, AccessCode.__table__, rows)  # type: ignore[arg-type]
    return given


def void_issued_by(session: Session, worker: Worker, now: datetime) -> None:
    """End the living codes that somebody gave: who kept one must not come back by it."""
    session.execute(
        update(AccessCode)
        .where(
            AccessCode.municipality_id == worker.municipality_id,
            AccessCode.issued_by == worker.id,
            AccessCode.used_at.is_(None),
            AccessCode.voided_at.is_(None),
        )
        .values(voided_at=now)
    )


def void(session: Session, workers: Iterable[Worker], now: datetime) -> None:
    """End the living codes of these workers."""
    by_city: dict[int, list[UUID]] = {}
    for worker in workers:
        by_city.setdefault(worker.municipality_id, []).append(worker.id)
    for municipality_id, ids in by_city.items():
        session.execute(
            update(AccessCode)
            .where(
                AccessCode.municipality_id == municipality_id,
                AccessCode.worker_id.in_(ids),
                AccessCode.used_at.is_(None),
                AccessCode.voided_at.is_(None),
            )
            .values(voided_at=now)
        )
