"""One meeting that two phones recorded: joined by a person, never by itself; undone, both count again."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.core.changes import announce
from app.core.timing import Timing
from app.encounters.models import Encounter, EncounterJoin
from app.encounters.problems import AlreadyJoined, Itself, NotJoined, NotValid, NotYours, OtherTeam, UnknownEncounter
from app.encounters.service.held import announce_people, as_corrected, locked, reaches

# Who may say that two persons are one may say so of records of two teams.
_ACROSS = "people.merge"


def join_encounters(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """Let one record count in another. `data` is JoinIn's; either may have been corrected or joined meanwhile.

    Raises UnknownEncounter, NotYours, OtherTeam, Itself, AlreadyJoined, NotValid.
    """
    if data["kept_id"] == data["joined_id"]:
        raise Itself()
    # In one order, so that two phones that join the same two don't wait for each other.
    held = {id_: locked(session, actor.municipality_id, id_) for id_ in sorted((data["kept_id"], data["joined_id"]))}
    kept, joined = held[data["kept_id"]], held[data["joined_id"]]
    if kept is None or joined is None:
        raise UnknownEncounter()
    joined = as_corrected(session, joined)
    if joined.status == "joined":
        raise AlreadyJoined()
    kept = _where_it_counts(session, kept)
    if kept.id == joined.id:
        raise AlreadyJoined() if held[data["kept_id"]].status == "joined" else Itself()  # type: ignore[union-attr]
    if kept.status != "valid" or joined.status != "valid":
        raise NotValid()
    then = actor.at(timing.occurred_at)
    if not (reaches(then, "encounters.join", kept) and reaches(then, "encounters.join", joined)):
        raise NotYours()
    if kept.team_id != joined.team_id and not (reaches(then, _ACROSS, kept) and reaches(then, _ACROSS, joined)):
        raise OtherTeam()
    joined.status = "joined"
    session.add(
        EncounterJoin(
            municipality_id=actor.municipality_id,
            id=data["join_id"],
            kept_id=kept.id,
            joined_id=joined.id,
            joined_at=timing.occurred_at,
            worker_id=actor.worker_id,
        )
    )
    session.flush()
    _tell(session, actor, "encounters.join", timing, kept.id, joined.id)


def unjoin_encounters(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """They were two meetings: both count again, as before. `data` is UnjoinIn's. Raises NotJoined, NotYours."""
    asked = select(EncounterJoin).where(
        EncounterJoin.municipality_id == actor.municipality_id, EncounterJoin.id == data["join_id"]
    )
    join = session.scalar(asked.with_for_update().execution_options(populate_existing=True))
    joined = locked(session, actor.municipality_id, join.joined_id) if join else None
    if join is None or joined is None or join.undone_at is not None:
        raise NotJoined()
    if not reaches(actor.at(timing.occurred_at), "encounters.unjoin", joined):
        raise NotYours()
    joined.status = "valid"
    join.undone_at, join.undone_by = timing.occurred_at, actor.worker_id
    session.flush()
    _tell(session, actor, "encounters.unjoin", timing, join.kept_id, joined.id)


def _where_it_counts(session: Session, encounter: Encounter) -> Encounter:
    """The record in which this one counts now: corrected, joined, or both in turn. Locked."""
    seen: set[UUID] = set()
    while encounter.status in ("corrected", "joined") and encounter.id not in seen:
        seen.add(encounter.id)
        if encounter.status == "corrected":
            encounter = as_corrected(session, encounter)
            continue
        kept_id = session.scalar(
            select(EncounterJoin.kept_id).where(
                EncounterJoin.municipality_id == encounter.municipality_id,
                EncounterJoin.joined_id == encounter.id,
                EncounterJoin.undone_at.is_(None),
            )
        )
        found = locked(session, encounter.municipality_id, kept_id) if kept_id else None
        if found is None:
            break
        encounter = found
    return encounter


def _tell(session: Session, actor: Actor, verb: str, timing: Timing, kept_id: UUID, joined_id: UUID) -> None:
    trail.record(session, actor, verb, timing.received_at, "encounter", joined_id, ["status"])
    announce(session, actor.municipality_id, "encounter", [kept_id, joined_id])
    announce_people(session, actor.municipality_id, [kept_id, joined_id])
