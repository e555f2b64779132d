"""Readings of requests, each narrowed: the inbox and a request's page to who triages, bodies to the team that was sent, a state
to who holds the code.
"""

from app.outreach_requests.queries.following import answers_at_points, answers_between, by_code, cleaned, last_told_in_shifts, shown, told_by_teams
from app.outreach_requests.queries.inbox import SHOWN, counted, inbox, waiting
from app.outreach_requests.queries.one import alike_to, by_source, find, page_of, taken_by
from app.outreach_requests.queries.phone import for_phone, ids_held
from app.outreach_requests.queries.reach import regions_of, within
from app.outreach_requests.queries.teams import candidates, load_of_teams

__all__ = [
    "SHOWN", "alike_to", "answers_at_points", "answers_between", "by_code", "by_source", "candidates", "cleaned", "counted", "find", "for_phone", "ids_held", "inbox",
    "last_told_in_shifts", "load_of_teams", "page_of", "regions_of", "shown", "taken_by", "told_by_teams", "waiting", "within",
]  # fmt: skip
