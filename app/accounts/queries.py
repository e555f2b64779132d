"""Readings of accounts, narrowed to the actor."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor, Grant
from app.access.guard import allows, require
from app.accounts.models import Device, RoleGrant, Team, TeamMember, TeamRegion, Worker, WorkerSession
from app.accounts.problems import DeviceNotFound


def grants_of(session: Session, municipality_id: int, worker_id: UUID) -> tuple[Grant, ...]:
    """Every role the worker holds or ever held, with its time."""
    rows = session.scalars(
        select(RoleGrant).where(RoleGrant.municipality_id == municipality_id, RoleGrant.worker_id == worker_id)
    )
    return tuple(Grant(r.role, r.scope_kind, r.scope_id, r.valid_from, r.valid_to) for r in rows)


def deliverer(session: Session, municipality_id: int, worker_id: UUID, device_id: UUID, now: datetime) -> Actor | None:
    """The worker whose outbox somebody brings in a file; None when the city has no such worker."""
    worker = session.get(Worker, (municipality_id, worker_id))
    if worker is None:
        return None
    device = session.get(Device, (municipality_id, device_id))
    return Actor(
        worker_id=worker_id,
        municipality_id=municipality_id,
        name=worker.name,
        login=worker.login,
        locale=worker.locale,
        grants=grants_of(session, municipality_id, worker_id),
        when=now,
        device_id=device_id if device and device.worker_id == worker_id else None,
    )


def open_sessions(session: Session, actor: Actor, now: Any) -> list[dict[str, Any]]:
    """The actor's own sessions that still stand, newest first."""
    require(actor, "accounts.read_own")
    rows = session.execute(
        select(WorkerSession, Device.label)
        .outerjoin(
            Device,
            (Device.municipality_id == WorkerSession.municipality_id) & (Device.id == WorkerSession.device_id),
        )
        .where(
            WorkerSession.municipality_id == actor.municipality_id,
            WorkerSession.worker_id == actor.worker_id,
            WorkerSession.ended_at.is_(None),
            WorkerSession.expires_at > now,
        )
        .order_by(WorkerSession.created_at.desc())
    )
    return [
        {
            "id": row.id,
            "device": label,
            "created_at": row.created_at,
            "last_used_at": row.last_used_at,
            "is_this": row.id == actor.session_id,
        }
        for row, label in rows
    ]


def devices_of(session: Session, actor: Actor) -> list[Device]:
    """The actor's own field devices, the last seen first."""
    require(actor, "accounts.read_own")
    return list(
        session.scalars(
            select(Device)
            .where(Device.municipality_id == actor.municipality_id, Device.worker_id == actor.worker_id)
            .order_by(Device.last_seen_at.desc())
        )
    )


def workers_of(session: Session, actor: Actor) -> list[Worker]:
    """Every worker of the municipality, for the administrator."""
    require(actor, "accounts.read_workers")
    return list(
        session.scalars(
            select(Worker).where(Worker.municipality_id == actor.municipality_id).order_by(Worker.name)
        )
    )


def workers_with_roles(session: Session, actor: Actor, now: Any) -> list[dict[str, Any]]:
    """Every worker with the roles held now (scope by kind, and by name for a team) and the present teams."""
    found = {
        worker.id: {"name": worker.name, "login": worker.login, "is_active": worker.is_active, "roles": [], "teams": []}
        for worker in workers_of(session, actor)
    }
    teams = {
        team.id: team.name for team in session.scalars(select(Team).where(Team.municipality_id == actor.municipality_id))
    }
    members = session.scalars(
        select(TeamMember).where(TeamMember.municipality_id == actor.municipality_id, TeamMember.left_on.is_(None))
    )
    for member in members:
        found[member.worker_id]["teams"].append(teams[member.team_id])
    grants = session.scalars(
        select(RoleGrant)
        .where(RoleGrant.municipality_id == actor.municipality_id, RoleGrant.valid_from <= now)
        .order_by(RoleGrant.role)
    )
    for grant in grants:
        if grant.valid_to is None or grant.valid_to > now:
            found[grant.worker_id]["roles"].append(
                {"role": grant.role, "scope_kind": grant.scope_kind, "team": teams.get(grant.scope_id)}
            )
    return list(found.values())


@dataclass(frozen=True)
class InReach:
    """A phone with whose it is."""

    device: Device
    worker: Worker


def device_in_reach(session: Session, actor: Actor, device_id: UUID) -> InReach:
    """One's own phone, or one of a worker of the actor's teams. Raises DeviceNotFound."""
    found = session.execute(_phones(actor).where(Device.id == device_id)).first()
    if found is None:
        raise DeviceNotFound()
    device, worker = found
    if device.worker_id != actor.worker_id and worker.id not in _workers_in_reach(session, actor):
        raise DeviceNotFound()
    return InReach(device, worker)


def devices_in_reach(session: Session, actor: Actor) -> list[InReach]:
    """Phones of the workers of the actor's teams (of everybody, for who holds the verb everywhere), by worker."""
    require(actor, "accounts.report_team_lost")
    asked = _phones(actor).where(Device.worker_id.in_(_workers_in_reach(session, actor)))
    rows = session.execute(asked.order_by(Worker.name, Device.last_seen_at.desc()))
    return [InReach(device, worker) for device, worker in rows]


def _phones(actor: Actor):
    return (
        select(Device, Worker)
        .join(Worker, and_(Worker.municipality_id == Device.municipality_id, Worker.id == Device.worker_id))
        .where(Device.municipality_id == actor.municipality_id)
    )


def _workers_in_reach(session: Session, actor: Actor) -> set[UUID]:
    """Whoever is or was in a team for which the actor may report a phone lost: who left may still hold one."""
    verb = "accounts.report_team_lost"
    if actor.everywhere(verb):
        return set(session.scalars(select(Worker.id).where(Worker.municipality_id == actor.municipality_id)))
    if not allows(actor, verb):
        return set()
    members = (
        select(TeamMember.worker_id)
        .join(Team, and_(Team.municipality_id == TeamMember.municipality_id, Team.id == TeamMember.team_id))
        .where(TeamMember.municipality_id == actor.municipality_id, _team_within(actor, verb))
    )
    return set(session.scalars(members))


def _team_within(actor: Actor, verb: str) -> ColumnElement[bool]:
    """Teams inside the actor's scopes for a verb: named, of a unit named, or with a region named."""
    covering = select(TeamRegion.team_id).where(
        TeamRegion.municipality_id == actor.municipality_id, TeamRegion.region_id.in_(actor.region_ids(verb))
    )
    return or_(
        Team.id.in_(actor.team_ids(verb)), Team.reference_unit_id.in_(actor.unit_ids(verb)), Team.id.in_(covering)
    )


def teams_of_worker(
    session: Session, municipality_id: int, worker_id: UUID, on: date | None = None
) -> list[dict[str, Any]]:
    """The worker's present teams, each with its members and regions, as the phone's `me` shows them.

    With `on` those of that day: who left since then held what belonged to them.
    """
    still = TeamMember.left_on.is_(None)
    of_then = still if on is None else and_(TeamMember.joined_on <= on, or_(still, TeamMember.left_on >= on))
    teams = session.scalars(
        select(Team)
        .join(TeamMember, (TeamMember.municipality_id == Team.municipality_id) & (TeamMember.team_id == Team.id))
        .where(
            Team.municipality_id == municipality_id,
            Team.is_active,
            TeamMember.worker_id == worker_id,
            of_then,
        )
        .order_by(Team.name)
    ).unique()
    found = []
    for team in teams:
        members = session.execute(
            select(Worker.id, Worker.name)
            .join(
                TeamMember,
                (TeamMember.municipality_id == Worker.municipality_id) & (TeamMember.worker_id == Worker.id),
            )
            .where(
                TeamMember.municipality_id == municipality_id,
                TeamMember.team_id == team.id,
                TeamMember.left_on.is_(None),
                Worker.is_active,
            )
            .order_by(Worker.name)
        ).all()
        regions = session.scalars(
            select(TeamRegion.region_id).where(
                TeamRegion.municipality_id == municipality_id, TeamRegion.team_id == team.id
            )
        ).all()
        found.append(
            {
                "id": team.id,
                "name": team.name,
                "kind": team.kind,
                "reference_unit_id": team.reference_unit_id,
                "region_ids": list(regions),
                "members": [{"id": row.id, "name": row.name} for row in members],
            }
        )
    return found
