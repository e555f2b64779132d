"""What of the city's settings a phone needs; when the authority must be told of a lost one (ANPD, Resolution 15/2024: three working days)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.core.city_settings import whole
from app.territory.points import stale_days_of

CASELOAD_DAYS = 30
LATE_LIMIT_HOURS = 72
FREE_FIGURE_MINUTES = 180

WORKING_DAYS = 3
_SATURDAY = 5


def due_on(known_on: date) -> date:
    """The last day for the report, counted from the day after it was known.

    Only Saturdays and Sundays are left out: a holiday makes the real term longer, never shorter.
    """
    day, left = known_on, WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


def settings_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Of the municipality's settings what phones go by."""
    return {
        "caseload_days": whole(settings, "caseload_days", CASELOAD_DAYS, 1, 366),
        "late_limit_hours": whole(settings, "late_limit_hours", LATE_LIMIT_HOURS, 1, 366 * 24),
        "ombudsman": str(settings.get("ombudsman") or "") or None,
        "free_figure_minutes": whole(settings, "free_figure_minutes", FREE_FIGURE_MINUTES, 5, 7 * 24 * 60),
        "point_stale_days": stale_days_of(settings),
    }
