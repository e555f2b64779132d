"""Who a phone may hold: people met in its regions lately, and those of the visitor's own families."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CompoundSelect, and_, func, select, union
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.people.models import Household, HouseholdMember, MemberPerson, Person, PersonAbsorbed
from app.people.queries.cards import Card, cards
from app.people.queries.resolving import all_of, among, canonical


def caseload(
    session: Session,
    actor: Actor,
    region_ids: Collection[UUID],
    days: int,
    now: datetime,
    ids: Collection[UUID] | None = None,
) -> dict[UUID, Card]:
    """Cards by surviving id, of people any of whose ids was met in these regions in the last `days`; no document.

    `ids` narrows to these persons, by whichever of their ids.
    """
    m = actor.municipality_id
    narrowed = None if ids is None else all_of(session, m, ids)
    found = session.scalars(_in_reach(actor, region_ids, days, now, narrowed)).all()
    return cards(session, actor, set(canonical(session, m, found).values()), documents=False, sensitive=False)


def caseload_ids(
    session: Session,
    actor: Actor,
    region_ids: Collection[UUID],
    days: int,
    now: datetime,
    after: UUID | None,
    limit: int,
) -> list[UUID]:
    """The first surviving ids of the caseload behind one, sorted: a page of it, without reading the rest."""
    reach = _in_reach(actor, region_ids, days, now, None).subquery()
    survivor = func.coalesce(PersonAbsorbed.survivor_id, reach.c.id)
    query = (
        select(survivor)
        .select_from(reach)
        .outerjoin(
            PersonAbsorbed,
            and_(PersonAbsorbed.municipality_id == actor.municipality_id, PersonAbsorbed.id == reach.c.id),
        )
        .distinct()
        .order_by(survivor)
        .limit(limit)
    )
    return list(session.scalars(query if after is None else query.where(survivor > after)))


def _in_reach(
    actor: Actor, region_ids: Collection[UUID], days: int, now: datetime, ids: Collection[UUID] | None
) -> CompoundSelect:
    """Ids, absorbed ones too, of whom was met there or lives in one of the visitor's families."""
    m = actor.municipality_id
    met = select(Person.id).where(
        Person.municipality_id == m,
        among(Person.region_id, region_ids),
        Person.last_met_at >= now - timedelta(days=days),
        Person.ended_at.is_(None),
    )
    at_home = (
        select(MemberPerson.person_id)
        .join(
            HouseholdMember,
            and_(HouseholdMember.municipality_id == MemberPerson.municipality_id, HouseholdMember.id == MemberPerson.id),
        )
        .join(
            Household,
            and_(
                Household.municipality_id == HouseholdMember.municipality_id,
                Household.id == HouseholdMember.household_id,
            ),
        )
        .where(
            MemberPerson.municipality_id == m,
            HouseholdMember.left_at.is_(None),
            Household.visitor_id == actor.worker_id,
            Household.is_active,
        )
    )
    if ids is not None:
        met, at_home = met.where(among(Person.id, ids)), at_home.where(among(MemberPerson.person_id, ids))
    return union(met, at_home)
