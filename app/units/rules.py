"""Pure rules of units: who may receive a referral, and how old a figure of free places may grow."""

from collections.abc import Collection
from datetime import datetime, timedelta

from app.units.terms import BRINGS, NEVER_BY_REFERRAL, OF_A_BED, WHO

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
    if not receives:
        return True
    who, brings = set(wanted) & WHO, set(wanted) & BRINGS
    said = set(receives)
    return (not who or not said & WHO or bool(said & who)) and brings <= said


def bed_fits(receives: Collection[str], wanted: Collection[str]) -> bool:
    """Whether one bed is for who is sent: one that is for nobody in particular fits everybody but who needs a wheelchair's."""
    said, who = set(receives) & OF_A_BED, set(wanted) & WHO
    if "wheelchair" in wanted and "wheelchair" not in said:
        return False
    return not said & WHO or not who or bool(said & who)


def is_heard(heard_at: datetime | None, since: datetime) -> bool:
    """Whether a desk did something after an instant: what it left standing until then, it left standing knowingly."""
    return heard_at is not None and heard_at >= since
