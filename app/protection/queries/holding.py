"""Who may do what on one case: who took it, whom she named, who opened it with a reason, to whom it may be handed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.roles import ROLES
from app.accounts.models import RoleGrant, Worker
from app.core import seal
from app.core.db import cleared
from app.protection.models import Flag, FlagPeer
from app.protection.queries.reading import body_of, partners_of
from app.protection.sealing import CLEARANCE

_ANSWERING = sorted(role for role, verbs in ROLES.items() if "protection.take" in verbs)
_NAMEABLE = sorted({*_ANSWERING, *(role for role, verbs in ROLES.items() if "protection.review" in verbs)})


def peers_of(session: Session, flag: Flag, now: datetime) -> list[dict[str, Any]]:
    """Whose right to open it stands besides its holder's: {id, worker_id, name, kind, until}, by name."""
    with cleared(session, CLEARANCE):
        rows = session.execute(
            select(FlagPeer.id, FlagPeer.worker_id, Worker.name, FlagPeer.kind, FlagPeer.valid_to.label("until"))
            .join(Worker, (Worker.municipality_id == FlagPeer.municipality_id) & (Worker.id == FlagPeer.worker_id))
            .where(
                FlagPeer.municipality_id == flag.municipality_id, FlagPeer.flag_id == flag.id, FlagPeer.valid_from <= now,
                or_(FlagPeer.valid_to.is_(None), FlagPeer.valid_to > now),
            )
            .order_by(Worker.name, FlagPeer.id)
        ).mappings()  # fmt: skip
        return [dict(row) for row in rows]


def may_act(session: Session, actor: Actor, flag: Flag, now: datetime) -> bool:
    """Who took it, and whom she named."""
    return flag.holder_id == actor.worker_id or any(
        peer["worker_id"] == actor.worker_id and peer["kind"] == "named" for peer in peers_of(session, flag, now)
    )


def may_open(session: Session, actor: Actor, flag: Flag, now: datetime) -> bool:
    """Also who opened it with a reason, for two hours."""
    return flag.holder_id == actor.worker_id or any(
        peer["worker_id"] == actor.worker_id for peer in peers_of(session, flag, now)
    )


def successors(session: Session, flag: Flag, now: datetime) -> list[dict[str, Any]]:
    """To whom it may be handed: technicians of its unit and of the whole city, {id, name}, by name; never of the accused body."""
    here = RoleGrant.scope_kind == "municipality"
    if flag.unit_id is not None:
        here = or_(here, (RoleGrant.scope_kind == "unit") & (RoleGrant.scope_id == flag.unit_id))
    else:
        here = or_(here, RoleGrant.scope_kind == "unit")
    return _working(session, flag, now, _ANSWERING, here, {flag.holder_id})


def nameable(session: Session, flag: Flag, now: datetime) -> list[dict[str, Any]]:
    """Who may be named to it: any technician or coordination of the city, whoever her unit; never of the accused body."""
    named = {peer["worker_id"] for peer in peers_of(session, flag, now) if peer["kind"] == "named"}
    return _working(session, flag, now, _NAMEABLE, RoleGrant.id.is_not(None), {flag.holder_id, *named})


def _working(session: Session, flag: Flag, now: datetime, roles: list[str], where: Any, but: set[UUID | None]) -> list[dict[str, Any]]:
    m = flag.municipality_id
    rows = session.execute(
        select(Worker.id, Worker.name)
        .join(RoleGrant, (RoleGrant.municipality_id == Worker.municipality_id) & (RoleGrant.worker_id == Worker.id))
        .where(
            Worker.municipality_id == m, Worker.is_active, RoleGrant.role.in_(roles), RoleGrant.valid_from <= now,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now), where,
        )
        .distinct()
        .order_by(Worker.name, Worker.id)
    ).all()  # fmt: skip
    try:
        body = body_of(flag)
    except (seal.KeyLost, seal.Unsealable):
        body = None
    hidden = but | (partners_of(session, m, body, now) if body else set())
    return [{"id": row.id, "name": row.name} for row in rows if row.id not in hidden]


def names_of(session: Session, municipality_id: int, ids: set[UUID | None]) -> dict[UUID, str]:
    """{worker id: name}."""
    rows = session.execute(
        select(Worker.id, Worker.name).where(Worker.municipality_id == municipality_id, Worker.id.in_([id_ for id_ in ids if id_]))
    )
    return {row.id: row.name for row in rows}
