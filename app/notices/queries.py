"""Who is to be told: from the roles held and the teams as they are at an instant, never who is suspended; and by which
browsers and address each can be reached.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.access.roles import ROLES
from app.accounts.models import Device, RoleGrant, Team, TeamMember, TeamRegion, Worker, WorkerSession
from app.accounts.queries import present
from app.core import clock, days
from app.notices.models import Notice, NoticePreference, PushSubscription

# Who answers at a unit's door; a coordination that reads the inbox does not.
_DESK = frozenset(role for role, verbs in ROLES.items() if "referrals.decide" in verbs)
# Who answers for a case of a flag.
_CASES = frozenset(role for role, verbs in ROLES.items() if "protection.take" in verbs)
# So many pushes in a row that no service took are no accident.
_FAILING = 3
# Units are of a domain of this floor.
_REGION_OF_UNIT = text("SELECT region_id FROM units WHERE municipality_id = :m AND id = :unit")


def desk_of(session: Session, municipality_id: int, unit_id: UUID, at: datetime) -> list[UUID]:
    """Whoever answers referrals at a unit: by a role given there; where nobody has one, by a role for the whole city."""
    for scope in (_named("unit", {unit_id}), _everywhere()):
        if found := _holding(session, municipality_id, _DESK, scope, at):
            return found
    return []


def technicians_at(session: Session, municipality_id: int, unit_id: UUID, at: datetime) -> list[UUID]:
    """Whoever answers for cases at a unit, by a role given there."""
    return _holding(session, municipality_id, _CASES, _named("unit", {unit_id}), at)


def technicians_of(session: Session, municipality_id: int, unit_id: UUID | None, at: datetime) -> list[UUID]:
    """Whoever answers for cases at a unit; where nobody has a role there, or none is named: for the whole city."""
    found = technicians_at(session, municipality_id, unit_id, at) if unit_id else []
    return found or _holding(session, municipality_id, _CASES, _everywhere(), at)


def answering(municipality_id: int, at: datetime) -> Any:
    """Select of the ids of whoever answers for cases, anywhere in the city."""
    return _held(municipality_id, _CASES, RoleGrant.id.is_not(None), at)


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
    return list(session.scalars(_held(municipality_id, roles, scope, at).distinct().order_by(Worker.id)))


def _held(municipality_id: int, roles: Iterable[str], scope: ColumnElement[bool], at: datetime) -> Any:
    return (
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
    )


def _named(kind: str, ids: Iterable[UUID]) -> ColumnElement[bool]:
    return (RoleGrant.scope_kind == kind) & RoleGrant.scope_id.in_(list(ids))


def _everywhere() -> ColumnElement[bool]:
    return RoleGrant.scope_kind == "municipality"


@dataclass(frozen=True)
class Browser:
    """A subscription that lives; `at_desk`: of a session without a phone's device."""

    id: UUID
    endpoint: str
    p256dh: str
    auth: str
    at_desk: bool


@dataclass
class Addressee:
    """A worker and how she is reached."""

    id: UUID
    locale: str
    email: str
    quiet_from: time | None
    quiet_to: time | None
    verbs: frozenset[str] = frozenset()
    browsers: list[Browser] = field(default_factory=list)


def addressees(session: Session, municipality_id: int, worker_ids: Iterable[UUID], now: datetime) -> dict[UUID, Addressee]:
    """Those of the workers who still work here."""
    rows = session.execute(
        select(Worker.id, Worker.locale, NoticePreference.email, NoticePreference.quiet_from, NoticePreference.quiet_to)
        .outerjoin(
            NoticePreference,
            and_(NoticePreference.municipality_id == Worker.municipality_id, NoticePreference.id == Worker.id),
        )
        .where(Worker.municipality_id == municipality_id, Worker.id.in_(list(worker_ids)), Worker.is_active)
    )
    found = {row.id: Addressee(row.id, row.locale, row.email or "", row.quiet_from, row.quiet_to) for row in rows}
    held = select(RoleGrant.worker_id, RoleGrant.role).where(
        RoleGrant.municipality_id == municipality_id,
        RoleGrant.worker_id.in_(list(found)),
        RoleGrant.valid_from <= now,
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
    )
    for worker_id, role in session.execute(held):
        found[worker_id].verbs |= ROLES[role]
    for row, device_id in session.execute(_living(municipality_id, now).where(PushSubscription.worker_id.in_(list(found)))):
        found[row.worker_id].browsers.append(Browser(row.id, row.endpoint, row.p256dh, row.auth, device_id is None))
    return found


def my_browsers(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Where the actor's notices arrive, newest first; `device` is the phone's name, None at a desk."""
    require(actor, "notices.subscribe")
    asked = _living(actor.municipality_id, now).where(PushSubscription.worker_id == actor.worker_id)
    names = {
        row.id: row.label
        for row in session.execute(
            select(Device.id, Device.label).where(
                Device.municipality_id == actor.municipality_id, Device.worker_id == actor.worker_id
            )
        )
    }
    return [
        {
            "id": row.id,
            "device": names.get(device_id),
            "created_at": row.created_at,
            "used_at": row.used_at,
            "is_this": row.session_id == actor.session_id,
        }
        for row, device_id in session.execute(asked.order_by(PushSubscription.created_at.desc()))
    ]


def my_preference(session: Session, actor: Actor) -> NoticePreference | None:
    """None before the actor chose anything."""
    require(actor, "notices.set_preferences")
    return session.get(NoticePreference, (actor.municipality_id, actor.worker_id))


def living_browsers(municipality_id: int, now: datetime) -> Any:
    """Select of the ids of a city's subscriptions that live."""
    return _living(municipality_id, now).with_only_columns(PushSubscription.id)


def count_of_browsers(session: Session, municipality_id: int, now: datetime) -> int:
    """How many browsers of a city would be reached now."""
    return session.scalar(select(func.count()).select_from(living_browsers(municipality_id, now).subquery())) or 0


def tally(session: Session, municipality_id: int, since: datetime) -> dict[str, int]:
    """How the city's notices since an instant went: `push`, `email`, `none` (reached nobody) and `waiting`; and of its
    browsers how many `failing` ones no push service took anything for lately.
    """
    rows = session.execute(
        select(Notice.channel, Notice.sent_at.is_(None).label("waits"), func.count().label("n"))
        .where(Notice.municipality_id == municipality_id, Notice.made_at >= since)
        .group_by(Notice.channel, Notice.sent_at.is_(None))
    )
    failing = select(func.count()).where(
        PushSubscription.municipality_id == municipality_id,
        PushSubscription.retired_at.is_(None),
        PushSubscription.failures >= _FAILING,
    )
    found = {"push": 0, "email": 0, "none": 0, "waiting": 0, "failing": session.scalar(failing) or 0}
    for row in rows:
        if row.waits:
            found["waiting"] += row.n
        elif row.channel:
            found[row.channel] += row.n
    return found


def rings_of(
    session: Session, municipality_id: int, worker_ids: Iterable[UUID], kind: str, since: datetime, now: datetime
) -> dict[UUID, tuple[list[datetime], datetime | None]]:
    """Of a kind, for each worker: the instants since then at which it rang (what was told together rang once), and the next at which
    something that waits will ring."""
    rows = session.execute(
        select(Notice.worker_id, Notice.sent_at, func.min(Notice.due_at).label("due_at"))
        .where(
            Notice.municipality_id == municipality_id,
            Notice.worker_id.in_(list(worker_ids)),
            Notice.kind == kind,
            or_(Notice.sent_at.is_(None), and_(Notice.sent_at >= since, Notice.channel.in_(("push", "email")))),
        )
        .group_by(Notice.worker_id, Notice.sent_at)
    )
    found: dict[UUID, tuple[list[datetime], datetime | None]] = {worker_id: ([], None) for worker_id in worker_ids}
    for worker_id, sent_at, due_at in rows:
        rung, waits = found[worker_id]
        found[worker_id] = ([*rung, sent_at], waits) if sent_at else (rung, max(due_at, now))
    return found


def waiting_of(session: Session, municipality_id: int, kind: str, subject_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """{record: when somebody will be told of it}, of those of which somebody wasn't told yet."""
    rows = session.execute(
        select(Notice.subject_id, func.min(Notice.due_at))
        .where(
            Notice.municipality_id == municipality_id, Notice.kind == kind, Notice.subject_id.in_(list(subject_ids)),
            Notice.sent_at.is_(None),
        )
        .group_by(Notice.subject_id)
    )  # fmt: skip
    return {subject_id: due_at for subject_id, due_at in rows}


def _living(municipality_id: int, now: datetime) -> Any:
    """Select of (PushSubscription, device id): not retired, its session open, its phone neither revoked nor lost, its
    worker still here.
    """
    same = PushSubscription.municipality_id
    return (
        select(PushSubscription, WorkerSession.device_id)
        .join(WorkerSession, and_(WorkerSession.municipality_id == same, WorkerSession.id == PushSubscription.session_id))
        .join(Worker, and_(Worker.municipality_id == same, Worker.id == PushSubscription.worker_id))
        .outerjoin(Device, and_(Device.municipality_id == same, Device.id == WorkerSession.device_id))
        .where(
            same == municipality_id,
            PushSubscription.retired_at.is_(None),
            WorkerSession.ended_at.is_(None),
            WorkerSession.expires_at > now,
            WorkerSession.worker_id == PushSubscription.worker_id,
            Worker.is_active,
            Device.revoked_at.is_(None),
            Device.lost_at.is_(None),
        )
    )
