"""How long a unit keeps a place, how long its answer may take, and which unit comes next where one has no room."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import cos, hypot, radians
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.models import Municipality
from app.units import rules
from app.units.hours import Week, instant_of, open_days, standing
from app.units.models import Unit
from app.units.queries.places import free_of
from app.units.queries.working import weeks_of


def takes(unit: Unit, wanted: Collection[str]) -> bool:
    """Whether its house receives who is sent, as it says itself."""
    return rules.house_takes(unit.receives, wanted)


def hold_end(unit: Unit, now: datetime) -> datetime:
    """Until when a place that is promised now waits."""
    return now + rules.hold_time(unit.kind, unit.hold_minutes)


def answer_limit(kind: str, minutes: int | None) -> timedelta:
    """How long a request waits for an answer before the next in line is told."""
    return rules.answer_time(kind, minutes)


def last_day_expected(session: Session, unit: Unit, today: date) -> date:
    """The last day on which somebody sent today to a unit without beds is expected there: so many days of opening."""
    week = weeks_of(session, unit.municipality_id, [unit.id]).get(unit.id, Week())
    return open_days(week, today, unit.arrival_days or rules.ARRIVAL_DAYS)


def opening_of(week: Week, zone: ZoneInfo, at: datetime) -> tuple[bool, datetime | None]:
    """Whether a unit is open at an instant, and when that changes (None: not soon). Where nobody said, it is."""
    now = standing(week, at.astimezone(zone))
    if now.is_open is None:
        return True, None
    ends = now.open_until if now.is_open else now.next_open
    return now.is_open, instant_of(ends, zone) if ends else None


@dataclass(frozen=True)
class NextOption:
    """A unit that has room now, by a figure that is fresh (free_noted_at: when its desk was last heard)."""

    unit_id: UUID
    name: str
    free_places: int
    free_noted_at: datetime


def next_with_room(
    session: Session, municipality_id: int, passed: Collection[UUID], people_count: int, wanted: Collection[str],
    near: tuple[float, float] | None, region_id: UUID | None, now: datetime, zone: ZoneInfo,
) -> NextOption | None:  # fmt: skip
    """The nearest unit, of those not `passed`, that takes who is sent, admits now and has room by a fresh figure.

    near: longitude and latitude of a coarse cell; without it the same region goes before the others, then who has most room.
    """
    rows = session.execute(
        select(Unit, func.ST_X(Unit.geom), func.ST_Y(Unit.geom)).where(
            Unit.municipality_id == municipality_id, Unit.is_active, Unit.takes_referrals, Unit.place_rule != "none",
            Unit.has_desk, Unit.heard_at.is_not(None), Unit.id.not_in(list(passed)),
        )
    ).all()  # fmt: skip
    city = rules.figure_limit(session.scalar(select(Municipality.settings).where(Municipality.id == municipality_id)) or {})
    can = {
        unit.id: (unit, lon, lat)
        for unit, lon, lat in rows
        if rules.can_receive(unit.kind, unit.takes_referrals, unit.is_active)
        and rules.house_takes(unit.receives, wanted)
        and not rules.is_stale(unit.heard_at, now, timedelta(minutes=unit.figure_minutes) if unit.figure_minutes else city)
    }
    weeks = weeks_of(session, municipality_id, list(can), now)
    open_now = [id_ for id_ in can if standing(weeks.get(id_, Week()), now.astimezone(zone)).admits is not False]
    room = {
        unit_id: min(free.free - free.owed, sum(rules.bed_fits(bed.receives, wanted, people_count) for bed in free.free_beds))
        for unit_id, free in free_of(session, municipality_id, open_now, now).items()
    }
    fits = [(can[unit_id], count) for unit_id, count in room.items() if count >= people_count]
    if not fits:
        return None

    def order(found: tuple[tuple[Unit, Any, Any], int]) -> tuple:
        (unit, lon, lat), count = found
        away = _away(near, lon, lat)
        return (away is None, away or 0, unit.region_id != region_id, -count, unit.name)

    (unit, _lon, _lat), count = min(fits, key=order)
    return NextOption(unit.id, unit.name, count, unit.heard_at)


def option_of(session: Session, municipality_id: int, unit_id: UUID, now: datetime) -> NextOption | None:
    """The same unit as it stands now, for who asks again what was answered."""
    unit = session.get(Unit, (municipality_id, unit_id))
    if unit is None or unit.heard_at is None:
        return None
    free = free_of(session, municipality_id, [unit_id], now).get(unit_id)
    return NextOption(unit_id, unit.name, max(0, free.free - free.owed) if free else 0, unit.heard_at)


def _away(near: tuple[float, float] | None, lon: float | None, lat: float | None) -> float | None:
    """Roughly how far, in degrees of latitude; only to put units in order."""
    if near is None or lon is None or lat is None:
        return None
    return hypot((lon - near[0]) * cos(radians(lat)), lat - near[1])
