"""How a team's time on shift was spent (pure): on requests, or on busca ativa. Of teams and regions, never of a worker.

The rule. A team's time on shift is where it was present (shifts.presence): from the opening to the end of its shifts, without the
breaks; two phones of one team at once are one team, and a minute counts once. Of this, *requests* is what lies between setting out
for one and closing it; two at once count once. The rest is *busca ativa*.

- Nobody told that the team set out: it counts from its arrival. Neither: nothing is known of its way, and nothing counts.
- It went to another team, or back to wait: until then. It goes out again later: from then on.
- Nobody closed it: until `UNCLOSED` after the last that was told, and not beyond now.
- What a phone told of a request after it had gone to another team moves nothing here.

Everything is an instant in UTC, so that an hour that clocks skip or repeat is as long as it was for who worked it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

UNCLOSED = timedelta(hours=2)
_GOES, _ENDS = ("on_the_way", "there"), ("closed", "handed", "taken_back", "duplicate")

Span = tuple[datetime, datetime]
ZERO = timedelta(0)


@dataclass(frozen=True)
class Told:
    """A line of a request's history that is of a team."""

    request_id: UUID
    team_id: UUID
    kind: str
    at: datetime


@dataclass(frozen=True)
class Stretch:
    """A team in a region from one instant to another; None: it did not say where."""

    team_id: UUID
    region_id: UUID | None
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Spent:
    """Of one team in one region."""

    team_id: UUID
    region_id: UUID | None
    requests: timedelta
    active: timedelta


def outings(told: Iterable[Told], now: datetime) -> dict[UUID, list[Span]]:
    """{team: stretches between setting out for a request and the end of it}, by the rule above."""
    stories: dict[tuple[UUID, UUID], list[Told]] = defaultdict(list)
    for each in told:
        stories[each.request_id, each.team_id].append(each)
    found: dict[UUID, list[Span]] = defaultdict(list)
    for (_request, team_id), story in stories.items():
        begun = last = None
        for each in sorted(story, key=lambda one: (one.at, one.kind in _ENDS)):
            if each.kind in _GOES:
                begun, last = begun or each.at, each.at
            elif each.kind in _ENDS:
                if begun:
                    found[team_id].append((begun, each.at))
                begun = last = None
                if each.kind == "closed":
                    break
        if begun and last:
            found[team_id].append((begun, max(begun, min(now, last + UNCLOSED))))
    return {team_id: joined(spans) for team_id, spans in found.items()}


def spent(stretches: Iterable[Stretch], out: dict[UUID, list[Span]]) -> list[Spent]:
    """What became of the time of each team in each region. A team in two regions at once, by two phones, has both."""
    there: dict[tuple[UUID, UUID | None], list[Span]] = defaultdict(list)
    for each in stretches:
        there[each.team_id, each.region_id].append((each.since, each.until))
    return [_one(team_id, region_id, spans, out.get(team_id, [])) for (team_id, region_id), spans in there.items()]


def whole(stretches: Iterable[Stretch], out: dict[UUID, list[Span]]) -> list[Spent]:
    """The same of each team altogether: a minute in two regions counts once. region_id None."""
    there: dict[UUID, list[Span]] = defaultdict(list)
    for each in stretches:
        there[each.team_id].append((each.since, each.until))
    return [_one(team_id, None, spans, out.get(team_id, [])) for team_id, spans in there.items()]


def _one(team_id: UUID, region_id: UUID | None, spans: list[Span], out: list[Span]) -> Spent:
    there = joined(spans)
    on_requests = sum((_shared(span, other) for span in there for other in out), ZERO)
    return Spent(team_id, region_id, on_requests, sum((until - since for since, until in there), ZERO) - on_requests)


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order, those that overlap or touch as one; one that ends before it begins has no length."""
    found: list[Span] = []
    for since, until in sorted(spans):
        if until <= since:
            continue
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def _shared(one: Span, other: Span) -> timedelta:
    return max(ZERO, min(one[1], other[1]) - max(one[0], other[0]))
