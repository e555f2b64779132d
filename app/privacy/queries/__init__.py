"""Readings across domains of what privacy asks: who knows a person, before her record is restricted."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.encounters.models import Encounter, Participation
from app.people.models import Household, HouseholdMember, MemberPerson, PersonSharing
from app.people.queries import called_of
from app.people.queries import restricted as people

_LATELY = timedelta(days=180)


def called(session: Session, municipality_id: int, person_id: UUID) -> str:
    """What somebody whom the transaction sees is called: of a merged person her best name, no civil one beside a social one."""
    found = called_of(session, municipality_id, [person_id]).get(person_id)
    return found.called if found else ""


def around(session: Session, actor: Actor, person_id: UUID, now: datetime) -> list[dict[str, Any]]:
    """Colleagues who would lose sight of her: who met her in the last half year, who visits her family, who follows her.

    {id, name}, by name, without the actor; only who may be named.
    """
    m, ids = actor.municipality_id, people.ids_of(session, actor.municipality_id, person_id)
    met = (
        select(Encounter.worker_id)
        .join(Participation, and_(Participation.municipality_id == m, Participation.encounter_id == Encounter.id))
        .where(Encounter.municipality_id == m, Participation.person_id.in_(ids), Encounter.occurred_at >= now - _LATELY)
    )
    visits = (
        select(Household.visitor_id)
        .join(HouseholdMember, and_(HouseholdMember.municipality_id == m, HouseholdMember.household_id == Household.id))
        .join(MemberPerson, and_(MemberPerson.municipality_id == m, MemberPerson.id == HouseholdMember.id))
        .where(Household.municipality_id == m, MemberPerson.person_id.in_(ids), Household.visitor_id.is_not(None))
    )
    near = {*session.scalars(met), *session.scalars(visits)}
    near |= {reader["worker_id"] for reader in people.readers_of(session, actor, person_id, now)}
    return [one for one in people.possible_readers(session, m, now) if one["id"] in near - {actor.worker_id}]


# The register of sharings, for the verb that writes it.
sharings = PersonSharing.__table__
