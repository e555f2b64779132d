"""What an encounter must satisfy (pure). Little: nothing about a person is required."""

from typing import Any

from app.encounters.problems import PeopleDontAddUp
from app.territory.place import check_place


def check_encounter(data: dict[str, Any]) -> None:
    """Raise the Problem of an encounter that can't be accepted."""
    ids = {person["participation_id"] for person in data["people"]}
    if len(data["people"]) != data["people_count"] or len(ids) != len(data["people"]):
        raise PeopleDontAddUp(fields={"people_count": [str(PeopleDontAddUp.sentence)]})
    check_place(data["place"], data["late"])
