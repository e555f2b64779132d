"""Suspension: one unit doesn't receive one person until a day. Decided by its coordination, with an end and an appeal; it
blocks no other unit and no bed of a cold night elsewhere, and ends by itself (domain 11.40)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.core.changes import announce
from app.core.days import today_of
from app.core.ids import new_id
from app.units import rules
from app.units.models import UnitSuspension
from app.units.problems import (
    AlreadySuspended,
    BadDays,
    ReasonNotSaid,
    SuspensionBegins,
    SuspensionNotFound,
    SuspensionOver,
    SuspensionTooLong,
)
from app.units.queries.network import settings_of
from app.units.queries.suspensions import suspended
from app.units.service.network import changeable

_VERB = "units.suspend"


def suspend(
    session: Session, actor: Actor, unit_id: UUID, person_ids: Sequence[UUID], data: dict[str, Any], now: datetime
) -> UnitSuspension:
    """person_ids: every id of the person, the one that counts first. data: from_on, until_on, reason, reason_text.

    Raises BadDays, SuspensionBegins, SuspensionTooLong, ReasonNotSaid or AlreadySuspended.
    """
    unit = changeable(session, actor, _VERB, unit_id)
    m = actor.municipality_id
    today = today_of(session, m, now)
    _check(data, today, rules.suspension_days(settings_of(session, m)))
    if suspended(session, m, unit_id, person_ids, today):
        raise AlreadySuspended()
    row = UnitSuspension(
        municipality_id=m, id=new_id(), unit_id=unit.id, person_id=person_ids[0], decided_by=actor.worker_id, decided_at=now, **data
    )
    session.add(row)
    _written(session, actor, row, person_ids, ["from_on", "until_on", "reason"], now)
    return row


def lift(session: Session, actor: Actor, unit_id: UUID, suspension_id: UUID, person_ids: Sequence[UUID], now: datetime) -> None:
    """She is received again from now on. Raises SuspensionNotFound or SuspensionOver."""
    changeable(session, actor, _VERB, unit_id)
    row = _of(session, actor, unit_id, suspension_id)
    if row.lifted_at is not None or row.until_on < today_of(session, actor.municipality_id, now):
        raise SuspensionOver()
    row.lifted_at, row.lifted_by = now, actor.worker_id
    _written(session, actor, row, person_ids, ["lifted_at"], now)


def note_appeal(session: Session, actor: Actor, unit_id: UUID, suspension_id: UUID, words: str, now: datetime) -> None:
    """What she answers, in her words; the first day of it is kept. Raises SuspensionNotFound."""
    changeable(session, actor, _VERB, unit_id)
    row = _of(session, actor, unit_id, suspension_id)
    row.appeal_text, row.appealed_at = words, row.appealed_at or now
    _written(session, actor, row, (), ["appeal_text"], now)


def _check(data: dict[str, Any], today: date, longest: int) -> None:
    if data["until_on"] < data["from_on"] or data["until_on"] < today:
        raise BadDays()
    if not today - timedelta(days=rules.SUSPENSION_WRITTEN_WITHIN) <= data["from_on"] <= today:
        raise SuspensionBegins()
    if (data["until_on"] - data["from_on"]).days >= longest:
        raise SuspensionTooLong(longest)
    if data["reason"] == "other" and len(data["reason_text"] or "") < 10:
        raise ReasonNotSaid()


def _of(session: Session, actor: Actor, unit_id: UUID, suspension_id: UUID) -> UnitSuspension:
    row = session.get(UnitSuspension, (actor.municipality_id, suspension_id), with_for_update=True)
    if row is None or row.unit_id != unit_id:
        raise SuspensionNotFound()
    return row


def _written(
    session: Session, actor: Actor, row: UnitSuspension, person_ids: Sequence[UUID], fields: list[str], now: datetime
) -> None:
    session.flush()
    trail.record(session, actor, _VERB, now, "unit_suspension", row.id, fields)
    if person_ids:
        announce(session, actor.municipality_id, "person", person_ids)
