"""Readings of encounters for the phone. Never a point: a label of the place."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.models import Worker
from app.encounters.models import Encounter, Participation
from app.people.models import Person

TEAM_HOURS = 24
OWN_DAYS = 7


def for_phone(
    session: Session, actor: Actor, now: datetime, ids: Collection[UUID] | None = None
) -> dict[UUID, dict[str, Any]]:
    """The team's encounters of the last 24 hours and the worker's own of 7 days, as pull bodies."""
    query = (
        select(Encounter, Worker.name)
        .join(
            Worker, and_(Worker.municipality_id == Encounter.municipality_id, Worker.id == Encounter.worker_id)
        )
        .where(*_held_by(actor, now))
    )
    if ids is not None:
        query = query.where(Encounter.id.in_(ids))
    found = {row.id: _body(row, name) for row, name in session.execute(query)}
    people = session.execute(
        select(Participation, Person.called)
        .outerjoin(
            Person,
            and_(Person.municipality_id == Participation.municipality_id, Person.id == Participation.person_id),
        )
        .where(Participation.municipality_id == actor.municipality_id, Participation.encounter_id.in_(found))
        .order_by(Participation.encounter_id, Participation.position)
    )
    for row, called in people:
        found[row.encounter_id]["people"].append(
            {"participation_id": row.id, "age_band": row.age_band, "sex": row.sex, "called": called}
        )
    return found


def ids_for_phone(session: Session, actor: Actor, now: datetime, after: UUID | None, limit: int) -> list[UUID]:
    """The first ids of what `for_phone` gives, behind one, sorted: a page of it, without reading the rest."""
    query = select(Encounter.id).where(*_held_by(actor, now))
    if after is not None:
        query = query.where(Encounter.id > after)
    return list(session.scalars(query.order_by(Encounter.id).limit(limit)))


def _held_by(actor: Actor, now: datetime) -> tuple:
    return (
        Encounter.municipality_id == actor.municipality_id,
        Encounter.occurred_at >= now - timedelta(days=OWN_DAYS),
        or_(
            Encounter.worker_id == actor.worker_id,
            and_(
                Encounter.team_id.in_(actor.team_ids("encounters.record")),
                Encounter.occurred_at >= now - timedelta(hours=TEAM_HOURS),
            ),
        ),
    )


def _body(row: Encounter, worker_name: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "team_id": row.team_id,
        "worker_id": row.worker_id,
        "worker_name": worker_name,
        "occurred_at": row.occurred_at,
        "situation": row.situation,
        "outcome": row.outcome,
        "people_count": row.people_count,
        "people": [],
        "region_id": row.region_id,
        "place_label": row.street or row.neighbourhood,
        "status": row.status,
        "replaces_id": row.replaces_id,
        "receipt": row.receipt,
        "time_uncertain": row.time_uncertain,
        "late": row.recorded_late,
        "without_entering": row.without_entering,
    }
