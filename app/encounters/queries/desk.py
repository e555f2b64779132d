"""One encounter as staff sees it: who was there, who said so, what was offered. Never a point.

With somebody there whom the reader may not see, what was written and offered that may be of her is kept back too.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor
from app.access.guard import allows
from app.accounts.models import Team, Worker
from app.core.db import cleared
from app.core.problems import NotFound
from app.encounters.models import Encounter, EncounterAddition, EncounterJoin, Offer, Participation, ParticipationLink
from app.encounters.queries.records import records_under, standing
from app.people.models import Person
from app.people.queries import among, called_of

NEAR_MINUTES = 30


def encounter_of(session: Session, actor: Actor, encounter_id: UUID) -> dict[str, Any]:
    """The encounter with people, tellings of who they are, offers, joins. Raises NotFound outside the actor's reach."""
    m = actor.municipality_id
    row = session.execute(
        select(Encounter, Worker.name.label("worker"), Team.name.label("team"))
        .join(Worker, and_(Worker.municipality_id == m, Worker.id == Encounter.worker_id))
        .outerjoin(Team, and_(Team.municipality_id == m, Team.id == Encounter.team_id))
        .where(Encounter.municipality_id == m, Encounter.id == encounter_id)
    ).one_or_none()
    if row is None or not allows(
        actor,
        "encounters.link",
        team_id=row.Encounter.team_id,
        unit_id=row.Encounter.reference_unit_id,
        region_id=row.Encounter.region_id,
    ):
        raise NotFound()
    met: Encounter = row.Encounter
    present = session.scalars(
        select(Participation)
        .where(Participation.municipality_id == m, Participation.encounter_id == met.id)
        .order_by(Participation.position)
    ).all()
    told = session.execute(
        select(ParticipationLink, Worker.name)
        .join(Worker, and_(Worker.municipality_id == m, Worker.id == ParticipationLink.worker_id))
        .where(ParticipationLink.municipality_id == m, ParticipationLink.participation_id.in_([p.id for p in present]))
        .order_by(ParticipationLink.told_at.desc(), ParticipationLink.id.desc())
    ).all()
    known = called_of(session, m, [*(p.person_id for p in present), *(link.person_id for link, _name in told)])
    people = [
        {
            "id": p.id,
            "number": p.position + 1,
            "age_band": p.age_band,
            "sex": p.sex,
            "certainty": p.certainty,
            "person": known.get(p.person_id) if p.person_id else None,
            # Somebody whom this worker may not see: said to be known, without a name.
            "hidden": p.person_id is not None and p.person_id not in known,
            "told": [
                {
                    "person": known.get(link.person_id) if link.person_id else None,
                    "unlinked": link.person_id is None,
                    "certainty": link.certainty,
                    "reason": link.reason,
                    "at": link.told_at,
                    "by": name,
                }
                for link, name in told
                if link.participation_id == p.id
            ],
        }
        for p in present
    ]
    [records] = records_under(session, [met.id]).values()
    hidden = {p["id"] for p in people if p["hidden"]} | _once_hidden(session, m, records)
    offers = _offers(session, m, records, {p["id"]: p["number"] for p in people if p["id"] not in hidden}, bool(hidden))
    return {
        "id": met.id,
        "occurred_at": met.occurred_at,
        "team": row.team,
        "worker": row.worker,
        "region_id": met.region_id,
        "near": met.neighbourhood,
        "situation": met.situation,
        "outcome": met.outcome,
        "status": met.status,
        "time_uncertain": met.time_uncertain,
        "recorded_late": met.recorded_late,
        "without_entering": met.without_entering,
        "kept_back": bool(hidden),
        "note": None if hidden else met.note,
        "people": people,
        "notes": [] if hidden else _additions(session, m, records),
        "offers": offers,
        "replaces_id": met.replaces_id,
        "corrected_by": session.scalar(
            select(Encounter.id).where(Encounter.municipality_id == m, Encounter.replaces_id == met.id)
        ),
        "joins": _joins(session, m, met.id),
        "near_in_time": _near_in_time(session, met) if met.status == "valid" else [],
    }


def _once_hidden(session: Session, m: int, records: list[UUID]) -> set[UUID]:
    """Participations of which somebody said, also if it was taken back, that it is a person whom this reader may not see."""
    with cleared(session, "restricted"):
        named = session.execute(
            select(ParticipationLink.participation_id, Person.id)
            .join(Person, and_(Person.municipality_id == m, Person.id == ParticipationLink.person_id))
            .join(
                Participation, and_(Participation.municipality_id == m, Participation.id == ParticipationLink.participation_id)
            )
            .where(
                ParticipationLink.municipality_id == m,
                Participation.encounter_id.in_(records),
                Person.restricted_at.is_not(None),
            )
        ).all()
    if not named:
        return set()
    seen = set(session.scalars(select(Person.id).where(Person.municipality_id == m, Person.id.in_([id_ for _, id_ in named]))))
    return {participation_id for participation_id, id_ in named if id_ not in seen}


def _additions(session: Session, m: int, records: list[UUID]) -> list[dict[str, Any]]:
    rows = session.execute(
        select(EncounterAddition, Worker.name)
        .join(Worker, and_(Worker.municipality_id == m, Worker.id == EncounterAddition.worker_id))
        .where(EncounterAddition.municipality_id == m, among(EncounterAddition.encounter_id, records))
        .order_by(EncounterAddition.added_at, EncounterAddition.id)
    )
    return [
        {"note": add.note, "needs": add.needs, "outcome": add.outcome, "at": add.added_at, "by": name}
        for add, name in rows
        if add.note or add.needs or add.outcome
    ]


def _offers(
    session: Session, m: int, records: list[UUID], numbers: dict[UUID, int], named_only: bool
) -> list[dict[str, Any]]:
    """Offers to those present who have a number; to nobody in particular too, unless `named_only`."""
    rows = session.execute(
        select(Offer, Worker.name)
        .join(Worker, and_(Worker.municipality_id == m, Worker.id == Offer.worker_id))
        .where(Offer.municipality_id == m, among(Offer.encounter_id, records))
        .order_by(Offer.offered_at, Offer.id)
    ).all()
    whom = standing(session, m, {offer.participation_id for offer, _name in rows if offer.participation_id})
    return [
        {
            "kind": offer.kind,
            "answer": offer.answer,
            "reason": offer.reason,
            "number": numbers.get(whom[offer.participation_id].id) if offer.participation_id else None,
            "at": offer.offered_at,
            "by": name,
        }
        for offer, name in rows
        if not named_only or (offer.participation_id and whom[offer.participation_id].id in numbers)
    ]


def _joins(session: Session, m: int, encounter_id: UUID) -> list[dict[str, Any]]:
    """Joins that stand, with what stands on the other side."""
    other = aliased(Encounter)
    rows = session.execute(
        select(EncounterJoin, other.id, other.occurred_at, Worker.name)
        .join(
            other,
            and_(
                other.municipality_id == m,
                or_(
                    and_(EncounterJoin.kept_id == encounter_id, other.id == EncounterJoin.joined_id),
                    and_(EncounterJoin.joined_id == encounter_id, other.id == EncounterJoin.kept_id),
                ),
            ),
        )
        .join(Worker, and_(Worker.municipality_id == m, Worker.id == other.worker_id))
        .where(EncounterJoin.municipality_id == m, EncounterJoin.undone_at.is_(None))
        .order_by(EncounterJoin.joined_at)
    )
    return [
        {"id": join.id, "kept": join.kept_id == encounter_id, "other": other_id, "at": at, "worker": name}
        for join, other_id, at, name in rows
    ]


def _near_in_time(session: Session, met: Encounter) -> list[dict[str, Any]]:
    """The team's records by another worker around that time: one of them may be the same meeting."""
    around: tuple[datetime, datetime] = (
        met.occurred_at - timedelta(minutes=NEAR_MINUTES),
        met.occurred_at + timedelta(minutes=NEAR_MINUTES),
    )
    rows = session.execute(
        select(Encounter.id, Encounter.occurred_at, Encounter.people_count, Encounter.neighbourhood, Worker.name)
        .join(Worker, and_(Worker.municipality_id == met.municipality_id, Worker.id == Encounter.worker_id))
        .where(
            Encounter.municipality_id == met.municipality_id,
            Encounter.team_id == met.team_id,
            Encounter.worker_id != met.worker_id,
            Encounter.status == "valid",
            Encounter.occurred_at.between(*around),
        )
        .order_by(Encounter.occurred_at)
        .limit(10)
    )
    return [dict(row) for row in rows.mappings()]
