"""Patterns and vehicles."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.ids import new_id
from app.shifts.roster import queries
from app.shifts.roster.models import PlannedShift, PlannedShiftMember, RosterPattern, Vehicle
from app.shifts.roster.problems import NotInTeam, PeriodWrong, UnknownPattern, UnknownVehicle
from app.shifts.roster.rules import check_pattern
from app.shifts.roster.service.writing import alone, check_regions, check_team, check_vehicle

_DAY = timedelta(days=1)


def add_pattern(session: Session, actor: Actor, data: dict[str, Any], now: datetime) -> UUID:
    """What repeats for a team. `data` is PatternForm's. Plans nothing yet; said twice it is one. Raises NoDays, NoSunday, TeamOutOfReach, PeriodWrong …"""
    require(actor, "shifts.plan")
    m, weekly = actor.municipality_id, data["kind"] == "weekly"
    check_pattern(data["kind"], data["weekdays"], data["cycle_days"], data["anchor_on"], data["on_holidays"])
    if data["valid_to"] is not None and data["valid_to"] < data["valid_from"]:
        raise PeriodWrong(fields={"valid_to": [str(PeriodWrong.sentence)]})
    check_team(session, actor, data["team_id"])
    check_regions(session, m, data["region_ids"])
    check_vehicle(session, m, data["vehicle_id"])
    reached = {each.id for each in queries.workers_reached(session, actor, "shifts.plan", data["valid_from"])}
    if not set(data["member_ids"]) <= reached:
        raise NotInTeam(fields={"member_ids": [str(NotInTeam.sentence)]})
    said = dict(
        team_id=data["team_id"], kind=data["kind"],
        starts=data["starts"], ends=data["ends"], weekdays=sorted(set(data["weekdays"])) if weekly else [],
        cycle_days=None if weekly else data["cycle_days"], anchor_on=None if weekly else data["anchor_on"],
        region_ids=[str(each) for each in dict.fromkeys(data["region_ids"])],
        member_ids=[str(each) for each in dict.fromkeys(data["member_ids"])],
        on_holidays=data["on_holidays"], vehicle_id=data["vehicle_id"], valid_from=data["valid_from"], valid_to=data["valid_to"],
    )  # fmt: skip
    alone(session, m)
    standing = session.scalars(select(RosterPattern).where(RosterPattern.municipality_id == m, RosterPattern.team_id == data["team_id"]))
    for each in standing:
        if all(getattr(each, name) == value for name, value in said.items()):
            return each.id
    row = RosterPattern(municipality_id=m, id=new_id(), made_by=actor.worker_id, made_at=now, **said)
    session.add(row)
    session.flush()
    trail.record(session, actor, "shifts.plan", now, "roster_pattern", row.id, ["pattern"])
    return row.id


def end_pattern(session: Session, actor: Actor, pattern_id: UUID, last_on: date, now: datetime) -> int:
    """A pattern counts until a day, the last one. Its later drafts that nobody touched go; gives how many.

    What was published, or changed by hand, stays: somebody was told, or decided. An end is only ever brought forward.
    """
    require(actor, "shifts.plan")
    m = actor.municipality_id
    alone(session, m)
    row = session.get(RosterPattern, (m, pattern_id), with_for_update=True)
    if row is None or row.team_id not in queries.reached_teams(session, actor, "shifts.plan", closed_too=True):
        raise UnknownPattern()
    last_on = max(last_on, row.valid_from - _DAY)
    row.valid_to = last_on if row.valid_to is None else min(row.valid_to, last_on)
    late = list(
        session.scalars(
            select(PlannedShift.id).where(
                PlannedShift.municipality_id == m,
                PlannedShift.pattern_id == pattern_id,
                PlannedShift.on_date > row.valid_to,
                PlannedShift.status == "draft",
                ~PlannedShift.is_changed,
            )
        )
    )
    session.execute(
        update(PlannedShiftMember)
        .where(PlannedShiftMember.municipality_id == m, PlannedShiftMember.planned_shift_id.in_(late))
        .values(state="cancelled", changed_at=now)
    )
    session.execute(
        update(PlannedShift).where(PlannedShift.municipality_id == m, PlannedShift.id.in_(late)).values(status="cancelled")
    )
    session.flush()
    trail.record(session, actor, "shifts.plan", now, "roster_pattern", row.id, ["valid_to"])
    return len(late)


def add_vehicle(session: Session, actor: Actor, data: dict[str, Any], now: datetime) -> UUID:
    """`data` is VehicleForm's. Raises VehicleTaken by constraint."""
    require(actor, "shifts.plan")
    row = Vehicle(municipality_id=actor.municipality_id, id=new_id(), is_active=True, **data)
    session.add(row)
    session.flush()
    trail.record(session, actor, "shifts.plan", now, "vehicle", row.id, data)
    return row.id


def edit_vehicle(session: Session, actor: Actor, vehicle_id: UUID, data: dict[str, Any], now: datetime) -> None:
    """`data` is EditVehicleForm's. Out of use, it is proposed for no other shift; those that have it keep it."""
    require(actor, "shifts.plan")
    row = session.get(Vehicle, (actor.municipality_id, vehicle_id), with_for_update=True)
    if row is None:
        raise UnknownVehicle()
    changed = [name for name, value in data.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, data[name])
    session.flush()
    if changed:
        trail.record(session, actor, "shifts.plan", now, "vehicle", row.id, changed)
