"""When an alert rings for somebody (pure): the city's quiet hours, and no more in an hour than the city wants."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(from_hour: int, to_hour: int, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the city's quiet hours end in which `now` falls; None outside them, and where both hours are the same."""
    local = now.astimezone(zone)
    inside = from_hour <= local.hour < to_hour if from_hour < to_hour else local.hour >= from_hour or local.hour < to_hour
    if from_hour == to_hour or not inside:
        return None
    on = local.date() + timedelta(days=1 if local.hour >= to_hour else 0)
    return datetime.combine(on, time(to_hour), zone).astimezone(now.tzinfo)


@dataclass(frozen=True)
class Rung:
    """What one person was told lately: instants at which it rang in the last hour; the next at which it will, if any waits."""

    at: tuple[datetime, ...] = ()
    next_at: datetime | None = None


def rings_at(now: datetime, urgent: bool, quiet: datetime | None, rung: Rung, most: int) -> datetime:
    """When one more may ring for somebody: what is urgent at once; else after the city's quiet hours (`quiet`: their end) and not
    before the hour has room again. What waits for the same instant is told as one, so one that waits already takes it along.
    """
    if urgent:
        return now
    if quiet:
        return quiet
    # One that waits longer than an hour waits for the end of somebody's own quiet hours: it holds back no other.
    if rung.next_at and rung.next_at <= now + timedelta(hours=1):
        return max(now, rung.next_at)
    lately = sorted(at for at in rung.at if at > now - timedelta(hours=1))
    return now if len(lately) < most else lately[-most] + timedelta(hours=1)
