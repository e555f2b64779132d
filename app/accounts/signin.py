"""Sign-in and sessions: one opaque cookie of which only the hash is stored, read by flask-login's loader.

Before the city is known there are two readings only, both functions of the owner: find_login and
find_session. Failed attempts grow a delay, never a lock: carriers share addresses, and nobody may keep a
colleague out at 23:00; a device that this worker used before has a bucket of its own.
"""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from flask_login import LoginManager
from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import session_token
from app.accounts.models import Device, SigninFailure, Worker, WorkerSession
from app.accounts.passwords import verify_password
from app.accounts.problems import SlowDown, WrongCredentials
from app.accounts.queries import grants_of
from app.audit import trail
from app.core import clock
from app.core.db import bind, db
from app.core.ids import new_id, new_token

PHONE_DAYS = 30
DESK_HOURS = 12
FREE_ATTEMPTS = 3
LONGEST_DELAY_S = 30
_FORGET_FAILURES = timedelta(hours=1)

login_manager = LoginManager()


def hash_token(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@login_manager.request_loader
def load_actor(_request: object) -> Actor | None:
    """The actor of the request's cookie; binds the open transaction to the actor's city."""
    token = session_token()
    if not token:
        return None
    return actor_of_token(db.session(), token)


def actor_of_token(session: Session, token: str) -> Actor | None:
    """The actor behind a session token, None when it is unknown, over or ended."""
    now = clock.now()
    found = session.execute(text("SELECT * FROM find_session(:hash)"), {"hash": hash_token(token)}).first()
    if not found or found.ended_at is not None or found.expires_at <= now:
        return None
    bind(session, found.municipality_id, found.worker_id)
    worker = session.get(Worker, (found.municipality_id, found.worker_id))
    if worker is None:
        return None
    if now - found.last_used_at > timedelta(minutes=1):
        session.execute(
            update(WorkerSession)
            .where(WorkerSession.municipality_id == found.municipality_id, WorkerSession.id == found.session_id)
            .values(last_used_at=now)
        )
    return Actor(
        worker_id=worker.id,
        municipality_id=worker.municipality_id,
        name=worker.name,
        login=worker.login,
        locale=worker.locale,
        grants=grants_of(session, worker.municipality_id, worker.id),
        when=now,
        device_id=found.device_id,
        session_id=found.session_id,
        send_only=bool(found.revoked_at) or not worker.is_active,
    )


def sign_in(
    session: Session,
    login: str,
    password: str,
    address: str,
    now: datetime,
    device_id: UUID | None = None,
    device_label: str | None = None,
) -> tuple[str, Actor]:
    """Open a session; gives its token and the actor. Raises WrongCredentials or SlowDown.

    With a device the session lives 30 days (a phone in the field), without one 12 hours (a desk).
    """
    login = login.strip().lower()
    found = session.execute(text("SELECT * FROM find_login(:login)"), {"login": login}).first()
    if found:
        bind(session, found.municipality_id, found.worker_id)
    device = own_device(session, found, device_id)
    bucket = bucket_of(login, str(device.id) if device else address)
    refuse_if_too_soon(session, bucket, now)
    if not verify_password(found.password_hash if found else None, password) or not found.is_active:
        raise WrongCredentials(then=lambda fresh: note_failure(fresh, bucket, now))
    token, actor, opened_id = open_session(session, found.municipality_id, found.worker_id, now, device, device_id, device_label)
    session.execute(SigninFailure.__table__.delete().where(SigninFailure.bucket == bucket))
    trail.record(session, actor, "accounts.sign_in", now, "session", opened_id)
    return token, actor


def open_session(
    session: Session,
    municipality_id: int,
    worker_id: UUID,
    now: datetime,
    device: Device | None = None,
    device_id: UUID | None = None,
    device_label: str | None = None,
) -> tuple[str, Actor, UUID]:
    """A session of a worker who proved who she is, by whatever means; gives its token, the actor and its id.

    `device` is the one she used before (`own_device`); without it a named one is made. The city is bound already.
    """
    if device_id and not device:
        # An id that another worker's sign-in on this browser has taken gets a new one: databases are apart.
        taken = session.get(Device, (municipality_id, device_id)) is not None
        device = Device(
            municipality_id=municipality_id,
            id=new_id() if taken else device_id,
            worker_id=worker_id,
            label=device_label or "",
            created_at=now,
            last_seen_at=now,
        )
        session.add(device)
        session.flush()
    elif device:
        device.last_seen_at = now
        device.label = device_label or device.label
    token = new_token()
    opened = WorkerSession(
        municipality_id=municipality_id,
        id=new_id(),
        token_hash=hash_token(token),
        worker_id=worker_id,
        device_id=device.id if device else None,
        created_at=now,
        last_used_at=now,
        expires_at=now + (timedelta(days=PHONE_DAYS) if device else timedelta(hours=DESK_HOURS)),
    )
    session.add(opened)
    session.flush()
    actor = actor_of_token(session, token)
    if actor is None:
        raise WrongCredentials()
    return token, actor, opened.id


def sign_out(session: Session, actor: Actor, now: datetime) -> None:
    """End the actor's present session."""
    session.execute(
        update(WorkerSession)
        .where(WorkerSession.municipality_id == actor.municipality_id, WorkerSession.id == actor.session_id)
        .values(ended_at=now)
    )
    trail.record(session, actor, "accounts.sign_out", now, "session", actor.session_id)


def delay_after(failures: int) -> int:
    """Seconds to wait after so many failures in a row: three are free, then 1, 2, 4 … at most 30."""
    return 0 if failures < FREE_ATTEMPTS else min(2 ** (failures - FREE_ATTEMPTS), LONGEST_DELAY_S)


def own_device(session: Session, found, device_id: UUID | None) -> Device | None:
    if not found or not device_id:
        return None
    device = session.get(Device, (found.municipality_id, device_id))
    return device if device and device.worker_id == found.worker_id and device.revoked_at is None else None


def bucket_of(login: str, where: str) -> bytes:
    return hashlib.sha256(f"{login}\0{where}".encode()).digest()


def refuse_if_too_soon(session: Session, bucket: bytes, now: datetime) -> None:
    row = session.get(SigninFailure, bucket)
    if row is None or now - row.last_failed_at > _FORGET_FAILURES:
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
