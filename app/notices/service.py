"""Telling workers: a line for each, once, and a job that delivers it when the transaction is committed; and how each
wants to be told.
"""

from collections.abc import Iterable
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core import clock, jobs, webpush
from app.core.ids import new_id
from app.core.mail import is_address
from app.core.webpush import Target
from app.notices.models import NoticePreference, PushSubscription
from app.notices.problems import BadAddress, BadQuietHours, NotSubscribed, UnknownPushService
from app.notices.terms import URGENT

_TELL = text(
    "INSERT INTO notices (municipality_id, id, worker_id, kind, subject_id, step, is_urgent, made_at, due_at)"
    " VALUES (:m, :id, :worker, :kind, :subject, :step, :urgent, :now, :due)"
    " ON CONFLICT ON CONSTRAINT uq_notices_once DO NOTHING"
)


def tell(
    session: Session, municipality_id: int, worker_ids: Iterable[UUID], kind: str, subject_id: UUID, now: datetime, step: int = 0,
    due_at: datetime | None = None,
) -> int:
    """Tell these workers about one record, each once for a kind and a step; not before `due_at`. Gives how many were not told before."""
    told = 0
    for worker_id in sorted(set(worker_ids)):
        told += session.execute(
            _TELL,
            {
                "m": municipality_id, "id": new_id(), "worker": worker_id, "kind": kind, "subject": subject_id, "step": step,
                "urgent": kind in URGENT, "now": now, "due": due_at or now,
            },
        ).rowcount  # fmt: skip
    if told:
        jobs.defer(session, "notices.deliver", municipality_id)
    return told


_SETTLE = text(
    "UPDATE notices SET sent_at = :now, seen_at = :now WHERE municipality_id = :m AND subject_id = :subject"
    " AND kind = ANY(:kinds) AND sent_at IS NULL"
)


def settle(
    session: Session, municipality_id: int, kinds: str | Iterable[str], subject_id: UUID, now: datetime | None = None
) -> int:
    """What a record's notices of these kinds ask for has been done: who was not told yet is told no more (a sent one
    stays as it is). Gives how many were dropped; they have `sent_at` and no channel.
    """
    wanted = [kinds] if isinstance(kinds, str) else sorted(kinds)
    values = {"m": municipality_id, "subject": subject_id, "kinds": wanted, "now": now or clock.now()}
    return session.execute(_SETTLE, values).rowcount


def subscribe(session: Session, actor: Actor, target: Target, now: datetime) -> UUID:
    """The actor's notices come to this browser while this session lasts. A browser has one owner at a time: whoever
    signed in last on a shared one. Raises UnknownPushService.
    """
    require(actor, "notices.subscribe")
    if not webpush.acceptable(target.endpoint) or not webpush.fits(target.p256dh, target.auth):
        raise UnknownPushService()
    known = insert(PushSubscription).values(
        municipality_id=actor.municipality_id, id=new_id(), worker_id=actor.worker_id, session_id=actor.session_id,
        endpoint=target.endpoint, p256dh=target.p256dh, auth=target.auth, created_at=now, failures=0,
    )  # fmt: skip
    subscription_id = session.scalar(
        known.on_conflict_do_update(
            index_elements=["municipality_id", "endpoint"],
            set_={
                "worker_id": known.excluded.worker_id, "session_id": known.excluded.session_id, "p256dh": known.excluded.p256dh,
                "auth": known.excluded.auth, "created_at": now, "failures": 0, "retired_at": None,
            },
        ).returning(PushSubscription.id)
    )  # fmt: skip
    trail.record(session, actor, "notices.subscribe", now, "push_subscription", subscription_id)
    return subscription_id


def unsubscribe(
    session: Session, actor: Actor, now: datetime, endpoint: str | None = None, subscription_id: UUID | None = None
) -> None:
    """One of the actor's browsers is told nothing any more, by its address or its id. Raises NotSubscribed."""
    require(actor, "notices.subscribe")
    which = PushSubscription.endpoint == endpoint if endpoint else PushSubscription.id == subscription_id
    gone = session.scalar(
        delete(PushSubscription)
        .where(
            PushSubscription.municipality_id == actor.municipality_id, PushSubscription.worker_id == actor.worker_id, which
        )
        .returning(PushSubscription.id)
    )
    if gone is None:
        raise NotSubscribed()
    trail.record(session, actor, "notices.subscribe", now, "push_subscription", gone, ["retired_at"])


def set_preferences(
    session: Session, actor: Actor, email: str, quiet_from: time | None, quiet_to: time | None, now: datetime
) -> None:
    """Where the actor is written to when no browser can be told, and when only what is urgent comes.

    Raises BadAddress or BadQuietHours.
    """
    require(actor, "notices.set_preferences")
    if email and not is_address(email):
        raise BadAddress(fields={"email": [str(BadAddress.sentence)]})
    if (quiet_from is None) != (quiet_to is None) or (quiet_from is not None and quiet_from == quiet_to):
        raise BadQuietHours(fields={"quiet_to" if quiet_from else "quiet_from": [str(BadQuietHours.sentence)]})
    chosen = {"email": email, "quiet_from": quiet_from, "quiet_to": quiet_to, "updated_at": now}
    session.execute(
        insert(NoticePreference)
        .values(municipality_id=actor.municipality_id, id=actor.worker_id, **chosen)
        .on_conflict_do_update(index_elements=["municipality_id", "id"], set_=chosen)
    )
    trail.record(session, actor, "notices.set_preferences", now, "worker", actor.worker_id, ["email", "quiet_from", "quiet_to"])


def try_out(session: Session, actor: Actor, now: datetime) -> None:
    """A notice of nothing to oneself: so that one sees where notices arrive."""
    require(actor, "notices.subscribe")
    tell(session, actor.municipality_id, [actor.worker_id], "trial", new_id(), now)
