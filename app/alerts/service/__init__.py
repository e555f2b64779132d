"""Verbs of alerts: the watch that opens and closes them, and what people say of them."""

from app.alerts.service.saying import answer, leave_duty, set_rules, take_duty
from app.alerts.service.watching import watch_city

__all__ = ["answer", "leave_duty", "set_rules", "take_duty", "watch_city"]
