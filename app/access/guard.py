"""The question every verb asks first: may this actor do this, here?"""

from uuid import UUID

from app.access.actor import Actor
from app.access.problems import Forbidden


def require(
    actor: Actor,
    verb: str,
    *,
    team_id: UUID | None = None,
    unit_id: UUID | None = None,
    region_id: UUID | None = None,
) -> None:
    """Raise Forbidden unless the verb is held for the municipality or for one of the scopes named.

    With no scope named, holding the verb anywhere is enough (a worker's own things).
    """
    if allows(actor, verb, team_id=team_id, unit_id=unit_id, region_id=region_id):
        return
    raise Forbidden(extra={"verb": verb})


def allows(
    actor: Actor,
    verb: str,
    *,
    team_id: UUID | None = None,
    unit_id: UUID | None = None,
    region_id: UUID | None = None,
) -> bool:
    """The same question, answered."""
    if actor.everywhere(verb):
        return True
    if team_id is None and unit_id is None and region_id is None:
        return any(find(verb) for find in (actor.team_ids, actor.unit_ids, actor.region_ids))
    return (
        (team_id is not None and team_id in actor.team_ids(verb))
        or (unit_id is not None and unit_id in actor.unit_ids(verb))
        or (region_id is not None and region_id in actor.region_ids(verb))
    )
