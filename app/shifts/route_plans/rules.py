"""The arithmetic of routes (pure): on which nights, which stops, what became of each.

What became of a stop is worked out from all that was recorded of its night: visits of its team at the point, and misses. The
strongest word stands (terms.STATES), so that two phones, sent twice and in any order, come to the same.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.shifts.roster.rules import days_between, span_of
from app.shifts.route_plans.problems import RouteDates, RouteHours, WhenMissing
from app.shifts.route_plans.terms import LONGEST_HOURS, STATES

# A team begins a little before and ends a little after what was planned.
SLACK = timedelta(hours=1)
_STRENGTH = {state: at for at, state in enumerate(STATES)}


@dataclass(frozen=True)
class Times:
    """When a route is gone (models.RouteTime)."""

    starts: time
    ends: time
    weekdays: frozenset[int] = frozenset()
    on_date: date | None = None
    valid_from: date = date.min
    valid_to: date | None = None

    def is_gone_on(self, on: date) -> bool:
        if on < self.valid_from or (self.valid_to is not None and on > self.valid_to):
            return False
        return on == self.on_date if self.on_date is not None else on.weekday() in self.weekdays


@dataclass(frozen=True)
class Stop:
    point_id: UUID
    position: int
    added_at: datetime
    left_at: datetime | None = None


@dataclass(frozen=True)
class Night:
    """One going of a route: it belongs to the local date on which it starts."""

    route_id: UUID
    on_date: date
    starts_at: datetime
    ends_at: datetime

    @property
    def since(self) -> datetime:
        return self.starts_at - SLACK

    @property
    def until(self) -> datetime:
        return self.ends_at + SLACK


@dataclass(frozen=True)
class Word:
    """Something said of a stop: state of terms.STATES; reason of `missed`."""

    at: datetime
    state: str
    reason: str | None = None


def nights_of(
    route_id: UUID, times: Iterable[Times], ended_on: date | None, since: date, until: date, zone: ZoneInfo
) -> list[Night]:
    """The nights that start on the days [since, until], in order; at most one a day."""
    found: dict[date, Night] = {}
    for each in times:
        for on in days_between(since, until):
            if on in found or not each.is_gone_on(on) or (ended_on is not None and on > ended_on):
                continue
            span = span_of(on, each.starts, each.ends, zone)
            if span is not None:
                found[on] = Night(route_id, on, *span)
    return [found[on] for on in sorted(found)]


def stops_of(stops: Iterable[Stop], night: Night) -> list[Stop]:
    """Those of a night, in order: put in before it ended, not taken out before it began."""
    standing = [s for s in stops if s.added_at < night.until and (s.left_at is None or s.left_at > night.since)]
    kept: dict[UUID, Stop] = {}
    for stop in sorted(standing, key=lambda s: s.added_at):
        kept[stop.point_id] = stop  # taken out and put in again on that very night: once
    return sorted(kept.values(), key=lambda s: (s.position, s.added_at, str(s.point_id)))


def state_of(words: Iterable[Word]) -> Word | None:
    """What stands of all that was said of a stop on a night: the strongest, of two alike the later. None: nobody said a thing."""
    return max(words, key=lambda word: (_STRENGTH[word.state], word.at, word.reason or ""), default=None)


def moved(order: Sequence[UUID], point_id: UUID, way: str) -> list[UUID]:
    """The order with one stop a place up, a place down, or out. At an end it stays."""
    at = order.index(point_id)
    rest = [each for each in order if each != point_id]
    if way == "out":
        return rest
    rest.insert(max(0, at - 1) if way == "up" else at + 1, point_id)
    return rest


def check_when(
    weekdays: Collection[int], on_date: date | None, valid_from: date, valid_to: date | None, starts: time, ends: time, today: date
) -> None:
    """Raise WhenMissing, RouteDates or RouteHours."""
    if on_date is None and not weekdays:
        raise WhenMissing(fields={"weekdays": [str(WhenMissing.sentence)]})
    if on_date is not None and on_date < today:
        raise RouteDates(fields={"on_date": [str(RouteDates.sentence)]})
    if valid_to is not None and (valid_to < valid_from or valid_to < today):
        raise RouteDates(fields={"valid_to": [str(RouteDates.sentence)]})
    minutes = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
    if not 0 < (minutes % 1440) <= LONGEST_HOURS * 60:
        raise RouteHours(fields={"ends": [str(RouteHours.sentence)]})
