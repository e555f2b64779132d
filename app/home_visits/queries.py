"""Readings of home visits: the visitor's own, for the phone."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.home_visits.models import HomeVisit
from app.people.models import Household

OWN_DAYS = 30


def for_phone(
    session: Session, actor: Actor, now: datetime, ids: Collection[UUID] | None = None
) -> dict[UUID, dict[str, Any]]:
    """The visitor's own visits of the last 30 days, as pull bodies; of a family that the visitor may not see, without it."""
    query = (
        select(HomeVisit, Household.id)
        .outerjoin(
            Household,
            and_(Household.municipality_id == HomeVisit.municipality_id, Household.id == HomeVisit.household_id),
        )
        .where(*_held_by(actor, now))
    )
    if ids is not None:
        query = query.where(HomeVisit.id.in_(ids))
    return {
        row.id: {
            "id": row.id,
            "household_id": household_id,
            "called": row.called if household_id == row.household_id else None,
            "result": row.result,
            "occurred_at": row.occurred_at,
            "next_on": row.next_on,
            "status": row.status,
            "replaces_id": row.replaces_id,
            "receipt": row.receipt,
            "time_uncertain": row.time_uncertain,
            "late": row.recorded_late,
        }
        for row, household_id in session.execute(query)
    }


def ids_for_phone(session: Session, actor: Actor, now: datetime, after: UUID | None, limit: int) -> list[UUID]:
    """The first ids of what `for_phone` gives, behind one, sorted."""
    query = select(HomeVisit.id).where(*_held_by(actor, now))
    if after is not None:
        query = query.where(HomeVisit.id > after)
    return list(session.scalars(query.order_by(HomeVisit.id).limit(limit)))


def _held_by(actor: Actor, now: datetime) -> tuple:
    return (
        HomeVisit.municipality_id == actor.municipality_id,
        HomeVisit.worker_id == actor.worker_id,
        HomeVisit.occurred_at >= now - timedelta(days=OWN_DAYS),
    )


def last_and_next(session: Session, municipality_id: int, households: Collection[UUID]) -> dict[UUID, tuple]:
    """For each household: the instant of the last visit that was done and the next date agreed (or None)."""
    rows = session.execute(
        select(
            HomeVisit.household_id,
            func.max(HomeVisit.occurred_at).filter(HomeVisit.result == "done"),
            func.max(HomeVisit.next_on),
        )
        .where(
            HomeVisit.municipality_id == municipality_id,
            HomeVisit.household_id.in_(households),
            HomeVisit.status == "valid",
        )
        .group_by(HomeVisit.household_id)
    )
    return {household_id: (last, next_on) for household_id, last, next_on in rows}
