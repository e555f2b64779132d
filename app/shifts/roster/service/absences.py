"""Who is away, and what that does to the shifts she was planned in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.ids import new_id
from app.shifts.roster import queries, rules
from app.shifts.roster.models import PlannedShift, PlannedShiftMember, WorkerAbsence
from app.shifts.roster.problems import NotInTeam, UnknownAbsence
from app.shifts.roster.rules import Proposal
from app.shifts.roster.service.writing import alone, keep, stands_in_no_more


def record_absence(session: Session, actor: Actor, data: dict[str, Any], now: datetime) -> list[UUID]:
    """A worker isn't there on these days. `data` is AbsenceForm's; said twice it is one. Gives her shifts that are left with one less.

    A shift belongs to the date on which it starts: the night that began on the eve of an absence is still worked.
    """
    require(actor, "shifts.plan")
    rules.check_absence(data["from_on"], data["to_on"])
    m = actor.municipality_id
    if data["worker_id"] not in {each.id for each in queries.workers_reached(session, actor, "shifts.plan", data["from_on"])}:
        raise NotInTeam(fields={"worker_id": [str(NotInTeam.sentence)]})
    alone(session, m)
    known = select(WorkerAbsence.id).where(WorkerAbsence.municipality_id == m, WorkerAbsence.taken_back_at.is_(None))
    if session.scalar(known.filter_by(**data).limit(1)):
        return []
    row = WorkerAbsence(municipality_id=m, id=new_id(), made_by=actor.worker_id, made_at=now, **data)
    session.add(row)
    left = _within(session, row, "planned", now)
    for member, shift in left:
        member.state, member.changed_at = "absent", now
        session.flush()
        stands_in_no_more(session, shift, row.worker_id)
        if shift.status == "published":
            keep(session, actor, shift, "absent", now, member_id=row.worker_id)
    session.flush()
    trail.record(session, actor, "shifts.plan", now, "worker_absence", row.id, ["absence"])
    return [shift.id for _member, shift in left]


def take_back_absence(session: Session, actor: Actor, absence_id: UUID, now: datetime) -> list[UUID]:
    """It was a mistake, or she is back. She stands again where nobody goes for her and she is free; gives in which shifts."""
    require(actor, "shifts.plan")
    m = actor.municipality_id
    alone(session, m)
    row = session.get(WorkerAbsence, (m, absence_id), with_for_update=True)
    reached = row and {each.id for each in queries.workers_reached(session, actor, "shifts.plan", row.from_on)}
    if row is None or row.taken_back_at is not None or row.worker_id not in (reached or ()):
        raise UnknownAbsence()
    row.taken_back_at = now
    session.flush()
    waiting = [each for each in _within(session, row, "absent", now) if each[0].replaced_by is None]
    back = []
    if waiting:
        on = [shift.on_date for _member, shift in waiting]
        facts = queries.facts_of(session, m, min(on), max(on))
        for member, shift in waiting:
            proposal = Proposal(shift.id, shift.team_id, shift.on_date, shift.starts_at, shift.ends_at, (row.worker_id,))
            if rules.judge(proposal, facts).planned:
                member.state, member.changed_at = "planned", now
                if shift.status == "published":
                    keep(session, actor, shift, "back", now, member_id=row.worker_id)
                back.append(shift.id)
    session.flush()
    trail.record(session, actor, "shifts.plan", now, "worker_absence", row.id, ["taken_back_at"])
    return back


def _within(
    session: Session, absence: WorkerAbsence, state: str, now: datetime
) -> list[tuple[PlannedShiftMember, PlannedShift]]:
    """Her shifts of the days of an absence that aren't over nor cancelled, in which she stands so."""
    rows = session.execute(
        select(PlannedShiftMember, PlannedShift)
        .join(
            PlannedShift,
            (PlannedShift.municipality_id == PlannedShiftMember.municipality_id)
            & (PlannedShift.id == PlannedShiftMember.planned_shift_id),
        )
        .where(
            PlannedShiftMember.municipality_id == absence.municipality_id,
            PlannedShiftMember.worker_id == absence.worker_id,
            PlannedShiftMember.state == state,
            PlannedShift.on_date.between(absence.from_on, absence.to_on),
            PlannedShift.status != "cancelled",
            PlannedShift.ends_at > now,
        )
        .order_by(PlannedShift.starts_at)
        .execution_options(populate_existing=True)
    )
    return [(member, shift) for member, shift in rows]
