"""Verbs on accounts, devices and sessions; set-up verbs run as the owner from the command line."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.access.roles import ROLES
from app.accounts.models import Device, Passkey, RoleGrant, Team, TeamMember, Worker, WorkerSession
from app.accounts.passwords import hash_password
from app.accounts.problems import SessionNotFound
from app.audit import trail
from app.core.ids import new_id


def end_session(session: Session, actor: Actor, session_id: UUID, now: datetime) -> None:
    """End one of the actor's own sessions."""
    require(actor, "accounts.end_session")
    ended = session.execute(
        update(WorkerSession)
        .where(
            WorkerSession.municipality_id == actor.municipality_id,
            WorkerSession.id == session_id,
            WorkerSession.worker_id == actor.worker_id,
            WorkerSession.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    if ended.rowcount == 0:
        raise SessionNotFound()
    trail.record(session, actor, "accounts.end_session", now, "session", session_id)


def end_other_sessions(session: Session, actor: Actor, now: datetime) -> None:
    """End every session of the actor's but the present one; phones can still deliver what they hold."""
    require(actor, "accounts.end_session")
    session.execute(
        update(WorkerSession)
        .where(
            WorkerSession.municipality_id == actor.municipality_id,
            WorkerSession.worker_id == actor.worker_id,
            WorkerSession.id != actor.session_id,
            WorkerSession.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    trail.record(session, actor, "accounts.end_session", now, "worker", actor.worker_id)


def revoke_device(session: Session, actor: Actor, device_id: UUID, now: datetime) -> None:
    """A lost phone: its caseload goes at its next contact; what it still holds unsent may only be delivered."""
    require(actor, "accounts.revoke_device")
    done = session.execute(
        update(Device)
        .where(
            Device.municipality_id == actor.municipality_id,
            Device.id == device_id,
            Device.worker_id == actor.worker_id,
            Device.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    if done.rowcount == 0:
        raise SessionNotFound()
    drop_passkeys(session, actor.municipality_id, actor.worker_id, device_id)
    trail.record(session, actor, "accounts.revoke_device", now, "device", device_id)


def drop_passkeys(session: Session, municipality_id: int, worker_id: UUID, device_id: UUID | None = None) -> None:
    """The worker's passkeys open nothing any more: all of them, or those made on one phone."""
    of_device = () if device_id is None else (Passkey.device_id == device_id,)
    session.execute(
        delete(Passkey).where(Passkey.municipality_id == municipality_id, Passkey.worker_id == worker_id, *of_device)
    )


def end_sessions(
    session: Session, municipality_id: int, worker_id: UUID, now: datetime, but: UUID | None = None
) -> None:
    """End a worker's sessions, all or all but one. What a phone delivers with its own token goes on."""
    asked = update(WorkerSession).where(
        WorkerSession.municipality_id == municipality_id,
        WorkerSession.worker_id == worker_id,
        WorkerSession.ended_at.is_(None),
    )
    if but is not None:
        asked = asked.where(WorkerSession.id != but)
    session.execute(asked.values(ended_at=now))


def set_locale(session: Session, actor: Actor, locale: str, now: datetime) -> None:
    require(actor, "accounts.set_locale")
    session.execute(
        update(Worker)
        .where(Worker.municipality_id == actor.municipality_id, Worker.id == actor.worker_id)
        .values(locale=locale)
    )
    trail.record(session, actor, "accounts.set_locale", now, "worker", actor.worker_id, ["locale"])


def create_worker(
    session: Session,
    municipality_id: int,
    login: str,
    name: str,
    password: str,
    now: datetime,
    password_hash: str | None = None,
) -> Worker:
    """A new worker, without any role yet. Raises LoginTaken (by the constraint)."""
    worker = Worker(
        municipality_id=municipality_id,
        id=new_id(),
        login=login.strip().lower(),
        name=name,
        password_hash=password_hash or hash_password(password),
        created_at=now,
    )
    session.add(worker)
    session.flush()
    return worker


def grant_role(
    session: Session,
    municipality_id: int,
    worker_id: UUID,
    role: str,
    now: datetime,
    scope_kind: str = "municipality",
    scope_id: UUID | None = None,
) -> None:
    """Give a role from `now` on, within a scope."""
    if role not in ROLES:
        raise ValueError(f"no such role: {role}")
    session.add(
        RoleGrant(
            municipality_id=municipality_id,
            id=new_id(),
            worker_id=worker_id,
            role=role,
            scope_kind=scope_kind,
            scope_id=scope_id,
            valid_from=now,
        )
    )
    session.flush()


def join_team(session: Session, team: Team, worker_id: UUID, on: date) -> None:
    session.add(
        TeamMember(
            municipality_id=team.municipality_id, id=new_id(), team_id=team.id, worker_id=worker_id, joined_on=on
        )
    )
    session.flush()
