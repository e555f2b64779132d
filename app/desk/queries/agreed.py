"""Agreed steps at the desk, with the names that they are about: who may see a person sees hers, the others see none."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.people import queries as people
from app.tasks import queries as tasks


def agreed_of(session: Session, actor: Actor, now: datetime, today: date) -> dict[str, list[dict[str, Any]]]:
    """What stands before this worker: {late, today, coming, closed}, each step as `named` gives it."""
    found: dict[str, list[dict[str, Any]]] = {"late": [], "today": [], "coming": [], "closed": []}
    for item in named(session, actor.municipality_id, tasks.at_desk(session, actor, now), today):
        if item["status"] != "open":
            found["closed"].append(item)
        else:
            found["late" if item["due_on"] < today else "today" if item["due_on"] == today else "coming"].append(item)
    return found


def step_of(session: Session, actor: Actor, task_id: UUID, today: date) -> dict[str, Any] | None:
    """One step within the actor's reach, with its name."""
    item = tasks.task_of(session, actor, task_id)
    return next(iter(named(session, actor.municipality_id, [item], today)), None) if item else None


def named(
    session: Session, municipality_id: int, items: list[dict[str, Any]], today: date
) -> list[dict[str, Any]]:
    """Steps with `called` (person or family), the id under which the person stands now, and `days_late`."""
    persons = people.called_of(session, municipality_id, [item["person_id"] for item in items])
    families = people.family_names(session, municipality_id, [item["household_id"] for item in items])
    for item in items:
        person = persons.get(item["person_id"])
        item["called"] = person.called if person else families.get(item["household_id"])
        item["person_id"] = person.id if person else None
        item["household_id"] = item["household_id"] if item["household_id"] in families else None
        item["days_late"] = tasks.days_late(item["due_on"], today) if item["status"] == "open" else 0
    return items
