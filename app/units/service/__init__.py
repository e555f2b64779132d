"""Verbs on units. Each takes the session, never commits."""

from app.units.service.network import (
    add_duty_phone,
    create_unit,
    edit_unit,
    first_unit,
    note_vacancies,
    remove_duty_phone,
    set_unit_open,
)
from app.units.service.places import Asked, Held, hear, hold_places, keep_holds_until, release_places

__all__ = [
    "Asked", "Held", "add_duty_phone", "create_unit", "edit_unit", "first_unit", "hear", "hold_places", "keep_holds_until",
    "note_vacancies", "release_places", "remove_duty_phone", "set_unit_open",
]  # fmt: skip
