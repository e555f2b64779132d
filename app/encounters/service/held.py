"""An encounter as a verb holds it: locked, within the actor's reach, followed to what it was corrected to."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import allows
from app.core.changes import announce
from app.core.timing import Timing
from app.encounters.models import Encounter, EncounterJoin, Participation
from app.encounters.problems import Joined, NotValid, NotYours, UnknownEncounter
from app.encounters.queries import standing
from app.people.queries import canonical


def held_by(
    session: Session, actor: Actor, encounter_id: UUID, timing: Timing, verb: str, any_status: bool = False
) -> Encounter:
    """The encounter, locked against another's correction; within the reach of the verb when it was told.

    Raises UnknownEncounter, NotYours and, unless any status will do, Joined or NotValid.
    """
    encounter = locked(session, actor.municipality_id, encounter_id)
    if encounter is None:
        raise UnknownEncounter()
    if not reaches(actor.at(timing.occurred_at), verb, encounter):
        raise NotYours()
    if encounter.status == "joined" and not any_status:
        raise Joined()
    if encounter.status != "valid" and not any_status:
        raise NotValid()
    return encounter


def locked(session: Session, municipality_id: int, encounter_id: UUID) -> Encounter | None:
    return session.scalar(
        select(Encounter)
        .where(Encounter.municipality_id == municipality_id, Encounter.id == encounter_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def reaches(actor: Actor, verb: str, encounter: Encounter) -> bool:
    """The team that made it, the unit it counts for, or the region it was in."""
    if encounter.team_id is None:
        return actor.everywhere(verb)
    return allows(
        actor, verb, team_id=encounter.team_id, unit_id=encounter.reference_unit_id, region_id=encounter.region_id
    )


def as_corrected(session: Session, encounter: Encounter) -> Encounter:
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


def holds_joined(session: Session, encounter: Encounter) -> bool:
    """That another record counts here."""
    asked = select(EncounterJoin.id).where(
        EncounterJoin.municipality_id == encounter.municipality_id,
        EncounterJoin.kept_id == encounter.id,
        EncounterJoin.undone_at.is_(None),
    )
    return session.scalar(asked.limit(1)) is not None


def by_position(session: Session, encounter: Encounter) -> dict[int, Participation]:
    rows = session.scalars(
        select(Participation).where(
            Participation.municipality_id == encounter.municipality_id, Participation.encounter_id == encounter.id
        ),
        # Links are settled by a statement of their own.
        execution_options={"populate_existing": True},
    )
    return {row.position: row for row in rows}


def now_present(session: Session, encounter: Encounter, ids: Collection[UUID]) -> dict[UUID, Participation]:
    """For each participation of this record, or of one that it corrects, its row in this record.

    As `standing` follows them. Ids of other records are left out.
    """
    m = encounter.municipality_id
    line = set(corrected_by(session, encounter))
    rows = session.scalars(select(Participation).where(Participation.municipality_id == m, Participation.id.in_(ids))).all()
    return standing(session, m, [row.id for row in rows if row.encounter_id in line])


def corrected_by(session: Session, encounter: Encounter) -> list[UUID]:
    """The record with all that it corrects, oldest first."""
    line = [encounter.id]
    before = encounter.replaces_id
    while before is not None and before not in line:
        line.insert(0, before)
        before = session.scalar(
            select(Encounter.replaces_id).where(
                Encounter.municipality_id == encounter.municipality_id, Encounter.id == before
            )
        )
    return line


def announce_people(session: Session, municipality_id: int, encounter_ids: Collection[UUID]) -> None:
    """Whoever is known in these records: her last contacts are others now."""
    ids = session.scalars(
        select(Participation.person_id)
        .where(
            Participation.municipality_id == municipality_id,
            Participation.encounter_id.in_(encounter_ids),
            Participation.person_id.is_not(None),
        )
        .distinct()
    ).all()
    if ids:
        announce(session, municipality_id, "person", {*ids, *canonical(session, municipality_id, ids).values()})
