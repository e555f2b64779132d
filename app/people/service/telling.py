"""Telling and taking back. Nothing known is ever overwritten; a row that was wrong stays and says why."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.db import cleared, insert_rows
from app.core.timing import Timing
from app.people import ficha
from app.people.models import Person, PersonTold
from app.people.problems import (
    BadValue,
    NotYoursToTakeBack,
    PersonEnded,
    ToldTaken,
    UnknownField,
    UnknownPerson,
    UnknownTold,
)
from app.people.queries import all_of, ever_one_with, local_options
from app.people.queries.colleagues import colleagues_among
from app.people.service.projecting import project
from app.people.service.restriction import announce_around
from app.people.sound import plain, sounds

_TABLE = PersonTold.__table__


def tell(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """Keep what was told of a person: names, documents, fields of the ficha; told again under the same id, once.

    Taken in under the id of somebody restricted or merged, too: it stays under that id and reveals nothing. Raises
    UnknownPerson, PersonEnded, UnknownField, BadValue, ToldTaken.
    """
    require(actor.at(timing.occurred_at), "people.tell")
    m, person_id = actor.municipality_id, data["person_id"]
    with cleared(session, "restricted"):
        _locked(session, m, person_id)
        rows = _rows(session, actor, data, timing)
        added = insert_told(session, rows)
        _check_repeated(session, m, [row for row in rows if row["id"] not in added])
        project(session, m, [person_id])
        announce_told(session, m, [person_id], {row["field"] for row in rows})
    fields = sorted({row["field"] for row in rows})
    trail.record(session, actor, "people.tell", timing.received_at, "person", person_id, fields)


def take_back(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """What was told wrongly no longer counts; it stays with who took it back and why.

    By its author, her team, or whoever holds the verb for a unit or the city. Raises UnknownPerson, UnknownTold,
    NotYoursToTakeBack.
    """
    then = actor.at(timing.occurred_at)
    require(then, "people.take_back")
    m, person_id = actor.municipality_id, data["person_id"]
    with cleared(session, "restricted"):
        told = session.execute(
            select(PersonTold.person_id, PersonTold.worker_id, PersonTold.field, PersonTold.taken_back_at).where(
                PersonTold.municipality_id == m, PersonTold.id == data["told_id"]
            )
        ).first()
        # Her own words she knows by their number; others', read on one card, are those though the merge was undone.
        mine = told is not None and told.worker_id == actor.worker_id
        if told is None or (not mine and told.person_id not in ever_one_with(session, m, person_id)):
            raise UnknownTold()
        _locked(session, m, told.person_id)
        if told.worker_id not in may_take_back(session, then, {told.worker_id}):
            raise NotYoursToTakeBack()
        if told.taken_back_at is None:
            text = data.get("reason_text")
            session.execute(
                update(PersonTold)
                .where(PersonTold.municipality_id == m, PersonTold.id == data["told_id"], PersonTold.taken_back_at.is_(None))
                .values(
                    taken_back_at=timing.occurred_at,
                    taken_back_by=actor.worker_id,
                    taken_back_reason=f"{data['reason']}: {text}" if text else data["reason"],
                )
            )
            project(session, m, [told.person_id])
            announce_told(session, m, [told.person_id], {told.field})
    trail.record(session, actor, "people.take_back", timing.received_at, "person", told.person_id, [told.field])


def announce_told(session: Session, municipality_id: int, ids: Collection[UUID], fields: Collection[str]) -> None:
    """Tell the phones that something was told of these persons. A name stands on steps and encounters too."""
    every = all_of(session, municipality_id, ids)
    if any(field.startswith("name.") for field in fields):
        announce_around(session, municipality_id, every)
    else:
        announce(session, municipality_id, "person", every)


def insert_told(session: Session, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Insert rows of what is told, names keyed for search; gives the ids that are new. Needs the clearance.

    Each row: municipality_id, id, person_id, field, value, source, certainty, told_at, received_at, worker_id and, of
    an import, import_id.
    """
    if not rows:
        return set()
    keyed = [
        {"import_id": None}
        | row
        | (
            {"plain": plain(row["value"]), "sounds": sounds(row["value"])}
            if row["field"].startswith("name.")
            else {"plain": None, "sounds": None}
        )
        for row in rows
    ]
    added = insert_rows(session, _TABLE, keyed, "ON CONFLICT (municipality_id, id) DO NOTHING RETURNING id")  # type: ignore[arg-type]
    return set(added.scalars())


def _rows(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> list[dict[str, Any]]:
    local = local_options(session, actor.municipality_id)
    rows, wrong = [], {}
    for at, told in enumerate(data["told"]):
        try:
            value = ficha.check_value(told["field"], told["value"], local, timing.occurred_at.date())
            ficha.check_source(told["field"], told["source"])
        except UnknownField as problem:
            raise UnknownField(fields={f"told.{at}.field": problem.fields["field"]}) from problem
        except BadValue as problem:
            wrong[f"told.{at}.value"] = next(iter(problem.fields.values()))
            continue
        rows.append(
            {
                "municipality_id": actor.municipality_id,
                "id": told["told_id"],
                "person_id": data["person_id"],
                "field": told["field"],
                "value": value,
                "source": told["source"],
                "certainty": told["certainty"],
                "told_at": timing.occurred_at,
                "received_at": timing.received_at,
                "worker_id": actor.worker_id,
            }
        )
    if wrong:
        raise BadValue(fields=wrong)
    return rows


def _check_repeated(session: Session, m: int, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    known = {
        row.id: row
        for row in session.execute(
            select(PersonTold.id, PersonTold.person_id, PersonTold.field, PersonTold.value).where(
                PersonTold.municipality_id == m, PersonTold.id.in_([row["id"] for row in rows])
            )
        )
    }
    for row in rows:
        there = known.get(row["id"])
        if there is None or (there.person_id, there.field, there.value) != (row["person_id"], row["field"], row["value"]):
            raise ToldTaken()


def _locked(session: Session, m: int, person_id: UUID) -> None:
    """Two phones that tell of one person at once project one after the other."""
    found = session.execute(
        select(Person.ended_at).where(Person.municipality_id == m, Person.id == person_id).with_for_update()
    ).first()
    if found is None:
        raise UnknownPerson()
    if found.ended_at is not None:
        raise PersonEnded()


def may_take_back(session: Session, actor: Actor, authors: Collection[UUID | None]) -> set[UUID | None]:
    """Those of these authors (None: an import, an old release) whose words this actor may take back."""
    verb = "people.take_back"
    if actor.everywhere(verb) or actor.unit_ids(verb):
        return set(authors)
    known = {author for author in authors if author is not None}
    return {author for author in known if author == actor.worker_id} | colleagues_among(session, actor, known, verb)


def note_told(session: Session, municipality_id: int, ids: Collection[UUID]) -> None:
    """Recompute and announce persons of whom something was written past `tell` (an import, its undoing)."""
    with cleared(session, "restricted"):
        project(session, municipality_id, ids)
        announce(session, municipality_id, "person", all_of(session, municipality_id, ids))
