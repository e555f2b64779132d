"""Readings of units, narrowed to a city or to the actor."""

from app.units.queries.clocks import NextOption, answer_limit, hold_end, last_day_expected, next_with_room, opening_of, option_of, takes
from app.units.queries.network import (
    all_units,
    point_of,
    receiving,
    settings_of,
    unit_of,
    units_of,
    within,
)
from app.units.queries.phone import for_phone, receiving_units, vacancies_of
from app.units.queries.suspensions import (
    Suspended,
    closed_to,
    longest_suspension,
    suspended,
    suspension_of,
    suspensions_at,
    suspensions_of,
    told_to_her,
)
from app.units.queries.working import (
    contacts_of,
    counted_groups,
    exceptions_of,
    holidays_between,
    holidays_of,
    hours_told,
    rooms_of,
    services_of,
    weeks_of,
    workers_at,
)
from app.units.queries.places import BedState, Free, beds_of, free_of
from app.units.queries.stays import (
    Clashes,
    House,
    HouseBed,
    Sleeper,
    clashes_of,
    house_of,
    nights_and_days_of,
    shown_stays,
    sleeping_at,
    standing_at_doors,
)

__all__ = [
    "BedState", "Clashes", "Free", "House", "HouseBed", "NextOption", "Sleeper", "Suspended", "all_units",
    "answer_limit", "beds_of", "clashes_of", "closed_to", "contacts_of", "counted_groups", 
    "exceptions_of", "for_phone", "free_of", "hold_end", "holidays_between", "holidays_of", "hours_told", "house_of", "last_day_expected",
    "longest_suspension", "next_with_room", "nights_and_days_of", "option_of", "point_of", "receiving",
    "receiving_units", "rooms_of", "services_of", "settings_of", "shown_stays", "sleeping_at", "standing_at_doors", "suspended",
    "suspension_of", "suspensions_at", "suspensions_of", "takes", "told_to_her", "unit_of", "units_of", "vacancies_of",
    "weeks_of", "within", "workers_at",
]  # fmt: skip
