"""Recording, correcting, withdrawing. Recording takes many at once, because phones deliver many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.db import insert_rows
from app.core.timing import Timing
from app.encounters.models import Encounter, EncounterJoin, Offer, Participation
from app.encounters.problems import HoldsJoined, NotValid, UnknownShift
from app.encounters.queries import carried_id
from app.encounters.rules import check_encounter, with_reason
from app.encounters.service.held import announce_people, by_position, corrected_by, held_by, holds_joined, now_present
from app.encounters.service.links import carry_links, forget_meeting, met_in, note_links
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
    encounters, people, links, offers, lines = [], [], [], [], []
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
                "handed_out": {what: n for what, n in (data["handed_out"] or {}).items() if n} if data["handed_out"] is not None else None,
            }
        )
        if data["shelter"]:
            offers.append(_shelter_offer(actor, item))
        for position, person in enumerate(data["people"]):
            person_id = person["person_id"]
            people.append(
                {
                    "municipality_id": actor.municipality_id,
                    "id": person["participation_id"],
                    "encounter_id": data["encounter_id"],
                    "position": position,
                    "age_band": person["age_band"],
                    "sex": person["sex"],
                    "person_id": person_id,
                    "certainty": person["certainty"] if person_id else "sure",
                }
            )
            if person_id and not person.get("carried"):
                links.append(
                    {
                        "participation_id": person["participation_id"],
                        "person_id": person_id,
                        "certainty": person["certainty"],
                        "region_id": place["region_id"],
                        "told_at": timing.occurred_at,
                    }
                )
        lines.append(trail.line(actor, verb, timing.received_at, "encounter", data["encounter_id"]))
    insert_rows(session, Encounter.__table__, encounters)  # type: ignore[arg-type]
    insert_rows(session, Participation.__table__, people)  # type: ignore[arg-type]
    insert_rows(session, Offer.__table__, offers)  # type: ignore[arg-type]
    note_links(session, actor, links)
    trail.write(session, lines)
    announce(session, actor.municipality_id, "encounter", [row["id"] for row in encounters])


def _shelter_offer(actor: Actor, item: Told) -> dict[str, Any]:
    """The answer of the short form, kept as every offer is; its id follows from the record's."""
    told = with_reason(item.data["shelter"])
    return {
        "municipality_id": actor.municipality_id, "id": uuid5(item.data["encounter_id"], "shelter"),
        "encounter_id": item.data["encounter_id"], "participation_id": None, "kind": "overnight", "answer": told["answer"],
        "reason": told["reason"], "offered_at": item.timing.occurred_at, "worker_id": actor.worker_id,
    }  # fmt: skip


def _check_shifts(session: Session, actor: Actor, items: Sequence[Told]) -> None:
    """A record hangs on a shift of its own team only; one that isn't here is told by its constraint."""
    wanted = {item.data["shift_id"] for item in items if item.data["shift_id"]}
    teams = teams_of_shifts(session, actor.municipality_id, wanted) if wanted else {}
    if any(teams.get(item.data["shift_id"], item.data["team_id"]) != item.data["team_id"] for item in items):
        raise UnknownShift(fields={"shift_id": [str(UnknownShift.sentence)]})


def correct_encounter(session: Session, actor: Actor, item: Told) -> None:
    """A new record takes the place of another, which stays readable as `corrected`.

    Who was linked to a known person stays linked: by the participation's id when the phone sends those that it knows
    (the new record gets ids of its own, made from them). A phone that sends none is followed by the place in the list
    while the list is as long as it was. What was joined to the former is joined to the new one; of a record that a
    teammate joined to another, the correction counts there, too. Raises UnknownEncounter, NotYours, NotValid.
    """
    may_record(actor, item, "encounters.correct")
    former = held_by(session, actor, item.data["replaces_id"], item.timing, "encounters.correct", any_status=True)
    if former.status not in ("valid", "joined"):
        raise NotValid()
    was_joined = former.status == "joined"
    # A phone that doesn't know what was handed out takes nothing of it back.
    item.data["handed_out"] = former.handed_out if item.data["handed_out"] is None else item.data["handed_out"]
    if _said_already(session, former, item.data["shelter"]):
        item.data["shelter"] = None
    carried = carry_over(session, former, item.data)
    former.status = "corrected"
    session.flush()
    record_encounters(session, actor, [item], "encounters.correct")
    carry_links(session, actor, carried)
    _hand_joins(session, former, item.data["encounter_id"], was_joined)
    forget_meeting(session, former, met_in(session, former) - _surely(item.data))
    announce(session, actor.municipality_id, "encounter", [former.id])
    announce_people(session, actor.municipality_id, [former.id])


def _said_already(session: Session, former: Encounter, shelter: dict[str, Any] | None) -> bool:
    """Whether a correction says of the night's offer what the record, or one that it corrects, said last."""
    last = session.execute(
        select(Offer.answer, Offer.reason)
        .where(
            Offer.municipality_id == former.municipality_id, Offer.encounter_id.in_(corrected_by(session, former)),
            Offer.kind == "overnight", Offer.participation_id.is_(None),
        )
        .order_by(Offer.offered_at.desc(), Offer.id.desc())
    ).first()  # fmt: skip
    return shelter is not None and last is not None and tuple(last) == (shelter["answer"], with_reason(shelter)["reason"])


def _hand_joins(session: Session, former: Encounter, new: UUID, was_joined: bool) -> None:
    """What was joined to the corrected record, or it to another, is so of the correction."""
    for column in (EncounterJoin.kept_id, EncounterJoin.joined_id):
        session.execute(
            update(EncounterJoin)
            .where(
                EncounterJoin.municipality_id == former.municipality_id,
                column == former.id,
                EncounterJoin.undone_at.is_(None),
            )
            .values({column: new})
            .execution_options(synchronize_session=False)
        )
    if was_joined:
        session.execute(
            update(Encounter)
            .where(Encounter.municipality_id == former.municipality_id, Encounter.id == new)
            .values(status="joined")
        )


def _surely(data: dict[str, Any]) -> set[UUID]:
    return {person["person_id"] for person in data["people"] if person["person_id"] and person["certainty"] == "sure"}


def carry_over(session: Session, former: Encounter, data: dict[str, Any]) -> dict[UUID, UUID]:
    """Give each of the correction's people the link of whom she was in the former; {former participation: new one}."""
    present = by_position(session, former)
    if len(present) != len(data["people"]):
        present = _alone_of_their_age(present, data["people"])
    named = now_present(session, former, [person["participation_id"] for person in data["people"]])
    carried: dict[UUID, UUID] = {}
    for position, person in enumerate(data["people"]):
        was = named.get(person["participation_id"]) if named else present.get(position)
        if was is None:
            continue
        if named:
            person["participation_id"] = carried_id(data["encounter_id"], was.id)
        if person["person_id"] is None and was.person_id is not None:
            person.update(person_id=was.person_id, certainty=was.certainty, carried=True)
        if person.get("carried") or person["person_id"] is None:
            carried[was.id] = person["participation_id"]
    return carried


def _alone_of_their_age(
    present: dict[int, Participation], people: Sequence[dict[str, Any]]
) -> dict[int, Participation]:
    """Somebody came or went, and no id says who: by the place names would pass to others. Only ages that are one's."""
    was: dict[str | None, list[Participation]] = {}
    for row in present.values():
        was.setdefault(row.age_band, []).append(row)
    ages = [person["age_band"] for person in people]
    return {
        position: was[age][0]
        for position, age in enumerate(ages)
        if age and ages.count(age) == 1 and len(was.get(age, ())) == 1
    }


def withdraw_encounter(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """Registered by mistake: the record stays, counts nowhere, and says why."""
    former = held_by(session, actor, data["encounter_id"], timing, "encounters.withdraw")
    if holds_joined(session, former):
        raise HoldsJoined()
    former.status, former.withdrawn_reason = "withdrawn", data["reason"]
    session.flush()
    forget_meeting(session, former, met_in(session, former))
    trail.record(
        session, actor, "encounters.withdraw", timing.received_at, "encounter", former.id, ["status", "reason"]
    )
    announce(session, actor.municipality_id, "encounter", [former.id])
    announce_people(session, actor.municipality_id, [former.id])
