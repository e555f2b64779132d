"""Verbs on what is asked of the street teams. Never commits."""

from app.outreach_requests.service.answering import arrive, close, note_met, set_out
from app.outreach_requests.service.dispatching import dispatch, proposals, take_back
from app.outreach_requests.service.forgetting import forget
from app.outreach_requests.service.moves import lock_ahead
from app.outreach_requests.service.taking import mark_of, take_in, take_in_many, take_in_public
from app.outreach_requests.service.triage import guide, join, leave_out, read_words, triage, undo_join

__all__ = [
    "arrive", "close", "dispatch", "forget", "guide", "join", "leave_out", "lock_ahead", "mark_of", "note_met", "proposals", "read_words", "set_out",
    "take_back", "take_in", "take_in_many", "take_in_public", "triage", "undo_join",
]  # fmt: skip
