"""Verbs on people. Each takes the session, never commits."""

from app.people.service.following import follow, unfollow
from app.people.service.households import change_household, open_household
from app.people.service.merging import merge, tell_apart, undo_merge
from app.people.service.options import OPEN_LISTS, add_option, end_option
from app.people.service.projecting import project
from app.people.service.registering import Meetings, NotMet, forget_met, note_met, register_people, register_person
from app.people.service.telling import insert_told, may_take_back, note_told, take_back, tell

__all__ = [
    "OPEN_LISTS", "Meetings", "NotMet", "add_option", "change_household", "end_option", "follow", "forget_met",
    "insert_told", "may_take_back", "merge", "note_met", "note_told", "open_household", "project", "register_people", "register_person",
    "take_back", "tell", "tell_apart", "undo_merge", "unfollow",
]  # fmt: skip
