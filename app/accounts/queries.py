"""Readings of accounts, narrowed to the actor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor, Grant
from app.access.guard import allows, require
from app.access.roles import COORDINATED
from app.accounts.models import AccessCode, Device, RoleGrant, Team, TeamMember, TeamRegion, Worker, WorkerSession
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
        suspended_at=worker.suspended_at,
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


# Units and regions belong to other domains; whoever gives a role needs to know which there are.
_PLACES = text(
    "SELECT 'team' AS kind, id, name FROM teams WHERE municipality_id = :m AND is_active"
    " UNION ALL SELECT 'unit', id, name FROM units WHERE municipality_id = :m AND is_active"
    " UNION ALL SELECT 'region', id, name FROM regions WHERE municipality_id = :m AND is_active ORDER BY 1, 3"
)


def scopes_of_city(session: Session, municipality_id: int) -> dict[str, dict[UUID, str]]:
    """Where a role may be held: the city's teams, units and regions that are open, by id with their names."""
    found: dict[str, dict[UUID, str]] = {"team": {}, "unit": {}, "region": {}}
    for row in session.execute(_PLACES, {"m": municipality_id}):
        found[row.kind][row.id] = row.name
    return found


@dataclass(frozen=True)
class Reach:
    """Where an actor's verb counts for the people of accounts: teams and units by id, of regions too."""

    everywhere: bool
    team_ids: frozenset[UUID]
    unit_ids: frozenset[UUID]
    region_ids: frozenset[UUID]

    def covers(self, grant: Grant) -> bool:
        """True when a role held there is wholly inside."""
        if self.everywhere:
            return True
        inside = {"team": self.team_ids, "unit": self.unit_ids, "region": self.region_ids}
        return grant.scope_id in inside.get(grant.scope_kind, frozenset())


def reach_of(session: Session, actor: Actor, verb: str) -> Reach:
    """A unit brings the teams that refer to it along; a region, the teams that work in it."""
    units, regions = frozenset(actor.unit_ids(verb)), frozenset(actor.region_ids(verb))
    teams = session.scalars(
        select(Team.id).where(Team.municipality_id == actor.municipality_id, Team.reference_unit_id.in_(units))
    ).all()
    there = session.scalars(
        select(TeamRegion.team_id).where(
            TeamRegion.municipality_id == actor.municipality_id, TeamRegion.region_id.in_(regions)
        )
    ).all()
    return Reach(actor.everywhere(verb), frozenset({*actor.team_ids(verb), *teams, *there}), units, regions)


def may_give_code(session: Session, actor: Actor, worker_id: UUID, now: datetime) -> bool:
    """Whoever administers gives a code to anybody; a coordination, to who serves only under it.

    A role that begins tomorrow counts as one held today: the code would open it too.
    """
    require(actor, "accounts.give_code")
    if actor.everywhere("accounts.create_worker"):
        return True
    reach = reach_of(session, actor, "accounts.give_code")
    return _only_under(reach, grants_of(session, actor.municipality_id, worker_id), now)


def _only_under(reach: Reach, grants: Iterable[Grant], now: datetime) -> bool:
    lasting = [grant for grant in grants if grant.valid_to is None or grant.valid_to > now]
    return bool(lasting) and all(grant.role in COORDINATED and reach.covers(grant) for grant in lasting)


def coordinated_by(session: Session, actor: Actor, now: datetime) -> list[Worker]:
    """The workers who serve only under the actor's coordination, by name."""
    require(actor, "accounts.read_team")
    reach = reach_of(session, actor, "accounts.read_team")
    held: dict[UUID, list[Grant]] = {}
    for r in session.scalars(select(RoleGrant).where(RoleGrant.municipality_id == actor.municipality_id)):
        held.setdefault(r.worker_id, []).append(Grant(r.role, r.scope_kind, r.scope_id, r.valid_from, r.valid_to))
    under = [worker_id for worker_id, grants in held.items() if _only_under(reach, grants, now)]
    return list(
        session.scalars(
            select(Worker)
            .where(
                Worker.municipality_id == actor.municipality_id,
                Worker.id.in_(under),
                Worker.id != actor.worker_id,
                Worker.is_active,
            )
            .order_by(Worker.name)
        )
    )


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


def term_accepted_at(session: Session, actor: Actor) -> datetime | None:
    """When the actor accepted the confidentiality term last."""
    require(actor, "accounts.read_own")
    return session.get_one(Worker, (actor.municipality_id, actor.worker_id)).term_accepted_at


def last_code_of(session: Session, actor: Actor) -> dict[str, Any] | None:
    """The last code given for the actor: who gave it and when, and whether it was used; None when there was none."""
    require(actor, "accounts.read_own")
    row = session.execute(
        select(AccessCode, Worker.name)
        .outerjoin(
            Worker, (Worker.municipality_id == AccessCode.municipality_id) & (Worker.id == AccessCode.issued_by)
        )
        .where(AccessCode.municipality_id == actor.municipality_id, AccessCode.worker_id == actor.worker_id)
        .order_by(AccessCode.issued_at.desc(), AccessCode.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    code, issuer = row
    return {"issued_by": issuer, "issued_at": code.issued_at, "used_at": code.used_at}


def present(on: date) -> Any:
    """SQL condition on TeamMember: in the team on that day. left_on is the first day outside."""
    return (TeamMember.joined_on <= on) & (TeamMember.left_on.is_(None) | (TeamMember.left_on > on))


def teams_of_worker(
    session: Session, municipality_id: int, worker_id: UUID, on: date, leaving_too: bool = False
) -> list[dict[str, Any]]:
    """The worker's teams on a day, each with its members and regions, as the phone's `me` shows them.

    `leaving_too`: also those whose first day outside it was: who left since then held what belonged to them.
    """
    then = present(on)
    if leaving_too:
        then = or_(then, and_(TeamMember.joined_on <= on, TeamMember.left_on == on))
    teams = session.scalars(
        select(Team)
        .join(TeamMember, (TeamMember.municipality_id == Team.municipality_id) & (TeamMember.team_id == Team.id))
        .where(
            Team.municipality_id == municipality_id,
            Team.is_active,
            TeamMember.worker_id == worker_id,
            then,
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
                present(on),
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


def teams_of_reach(session: Session, actor: Actor, verb: str, closed_too: bool = False) -> dict[UUID, tuple[str, str]]:
    """{team: (name, kind)} in use, of the verb's reach, by name."""
    reach = reach_of(session, actor, verb)
    asked = select(Team.id, Team.name, Team.kind).where(Team.municipality_id == actor.municipality_id)
    if not closed_too:
        asked = asked.where(Team.is_active)
    if not reach.everywhere:
        asked = asked.where(Team.id.in_(reach.team_ids))
    return {row.id: (row.name, row.kind) for row in session.execute(asked.order_by(Team.name))}


def street_team(session: Session, municipality_id: int, team_id: UUID) -> bool:
    """Whether this is a street team in use."""
    return session.scalar(
        select(Team.id).where(Team.municipality_id == municipality_id, Team.id == team_id, Team.kind == "street", Team.is_active)
    ) is not None
