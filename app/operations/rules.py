"""Pure rules: what a preset says, when an operation ends, its hours, and which numbers of people are not shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.operations.problems import EndsBeforeNow, HoursHalfSaid
from app.operations.terms import CLOSINGS, EXAMPLES, ITEMS_OF, LONGEST_DAYS, MOST_NIGHTS, MOST_PLACES

# Fewer people than this are not shown as a number (design 4).
LEAST_PEOPLE = 5
SETTING = "operations"


@dataclass(frozen=True)
class Agreed:
    """What a unit agreed to."""

    unit_id: UUID
    places: int
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True)
class Plan:
    """What an operation is begun with. ends: the hour of its last day; nights: on how many days it begins anew."""

    kind: str
    trigger: str
    opens: time
    closes: time
    closing: str
    ends: time
    nights: int
    team_ids: tuple[UUID, ...] = ()
    items: tuple[str, ...] = ()
    units: tuple[Agreed, ...] = ()
    is_example: bool = False


def preset_of(settings: Mapping[str, Any], kind: str) -> Plan:
    """What the city set for a kind, else the example. What can't be read counts as not set."""
    kept = settings.get(SETTING, {}).get(kind) if isinstance(settings.get(SETTING, {}), dict) else None
    try:
        return _read(kind, kept) if kept else _example(kind)
    except (KeyError, TypeError, ValueError, AttributeError):
        return _example(kind)


def _example(kind: str) -> Plan:
    told = EXAMPLES[kind]
    return Plan(
        kind, str(told["trigger"]), time.fromisoformat(told["opens"]), time.fromisoformat(told["closes"]), told["closing"],
        time.fromisoformat(told["ends"]), told["nights"], items=ITEMS_OF[kind], is_example=True,
    )  # fmt: skip


def _read(kind: str, kept: Mapping[str, Any]) -> Plan:
    if kept["closing"] not in CLOSINGS:
        raise ValueError
    units = tuple(_agreed(UUID(id_), each) for id_, each in kept["units"].items())
    return Plan(
        kind, str(kept["trigger"]), hour_of(kept["opens"]), hour_of(kept["closes"]), kept["closing"],
        hour_of(kept["ends"]), min(max(int(kept["nights"]), 1), MOST_NIGHTS), tuple(map(UUID, kept["team_ids"])),
        tuple(item for item in ITEMS_OF[kind] if item in kept["items"]), units,
    )  # fmt: skip


def _agreed(unit_id: UUID, kept: Mapping[str, Any]) -> Agreed:
    """As written by whoever wrote it: out of its bounds it lends what may be lent, half said no hours, and holds up no cold night."""
    opens, closes = kept["opens"] or None, kept["closes"] or None
    hours = (hour_of(opens), hour_of(closes)) if opens and closes else (None, None)
    return Agreed(unit_id, min(max(int(kept["places"]), 0), MOST_PLACES), *hours)


def hour_of(text: str) -> time:
    """A clock's hour and minute, of the city's own zone whatever else was written."""
    return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)


def written(plan: Plan) -> dict[str, Any]:
    """A plan as the municipality's settings keep it."""
    return {
        "trigger": plan.trigger, "opens": f"{plan.opens:%H:%M}", "closes": f"{plan.closes:%H:%M}", "closing": plan.closing,
        "ends": f"{plan.ends:%H:%M}", "nights": plan.nights, "team_ids": [str(id_) for id_ in plan.team_ids], "items": list(plan.items),
        "units": {
            str(each.unit_id): {
                "places": each.places, "opens": f"{each.opens:%H:%M}" if each.opens else None,
                "closes": f"{each.closes:%H:%M}" if each.closes else None,
            }
            for each in plan.units
        },
    }  # fmt: skip


def check_plan(plan: Plan) -> None:
    """Raise HoursHalfSaid."""
    if any((each.opens is None) != (each.closes is None) for each in plan.units):
        raise HoursHalfSaid()


def end_of(plan: Plan, started_at: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """When it ends by itself: the first time after its beginning that the clock shows the hour, so many nights on.
    Raises EndsBeforeNow."""
    longest = started_at + timedelta(days=LONGEST_DAYS)
    if plan.closing == "by_hand":
        return longest
    local = started_at.astimezone(zone)
    on = local.date() + timedelta(days=plan.nights - 1 + (local.time() >= plan.ends))
    ends = min(datetime.combine(on, plan.ends, zone).astimezone(UTC), longest)
    if ends <= now:
        raise EndsBeforeNow()
    return ends


def over_at(ends_at: datetime, ended_at: datetime | None) -> datetime:
    """Its end, as far as is known: the clock's may not have been written yet."""
    return min(ends_at, ended_at) if ended_at else ends_at


def told_until(started_at: datetime, over: datetime, now: datetime) -> datetime | None:
    """Until when a bulletin may tell: its end, else the last full hour, so that watching it minute by minute tells of nobody's
    arrival. None: no hour is full yet."""
    if over <= now:
        return over
    whole = now.replace(minute=0, second=0, microsecond=0)
    return whole if whole > started_at else None


def hours_between(since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Full hours of the clock, the first and the last cut. (All zones of Brazil are whole hours from UTC.)"""
    found, begins = [], since
    while begins < until:
        ends = min(begins.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), until)
        found.append((begins, ends))
        begins = ends
    return found


def suppressed(numbers: Sequence[int], least: int = LEAST_PEOPLE) -> list[int | None]:
    """Numbers of people beside their sum: those of 1 to least - 1 are None, and with them as many of the smallest others as it
    takes so that none is the difference to the sum, nor all of them what is left for each: five hidden that make five are one
    each. Where no other is left, as many zeros as there are hidden ones."""
    shown: list[int | None] = [None if 0 < number < least else number for number in numbers]
    hidden = [number for number, seen in zip(numbers, shown, strict=True) if seen is None]
    others = sorted((number, at) for at, number in enumerate(numbers) if number >= least)
    while hidden and _told(hidden, least) and others:
        number, at = others.pop(0)
        shown[at] = None
        hidden.append(number)
    if hidden and sum(numbers) >= least and _told(hidden, least):
        for at in [at for at, number in enumerate(numbers) if number == 0][: len(hidden)]:
            shown[at] = None
    return shown


def _told(hidden: Sequence[int], least: int) -> bool:
    """Whether who knows the sum of what is hidden knows each, or nearly."""
    return len(hidden) == 1 or sum(hidden) < least or sum(hidden) - len(hidden) < least - 2


def small(number: int, least: int = LEAST_PEOPLE) -> int | None:
    """One number of people alone."""
    return None if 0 < number < least else number
