"""Chaining of the trail: each line's hash covers the one before, so that removing or editing one shows.

Verbs write their lines unchained (a chain inside the verb would put every writer of a city in one queue);
one job under an advisory lock chains what has been committed since. `verify` walks the chain and says how
many lines wait at its tail.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC

import orjson
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app.audit.models import AuditLine

_GENESIS = b"\x00" * 32
_LOCK = 0x61756469  # "audi"


def digest(previous: bytes, row: AuditLine) -> bytes:
    """SHA-256 over the previous hash and every field of the line in a fixed order."""
    body = orjson.dumps(
        [
            row.municipality_id,
            str(row.id),
            row.at.astimezone(UTC).isoformat(timespec="microseconds"),
            str(row.worker_id or ""),
            str(row.device_id or ""),
            row.action,
            row.outcome,
            row.problem or "",
            row.subject_type or "",
            str(row.subject_id or ""),
            list(row.fields),
            row.seq,
        ]
    )
    return hashlib.sha256(previous + body).digest()


def chain(session: Session, municipality_id: int, limit: int = 5000) -> int:
    """Chain up to `limit` committed lines of a municipality; gives how many. Skips if another is at it."""
    got = session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK, municipality_id)))
    if not got:
        return 0
    last = session.execute(
        select(AuditLine.seq, AuditLine.hash)
        .where(AuditLine.municipality_id == municipality_id, AuditLine.seq.is_not(None))
        .order_by(AuditLine.seq.desc())
        .limit(1)
    ).first()
    seq, previous = (last.seq, last.hash) if last else (0, _GENESIS)
    rows = session.scalars(
        select(AuditLine)
        .where(AuditLine.municipality_id == municipality_id, AuditLine.seq.is_(None))
        .order_by(AuditLine.id)
        .limit(limit)
    ).all()
    values = []
    for row in rows:
        seq += 1
        session.expunge(row)
        row.seq = seq
        previous = digest(previous, row)
        values.append({"i": row.id, "s": seq, "h": previous})
    if values:
        table = AuditLine.__table__
        session.connection().execute(
            update(table)
            .where(table.c.municipality_id == municipality_id, table.c.id == text(":i"))
            .values(seq=text(":s"), hash=text(":h")),
            values,
        )
    return len(values)


@dataclass(frozen=True)
class Verdict:
    """Result of a verification: lines walked, lines still unchained, and the first broken seq (None = whole)."""

    lines: int
    tail: int
    broken_at: int | None


def verify(session: Session, municipality_id: int) -> Verdict:
    """Walk the whole chain of a municipality from its first line."""
    previous, expected, lines = _GENESIS, 0, 0
    rows = session.scalars(
        select(AuditLine)
        .where(AuditLine.municipality_id == municipality_id, AuditLine.seq.is_not(None))
        .order_by(AuditLine.seq)
        .execution_options(yield_per=2000)
    )
    for row in rows:
        expected += 1
        if row.seq != expected or row.hash != digest(previous, row):
            return Verdict(lines, 0, expected)
        previous, lines = row.hash, lines + 1
    tail = session.scalar(
        select(func.count()).where(AuditLine.municipality_id == municipality_id, AuditLine.seq.is_(None))
    )
    return Verdict(lines, tail or 0, None)
