"""Readings for administration: people, teams and what a city still lacks. No case is among them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import AccessCode, RoleGrant, Team, TeamMember, TeamRegion, Worker
from app.accounts.problems import TeamNotFound, WorkerNotFound
from app.accounts.queries import present, scopes_of_city
from app.accounts.terms import NO_PASSWORD
from app.core import days, safekeeping, seal
from app.desk.steps import Facts
from app.notices.queries import count_of_browsers
from app.protection.models import RecipientPhone
from app.protection.queries.setting import holes
from app.territory.models import Region
from app.units.models import Unit
from app.units.terms import NEVER_BY_REFERRAL

MOST_SHOWN = 200


@dataclass(frozen=True)
class Found:
    """Workers that fit what was looked for, the first of them; `count` of all of them."""

    workers: list[dict[str, Any]]
    count: int


def workers(session: Session, actor: Actor, now: datetime, wanted: str = "") -> Found:
    """Who works here with the roles that last and the present teams, by name; the suspended last."""
    require(actor, "accounts.read_workers")
    fits = [Worker.municipality_id == actor.municipality_id]
    if wanted:
        fits.append(or_(Worker.name.icontains(wanted, autoescape=True), Worker.login.icontains(wanted, autoescape=True)))
    count = session.scalar(select(func.count()).select_from(Worker).where(*fits)) or 0
    names = _names_of_scopes(session, actor.municipality_id)
    found = {
        worker.id: {
            "id": worker.id,
            "name": worker.name,
            "login": worker.login,
            "is_active": worker.is_active,
            "has_entered": worker.password_hash != NO_PASSWORD,
            "roles": [],
            "teams": [],
        }
        for worker in session.scalars(
            select(Worker)
            .where(*fits)
            .order_by(Worker.is_active.desc(), func.lower(Worker.name), Worker.id)
            .limit(MOST_SHOWN)
        )
    }
    today = days.today_of(session, actor.municipality_id, now)
    for worker_id, team_id in session.execute(
        select(TeamMember.worker_id, TeamMember.team_id).where(
            TeamMember.municipality_id == actor.municipality_id, TeamMember.worker_id.in_(found), present(today)
        )
    ):
        found[worker_id]["teams"].append(names[team_id])
    for grant in session.scalars(
        select(RoleGrant)
        .where(
            RoleGrant.municipality_id == actor.municipality_id,
            RoleGrant.worker_id.in_(found),
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
        )
        .order_by(RoleGrant.role)
    ):
        found[grant.worker_id]["roles"].append(_grant(grant, names, now))
    return Found(list(found.values()), count)


def worker(session: Session, actor: Actor, worker_id: UUID, now: datetime) -> dict[str, Any]:
    """One of them with her whole history of roles and teams. Raises WorkerNotFound."""
    require(actor, "accounts.read_workers")
    row = session.get(Worker, (actor.municipality_id, worker_id))
    if row is None:
        raise WorkerNotFound()
    names = _names_of_scopes(session, actor.municipality_id)
    grants = [
        _grant(grant, names, now)
        for grant in session.scalars(
            select(RoleGrant)
            .where(RoleGrant.municipality_id == actor.municipality_id, RoleGrant.worker_id == worker_id)
            .order_by(RoleGrant.valid_from.desc(), RoleGrant.id.desc())
        )
    ]
    memberships = session.scalars(
        select(TeamMember)
        .where(TeamMember.municipality_id == actor.municipality_id, TeamMember.worker_id == worker_id)
        .order_by(TeamMember.joined_on.desc(), TeamMember.id.desc())
    )
    code = session.scalar(
        select(AccessCode)
        .where(
            AccessCode.municipality_id == actor.municipality_id,
            AccessCode.worker_id == worker_id,
            AccessCode.used_at.is_(None),
            AccessCode.voided_at.is_(None),
            AccessCode.expires_at > now,
        )
        .limit(1)
    )
    return {
        "id": row.id,
        "name": row.name,
        "login": row.login,
        "profession": row.profession,
        "is_active": row.is_active,
        "suspended_at": row.suspended_at,
        "created_at": row.created_at,
        "term_accepted_at": row.term_accepted_at,
        "has_entered": row.password_hash != NO_PASSWORD,
        "roles": [grant for grant in grants if not grant["is_over"]],
        "former_roles": [grant for grant in grants if grant["is_over"]],
        "teams": [
            {"name": names[member.team_id], "joined_on": member.joined_on, "left_on": member.left_on}
            for member in memberships
        ],
        "code_until": code.expires_at if code else None,
    }


def _grant(grant: RoleGrant, names: dict[UUID, str], now: datetime) -> dict[str, Any]:
    return {
        "id": grant.id,
        "role": grant.role,
        "scope_kind": grant.scope_kind,
        "scope": names.get(grant.scope_id) if grant.scope_id else None,
        "valid_from": grant.valid_from,
        "valid_to": grant.valid_to,
        "is_over": grant.valid_to is not None and grant.valid_to <= now,
        "is_ahead": grant.valid_from > now,
    }


def _names_of_scopes(session: Session, municipality_id: int) -> dict[UUID, str]:
    """Names of teams, units and regions, closed ones too."""
    found: dict[UUID, str] = {}
    for model in (Team, Unit, Region):
        rows = session.execute(select(model.id, model.name).where(model.municipality_id == municipality_id))
        found.update((row.id, row.name) for row in rows)
    return found


def scope_choices(session: Session, actor: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where a role may be given, for a form: [(kind, [(`kind:id`, name)])], the whole city first."""
    known = scopes_of_city(session, actor.municipality_id)
    return [("municipality", [("municipality", "")])] + [
        (kind, [(f"{kind}:{id_}", name) for id_, name in known[kind].items()])
        for kind in ("team", "unit", "region")
        if known[kind]
    ]


def teams(session: Session, actor: Actor, on: date) -> list[dict[str, Any]]:
    """Every open team by name, then the closed ones."""
    require(actor, "accounts.manage_teams")
    rows = session.scalars(
        select(Team)
        .where(Team.municipality_id == actor.municipality_id)
        .order_by(Team.is_active.desc(), func.lower(Team.name))
    )
    return _teams(session, actor, list(rows), on)


def team(session: Session, actor: Actor, team_id: UUID, on: date) -> dict[str, Any]:
    """One team. Raises TeamNotFound."""
    require(actor, "accounts.manage_teams")
    row = session.get(Team, (actor.municipality_id, team_id))
    if row is None:
        raise TeamNotFound()
    return _teams(session, actor, [row], on)[0]


def _teams(session: Session, actor: Actor, rows: list[Team], on: date) -> list[dict[str, Any]]:
    names = _names_of_scopes(session, actor.municipality_id)
    regions: dict[UUID, list[UUID]] = {row.id: [] for row in rows}
    for team_id, region_id in session.execute(
        select(TeamRegion.team_id, TeamRegion.region_id).where(
            TeamRegion.municipality_id == actor.municipality_id, TeamRegion.team_id.in_(regions)
        )
    ):
        regions[team_id].append(region_id)
    members: dict[UUID, list[dict[str, Any]]] = {row.id: [] for row in rows}
    for team_id, worker_id, name in session.execute(
        select(TeamMember.team_id, Worker.id, Worker.name)
        .join(Worker, (Worker.municipality_id == TeamMember.municipality_id) & (Worker.id == TeamMember.worker_id))
        .where(TeamMember.municipality_id == actor.municipality_id, TeamMember.team_id.in_(members), present(on))
        .order_by(func.lower(Worker.name))
    ):
        members[team_id].append({"id": worker_id, "name": name})
    return [
        {
            "id": row.id,
            "name": row.name,
            "kind": row.kind,
            "is_active": row.is_active,
            "unit_id": row.reference_unit_id,
            "unit": names.get(row.reference_unit_id) if row.reference_unit_id else None,
            "region_ids": set(regions[row.id]),
            "regions": sorted(names[region_id] for region_id in regions[row.id]),
            "members": members[row.id],
        }
        for row in rows
    ]


def facts(session: Session, actor: Actor, config: Any, now: datetime) -> Facts:
    """How far the city is on its way. `config` is the application's Config."""
    require(actor, "desk.first_steps")
    m = actor.municipality_id

    def count(model: Any, *conditions: Any) -> int:
        return session.scalar(select(func.count()).select_from(model).where(model.municipality_id == m, *conditions)) or 0

    def holding(*roles: str) -> int:
        held = select(func.count(func.distinct(RoleGrant.worker_id))).join(
            Worker, (Worker.municipality_id == RoleGrant.municipality_id) & (Worker.id == RoleGrant.worker_id)
        )
        return (
            session.scalar(
                held.where(
                    RoleGrant.municipality_id == m,
                    RoleGrant.role.in_(roles),
                    or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
                    Worker.is_active,
                )
            )
            or 0
        )

    with_region = select(TeamRegion.team_id).where(TeamRegion.municipality_id == m)
    backup = safekeeping.last_backup(config)
    return Facts(
        ibge=m,
        regions=count(Region, Region.is_active),
        units=count(Unit, Unit.is_active),
        receiving_units=count(Unit, Unit.is_active, Unit.takes_referrals, Unit.kind.not_in(NEVER_BY_REFERRAL)),
        teams=count(Team, Team.is_active),
        # A visitor's families are her own wherever they live: only a street team needs a region.
        teams_without_region=count(Team, Team.is_active, Team.kind == "street", Team.id.not_in(with_region)),
        field_workers=holding("outreach_worker", "home_visitor"),
        desk_workers=holding("unit_desk", "technician"),
        coordinators=holding("coordinator"),
        administrators=holding("administrator"),
        waiting_for_first_access=count(Worker, Worker.is_active, Worker.password_hash == NO_PASSWORD),
        duty_phones=count(RecipientPhone),
        protection_holes=len(holes(session, m, now)),
        has_sealing_key=seal.public_key_of(session, m) is not None,
        recovery_ready=safekeeping.recovery_ready(config),
        backup_at=backup.at if backup else None,
        backup_verified=backup is not None and backup.verified,
        https=config.https,
        mail=config.mail is not None,
        browsers_told=count_of_browsers(session, m, now),
    )
