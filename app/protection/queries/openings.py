"""Who opened what, as a coordination reads it: of the case its short number, of what it says nothing."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core import seal
from app.core.db import cleared
from app.protection.models import Flag, FlagEvent, FlagPeer
from app.protection.queries.holding import names_of
from app.protection.queries.queue import short
from app.protection.queries.reading import visible
from app.protection.sealing import CLEARANCE, open_up

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
            .where(*_under_review(session, actor), FlagPeer.valid_from > now - _SHOWN_FOR)
            .order_by(FlagPeer.reviewed_at.is_not(None), FlagPeer.valid_from.desc())
            .limit(_MOST)
        ).all()
        names = names_of(session, m, {row.worker_id for row in rows} | {row.reviewed_by for row in rows})
        return [
            {
                "id": row.id, "flag_id": row.flag_id, "number": short(row.flag_id), "worker": names.get(row.worker_id, ""),
                "at": row.valid_from, "until": row.valid_to, "reason": _said(m, row.id, row.sealed_reason, "reason"),
                "reviewed_at": row.reviewed_at, "reviewer": names.get(row.reviewed_by) if row.reviewed_by else None,
                "review": _said(m, row.id, row.review, "review"), "is_own": row.worker_id == actor.worker_id,
            }
            for row in rows
        ]  # fmt: skip


def opened(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Every time that words were opened: {flag_id, number, worker, at}, the newest first."""
    require(actor, REVIEW)
    m = actor.municipality_id
    with cleared(session, CLEARANCE):
        rows = session.execute(
            select(FlagEvent.flag_id, FlagEvent.worker_id, FlagEvent.at)
            .where(
                FlagEvent.municipality_id == m, FlagEvent.event == "opened", FlagEvent.at > now - _SHOWN_FOR,
                FlagEvent.flag_id.in_(_seen(session, actor)),
            )
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
        asked = select(func.count()).select_from(FlagPeer).where(
            *_under_review(session, actor), FlagPeer.reviewed_at.is_(None), FlagPeer.worker_id != actor.worker_id
        )  # fmt: skip
        return session.scalar(asked) or 0


def _under_review(session: Session, actor: Actor) -> list[Any]:
    return [FlagPeer.municipality_id == actor.municipality_id, FlagPeer.kind == "break_glass", FlagPeer.flag_id.in_(_seen(session, actor))]


def _seen(session: Session, actor: Actor) -> Any:
    return select(Flag.id).where(Flag.municipality_id == actor.municipality_id, visible(session, actor))


def _said(municipality_id: int, row: UUID, envelope: str | None, name: str) -> str | None:
    if envelope is None:
        return None
    try:
        return open_up(municipality_id, row, envelope).get(name)
    except seal.KeyLost:
        return None
