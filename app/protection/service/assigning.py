"""Which unit answers for a flag: decided once, on arrival."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.notices import queries as notices
from app.protection.queries.setting import bodies

# Units and teams are of domains below; names and kinds are all that is asked.
_CREAS = text(
    "SELECT id, region_id FROM units WHERE municipality_id = :m AND is_active AND kind = 'creas' ORDER BY lower(name), id"
)
_TEAM = text("SELECT kind, reference_unit_id FROM teams WHERE municipality_id = :m AND id = :team")


def unit_for(session: Session, municipality_id: int, region_id: UUID | None, team_id: UUID | None, body: str | None, at: datetime) -> UUID | None:
    """The CREAS of the region of the place, else the team's unit of reference, else any CREAS: the first that has
    technicians and is not of the accused body. None: nobody; the coordination and the supervision are told.
    """
    creas = session.execute(_CREAS, {"m": municipality_id}).all()
    of_region = [row.id for row in creas if region_id is not None and row.region_id == region_id]
    reference = reference_of(session, municipality_id, team_id)[1]
    accused = {unit for unit, of in bodies(session, municipality_id).items() if body and of == body}
    for unit_id in dict.fromkeys([*of_region, *([reference] if reference else []), *(row.id for row in creas)]):
        if unit_id not in accused and notices.technicians_at(session, municipality_id, unit_id, at):
            return unit_id
    return None


def reference_of(session: Session, municipality_id: int, team_id: UUID | None) -> tuple[str | None, UUID | None]:
    """(kind, unit of reference) of a team; (None, None) without one."""
    if team_id is None:
        return None, None
    row = session.execute(_TEAM, {"m": municipality_id, "team": team_id}).first()
    return (row.kind, row.reference_unit_id) if row else (None, None)
