"""The second step at sign-in, optional: a code of six digits by time (RFC 6238), or one of the codes kept on paper.

Each code is used once: the step it belongs to is written down, and no step up to that one is taken again, whatever
the clock says afterwards.
"""

import hashlib
import hmac
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import TotpCode, TotpSecret
from app.accounts.problems import TotpAlreadyOn, TotpNotBegun, WrongTotp
from app.audit import trail
from app.core import seal
from app.core.ids import CODE_ALPHABET, new_code, new_id

ISSUER = "Vínculo"
STEP_S = 30
# One step before and one after the present: phones' clocks are not quite ours.
_AROUND = (0, -1, 1)
PAPER_CODES = 10
_PAPER_LENGTH = 12


def is_on(session: Session, municipality_id: int, worker_id: UUID) -> bool:
    """Whether the worker's sign-in asks for a second step."""
    found = _secret(session, municipality_id, worker_id)
    return found is not None and found.confirmed_at is not None


def accepts(session: Session, municipality_id: int, worker_id: UUID, code: str, now: datetime) -> bool:
    """Whether the code is one of the worker's that was not used yet; it is used by this."""
    found = _secret(session, municipality_id, worker_id)
    if found is None or found.confirmed_at is None:
        return False
    return _use_step(session, found, code, now) or _use_paper(session, municipality_id, worker_id, code, now)


def start(session: Session, actor: Actor, now: datetime) -> None:
    """A new secret, which counts once it is confirmed. Raises TotpAlreadyOn."""
    require(actor, "accounts.set_totp")
    former = _secret(session, actor.municipality_id, actor.worker_id)
    if former is not None and former.confirmed_at is not None:
        raise TotpAlreadyOn()
    if former is not None:
        session.delete(former)
        session.flush()
    key = seal.public_key_of(session, actor.municipality_id)
    if key is None:
        raise LookupError("a city has a key since its set-up")
    secret = pyotp.random_base32()
    session.add(
        TotpSecret(
            municipality_id=actor.municipality_id,
            id=new_id(),
            worker_id=actor.worker_id,
            sealed_secret=seal.seal(key, secret.encode()),
            created_at=now,
        )
    )
    session.flush()


def secret_to_show(session: Session, actor: Actor) -> tuple[str, str]:
    """The secret that waits to be confirmed: in groups to be typed, and as the address that a QR code holds.

    Raises TotpNotBegun, also when it was confirmed: it is shown never again.
    """
    require(actor, "accounts.set_totp")
    found = _secret(session, actor.municipality_id, actor.worker_id)
    if found is None or found.confirmed_at is not None:
        raise TotpNotBegun()
    secret = _opened(found)
    typed = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return typed, pyotp.TOTP(secret).provisioning_uri(name=actor.login, issuer_name=ISSUER)


def confirm(session: Session, actor: Actor, code: str, now: datetime) -> list[str]:
    """Turn the second step on by a first code; gives the codes for paper, this once. Raises TotpNotBegun or WrongTotp."""
    require(actor, "accounts.set_totp")
    found = _secret(session, actor.municipality_id, actor.worker_id)
    if found is None or found.confirmed_at is not None:
        raise TotpNotBegun()
    if not _use_step(session, found, code, now):
        raise WrongTotp()
    found.confirmed_at = now
    paper = [new_code(_PAPER_LENGTH) for _ in range(PAPER_CODES)]
    for one in paper:
        session.add(
            TotpCode(
                municipality_id=actor.municipality_id, id=new_id(), worker_id=actor.worker_id, code_hash=_hash(one)
            )
        )
    session.flush()
    trail.record(session, actor, "accounts.set_totp", now, "worker", actor.worker_id)
    return [f"{one[:4]}-{one[4:8]}-{one[8:]}" for one in paper]


def remove(session: Session, actor: Actor, now: datetime) -> None:
    """The password alone signs in again. Raises TotpNotBegun."""
    require(actor, "accounts.remove_totp")
    if not forget(session, actor.municipality_id, actor.worker_id):
        raise TotpNotBegun()
    trail.record(session, actor, "accounts.remove_totp", now, "worker", actor.worker_id)


def forget(session: Session, municipality_id: int, worker_id: UUID) -> bool:
    """Take secret and paper codes away; False when there were none."""
    gone = 0
    for model in (TotpCode, TotpSecret):
        gone = session.execute(
            delete(model).where(model.municipality_id == municipality_id, model.worker_id == worker_id)
        ).rowcount
    return gone > 0


def paper_left(session: Session, actor: Actor) -> int:
    """How many codes on paper were not used yet."""
    return session.scalar(
        select(func.count())
        .select_from(TotpCode)
        .where(
            TotpCode.municipality_id == actor.municipality_id,
            TotpCode.worker_id == actor.worker_id,
            TotpCode.used_at.is_(None),
        )
    )


def _secret(session: Session, municipality_id: int, worker_id: UUID) -> TotpSecret | None:
    return session.scalar(
        select(TotpSecret).where(TotpSecret.municipality_id == municipality_id, TotpSecret.worker_id == worker_id)
    )


def _opened(found: TotpSecret) -> str:
    return seal.open_sealed(found.municipality_id, found.sealed_secret).decode()


def _use_step(session: Session, found: TotpSecret, code: str, now: datetime) -> bool:
    typed = "".join(code.split())
    if len(typed) != 6 or not typed.isascii() or not typed.isdigit():
        return False
    present, totp = int(now.timestamp()) // STEP_S, pyotp.TOTP(_opened(found))
    for step in (present + offset for offset in _AROUND):
        if not hmac.compare_digest(totp.generate_otp(step), typed):
            continue
        # In one statement: two at once can't both use it.
        used = session.execute(
            update(TotpSecret)
            .where(
                TotpSecret.municipality_id == found.municipality_id,
                TotpSecret.id == found.id,
                TotpSecret.last_step < step,
            )
            .values(last_step=step)
            .execution_options(synchronize_session=False)
        )
        if used.rowcount:
            return True
    return False


def _use_paper(session: Session, municipality_id: int, worker_id: UUID, code: str, now: datetime) -> bool:
    typed = "".join(letter for letter in code.upper() if letter in CODE_ALPHABET)
    if len(typed) != _PAPER_LENGTH:
        return False
    used = session.execute(
        update(TotpCode)
        .where(
            TotpCode.municipality_id == municipality_id,
            TotpCode.worker_id == worker_id,
            TotpCode.code_hash == _hash(typed),
            TotpCode.used_at.is_(None),
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return used.rowcount > 0


def _hash(code: str) -> bytes:
    # Twelve letters of 31 are 59 bits: nothing to guess, so nothing to slow down.
    return hashlib.sha256(b"totp:" + code.encode()).digest()
