"""Who a phone may hold: people met in its regions lately, whom this worker or her team met or told of wherever it was,
and those of the visitor's own families."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, and_, false, func, select, union
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.people.models import Household, HouseholdMember, MemberPerson, Person, PersonAbsorbed, PersonTold
from app.people.queries.cards import Card, cards
from app.people.queries.resolving import all_of, among, canonical


def caseload(
    session: Session,
    actor: Actor,
    region_ids: Collection[UUID],
    days: int,
    now: datetime,
    ids: Collection[UUID] | None = None,
    met: Select | None = None,
) -> dict[UUID, Card]:
    """Cards by surviving id, of people any of whose ids was met in these regions in the last `days`; no document.

    `met`: ids of whom this worker or her team met, wherever it was (encounters know). `ids` narrows to these persons,
    by whichever of their ids.
    """
    m = actor.municipality_id
    narrowed = None if ids is None else all_of(session, m, ids)
    found = session.scalars(_in_reach(actor, region_ids, days, now, met, narrowed)).all()
    return cards(session, actor, set(canonical(session, m, found).values()), documents=False, sensitive=False)


def caseload_ids(
    session: Session,
    actor: Actor,
    region_ids: Collection[UUID],
    days: int,
    now: datetime,
    after: UUID | None,
    limit: int,
    met: Select | None = None,
) -> list[UUID]:
    """The first surviving ids of the caseload behind one, sorted: a page of it, without reading the rest."""
    reach = _in_reach(actor, region_ids, days, now, met, None).subquery()
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
    actor: Actor, region_ids: Collection[UUID], days: int, now: datetime, met: Select | None, ids: Collection[UUID] | None
) -> CompoundSelect:
    """Ids, absorbed ones too, of whom was met there, by them or told of by her, or lives in a family of the visitor."""
    m = actor.municipality_id
    since = now - timedelta(days=days)
    lately = (Person.municipality_id == m, Person.last_met_at >= since, Person.ended_at.is_(None))
    there = select(Person.id).where(*lately, Person.is_met, among(Person.region_id, region_ids))
    # GPS denied and no place named: without a region she would be on no phone, and be made a second time.
    by_them = select(Person.id).where(*lately, Person.id.in_(met) if met is not None else false())
    told_of = (
        select(Person.id)
        .join(PersonTold, and_(PersonTold.municipality_id == Person.municipality_id, PersonTold.person_id == Person.id))
        .where(
            *lately,
            PersonTold.worker_id == actor.worker_id,
            PersonTold.told_at >= since,
            PersonTold.import_id.is_(None),
        )
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
        there, by_them, told_of = (each.where(among(Person.id, ids)) for each in (there, by_them, told_of))
        at_home = at_home.where(among(MemberPerson.person_id, ids))
    return union(there, by_them, told_of, at_home)
