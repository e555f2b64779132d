"""Verbs on units. Each takes the session, never commits."""

from app.units.service.capacity import (
    add_bed,
    add_extra,
    add_room,
    edit_bed,
    remove_bed,
    set_capacity,
    set_place_rule,
)
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
from app.units.service.suspending import lift, note_appeal, suspend
from app.units.service.working import (
    add_contact,
    add_exception,
    add_holiday,
    first_contact,
    remove_contact,
    remove_exception,
    remove_holiday,
    set_conditions,
    set_hours,
    set_terms,
    spans_of,
)

__all__ = [
    "Asked", "Held", "add_bed", "add_contact", "add_duty_phone", "add_exception", "add_extra", "add_holiday", "add_room",
    "create_unit", "edit_bed", "edit_unit", "first_contact", "first_unit", "hear", "hold_places", "keep_holds_until", "lift",
    "note_appeal", "note_vacancies", "release_places", "remove_bed", "remove_contact", "remove_duty_phone", "remove_exception",
    "remove_holiday", "set_capacity", "set_conditions", "set_hours", "set_place_rule", "set_terms", "set_unit_open", "spans_of",
    "suspend",
]  # fmt: skip
