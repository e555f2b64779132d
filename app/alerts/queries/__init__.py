"""Readings of alerts: the facts that the watch judges, who is on duty, the lists of the page, the words of a push."""

from app.alerts.queries.facts import facts_of, limits_of
from app.alerts.queries.lists import Listed, alerts_of, counted, own_duty, rules_of
from app.alerts.queries.people import Reader, Recipients, on_duty, readers

__all__ = [
    "Listed", "Reader", "Recipients", "alerts_of", "counted", "facts_of", "limits_of", "on_duty", "own_duty", "readers", "rules_of",
]  # fmt: skip
