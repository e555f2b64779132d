"""Readings of accounts, narrowed to the actor."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor, Grant
from app.access.guard import require
from app.accounts.models import Device, RoleGrant, Team, TeamMember, TeamRegion, Worker, WorkerSession


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


def teams_of_worker(session: Session, municipality_id: int, worker_id: UUID) -> list[dict[str, Any]]:
    """The worker's present teams, each with its members and regions, as the phone's `me` shows them."""
    teams = session.scalars(
        select(Team)
        .join(TeamMember, (TeamMember.municipality_id == Team.municipality_id) & (TeamMember.team_id == Team.id))
        .where(
            Team.municipality_id == municipality_id,
            Team.is_active,
            TeamMember.worker_id == worker_id,
            TeamMember.left_on.is_(None),
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
