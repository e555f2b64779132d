"""A password chosen anew: with the one before, or with a code (forgotten at 23:00, or the first one).

A try of a code is always answered by the same words, after the same work: the new password is hashed before anything is known.
What a wrong try changes (its count, the delay, the end of an expired code) must stay, so a refusal is given back,
not raised, and the transaction commits with it; the code's row is locked meanwhile, so that no more tries slip
through side by side than one after the other.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts import attempts, rules, signin
from app.accounts.models import AccessCode, Worker
from app.accounts.passwords import hash_password
from app.accounts.problems import WrongCode
from app.accounts.service import drop_passkeys, end_sessions
from app.accounts.service.codes import MOST_TRIES, hash_code, typed
from app.accounts.totp import service as totp
from app.audit import trail

_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Recovered:
    """A session opened by a code, and who gave the code (None: the server's own shell)."""

    opened: signin.Opened
    issued_by: str | None
    issued_at: datetime


@dataclass(frozen=True)
class SecondStep:
    """The password was chosen, nobody is signed in: whoever turned a second step on is still asked for it."""

    municipality_id: int
    worker_id: UUID


@dataclass(frozen=True)
class _Trier:
    """Whom a refused try was about, for the trail."""

    municipality_id: int
    worker_id: UUID
    device_id: UUID | None = None


def recover(
    session: Session,
    login: str,
    code: str,
    new_password: str,
    address: str,
    now: datetime,
    secret: str,
    device: signin.NamedDevice | None = None,
) -> Recovered | SecondStep | WrongCode:
    """Choose a new password by a code and open a session; the worker's other sessions end.

    Gives WrongCode back for the caller to answer after the commit. Raises WeakPassword or SlowDown.
    """
    login = login.strip().lower()
    rules.check_new_password(new_password, login)
    found = signin.find_worker(session, login)
    known = signin.own_device(session, found, device.id if device else None)
    where = str(known.id) if known else address
    bucket = attempts.bucket_of(f"code\0{login}", where)
    attempts.refuse_if_too_soon(session, bucket, now)
    new_hash = hash_password(new_password)
    living = _living(session, found)
    fits = hmac.compare_digest(
        living.code_hash if living else bytes(32), hash_code(secret, found.worker_id if found else _NOBODY, typed(code))
    )
    if living is None or not fits or not found.is_active or not living.issued_at <= now < living.expires_at:
        attempts.note_failure(session, bucket, now)
        if living is not None:
            _count(session, living, fits, now)
        return WrongCode()
    living.used_at = now
    worker = session.get_one(Worker, (found.municipality_id, found.worker_id))
    worker.password_hash, worker.must_change_password = new_hash, False
    # Who had the old password may have left a way in of her own.
    end_sessions(session, worker.municipality_id, worker.id, now)
    drop_passkeys(session, worker.municipality_id, worker.id)
    attempts.forget_failures(session, bucket, attempts.bucket_of(login, where))
    if totp.is_on(session, worker.municipality_id, worker.id):
        who = _Trier(worker.municipality_id, worker.id)
        trail.record(session, who, "accounts.recover", now, "access_code", living.id, ["password"])
        return SecondStep(worker.municipality_id, worker.id)
    opened = signin.open_session(session, worker.municipality_id, worker.id, now, device)
    trail.record(session, opened.actor, "accounts.recover", now, "access_code", living.id, ["password"])
    issuer = session.get(Worker, (worker.municipality_id, living.issued_by)) if living.issued_by else None
    return Recovered(opened, issuer.name if issuer else None, living.issued_at)


def change_password(session: Session, actor: Actor, password: str, new_password: str, now: datetime) -> None:
    """The actor's own password, known to nobody else from now on; her other sessions end.

    Raises WeakPassword, WrongPassword or SlowDown.
    """
    require(actor, "accounts.change_password")
    rules.check_new_password(new_password, actor.login)
    signin.ask_password(session, actor, password, now)
    worker = session.get_one(Worker, (actor.municipality_id, actor.worker_id))
    worker.password_hash, worker.must_change_password = hash_password(new_password), False
    end_sessions(session, actor.municipality_id, actor.worker_id, now, but=actor.session_id)
    trail.record(session, actor, "accounts.change_password", now, "worker", actor.worker_id, ["password"])


def _living(session: Session, found) -> AccessCode | None:
    """The worker's living code, locked until this transaction ends."""
    if not found:
        return None
    return session.scalar(
        select(AccessCode)
        .where(
            AccessCode.municipality_id == found.municipality_id,
            AccessCode.worker_id == found.worker_id,
            AccessCode.used_at.is_(None),
            AccessCode.voided_at.is_(None),
        )
        .with_for_update()
    )


def _count(session: Session, living: AccessCode, fits: bool, now: datetime) -> None:
    """A wrong try counts; a code seen outside its time ends for good, so that no clock set back wakes it up again."""
    living.tries += 0 if fits else 1
    if living.tries >= MOST_TRIES or not living.issued_at <= now < living.expires_at:
        living.voided_at = now
    session.flush()
    trier = _Trier(living.municipality_id, living.worker_id)
    trail.refused(session, trier, "accounts.recover", now, WrongCode.code, "access_code", living.id)
