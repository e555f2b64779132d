"""Something begun with a browser that must be ended once and within five minutes: kept by the server, known by a token.

Ended means taken away: whoever sends the same again finds nothing, and two at once are told apart by the row's lock.
"""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.models import Ceremony
from app.core.ids import new_token

LIFE = timedelta(minutes=5)


def start(
    session: Session,
    purpose: str,
    now: datetime,
    challenge: bytes = b"",
    city_id: int | None = None,
    worker_id: UUID | None = None,
) -> str:
    """The token of a new ceremony. Those that are over go, so that beginning many fills nothing."""
    session.execute(delete(Ceremony).where(Ceremony.begun_at < now - LIFE))
    token = new_token()
    session.add(
        Ceremony(
            token_hash=_hash(token),
            purpose=purpose,
            challenge=challenge,
            city_id=city_id,
            worker_id=worker_id,
            begun_at=now,
        )
    )
    session.flush()
    return token


def find(session: Session, purpose: str, token: str, now: datetime) -> Ceremony | None:
    """The ceremony while it may still be ended; None for one unknown, of another purpose, over, or ended."""
    return session.scalar(select(Ceremony).where(*_living(purpose, token, now)))


def take(session: Session, purpose: str, token: str, now: datetime, actor: Actor | None = None) -> bytes | None:
    """The challenge of a ceremony, which is ended by this. With an actor, only of what that very worker began.

    A verb that refuses afterwards ends it by its problem's `then`: the refusal's rollback would bring it back.
    """
    mine = []
    if actor is not None:
        mine = [Ceremony.city_id == actor.municipality_id, Ceremony.worker_id == actor.worker_id]
    return session.scalar(
        delete(Ceremony)
        .where(*_living(purpose, token, now), *mine)
        .returning(Ceremony.challenge)
        .execution_options(synchronize_session=False)
    )


def end(session: Session, token: str) -> None:
    session.execute(
        delete(Ceremony).where(Ceremony.token_hash == _hash(token)).execution_options(synchronize_session=False)
    )


def _living(purpose: str, token: str, now: datetime):
    # Neither over nor of the future: a clock set back keeps nothing alive.
    return (
        Ceremony.token_hash == _hash(token),
        Ceremony.purpose == purpose,
        Ceremony.begun_at > now - LIFE,
        Ceremony.begun_at <= now,
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
