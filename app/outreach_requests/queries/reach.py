"""Which requests an actor works with: of the whole city, or of the regions of what she answers for."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.models import Team, TeamRegion
from app.outreach_requests.models import OutreachRequest


def regions_of(session: Session, actor: Actor, verb: str) -> set[UUID] | None:
    """Regions within the verb's reach: its own, those of its teams and of the teams of its units. None: everywhere."""
    if actor.everywhere(verb):
        return None
    m = actor.municipality_id
    units = actor.unit_ids(verb)
    found = session.scalars(
        select(TeamRegion.region_id)
        .join(Team, (Team.municipality_id == TeamRegion.municipality_id) & (Team.id == TeamRegion.team_id))
        .where(TeamRegion.municipality_id == m, or_(Team.id.in_(actor.team_ids(verb)), Team.reference_unit_id.in_(units)))
    )
    return {*actor.region_ids(verb), *found}


def within(session: Session, actor: Actor, verb: str) -> ColumnElement[bool]:
    """SQL condition on OutreachRequest. What lies in no region known yet is everybody's: else nobody would see it."""
    regions = regions_of(session, actor, verb)
    if regions is None:
        return true()
    return or_(OutreachRequest.region_id.is_(None), OutreachRequest.region_id.in_(sorted(regions)))
