"""Sign-in and sessions: one opaque cookie of which only the hash is stored, read by flask-login's loader.

A phone gets two more tokens: one that only delivers, which it keeps outside its vault, and one that it keeps inside,
without which a session bound to the vault reads nothing.

Before the city is known there are four readings only, all functions of the owner: find_login, find_session,
find_delivery and find_passkey.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_login import LoginManager
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import delivery_token, session_token, vault_token
from app.accounts import attempts
from app.accounts.confidentiality import owed_by
from app.accounts.models import Device, Worker, WorkerSession
from app.accounts.passwords import verify_password
from app.accounts.problems import TotpNeeded, WrongCredentials, WrongPassword, WrongTotp
from app.accounts.queries import grants_of
from app.accounts.totp import service as totp
from app.audit import trail
from app.core import clock
from app.core.db import bind, db
from app.core.ids import new_id, new_token
from app.core.models import Municipality

PHONE_DAYS = 30
DESK_HOURS = 12

login_manager = LoginManager()


@dataclass(frozen=True)
class NamedDevice:
    """The phone that signs in, as it names itself; `vault`: what it stores is encrypted; `slip_key`: see Device."""

    id: UUID
    label: str
    vault: bool = False
    slip_key: str | None = None


@dataclass(frozen=True)
class Opened:
    """A session just opened, with the tokens that are told once and never again."""

    token: str
    actor: Actor
    delivery_token: str | None = None
    vault_token: str | None = None


def find_worker(session: Session, login: str):
    """Row of find_login, its city bound from here on; None when nobody has this login."""
    found = session.execute(text("SELECT * FROM find_login(:login)"), {"login": login}).first()
    if found:
        bind(session, found.municipality_id, found.worker_id)
    return found


def find_passkey(session: Session, credential_id: bytes):
    """Row of find_passkey, its city bound from here on; None when nobody has this passkey."""
    found = session.execute(text("SELECT * FROM find_passkey(:wanted)"), {"wanted": credential_id}).first()
    if found:
        bind(session, found.municipality_id, found.worker_id)
    return found


def hash_token(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@login_manager.request_loader
def load_actor(_request: object) -> Actor | None:
    """The actor of the request's delivery token or cookie; binds the open transaction to the actor's city."""
    delivery = delivery_token()
    if delivery is not None:
        return actor_of_delivery(db.session(), delivery)
    token = session_token()
    if not token:
        return None
    return actor_of_token(db.session(), token, vault_token())


def actor_of_token(session: Session, token: str, vault: str = "") -> Actor | None:
    """The actor behind a session token, None when it is unknown, over or ended.

    Locked when the session is bound to a vault and `vault` is not its token.
    """
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
    return _actor(
        session,
        worker,
        found,
        now,
        session_id=found.session_id,
        locked=found.vault_hash is not None and not hmac.compare_digest(bytes(found.vault_hash), hash_token(vault)),
    )


def actor_of_delivery(session: Session, token: str) -> Actor | None:
    """The worker of the phone that holds this delivery token, who may deliver and nothing else.

    Neither the end of the session nor of the device nor of the worker's job ends it: what was recorded before is
    still to come, judged by the rights of then.
    """
    found = session.execute(text("SELECT * FROM find_delivery(:hash)"), {"hash": hash_token(token)}).first()
    if not found:
        return None
    bind(session, found.municipality_id, found.worker_id)
    worker = session.get(Worker, (found.municipality_id, found.worker_id))
    return _actor(session, worker, found, clock.now(), delivery=True) if worker else None


def _actor(session: Session, worker: Worker, found: Any, now: datetime, **more: Any) -> Actor:
    return Actor(
        worker_id=worker.id,
        municipality_id=worker.municipality_id,
        name=worker.name,
        login=worker.login,
        locale=worker.locale,
        grants=grants_of(session, worker.municipality_id, worker.id),
        when=now,
        device_id=found.device_id,
        send_only=bool(found.revoked_at) or not worker.is_active,
        suspended_at=worker.suspended_at,
        owes=owed_by(worker, session.get_one(Municipality, worker.municipality_id)),
        **more,
    )


def sign_in(
    session: Session,
    login: str,
    password: str,
    address: str,
    now: datetime,
    device: NamedDevice | None = None,
    code: str = "",
) -> Opened:
    """Open a session by password, and by `code` where the account asks for a second step.

    Raises WrongCredentials, SlowDown, TotpNeeded or WrongTotp.
    """
    found = prove(session, login, password, address, now, device)
    if totp.is_on(session, found.municipality_id, found.worker_id):
        if not code.strip():
            raise TotpNeeded()
        check_code(session, found.municipality_id, found.worker_id, code, now)
    return enter(session, found, now, device)


def prove(
    session: Session, login: str, password: str, address: str, now: datetime, device: NamedDevice | None = None
) -> Any:
    """Row of find_login of whoever knows the password; nobody is signed in by it. Raises WrongCredentials or SlowDown."""
    login = login.strip().lower()
    found = find_worker(session, login)
    known = own_device(session, found, device.id if device else None)
    bucket = attempts.bucket_of(login, str(known.id) if known else address)
    attempts.refuse_if_too_soon(session, bucket, now)
    if not verify_password(found.password_hash if found else None, password) or not found.is_active:
        raise WrongCredentials(then=lambda fresh: attempts.note_failure(fresh, bucket, now))
    attempts.forget_failures(session, bucket)
    return found


def enter(session: Session, found: Any, now: datetime, device: NamedDevice | None = None, by: str = "password") -> Opened:
    """The session of whom `found` names (municipality_id, worker_id), with its line in the trail."""
    opened = open_session(session, found.municipality_id, found.worker_id, now, device)
    trail.record(session, opened.actor, "accounts.sign_in", now, "session", opened.actor.session_id, [by])
    return opened


def check_code(session: Session, municipality_id: int, worker_id: UUID, code: str, now: datetime) -> None:
    """The second step. Raises WrongTotp, or SlowDown by the worker and not by the address: who comes this far knows
    the password already, so nobody else is held up.
    """
    bucket = attempts.bucket_of("totp", str(worker_id))
    attempts.refuse_if_too_soon(session, bucket, now)
    if not totp.accepts(session, municipality_id, worker_id, code, now):
        raise WrongTotp(then=lambda fresh: attempts.note_failure(fresh, bucket, now))
    attempts.forget_failures(session, bucket)


def ask_password(session: Session, actor: Actor, password: str, now: datetime) -> None:
    """The password once more, before something that outlives a session. Raises WrongPassword or SlowDown."""
    bucket = attempts.bucket_of("password", str(actor.worker_id))
    attempts.refuse_if_too_soon(session, bucket, now)
    worker = session.get_one(Worker, (actor.municipality_id, actor.worker_id))
    if not verify_password(worker.password_hash, password):
        raise WrongPassword(
            fields={"password": [str(WrongPassword.sentence)]}, then=lambda fresh: attempts.note_failure(fresh, bucket, now)
        )
    attempts.forget_failures(session, bucket)


def open_session(
    session: Session, municipality_id: int, worker_id: UUID, now: datetime, device: NamedDevice | None = None
) -> Opened:
    """A session of a worker who proved who she is, by whatever means; the transaction is bound to the city already.

    With a device it lives 30 days (a phone in the field), without one 12 hours (a desk). Each sign-in of a device
    gives it a new delivery token; the former delivers no more. With a vault the device's former sessions end.
    Raises WrongCredentials when there is no such worker.
    """
    delivery = new_token() if device else None
    vault = new_token() if device and device.vault else None
    here = _sign_device_in(session, municipality_id, worker_id, device, delivery or "", now) if device else None
    token = new_token()
    opened = WorkerSession(
        municipality_id=municipality_id,
        id=new_id(),
        token_hash=hash_token(token),
        vault_hash=hash_token(vault) if vault else None,
        worker_id=worker_id,
        device_id=here.id if here else None,
        created_at=now,
        last_used_at=now,
        expires_at=now + (timedelta(days=PHONE_DAYS) if here else timedelta(hours=DESK_HOURS)),
    )
    session.add(opened)
    session.flush()
    actor = actor_of_token(session, token, vault or "")
    if actor is None:
        raise WrongCredentials()
    return Opened(token, actor, delivery, vault)


def _sign_device_in(
    session: Session, municipality_id: int, worker_id: UUID, named: NamedDevice, delivery: str, now: datetime
) -> Device:
    device = _device_of(session, municipality_id, worker_id, named.id)
    if device is None:
        # An id that another worker's sign-in on this browser has taken gets a new one: databases are apart.
        taken = session.get(Device, (municipality_id, named.id)) is not None
        device = Device(
            municipality_id=municipality_id,
            id=new_id() if taken else named.id,
            worker_id=worker_id,
            label=named.label,
            created_at=now,
        )
        session.add(device)
    device.last_seen_at = now
    device.label = named.label or device.label
    device.has_vault = named.vault
    # A key belongs to the id that it was made for: under a new one the phone makes another, and tells it with a push.
    if named.slip_key and device.id == named.id and named.slip_key != device.slip_key:
        device.slip_key_before, device.slip_key = device.slip_key, named.slip_key
    device.delivery_hash = hash_token(delivery)
    if named.vault:
        # A cookie of before would still read: the browser has just thrown it away, a copy of its profile has not.
        session.execute(
            update(WorkerSession)
            .where(
                WorkerSession.municipality_id == municipality_id,
                WorkerSession.device_id == device.id,
                WorkerSession.ended_at.is_(None),
            )
            .values(ended_at=now)
        )
    session.flush()
    return device


def sign_out(session: Session, actor: Actor, now: datetime) -> None:
    """End the actor's present session."""
    session.execute(
        update(WorkerSession)
        .where(WorkerSession.municipality_id == actor.municipality_id, WorkerSession.id == actor.session_id)
        .values(ended_at=now)
    )
    trail.record(session, actor, "accounts.sign_out", now, "session", actor.session_id)


def own_device(session: Session, found: Any, device_id: UUID | None) -> Device | None:
    """The named device when whom `find_login` found used it before, and it was not revoked."""
    return _device_of(session, found.municipality_id, found.worker_id, device_id) if found and device_id else None


def _device_of(session: Session, municipality_id: int, worker_id: UUID, device_id: UUID) -> Device | None:
    device = session.get(Device, (municipality_id, device_id))
    return device if device and device.worker_id == worker_id and device.revoked_at is None else None
