"""Readings of people, narrowed to what a phone may hold."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Household, HouseholdMember, Person


def caseload(
    session: Session,
    municipality_id: int,
    region_ids: Collection[UUID],
    days: int,
    now: datetime,
    ids: Collection[UUID] | None = None,
) -> dict[UUID, dict[str, Any]]:
    """People met in these regions in the last `days`: what they are called, band, coarse last place; no document."""
    if not region_ids:
        return {}
    query = select(Person).where(*_in_caseload(municipality_id, region_ids, days, now))
    if ids is not None:
        query = query.where(Person.id.in_(ids))
    return {
        person.id: {
            "id": person.id,
            "called": person.called,
            "called_kind": person.called_kind,
            "age_band": person.age_band,
            "region_id": person.region_id,
            "last_met_at": person.last_met_at,
        }
        for person in session.scalars(query)
    }


def caseload_ids(
    session: Session,
    municipality_id: int,
    region_ids: Collection[UUID],
    days: int,
    now: datetime,
    after: UUID | None,
    limit: int,
) -> list[UUID]:
    """The first ids of the caseload behind one, sorted: a page of it, without reading the rest."""
    query = select(Person.id).where(*_in_caseload(municipality_id, region_ids, days, now))
    if after is not None:
        query = query.where(Person.id > after)
    return list(session.scalars(query.order_by(Person.id).limit(limit)))


def _in_caseload(municipality_id: int, region_ids: Collection[UUID], days: int, now: datetime) -> tuple:
    return (
        Person.municipality_id == municipality_id,
        Person.region_id.in_(region_ids),
        Person.last_met_at >= now - timedelta(days=days),
    )


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
        .where(HouseholdMember.municipality_id == municipality_id, HouseholdMember.household_id.in_(found))
        .order_by(HouseholdMember.id)
    )
    for member in members:
        found[member.household_id]["members"].append(
            {"id": member.id, "called": member.called, "kind": member.kind, "birth_on": member.birth_on}
        )
    return found
