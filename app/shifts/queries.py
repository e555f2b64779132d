"""Readings of shifts for what is recorded in them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.shifts.models import Shift


def teams_of_shifts(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The team of each shift that exists."""
    rows = session.execute(
        select(Shift.id, Shift.team_id).where(Shift.municipality_id == municipality_id, Shift.id.in_(ids))
    )
    return {shift_id: team_id for shift_id, team_id in rows}
