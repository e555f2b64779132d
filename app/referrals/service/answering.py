"""What a unit's desk does with a referral: accept, decline, receive, serve, appoint, end with an answer. Never commits."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core.days import zone_of
from app.referrals import queries, rules
from app.referrals.models import Referral
from app.referrals.problems import AlreadyAccepted, BadAppointment, SameUnit, UnitNotReceiving
from app.referrals.service import telling
from app.referrals.service.holding import keep_longer
from app.referrals.service.moves import answered, at_the_desk, let_go, tell, words
from app.units import queries as units
from app.units import service as units_service
from app.units.problems import AlreadyCheckedIn

_FURTHEST_APPOINTMENT = timedelta(days=366)


def accept_referral(
    session: Session, actor: Actor, referral_id: UUID, now: datetime, seen: str | None = None
) -> Referral:
    """The unit expects the person; from now on a place waits as long as the unit keeps one."""
    referral = at_the_desk(session, actor, "referrals.decide", referral_id, now)
    status = rules.next_status(referral.status, "accept", seen)
    if status == "on_the_way" and referral.decided_at is not None:
        raise AlreadyAccepted(extra={"status_held": referral.status})
    referral.status = status
    referral.decided_at, referral.decided_by = now, actor.worker_id
    referral.decline_reason = referral.decline_text = referral.proposed_unit_id = None
    answered(session, referral, now)
    keep_longer(session, referral, queries.unit_of(session, referral), now)
    tell(session, actor, referral, "referrals.decide", now, event="accepted")
    telling.sender(session, referral, "referral_answered", now)
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
    """The unit can't receive; it says why and may propose another. What was promised is free again."""
    referral = at_the_desk(session, actor, "referrals.decide", referral_id, now)
    status = rules.next_status(referral.status, "decline", seen)
    rules.check_decline(reason, text)
    if proposed_unit_id is not None:
        if proposed_unit_id == referral.unit_id:
            raise SameUnit(fields={"proposed_unit_id": [str(SameUnit.sentence)]})
        if units.receiving(session, actor.municipality_id, proposed_unit_id) is None:
            raise UnitNotReceiving(fields={"proposed_unit_id": [str(UnitNotReceiving.sentence)]})
    referral.status = status
    referral.decided_at, referral.decided_by = now, actor.worker_id
    referral.decline_reason, referral.decline_text = reason, words(text)
    referral.proposed_unit_id = proposed_unit_id
    let_go(session, referral, now)
    answered(session, referral, now)
    tell(session, actor, referral, "referrals.decide", now, reason=referral.decline_text or reason)
    telling.sender(session, referral, "referral_answered", now)
    return referral


def mark_arrived(
    session: Session,
    actor: Actor,
    referral_id: UUID,
    now: datetime,
    seen: str | None = None,
    at: datetime | None = None,
    bed_ids: list[UUID] | None = None,
) -> Referral:
    """The person is at the door; no code is asked. at: when she came, where it is told later."""
    referral = at_the_desk(session, actor, "referrals.mark_arrival", referral_id, now)
    status = rules.next_status(referral.status, "arrive", seen)
    came, was_served = rules.arrival_time(at, now), referral.status == "in_service"
    # Back from "in service" by mistake: she arrived when she arrived.
    referral.arrived_at = referral.arrived_at if was_served and at is None else came
    referral.status, referral.in_service_at = status, None
    answered(session, referral, now)
    tell(session, actor, referral, "referrals.mark_arrival", now, at=came)
    if not was_served:
        _take_in(session, actor, referral, came, now, bed_ids)
    return referral


def _take_in(
    session: Session, actor: Actor, referral: Referral, came: datetime, now: datetime, bed_ids: list[UUID] | None
) -> None:
    """Under the roof, where the unit has beds: the promise becomes a stay, or she waits for a bed and both sides are told."""
    if referral.purpose != "place" or queries.unit_of(session, referral).place_rule == "none":
        return
    m = referral.municipality_id
    units_service.locked_unit(session, m, referral.unit_id)
    guests = _party(session, referral)
    if not guests:
        let_go(session, referral, now)
        return
    try:
        units_service.check_in(session, actor, referral.unit_id, guests, came, now, referral_id=referral.id, bed_ids=bed_ids)
    except AlreadyCheckedIn:
        let_go(session, referral, now)
        return
    # All of them are here, in these beds or waiting for one: what was promised beside is free.
    units_service.release_places(session, m, referral.id, now)
    clashes = units.clashes_of(session, m, [referral.unit_id], now)
    if referral.id in clashes.waiting.values():
        telling.both(session, referral, "place_clash", now)
    for other in queries.some_of(session, m, clashes.overtaken):
        telling.both(session, other, "place_clash", now)


def _party(session: Session, referral: Referral) -> list[units_service.Guest]:
    """Who of a referral comes in now: everybody but those who are here already, come from the street before anybody looked at
    the referral. The unit is locked."""
    profile = sorted(referral.profile)
    named = queries.people_of(session, referral.municipality_id, [referral.id])[referral.id]
    ids = {one["person_id"] for one in named} - {None}
    here = units.sleeping_at(session, referral.municipality_id, referral.unit_id, ids)
    guests, known = [], set()
    for one in named:
        who = one["person_id"]
        if who in here and who not in known:
            known.add(who)
            continue
        # Two who became one person since are two at the door all the same: a person sleeps in one bed, the other has no record.
        guests.append(units_service.Guest(None if who in known else who, one["called"], profile))
        known.add(who)
    # Of a party of whom only one is named it is she who has the name.
    alone = None if named else referral.called
    unnamed = range(referral.people_count - len(named))
    return guests + [units_service.Guest(None, alone if place == 0 else None, profile) for place in unnamed]


def mark_not_arrived(
    session: Session, actor: Actor, referral_id: UUID, now: datetime, seen: str | None = None
) -> Referral:
    """The unit stops waiting, or takes back an arrival marked by mistake. A promised place is free again."""
    referral = at_the_desk(session, actor, "referrals.mark_arrival", referral_id, now)
    came = referral.status == "arrived"
    referral.status = rules.next_status(referral.status, "miss", seen)
    referral.arrived_at = None
    if came and queries.unit_of(session, referral).place_rule != "none":
        units_service.take_back_check_in(session, actor, referral_id, now)
    let_go(session, referral, now)
    answered(session, referral, now)
    tell(session, actor, referral, "referrals.mark_arrival", now)
    return referral


def serve_referral(session: Session, actor: Actor, referral_id: UUID, now: datetime, seen: str | None = None) -> Referral:
    """Whoever arrived is attended; of one that had ended, the answer is taken back and it goes on."""
    referral = at_the_desk(session, actor, "referrals.serve", referral_id, now)
    referral.status = rules.next_status(referral.status, "serve", seen)
    referral.in_service_at = referral.in_service_at or now
    referral.answer = referral.answer_text = referral.ended_at = None
    tell(session, actor, referral, "referrals.serve", now)
    return referral


def end_referral(
    session: Session, actor: Actor, referral_id: UUID, now: datetime, answer: str, text: str | None = None, seen: str | None = None
) -> Referral:
    """The contrarreferência: what came of it, told back to the team that sent. Raises AnswerUnexplained."""
    referral = at_the_desk(session, actor, "referrals.serve", referral_id, now)
    status = rules.next_status(referral.status, "end", seen)
    rules.check_answer(answer, text)
    referral.status, referral.ended_at = status, now
    referral.answer, referral.answer_text = answer, words(text)
    tell(session, actor, referral, "referrals.serve", now, reason=referral.answer_text or answer, fields=["status", "answer"])
    telling.sender(session, referral, "referral_answered", now)
    return referral


def appoint(
    session: Session, actor: Actor, referral_id: UUID, now: datetime, at: datetime, note: str | None = None, seen: str | None = None
) -> Referral:
    """A day and an hour for the person; the team is reminded. Where nobody had answered, this accepts."""
    referral = at_the_desk(session, actor, "referrals.decide", referral_id, now)
    status = rules.next_status(referral.status, "appoint", seen)
    if not now < at <= now + _FURTHEST_APPOINTMENT:
        raise BadAppointment(fields={"at": [str(BadAppointment.sentence)]})
    if referral.decided_at is None:
        referral.decided_at, referral.decided_by = now, actor.worker_id
    referral.status = status
    referral.appointment_at, referral.appointment_note = at, words(note)
    zone = zone_of(session, actor.municipality_id)
    referral.arrive_by = rules.last_day(at.astimezone(zone).date(), zone)
    answered(session, referral, now)
    tell(session, actor, referral, "referrals.decide", now, event="appointed", fields=["appointment_at"])
    telling.sender(session, referral, "referral_answered", now)
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
