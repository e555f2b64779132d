"""Readings of encounters for the phone. Never a point: a label of the place."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor
from app.accounts.models import Worker
from app.encounters.models import Encounter, EncounterJoin, Participation
from app.people.queries import called_of

TEAM_HOURS = 24
OWN_DAYS = 7
LIKELY_MINUTES = 15
LIKELY_METRES = 100


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
    m = actor.municipality_id
    present = session.scalars(
        select(Participation)
        .where(Participation.municipality_id == m, Participation.encounter_id.in_(found))
        .order_by(Participation.encounter_id, Participation.position)
    ).all()
    known = called_of(session, m, [row.person_id for row in present])
    for row in present:
        # Whom this worker may not see is somebody unknown to her.
        person = known.get(row.person_id) if row.person_id else None
        found[row.encounter_id]["people"].append(
            {
                "participation_id": row.id,
                "age_band": row.age_band,
                "sex": row.sex,
                "called": person.called if person else None,
                "person_id": person.id if person else None,
                "certainty": row.certainty if person else "sure",
            }
        )
    _joins(session, m, found)
    _likely_same(session, actor, now, found)
    return found


def _joins(session: Session, municipality_id: int, found: dict[UUID, dict[str, Any]]) -> None:
    """To which record each joined one was joined, and by what it is undone."""
    joined = [id_ for id_, body in found.items() if body["status"] == "joined"]
    if not joined:
        return
    rows = session.execute(
        select(EncounterJoin.id, EncounterJoin.kept_id, EncounterJoin.joined_id).where(
            EncounterJoin.municipality_id == municipality_id,
            EncounterJoin.joined_id.in_(joined),
            EncounterJoin.undone_at.is_(None),
        )
    )
    for row in rows:
        found[row.joined_id]["join"] = {"id": row.id, "kept_id": row.kept_id}


def _likely_same(session: Session, actor: Actor, now: datetime, found: dict[UUID, dict[str, Any]]) -> None:
    """Records of a teammate that may be the same meeting: minutes apart, near. Compared here, so that no point leaves.

    Only among the records of the last day that this worker's teams hold anyway.
    """
    teams = actor.team_ids("encounters.record")
    fresh = [id_ for id_, body in found.items() if body["status"] == "valid" and body["team_id"] in teams]
    if not fresh:
        return
    mine, other = aliased(Encounter), aliased(Encounter)
    exact = and_(mine.geom.is_not(None), other.geom.is_not(None))
    near = case(
        (exact, func.ST_DistanceSphere(mine.geom, other.geom) <= LIKELY_METRES),
        else_=or_(mine.known_point_id == other.known_point_id, mine.cell == other.cell),
    )
    rows = session.execute(
        select(mine.id, other.id.label("other"))
        .join(
            other,
            and_(
                other.municipality_id == mine.municipality_id,
                other.team_id == mine.team_id,
                other.worker_id != mine.worker_id,
                other.status == "valid",
                other.occurred_at.between(
                    mine.occurred_at - timedelta(minutes=LIKELY_MINUTES),
                    mine.occurred_at + timedelta(minutes=LIKELY_MINUTES),
                ),
                other.occurred_at >= now - timedelta(hours=TEAM_HOURS),
            ),
        )
        .where(
            mine.municipality_id == actor.municipality_id,
            mine.id.in_(fresh),
            mine.occurred_at >= now - timedelta(hours=TEAM_HOURS),
            near,
        )
        .order_by(mine.id, other.occurred_at, other.id)
    )
    for row in rows:
        found[row.id]["likely_same"].append(row.other)


def ids_for_phone(session: Session, actor: Actor, now: datetime, after: UUID | None, limit: int) -> list[UUID]:
    """The first ids of what `for_phone` gives, behind one, sorted: a page of it, without reading the rest."""
    query = select(Encounter.id).where(*_held_by(actor, now))
    if after is not None:
        query = query.where(Encounter.id > after)
    return list(session.scalars(query.order_by(Encounter.id).limit(limit)))


def met_by(actor: Actor, since: datetime) -> Select:
    """Ids of the known persons whom this worker or one of her teams met since: of valid records only."""
    return (
        select(Participation.person_id)
        .join(
            Encounter,
            and_(
                Encounter.municipality_id == Participation.municipality_id, Encounter.id == Participation.encounter_id
            ),
        )
        .where(
            Participation.municipality_id == actor.municipality_id,
            Participation.person_id.is_not(None),
            Encounter.status.in_(("valid", "joined")),
            Encounter.occurred_at >= since,
            or_(
                Encounter.worker_id == actor.worker_id,
                Encounter.team_id.in_(actor.team_ids("encounters.record")),
            ),
        )
    )


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
        "likely_same": [],
        "join": None,
    }
