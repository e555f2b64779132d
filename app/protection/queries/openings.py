"""Who opened what, as a coordination reads it: of the case its short number, of what it says nothing."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core.db import cleared
from app.notices.queries import coordinators_of
from app.protection.models import Flag, FlagEvent, FlagPeer
from app.protection.queries.holding import names_of
from app.protection.queries.queue import short
from app.protection.queries.reading import body_of, is_reviewed, reviewed
from app.protection.sealing import CLEARANCE, SHUT, open_up

REVIEW = "protection.review"
_SHOWN_FOR, _MOST = timedelta(days=90), 200


def openings(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """By break-glass, those that wait first: {id, number, flag_id, worker, at, until, reason (None: shut), reviewed_at, reviewer,
    review, is_own}."""
    require(actor, REVIEW)
    m = actor.municipality_id
    with cleared(session, CLEARANCE):
        rows = session.scalars(
            select(FlagPeer)
            .where(*_under_review(session, actor, or_(FlagPeer.valid_from > now - _SHOWN_FOR, FlagPeer.reviewed_at.is_(None))))
            .order_by(FlagPeer.reviewed_at.is_not(None), FlagPeer.valid_from.desc())
            .limit(_MOST)
        ).all()
        names = names_of(session, m, {row.worker_id for row in rows} | {row.reviewed_by for row in rows})
        return [_opening(row, actor, names) for row in rows]


def openings_of(session: Session, actor: Actor, flag: Flag) -> list[dict[str, Any]]:
    """By break-glass, of one case, as `openings`, the newest first: for who answers for it, else []. `waits`: hers to review."""
    if flag.holder_id != actor.worker_id:
        return []
    with cleared(session, CLEARANCE):
        rows = session.scalars(
            select(FlagPeer)
            .where(FlagPeer.municipality_id == flag.municipality_id, FlagPeer.flag_id == flag.id, FlagPeer.kind == "break_glass")
            .order_by(FlagPeer.valid_from.desc())
        ).all()  # fmt: skip
        names = names_of(session, flag.municipality_id, {row.worker_id for row in rows} | {row.reviewed_by for row in rows})
        hers = bool(rows) and may_review(session, actor, flag)
        found = [_opening(row, actor, names) for row in rows]
    return [each | {"waits": hers and each["reviewed_at"] is None and not each["is_own"]} for each in found]


def may_review(session: Session, actor: Actor, flag: Flag) -> bool:
    """Who coordinates it; where it is hidden from coordinations, or there is none, who answers for it: somebody must read why."""
    if is_reviewed(session, actor, flag):
        return True
    if flag.holder_id != actor.worker_id:
        return False
    try:
        if body_of(flag) is not None:
            return True
    except SHUT:
        pass
    return not coordinators_of(session, flag.municipality_id, flag.unit_id, flag.team_id, actor.when)


def _opening(row: FlagPeer, actor: Actor, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "id": row.id, "flag_id": row.flag_id, "number": short(row.flag_id), "worker": names.get(row.worker_id, ""),
        "at": row.valid_from, "until": row.valid_to, "reason": _said(row.municipality_id, row.id, row.sealed_reason, "reason"),
        "reviewed_at": row.reviewed_at, "reviewer": names.get(row.reviewed_by) if row.reviewed_by else None,
        "review": _said(row.municipality_id, row.id, row.review, "review"), "is_own": row.worker_id == actor.worker_id,
    }  # fmt: skip


def opened(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Every time that words were opened: {flag_id, number, worker, at}, the newest first."""
    require(actor, REVIEW)
    m = actor.municipality_id
    with cleared(session, CLEARANCE):
        lately = and_(FlagEvent.municipality_id == m, FlagEvent.event == "opened", FlagEvent.at > now - _SHOWN_FOR)
        among = Flag.id.in_(select(FlagEvent.flag_id).where(lately))
        rows = session.execute(
            select(FlagEvent.flag_id, FlagEvent.worker_id, FlagEvent.at)
            .where(lately, FlagEvent.flag_id.in_(_coordinated(session, actor, among)))
            .order_by(FlagEvent.at.desc())
            .limit(_MOST)
        ).all()  # fmt: skip
        names = names_of(session, m, {row.worker_id for row in rows})
        return [
            {"flag_id": row.flag_id, "number": short(row.flag_id), "worker": names.get(row.worker_id, ""), "at": row.at} for row in rows
        ]


def count_openings(session: Session, actor: Actor) -> int:
    """How many wait for the actor's review."""
    with cleared(session, CLEARANCE):
        waiting = and_(FlagPeer.reviewed_at.is_(None), FlagPeer.worker_id != actor.worker_id)
        return session.scalar(select(func.count()).select_from(FlagPeer).where(*_under_review(session, actor, waiting))) or 0


def _under_review(session: Session, actor: Actor, which: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    asked = and_(FlagPeer.municipality_id == actor.municipality_id, FlagPeer.kind == "break_glass", which)
    return [asked, FlagPeer.flag_id.in_(_coordinated(session, actor, Flag.id.in_(select(FlagPeer.flag_id).where(asked))))]


def _coordinated(session: Session, actor: Actor, among: ColumnElement[bool]) -> Any:
    return select(Flag.id).where(Flag.municipality_id == actor.municipality_id, reviewed(session, actor, among))


def _said(municipality_id: int, row: UUID, envelope: str | None, name: str) -> str | None:
    if envelope is None:
        return None
    try:
        return open_up(municipality_id, row, envelope).get(name)
    except SHUT:
        return None
