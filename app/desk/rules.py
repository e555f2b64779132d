"""When a phone is silent for too long, and which silence matters; the hours written on a night's sheet. Pure."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.watch import limits
from app.desk.problems import HourNotYet, HourUnread, UntilUnread

WAITING_LONG, WAITING, QUIET = "waiting_long", "waiting", "quiet"

# A night's sheet goes from noon to noon: what was noted at 01:30 is of the night that began the day before.
_NOON = time(12)
# A clock on the wall may be a little ahead of the server's.
_AHEAD = timedelta(minutes=5)
_HOUR = re.compile(r"^\s*(\d{1,2})\s*[:hH.]?\s*(\d{2})?\s*(?:h|min)?\s*$")


def silence(waiting: int | None, last_seen_at: datetime, now: datetime) -> str | None:
    """`waiting(_long)`: it told of unsent work and was not heard of since; `quiet`: in use, not heard of for days."""
    silent = now - last_seen_at
    if waiting:
        soon, long = limits.PHONE_SILENT
        return WAITING_LONG if silent > long else WAITING if silent > soon else None
    return QUIET if limits.PHONE_QUIET < silent <= limits.PHONE_IN_USE else None


def night_of(now: datetime, zone: ZoneInfo) -> date:
    """The night that is on, or that ended this morning: the day on which it began."""
    local = now.astimezone(zone)
    return local.date() - timedelta(days=1) if local.time() < _NOON else local.date()


def hour_read(written: str) -> time:
    """An hour as people write it: 22:40, 22h40, 2240, 7h. Raises HourUnread."""
    found = _HOUR.match(written)
    if not found:
        raise HourUnread()
    hour, minute = int(found[1]), int(found[2] or 0)
    if hour > 23 or minute > 59:
        raise HourUnread()
    return time(hour, minute)


def in_the_night(night: date, written: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The instant of an hour noted on a night's sheet; an hour of now or a little ahead is now.

    Raises HourUnread, HourNotYet.
    """
    hour = hour_read(written)
    on = night if hour >= _NOON else night + timedelta(days=1)
    at = datetime.combine(on, hour, zone)
    if at > now + _AHEAD:
        raise HourNotYet()
    return min(at.astimezone(now.tzinfo), now)


def until(on: date, hour: str, zone: ZoneInfo, now: datetime) -> datetime:
    """A day and an hour of the city as an instant still to come. Raises UntilUnread."""
    at = datetime.combine(on, time.fromisoformat(hour), zone).astimezone(now.tzinfo)
    if at <= now:
        raise UntilUnread(fields={"on": [str(UntilUnread.sentence)]})
    return at
