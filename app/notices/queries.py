"""Who is to be told: from the roles held and the teams as they are at an instant, never who is suspended."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, text
from sqlalchemy.orm import Session

from app.access.roles import ROLES
from app.accounts.models import RoleGrant, Team, TeamMember, TeamRegion, Worker
from app.accounts.queries import present
from app.core import clock, days

# Who answers at a unit's door; a coordination that reads the inbox does not.
_DESK = frozenset(role for role, verbs in ROLES.items() if "referrals.decide" in verbs)
# Units are of a domain of this floor.
_REGION_OF_UNIT = text("SELECT region_id FROM units WHERE municipality_id = :m AND id = :unit")


def desk_of(session: Session, municipality_id: int, unit_id: UUID, at: datetime) -> list[UUID]:
    """Whoever answers referrals at a unit: by a role given there; where nobody has one, by a role for the whole city."""
    for scope in (_named("unit", {unit_id}), _everywhere()):
        if found := _holding(session, municipality_id, _DESK, scope, at):
            return found
    return []


def coordinators_of(
    session: Session, municipality_id: int, unit_id: UUID | None = None, team_id: UUID | None = None, at: datetime | None = None
) -> list[UUID]:
    """The nearest coordination of a unit or of a team: named for it, for the team's unit of reference, for the region,
    at last for the whole city. Without either: the city's. [] when there is none at all.
    """
    units, teams, regions = {unit_id} - {None}, {team_id} - {None}, set()
    for team in teams:
        found = session.get(Team, (municipality_id, team))
        units |= {found.reference_unit_id} - {None} if found else set()
        regions |= set(
            session.scalars(
                select(TeamRegion.region_id).where(TeamRegion.municipality_id == municipality_id, TeamRegion.team_id == team)
            )
        )
    if unit_id:
        regions |= {session.scalar(_REGION_OF_UNIT, {"m": municipality_id, "unit": unit_id})} - {None}
    nearest = (_named("team", teams), _named("unit", units), _named("region", regions), _everywhere())
    for scope in nearest:
        if found := _holding(session, municipality_id, {"coordinator"}, scope, at or clock.now()):
            return found
    return []


def supervisors_of(
    session: Session, municipality_id: int, unit_id: UUID | None = None, at: datetime | None = None
) -> list[UUID]:
    """Whoever oversees the whole city; with a unit also who oversees its region. Where only regions have somebody and no
    unit is named: all of these, for nobody may be the end of an escalation.
    """
    at = at or clock.now()
    region = unit_id and session.scalar(_REGION_OF_UNIT, {"m": municipality_id, "unit": unit_id})
    scope = or_(_everywhere(), _named("region", {region} - {None}))
    found = _holding(session, municipality_id, {"supervisor"}, scope, at)
    return found or _holding(session, municipality_id, {"supervisor"}, RoleGrant.scope_kind == "region", at)


def team_of(session: Session, municipality_id: int, team_id: UUID, at: datetime | None = None) -> list[UUID]:
    """Who is in a team on the city's day."""
    today = days.today_of(session, municipality_id, at or clock.now())
    return list(
        session.scalars(
            select(Worker.id)
            .join(TeamMember, (TeamMember.municipality_id == Worker.municipality_id) & (TeamMember.worker_id == Worker.id))
            .where(Worker.municipality_id == municipality_id, Worker.is_active, TeamMember.team_id == team_id, present(today))
            .distinct()
            .order_by(Worker.id)
        )
    )


def _holding(
    session: Session, municipality_id: int, roles: Iterable[str], scope: ColumnElement[bool], at: datetime
) -> list[UUID]:
    """Active workers with one of the roles at an instant, where `scope` says."""
    return list(
        session.scalars(
            select(Worker.id)
            .join(RoleGrant, (RoleGrant.municipality_id == Worker.municipality_id) & (RoleGrant.worker_id == Worker.id))
            .where(
                Worker.municipality_id == municipality_id,
                Worker.is_active,
                RoleGrant.role.in_(sorted(roles)),
                RoleGrant.valid_from <= at,
                or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > at),
                scope,
            )
            .distinct()
            .order_by(Worker.id)
        )
    )


def _named(kind: str, ids: Iterable[UUID]) -> ColumnElement[bool]:
    return (RoleGrant.scope_kind == kind) & RoleGrant.scope_id.in_(list(ids))


def _everywhere() -> ColumnElement[bool]:
    return RoleGrant.scope_kind == "municipality"
