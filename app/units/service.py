"""Verbs on units."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.ids import new_id
from app.units.models import Unit, VacancyNote
from app.units.problems import UnitInactive, UnitNotFound


def note_vacancies(session: Session, actor: Actor, unit_id: UUID, free_places: int, now: datetime) -> VacancyNote:
    """The desk says how many places are free now; also the same number again, which makes it fresh.

    Raises UnitNotFound, UnitInactive or Forbidden.
    """
    unit = session.get(Unit, (actor.municipality_id, unit_id))
    if unit is None:
        raise UnitNotFound()
    require(actor, "units.note_vacancies", unit_id=unit_id, region_id=unit.region_id)
    if not unit.is_active:
        raise UnitInactive()
    note = VacancyNote(
        municipality_id=actor.municipality_id,
        id=new_id(),
        unit_id=unit_id,
        worker_id=actor.worker_id,
        free_places=free_places,
        noted_at=now,
    )
    session.add(note)
    session.flush()
    trail.record(session, actor, "units.note_vacancies", now, "unit", unit_id, ["free_places"])
    announce(session, actor.municipality_id, "unit", [unit_id])
    return note
