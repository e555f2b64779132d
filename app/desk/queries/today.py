"""The coordinator's day: which of her teams are out, what waits, what was agreed for today, which phones are silent.

Teams, regions and counts. Nobody's place, nobody's name but of a phone's owner who doesn't deliver.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.queries import teams_of_reach
from app.core import days
from app.coverage.queries import presence_in
from app.desk.queries import silent_phones
from app.home_visits import queries as visits
from app.outreach_requests import queries as outreach
from app.protection.queries import queue
from app.referrals import queries as referrals
from app.shifts import queries as shifts
from app.shifts.roster.queries import planned
from app.tasks import queries as tasks
from app.territory.queries import region_names

VERB = "desk.read_today"
# A sign of the evening before tells nothing of tonight.
_LOOK_BACK = timedelta(hours=12)
_PLANS_AHEAD = timedelta(hours=12)
# Whoever opened her shift so long before the plan opened it for that plan.
_OPENS_EARLY = timedelta(hours=2)
_PHONES_SHOWN = 5


@dataclass
class TeamDay:
    """One team. since: when it went out, None while nobody of it is; plan: (starts, ends) of the planned shift that is on or comes
    next; home_at: when it came back from that planned shift; region: where it said or showed that it is; news_at: its last sign. steps, visits: (done, all) of today.
    """

    id: UUID
    name: str
    kind: str
    since: datetime | None = None
    on_break: bool = False
    plan: tuple[datetime, datetime] | None = None
    home_at: datetime | None = None
    region: str | None = None
    news_at: datetime | None = None
    requests: int = 0
    steps: tuple[int, int] = (0, 0)
    late_steps: int = 0
    visits: tuple[int, int] = (0, 0)

    def is_missing(self, now: datetime) -> bool:
        """It should be out by its plan, and nobody said so."""
        return self.since is None and self.home_at is None and self.plan is not None and self.plan[0] <= now


@dataclass
class Day:
    """What stands before a coordination now. waiting: {what: how many}, only of what she may open."""

    on: date
    teams: list[TeamDay]
    waiting: dict[str, int] = field(default_factory=dict)
    late_requests: int = 0
    phones: list[dict[str, Any]] = field(default_factory=list)

    @property
    def out(self) -> list[TeamDay]:
        return [team for team in self.teams if team.since is not None]


def day_of(session: Session, actor: Actor, now: datetime) -> Day:
    """Of the teams and units within the actor's reach alone."""
    require(actor, VERB)
    m = actor.municipality_id
    found = {id_: TeamDay(id_, name, kind) for id_, (name, kind) in teams_of_reach(session, actor, VERB).items()}
    zone = days.zone_of(session, m)
    today = now.astimezone(zone).date()
    _outside(session, m, found, now)
    _agreed(session, m, found, today, days.midnight(today, zone))
    phones = silent_phones(session, actor, now) if actor.can("desk.watch_phones") else []
    day = Day(today, sorted(found.values(), key=lambda team: _order(team, now)), phones=phones[:_PHONES_SHOWN])
    day.waiting = _waiting(session, actor, now) | {"phones": len(phones)}
    if actor.can("outreach_requests.triage"):
        day.late_requests = sum(each.is_late for each in outreach.inbox(session, actor, now)[0])
    return day


def _order(team: TeamDay, now: datetime) -> tuple:
    """Who is missing first, then who is out, then who is to go out, the rest by name."""
    return (not team.is_missing(now), team.since is None, team.plan is None, team.name)


def _outside(session: Session, municipality_id: int, found: dict[UUID, TeamDay], now: datetime) -> None:
    for team_id, (since, on_break) in shifts.teams_out(session, municipality_id, now).items():
        if team_id in found:
            found[team_id].since, found[team_id].on_break = since, on_break
    names = region_names(session, municipality_id)
    for each in presence_in(session, municipality_id, now - _LOOK_BACK, now + timedelta(seconds=1), now):
        team = found.get(each.team_id)
        if team is None or team.since is None:
            continue
        # In order of time: the last one is where the team is.
        team.region = names.get(each.region_id, team.region) if each.region_id else team.region
        if each.certain_at:
            team.news_at = max(filter(None, (team.news_at, each.certain_at[-1])))
    for plan in planned(session, municipality_id, now, now + _PLANS_AHEAD):
        team = found.get(plan.team_id)
        if team is not None and plan.members and team.plan is None:
            team.plan = (plan.starts_at, plan.ends_at)
    for team_id, ended in shifts.teams_home(session, municipality_id, now - _LOOK_BACK, now).items():
        team = found.get(team_id)
        if team is not None and team.plan is not None and team.plan[0] <= now:
            begins = team.plan[0] - _OPENS_EARLY
            team.home_at = next((end for start, end in reversed(ended) if start >= begins), None)
    for team_id, number in outreach.load_of_teams(session, municipality_id, found).items():
        found[team_id].requests = number


def _agreed(session: Session, municipality_id: int, found: dict[UUID, TeamDay], today: date, midnight: datetime) -> None:
    for row in tasks.of_teams_today(session, municipality_id, found, today):
        team = found[row["team_id"]]
        if row["status"] == "late":
            team.late_steps = row["number"]
        elif row["status"] not in ("moved", "cancelled"):
            done, all_ = team.steps
            team.steps = (done + row["number"] * (row["status"] != "open"), all_ + row["number"])
    for team_id, both in visits.of_teams_today(session, municipality_id, found, today, midnight).items():
        found[team_id].visits = both


def _waiting(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    figures: dict[str, int] = {}
    if actor.can("outreach_requests.triage"):
        figures |= {"requests": outreach.counted(session, actor)["open"], "undecided": outreach.waiting(session, actor, now)}
    if actor.can("referrals.read_inbox"):
        figures["referrals"] = referrals.inbox_of(session, actor, now, now)["counts"]["new"]
    if actor.can("protection.review"):
        cases = queue.overseen_of(session, actor, now)
        figures |= {"untaken": len(cases.untaken), "cases": len(cases.untaken) + len(cases.mine) + len(cases.others)}
    if actor.can("referrals.send_vehicle"):
        figures["vehicles"] = referrals.vehicles_waiting(session, actor, now)
    return figures
