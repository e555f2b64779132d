"""What every move of a request shares: the row held, the line of history, the trail, the phones' changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.ids import new_id
from app.outreach_requests.models import OutreachRequest, RequestDispatch, RequestEvent
from app.outreach_requests.problems import RequestNotFound
from app.outreach_requests.queries import within


@dataclass(frozen=True)
class Anybody:
    """Whoever asked by the public form, as the trail knows who acted."""

    municipality_id: int
    worker_id: None = None
    device_id: None = None


def locked(session: Session, municipality_id: int, request_id: UUID) -> OutreachRequest:
    """Held until the end of the transaction. Raises RequestNotFound."""
    row = session.scalar(
        select(OutreachRequest)
        .where(OutreachRequest.municipality_id == municipality_id, OutreachRequest.id == request_id)
        # What an encounter says of it (a foreign key) needn't wait.
        .with_for_update(key_share=True)
        # The lock may have waited for another: what this session read before is then old.
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise RequestNotFound()
    return row


def lock_ahead(session: Session, municipality_id: int, bodies: Iterable[dict[str, Any]]) -> None:
    """The requests that commands of one push name, in the order of their ids: two pushes never wait for one another in a ring.
    `bodies` as they came, nothing in them checked."""
    named = {uuid for body in bodies if (uuid := _uuid(body.get("request_id")))}
    session.execute(
        select(OutreachRequest.id)
        .where(OutreachRequest.municipality_id == municipality_id, OutreachRequest.id.in_(named))
        .order_by(OutreachRequest.id)
        .with_for_update(key_share=True)
    )


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def in_reach(session: Session, actor: Actor, verb: str, request_id: UUID) -> OutreachRequest:
    """The same, within the verb's reach. Raises Forbidden, RequestNotFound."""
    require(actor, verb)
    row = locked(session, actor.municipality_id, request_id)
    reached = select(OutreachRequest.id).where(
        OutreachRequest.municipality_id == actor.municipality_id, OutreachRequest.id == request_id, within(session, actor, verb)
    )
    if session.scalar(reached) is None:
        raise RequestNotFound()
    return row


def note(
    session: Session,
    actor: Actor | Anybody,
    row: OutreachRequest,
    action: str,
    now: datetime,
    *,
    at: datetime | None = None,
    event: str | None = None,
    reason: str | None = None,
    team_id: UUID | None = None,
    fields: Iterable[str] = ("status",),
) -> None:
    """The move in the history and in the trail. `at`: when it happened, where that isn't now."""
    session.add(
        RequestEvent(
            municipality_id=actor.municipality_id, id=new_id(), request_id=row.id, status=event or row.status, reason=reason,
            worker_id=actor.worker_id, team_id=team_id, at=at or now, recorded_at=now,
        )
    )  # fmt: skip
    session.flush()
    trail.record(session, actor, action, now, "outreach_request", row.id, list(fields))
    announce(session, actor.municipality_id, "request", [row.id])


def end_dispatch(session: Session, row: OutreachRequest, end_kind: str, at: datetime) -> None:
    """The team that has it has it no more."""
    session.execute(
        update(RequestDispatch)
        .where(
            RequestDispatch.municipality_id == row.municipality_id,
            RequestDispatch.request_id == row.id,
            RequestDispatch.ended_at.is_(None),
        )
        .values(ended_at=at, end_kind=end_kind)
        .execution_options(synchronize_session=False)
    )
