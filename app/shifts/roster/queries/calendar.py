"""Planned shifts as a calendar shows them: with their people, regions and vehicle."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor
from app.accounts.models import Team, Worker
from app.shifts.roster.models import (
    PlannedShift, PlannedShiftEvent, PlannedShiftMember, PlannedShiftRegion, Vehicle,
)  # fmt: skip
from app.shifts.roster.problems import UnknownPlan
from app.shifts.roster.queries.standing import reached_teams
from app.shifts.roster.rules import standing_of
from app.territory.models import Region


@dataclass(frozen=True)
class PlannedMember:
    worker_id: UUID
    name: str
    state: str
    replaced_by: UUID | None

    @property
    def is_there(self) -> bool:
        return self.state == "planned"


@dataclass(frozen=True)
class PlannedTurn:
    """One planned shift. standing: how it is manned (terms.STANDINGS)."""

    id: UUID
    team_id: UUID
    team: str
    on_date: date
    starts_at: datetime
    ends_at: datetime
    status: str
    published_at: datetime | None
    note: str
    is_changed: bool
    pattern_id: UUID | None
    vehicle_id: UUID | None
    vehicle: str | None
    regions: tuple[tuple[UUID, str], ...]
    members: tuple[PlannedMember, ...]

    @property
    def standing(self) -> str:
        if self.status == "cancelled":
            return "whole"
        return standing_of((each.state, each.replaced_by is not None) for each in self.members)

    @property
    def there(self) -> list[PlannedMember]:
        return [each for each in self.members if each.is_there]


def shifts_between(
    session: Session, actor: Actor, since: date, until: date, team_id: UUID | None = None
) -> list[PlannedTurn]:
    """Shifts that start on the days [since, until], by team's name and time. Drafts only for who plans them; what was
    cancelled only where it had been published."""
    return _listed(session, actor, PlannedShift.on_date.between(since, until), *([PlannedShift.team_id == team_id] if team_id else []))


def turn_of(session: Session, actor: Actor, planned_shift_id: UUID) -> PlannedTurn:
    """One shift in the actor's reach. Raises UnknownPlan."""
    found = _listed(session, actor, PlannedShift.id == planned_shift_id)
    if not found:
        raise UnknownPlan()
    return found[0]


def events_of(session: Session, municipality_id: int, planned_shift_ids: Collection[UUID]) -> list[dict[str, Any]]:
    """What was done to published shifts, the latest first: kind, at, by, about, other, fields, before, reason."""
    by, about, other = aliased(Worker), aliased(Worker), aliased(Worker)
    event = PlannedShiftEvent
    rows = session.execute(
        select(event, by.name, about.name, other.name)
        .join(by, and_(by.municipality_id == event.municipality_id, by.id == event.worker_id))
        .outerjoin(about, and_(about.municipality_id == event.municipality_id, about.id == event.member_id))
        .outerjoin(other, and_(other.municipality_id == event.municipality_id, other.id == event.other_id))
        .where(event.municipality_id == municipality_id, event.planned_shift_id.in_(list(planned_shift_ids)))
        .order_by(event.at.desc(), event.id.desc())
        .limit(500)
    )
    return [
        {
            "planned_shift_id": row.planned_shift_id, "kind": row.kind, "at": row.at, "by": who, "about": whom,
            "other": whose, "fields": row.fields, "before": row.before, "reason": row.reason,
        }
        for row, who, whom, whose in rows
    ]  # fmt: skip


def _listed(session: Session, actor: Actor, *conditions: ColumnElement[bool]) -> list[PlannedTurn]:
    m = actor.municipality_id
    reading = reached_teams(session, actor, "shifts.read_roster", closed_too=True)
    planning = set(reached_teams(session, actor, "shifts.plan", closed_too=True)) if actor.can("shifts.plan") else set()
    rows = session.execute(
        select(PlannedShift, Team.name, Vehicle.name)
        .join(Team, and_(Team.municipality_id == PlannedShift.municipality_id, Team.id == PlannedShift.team_id))
        .outerjoin(Vehicle, and_(Vehicle.municipality_id == m, Vehicle.id == PlannedShift.vehicle_id))
        .where(
            PlannedShift.municipality_id == m,
            PlannedShift.team_id.in_(reading),
            or_(
                PlannedShift.published_at.is_not(None),
                and_(PlannedShift.status == "draft", PlannedShift.team_id.in_(planning)),
            ),
            *conditions,
        )
        .order_by(Team.name, PlannedShift.starts_at, PlannedShift.id)
        .execution_options(populate_existing=True)
    ).all()
    ids = [shift.id for shift, _team, _vehicle in rows]
    members, regions = _members(session, m, ids), _regions(session, m, ids)
    return [
        PlannedTurn(
            shift.id, shift.team_id, team, shift.on_date, shift.starts_at, shift.ends_at, shift.status, shift.published_at,
            shift.note, shift.is_changed, shift.pattern_id, shift.vehicle_id, vehicle, tuple(regions.get(shift.id, ())),
            tuple(members.get(shift.id, ())),
        )
        for shift, team, vehicle in rows
    ]  # fmt: skip


def _members(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[UUID, list[PlannedMember]]:
    rows = session.execute(
        select(
            PlannedShiftMember.planned_shift_id, PlannedShiftMember.worker_id, Worker.name, PlannedShiftMember.state,
            PlannedShiftMember.replaced_by,
        )
        .join(
            Worker,
            and_(Worker.municipality_id == PlannedShiftMember.municipality_id, Worker.id == PlannedShiftMember.worker_id),
        )
        .where(PlannedShiftMember.municipality_id == municipality_id, PlannedShiftMember.planned_shift_id.in_(ids))
        .order_by(Worker.name, Worker.id)
    )  # fmt: skip
    found: dict[UUID, list[PlannedMember]] = {}
    for shift_id, worker_id, name, state, replaced_by in rows:
        found.setdefault(shift_id, []).append(PlannedMember(worker_id, name, state, replaced_by))
    return found


def _regions(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    rows = session.execute(
        select(PlannedShiftRegion.planned_shift_id, Region.id, Region.name)
        .join(Region, and_(Region.municipality_id == municipality_id, Region.id == PlannedShiftRegion.region_id))
        .where(
            PlannedShiftRegion.municipality_id == municipality_id,
            PlannedShiftRegion.planned_shift_id.in_(ids),
            PlannedShiftRegion.left_at.is_(None),
        )
        .order_by(Region.name)
    )
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for shift_id, region_id, name in rows:
        found.setdefault(shift_id, []).append((region_id, name))
    return found
