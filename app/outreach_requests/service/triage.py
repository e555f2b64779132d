"""Triage: for whom it is, how urgent, guided, left out, opened again; and two that are one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.core.ids import new_id
from app.outreach_requests import rules
from app.outreach_requests.models import OutreachRequest, RequestJoin
from app.outreach_requests.problems import AlreadyJoined, JoinsItself, NotJoined, NotWaiting
from app.outreach_requests.service.moves import in_reach, locked, note

VERB = "outreach_requests.triage"


def read_words(session: Session, actor: Actor, row: OutreachRequest, now: datetime) -> None:
    """Whoever opens a request reads what was written of somebody: the reading leaves its line."""
    trail.record(session, actor, VERB, now, "outreach_request", row.id, ["contact", "description"])


def triage(session: Session, actor: Actor, request_id: UUID, data: dict[str, Any], now: datetime) -> OutreachRequest:
    """For whom it is and how urgent. `data`: purpose, is_urgent, people_count, with_children.

    What is corrected to nuisance is answered with guidance; what was guided or left out comes back. Raises RequestNotFound,
    WithTeam, NotWaiting.
    """
    row = in_reach(session, actor, VERB, request_id)
    status = rules.check_triage(row.status, data["purpose"])
    was = row.status
    for name in ("purpose", "is_urgent", "people_count", "with_children"):
        setattr(row, name, data[name])
    row.status = status
    row.triaged_at, row.triaged_by = now, actor.worker_id
    row.closed_at = now if status == "guided" else None
    row.out_reason = None
    event = "set_right" if status == was else "reopened" if was in ("guided", "out_of_scope") and status == "triaged" else None
    note(session, actor, row, VERB, now, event=event, fields=["purpose", "status"])
    return row


def guide(session: Session, actor: Actor, request_id: UUID, now: datetime) -> OutreachRequest:
    """The asker was told what the service does and doesn't do. Raises NotGuidance, WithTeam, NotWaiting."""
    row = in_reach(session, actor, VERB, request_id)
    rules.check_guidance(row.status, row.purpose)
    row.status, row.closed_at = "guided", now
    note(session, actor, row, VERB, now)
    return row


def leave_out(session: Session, actor: Actor, request_id: UUID, reason: str, now: datetime) -> OutreachRequest:
    """Not for the street teams, and why. Raises WithTeam, NotWaiting."""
    row = in_reach(session, actor, VERB, request_id)
    rules.check_leaving_out(row.status)
    row.status, row.out_reason, row.closed_at = "out_of_scope", reason, now
    row.triaged_at, row.triaged_by = row.triaged_at or now, row.triaged_by or actor.worker_id
    note(session, actor, row, VERB, now, reason=reason)
    return row


def join(session: Session, actor: Actor, kept_id: UUID, joined_id: UUID, now: datetime) -> OutreachRequest:
    """The second is the first one over again: it waits for nobody, and the first one counts. Gives the kept one.

    Raises JoinsItself, RequestNotFound, NotOpen, WithTeam, AlreadyJoined.
    """
    if kept_id == joined_id:
        raise JoinsItself()
    # In the order of their ids: two who join the same pair at once never wait for one another in a ring.
    for id_ in sorted((kept_id, joined_id)):
        locked(session, actor.municipality_id, id_)
    kept, joined = in_reach(session, actor, VERB, kept_id), in_reach(session, actor, VERB, joined_id)
    if "duplicate" in (kept.status, joined.status):
        raise AlreadyJoined()
    rules.check_join(kept.status, joined.status)
    joined.status_before, joined.status = joined.status, "duplicate"
    session.add(
        RequestJoin(
            municipality_id=actor.municipality_id, id=new_id(), kept_id=kept_id, joined_id=joined_id, joined_at=now,
            worker_id=actor.worker_id,
        )
    )  # fmt: skip
    session.flush()
    # Who needs it sooner than the first asker said is not forgotten with the second.
    if joined.is_urgent and not kept.is_urgent and kept.closed_at is None:
        kept.is_urgent = True
        note(session, actor, kept, VERB, now, event="set_right", fields=["is_urgent"])
    note(session, actor, joined, VERB, now)
    return kept


def undo_join(session: Session, actor: Actor, joined_id: UUID, now: datetime) -> OutreachRequest:
    """They were two after all: the joined one stands where it stood. Raises RequestNotFound, NotJoined."""
    row = in_reach(session, actor, VERB, joined_id)
    join_ = session.scalar(
        select(RequestJoin)
        .where(
            RequestJoin.municipality_id == actor.municipality_id, RequestJoin.joined_id == joined_id, RequestJoin.undone_at.is_(None)
        )
        .with_for_update()
    )
    if join_ is None:
        raise NotJoined()
    if row.status != "duplicate":
        raise NotWaiting()
    join_.undone_at, join_.undone_by = now, actor.worker_id
    row.status, row.status_before = row.status_before or "new", None
    note(session, actor, row, VERB, now, event="undone")
    return row
