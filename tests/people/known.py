"""Persons known by what was told of them, committed straight into a city's tables."""

from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from app.core import clock
from app.core.db import bind, insert_rows
from app.core.ids import new_id
from app.people.models import Person, PersonTold
from app.people.sound import plain, sounds


@contextmanager
def acting(city, persona: str):
    """A committed transaction of a persona: (session, actor)."""
    with city.transaction() as session:
        actor = city.actor_in(session, persona)
        bind(session, city.ibge, actor.worker_id)
        yield session, actor


def make_person(city, *names: str, kind: str = "nickname", at: datetime | None = None, **more) -> UUID:
    """A person called by the first of `names`; `more`: columns of people. Gives her id."""
    return make_people(city, [{"names": [(kind, name) for name in names], **more}], at)[0]


def make_people(city, people: list[dict], at: datetime | None = None) -> list[UUID]:
    """Many persons: [{names: [(kind, name)], documents: {kind: number}, and columns of people}]."""
    at = at or clock.now() - timedelta(days=1)
    rows, told = [], []
    for each in people:
        person_id = each.get("id") or new_id()
        names = each.get("names") or [("alias", "Sem nome")]
        rows.append(
            {
                "municipality_id": city.ibge, "id": person_id, "called": names[0][1], "called_kind": names[0][0],
                "age_band": each.get("age_band"), "sex": each.get("sex"), "region_id": each.get("region_id"),
                "first_met_at": at, "last_met_at": each.get("last_met_at", at),
            }
        )  # fmt: skip
        told += [_row(city, person_id, f"name.{kind}", name, at) for kind, name in names]
        told += [_row(city, person_id, f"document.{kind}", {"number": number}, at) for kind, number in each.get("documents", {}).items()]
        if each.get("age"):
            told.append(_row(city, person_id, "age", each["age"], at))
    with city.transaction() as session:
        insert_rows(session, Person.__table__, rows)
        insert_rows(session, PersonTold.__table__, told)
    return [row["id"] for row in rows]


def tell_name(city, person_id: UUID, name: str, kind: str = "nickname", at: datetime | None = None) -> UUID:
    """One more name told of a person, whoever she was found to be. Gives the id of what was told."""
    row = _row(city, person_id, f"name.{kind}", name, at or clock.now())
    with city.transaction() as session:
        insert_rows(session, PersonTold.__table__, [row])
    return row["id"]


def _row(city, person_id: UUID, field: str, value, at: datetime) -> dict:
    named = field.startswith("name.")
    return {
        "municipality_id": city.ibge, "id": new_id(), "person_id": person_id, "field": field, "value": value,
        "source": "told", "certainty": "sure", "told_at": at, "received_at": at, "worker_id": city.ids["rua"],
        "plain": plain(value) if named else None, "sounds": sounds(value) if named else None,
    }  # fmt: skip


def ends_of(city, *ids: UUID) -> dict[UUID, UUID]:
    """Who these count as, read past row level security from the index itself."""
    rows = city.rows("SELECT id, survivor_id FROM people_absorbed WHERE municipality_id = :m")
    ends = {row["id"]: row["survivor_id"] for row in rows}
    return {id_: ends.get(id_, id_) for id_ in ids}
