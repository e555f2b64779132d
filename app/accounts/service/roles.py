"""Roles given and ended, each with its dates; who is in which team goes with them.

Nothing is erased: a role that ended says what was right while it lasted, and a phone's work of then is still taken.
"""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts import queries, rules
from app.accounts.models import RoleGrant, Team, TeamMember, Worker
from app.accounts.problems import (
    BadDates,
    BadScope,
    GrantNotFound,
    LastAdministrator,
    NotForYourself,
    Suspended,
    WorkerNotFound,
)
from app.accounts.service import join_team
from app.accounts.terms import NO_PASSWORD
from app.audit import trail
from app.core import days
from app.core.ids import new_id


def grant(
    session: Session,
    actor: Actor,
    worker_id: UUID,
    role: str,
    scope: tuple[str, UUID | None],
    begins_on: date | None,
    last_on: date | None,
    now: datetime,
) -> None:
    """Another role, from a day on (None: at once) to the end of another (None: until somebody ends it).

    Raises WorkerNotFound, NotForYourself, Suspended, BadScope, BadDates or Forbidden.
    """
    require(actor, "accounts.grant_role")
    if worker_id == actor.worker_id:
        raise NotForYourself()
    worker = active_worker(session, actor, worker_id)
    check_scope(session, actor, role, scope)
    today, zone = days.today_of(session, actor.municipality_id, now), days.zone_of(session, actor.municipality_id)
    begins = _begin(begins_on, today, zone, now)
    ends = days.midnight(days.after(last_on), zone) if last_on else None
    rules.check_dates(begins, ends, now)
    give(session, worker, role, scope, begins, ends, begins_on or today)
    trail.record(session, actor, "accounts.grant_role", now, "worker", worker_id, ["role", "scope"])


def end_role(
    session: Session, actor: Actor, worker_id: UUID, grant_id: UUID, last_on: date | None, now: datetime
) -> None:
    """A role ends now, or at the end of a day. Raises GrantNotFound, LastAdministrator, BadDates or Forbidden."""
    require(actor, "accounts.end_role")
    lock_administration(session, actor, "accounts.end_role")
    held = _held(session, actor, worker_id, grant_id, now)
    today, zone = days.today_of(session, actor.municipality_id, now), days.zone_of(session, actor.municipality_id)
    if last_on is not None and last_on < today:
        raise BadDates()
    ends = days.midnight(days.after(last_on), zone) if last_on else now
    if held.valid_to is not None and held.valid_to < ends:
        raise BadDates()
    if held.role == "administrator":
        check_one_stays(session, actor.municipality_id, now, without_grant=grant_id)
    held.valid_to = max(ends, held.valid_from)
    _leave(session, held, days.after(last_on) if last_on else today)
    session.flush()
    trail.record(session, actor, "accounts.end_role", now, "worker", worker_id, ["role"])


def move(
    session: Session,
    actor: Actor,
    worker_id: UUID,
    grant_id: UUID,
    scope: tuple[str, UUID | None],
    on: date | None,
    now: datetime,
) -> None:
    """A role goes on in another team or unit from a day on; where it was before stays written.

    Raises GrantNotFound, NotForYourself, BadScope, BadDates, Suspended or Forbidden.
    """
    require(actor, "accounts.move_worker")
    if worker_id == actor.worker_id:
        raise NotForYourself()
    worker = active_worker(session, actor, worker_id)
    held = _held(session, actor, worker_id, grant_id, now)
    check_scope(session, actor, held.role, scope)
    if scope == (held.scope_kind, held.scope_id):
        raise BadScope(fields={"scope": [str(BadScope.sentence)]})
    today, zone = days.today_of(session, actor.municipality_id, now), days.zone_of(session, actor.municipality_id)
    # A role that is still to begin begins elsewhere, not sooner.
    begins = max(_begin(on, today, zone, now), held.valid_from)
    day = max(on or today, begins.astimezone(zone).date())
    rules.check_dates(begins, held.valid_to, now)
    ends = held.valid_to
    held.valid_to = begins
    _leave(session, held, day)
    give(session, worker, held.role, scope, begins, ends, day)
    trail.record(session, actor, "accounts.move_worker", now, "worker", worker_id, ["scope"])


def lock_administration(session: Session, actor: Actor, verb: str) -> None:
    """One at a time: who may lose the role is judged on what others have committed, and the actor must still hold it."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"),
        {"what": f"administration:{actor.municipality_id}"},
    )
    require(replace(actor, grants=queries.grants_of(session, actor.municipality_id, actor.worker_id)), verb)


def check_one_stays(
    session: Session,
    municipality_id: int,
    now: datetime,
    without_worker: UUID | None = None,
    without_grant: UUID | None = None,
) -> None:
    """Raise LastAdministrator unless somebody else administers without an end, and can enter."""
    asked = (
        select(RoleGrant.id)
        .join(
            Worker, (Worker.municipality_id == RoleGrant.municipality_id) & (Worker.id == RoleGrant.worker_id)
        )
        .where(
            RoleGrant.municipality_id == municipality_id,
            RoleGrant.role == "administrator",
            RoleGrant.valid_from <= now,
            RoleGrant.valid_to.is_(None),
            Worker.is_active,
            Worker.password_hash != NO_PASSWORD,
        )
        .limit(1)
    )
    if without_worker is not None:
        asked = asked.where(RoleGrant.worker_id != without_worker)
    if without_grant is not None:
        asked = asked.where(RoleGrant.id != without_grant)
    if session.scalar(asked) is None:
        raise LastAdministrator()


def check_scope(session: Session, actor: Actor, role: str, scope: tuple[str, UUID | None]) -> None:
    kind, scope_id = scope
    rules.check_scope(role, kind, scope_id is not None)
    if scope_id is not None and scope_id not in queries.scopes_of_city(session, actor.municipality_id)[kind]:
        raise BadScope(fields={"scope": [str(BadScope.sentence)]})


def _begin(on: date | None, today: date, zone: ZoneInfo, now: datetime) -> datetime:
    return now if on is None or on == today else days.midnight(on, zone)


def give(
    session: Session,
    worker: Worker,
    role: str,
    scope: tuple[str, UUID | None],
    begins: datetime,
    ends: datetime | None,
    on: date,
) -> None:
    kind, scope_id = scope
    session.add(
        RoleGrant(
            municipality_id=worker.municipality_id,
            id=new_id(),
            worker_id=worker.id,
            role=role,
            scope_kind=kind,
            scope_id=scope_id,
            valid_from=begins,
            valid_to=ends,
        )
    )
    if kind == "team" and scope_id is not None and not _is_in(session, worker, scope_id, on):
        join_team(session, session.get_one(Team, (worker.municipality_id, scope_id)), worker.id, on)
    session.flush()


def _is_in(session: Session, worker: Worker, team_id: UUID, on: date) -> bool:
    return (
        session.scalar(
            select(TeamMember.id).where(
                TeamMember.municipality_id == worker.municipality_id,
                TeamMember.worker_id == worker.id,
                TeamMember.team_id == team_id,
                queries.present(on),
                TeamMember.left_on.is_(None),
            )
        )
        is not None
    )


def _leave(session: Session, held: RoleGrant, on: date) -> None:
    """Out of the role's team from that day on, unless another role lasts there."""
    if held.scope_kind != "team":
        return
    lasting = session.scalar(
        select(RoleGrant.id).where(
            RoleGrant.municipality_id == held.municipality_id,
            RoleGrant.worker_id == held.worker_id,
            RoleGrant.scope_id == held.scope_id,
            RoleGrant.id != held.id,
            RoleGrant.valid_to.is_(None),
        )
    )
    if lasting is None:
        session.execute(
            update(TeamMember)
            .where(
                TeamMember.municipality_id == held.municipality_id,
                TeamMember.worker_id == held.worker_id,
                TeamMember.team_id == held.scope_id,
                or_(TeamMember.left_on.is_(None), TeamMember.left_on > on),
            )
            .values(left_on=func.greatest(TeamMember.joined_on, on))
        )


def leave_all(session: Session, worker: Worker, on: date) -> None:
    session.execute(
        update(TeamMember)
        .where(
            TeamMember.municipality_id == worker.municipality_id,
            TeamMember.worker_id == worker.id,
            or_(TeamMember.left_on.is_(None), TeamMember.left_on > on),
        )
        .values(left_on=func.greatest(TeamMember.joined_on, on))
    )


def _held(session: Session, actor: Actor, worker_id: UUID, grant_id: UUID, now: datetime) -> RoleGrant:
    """A role of the worker that has not ended."""
    held = session.get(RoleGrant, (actor.municipality_id, grant_id), with_for_update=True)
    if held is None or held.worker_id != worker_id or (held.valid_to is not None and held.valid_to <= now):
        raise GrantNotFound()
    return held


def worker_of(session: Session, actor: Actor, worker_id: UUID) -> Worker:
    worker = session.get(Worker, (actor.municipality_id, worker_id), with_for_update=True, populate_existing=True)
    if worker is None:
        raise WorkerNotFound()
    return worker


def active_worker(session: Session, actor: Actor, worker_id: UUID) -> Worker:
    worker = worker_of(session, actor, worker_id)
    if not worker.is_active:
        raise Suspended()
    return worker
