"""What verbs on people must satisfy (pure)."""

from datetime import date, timedelta
from typing import Any

from app.people.problems import ChangeIncomplete, ReasonTooShort, SeveralResponsible, UnlikelyBirth, UnlikelyDue

SHORTEST_REASON = 10


def check_reason(reason: str) -> None:
    """A reason that somebody else will read says something: at least ten letters. Raises ReasonTooShort."""
    if sum(char.isalpha() for char in reason) < SHORTEST_REASON:
        raise ReasonTooShort(fields={"reason": [str(ReasonTooShort.sentence)]})


def check_members(members: list[dict[str, Any]], today: date) -> None:
    """Dates that can be, one who answers for the family at most, nobody twice."""
    if sum(member["is_responsible"] for member in members) > 1:
        raise SeveralResponsible(fields={"members": [str(SeveralResponsible.sentence)]})
    if len({member["member_id"] for member in members}) != len(members):
        raise ChangeIncomplete(fields={"members": [str(ChangeIncomplete.sentence)]})
    for member in members:
        born, due = member["birth_on"], member["due_on"]
        # A phone's day may be tomorrow's already.
        if born and not today - timedelta(days=130 * 366) <= born <= today + timedelta(days=1):
            raise UnlikelyBirth(fields={"birth_on": [str(UnlikelyBirth.sentence)]})
        if due and abs(due - today) > timedelta(days=310):
            raise UnlikelyDue(fields={"due_on": [str(UnlikelyDue.sentence)]})


# What each kind of change can't do without.
_NEEDED: dict[str, tuple[str, ...]] = {
    "member_came": ("member",),
    "member_changed": ("member",),
    "member_left": ("member_ids",),
    "divided": ("member_ids", "other_id"),
    "joined": ("other_id",),
}


def check_household_change(data: dict[str, Any], today: date) -> None:
    """Raise ChangeIncomplete, or the Problems of the member that is told."""
    missing = [name for name in _NEEDED.get(data["kind"], ()) if not data[name]]
    if data["kind"] in ("corrected", "moved") and all(data[name] is None for name in ("called", "region_id", "address_hint")):
        missing = ["called"]
    if data["called"] == "" or data["other_id"] == data["household_id"]:
        missing.append("called" if data["called"] == "" else "other_id")
    if missing:
        raise ChangeIncomplete(fields={name: [str(ChangeIncomplete.sentence)] for name in missing})
    if data["member"]:
        check_members([data["member"]], today)
