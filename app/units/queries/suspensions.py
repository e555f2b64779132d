"""Suspensions: what a unit's people read of them, and the little that a phone is told.

Row level security shows none of a restricted person to who may not see her.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Worker
from app.units import rules
from app.units.models import Unit, UnitSuspension
from app.units.problems import SuspensionNotFound, UnitNotFound
from app.units.queries.network import settings_of


@dataclass(frozen=True)
class Suspended:
    """state: stands | over | lifted, on the day it was read."""

    id: UUID
    unit_id: UUID
    person_id: UUID
    from_on: date
    until_on: date
    reason: str
    reason_text: str | None
    decided_at: datetime
    decided_by: str
    appeal_text: str | None
    appealed_at: datetime | None
    lifted_at: datetime | None
    lifted_by: str | None
    state: str


def suspended(
    session: Session, municipality_id: int, unit_id: UUID, person_ids: Collection[UUID], on: date
) -> dict[UUID, date]:
    """{person id as given: last day} of those whom this unit doesn't receive on a day."""
    rows = _standing(session, municipality_id, person_ids, on, unit_id)
    return {person_id: until_on for _unit, person_id, until_on in rows}


def suspensions_of(
    session: Session, municipality_id: int, person_ids: Collection[UUID], on: date
) -> dict[UUID, list[tuple[UUID, date]]]:
    """{person id as given: [(unit, last day)]} that stand on a day; never why."""
    found: dict[UUID, list[tuple[UUID, date]]] = {}
    for unit_id, person_id, until_on in _standing(session, municipality_id, person_ids, on, None):
        found.setdefault(person_id, []).append((unit_id, until_on))
    return found


def closed_to(
    session: Session, municipality_id: int, persons: Mapping[UUID, Collection[UUID]], on: date
) -> dict[UUID, dict[str, Any]]:
    """{person: {"suspended": […]}} as the body `person` of the pull tells it, of those persons of whom there is something.

    persons: {person: every id of hers}. One statement.
    """
    told = suspensions_of(session, municipality_id, [id_ for ids in persons.values() for id_ in ids], on)
    found = {key: dict(each for id_ in ids for each in told.get(id_, ())) for key, ids in persons.items()} if told else {}
    return {
        key: {"suspended": [{"unit_id": unit, "until_on": until} for unit, until in standing.items()]}
        for key, standing in found.items()
        if standing
    }


def longest_suspension(session: Session, municipality_id: int) -> int:
    """In days, in this city."""
    return rules.suspension_days(settings_of(session, municipality_id))


def suspensions_at(session: Session, actor: Actor, unit_id: UUID, on: date) -> list[Suspended]:
    """Every suspension of a unit, those that stand first. Raises UnitNotFound or Forbidden."""
    unit = session.get(Unit, (actor.municipality_id, unit_id))
    if unit is None:
        raise UnitNotFound()
    require(actor, "units.read_suspensions", unit_id=unit_id, region_id=unit.region_id)
    found = _read(session, actor.municipality_id, on, UnitSuspension.unit_id == unit_id)
    return sorted(found, key=lambda each: (each.state != "stands", -each.until_on.toordinal()))


def suspension_of(session: Session, actor: Actor, unit_id: UUID, suspension_id: UUID, on: date) -> Suspended:
    """One suspension of a unit. Raises SuspensionNotFound, UnitNotFound or Forbidden."""
    for each in suspensions_at(session, actor, unit_id, on):
        if each.id == suspension_id:
            return each
    raise SuspensionNotFound()


def told_to_her(session: Session, municipality_id: int, person_ids: Collection[UUID], on: date) -> list[tuple[str, Suspended]]:
    """(unit's name, suspension) of everything decided about a person: what she may ask to see."""
    names = dict(session.execute(select(Unit.id, Unit.name).where(Unit.municipality_id == municipality_id)).all())
    found = _read(session, municipality_id, on, UnitSuspension.person_id.in_(list(person_ids)))
    return [(names[each.unit_id], each) for each in found]


def _standing(
    session: Session, m: int, person_ids: Collection[UUID], on: date, unit_id: UUID | None
) -> Iterable[tuple[UUID, UUID, date]]:
    asked = (
        select(UnitSuspension.unit_id, UnitSuspension.person_id, func.max(UnitSuspension.until_on))
        .where(
            UnitSuspension.municipality_id == m,
            UnitSuspension.person_id.in_(list(person_ids)),
            UnitSuspension.from_on <= on,
            UnitSuspension.until_on >= on,
            UnitSuspension.lifted_at.is_(None),
        )
        .group_by(UnitSuspension.unit_id, UnitSuspension.person_id)
        .order_by(func.max(UnitSuspension.until_on))
    )
    if unit_id is not None:
        asked = asked.where(UnitSuspension.unit_id == unit_id)
    return session.execute(asked).all() if person_ids else []


def _read(session: Session, m: int, on: date, which) -> list[Suspended]:
    lifter = aliased(Worker)
    rows = session.execute(
        select(UnitSuspension, Worker.name, lifter.name)
        .join(Worker, and_(Worker.municipality_id == UnitSuspension.municipality_id, Worker.id == UnitSuspension.decided_by))
        .outerjoin(lifter, and_(lifter.municipality_id == UnitSuspension.municipality_id, lifter.id == UnitSuspension.lifted_by))
        .where(UnitSuspension.municipality_id == m, which)
        .order_by(UnitSuspension.decided_at.desc(), UnitSuspension.id)
    )
    return [
        Suspended(
            row.id, row.unit_id, row.person_id, row.from_on, row.until_on, row.reason, row.reason_text, row.decided_at,
            by, row.appeal_text, row.appealed_at, row.lifted_at, lifted_by, _state(row, on),
        )
        for row, by, lifted_by in rows
    ]  # fmt: skip


def _state(row: UnitSuspension, on: date) -> str:
    if row.lifted_at is not None:
        return "lifted"
    if row.until_on < on:
        return "over"
    return "stands"
