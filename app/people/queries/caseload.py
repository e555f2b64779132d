"""Readings of people, narrowed to what a phone may hold."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Person


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
