"""Verbs on referrals: guard → read → rules → write → audit, and the phone's line of changes. Never commits."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.access.problems import Forbidden
from app.audit import trail
from app.core.changes import announce
from app.core.db import violated
from app.core.ids import new_code, new_id
from app.core.problems import Invalid
from app.referrals import queries, rules
from app.referrals.models import Referral, ReferralEvent
from app.referrals.problems import AlreadySent, OriginNotFound, ReferralNotFound, SameUnit, UnitNotReceiving
from app.units import queries as units

_CODE_TRIES = 8


def send_referral(session: Session, actor: Actor, data: dict[str, Any], now: datetime, occurred_at: datetime) -> Referral:
    """A person accepted to go to a unit. `data` is SendIn's.

    The phone's code is kept unless another referral of the city has it; then the server makes one and the
    phone learns it at its next pull: a referral is never lost to a coincidence.
    """
    sender = actor.at(occurred_at)
    require(sender, "referrals.send")
    if (data["encounter_id"] is None) == (data["visit_id"] is None):
        raise Invalid(fields={"encounter_id": [str(Invalid.sentence)]})
    origin = queries.origin_of(session, actor.municipality_id, data["encounter_id"], data["visit_id"])
    if origin is None:
        raise OriginNotFound()
    if origin.worker_id != actor.worker_id:
        if origin.team_id is None and not sender.everywhere("referrals.send"):
            raise Forbidden(extra={"verb": "referrals.send"})
        require(sender, "referrals.send", team_id=origin.team_id)
    rules.check_origin(origin.status)
    if units.receiving(session, actor.municipality_id, data["unit_id"]) is None:
        raise UnitNotReceiving(fields={"unit_id": [str(UnitNotReceiving.sentence)]})
    referral = _insert(
        session,
        {
            "municipality_id": actor.municipality_id,
            "id": data["referral_id"],
            "unit_id": data["unit_id"],
            "encounter_id": origin.encounter_id,
            "visit_id": origin.visit_id,
            "team_id": origin.team_id,
            "worker_id": actor.worker_id,
            "called": (data["called"] or "").strip() or None,
            "people_count": data["people_count"],
            "with_children": data["with_children"],
            "with_animals": data["with_animals"],
            "note": (data["note"] or "").strip() or None,
            "sent_at": occurred_at,
            "received_at": now,
        },
        data["code"],
    )
    _tell(session, actor, referral, "referrals.send", now, at=occurred_at, fields=data)
    return referral


def revoke_referral(session: Session, actor: Actor, data: dict[str, Any], now: datetime, occurred_at: datetime) -> Referral:
    """The team takes back what it sent. `data` is RevokeIn's."""
    sender = actor.at(occurred_at)
    require(sender, "referrals.revoke")
    referral = _held(session, actor, data["referral_id"])
    if referral.worker_id != actor.worker_id:
        if referral.team_id is None and not sender.everywhere("referrals.revoke"):
            raise Forbidden(extra={"verb": "referrals.revoke"})
        require(sender, "referrals.revoke", team_id=referral.team_id)
    referral.status = rules.next_status(referral.status, "revoke")
    reason = (data["reason_text"] or "").strip() or None
    _tell(session, actor, referral, "referrals.revoke", now, at=occurred_at, reason=reason)
    return referral


def accept_referral(
    session: Session, actor: Actor, referral_id: UUID, now: datetime, seen: str | None = None
) -> Referral:
    """The unit expects the person."""
    referral = _at_the_desk(session, actor, "referrals.decide", referral_id)
    referral.status = rules.next_status(referral.status, "accept", seen)
    referral.decided_at, referral.decided_by = now, actor.worker_id
    referral.decline_reason = referral.decline_text = referral.proposed_unit_id = None
    _tell(session, actor, referral, "referrals.decide", now)
    return referral


def decline_referral(
    session: Session,
    actor: Actor,
    referral_id: UUID,
    now: datetime,
    reason: str,
    text: str | None = None,
    proposed_unit_id: UUID | None = None,
    seen: str | None = None,
) -> Referral:
    """The unit can't receive; it says why and may propose another."""
    referral = _at_the_desk(session, actor, "referrals.decide", referral_id)
    status = rules.next_status(referral.status, "decline", seen)
    rules.check_decline(reason, text)
    if proposed_unit_id is not None:
        if proposed_unit_id == referral.unit_id:
            raise SameUnit(fields={"proposed_unit_id": [str(SameUnit.sentence)]})
        if units.receiving(session, actor.municipality_id, proposed_unit_id) is None:
            raise UnitNotReceiving(fields={"proposed_unit_id": [str(UnitNotReceiving.sentence)]})
    referral.status = status
    referral.decided_at, referral.decided_by = now, actor.worker_id
    referral.decline_reason, referral.decline_text = reason, (text or "").strip() or None
    referral.proposed_unit_id = proposed_unit_id
    _tell(session, actor, referral, "referrals.decide", now, reason=referral.decline_text or reason)
    return referral


def mark_arrived(session: Session, actor: Actor, referral_id: UUID, now: datetime, seen: str | None = None) -> Referral:
    """The person is at the door; no code is asked."""
    referral = _at_the_desk(session, actor, "referrals.mark_arrival", referral_id)
    referral.status = rules.next_status(referral.status, "arrive", seen)
    referral.arrived_at = now
    _tell(session, actor, referral, "referrals.mark_arrival", now)
    return referral


def mark_not_arrived(
    session: Session, actor: Actor, referral_id: UUID, now: datetime, seen: str | None = None
) -> Referral:
    """The unit stops waiting, or takes back an arrival marked by mistake."""
    referral = _at_the_desk(session, actor, "referrals.mark_arrival", referral_id)
    referral.status = rules.next_status(referral.status, "miss", seen)
    referral.arrived_at = None
    _tell(session, actor, referral, "referrals.mark_arrival", now)
    return referral


def note_seen(session: Session, actor: Actor, referral_ids: list[UUID], now: datetime) -> None:
    """The inbox showed these for the first time: 'received' is a fact of its own (domain 1.3).

    Seen by the unit means by who can answer for it, not by a coordinator who looks over the city.
    """
    require(actor, "referrals.read_inbox")
    if not referral_ids or not actor.can("referrals.decide"):
        return
    rows = session.scalars(
        select(Referral)
        .where(
            Referral.municipality_id == actor.municipality_id,
            Referral.id.in_(referral_ids),
            Referral.seen_at.is_(None),
        )
        # Two desks that poll at once would wait for each other's rows: whoever comes second leaves them.
        .with_for_update(skip_locked=True)
    ).all()
    for referral in rows:
        referral.seen_at = now
    session.flush()


def _at_the_desk(session: Session, actor: Actor, verb: str, referral_id: UUID) -> Referral:
    """The referral, locked until the end of the transaction, when the actor holds the verb at its unit."""
    require(actor, verb)
    referral = _held(session, actor, referral_id)
    region_id = queries.region_of_unit(session, actor.municipality_id, referral.unit_id)
    require(actor, verb, unit_id=referral.unit_id, region_id=region_id)
    if not queries.is_shown(session, actor, referral_id):
        raise ReferralNotFound()
    return referral


def _held(session: Session, actor: Actor, referral_id: UUID) -> Referral:
    referral = session.scalar(
        select(Referral)
        .where(Referral.municipality_id == actor.municipality_id, Referral.id == referral_id)
        .with_for_update()
        # The lock may have waited for another desk: what this session read before is then old.
        .execution_options(populate_existing=True)
    )
    if referral is None:
        raise ReferralNotFound()
    return referral


def _insert(session: Session, values: dict[str, Any], code: str) -> Referral:
    for _try in range(_CODE_TRIES):
        referral = Referral(code=code, **values)
        try:
            with session.begin_nested():
                session.add(referral)
                session.flush()
            return referral
        except IntegrityError as error:
            broken = violated(error)
            if broken == "pk_referrals":
                raise AlreadySent() from error
            if broken != "uq_referrals_municipality_id_code":
                raise
            code = new_code()
    raise RuntimeError("no free code after several tries")


def _tell(
    session: Session,
    actor: Actor,
    referral: Referral,
    action: str,
    now: datetime,
    at: datetime | None = None,
    reason: str | None = None,
    fields: Any = ("status",),
) -> None:
    """The move in the history, in the trail and in the phones' line of changes."""
    session.add(
        ReferralEvent(
            municipality_id=actor.municipality_id,
            id=new_id(),
            referral_id=referral.id,
            status=referral.status,
            reason=reason,
            worker_id=actor.worker_id,
            at=at or now,
        )
    )
    session.flush()
    trail.record(session, actor, action, now, "referral", referral.id, list(fields))
    announce(session, actor.municipality_id, "referral", [referral.id])
