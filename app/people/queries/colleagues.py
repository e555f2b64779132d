"""Who works with whom, as far as it decides on what is told of people."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.models import TeamMember, TeamRegion


def colleagues_among(session: Session, actor: Actor, worker_ids: Collection[UUID], verb: str) -> set[UUID]:
    """Those of these workers who belong, or belonged, to a team for which the actor holds the verb."""
    covering = select(TeamRegion.team_id).where(
        TeamRegion.municipality_id == actor.municipality_id, TeamRegion.region_id.in_(actor.region_ids(verb))
    )
    asked = select(TeamMember.worker_id).where(
        TeamMember.municipality_id == actor.municipality_id,
        TeamMember.worker_id.in_(worker_ids),
        or_(TeamMember.team_id.in_(actor.team_ids(verb)), TeamMember.team_id.in_(covering)),
    )
    return set(session.scalars(asked))
