"""One shift: planned by hand, changed, cancelled."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.days import zone_of
from app.shifts.roster import queries, rules
from app.shifts.roster.models import PlannedShift, PlannedShiftRegion
from app.shifts.roster.problems import ReasonMissing
from app.shifts.roster.rules import Proposal
from app.shifts.roster.service.people import refuse
from app.shifts.roster.service.writing import (
    add_members, add_regions, alone, check_regions, check_team, check_vehicle, during, held, keep, leave_day, members_of, new_shift,
)  # fmt: skip


# The same form again within it is a finger that trembles.
_MOMENT = timedelta(minutes=2)


def plan_by_hand(session: Session, actor: Actor, data: dict[str, Any], now: datetime) -> UUID:
    """A draft of one shift. `data` is NewPlanForm's. What stands in the way of a member or of the vehicle refuses it, by
    name: here somebody chose them one by one."""
    require(actor, "shifts.plan")
    m = actor.municipality_id
    zone = zone_of(session, m)
    check_team(session, actor, data["team_id"])
    check_regions(session, m, data["region_ids"])
    check_vehicle(session, m, data["vehicle_id"])
    span = rules.check_span(data["on_date"], data["starts"], data["ends"], zone)
    rules.check_open("draft", span[1], now)
    alone(session, m)
    if again := _just_planned(session, actor, data, span, now):
        return again
    shift = new_shift(
        actor, data["team_id"], data["on_date"], span, now, vehicle_id=data["vehicle_id"], note=data["note"], is_changed=True
    )
    _check(session, actor, shift, data["member_ids"])
    session.add(shift)
    session.flush()
    add_regions(session, shift, data["region_ids"])
    add_members(session, shift, data["member_ids"], "planned", now)
    session.flush()
    trail.record(session, actor, "shifts.plan", now, "planned_shift", shift.id, ["planned"])
    return shift.id


def _just_planned(session: Session, actor: Actor, data: dict[str, Any], span: rules.Span, now: datetime) -> UUID | None:
    """The same draft that she sent a moment ago."""
    rows = session.scalars(
        select(PlannedShift).where(
            PlannedShift.municipality_id == actor.municipality_id, PlannedShift.team_id == data["team_id"], PlannedShift.starts_at == span[0],
            PlannedShift.ends_at == span[1], PlannedShift.status == "draft", PlannedShift.pattern_id.is_(None),
            PlannedShift.vehicle_id.is_not_distinct_from(data["vehicle_id"]), PlannedShift.note == data["note"],
            PlannedShift.made_by == actor.worker_id, PlannedShift.made_at > now - _MOMENT,
        )
    )  # fmt: skip
    wanted = set(data["region_ids"]), set(data["member_ids"])
    return next((row.id for row in rows if (set(_regions(session, row)), set(members_of(session, row))) == wanted), None)


def change_shift(session: Session, actor: Actor, planned_shift_id: UUID, data: dict[str, Any], now: datetime) -> list[str]:
    """Other hours, regions, vehicle or words. `data` is ChangeForm's. Gives what changed (terms.FIELDS), [] when nothing did.

    A shift that was published stays published, and keeps the line of the change with the hours that stood before.
    """
    require(actor, "shifts.plan")
    m = actor.municipality_id
    shift = held(session, actor, planned_shift_id, now)
    zone = zone_of(session, m)
    span = rules.check_span(data["on_date"], data["starts"], data["ends"], zone)
    rules.check_open(shift.status, span[1], now)
    standing = _regions(session, shift)
    wanted = set(data["region_ids"])
    changed = [
        name
        for name, is_other in (
            ("hours", (shift.starts_at, shift.ends_at) != span or shift.on_date != data["on_date"]),
            ("regions", set(standing) != wanted),
            ("vehicle", shift.vehicle_id != data["vehicle_id"]),
            ("note", shift.note != data["note"]),
        )
        if is_other
    ]
    if not changed:
        return []
    check_regions(session, m, wanted - set(standing))
    if "vehicle" in changed:
        check_vehicle(session, m, data["vehicle_id"])
    before = _wall(shift, zone) if "hours" in changed else None
    members = members_of(session, shift)
    if shift.on_date != data["on_date"]:
        leave_day(session, actor, shift, now)
    shift.on_date, shift.starts_at, shift.ends_at = data["on_date"], *span
    shift.vehicle_id, shift.note = data["vehicle_id"], data["note"]
    with session.no_autoflush:
        # Who was planned already is moved whole or not at all; only what the change itself brings is asked.
        _check(session, actor, shift, [id_ for id_, row in members.items() if row.state == "planned"] if "hours" in changed else [])
    for row in members.values():
        row.during = during(shift)
    for region_id, row in standing.items():
        if region_id not in wanted:
            row.left_at = now
    add_regions(session, shift, sorted(wanted - set(standing)))
    keep(session, actor, shift, "changed", now, fields=changed, before=before)
    session.flush()
    trail.record(session, actor, "shifts.plan", now, "planned_shift", shift.id, changed)
    return changed


def cancel_shift(session: Session, actor: Actor, planned_shift_id: UUID, reason: str, now: datetime) -> None:
    """It doesn't take place, and says why. Whoever was in it is free for another. Raises ReasonMissing."""
    require(actor, "shifts.plan")
    shift = held(session, actor, planned_shift_id, now)
    if not reason:
        raise ReasonMissing(fields={"reason": [str(ReasonMissing.sentence)]})
    for row in members_of(session, shift).values():
        if row.state == "planned":
            row.state, row.changed_at = "cancelled", now
    keep(session, actor, shift, "cancelled", now, reason=reason)
    shift.status = "cancelled"
    session.flush()
    trail.record(session, actor, "shifts.plan", now, "planned_shift", shift.id, ["status"])


def _check(session: Session, actor: Actor, shift: PlannedShift, member_ids: list[UUID]) -> None:
    proposal = Proposal(
        shift.id, shift.team_id, shift.on_date, shift.starts_at, shift.ends_at, tuple(member_ids), (), shift.vehicle_id
    )
    facts = queries.facts_of(session, actor.municipality_id, shift.on_date, shift.on_date, but=shift.id)
    refuse(session, actor, rules.judge(proposal, facts))


def _regions(session: Session, shift: PlannedShift) -> dict[UUID, PlannedShiftRegion]:
    rows = session.scalars(
        select(PlannedShiftRegion).where(
            PlannedShiftRegion.municipality_id == shift.municipality_id,
            PlannedShiftRegion.planned_shift_id == shift.id,
            PlannedShiftRegion.left_at.is_(None),
        )
    )
    return {row.region_id: row for row in rows}


def _wall(shift: PlannedShift, zone: Any) -> str:
    """The hours as they stood, in wall times: "2026-11-23T08:00/17:00"."""
    return f"{shift.starts_at.astimezone(zone):%Y-%m-%dT%H:%M}/{shift.ends_at.astimezone(zone):%H:%M}"
