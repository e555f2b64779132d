"""Who is in a shift: put in, taken out, one for another, two against each other."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.days import zone_of
from app.core.problems import Problem
from app.shifts.roster import queries, rules
from app.shifts.roster.models import PlannedShift
from app.shifts.roster.problems import AlreadyIn, Away, NotInShift, NotInTeam, PlannedTwice, UnknownPlan, VehicleBusy
from app.shifts.roster.rules import Judged, Proposal
from app.shifts.roster.service.writing import add_members, during, held, keep, members_of, stands_in_no_more

_REFUSALS: dict[str, type[Problem]] = {
    "overlap": PlannedTwice, "absent": Away, "left_team": NotInTeam, "inactive": NotInTeam, "vehicle": VehicleBusy,
}  # fmt: skip


def put_in(session: Session, actor: Actor, planned_shift_id: UUID, worker_id: UUID, now: datetime) -> None:
    """Somebody more goes. Raises AlreadyIn, and by name PlannedTwice, Away, NotInTeam."""
    require(actor, "shifts.plan")
    shift = held(session, actor, planned_shift_id, now)
    _enter(session, actor, shift, worker_id, now)
    keep(session, actor, shift, "member_in", now, member_id=worker_id)
    session.flush()
    trail.record(session, actor, "shifts.plan", now, "planned_shift", shift.id, ["members"])


def take_out(session: Session, actor: Actor, planned_shift_id: UUID, worker_id: UUID, reason: str, now: datetime) -> None:
    """Somebody doesn't go. Raises NotInShift."""
    require(actor, "shifts.plan")
    shift = held(session, actor, planned_shift_id, now)
    _leave(session, shift, worker_id, "removed", now)
    keep(session, actor, shift, "member_out", now, member_id=worker_id, reason=reason or None)
    session.flush()
    trail.record(session, actor, "shifts.plan", now, "planned_shift", shift.id, ["members"])


def replace(
    session: Session, actor: Actor, planned_shift_id: UUID, out_id: UUID, in_id: UUID, reason: str, now: datetime
) -> None:
    """One goes for another: of who was planned, or of who is absent and for whom nobody goes yet."""
    require(actor, "shifts.plan")
    shift = held(session, actor, planned_shift_id, now)
    _swap(session, actor, shift, out_id, in_id, now)
    keep(session, actor, shift, "swapped", now, member_id=out_id, other_id=in_id, reason=reason or None)
    session.flush()
    trail.record(session, actor, "shifts.plan", now, "planned_shift", shift.id, ["members"])


def exchange(
    session: Session, actor: Actor, one_id: UUID, worker_id: UUID, other_id: UUID, other_worker_id: UUID, reason: str,
    now: datetime,
) -> None:  # fmt: skip
    """Two workers change shifts: each goes where the other was planned. Both or neither."""
    require(actor, "shifts.plan")
    if one_id == other_id:
        raise UnknownPlan()
    one, other = held(session, actor, one_id, now), held(session, actor, other_id, now)
    sides = ((one, worker_id, other_worker_id), (other, other_worker_id, worker_id))
    for shift, out_id, in_id in sides:
        _leave(session, shift, out_id, "swapped", now, in_id)
    # Both are out before either is in: two shifts of the same hours may be exchanged.
    session.flush()
    for shift, out_id, in_id in sides:
        _enter(session, actor, shift, in_id, now)
        keep(session, actor, shift, "swapped", now, member_id=out_id, other_id=in_id, reason=reason or None)
        session.flush()
        trail.record(session, actor, "shifts.plan", now, "planned_shift", shift.id, ["members"])


def refuse(session: Session, actor: Actor, judged: Judged) -> None:
    """Raise the first thing that stands in the way, saying of whom and with which shift; warnings pass."""
    for each in judged.refused:
        problem = _REFUSALS[each.kind]
        raise problem(
            fields={"vehicle_id" if each.kind == "vehicle" else "worker_id": [_said(session, actor, judged, each)]},
            extra={"worker_id": str(each.worker_id), "with": str(each.with_key)} if each.with_key else {},
        )


def _said(session: Session, actor: Actor, judged: Judged, conflict: rules.Conflict) -> str:
    """`Ana: Equipe Norte, 23/11 08:00–17:00`. Planners read it, of workers of their own teams."""
    told = queries.told(session, actor, [judged])
    words = [told.names.get(conflict.worker_id, "")] if conflict.worker_id else []
    if conflict.with_span:
        zone = zone_of(session, actor.municipality_id)
        begun, over = (each.astimezone(zone) for each in conflict.with_span)
        words.append(f"{told.whose.get(conflict.with_key, '')}, {begun:%d/%m %H:%M}–{over:%H:%M}")  # type: ignore[arg-type]
    return ": ".join(filter(None, words))


def _swap(session: Session, actor: Actor, shift: PlannedShift, out_id: UUID, in_id: UUID, now: datetime) -> None:
    _leave(session, shift, out_id, "swapped", now, in_id)
    session.flush()
    _enter(session, actor, shift, in_id, now)


def _leave(
    session: Session, shift: PlannedShift, worker_id: UUID, state: str, now: datetime, replaced_by: UUID | None = None
) -> None:
    row = members_of(session, shift).get(worker_id)
    waits = row is not None and row.state == "absent" and row.replaced_by is None and replaced_by is not None
    if row is None or not (row.state == "planned" or waits):
        raise NotInShift()
    # Who is absent stays so, with who goes for her.
    row.state, row.replaced_by, row.changed_at = "absent" if waits else state, replaced_by, now
    stands_in_no_more(session, shift, worker_id, replaced_by)
    session.flush()


def _enter(session: Session, actor: Actor, shift: PlannedShift, worker_id: UUID, now: datetime) -> None:
    row = members_of(session, shift).get(worker_id)
    if row is not None and row.state == "planned":
        raise AlreadyIn()
    proposal = Proposal(shift.id, shift.team_id, shift.on_date, shift.starts_at, shift.ends_at, (worker_id,))
    facts = queries.facts_of(session, actor.municipality_id, shift.on_date, shift.on_date, but=shift.id)
    refuse(session, actor, rules.judge(proposal, facts))
    reached = {each.id for each in queries.workers_reached(session, actor, "shifts.plan", shift.on_date)}
    if worker_id not in reached:
        raise NotInTeam()
    if row is None:
        add_members(session, shift, [worker_id], "planned", now)
    else:
        row.state, row.replaced_by, row.during, row.changed_at = "planned", None, during(shift), now
    session.flush()
