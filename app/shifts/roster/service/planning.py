"""From patterns to shifts of a period, and from drafts to what the teams read."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.shifts.roster import queries, rules
from app.shifts.roster.models import PlannedShift
from app.shifts.roster.service.writing import add_members, add_regions, alone, held, keep, new_shift


@dataclass(frozen=True)
class Laid:
    """How many shifts were planned, and what was in the way."""

    shifts: int
    judging: queries.Judging


def plan_period(
    session: Session, actor: Actor, since: date, until: date, team_id: UUID | None, now: datetime
) -> Laid:
    """Make drafts of what the patterns ask for on the days [since, until] and isn't there yet.

    Twice makes nothing the second time: a shift that stands, was published, changed or cancelled by hand is never touched.
    Who is elsewhere or gone is left out, who is away stands as absent, a vehicle elsewhere isn't taken: all of it is told.
    """
    require(actor, "shifts.plan")
    rules.check_period(since, until)
    alone(session, actor.municipality_id)
    judging = queries.preview(session, actor, since, until, team_id, now)
    teams: dict[UUID, int] = {}
    for judged in judging.judged:
        wanted = judged.proposal
        shift = new_shift(
            actor, wanted.team_id, wanted.on_date, wanted.span, now, vehicle_id=judged.vehicle_id, pattern_id=wanted.key
        )
        session.add(shift)
        add_regions(session, shift, wanted.region_ids)
        add_members(session, shift, judged.planned, "planned", now)
        add_members(session, shift, judged.absent, "absent", now)
        teams[wanted.team_id] = teams.get(wanted.team_id, 0) + 1
    session.flush()
    for each in teams:
        trail.record(session, actor, "shifts.plan", now, "team", each, ["drafts"])
    return Laid(len(judging.judged), judging)


def publish(session: Session, actor: Actor, since: date, until: date, team_id: UUID | None, now: datetime) -> int:
    """The drafts of these days are from now on what the teams read; gives how many. Once published, a shift changes only
    with a line of who changed what when."""
    require(actor, "shifts.plan")
    rules.check_period(since, until)
    alone(session, actor.municipality_id)
    teams = queries.reached_teams(session, actor, "shifts.plan", closed_too=True)
    drafts = session.scalars(
        select(PlannedShift)
        .where(
            PlannedShift.municipality_id == actor.municipality_id,
            PlannedShift.status == "draft",
            PlannedShift.on_date.between(since, until),
            # What is over was no plan that anybody could keep.
            PlannedShift.ends_at > now,
            PlannedShift.team_id.in_([each for each in teams if team_id in (None, each)]),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for shift in drafts:
        shift.status, shift.published_at = "published", now
        keep(session, actor, shift, "published", now)
    session.flush()
    for each in sorted({shift.team_id for shift in drafts}):
        trail.record(session, actor, "shifts.plan", now, "team", each, ["published"])
    return len(drafts)


def publish_one(session: Session, actor: Actor, planned_shift_id: UUID, now: datetime) -> None:
    """One draft alone. One that is published already stays as it is."""
    require(actor, "shifts.plan")
    shift = held(session, actor, planned_shift_id, now)
    if shift.status == "draft":
        shift.status, shift.published_at = "published", now
        keep(session, actor, shift, "published", now)
        session.flush()
        trail.record(session, actor, "shifts.plan", now, "planned_shift", shift.id, ["published"])
