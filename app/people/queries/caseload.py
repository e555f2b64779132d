"""Who a phone may hold: people met in its regions lately, whom this worker or her team met or told of wherever it was,
and those of the visitor's own families."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, and_, false, func, select, text, true, union
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.core.db import cleared
from app.people.models import Household, HouseholdMember, MemberPerson, Person, PersonAbsorbed, PersonTold
from app.people.queries.cards import Card, cards
from app.people.queries.resolving import all_of, among, canonical

# Tied by every merge, an undone one too: a phone held her under the id that she had then.
_OF_HER_OWN = text(
    "WITH RECURSIVE tied (asked, id) AS (SELECT i, i FROM unnest(CAST(:ids AS uuid[])) AS i UNION"
    " SELECT tied.asked, CASE WHEN g.survivor_id = tied.id THEN g.absorbed_id ELSE g.survivor_id END"
    " FROM tied JOIN person_merges g ON g.municipality_id = :m AND tied.id IN (g.survivor_id, g.absorbed_id))"
    " SELECT DISTINCT tied.asked FROM tied WHERE EXISTS (SELECT FROM household_member_people l"
    " JOIN household_members b ON b.municipality_id = :m AND b.id = l.id"
    " JOIN households h ON h.municipality_id = :m AND h.id = b.household_id"
    " WHERE l.municipality_id = :m AND l.person_id = tied.id AND h.visitor_id = :w)"
    " OR EXISTS (SELECT FROM person_told t WHERE t.municipality_id = :m AND t.person_id = tied.id AND t.worker_id = :w)"
)


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

    `met`: ids of whom this worker or her team met, wherever it was (encounters know); None of who is in no team. `ids` narrows to these persons,
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


def person_ids_held(
    session: Session, actor: Actor, region_ids: Collection[UUID], ids: Collection[UUID]
) -> Collection[UUID]:
    """Which of these persons this worker's phone may have had: of who isn't on the street, her families' and whom she told of.

    Where a street team met somebody once is not kept by region, so its phones are told of all. A member who was found
    to be another person than was said isn't among them: the next listing drops her.
    """
    if region_ids or actor.can("encounters.record"):
        return ids
    with cleared(session, "restricted"):
        asked = {"m": actor.municipality_id, "w": actor.worker_id, "ids": list(ids)}
        return set(session.scalars(_OF_HER_OWN, asked))


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
            # Who is in no team any more holds nobody.
            true() if met is not None else false(),
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
