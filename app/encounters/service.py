"""Verbs on encounters. Recording takes many at once, because phones deliver many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import allows, require
from app.audit import trail
from app.core.changes import announce
from app.core.db import insert_rows
from app.core.timing import Timing
from app.encounters.models import Encounter, EncounterAddition, Participation
from app.encounters.problems import NotValid, NotYours, UnknownEncounter, UnknownShift
from app.encounters.rules import check_encounter
from app.people.service import register_people
from app.shifts.queries import teams_of_shifts
from app.territory.place import settle


@dataclass(frozen=True)
class Told:
    """One encounter as a phone told it: the loaded body, its timing and the receipt it will get."""

    data: dict[str, Any]
    timing: Timing
    receipt: str
    without_entering: bool = False


def may_record(actor: Actor, told: Told, verb: str = "encounters.record") -> None:
    """Guard and rules of one encounter, without touching the database; raises its Problem."""
    require(actor.at(told.timing.occurred_at), verb, team_id=told.data["team_id"])
    check_encounter(told.data)


def record_encounters(session: Session, actor: Actor, items: Sequence[Told], verb: str = "encounters.record") -> None:
    """Insert encounters with everyone present. Call `may_record` on each before.

    All or nothing: an IntegrityError (unknown team, id taken …) names its constraint, and the caller falls back
    to one by one inside savepoints.
    """
    _check_shifts(session, actor, items)
    places = settle(session, actor.municipality_id, [item.data["place"] for item in items])
    encounters, people, lines = [], [], []
    for item, place in zip(items, places, strict=True):
        data, timing = item.data, item.timing
        encounters.append(
            place
            | {
                "municipality_id": actor.municipality_id,
                "id": data["encounter_id"],
                "worker_id": actor.worker_id,
                "device_id": actor.device_id,
                "team_id": data["team_id"],
                "shift_id": data["shift_id"],
                "reference_unit_id": data["reference_unit_id"],
                "situation": data["situation"],
                "outcome": data["outcome"],
                "origin": data["origin"],
                "people_count": data["people_count"],
                "note": data["note"] or None,
                "occurred_at": timing.occurred_at,
                "device_at": timing.device_at,
                "recorded_at": timing.corrected(data["recorded_at"]),
                "received_at": timing.received_at,
                "clock_offset_s": timing.offset_s,
                "time_uncertain": timing.uncertain,
                "recorded_late": data["late"],
                "replaces_id": data.get("replaces_id"),
                "status": "valid",
                "receipt": item.receipt,
                "without_entering": item.without_entering,
            }
        )
        people += [
            {
                "municipality_id": actor.municipality_id,
                "id": person["participation_id"],
                "encounter_id": data["encounter_id"],
                "position": position,
                "age_band": person["age_band"],
                "sex": person["sex"],
                "person_id": person.get("person_id"),
            }
            for position, person in enumerate(data["people"])
        ]
        lines.append(trail.line(actor, verb, timing.received_at, "encounter", data["encounter_id"]))
    insert_rows(session, Encounter.__table__, encounters)  # type: ignore[arg-type]
    insert_rows(session, Participation.__table__, people)  # type: ignore[arg-type]
    trail.write(session, lines)
    announce(session, actor.municipality_id, "encounter", [row["id"] for row in encounters])


def _check_shifts(session: Session, actor: Actor, items: Sequence[Told]) -> None:
    """A record hangs on a shift of its own team only; one that isn't here is told by its constraint."""
    wanted = {item.data["shift_id"] for item in items if item.data["shift_id"]}
    teams = teams_of_shifts(session, actor.municipality_id, wanted) if wanted else {}
    if any(teams.get(item.data["shift_id"], item.data["team_id"]) != item.data["team_id"] for item in items):
        raise UnknownShift(fields={"shift_id": [str(UnknownShift.sentence)]})


def correct_encounter(session: Session, actor: Actor, item: Told) -> None:
    """A new record takes the place of another, which stays readable as `corrected`.

    Who was linked to a known person stays linked when the phone sends the same participation's position.
    Raises UnknownEncounter, NotYours, NotValid.
    """
    may_record(actor, item, "encounters.correct")
    former = _locked(session, actor, item.data["replaces_id"], item.timing, "encounters.correct")
    known = {
        row.position: row.person_id
        for row in session.execute(
            select(Participation.position, Participation.person_id).where(
                Participation.municipality_id == actor.municipality_id, Participation.encounter_id == former.id
            )
        )
    }
    for position, person in enumerate(item.data["people"]):
        person["person_id"] = known.get(position)
    former.status = "corrected"
    session.flush()
    record_encounters(session, actor, [item], "encounters.correct")
    announce(session, actor.municipality_id, "encounter", [former.id])


def withdraw_encounter(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """Registered by mistake: the record stays, counts nowhere, and says why."""
    former = _locked(session, actor, data["encounter_id"], timing, "encounters.withdraw")
    former.status, former.withdrawn_reason = "withdrawn", data["reason"]
    session.flush()
    trail.record(
        session, actor, "encounters.withdraw", timing.received_at, "encounter", former.id, ["status", "reason"]
    )
    announce(session, actor.municipality_id, "encounter", [former.id])


def complete_encounter(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """Append what was told after saving: a note, needs, a result, names to call people by.

    Told of a record that was corrected meanwhile, it goes to the correction.
    """
    told_of = _locked(session, actor, data["encounter_id"], timing, "encounters.complete", any_status=True)
    encounter = _as_corrected(session, told_of)
    session.execute(
        insert(EncounterAddition.__table__),
        [
            {
                "municipality_id": actor.municipality_id,
                "id": data["addition_id"],
                "encounter_id": encounter.id,
                "worker_id": actor.worker_id,
                "added_at": timing.occurred_at,
                "note": data["note"] or None,
                "outcome": data["outcome"],
                "needs": sorted(set(data["needs"])),
            }
        ],
    )
    if data["outcome"] and encounter.outcome is None:
        session.execute(
            update(Encounter)
            .where(Encounter.municipality_id == actor.municipality_id, Encounter.id == encounter.id)
            .values(outcome=data["outcome"])
        )
    _name_people(session, actor, told_of, encounter, data["names"], timing)
    fields = [name for name in ("note", "outcome", "needs", "names") if data[name]]
    trail.record(session, actor, "encounters.complete", timing.received_at, "encounter", encounter.id, fields)
    announce(session, actor.municipality_id, "encounter", [encounter.id])


def _name_people(
    session: Session, actor: Actor, told_of: Encounter, encounter: Encounter, names: list[dict], timing: Timing
) -> None:
    present = {row.id: row for row in _present(session, told_of)}
    named = [name for name in names if name["called"]]
    if any(name["participation_id"] not in present for name in named):
        raise UnknownEncounter(fields={"names": [str(UnknownEncounter.sentence)]})
    if encounter is not told_of:
        # The same place in the list is the same person, as in a correction; who is no longer in it keeps the old row.
        now_present = {row.position: row for row in _present(session, encounter)}
        present = {old: now_present.get(row.position, row) for old, row in present.items()}
    register_people(
        session,
        actor,
        [
            {
                "person_id": name["person_id"],
                "called": name["called"],
                "called_kind": name["called_kind"],
                "age_band": present[name["participation_id"]].age_band,
                "sex": present[name["participation_id"]].sex,
                "region_id": encounter.region_id,
            }
            for name in named
        ],
        timing,
    )
    for name in named:
        session.execute(
            update(Participation)
            .where(
                Participation.municipality_id == actor.municipality_id,
                Participation.id == present[name["participation_id"]].id,
            )
            .values(person_id=name["person_id"])
        )


def _present(session: Session, encounter: Encounter) -> Sequence[Participation]:
    return session.scalars(
        select(Participation).where(
            Participation.municipality_id == encounter.municipality_id, Participation.encounter_id == encounter.id
        )
    ).all()


def _as_corrected(session: Session, encounter: Encounter) -> Encounter:
    """The record itself, or the last correction of it, locked."""
    while encounter.status == "corrected":
        newer = session.scalar(
            select(Encounter)
            .where(Encounter.municipality_id == encounter.municipality_id, Encounter.replaces_id == encounter.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if newer is None:
            break
        encounter = newer
    return encounter


def _locked(
    session: Session, actor: Actor, encounter_id: UUID, timing: Timing, verb: str, any_status: bool = False
) -> Encounter:
    """The encounter, locked against another's correction; own team's only."""
    encounter = session.scalar(
        select(Encounter)
        .where(Encounter.municipality_id == actor.municipality_id, Encounter.id == encounter_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if encounter is None:
        raise UnknownEncounter()
    if not allows(actor.at(timing.occurred_at), verb, team_id=encounter.team_id):
        raise NotYours()
    if encounter.status != "valid" and not any_status:
        raise NotValid()
    return encounter
