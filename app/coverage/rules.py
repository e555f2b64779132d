"""Pure rules of the board: what a period is in the city's own days, and how few people a cell may show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.coverage.problems import BadPeriod

# Days of the city's calendar that a period spans, today included; 24h is a sliding day.
PRESET_DAYS = {"today": 1, "24h": None, "7d": 7, "30d": 30}
PERIODS = (*PRESET_DAYS, "dates")
LONGEST_DAYS = 366

# Fewer distinct people than this in a cell, and it shows only as its region (design 4). A city may ask for
# more in settings.map_min_people, never for fewer.
LEAST_PEOPLE = 5
_STEPS = (1, 2, 4, 10)


@dataclass(frozen=True)
class Period:
    """Instants in UTC, `until` excluded; the days are the city's own, both included."""

    key: str
    since: datetime
    until: datetime
    since_on: date
    until_on: date


def period_of(key: str, now: datetime, zone: ZoneInfo, since_on: date | None = None, until_on: date | None = None) -> Period:
    """The period asked for. Raises BadPeriod when the days given make no sense."""
    today = now.astimezone(zone).date()
    if key == "dates":
        return _between(since_on, until_on, today, zone)
    number = PRESET_DAYS[key]
    # A record is never after its receipt, so the present minute closes every live period.
    until = now + timedelta(minutes=1)
    if number is None:
        since = now - timedelta(hours=24)
        return Period(key, since, until, since.astimezone(zone).date(), today)
    first = today - timedelta(days=number - 1)
    return Period(key, _midnight(first, zone), until, first, today)


def _between(since_on: date | None, until_on: date | None, today: date, zone: ZoneInfo) -> Period:
    since_on, until_on = since_on or until_on, until_on or since_on
    if since_on is None or until_on is None or not since_on <= until_on <= today:
        raise BadPeriod()
    if (until_on - since_on).days >= LONGEST_DAYS:
        raise BadPeriod()
    return Period("dates", _midnight(since_on, zone), _midnight(until_on + timedelta(days=1), zone), since_on, until_on)


def map_period(key: str, now: datetime, zone: ZoneInfo) -> Period:
    """A preset up to the last full hour: the map rests in between, so that watching it tells nobody's arrival."""
    whole = now.replace(minute=0, second=0, microsecond=0)
    period = period_of(key, whole, zone)
    since = min(period.since, whole)
    return Period(key, since, whole, period.since_on, period.until_on)


def least_people(settings: Mapping[str, Any]) -> int:
    """How many distinct people a cell must have in this city."""
    asked = settings.get("map_min_people")
    sane = isinstance(asked, int) and not isinstance(asked, bool)
    return max(LEAST_PEOPLE, asked) if sane else LEAST_PEOPLE


def people_class(people: int, least: int) -> tuple[int, int | None] | None:
    """The class in which a cell is shown (from, to; None = and more), or None when it has too few people.

    Never the exact number: two exact maps of overlapping periods could be subtracted from each other.
    """
    bounds = [least * step for step in _STEPS]
    if people < bounds[0]:
        return None
    index = max(i for i, bound in enumerate(bounds) if people >= bound)
    return bounds[index], bounds[index + 1] - 1 if index + 1 < len(bounds) else None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
