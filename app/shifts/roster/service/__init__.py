"""Verbs on the roster. Never commits."""

from app.shifts.roster.service.absences import record_absence, take_back_absence
from app.shifts.roster.service.changing import cancel_shift, change_shift, plan_by_hand
from app.shifts.roster.service.people import exchange, put_in, replace, take_out
from app.shifts.roster.service.planning import Laid, plan_period, publish, publish_one
from app.shifts.roster.service.standing import add_pattern, add_vehicle, edit_vehicle, end_pattern

__all__ = [
    "Laid", "add_pattern", "add_vehicle", "cancel_shift", "change_shift", "edit_vehicle", "end_pattern", "exchange",
    "plan_by_hand", "plan_period", "publish", "publish_one", "put_in", "record_absence", "replace", "take_back_absence", "take_out",
]  # fmt: skip
