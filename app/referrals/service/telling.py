"""Who is told of a referral: the unit's desk; the team that sent; its coordination. In neutral words (notices.terms).

Of somebody restricted only the door that expects her is told: that there is a referral is what nobody else may learn.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.notices import queries as notices
from app.notices import service as notices_service
from app.referrals.models import Referral, ReferralEvent

# What a desk need not be told any more once it answered.
ASKING = ("referral_new", "referral_waiting")


def desk(session: Session, referral: Referral, kind: str, now: datetime, step: int = 0) -> None:
    """Whoever answers at the unit's door."""
    _tell(session, referral, notices.desk_of(session, referral.municipality_id, referral.unit_id, now), kind, now, step)


def sender(session: Session, referral: Referral, kind: str, now: datetime, step: int | None = None) -> None:
    """Who sent, and her team. step None: once for each move, for an answer may change."""
    if is_hidden(session, referral):
        return
    m = referral.municipality_id
    step = _moves(session, referral) if step is None else step
    mates = notices.team_of(session, m, referral.team_id, now) if referral.team_id else []
    _tell(session, referral, {referral.worker_id, *mates}, kind, now, step)


def both(session: Session, referral: Referral, kind: str, now: datetime) -> None:
    """The door and the team that sent, once."""
    desk(session, referral, kind, now)
    sender(session, referral, kind, now, step=0)


def coordinators(session: Session, referral: Referral, kind: str, now: datetime, step: int = 0) -> None:
    """The coordination of the team that sent."""
    if is_hidden(session, referral):
        return
    m = referral.municipality_id
    _tell(session, referral, notices.coordinators_of(session, m, team_id=referral.team_id, at=now), kind, now, step)


def workers(session: Session, referral: Referral, ids: Iterable[UUID], kind: str, now: datetime, step: int) -> None:
    """These, each once for the step."""
    _tell(session, referral, ids, kind, now, step)


def settled(session: Session, referral: Referral, now: datetime) -> None:
    """The desk answered: who was not reminded yet is not reminded any more."""
    notices_service.settle(session, referral.municipality_id, ASKING, referral.id, now)


def is_hidden(session: Session, referral: Referral) -> bool:
    """Whether somebody of it is restricted, to whomever."""
    return bool(session.scalar(select(func.concerns_restricted(referral.id))))


def _moves(session: Session, referral: Referral) -> int:
    return session.scalar(
        select(func.count()).where(
            ReferralEvent.municipality_id == referral.municipality_id, ReferralEvent.referral_id == referral.id
        )
    ) or 0


def _tell(session: Session, referral: Referral, ids: Iterable[UUID], kind: str, now: datetime, step: int) -> None:
    notices_service.tell(session, referral.municipality_id, ids, kind, referral.id, now, step)
