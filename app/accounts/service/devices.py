"""Verbs on phones: when each was last heard of, the key of its slips, its vault's key for a forgotten PIN, its loss."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts import rules
from app.accounts.models import Device, Passkey, WorkerSession
from app.accounts.problems import AlreadyLost, NotYourVault
from app.accounts.queries import device_in_reach
from app.audit import trail
from app.core import seal

CONTACT_EVERY = timedelta(minutes=1)


def note_contact(session: Session, actor: Actor, now: datetime, waiting: int | None = None) -> None:
    """When the actor's device was last heard of, at most once a minute, and how much it said it still holds unsent."""
    if actor.device_id is None:
        return
    said = {} if waiting is None else {"waiting": waiting, "waiting_at": now}
    news = Device.last_seen_at < now - CONTACT_EVERY
    if waiting is not None:
        news = or_(news, Device.waiting.is_distinct_from(waiting))
    session.execute(
        update(Device)
        .where(Device.municipality_id == actor.municipality_id, Device.id == actor.device_id, news)
        .values(last_seen_at=now, **said)
        .execution_options(synchronize_session=False)
    )


def note_slip_key(session: Session, actor: Actor, told: Any) -> bool | None:
    """Whether the actor's device is known by the key with which it signs slips; `told` is taken where there is none yet.

    Another one is taken at a sign-in only: the token that delivers lies outside the vault, and must not be enough to put
    a key in the place of the phone's own. None without a device. What is no key is not taken, and never refuses a push.
    """
    device = session.get(Device, (actor.municipality_id, actor.device_id)) if actor.device_id else None
    if device is None:
        return None
    if device.slip_key is None and not actor.send_only and device.lost_at is None and rules.is_slip_key(told):
        device.slip_key = told
        session.flush()
    return device.slip_key is not None and told in (None, device.slip_key)


def is_lost(session: Session, actor: Actor) -> bool:
    """Whether the actor's device was reported lost."""
    device = session.get(Device, (actor.municipality_id, actor.device_id)) if actor.device_id else None
    return device is not None and device.lost_at is not None


def open_vault(session: Session, actor: Actor, envelope: str, now: datetime) -> str:
    """The key that a phone sealed to the city in case its PIN is forgotten: for that worker on that device only.

    Raises Unsealable or NotYourVault.
    """
    require(actor, "accounts.open_vault")
    content = seal.open_sealed(actor.municipality_id, envelope)
    try:
        told = orjson.loads(content)
    except orjson.JSONDecodeError:
        told = None
    mine = {"use": "vault", "worker_id": str(actor.worker_id), "device_id": str(actor.device_id)}
    if not isinstance(told, dict) or told.keys() != mine.keys() | {"key"} or told != told | mine:
        raise NotYourVault()
    if not isinstance(told["key"], str) or actor.device_id is None:
        raise NotYourVault()
    trail.record(session, actor, "accounts.open_vault", now, "device", actor.device_id)
    return told["key"]


def report_lost(session: Session, actor: Actor, device_id: UUID, seen_at: datetime, now: datetime) -> None:
    """A phone is not where it should be: from now on it may only deliver, and is told to forget at its next contact.
    The passkeys made on it open nothing any more.

    One's own, or one of a worker in the actor's teams. `seen_at`: when somebody last had it in hand.
    Raises DeviceNotFound (also for one out of reach), AlreadyLost.
    """
    require(actor, "accounts.report_lost")
    device = device_in_reach(session, actor, device_id).device
    done = session.execute(
        update(Device)
        .where(Device.municipality_id == actor.municipality_id, Device.id == device.id, Device.lost_at.is_(None))
        .values(lost_at=now, lost_seen_at=seen_at, revoked_at=device.revoked_at or now)
    )
    if done.rowcount == 0:
        raise AlreadyLost()
    # Without its own token a phone of before delivers by the session alone: that one stays, and can only send.
    if device.delivery_hash is not None:
        session.execute(
            update(WorkerSession)
            .where(
                WorkerSession.municipality_id == actor.municipality_id,
                WorkerSession.device_id == device.id,
                WorkerSession.ended_at.is_(None),
            )
            .values(ended_at=now)
        )
    session.execute(
        delete(Passkey).where(Passkey.municipality_id == actor.municipality_id, Passkey.device_id == device.id)
    )
    trail.record(session, actor, "accounts.report_lost", now, "device", device_id, ["lost_at", "lost_seen_at"])
