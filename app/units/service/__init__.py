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
from app.units.service.arrivals import Guest, check_in, take_back_check_in
from app.units.service.counting import (
    note_turned_away,
    note_visit,
    set_visit_services,
    take_back_turned_away,
    take_back_visit,
)
from app.units.service.lending import MOST_PLACES, Lender, Loan, give_back, lend
from app.units.service.network import (
    create_unit,
    edit_unit,
    first_unit,
    name_ombudsman,
    note_vacancies,
    set_unit_open,
)
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
from app.units.service.places import (
    Asked,
    Held,
    hear,
    hold_places,
    keep_holds_until,
    lock_units,
    locked_unit,
    release_places,
)
from app.units.service.stays import (
    block_bed,
    check_out,
    come_back,
    end_night,
    keep_place,
    move_guest,
    renew,
    roll_call,
    unblock_bed,
    undo_check_out,
)

__all__ = [
    "MOST_PLACES", "Asked", "Guest", "Held", "Lender", "Loan", "add_bed", "add_contact", "add_exception", "add_extra", "add_holiday",
    "add_room", "block_bed", "check_in", "check_out", "come_back", "create_unit", "edit_bed", "edit_unit",
    "end_night", "first_contact", "first_unit", "give_back", "hear", "hold_places", "keep_holds_until", "keep_place", "lend", "lift",
    "lock_units", "locked_unit", "move_guest", "name_ombudsman",
    "note_appeal", "note_turned_away", "note_vacancies", "note_visit",
    "release_places", "remove_bed", "remove_contact", "remove_exception", "remove_holiday",
    "renew", "roll_call", "set_capacity", "set_conditions", "set_hours", "set_place_rule", "set_terms",
    "set_unit_open", "set_visit_services", "spans_of", "suspend", "take_back_check_in", "take_back_turned_away",
    "take_back_visit", "unblock_bed", "undo_check_out",
]  # fmt: skip
