"""Who works with whom, as far as it decides on what is told of people."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.models import TeamMember, TeamRegion


def works_with(session: Session, actor: Actor, worker_id: UUID, verb: str) -> bool:
    """Whether a worker belongs, or belonged, to a team for which the actor holds the verb."""
    covering = select(TeamRegion.team_id).where(
        TeamRegion.municipality_id == actor.municipality_id, TeamRegion.region_id.in_(actor.region_ids(verb))
    )
    asked = select(TeamMember.id).where(
        TeamMember.municipality_id == actor.municipality_id,
        TeamMember.worker_id == worker_id,
        or_(TeamMember.team_id.in_(actor.team_ids(verb)), TeamMember.team_id.in_(covering)),
    )
    return session.scalar(asked.limit(1)) is not None
