"""Who works here: taken on, renamed, suspended, taken back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, text, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts import rules
from app.accounts.models import RoleGrant, WorkerSession
from app.accounts.problems import LoginTaken, NotForYourself, NotSuspended, WorkerNotFound
from app.accounts.service import create_worker, drop_passkeys, end_sessions, grant_role
from app.accounts.service.codes import BY_SLIP, Given, issue, void, void_issued_by
from app.accounts.service.roles import (
    active_worker,
    check_one_stays,
    check_scope,
    give,
    leave_all,
    lock_administration,
    worker_of,
)
from app.accounts.terms import NO_PASSWORD
from app.audit import trail
from app.core import days


def hire(
    session: Session,
    actor: Actor,
    login: str,
    name: str,
    role: str,
    scope: tuple[str, UUID | None],
    now: datetime,
    secret: str,
) -> Given:
    """A new worker with a first role and a code for the first access; of a team, she is in it from today.

    Raises LoginTaken, BadScope or Forbidden.
    """
    require(actor, "accounts.create_worker")
    check_scope(session, actor, role, scope)
    if session.execute(text("SELECT 1 FROM find_login(:login)"), {"login": login}).first():
        raise LoginTaken(fields={"login": [str(LoginTaken.sentence)]})
    worker = create_worker(session, actor.municipality_id, login, name, "", now, NO_PASSWORD)
    give(session, worker, role, scope, now, None, days.today_of(session, actor.municipality_id, now))
    [given] = issue(session, [worker], "first", now, now + BY_SLIP, secret, actor.worker_id)
    trail.record(session, actor, "accounts.create_worker", now, "worker", worker.id, ["login", "name", "role"])
    return given


def first_administrator(
    session: Session, municipality_id: int, login: str, name: str, password: str | None, now: datetime, secret: str
) -> Given | None:
    """Who opens a city, from the command line: with a password typed there, else with a first-access code, given back.

    Raises LoginTaken (by the constraint) or WeakPassword.
    """
    if password is not None:
        rules.check_new_password(password, login)
    stored = NO_PASSWORD if password is None else None
    worker = create_worker(session, municipality_id, login, name, password or "", now, stored)
    grant_role(session, municipality_id, worker.id, "administrator", now)
    return issue(session, [worker], "first", now, now + BY_SLIP, secret, None)[0] if password is None else None


def give_slip(session: Session, actor: Actor, worker_id: UUID, now: datetime, secret: str) -> Given:
    """Another first-access code, on paper, for who has not chosen a password yet; the one before ends."""
    require(actor, "accounts.create_worker")
    worker = active_worker(session, actor, worker_id)
    if worker.password_hash != NO_PASSWORD:
        raise WorkerNotFound()
    [given] = issue(session, [worker], "first", now, now + BY_SLIP, secret, actor.worker_id)
    trail.record(session, actor, "accounts.give_code", now, "worker", worker_id)
    return given


def rename(session: Session, actor: Actor, worker_id: UUID, name: str, now: datetime) -> None:
    require(actor, "accounts.rename_worker")
    worker_of(session, actor, worker_id).name = name
    session.flush()
    trail.record(session, actor, "accounts.rename_worker", now, "worker", worker_id, ["name"])


def set_profession(session: Session, actor: Actor, worker_id: UUID, profession: str | None, now: datetime) -> None:
    """Say of which profession somebody is; None for who writes no private notes. Opens no note to anybody."""
    require(actor, "accounts.set_profession")
    worker_of(session, actor, worker_id).profession = profession
    session.flush()
    trail.record(session, actor, "accounts.set_profession", now, "worker", worker_id, ["profession"])


def suspend(session: Session, actor: Actor, worker_id: UUID, now: datetime) -> None:
    """At once: every role ends, every session at a desk too; a phone may do no more than deliver what it holds.

    Raises WorkerNotFound, NotForYourself, Suspended, LastAdministrator or Forbidden.
    """
    require(actor, "accounts.suspend_worker")
    if worker_id == actor.worker_id:
        raise NotForYourself()
    lock_administration(session, actor, "accounts.suspend_worker")
    worker = active_worker(session, actor, worker_id)
    check_one_stays(session, actor.municipality_id, now, without_worker=worker_id)
    worker.is_active, worker.suspended_at = False, now
    session.execute(
        update(RoleGrant)
        .where(
            RoleGrant.municipality_id == actor.municipality_id,
            RoleGrant.worker_id == worker_id,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
        )
        .values(valid_to=func.greatest(RoleGrant.valid_from, now))
    )
    session.execute(
        update(WorkerSession)
        .where(
            WorkerSession.municipality_id == actor.municipality_id,
            WorkerSession.worker_id == worker_id,
            WorkerSession.device_id.is_(None),
            WorkerSession.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    leave_all(session, worker, days.today_of(session, actor.municipality_id, now))
    void(session, [worker], now)
    void_issued_by(session, worker, now)
    session.flush()
    trail.record(session, actor, "accounts.suspend_worker", now, "worker", worker_id)


def reinstate(
    session: Session, actor: Actor, worker_id: UUID, role: str, scope: tuple[str, UUID | None], now: datetime
) -> None:
    """A suspended worker comes back with a new role; nothing that she held before wakes up by itself.

    Raises WorkerNotFound, NotSuspended, BadScope or Forbidden.
    """
    require(actor, "accounts.reinstate_worker")
    worker = worker_of(session, actor, worker_id)
    if worker.is_active:
        raise NotSuspended()
    check_scope(session, actor, role, scope)
    worker.is_active, worker.suspended_at = True, None
    # A phone that could only deliver must be entered anew, and no passkey of before opens by itself.
    end_sessions(session, actor.municipality_id, worker_id, now)
    drop_passkeys(session, actor.municipality_id, worker_id)
    give(session, worker, role, scope, now, None, days.today_of(session, actor.municipality_id, now))
    trail.record(session, actor, "accounts.reinstate_worker", now, "worker", worker_id, ["role", "scope"])
