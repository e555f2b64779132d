"""What is counted at a door: who didn't fit, who came in the day and what they used."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.core.days import after, midnight, zone_of
from app.core.ids import new_id
from app.units import rules
from app.units.models import TurnedAway, UnitVisit
from app.units.problems import AlreadyTakenBack, CountNotFound, NobodyNamed, UnknownProfile, UnknownReason, UnknownService
from app.units.service.doors import at_the_door
from app.units.terms import RECEIVES, SERVICES, TURNED_AWAY_REASONS

MOST_AT_ONCE = 300


def note_turned_away(
    session: Session, actor: Actor, unit_id: UUID, people_count: int, profile: Sequence[str], reason: str, at: datetime, now: datetime,
    note_id: UUID | None = None,
) -> TurnedAway:  # fmt: skip
    """"Não coube": so many people for whom there was no place. Nobody is named: it is about the house.

    note_id: of the form's line, so that the same line sent again is counted once.
    """
    if not 1 <= people_count <= MOST_AT_ONCE:
        raise NobodyNamed(fields={"people_count": [str(NobodyNamed.sentence)]})
    if reason not in TURNED_AWAY_REASONS:
        raise UnknownReason(fields={"reason": [str(UnknownReason.sentence)]})
    if not set(profile) <= RECEIVES.keys():
        raise UnknownProfile(fields={"profile": [str(UnknownProfile.sentence)]})
    at_the_door(session, actor, "units.note_turned_away", unit_id, now)
    before = _by_form(session, actor, TurnedAway, unit_id, note_id)
    if isinstance(before, TurnedAway):
        return before
    row = TurnedAway(
        municipality_id=actor.municipality_id, id=before or new_id(), unit_id=unit_id, worker_id=actor.worker_id,
        at=rules.settled_time(at, now), recorded_at=now, people_count=people_count, profile=sorted(set(profile)), reason=reason,
    )  # fmt: skip
    session.add(row)
    session.flush()
    trail.record(session, actor, "units.note_turned_away", now, "turned_away", row.id, ["people_count", "profile", "reason"])
    return row


def take_back_turned_away(session: Session, actor: Actor, turned_away_id: UUID, now: datetime) -> TurnedAway:
    """Tapped once too often. Raises CountNotFound, AlreadyTakenBack."""
    row = _counted(session, actor, TurnedAway, "units.note_turned_away", turned_away_id, now)
    trail.record(session, actor, "units.note_turned_away", now, "turned_away", row.id, ["taken_back_at"])
    return row


def note_visit(
    session: Session, actor: Actor, unit_id: UUID, person_id: UUID | None, called: str | None, services: Sequence[str],
    at: datetime, now: datetime, referral_id: UUID | None = None, visit_id: UUID | None = None, by_name: bool = False,
) -> UnitVisit:  # fmt: skip
    """Somebody came to a unit of the day. Whom the list knows is noted once a day: what she uses later is added to it.

    visit_id: of the form, so that the same one sent again is counted once. by_name: the list knows her by `called` only.
    """
    if not set(services) <= SERVICES.keys():
        raise UnknownService(fields={"services": [str(UnknownService.sentence)]})
    at_the_door(session, actor, "units.note_visit", unit_id, now)
    at = rules.settled_time(at, now)
    before = _by_form(session, actor, UnitVisit, unit_id, visit_id)
    row = before if isinstance(before, UnitVisit) else None
    if row is None and (person_id or by_name):
        row = _visit_of_the_day(session, actor, unit_id, person_id, called, at)
    if row is None:
        row = UnitVisit(
            municipality_id=actor.municipality_id, id=before or new_id(), unit_id=unit_id, person_id=person_id,
            called=(called or "").strip() or None, referral_id=referral_id, at=at, recorded_at=now,
            services=sorted(set(services)), worker_id=actor.worker_id,
        )  # fmt: skip
        session.add(row)
    else:
        row.services = sorted({*row.services, *services})
        row.at = min(row.at, at)
        row.referral_id = row.referral_id or referral_id
    session.flush()
    trail.record(session, actor, "units.note_visit", now, "unit_visit", row.id, ["at", "services"])
    return row


def set_visit_services(session: Session, actor: Actor, visit_id: UUID, services: Sequence[str], now: datetime) -> UnitVisit:
    """What she used that day, as it is known now. Raises CountNotFound, AlreadyTakenBack, UnknownService."""
    if not set(services) <= SERVICES.keys():
        raise UnknownService(fields={"services": [str(UnknownService.sentence)]})
    row = _standing(session, actor, UnitVisit, "units.note_visit", visit_id, now)
    row.services = sorted(set(services))
    session.flush()
    trail.record(session, actor, "units.note_visit", now, "unit_visit", row.id, ["services"])
    return row


def take_back_visit(session: Session, actor: Actor, visit_id: UUID, now: datetime) -> UnitVisit:
    """Not she, or not today. Raises CountNotFound, AlreadyTakenBack."""
    row = _counted(session, actor, UnitVisit, "units.note_visit", visit_id, now)
    trail.record(session, actor, "units.note_visit", now, "unit_visit", row.id, ["taken_back_at"])
    return row


def _by_form(session: Session, actor: Actor, table: type, unit_id: UUID, form_id: UUID | None) -> Any:
    """The row that this form made and that stands; else the id that a new row may have (None: any), never another's."""
    row = session.get(table, (actor.municipality_id, form_id)) if form_id else None
    if row is None:
        return form_id
    return row if row.unit_id == unit_id and row.taken_back_at is None else None


def _visit_of_the_day(
    session: Session, actor: Actor, unit_id: UUID, person_id: UUID | None, called: str | None, at: datetime
) -> UnitVisit | None:
    """Hers of that local day, under whichever of the ids that are one person; without a person, by the name alone. The unit is
    locked: two desks don't make two."""
    ids = [] if person_id is None else session.scalars(
        text(
            "WITH hers AS (SELECT COALESCE((SELECT survivor_id FROM people_absorbed WHERE municipality_id = :m AND id = :p), :p) AS id)"
            " SELECT id FROM hers UNION SELECT a.id FROM people_absorbed a JOIN hers ON a.survivor_id = hers.id"
            " WHERE a.municipality_id = :m"
        ),
        {"m": actor.municipality_id, "p": person_id},
    ).all()
    zone = zone_of(session, actor.municipality_id)
    day = at.astimezone(zone).date()
    rows = session.scalars(
        select(UnitVisit)
        .where(
            UnitVisit.municipality_id == actor.municipality_id, UnitVisit.unit_id == unit_id,
            UnitVisit.person_id.in_(ids) if person_id else UnitVisit.person_id.is_(None) & (func.lower(UnitVisit.called) == (called or "").strip().lower()),
            UnitVisit.taken_back_at.is_(None), UnitVisit.at >= midnight(day, zone), UnitVisit.at < midnight(after(day), zone),
        )
        .order_by(UnitVisit.at)
    )  # fmt: skip
    return rows.first()


def _counted(session: Session, actor: Actor, table: type, verb: str, row_id: UUID, now: datetime):
    """Taken back from now on."""
    row = _standing(session, actor, table, verb, row_id, now)
    row.taken_back_at = now
    session.flush()
    return row


def _standing(session: Session, actor: Actor, table: type, verb: str, row_id: UUID, now: datetime):
    """The row, its unit locked, that nobody took back."""
    row = session.get(table, (actor.municipality_id, row_id))
    if row is None:
        raise CountNotFound()
    at_the_door(session, actor, verb, row.unit_id, now)
    session.refresh(row)
    if row.taken_back_at is not None:
        raise AlreadyTakenBack()
    return row
