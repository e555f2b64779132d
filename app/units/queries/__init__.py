"""Readings of units, narrowed to a city or to the actor."""

from app.units.queries.network import (
    all_units,
    duty_phones,
    for_phone,
    receiving,
    receiving_units,
    settings_of,
    unit_of,
    units_of,
    vacancies_of,
    within,
)
from app.units.queries.places import Free, free_of

__all__ = [
    "Free", "all_units", "duty_phones", "for_phone", "free_of", "receiving", "receiving_units", "settings_of", "unit_of",
    "units_of", "vacancies_of", "within",
]  # fmt: skip
