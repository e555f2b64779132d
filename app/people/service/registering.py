"""Persons as the street knows them: a name to call by, nothing else required."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.db import cleared
from app.people.models import Person
from app.core.timing import Timing


def register_people(session: Session, actor: Actor, people: Sequence[dict[str, Any]], timing: Timing) -> None:
    """Register persons by what they are called; one already known by its id is met again, not renamed.

    Each dict: person_id, called, called_kind, age_band, sex, region_id.
    """
    require(actor.at(timing.occurred_at), "people.register")
    if not people:
        return
    rows = [
        {
            "municipality_id": actor.municipality_id,
            "id": person["person_id"],
            "called": person["called"],
            "called_kind": person["called_kind"],
            "age_band": person["age_band"],
            "sex": person["sex"],
            "region_id": person["region_id"],
            "first_met_at": timing.occurred_at,
            "last_met_at": timing.occurred_at,
        }
        # Each once, in one order: one statement can't touch a row twice, and two phones must not wait for each other.
        for person in sorted({person["person_id"]: person for person in people}.values(), key=_by_id)
    ]
    added = insert(Person).values(rows)
    # One who was restricted meanwhile is met again all the same; nothing of her is told back.
    with cleared(session, "restricted"):
        session.execute(
            added.on_conflict_do_update(
                index_elements=["municipality_id", "id"],
                set_={
                    "last_met_at": added.excluded.last_met_at,
                    # Met where no place could be told: still of the region where last seen, else no phone would know.
                    "region_id": func.coalesce(added.excluded.region_id, Person.region_id),
                },
                where=Person.last_met_at < added.excluded.last_met_at,
            )
        )
    ids = [row["id"] for row in rows]
    announce(session, actor.municipality_id, "person", ids)
    trail.write(
        session,
        [
            trail.line(actor, "people.register", timing.received_at, "person", person_id, ["called"])
            for person_id in ids
        ],
    )


def _by_id(person: dict[str, Any]) -> str:
    return str(person["person_id"])
