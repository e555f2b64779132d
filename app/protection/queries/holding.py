"""Who may do what on one case: who took it, whom she named, who opened it with a reason, to whom it may be handed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.roles import ROLES
from app.accounts.models import RoleGrant, Worker
from app.core.db import cleared
from app.notices.queries import answering
from app.protection.models import Flag, FlagPeer
from app.protection.queries.reading import body_of, partners_of
from app.protection.queries.setting import bodies
from app.protection.sealing import CLEARANCE, SHUT

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


def left_among(session: Session, municipality_id: int, flags: Iterable[Flag], now: datetime) -> set[UUID]:
    """Of these cases those whose holder answers for cases no more (she left, was moved, or turned out to be of the accused
    body): a colleague takes them up, and whoever is told of a case is told.
    """
    held = [flag for flag in flags if flag.holder_id is not None]
    asked = answering(municipality_id, now).where(Worker.id.in_({flag.holder_id for flag in held}))
    here = set(session.scalars(asked)) if held else set()
    some_are_of_bodies = bool(bodies(session, municipality_id))
    return {
        flag.id
        for flag in held
        if flag.holder_id not in here or (some_are_of_bodies and flag.holder_id in _partners(session, flag, now))
    }


def has_no_holder(municipality_id: int, now: datetime) -> ColumnElement[bool]:
    """SQL condition on Flag: it waits for somebody who takes it."""
    left = and_(Flag.status == "taken", Flag.holder_id.not_in(answering(municipality_id, now)))
    return or_(Flag.status == "raised", left)


def is_left(session: Session, flag: Flag, now: datetime) -> bool:
    """Whether its holder answers for cases no more."""
    return flag.id in left_among(session, flag.municipality_id, [flag], now)


def _partners(session: Session, flag: Flag, now: datetime) -> set[UUID]:
    """Workers of the body whose agents it is about; nobody while that can't be read."""
    try:
        body = body_of(flag)
    except SHUT:
        return set()
    return partners_of(session, flag.municipality_id, body, now) if body else set()


def successors(session: Session, flag: Flag, now: datetime) -> list[dict[str, Any]]:
    """To whom it may be handed: technicians of its unit and of the whole city, where there is nobody of any unit: {id, name},
    by name; never of the accused body.
    """
    anywhere = RoleGrant.id.is_not(None)
    here = anywhere
    if flag.unit_id is not None:
        here = or_(RoleGrant.scope_kind == "municipality", (RoleGrant.scope_kind == "unit") & (RoleGrant.scope_id == flag.unit_id))
    found = _working(session, flag, now, _ANSWERING, here, {flag.holder_id})
    return found or _working(session, flag, now, _ANSWERING, anywhere, {flag.holder_id})


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
    hidden = but | _partners(session, flag, now)
    return [{"id": row.id, "name": row.name} for row in rows if row.id not in hidden]


def names_of(session: Session, municipality_id: int, ids: set[UUID | None]) -> dict[UUID, str]:
    """{worker id: name}."""
    rows = session.execute(
        select(Worker.id, Worker.name).where(Worker.municipality_id == municipality_id, Worker.id.in_([id_ for id_ in ids if id_]))
    )
    return {row.id: row.name for row in rows}
