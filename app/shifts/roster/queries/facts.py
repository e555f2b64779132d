"""What stands already, gathered for the rules: who is taken when, who is away, which proposals there are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Team, TeamMember, Worker
from app.core.days import midnight, zone_of
from app.shifts.roster import rules
from app.shifts.roster.models import PlannedShift, PlannedShiftMember, RosterPattern, Vehicle, WorkerAbsence
from app.shifts.roster.queries.calendar import PlannedTurn
from app.shifts.roster.queries.standing import patterns_of, people_of, reached_teams
from app.shifts.roster.rules import Conflict, Facts, Judged, Pattern, Proposal

# How far around a period another shift may still leave too little rest.
_AROUND = timedelta(days=2)
# Holidays are of a domain of this floor.
_HOLIDAYS = text("SELECT on_date FROM holidays WHERE municipality_id = :m AND on_date BETWEEN :since AND :until")


@dataclass(frozen=True)
class Judging:
    """What planning a period would do; whose: the team of each shift that is in somebody's way, by its key."""

    judged: list[Judged]
    whose: dict[UUID, str]
    names: dict[UUID, str]
    teams: dict[UUID, str]


def facts_of(session: Session, municipality_id: int, since: date, until: date, but: UUID | None = None) -> Facts:
    """Everything of the city that the rules ask for shifts of the days [since, until]; `but`: a shift left aside."""
    m, zone = municipality_id, zone_of(session, municipality_id)
    first, last = midnight(since, zone) - _AROUND, midnight(until, zone) + 2 * _AROUND
    facts = Facts()
    near = (PlannedShift.municipality_id == m, PlannedShift.starts_at < last, PlannedShift.ends_at > first)
    taken = session.execute(
        select(PlannedShiftMember.worker_id, PlannedShift.id, PlannedShift.starts_at, PlannedShift.ends_at)
        .join(
            PlannedShift,
            and_(
                PlannedShift.municipality_id == PlannedShiftMember.municipality_id,
                PlannedShift.id == PlannedShiftMember.planned_shift_id,
            ),
        )
        .where(PlannedShiftMember.state == "planned", *near)
    )
    for worker_id, shift_id, starts_at, ends_at in taken:
        if shift_id != but:
            facts.taken.setdefault(worker_id, []).append(((starts_at, ends_at), shift_id))
    driven = select(PlannedShift.vehicle_id, PlannedShift.id, PlannedShift.starts_at, PlannedShift.ends_at)
    for vehicle_id, shift_id, starts_at, ends_at in session.execute(
        driven.where(PlannedShift.vehicle_id.is_not(None), PlannedShift.status != "cancelled", *near)
    ):
        if shift_id != but:
            facts.vehicles.setdefault(vehicle_id, []).append(((starts_at, ends_at), shift_id))
    away = select(WorkerAbsence.worker_id, WorkerAbsence.from_on, WorkerAbsence.to_on).where(
        WorkerAbsence.municipality_id == m,
        WorkerAbsence.taken_back_at.is_(None),
        WorkerAbsence.from_on <= until,
        WorkerAbsence.to_on >= since,
    )
    for worker_id, from_on, to_on in session.execute(away):
        facts.away.setdefault(worker_id, []).append((from_on, to_on))
    member = select(TeamMember.worker_id, TeamMember.team_id, TeamMember.joined_on, TeamMember.left_on)
    for worker_id, team_id, joined_on, left_on in session.execute(member.where(TeamMember.municipality_id == m)):
        facts.teams.setdefault(worker_id, []).append((team_id, joined_on, left_on))
    facts.active = set(session.scalars(select(Worker.id).where(Worker.municipality_id == m, Worker.is_active)))
    facts.seats = dict(session.execute(select(Vehicle.id, Vehicle.seats).where(Vehicle.municipality_id == m)).all())
    return facts


def proposals_of(
    session: Session, actor: Actor, since: date, until: date, team_id: UUID | None, now: datetime
) -> list[Proposal]:
    """What the patterns of the teams in reach ask for and doesn't stand yet; what is over is no longer planned."""
    zone = zone_of(session, actor.municipality_id)
    patterns = [as_rule(row) for row in patterns_of(session, actor) if team_id in (None, row.team_id)]
    standing = session.execute(
        select(PlannedShift.pattern_id, PlannedShift.on_date).where(
            PlannedShift.municipality_id == actor.municipality_id,
            PlannedShift.pattern_id.is_not(None),
            PlannedShift.on_date.between(since, until),
        )
    )
    holidays = _holidays(session, actor.municipality_id, since, until)
    found = rules.expand(patterns, since, until, zone, {(pattern_id, on) for pattern_id, on in standing}, holidays)
    return [each for each in found if each.ends_at > now]


def _holidays(session: Session, municipality_id: int, since: date, until: date) -> set[date]:
    return set(session.scalars(_HOLIDAYS, {"m": municipality_id, "since": since, "until": until}))


def preview(session: Session, actor: Actor, since: date, until: date, team_id: UUID | None, now: datetime) -> Judging:
    """What planning these days would make, with everything that is in the way, by person and shift. Changes nothing."""
    require(actor, "shifts.plan")
    rules.check_period(since, until)
    proposals = proposals_of(session, actor, since, until, team_id, now)
    facts = facts_of(session, actor.municipality_id, since, until)
    judged = rules.judge_all(proposals, facts)
    return told(session, actor, judged)


def told(session: Session, actor: Actor, judged: list[Judged]) -> Judging:
    """What was judged, with the names that are spoken of."""
    m = actor.municipality_id
    teams = reached_teams(session, actor, "shifts.plan", closed_too=True)
    conflicts = [each for one in judged for each in one.conflicts]
    whose = _teams_of(session, m, {each.with_key for each in conflicts if each.with_key})
    # Two proposals of one run may be in each other's way: their key is a pattern's.
    whose |= {one.proposal.key: teams.get(one.proposal.team_id, "") for one in judged}
    whom = {each.worker_id for each in conflicts if each.worker_id} | {id_ for one in judged for id_ in one.planned}
    names = session.execute(select(Worker.id, Worker.name).where(Worker.municipality_id == m, Worker.id.in_(whom)))
    return Judging(judged, whose, dict(names.all()), teams)


def _teams_of(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[UUID, str]:
    """{shift: name of its team}."""
    rows = session.execute(
        select(PlannedShift.id, Team.name)
        .join(Team, and_(Team.municipality_id == PlannedShift.municipality_id, Team.id == PlannedShift.team_id))
        .where(PlannedShift.municipality_id == municipality_id, PlannedShift.id.in_(list(ids)))
    )
    return dict(rows.all())


def candidates(session: Session, actor: Actor, turn: PlannedTurn) -> list[dict[str, Any]]:
    """Who may be put into a shift: of its team first, then of the other teams in reach. Each: id, name, is_own,
    can, conflicts (rules.Conflict), whose ({key: team} of the shifts in the way); who is in it already is left out."""
    m = actor.municipality_id
    inside = {each.worker_id for each in turn.members if each.is_there}
    teams = reached_teams(session, actor, "shifts.plan")
    people = [each for each in people_of(session, m, teams, turn.on_date) if each.id not in inside]
    facts = facts_of(session, m, turn.on_date, turn.on_date, but=turn.id)
    proposal = Proposal(turn.id, turn.team_id, turn.on_date, turn.starts_at, turn.ends_at)
    found = {each.id: rules.member_conflicts(each.id, proposal, facts) for each in people}
    whose = _teams_of(session, m, {one.with_key for each in found.values() for one in each if one.with_key})
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "is_own": turn.team_id in each.team_ids,
            "conflicts": [one for one in found[each.id] if one.kind != "other_team"],
            "can": all(one.is_warning for one in found[each.id]),
            "whose": whose,
        }
        for each in people
    ]
    return sorted(rows, key=lambda row: (not row["is_own"], not row["can"], row["name"]))


def troubles(session: Session, actor: Actor, turns: Collection[PlannedTurn], now: datetime) -> Judging:
    """What is wrong with shifts that stand, of those that aren't over: who left since, rests too little, goes alone."""
    open_ = [turn for turn in turns if turn.status != "cancelled" and turn.ends_at > now]
    if not open_:
        return Judging([], {}, {}, {})
    on = [turn.on_date for turn in open_]
    facts = facts_of(session, actor.municipality_id, min(on), max(on))
    free = _free_on_holidays(session, actor.municipality_id, open_)
    judged = []
    for turn in open_:
        there = tuple(each.worker_id for each in turn.there)
        wanted = Proposal(turn.id, turn.team_id, turn.on_date, turn.starts_at, turn.ends_at, there)
        found = [one for worker_id in there for one in rules.member_conflicts(worker_id, wanted, facts) if one.kind != "other_team"]
        if turn.standing in ("empty", "alone"):
            found.append(Conflict("no_member" if turn.standing == "empty" else "alone"))
        if turn.id in free:
            found.append(Conflict("holiday"))
        if found:
            judged.append(Judged(wanted, there, (), None, tuple(found)))
    return told(session, actor, sorted(judged, key=lambda each: each.proposal.starts_at))


def _free_on_holidays(session: Session, municipality_id: int, turns: Collection[PlannedTurn]) -> set[UUID]:
    """Shifts on a day that became a holiday after they were planned, of a pattern that doesn't work on it."""
    on = [turn.on_date for turn in turns]
    holidays = _holidays(session, municipality_id, min(on), max(on))
    held = [turn for turn in turns if turn.on_date in holidays and turn.pattern_id and not turn.is_changed]
    if not held:
        return set()
    rows = session.scalars(
        select(RosterPattern).where(
            RosterPattern.municipality_id == municipality_id, RosterPattern.id.in_({turn.pattern_id for turn in held})
        )
    )
    patterns = {row.id: as_rule(row) for row in rows}
    return {turn.id for turn in held if not patterns[turn.pattern_id].works_on(turn.on_date, holidays)}  # type: ignore[index]


def as_rule(row: RosterPattern) -> Pattern:
    """A pattern's row as the rules take it."""
    return Pattern(
        row.id, row.team_id, row.kind, row.starts, row.ends, frozenset(row.weekdays), row.cycle_days, row.anchor_on,
        row.valid_from, row.valid_to, tuple(UUID(each) for each in row.region_ids),
        tuple(UUID(each) for each in row.member_ids), row.vehicle_id,
        row.on_holidays,
    )  # fmt: skip
