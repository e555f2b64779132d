"""Readings of units, narrowed to a city or to the actor."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor
from app.access.guard import require
from app.core.models import Municipality
from app.territory.models import Region
from app.units import rules
from app.units.models import DutyPhone, Unit, VacancyNote
from app.units.problems import UnitNotFound


def for_phone(session: Session, municipality_id: int, ids: Iterable[UUID] | None = None) -> list[dict[str, Any]]:
    """Bodies `unit` of the pull: every active unit, or those of `ids` that are still active."""
    note = _latest_note()
    asked = (
        select(Unit, func.ST_X(Unit.geom), func.ST_Y(Unit.geom), note.free_places, note.noted_at)
        .outerjoin(note, _same(note))
        .where(Unit.municipality_id == municipality_id, Unit.is_active)
        .order_by(Unit.name)
    )
    if ids is not None:
        asked = asked.where(Unit.id.in_(list(ids)))
    return [
        {
            "id": unit.id,
            "name": unit.name,
            "kind": unit.kind,
            "phone": unit.phone or None,
            "address": unit.address or None,
            "lon": lon,
            "lat": lat,
            "region_id": unit.region_id,
            "receives": unit.receives,
            "hours_text": unit.hours_text or None,
            "takes_referrals": rules.can_receive(unit.kind, unit.takes_referrals, unit.is_active),
            "free_places": free,
            "free_noted_at": noted_at,
        }
        for unit, lon, lat, free, noted_at in session.execute(asked)
    ]


def units_of(session: Session, actor: Actor, verb: str = "units.note_vacancies") -> list[Unit]:
    """Active units where the actor holds the verb, by name."""
    asked = select(Unit).where(Unit.municipality_id == actor.municipality_id, Unit.is_active).order_by(Unit.name)
    return list(session.scalars(asked.where(within(actor, verb))))


def within(actor: Actor, verb: str) -> Any:
    """SQL condition on Unit: inside the scopes in which the actor holds the verb."""
    if actor.everywhere(verb):
        return Unit.id.is_not(None)
    return or_(Unit.id.in_(actor.unit_ids(verb)), Unit.region_id.in_(actor.region_ids(verb)))


def vacancies_of(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Units that take referrals where the actor may type free places, with the last figure and its age."""
    note = _latest_note()
    asked = (
        select(Unit, note.free_places, note.noted_at)
        .outerjoin(note, _same(note))
        .where(
            Unit.municipality_id == actor.municipality_id,
            Unit.is_active,
            Unit.takes_referrals,
            within(actor, "units.note_vacancies"),
        )
        .order_by(Unit.name)
    )
    limit = rules.figure_limit(settings_of(session, actor.municipality_id))
    return [
        {
            "id": unit.id,
            "name": unit.name,
            "kind": unit.kind,
            "takes_referrals": unit.takes_referrals,
            "free_places": free,
            "free_noted_at": noted_at,
            "is_stale": rules.is_stale(noted_at, now, limit),
        }
        for unit, free, noted_at in session.execute(asked)
    ]


def all_units(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """Every unit with its region's name, the closed last."""
    require(actor, "units.manage")
    rows = session.execute(
        select(Unit, Region.name)
        .outerjoin(Region, (Region.municipality_id == Unit.municipality_id) & (Region.id == Unit.region_id))
        .where(Unit.municipality_id == actor.municipality_id)
        .order_by(Unit.is_active.desc(), func.lower(Unit.name))
    )
    return [{"unit": unit, "region": region} for unit, region in rows]


def unit_of(session: Session, actor: Actor, unit_id: UUID) -> Unit:
    """One unit, open or closed. Raises UnitNotFound."""
    require(actor, "units.manage")
    unit = session.get(Unit, (actor.municipality_id, unit_id))
    if unit is None:
        raise UnitNotFound()
    return unit


def duty_phones(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """Telephones on duty with the name of their region (None: whole city)."""
    require(actor, "units.set_duty_phones")
    rows = session.execute(
        select(DutyPhone, Region.name)
        .outerjoin(Region, (Region.municipality_id == DutyPhone.municipality_id) & (Region.id == DutyPhone.region_id))
        .where(DutyPhone.municipality_id == actor.municipality_id)
        .order_by(Region.name.nulls_first(), func.lower(DutyPhone.name))
    )
    return [{"id": row.id, "name": row.name, "phone": row.phone, "region": region} for row, region in rows]


def receiving(session: Session, municipality_id: int, unit_id: UUID) -> Unit | None:
    """The unit, when a referral may go there now; None otherwise."""
    unit = session.get(Unit, (municipality_id, unit_id))
    return unit if unit and rules.can_receive(unit.kind, unit.takes_referrals, unit.is_active) else None


def receiving_units(session: Session, municipality_id: int) -> list[dict[str, Any]]:
    """Every unit to which somebody may be sent, by name (for proposing another one)."""
    return [
        {"id": body["id"], "name": body["name"], "free_places": body["free_places"], "free_noted_at": body["free_noted_at"]}
        for body in for_phone(session, municipality_id)
        if body["takes_referrals"]
    ]


def settings_of(session: Session, municipality_id: int) -> dict[str, Any]:
    """The city's settings."""
    return session.scalar(select(Municipality.settings).where(Municipality.id == municipality_id)) or {}


def _latest_note() -> Any:
    return aliased(
        VacancyNote,
        select(VacancyNote)
        .where(VacancyNote.municipality_id == Unit.municipality_id, VacancyNote.unit_id == Unit.id)
        .order_by(VacancyNote.noted_at.desc(), VacancyNote.id.desc())
        .limit(1)
        .correlate(Unit)
        .lateral(),
    )


def _same(note: Any) -> Any:
    # The lateral subquery already chose the unit's row; PostgreSQL wants a condition all the same.
    return note.unit_id == Unit.id
