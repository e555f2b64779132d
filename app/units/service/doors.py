"""At a unit's door: the unit and what happens in it, locked, for an actor who may."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core.ids import new_id
from app.units.models import Stay, StayEvent, Unit
from app.units.problems import StayNotFound, UnitNotFound
from app.units.queries.stays import is_shown
from app.units.service.places import locked_unit


def at_the_door(session: Session, actor: Actor, verb: str, unit_id: UUID, now: datetime) -> Unit:
    """The unit, locked until the end of the transaction and heard from. Raises UnitNotFound or Forbidden."""
    require(actor, verb)
    unit = locked_unit(session, actor.municipality_id, unit_id)
    if unit is None:
        raise UnitNotFound()
    require(actor, verb, unit_id=unit_id, region_id=unit.region_id)
    unit.heard_at = max(unit.heard_at, now) if unit.heard_at else now
    # Beds are read by plain SQL, which sees what is flushed.
    session.flush()
    return unit


def stay_at_the_door(session: Session, actor: Actor, verb: str, stay_id: UUID, now: datetime) -> tuple[Stay, Unit]:
    """A stay as it is now, with its unit locked. Raises StayNotFound, also for one that this actor isn't shown."""
    require(actor, verb)
    stay = session.get(Stay, (actor.municipality_id, stay_id))
    if stay is None:
        raise StayNotFound()
    unit = at_the_door(session, actor, verb, stay.unit_id, now)
    # The lock may have waited for another desk: what this session read before is then old.
    session.refresh(stay)
    if not is_shown(session, actor, stay):
        raise StayNotFound()
    return stay, unit


def note_event(
    session: Session, actor: Actor, stay_id: UUID, kind: str, at: datetime, now: datetime, reason: str | None = None
) -> None:
    """What happened in a stay, kept."""
    session.add(
        StayEvent(
            municipality_id=actor.municipality_id, id=new_id(), stay_id=stay_id, kind=kind, at=at, recorded_at=now,
            worker_id=actor.worker_id, reason=reason,
        )
    )  # fmt: skip
