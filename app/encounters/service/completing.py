"""What is told of an encounter after saving: appended, never edited in place."""

from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.core.changes import announce
from app.core.timing import Timing
from app.encounters.models import Encounter, EncounterAddition
from app.encounters.problems import UnknownEncounter
from app.encounters.service.held import as_corrected, held_by, now_present
from app.encounters.service.links import write_links
from app.people.service import register_people


def complete_encounter(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """Append what was told after saving: a note, needs, a result, names to call people by.

    Told of a record that was corrected meanwhile, it goes to the correction.
    """
    told_of = held_by(session, actor, data["encounter_id"], timing, "encounters.complete", any_status=True)
    encounter = as_corrected(session, told_of)
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
    _name_people(session, actor, encounter, data["names"], timing)
    fields = [name for name in ("note", "outcome", "needs", "names") if data[name]]
    trail.record(session, actor, "encounters.complete", timing.received_at, "encounter", encounter.id, fields)
    announce(session, actor.municipality_id, "encounter", [encounter.id])


def _name_people(session: Session, actor: Actor, encounter: Encounter, names: list[dict], timing: Timing) -> None:
    named = [name for name in names if name["called"]]
    present = now_present(session, encounter, [name["participation_id"] for name in named])
    # Who is no longer in the record is known by her name all the same; only where nobody is left is there nothing to do.
    if named and not any(name["participation_id"] in present for name in named):
        raise UnknownEncounter(fields={"names": [str(UnknownEncounter.sentence)]})
    register_people(
        session,
        actor,
        [
            {
                "person_id": name["person_id"],
                "called": name["called"],
                "called_kind": name["called_kind"],
                "age_band": getattr(present.get(name["participation_id"]), "age_band", None),
                "sex": getattr(present.get(name["participation_id"]), "sex", None),
                "region_id": encounter.region_id,
            }
            for name in named
        ],
        timing,
        # Somebody who was taken out meanwhile takes no note of the others, nor of herself, with her.
        pass_over_ended=True,
    )
    write_links(
        session,
        actor,
        [
            {
                "participation_id": present[name["participation_id"]].id,
                "person_id": name["person_id"],
                "certainty": "sure",
                "region_id": encounter.region_id,
                "told_at": timing.occurred_at,
            }
            for name in named
            if name["participation_id"] in present
        ],
        encounter,
    )
