"""Time on shift of the teams in reach over some days: on requests, on busca ativa (app/desk/spent.py). Never of a worker."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.queries import teams_of_reach
from app.core import days
from app.coverage.queries import presence_in
from app.desk import spent as rules
from app.desk.problems import SpanUnread
from app.desk.spent import Spent, Stretch, Told
from app.outreach_requests import queries as outreach
from app.shifts.queries import workers_of_teams
from app.territory.queries import region_names

VERB = "coverage.read"
LONGEST_DAYS = 31
_DAY = timedelta(days=1)
# A request that a team set out for before the period, and closed within it.
_BEFORE = timedelta(days=2)


@dataclass
class Line:
    """Minutes of one team, with those of its regions, or of one region of it; name '': it did not say where."""

    name: str
    requests: int = 0
    active: int = 0
    regions: list["Line"] = field(default_factory=list)

    @property
    def all(self) -> int:
        return self.requests + self.active

    @property
    def share(self) -> int:
        """How many of a hundred minutes were for requests: a whole number."""
        return round(100 * self.requests / self.all) if self.all else 0


@dataclass(frozen=True)
class Report:
    """alone: of how many teams days are left out on which one person alone worked."""

    teams: list[Line]
    total: Line
    alone: int


def check_days(since: date, until: date, today: date) -> None:
    """Raises SpanUnread."""
    if not (since <= until <= today and (until - since).days < LONGEST_DAYS):
        raise SpanUnread(fields={"ate": [str(SpanUnread.sentence)]})


def spent_in(session: Session, actor: Actor, since: date, until: date, now: datetime) -> Report:
    """Of the days [since, until] of the city, teams by name: no order of who did more. A day on which one person alone worked in
    a team is left out of it: it would be hers. Raises SpanUnread.
    """
    require(actor, VERB)
    m, zone = actor.municipality_id, days.zone_of(session, actor.municipality_id)
    check_days(since, until, now.astimezone(zone).date())
    names = {id_: name for id_, (name, _kind) in teams_of_reach(session, actor, VERB, closed_too=True).items()}
    first, last = days.midnight(since, zone), min(days.midnight(until + _DAY, zone), now)
    told = (Told(*row) for row in outreach.told_by_teams(session, m, names, first - _BEFORE, last))
    out = rules.outings(told, now)
    stretches: list[Stretch] = []
    alone: set[UUID] = set()
    # A day at a time: what a reading of presence weighs grows faster than its length.
    for on in (since + n * _DAY for n in range((until - since).days + 1)):
        begins, ends = days.midnight(on, zone), days.midnight(on + _DAY, zone)
        # Asked of each day: else two periods taken from one another would tell the day of one alone.
        who = workers_of_teams(session, m, names, begins, min(ends, last))
        for each in presence_in(session, m, begins, ends, now):
            if each.team_id not in names or each.since == each.until:
                continue
            if who.get(each.team_id, 0) < 2:
                alone.add(each.team_id)
            else:
                stretches.append(Stretch(each.team_id, each.region_id, each.since, each.until))
    return _report(rules.whole(stretches, out), rules.spent(stretches, out), names, region_names(session, m), len(alone))


def _report(whole: list[Spent], parts: list[Spent], names: dict[UUID, str], regions: dict[UUID, str], alone: int) -> Report:
    by_team: dict[UUID, list[Line]] = defaultdict(list)
    for each in parts:
        by_team[each.team_id].append(_line(regions.get(each.region_id, "") if each.region_id else "", each))
    teams = [_line(names[each.team_id], each, sorted(by_team[each.team_id], key=lambda line: (not line.name, line.name))) for each in whole]
    teams.sort(key=lambda line: line.name)
    total = Line("", sum(line.requests for line in teams), sum(line.active for line in teams))
    return Report(teams, total, alone)


def _line(name: str, each: Spent, regions: list[Line] | None = None) -> Line:
    """Whole minutes; what is left of a minute goes with the rest, so that both together are the time."""
    all_ = round((each.requests + each.active) / timedelta(minutes=1))
    requests = min(all_, round(each.requests / timedelta(minutes=1)))
    return Line(name, requests, all_ - requests, regions or [])
