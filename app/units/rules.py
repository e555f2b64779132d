"""Pure rules of units: who may receive a referral, how old a figure may grow, whom a bed fits, which times are believed."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

from app.core.problems import Problem
from app.units.problems import (
    ArrivalBeforeSent,
    BedBlocked,
    BedOccupied,
    BedPromised,
    LeftBeforeArrival,
    TimeInFuture,
    TimeTooOld,
)
from app.units.terms import BRINGS, NEVER_BY_REFERRAL, OF_A_BED, TOGETHER, WHO

# After this the figure is shown with "confirme"; a city changes it in settings.free_figure_minutes.
FREE_FIGURE_MINUTES = 180

# For how long a promised bed waits, by kind of unit (minutes); a unit may say otherwise (Unit.hold_minutes).
HOLD_MINUTES = {"night_shelter": 90, "transit_house": 120, "shelter": 180}
HOLD_MINUTES_ELSE = 120
# Minutes without an answer before the next in line is reminded, by kind; a unit may say otherwise (Unit.answer_minutes).
ANSWER_MINUTES = {"night_shelter": 10, "transit_house": 15, "shelter": 15}
ANSWER_MINUTES_ELSE = 60
# Days on which a unit without beds is open, within which somebody sent there is expected (Unit.arrival_days).
ARRIVAL_DAYS = 5
# The longest suspension; a city changes it in settings.suspension_max_days. Written up to so many days after it began.
SUSPENSION_DAYS = 180
SUSPENSION_WRITTEN_WITHIN = 30
# A desk's clock may be ahead by so much; what is told of is at most so old (a night sheet after a long weekend without network).
CLOCK_AHEAD = timedelta(minutes=2)
OLDEST_TOLD = timedelta(days=4)
# A team that brings somebody may write the referral when it is back.
WRITTEN_AFTERWARDS = timedelta(hours=12)
# An arrival told of sooner is one that happens now.
AT_ONCE = timedelta(minutes=15)
# Days before the end of a stay's term from which the desk is reminded.
TERM_NEAR_DAYS = 3


def can_receive(kind: str, takes_referrals: bool, is_active: bool) -> bool:
    """True when a team may send somebody there by a referral."""
    return is_active and takes_referrals and kind not in NEVER_BY_REFERRAL


def figure_limit(settings: dict) -> timedelta:
    """How long a figure of free places counts as fresh in this city."""
    minutes = settings.get("free_figure_minutes")
    sane = isinstance(minutes, int) and not isinstance(minutes, bool) and 5 <= minutes <= 7 * 24 * 60
    return timedelta(minutes=minutes if sane else FREE_FIGURE_MINUTES)


def figure_limit_of(minutes: int | None, city: timedelta) -> timedelta:
    """How long one unit's figure counts as fresh: as it says itself, else as its city."""
    return timedelta(minutes=minutes) if minutes else city


def suspension_days(settings: dict) -> int:
    """The longest suspension that one decision may give in this city, in days."""
    days = settings.get("suspension_max_days")
    return days if isinstance(days, int) and not isinstance(days, bool) and 1 <= days <= 366 else SUSPENSION_DAYS


def is_stale(noted_at: datetime | None, now: datetime, limit: timedelta) -> bool:
    """True when nobody typed a figure, or the last one is past the limit."""
    return noted_at is None or now - noted_at > limit


def hold_time(kind: str, minutes: int | None) -> timedelta:
    """For how long a place is kept for somebody on the way."""
    return timedelta(minutes=minutes or HOLD_MINUTES.get(kind, HOLD_MINUTES_ELSE))


def answer_time(kind: str, minutes: int | None) -> timedelta:
    """How long a request waits for an answer before the next in line is told."""
    return timedelta(minutes=minutes or ANSWER_MINUTES.get(kind, ANSWER_MINUTES_ELSE))


def house_takes(receives: Collection[str], wanted: Collection[str]) -> bool:
    """Whether a house that receives these takes who is sent. A house that says nothing is asked, not presumed closed."""
    # Families come with their children.
    takes = set(receives) | ({"children"} if "families" in receives else set())
    return not receives or (_suits(set(receives), set(wanted)) and set(wanted) & BRINGS <= takes)


def bed_fits(receives: Collection[str], wanted: Collection[str], people_count: int = 1) -> bool:
    """Whether one bed is for who is sent; one that is for nobody in particular fits everybody. Who comes alone and needs a
    wheelchair's bed sleeps in no other; of several, one of the beds must be such (can_sleep)."""
    if people_count == 1 and "wheelchair" in wanted and "wheelchair" not in receives:
        return False
    return _suits(set(receives) & OF_A_BED, set(wanted))


def _suits(said: set[str], wanted: set[str]) -> bool:
    """A couple fits where couples are received. Else men and women who come together fit only where both do: what takes one of
    them is no place for the other."""
    said, who = said & WHO, wanted & WHO
    if not said or not who or said & who & TOGETHER:
        return True
    sexes = {"men", "women"}
    return bool(said & who) and (not said & sexes or who & sexes <= said)


def is_heard(heard_at: datetime | None, since: datetime) -> bool:
    """Whether a desk did something after an instant: what it left standing until then, it left standing knowingly."""
    return heard_at is not None and heard_at >= since


def next_night_end(night_ends_at: time | None, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The first end of a night after an instant, in UTC. None: stays of this unit have no hour."""
    if night_ends_at is None:
        return None
    local = after.astimezone(zone)
    ends = datetime.combine(local.date(), night_ends_at, zone)
    if ends <= local:
        ends = datetime.combine(local.date() + timedelta(days=1), night_ends_at, zone)
    return ends.astimezone(UTC)


def is_due(due_at: datetime | None, absent_until: datetime | None, now: datetime) -> bool:
    """Whether somebody must say of her: still here, or gone. Her bed stays hers meanwhile."""
    if absent_until is not None:
        return absent_until <= now
    return due_at is not None and due_at <= now


def term_of(arrived_on: date, max_stay_days: int | None) -> date | None:
    """The day on which a stay reaches the house's limit. It only warns: nobody is sent away by it."""
    return arrived_on + timedelta(days=max_stay_days) if max_stay_days else None


def settled_time(at: datetime, now: datetime) -> datetime:
    """A time that a desk tells of: never after now (a clock some seconds ahead is now), never days ago.

    Raises TimeInFuture or TimeTooOld: a clock a day off is seen here.
    """
    if at > now + CLOCK_AHEAD:
        raise TimeInFuture()
    if at < now - OLDEST_TOLD:
        raise TimeTooOld(extra={"days": OLDEST_TOLD.days})
    return min(at, now)


def settled_arrival(arrived_at: datetime, now: datetime, sent_at: datetime | None) -> datetime:
    """When somebody came in. Before her referral was sent too: a team that goes along writes afterwards; but not by a day.

    Raises TimeInFuture, TimeTooOld or ArrivalBeforeSent.
    """
    arrived_at = settled_time(arrived_at, now)
    if sent_at is not None and arrived_at < sent_at - WRITTEN_AFTERWARDS:
        raise ArrivalBeforeSent()
    return arrived_at


def settled_leaving(left_at: datetime, arrived_at: datetime, now: datetime) -> datetime:
    """When somebody left. Raises TimeInFuture, or LeftBeforeArrival."""
    if left_at > now + CLOCK_AHEAD:
        raise TimeInFuture()
    if left_at < arrived_at:
        raise LeftBeforeArrival()
    # Arrived by a clock some seconds ahead of the one that says now.
    return max(min(left_at, now), arrived_at)


def is_late(arrived_at: datetime, now: datetime) -> bool:
    """Whether an arrival is told of after the fact: the person sleeps there, whatever was promised meanwhile."""
    return now - arrived_at >= AT_ONCE


def refuse_taken(state: str) -> NoReturn:
    """Name why a bed can't be had, by its state."""
    raise _TAKEN[state]()


_TAKEN: dict[str, type[Problem]] = {"stay": BedOccupied, "hold": BedPromised, "block": BedBlocked}
