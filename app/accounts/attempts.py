"""Failed attempts at a secret: a delay that grows, never a lock.

Carriers share addresses, and nobody may keep a colleague out at 23:00: a device that a worker used before has a bucket
of its own, and hammering elsewhere doesn't slow it.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import SigninFailure
from app.accounts.problems import SlowDown

FREE_ATTEMPTS = 3
LONGEST_DELAY_S = 30
_FORGET_FAILURES = timedelta(hours=1)


def delay_after(failures: int) -> int:
    """Seconds to wait after so many failures in a row: three are free, then 1, 2, 4 … at most 30."""
    return 0 if failures < FREE_ATTEMPTS else min(2 ** (failures - FREE_ATTEMPTS), LONGEST_DELAY_S)


def bucket_of(login: str, where: str) -> bytes:
    return hashlib.sha256(f"{login}\0{where}".encode()).digest()


def refuse_if_too_soon(session: Session, bucket: bytes, now: datetime) -> None:
    row = session.get(SigninFailure, bucket)
    if row is None or now - row.last_failed_at > _FORGET_FAILURES:
        return
    # A failure far in the future is a clock that was set back: waiting for it would be a lock.
    if row.last_failed_at - now > timedelta(seconds=LONGEST_DELAY_S):
        return
    wait = (row.last_failed_at + timedelta(seconds=delay_after(row.failures)) - now).total_seconds()
    if wait > 0:
        # Not counted again: hammering can't make the delay of the rightful one longer.
        raise SlowDown(extra={"retry_after_s": int(wait) + 1})


def note_failure(session: Session, bucket: bytes, now: datetime) -> None:
    fresh = insert(SigninFailure).values(bucket=bucket, failures=1, last_failed_at=now)
    session.execute(
        fresh.on_conflict_do_update(
            index_elements=["bucket"],
            set_={"failures": SigninFailure.failures + 1, "last_failed_at": now},
        )
    )


def forget_failures(session: Session, *buckets: bytes) -> None:
    session.execute(delete(SigninFailure).where(SigninFailure.bucket.in_(buckets)))
