"""Pure rules of units: who may receive a referral, and how old a figure of free places may grow."""

from datetime import datetime, timedelta

from app.units.terms import NEVER_BY_REFERRAL

# After this the figure is shown with "confirme"; a city changes it in settings.free_figure_minutes.
FREE_FIGURE_MINUTES = 180


def can_receive(kind: str, takes_referrals: bool, is_active: bool) -> bool:
    """True when a team may send somebody there by a referral."""
    return is_active and takes_referrals and kind not in NEVER_BY_REFERRAL


def figure_limit(settings: dict) -> timedelta:
    """How long a figure of free places counts as fresh in this city."""
    minutes = settings.get("free_figure_minutes")
    sane = isinstance(minutes, int) and not isinstance(minutes, bool) and 5 <= minutes <= 7 * 24 * 60
    return timedelta(minutes=minutes if sane else FREE_FIGURE_MINUTES)


def is_stale(noted_at: datetime | None, now: datetime, limit: timedelta) -> bool:
    """True when nobody typed a figure, or the last one is past the limit."""
    return noted_at is None or now - noted_at > limit
