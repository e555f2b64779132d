"""What an encounter must satisfy (pure). Little: nothing about a person is required."""

from typing import Any

from app.encounters.problems import PeopleDontAddUp, ReasonMisplaced, ReasonMissing
from app.encounters.terms import REFUSAL_REASONS, UNAVAILABLE_REASONS
from app.territory.place import check_place


def check_encounter(data: dict[str, Any]) -> None:
    """Raise the Problem of an encounter that can't be accepted."""
    ids = {person["participation_id"] for person in data["people"]}
    if len(data["people"]) != data["people_count"] or len(ids) != len(data["people"]):
        raise PeopleDontAddUp(fields={"people_count": [str(PeopleDontAddUp.sentence)]})
    check_place(data["place"], data["late"])
    if data["shelter"]:
        check_offer(with_reason(data["shelter"]))


def with_reason(shelter: dict[str, Any]) -> dict[str, Any]:
    """The short form asks no reason of who said no: it wasn't said."""
    return shelter | {"reason": "not_said"} if shelter["answer"] == "refused" and shelter["reason"] is None else shelter


def check_offer(offer: dict[str, Any]) -> None:
    """A refusal says why ("não quis dizer" will do); what was not to be had is never a refusal of the person."""
    reasons = {"refused": REFUSAL_REASONS, "unavailable": UNAVAILABLE_REASONS}.get(offer["answer"])
    if offer["reason"] is None:
        if offer["answer"] == "refused":
            raise ReasonMissing(fields={"reason": [str(ReasonMissing.sentence)]})
        return
    if reasons is None or offer["reason"] not in reasons:
        raise ReasonMisplaced(fields={"reason": [str(ReasonMisplaced.sentence)]})
