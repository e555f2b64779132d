"""Readings of units, narrowed to a city or to the actor."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core.models import Municipality
from app.territory.models import Region
from app.units import rules
from app.units.models import DutyPhone, Unit
from app.units.problems import UnitNotFound

# Referrals live above the network: a foreign key named by string, and a count.
_EXPECTED = text(
    "SELECT (SELECT coalesce(sum(people_count), 0) FROM referrals WHERE municipality_id = :m AND unit_id = :u"
    "  AND status IN ('sent', 'held', 'accepted', 'on_the_way') AND (received_at > :now - interval '14 days'"
    "  OR arrive_by > :now OR held_until > :now OR appointment_at > :now)) AS coming,"
    " (SELECT count(*) FROM stays WHERE municipality_id = :m AND unit_id = :u AND left_at IS NULL) AS inside"
)


def units_of(session: Session, actor: Actor, verb: str = "units.note_vacancies") -> list[Unit]:
    """Active units where the actor holds the verb, by name."""
    asked = select(Unit).where(Unit.municipality_id == actor.municipality_id, Unit.is_active).order_by(Unit.name)
    return list(session.scalars(asked.where(within(actor, verb))))


def within(actor: Actor, verb: str) -> Any:
    """SQL condition on Unit: inside the scopes in which the actor holds the verb."""
    if actor.everywhere(verb):
        return Unit.id.is_not(None)
    return or_(Unit.id.in_(actor.unit_ids(verb)), Unit.region_id.in_(actor.region_ids(verb)))


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


def unit_of(session: Session, actor: Actor, unit_id: UUID, verb: str = "units.manage") -> Unit:
    """One unit, open or closed, where the actor holds the verb. Raises UnitNotFound or Forbidden."""
    unit = session.get(Unit, (actor.municipality_id, unit_id))
    if unit is None:
        raise UnitNotFound()
    require(actor, verb, unit_id=unit_id, region_id=unit.region_id)
    return unit


def point_of(session: Session, municipality_id: int, unit_id: UUID) -> tuple[float | None, float | None]:
    """(lon, lat) of a unit; (None, None) of one without a place."""
    asked = select(func.ST_X(Unit.geom), func.ST_Y(Unit.geom))
    row = session.execute(asked.where(Unit.municipality_id == municipality_id, Unit.id == unit_id)).first()
    return (row[0], row[1]) if row else (None, None)


def expected_at(session: Session, municipality_id: int, unit_id: UUID, now: datetime) -> tuple[int, int]:
    """(people on the way or waiting for an answer, people inside). What nobody closed in weeks awaits nobody any more."""
    row = session.execute(_EXPECTED, {"m": municipality_id, "u": unit_id, "now": now}).one()
    return row.coming, row.inside


def receiving(session: Session, municipality_id: int, unit_id: UUID) -> Unit | None:
    """The unit, when a referral may go there now; None otherwise."""
    unit = session.get(Unit, (municipality_id, unit_id))
    return unit if unit and rules.can_receive(unit.kind, unit.takes_referrals, unit.is_active) else None


def settings_of(session: Session, municipality_id: int) -> dict[str, Any]:
    """The city's settings."""
    return session.scalar(select(Municipality.settings).where(Municipality.id == municipality_id)) or {}
