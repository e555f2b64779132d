"""Readings of families, narrowed to what a phone may hold."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Household, HouseholdMember, MemberPerson
from app.people.queries.naming import called_of


def household_ids_of(
    session: Session, municipality_id: int, visitor_id: UUID, after: UUID | None, limit: int
) -> list[UUID]:
    """The first ids of the visitor's own families behind one, sorted."""
    query = select(Household.id).where(
        Household.municipality_id == municipality_id, Household.visitor_id == visitor_id, Household.is_active
    )
    if after is not None:
        query = query.where(Household.id > after)
    return list(session.scalars(query.order_by(Household.id).limit(limit)))


def households_of(
    session: Session, municipality_id: int, visitor_id: UUID, ids: Collection[UUID] | None = None
) -> dict[UUID, dict[str, Any]]:
    """The visitor's own families with their members."""
    query = select(Household).where(
        Household.municipality_id == municipality_id, Household.visitor_id == visitor_id, Household.is_active
    )
    if ids is not None:
        query = query.where(Household.id.in_(ids))
    found = {
        home.id: {
            "id": home.id,
            "called": home.called,
            "region_id": home.region_id,
            "address_hint": home.address_hint,
            "members": [],
        }
        for home in session.scalars(query)
    }
    members = session.scalars(
        select(HouseholdMember)
        .where(
            HouseholdMember.municipality_id == municipality_id,
            HouseholdMember.household_id.in_(found),
            HouseholdMember.left_at.is_(None),
        )
        .order_by(HouseholdMember.id)
    ).all()
    persons = persons_of_members(session, municipality_id, [member.id for member in members])
    for member in members:
        found[member.household_id]["members"].append(
            {
                "id": member.id,
                "called": member.called,
                "kind": member.kind,
                "birth_on": member.birth_on,
                "due_on": member.due_on,
                "is_responsible": member.is_responsible,
                "person_id": persons.get(member.id),
            }
        )
    return found


def persons_of_members(session: Session, municipality_id: int, member_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """{member: the person that she is now}, of those that are known and that this worker may see."""
    linked = {
        row.id: row.person_id
        for row in session.execute(
            select(MemberPerson.id, MemberPerson.person_id).where(
                MemberPerson.municipality_id == municipality_id, MemberPerson.id.in_(member_ids)
            )
        )
    }
    known = called_of(session, municipality_id, list(linked.values()))
    return {member: known[person].id for member, person in linked.items() if person in known}
