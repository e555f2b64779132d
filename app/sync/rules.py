"""When the authority must be told of a lost phone (ANPD, Resolution 15/2024: three working days)."""

from datetime import date, timedelta

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
