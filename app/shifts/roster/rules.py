"""The roster's arithmetic (pure): which days, which instants, who may be where.

A shift is said in wall times of the city. Where clocks change, one wall time becomes one instant always the same way: of two that
bear one name (clocks put back) the first; a time that doesn't exist (clocks put forward) is the instant of the change. So a
shift that begins when another ends does so on those nights too: patterns that tile a day leave no hole and no overlap, and the
night is an hour longer or shorter, as it is for who works it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.shifts.roster.problems import AbsenceWrong, NoDays, NoHours, NoSunday, PeriodWrong, PlanCancelled, PlanOver
from app.shifts.roster.terms import WARNINGS

LONGEST_PERIOD_DAYS = 100
LONGEST_ABSENCE_DAYS = 731
# CLT 66: eleven hours in a row between two working days. Told to whoever plans, never a refusal: a cold night may need it.
REST = timedelta(hours=11)
_DAY = timedelta(days=1)
_SUNDAY = 6

Span = tuple[datetime, datetime]


def instant(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, of a wall time of a date, resolved as said above."""
    wall = datetime.combine(on, at, zone)
    first = wall.astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return first
    # The hour is missing: the change lies between what the new offset makes of it and what the old one does.
    low, high = wall.replace(fold=1).astimezone(UTC), first
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def span_of(on: date, starts: time, ends: time, zone: ZoneInfo) -> Span | None:
    """When a shift that starts on a date begins and ends; ends <= starts is of the next day. None where no minute of it exists."""
    begun = instant(on, starts, zone)
    over = instant(on if ends > starts else on + _DAY, ends, zone)
    return (begun, over) if begun < over else None


@dataclass(frozen=True)
class Pattern:
    """What repeats (models.RosterPattern)."""

    id: UUID
    team_id: UUID
    kind: str
    starts: time
    ends: time
    weekdays: frozenset[int] = frozenset()
    cycle_days: int | None = None
    anchor_on: date | None = None
    valid_from: date = date.min
    valid_to: date | None = None
    region_ids: tuple[UUID, ...] = ()
    member_ids: tuple[UUID, ...] = ()
    vehicle_id: UUID | None = None
    on_holidays: str = "work"

    def works_on(self, on: date, holidays: Collection[date] = ()) -> bool:
        """Whether it asks for a shift that starts on this date; a holiday is what the pattern says it is."""
        if on < self.valid_from or (self.valid_to is not None and on > self.valid_to):
            return False
        is_holiday = on in holidays
        if is_holiday and self.on_holidays == "off":
            return False
        if self.kind == "weekly":
            return (_SUNDAY if is_holiday and self.on_holidays == "sunday" else on.weekday()) in self.weekdays
        return (on - self.anchor_on).days % self.cycle_days == 0  # type: ignore[operator]


@dataclass(frozen=True)
class Proposal:
    """A shift that may be planned. `key` tells it from others: a pattern's id, or the shift's own."""

    key: UUID
    team_id: UUID
    on_date: date
    starts_at: datetime
    ends_at: datetime
    member_ids: tuple[UUID, ...] = ()
    region_ids: tuple[UUID, ...] = ()
    vehicle_id: UUID | None = None

    @property
    def span(self) -> Span:
        return self.starts_at, self.ends_at


def expand(
    patterns: Iterable[Pattern], since: date, until: date, zone: ZoneInfo, standing: Collection[tuple[UUID, date]] = (),
    holidays: Collection[date] = (),
) -> list[Proposal]:  # fmt: skip
    """Shifts of the days [since, until] that stand not yet, in order of time. `standing`: (pattern, date) that do."""
    found = []
    for pattern in patterns:
        for on in days_between(since, until):
            if not pattern.works_on(on, holidays) or (pattern.id, on) in standing:
                continue
            span = span_of(on, pattern.starts, pattern.ends, zone)
            if span is not None:
                found.append(
                    Proposal(
                        pattern.id, pattern.team_id, on, *span, member_ids=pattern.member_ids,
                        region_ids=pattern.region_ids, vehicle_id=pattern.vehicle_id,
                    )
                )  # fmt: skip
    return sorted(found, key=lambda each: (each.starts_at, each.ends_at, str(each.key)))


def days_between(since: date, until: date) -> list[date]:
    """Dates from one to the other, both included."""
    return [since + timedelta(days=n) for n in range((until - since).days + 1)]


# -- who may be where -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Conflict:
    """Something in the way (terms.CONFLICTS): of whom, and with which shift (its key and its hours)."""

    kind: str
    worker_id: UUID | None = None
    with_key: UUID | None = None
    with_span: Span | None = None

    @property
    def is_warning(self) -> bool:
        return self.kind in WARNINGS


@dataclass
class Facts:
    """What stands already, by worker and by vehicle; grows as shifts are judged one after the other.

    taken, vehicles: [(span, key of the shift)]; away: [(first, last day)]; teams: [(team, joined, first day outside)].
    """

    taken: dict[UUID, list[tuple[Span, UUID]]] = field(default_factory=dict)
    vehicles: dict[UUID, list[tuple[Span, UUID]]] = field(default_factory=dict)
    away: dict[UUID, list[tuple[date, date]]] = field(default_factory=dict)
    teams: dict[UUID, list[tuple[UUID, date, date | None]]] = field(default_factory=dict)
    active: set[UUID] = field(default_factory=set)
    seats: dict[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """A proposal with what becomes of it: who is in, who is in it but away, whether it has its vehicle."""

    proposal: Proposal
    planned: tuple[UUID, ...]
    absent: tuple[UUID, ...]
    vehicle_id: UUID | None
    conflicts: tuple[Conflict, ...]

    @property
    def refused(self) -> list[Conflict]:
        return [each for each in self.conflicts if not each.is_warning]


def judge_all(proposals: Sequence[Proposal], facts: Facts) -> list[Judged]:
    """Each after those before it: who comes first has the worker and the vehicle. `facts` takes what was given."""
    return [judge(each, facts) for each in proposals]


def judge(proposal: Proposal, facts: Facts) -> Judged:
    planned, absent, found = [], [], []
    for worker_id in dict.fromkeys(proposal.member_ids):
        conflicts = member_conflicts(worker_id, proposal, facts)
        found += conflicts
        if {"overlap", "left_team", "inactive"} & {each.kind for each in conflicts}:
            continue
        if any(each.kind == "absent" for each in conflicts):
            absent.append(worker_id)
            continue
        planned.append(worker_id)
        facts.taken.setdefault(worker_id, []).append((proposal.span, proposal.key))
    vehicle_id = proposal.vehicle_id
    if vehicle_id:
        busy = _meeting(facts.vehicles.get(vehicle_id, ()), proposal)
        if busy:
            found.append(Conflict("vehicle", None, busy[1], busy[0]))
            vehicle_id = None
        else:
            facts.vehicles.setdefault(vehicle_id, []).append((proposal.span, proposal.key))
    if len(planned) < 2:
        found.append(Conflict("no_member" if not planned else "alone"))
    if vehicle_id and len(planned) > facts.seats.get(vehicle_id, len(planned)):
        found.append(Conflict("seats"))
    return Judged(proposal, tuple(planned), tuple(absent), vehicle_id, tuple(found))


def member_conflicts(worker_id: UUID, proposal: Proposal, facts: Facts) -> list[Conflict]:
    """What stands between a worker and a shift, the grave first."""
    found = []
    on = proposal.on_date
    if worker_id not in facts.active:
        found.append(Conflict("inactive", worker_id))
    elif not any(_in_team(each, on) for each in facts.teams.get(worker_id, ())):
        found.append(Conflict("left_team", worker_id))
    elif proposal.team_id not in {each[0] for each in facts.teams[worker_id] if _in_team(each, on)}:
        found.append(Conflict("other_team", worker_id))
    if any(first <= on <= last for first, last in facts.away.get(worker_id, ())):
        found.append(Conflict("absent", worker_id))
    others = [each for each in facts.taken.get(worker_id, ()) if each[1] != proposal.key or each[0] != proposal.span]
    meeting = _meeting(others, proposal)
    if meeting:
        return [*found, Conflict("overlap", worker_id, meeting[1], meeting[0])]
    near = [each for each in others if _gap(each[0], proposal.span) < REST]
    return [*found, *(Conflict("rest", worker_id, key, span) for span, key in near[:1])]


def _in_team(membership: tuple[UUID, date, date | None], on: date) -> bool:
    _team, joined, left = membership
    return joined <= on and (left is None or on < left)


def _meeting(taken: Iterable[tuple[Span, UUID]], proposal: Proposal) -> tuple[Span, UUID] | None:
    return next((each for each in taken if each[0][0] < proposal.ends_at and proposal.starts_at < each[0][1]), None)


def _gap(one: Span, other: Span) -> timedelta:
    return max(one[0] - other[1], other[0] - one[1])


def standing_of(states: Iterable[tuple[str, bool]]) -> str:
    """How a shift is manned: empty, alone, short, whole. states: (of a member, whether somebody goes in her place)."""
    members = list(states)
    there = sum(state == "planned" for state, _replaced in members)
    if there == 0:
        return "empty"
    if any(state == "absent" and not replaced for state, replaced in members):
        return "short"
    return "alone" if there == 1 else "whole"


# -- what is refused ------------------------------------------------------------------------------------------------


def check_period(since: date, until: date) -> None:
    if not 0 <= (until - since).days < LONGEST_PERIOD_DAYS:
        raise PeriodWrong(fields={"until": [str(PeriodWrong.sentence)]})


def check_absence(since: date, until: date) -> None:
    if not 0 <= (until - since).days < LONGEST_ABSENCE_DAYS:
        raise AbsenceWrong(fields={"to_on": [str(AbsenceWrong.sentence)]})


def check_pattern(
    kind: str, weekdays: Collection[int], cycle_days: int | None, anchor_on: date | None, on_holidays: str = "work"
) -> None:
    if kind == "cycle" and on_holidays == "sunday":
        raise NoSunday(fields={"on_holidays": [str(NoSunday.sentence)]})
    if kind == "weekly" and not weekdays or kind == "cycle" and (cycle_days is None or anchor_on is None):
        raise NoDays(fields={"weekdays" if kind == "weekly" else "anchor_on": [str(NoDays.sentence)]})


def check_span(on: date, starts: time, ends: time, zone: ZoneInfo) -> Span:
    """The instants of a shift that somebody planned by hand. Raises NoHours where none of it exists."""
    span = span_of(on, starts, ends, zone)
    if span is None:
        raise NoHours(fields={"starts": [str(NoHours.sentence)]})
    return span


def check_open(status: str, ends_at: datetime, now: datetime) -> None:
    """What is over stays as it was; what was cancelled isn't changed."""
    if status == "cancelled":
        raise PlanCancelled()
    if ends_at <= now:
        raise PlanOver()
