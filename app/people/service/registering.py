"""Persons as the street knows them: a name to call by, nothing else required."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.db import cleared
from app.core.ids import new_id
from app.core.timing import Timing
from app.people.models import Person, PersonTold
from app.people.problems import PersonEnded
from app.people.queries import all_of, told_of
from app.people.service.projecting import project
from app.people.service.telling import announce_told, insert_told


def register_person(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """One person found or told of outside an encounter: person_id, called, called_kind, age_band, sex, region_id."""
    register_people(session, actor, [data], timing)


def register_people(
    session: Session, actor: Actor, people: Sequence[dict[str, Any]], timing: Timing, *, pass_over_ended: bool = False
) -> None:
    """Register persons by what they are called. One already known by its id is met again, and a name that was not the
    last told of its kind is another step of the ladder.

    Each dict: person_id, called, called_kind, age_band, sex, region_id; a person may stand in several, each with a name.
    Raises PersonEnded, unless those are to be passed over for the sake of what else is told with them.
    """
    require(actor.at(timing.occurred_at), "people.register")
    if not people:
        return
    m = actor.municipality_id
    # Each once, in one order: one statement can't touch a row twice, and two phones must not wait for each other.
    each = sorted({person["person_id"]: person for person in people}.values(), key=_by_id)
    named = sorted(people, key=_by_id)
    rows = [
        {
            "municipality_id": m,
            "id": person["person_id"],
            "called": person["called"],
            "called_kind": person["called_kind"],
            "age_band": person["age_band"],
            "sex": person["sex"],
            "region_id": person["region_id"],
            "first_met_at": timing.occurred_at,
            "last_met_at": timing.occurred_at,
        }
        for person in each
    ]
    ids = [row["id"] for row in rows]
    # Somebody restricted meanwhile is met again all the same: without the clearance the database would refuse.
    with cleared(session, "restricted"):
        added = insert(Person).values(rows)
        written = session.execute(
            added.on_conflict_do_update(
                index_elements=["municipality_id", "id"],
                set_={
                    "is_met": True,
                    "first_met_at": func.least(added.excluded.first_met_at, Person.first_met_at),
                    "last_met_at": func.greatest(added.excluded.last_met_at, Person.last_met_at),
                    # Met where no place could be told: still of the region where last seen, else no phone would know.
                    "region_id": case(
                        (
                            added.excluded.last_met_at >= Person.last_met_at,
                            func.coalesce(added.excluded.region_id, Person.region_id),
                        ),
                        else_=Person.region_id,
                    ),
                },
                # Of whom was ended nothing is kept again, by this nor by another way.
                where=Person.ended_at.is_(None),
            ).returning(Person.id, literal_column("xmax = 0").label("is_new"))
        ).all()
        here = {row.id for row in written}
        if len(here) < len(ids) and not pass_over_ended:
            raise PersonEnded()
        ids = [id_ for id_ in ids if id_ in here]
        new = {row.id for row in written if row.is_new}
        told = _first_told(session, actor, [person for person in named if person["person_id"] in here], new, timing)
        insert_told(session, told)
        project(session, m, ids)
        announce(session, m, "person", all_of(session, m, ids))
        renamed = {row["person_id"] for row in told if row["field"].startswith("name.")} - new
        if renamed:
            announce_told(session, m, renamed, ["name.*"])
    trail.write(
        session,
        [
            trail.line(actor, "people.register", timing.received_at, "person", person_id, ["called"])
            for person_id in ids
        ],
    )


def note_met(session: Session, actor: Actor, met: Sequence[tuple[UUID, UUID | None, datetime]]) -> None:
    """Known persons were met: (person, region or None, when). Where and when they were last seen follows the latest."""
    m = actor.municipality_id
    if not met:
        return
    with cleared(session, "restricted"):
        for person_id, region_id, met_at in sorted(met, key=lambda each: (str(each[0]), each[2])):
            session.execute(
                update(Person)
                .where(Person.municipality_id == m, Person.id == person_id, Person.ended_at.is_(None))
                .values(
                    is_met=True,
                    first_met_at=func.least(Person.first_met_at, met_at),
                    last_met_at=func.greatest(Person.last_met_at, met_at),
                    region_id=Person.region_id
                    if region_id is None
                    else case((Person.last_met_at <= met_at, region_id), else_=Person.region_id),
                )
            )
        announce(session, m, "person", all_of(session, m, [person_id for person_id, _region, _at in met]))


@dataclass(frozen=True)
class NotMet:
    """A meeting at which somebody was not, after all."""

    at: datetime
    region_id: UUID | None


@dataclass(frozen=True)
class Meetings:
    """When a person was first and last met by what stands, and where last; None: never, nowhere that was told."""

    person_id: UUID
    first: datetime | None
    last: datetime | None
    region_id: UUID | None


def forget_met(session: Session, municipality_id: int, wrong: NotMet, people: Sequence[Meetings]) -> None:
    """Take back what `note_met` said by a meeting that wasn't with these persons; what else is known of each stays."""
    with cleared(session, "restricted"):
        for met in sorted(people, key=lambda each: str(each.person_id)):
            person = session.scalar(
                select(Person)
                .where(Person.municipality_id == municipality_id, Person.id == met.person_id, Person.ended_at.is_(None))
                .with_for_update()
                .execution_options(populate_existing=True)
            )
            if person is None:
                continue
            if person.first_met_at == wrong.at:
                told = session.scalar(
                    select(func.min(PersonTold.told_at)).where(
                        PersonTold.municipality_id == municipality_id, PersonTold.person_id == met.person_id
                    )
                )
                person.first_met_at = min(filter(None, (met.first, told)), default=wrong.at)
            if person.last_met_at == wrong.at:
                person.last_met_at = max(filter(None, (met.last, person.first_met_at)))
            if person.region_id == wrong.region_id:
                person.region_id = met.region_id
        session.flush()
        announce(session, municipality_id, "person", all_of(session, municipality_id, [met.person_id for met in people]))


def _first_told(
    session: Session, actor: Actor, people: Sequence[dict[str, Any]], new: set[UUID], timing: Timing
) -> list[dict[str, Any]]:
    """The rows that registering tells: the name, unless it is what was told last; of a new person band and sex as seen."""
    last: dict[tuple[UUID, str], Any] = {}
    # Taken back since: a phone that tells it only now told it before.
    wrong: list[tuple[UUID, str, Any]] = []
    known = [person["person_id"] for person in people if person["person_id"] not in new]
    for row in sorted(told_of(session, actor.municipality_id, known), key=lambda row: (row.told_at, row.id)):
        last[row.person_id, row.field] = None if row.taken_back_at else row.value
        if row.taken_back_at and row.taken_back_at >= timing.occurred_at:
            wrong.append((row.person_id, row.field, row.value))
    rows: list[dict[str, Any]] = []
    for person in people:
        told = [(f"name.{person['called_kind']}", person["called"], "told")]
        if person["person_id"] in new:
            told += [("age_band", person["age_band"], "observed"), ("statistical_sex", person["sex"], "observed")]
        for field, value, source in told:
            known = (person["person_id"], field, value)
            if not value or last.get(known[:2]) == value or known in wrong:
                continue
            last[known[:2]] = value
            rows.append(
                {
                    "municipality_id": actor.municipality_id,
                    "id": new_id(),
                    "person_id": person["person_id"],
                    "field": field,
                    "value": value,
                    "source": source,
                    "certainty": "sure",
                    "told_at": timing.occurred_at,
                    "received_at": timing.received_at,
                    "worker_id": actor.worker_id,
                }
            )
    return rows


def _by_id(person: dict[str, Any]) -> str:
    return str(person["person_id"])
