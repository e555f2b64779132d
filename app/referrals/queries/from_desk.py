"""Referrals that left from a technician's desk: of no meeting and no visit, and on no phone."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.people.queries import among
from app.referrals.models import Referral
from app.referrals.queries.hidden import hides_somebody
from app.units.models import Unit


def is_from_desk(referral: Referral) -> bool:
    return referral.encounter_id is None and referral.visit_id is None


def left_a_desk() -> ColumnElement[bool]:
    """The same as an SQL condition on Referral."""
    return and_(Referral.encounter_id.is_(None), Referral.visit_id.is_(None))


def from_desk(session: Session, municipality_id: int, ids: Collection[UUID]) -> list[dict[str, Any]]:
    """Of these, how each stands: {id, unit, status, sent_at, worker_id}, the oldest first; none of somebody hidden."""
    rows = session.execute(
        select(Referral.id, Unit.name.label("unit"), Referral.status, Referral.sent_at, Referral.worker_id)
        .join(Unit, (Unit.municipality_id == Referral.municipality_id) & (Unit.id == Referral.unit_id))
        .where(Referral.municipality_id == municipality_id, among(Referral.id, ids), left_a_desk(), ~hides_somebody())
        .order_by(Referral.sent_at, Referral.id)
    )
    return [dict(row) for row in rows.mappings()]
