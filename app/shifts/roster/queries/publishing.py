"""A period before it is published: what is a draft, and what was changed since its teams were told."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.shifts.roster import rules
from app.shifts.roster.models import PlannedShift
from app.shifts.roster.queries.calendar import PlannedTurn, events_of, shifts_between
from app.shifts.roster.queries.standing import reached_teams


@dataclass(frozen=True)
class TeamPeriod:
    """One team's period: how many drafts would be published, how many are, how many were changed or cancelled since; which of
    them lack people."""

    team_id: UUID
    team: str
    drafts: int
    published: int
    changed: int
    cancelled: int
    short: int


def period_of(
    session: Session, actor: Actor, since: date, until: date, team_id: UUID | None
) -> tuple[list[TeamPeriod], list[tuple[PlannedTurn, dict[str, Any]]]]:
    """By team, and every change after publication of these days, the latest first: the difference against what was published."""
    rules.check_period(since, until)
    turns = shifts_between(session, actor, since, until, team_id)
    by_id = {turn.id: turn for turn in turns}
    changes = [
        (by_id[event["planned_shift_id"]], event)
        for event in events_of(session, actor.municipality_id, list(by_id))
        if event["kind"] != "published"
    ]
    changed = {turn.id for turn, _event in changes}
    teams: dict[UUID, list[PlannedTurn]] = {}
    for turn in turns:
        teams.setdefault(turn.team_id, []).append(turn)
    rows = [
        TeamPeriod(
            id_, of[0].team,
            drafts=sum(turn.status == "draft" for turn in of),
            published=sum(turn.status == "published" for turn in of),
            changed=sum(turn.status == "published" and turn.id in changed for turn in of),
            cancelled=sum(turn.status == "cancelled" for turn in of),
            short=sum(turn.standing in ("empty", "short") for turn in of),
        )
        for id_, of in teams.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row.team), changes


def publishable(session: Session, actor: Actor, since: date, until: date, team_id: UUID | None, now: datetime) -> dict[UUID, int]:
    """{team: how many drafts of these days that aren't over} in the planner's reach."""
    rules.check_period(since, until)
    teams = reached_teams(session, actor, "shifts.plan", closed_too=True)
    rows = session.execute(
        select(PlannedShift.team_id, func.count())
        .where(
            PlannedShift.municipality_id == actor.municipality_id,
            PlannedShift.status == "draft",
            PlannedShift.on_date.between(since, until),
            PlannedShift.ends_at > now,
            PlannedShift.team_id.in_([each for each in teams if team_id in (None, each)]),
        )
        .group_by(PlannedShift.team_id)
    )
    return {row[0]: row[1] for row in rows}
