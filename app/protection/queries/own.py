"""What who raised a flag sees of it: that it was seen, what to do now, who was told. Not a word of it comes back."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core.db import cleared
from app.protection.models import Flag, FlagCall, FlagEvent
from app.protection.queries.communications import told
from app.protection.sealing import CLEARANCE, SHUT, open_up

SHOWN = timedelta(days=30)
_NAMES = text("SELECT id, name FROM units WHERE municipality_id = :m AND id = ANY(:ids)")


def own_flags(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """The actor's own of the last 30 days, newest first (static/src/contract/protection.ts, OwnFlag).

    While the key is shut calls and communications are left out: whom they reached is sealed.
    """
    require(actor, "protection.read_own")
    m = actor.municipality_id
    with cleared(session, CLEARANCE):
        flags = session.scalars(
            select(Flag)
            .where(Flag.municipality_id == m, Flag.author_id == actor.worker_id, Flag.received_at > now - SHOWN)
            .order_by(Flag.occurred_at.desc(), Flag.id)
        ).all()
        ids = [flag.id for flag in flags]
        calls = _by_flag(session.scalars(_of(FlagCall, m, ids).order_by(FlagCall.at, FlagCall.id)))
        said = _of(FlagEvent, m, ids).where(FlagEvent.event.in_(("mistake_said", "mistake_refused")))
        # The latest of each counts: said again, it waits again.
        lines = session.scalars(said.order_by(FlagEvent.noted_at, FlagEvent.id))
        refused = {flag_id for flag_id, event in {line.flag_id: line.event for line in lines}.items() if event == "mistake_refused"}
    sent = _told(session, m, ids)
    where = {row.id: row.name for row in session.execute(_NAMES, {"m": m, "ids": [flag.unit_id for flag in flags if flag.unit_id]})}
    return [
        {
            "flag_id": flag.id, "occurred_at": flag.occurred_at, "received_at": flag.received_at, "status": flag.status,
            "seen_at": flag.seen_at, "seen_where": where.get(flag.unit_id) if flag.seen_at else None,
            "guidance": flag.guidance, "guidance_at": flag.guidance_at, "mistake": _mistake(flag, refused), "due_at": flag.due_at,
            "calls": _opened(calls.get(flag.id, ())), "told": sent.get(flag.id, []),
        }
        for flag in flags
    ]  # fmt: skip


def _of(model: Any, municipality_id: int, flag_ids: Collection[UUID]) -> Any:
    return select(model).where(model.municipality_id == municipality_id, model.flag_id.in_(flag_ids))


def _by_flag(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.flag_id, []).append(row)
    return found


def _opened(rows: Iterable[FlagCall]) -> list[dict[str, Any]]:
    try:
        return [_call(row) for row in rows]
    except SHUT:
        return []


def _told(session: Session, municipality_id: int, flag_ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    try:
        return told(session, municipality_id, flag_ids)
    except SHUT:
        return {}


def _call(call: FlagCall) -> dict[str, Any]:
    details = open_up(call.municipality_id, call.id, call.sealed_details)
    return {"recipient": details["recipient"], "number": details["number"], "at": call.at, "outcome": call.outcome, "protocol": details["protocol"]}


def _mistake(flag: Flag, refused: set[UUID]) -> str | None:
    """Also of one that only a technician found to be a mistake."""
    if flag.status == "closed" and flag.close_reason == "mistake":
        return "confirmed"
    if flag.id in refused and flag.status != "closed":
        return "refused"
    return "said" if flag.mistake_said_at is not None else None
