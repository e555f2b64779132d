"""What other domains ask of the roster: published shifts only, never a draft, never why somebody is away."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.models import Team, Worker
from app.shifts.roster.models import PlannedShift, PlannedShiftMember, PlannedShiftRegion, Vehicle

AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class PlannedPresence:
    """A team that is planned to be in a region from one instant to another; region None: the shift names none.

    members: how many are planned to go; 0 when everybody was taken out and nobody put in.
    """

    planned_shift_id: UUID
    team_id: UUID
    region_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    members: int
    published_at: datetime | None = None


def planned(session: Session, municipality_id: int, since: datetime, until: datetime) -> list[PlannedPresence]:
    """Team × region × interval of published shifts that meet [since, until), in order; intervals are not cut."""
    m = municipality_id
    there = (
        select(func.count())
        .where(
            PlannedShiftMember.municipality_id == m,
            PlannedShiftMember.planned_shift_id == PlannedShift.id,
            PlannedShiftMember.state == "planned",
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            PlannedShift.id, PlannedShift.team_id, PlannedShiftRegion.region_id, PlannedShift.starts_at,
            PlannedShift.ends_at, there, PlannedShift.published_at,
        )
        .outerjoin(
            PlannedShiftRegion,
            and_(
                PlannedShiftRegion.municipality_id == m,
                PlannedShiftRegion.planned_shift_id == PlannedShift.id,
                PlannedShiftRegion.left_at.is_(None),
            ),
        )
        .where(
            PlannedShift.municipality_id == m,
            PlannedShift.status == "published",
            PlannedShift.starts_at < until,
            PlannedShift.ends_at > since,
        )
        .order_by(PlannedShift.starts_at, PlannedShift.id, PlannedShiftRegion.region_id)
    )  # fmt: skip
    return [PlannedPresence(*row) for row in rows]


def planned_for_worker(session: Session, actor: Actor, now: datetime, limit: int = 5) -> list[dict[str, Any]]:
    """The worker's own published shifts that aren't over, of the next 14 days, the next one first.

    Each: id, team_id, team, on_date, starts_at, ends_at, region_ids, vehicle, note, with_names (who else goes).
    """
    m = actor.municipality_id
    mine = PlannedShiftMember
    rows = session.execute(
        select(PlannedShift, Team.name, Vehicle.name)
        .join(mine, and_(mine.municipality_id == m, mine.planned_shift_id == PlannedShift.id))
        .join(Team, and_(Team.municipality_id == m, Team.id == PlannedShift.team_id))
        .outerjoin(Vehicle, and_(Vehicle.municipality_id == m, Vehicle.id == PlannedShift.vehicle_id))
        .where(
            PlannedShift.municipality_id == m,
            PlannedShift.status == "published",
            PlannedShift.ends_at > now,
            PlannedShift.starts_at < now + AHEAD,
            mine.worker_id == actor.worker_id,
            mine.state == "planned",
        )
        .order_by(PlannedShift.starts_at, PlannedShift.id)
        .limit(limit)
    ).all()
    ids = [shift.id for shift, _team, _vehicle in rows]
    names, regions = _beside(session, actor, ids), _where(session, m, ids)
    return [
        {
            "id": shift.id,
            "team_id": shift.team_id,
            "team": team,
            "on_date": shift.on_date,
            "starts_at": shift.starts_at,
            "ends_at": shift.ends_at,
            "region_ids": [region for of, region in regions if of == shift.id],
            "vehicle": vehicle,
            "note": shift.note or None,
            "with_names": [name for of, name in names if of == shift.id],
        }
        for shift, team, vehicle in rows
    ]


def _beside(session: Session, actor: Actor, ids: list[UUID]) -> list[tuple[UUID, str]]:
    rows = session.execute(
        select(PlannedShiftMember.planned_shift_id, Worker.name)
        .join(
            Worker,
            and_(Worker.municipality_id == PlannedShiftMember.municipality_id, Worker.id == PlannedShiftMember.worker_id),
        )
        .where(
            PlannedShiftMember.municipality_id == actor.municipality_id,
            PlannedShiftMember.planned_shift_id.in_(ids),
            PlannedShiftMember.state == "planned",
            PlannedShiftMember.worker_id != actor.worker_id,
        )
        .order_by(Worker.name)
    )
    return [(shift_id, name) for shift_id, name in rows]


def _where(session: Session, municipality_id: int, ids: list[UUID]) -> list[tuple[UUID, UUID]]:
    rows = session.execute(
        select(PlannedShiftRegion.planned_shift_id, PlannedShiftRegion.region_id).where(
            PlannedShiftRegion.municipality_id == municipality_id,
            PlannedShiftRegion.planned_shift_id.in_(ids),
            PlannedShiftRegion.left_at.is_(None),
        )
    )
    return [(shift_id, region_id) for shift_id, region_id in rows]
