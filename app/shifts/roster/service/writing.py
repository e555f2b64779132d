"""What every verb on the roster does alike: one planner at a time, reach, a shift held, its members, what is kept of it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.core.ids import new_id
from app.shifts.roster import queries
from app.shifts.roster.models import PlannedShift, PlannedShiftEvent, PlannedShiftMember, PlannedShiftRegion
from app.shifts.roster.problems import (
    RegionUnknown, TeamClosed, TeamOutOfReach, UnknownPlan, VehicleOutOfUse,
)  # fmt: skip
from app.shifts.roster.rules import Span, check_open
from app.territory import queries as territory


def alone(session: Session, municipality_id: int) -> None:
    """One planner of a city at a time until the transaction ends: what she judged stays true while she writes.

    The exclusion constraints stand behind it.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"shifts.plan:{municipality_id}"}
    )


def check_team(session: Session, actor: Actor, team_id: UUID) -> None:
    """Raise TeamOutOfReach or TeamClosed unless the actor plans for this team."""
    if team_id in queries.reached_teams(session, actor, "shifts.plan"):
        return
    if team_id in queries.reached_teams(session, actor, "shifts.plan", closed_too=True):
        raise TeamClosed(fields={"team_id": [str(TeamClosed.sentence)]})
    raise TeamOutOfReach(fields={"team_id": [str(TeamOutOfReach.sentence)]})


def check_regions(session: Session, municipality_id: int, region_ids: Collection[UUID]) -> None:
    if not set(region_ids) <= {row.id for row in territory.active_regions(session, municipality_id)}:
        raise RegionUnknown(fields={"region_ids": [str(RegionUnknown.sentence)]})


def check_vehicle(session: Session, municipality_id: int, vehicle_id: UUID | None) -> None:
    vehicle = queries.vehicle_of(session, municipality_id, vehicle_id) if vehicle_id else None
    if vehicle_id and (vehicle is None or not vehicle.is_active):
        raise VehicleOutOfUse(fields={"vehicle_id": [str(VehicleOutOfUse.sentence)]})


def held(session: Session, actor: Actor, planned_shift_id: UUID, now: datetime) -> PlannedShift:
    """A shift of the planner's reach that may still change, locked. Raises UnknownPlan, PlanCancelled, PlanOver."""
    alone(session, actor.municipality_id)
    row = session.get(
        PlannedShift, (actor.municipality_id, planned_shift_id), with_for_update=True, populate_existing=True
    )
    if row is None or row.team_id not in queries.reached_teams(session, actor, "shifts.plan", closed_too=True):
        raise UnknownPlan()
    check_open(row.status, row.ends_at, now)
    return row


def members_of(session: Session, shift: PlannedShift) -> dict[UUID, PlannedShiftMember]:
    rows = session.scalars(
        select(PlannedShiftMember)
        .where(
            PlannedShiftMember.municipality_id == shift.municipality_id, PlannedShiftMember.planned_shift_id == shift.id
        )
        .execution_options(populate_existing=True)
    )
    return {row.worker_id: row for row in rows}


def stands_in_no_more(session: Session, shift: PlannedShift, worker_id: UUID, other_id: UUID | None = None) -> None:
    """For whom she went nobody goes now, or the other one: who is absent is missing again."""
    for row in members_of(session, shift).values():
        if row.state == "absent" and row.replaced_by == worker_id:
            row.replaced_by = other_id


def add_members(session: Session, shift: PlannedShift, worker_ids: Iterable[UUID], state: str, now: datetime) -> None:
    session.add_all(
        PlannedShiftMember(
            municipality_id=shift.municipality_id, id=new_id(), planned_shift_id=shift.id, worker_id=worker_id,
            during=during(shift), state=state, changed_at=now,
        )
        for worker_id in dict.fromkeys(worker_ids)
    )  # fmt: skip


def add_regions(session: Session, shift: PlannedShift, region_ids: Iterable[UUID]) -> None:
    session.add_all(
        PlannedShiftRegion(
            municipality_id=shift.municipality_id, id=new_id(), planned_shift_id=shift.id, region_id=region_id
        )
        for region_id in dict.fromkeys(region_ids)
    )


def during(shift: PlannedShift) -> Range[datetime]:
    return Range(shift.starts_at, shift.ends_at)


def keep(session: Session, actor: Actor, shift: PlannedShift, kind: str, now: datetime, **what: Any) -> None:
    """A published shift keeps what is done to it; a draft only remembers that somebody touched it."""
    if shift.status == "draft":
        shift.is_changed = True
        return
    session.add(
        PlannedShiftEvent(
            municipality_id=actor.municipality_id, id=new_id(), planned_shift_id=shift.id, kind=kind, at=now,
            worker_id=actor.worker_id, **{"fields": [], **what},
        )
    )  # fmt: skip


def leave_day(session: Session, actor: Actor, shift: PlannedShift, now: datetime) -> None:
    """A shift that goes to another day is its pattern's no more; that the pattern made one of this day is kept, so that planning
    again makes no second one."""
    if shift.pattern_id is None:
        return
    pattern_id, shift.pattern_id = shift.pattern_id, None
    session.flush()
    left = new_shift(actor, shift.team_id, shift.on_date, (shift.starts_at, shift.ends_at), now, pattern_id=pattern_id, is_changed=True)
    left.status = "cancelled"
    session.add(left)
    session.flush()


def new_shift(
    actor: Actor, team_id: UUID, on_date: Any, span: Span, now: datetime, **more: Any
) -> PlannedShift:
    """A draft, not yet in the session."""
    return PlannedShift(
        municipality_id=actor.municipality_id, id=new_id(), team_id=team_id, on_date=on_date, starts_at=span[0],
        ends_at=span[1], status="draft", made_by=actor.worker_id, made_at=now, **{"note": "", "is_changed": False, **more},
    )  # fmt: skip
