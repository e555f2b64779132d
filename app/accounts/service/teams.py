"""Teams: made, renamed, closed; where they work and to which unit they refer."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts import queries
from app.accounts.models import RoleGrant, Team, TeamMember, TeamRegion
from app.accounts.problems import BadScope, TeamHasMembers, TeamNotFound
from app.audit import trail
from app.core import days
from app.core.ids import new_id


def create_team(
    session: Session,
    actor: Actor,
    name: str,
    kind: str,
    reference_unit_id: UUID | None,
    region_ids: Collection[UUID],
    now: datetime,
) -> Team:
    """Raises TeamNameTaken (by the constraint), BadScope for a unit or region that is not open, or Forbidden."""
    require(actor, "accounts.manage_teams")
    _check_places(session, actor, reference_unit_id, region_ids)
    team = Team(
        municipality_id=actor.municipality_id, id=new_id(), name=name, kind=kind, reference_unit_id=reference_unit_id
    )
    session.add(team)
    session.flush()
    _set_regions(session, team, region_ids)
    trail.record(session, actor, "accounts.manage_teams", now, "team", team.id, ["name", "kind", "regions"])
    return team


def edit_team(
    session: Session,
    actor: Actor,
    team_id: UUID,
    name: str,
    reference_unit_id: UUID | None,
    region_ids: Collection[UUID],
    now: datetime,
) -> None:
    """Another name, unit or regions; its kind stays, since what it recorded is of that kind."""
    require(actor, "accounts.manage_teams")
    team = _open_team(session, actor, team_id)
    _check_places(session, actor, reference_unit_id, region_ids)
    team.name, team.reference_unit_id = name, reference_unit_id
    session.flush()
    _set_regions(session, team, region_ids)
    trail.record(session, actor, "accounts.manage_teams", now, "team", team_id, ["name", "unit", "regions"])


def close_team(session: Session, actor: Actor, team_id: UUID, now: datetime) -> None:
    """No more work by it; its roles end with it. Raises TeamHasMembers while somebody is in it."""
    require(actor, "accounts.manage_teams")
    team = _open_team(session, actor, team_id)
    today = days.today_of(session, actor.municipality_id, now)
    if session.scalar(
        select(TeamMember.id)
        .where(
            TeamMember.municipality_id == actor.municipality_id,
            TeamMember.team_id == team_id,
            or_(TeamMember.left_on.is_(None), TeamMember.left_on > today),
        )
        .limit(1)
    ):
        raise TeamHasMembers()
    team.is_active = False
    session.execute(
        update(RoleGrant)
        .where(
            RoleGrant.municipality_id == actor.municipality_id,
            RoleGrant.scope_kind == "team",
            RoleGrant.scope_id == team_id,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
        )
        .values(valid_to=func.greatest(RoleGrant.valid_from, now))
    )
    session.flush()
    trail.record(session, actor, "accounts.manage_teams", now, "team", team_id, ["is_active"])


def _open_team(session: Session, actor: Actor, team_id: UUID) -> Team:
    team = session.get(Team, (actor.municipality_id, team_id), with_for_update=True)
    if team is None or not team.is_active:
        raise TeamNotFound()
    return team


def _check_places(
    session: Session, actor: Actor, reference_unit_id: UUID | None, region_ids: Collection[UUID]
) -> None:
    known = queries.scopes_of_city(session, actor.municipality_id)
    if (reference_unit_id is not None and reference_unit_id not in known["unit"]) or set(region_ids) - known[
        "region"
    ].keys():
        raise BadScope()


def _set_regions(session: Session, team: Team, region_ids: Collection[UUID]) -> None:
    session.execute(
        delete(TeamRegion).where(
            TeamRegion.municipality_id == team.municipality_id,
            TeamRegion.team_id == team.id,
            TeamRegion.region_id.not_in(region_ids),
        )
    )
    present = set(
        session.scalars(
            select(TeamRegion.region_id).where(
                TeamRegion.municipality_id == team.municipality_id, TeamRegion.team_id == team.id
            )
        )
    )
    for region_id in set(region_ids) - present:
        session.add(
            TeamRegion(municipality_id=team.municipality_id, id=new_id(), team_id=team.id, region_id=region_id)
        )
    session.flush()
