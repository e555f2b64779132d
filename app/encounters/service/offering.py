"""What was offered and the answer. No vacancy is a failure of supply, never a refusal of the person (domain 2.3)."""

from typing import Any

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.core.changes import announce
from app.core.db import insert_rows
from app.core.timing import Timing
from app.encounters.models import Offer
from app.encounters.problems import UnknownParticipation
from app.encounters.rules import check_offer
from app.encounters.service.held import announce_people, as_corrected, held_by, now_present


def record_offers(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """Keep offers made in an encounter, to one of those present or to all. `data` is OfferIn's.

    Raises UnknownEncounter, NotYours, UnknownParticipation, ReasonMissing, ReasonMisplaced and (by constraint) OfferTaken.
    """
    told_of = held_by(session, actor, data["encounter_id"], timing, "encounters.offer", any_status=True)
    encounter = as_corrected(session, told_of)
    for offer in data["offers"]:
        check_offer(offer)
    asked = {offer["participation_id"] for offer in data["offers"]} - {None}
    present = now_present(session, encounter, asked) if asked else {}
    if asked - present.keys():
        raise UnknownParticipation(fields={"offers": [str(UnknownParticipation.sentence)]})
    rows = [
        {
            "municipality_id": actor.municipality_id,
            "id": offer["offer_id"],
            "encounter_id": encounter.id,
            "participation_id": present[offer["participation_id"]].id if offer["participation_id"] else None,
            "kind": offer["kind"],
            "answer": offer["answer"],
            "reason": offer["reason"],
            "offered_at": timing.occurred_at,
            "worker_id": actor.worker_id,
        }
        for offer in data["offers"]
    ]
    insert_rows(session, Offer.__table__, rows)  # type: ignore[arg-type]
    trail.record(session, actor, "encounters.offer", timing.received_at, "encounter", encounter.id, ["offers"])
    announce(session, actor.municipality_id, "encounter", [encounter.id])
    announce_people(session, actor.municipality_id, [encounter.id])
