"""What the team that sends does: send, redirect, set out, plan a trip, take back, tell for a unit without a desk."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.access.problems import Forbidden
from app.audit import trail
from app.core.changes import announce
from app.core.db import insert_rows, violated
from app.core.ids import new_id
from app.core.problems import Invalid
from app.people.queries import not_here
from app.referrals import queries, rules
from app.referrals.models import Referral, ReferralPerson, Trip
from app.referrals.problems import (
    AlreadySent,
    NotOfTheOrigin,
    OriginNotFound,
    RedirectsItself,
    TooMany,
    TripNotFound,
    UnitAnswersItself,
    UnitNotReceiving,
)
from app.referrals.service import telling
from app.referrals.service.holding import ask_for_a_place, keep_longer
from app.referrals.service.moves import answered, let_go, of_the_team, tell, words
from app.referrals.terms import ANSWERS
from app.units import queries as units


def send_referral(session: Session, actor: Actor, data: dict[str, Any], now: datetime, occurred_at: datetime) -> Referral:
    """A person accepted to go to a unit. `data` is SendIn's or, in the shape of version 1, SendFirstIn's.

    Where the unit gives places one is promised at once, or the next unit is named (`queries.told_of`). The code is the
    phone's: two open ones of a unit may bear the same, and both are shown. `redirects_id`: the one that this takes on.
    """
    sender = actor.at(occurred_at)
    require(sender, "referrals.send")
    if (data["encounter_id"] is None) == (data["visit_id"] is None):
        raise Invalid(fields={"encounter_id": [str(Invalid.sentence)]})
    m = actor.municipality_id
    origin = queries.origin_of(session, m, data["encounter_id"], data["visit_id"])
    if origin is None:
        raise OriginNotFound()
    if origin.worker_id != actor.worker_id:
        if origin.team_id is None and not sender.everywhere("referrals.send"):
            raise Forbidden(extra={"verb": "referrals.send"})
        require(sender, "referrals.send", team_id=origin.team_id)
    rules.check_origin(origin.status)
    unit = units.receiving(session, m, data["unit_id"])
    if unit is None:
        raise UnitNotReceiving(fields={"unit_id": [str(UnitNotReceiving.sentence)]})
    people = _check_people(session, actor, origin, data)
    before = _taken_on(session, actor, data, now, occurred_at)
    trip = session.get(Trip, (m, data["trip_id"])) if data["trip_id"] else None
    if trip is not None and trip.worker_id != actor.worker_id and trip.team_id not in sender.team_ids("referrals.plan_trip"):
        trip = None
    referral = _insert(
        session,
        {
            "municipality_id": m,
            "id": data["referral_id"],
            "code": data["code"],
            "unit_id": data["unit_id"],
            "encounter_id": origin.encounter_id,
            "visit_id": origin.visit_id,
            "team_id": origin.team_id,
            "worker_id": actor.worker_id,
            "called": words(data["called"]),
            "note": words(data["note"]),
            "belongings": words(data["belongings"]),
            "sent_at": occurred_at,
            "received_at": now,
            "awaited_since": now,
            "redirected_from_id": before.id if before else None,
            # Another team's is none of hers; one that isn't here yet names its referrals itself when it comes (plan_trip).
            "trip_id": trip.id if trip else None,
            "slip_device_id": actor.device_id if data["slip"] else None,
            **{name: data[name] for name in _AS_TOLD},
        },
    )
    _keep_people(session, referral, people)
    tell(session, actor, referral, "referrals.send", now, at=occurred_at, fields=data)
    ask_for_a_place(session, referral, unit, now)
    session.flush()
    if unit.has_desk and referral.awaited_since:
        telling.desk(session, referral, "referral_new", now)
    if referral.vehicle_asked:
        telling.coordinators(session, referral, "vehicle_asked", now)
    return referral


_AS_TOLD = (
    "people_count", "with_children", "with_animals", "purpose", "reasons", "is_urgent", "profile", "with_cart", "travel",
    "vehicle_asked",
)  # fmt: skip


def revoke_referral(session: Session, actor: Actor, data: dict[str, Any], now: datetime, occurred_at: datetime) -> Referral:
    """The team takes back what it sent. `data` is RevokeIn's."""
    referral = of_the_team(session, actor, "referrals.revoke", data["referral_id"], occurred_at)
    referral.status = rules.next_status(referral.status, "revoke", who=rules.SENDER)
    let_go(session, referral, now)
    answered(session, referral, now)
    tell(session, actor, referral, "referrals.revoke", now, at=occurred_at, reason=words(data["reason_text"]))
    telling.desk(session, referral, "referral_revoked", now)
    return referral


def set_out(session: Session, actor: Actor, data: dict[str, Any], now: datetime, occurred_at: datetime) -> Referral:
    """The person is on the way. `data` is SetOutIn's; it says nothing about an answer, which may still be awaited."""
    referral = of_the_team(session, actor, "referrals.set_out", data["referral_id"], occurred_at)
    referral.status = rules.next_status(referral.status, "set_out", who=rules.SENDER)
    referral.left_at = occurred_at
    referral.travel = data["travel"] or referral.travel
    tell(session, actor, referral, "referrals.set_out", now, at=occurred_at, fields=["status", "travel"])
    return referral


def tell_answer(session: Session, actor: Actor, data: dict[str, Any], now: datetime, occurred_at: datetime) -> Referral:
    """What a unit without a desk answered by phone or on paper, told by the team that sent. `data` is TellAnswerIn's.

    reason: of DECLINE_REASONS or, when it ended, of ANSWERS. Raises UnitAnswersItself where somebody answers there.
    """
    referral = of_the_team(session, actor, "referrals.tell_answer", data["referral_id"], occurred_at)
    unit = queries.unit_of(session, referral)
    if unit.has_desk:
        raise UnitAnswersItself()
    move, reason, text = _SAID[data["status"]], data["reason"], words(data["text"])
    status = rules.next_status(referral.status, move, who=rules.STAND_IN)
    if move == "decline":
        rules.check_decline(reason, text)
        referral.decline_reason, referral.decline_text = reason, text
    if move == "end":
        rules.check_answer(reason if reason in ANSWERS else None, text)
        referral.answer, referral.answer_text, referral.ended_at = reason, text, occurred_at
    referral.status = status
    if move in ("accept", "decline"):
        referral.decided_at, referral.decided_by = occurred_at, actor.worker_id
    if move == "accept":
        referral.decline_reason = referral.decline_text = referral.proposed_unit_id = None
        keep_longer(session, referral, unit, now)
    else:
        let_go(session, referral, now)
    if move in ("arrive", "miss"):
        referral.arrived_at = occurred_at if move == "arrive" else None
    answered(session, referral, now)
    said = " · ".join(filter(None, (text, words(data["who"])))) or reason
    tell(session, actor, referral, "referrals.tell_answer", now, at=occurred_at, reason=said, by_sender=True)
    return referral


_SAID = {"accepted": "accept", "declined": "decline", "arrived": "arrive", "not_arrived": "miss", "ended": "end"}


def plan_trip(session: Session, actor: Actor, data: dict[str, Any], now: datetime, occurred_at: datetime) -> Trip:
    """Several people and stops in one way, in the order given. `data` is TripIn's; the same id again plans it anew.

    Whoever is no longer expected meanwhile is left out; the rest of the trip goes all the same.
    """
    sender, m = actor.at(occurred_at), actor.municipality_id
    require(sender, "referrals.plan_trip")
    stops = [of_the_team(session, actor, "referrals.plan_trip", id_, occurred_at) for id_ in dict.fromkeys(data["referral_ids"])]
    trip = session.get(Trip, (m, data["trip_id"]), with_for_update=True)
    team_id = next((stop.team_id for stop in stops if stop.team_id), None)
    if trip is None:
        trip = Trip(municipality_id=m, id=data["trip_id"], team_id=team_id, worker_id=actor.worker_id, made_at=occurred_at)
        session.add(trip)
    elif trip.worker_id != actor.worker_id and (trip.team_id is None or trip.team_id not in sender.team_ids("referrals.plan_trip")):
        raise TripNotFound()
    trip.travel, trip.vehicle_asked, trip.note = data["travel"], data["vehicle_asked"], words(data["note"])
    session.flush()
    chosen = {stop.id for stop in stops}
    gone = session.scalars(
        select(Referral).where(Referral.municipality_id == m, Referral.trip_id == trip.id, Referral.id.not_in(chosen)).with_for_update()
    ).all()
    for stop in gone:
        stop.trip_id = stop.trip_order = None
    aboard = [stop for stop in stops if stop.status in rules.EVERY_MOVE[rules.SENDER] and "plan" in rules.EVERY_MOVE[rules.SENDER][stop.status]]
    for order, stop in enumerate(aboard, 1):
        stop.trip_id, stop.trip_order, stop.travel = trip.id, order, data["travel"]
        stop.vehicle_asked = data["vehicle_asked"]
    session.flush()
    trail.record(session, actor, "referrals.plan_trip", now, "trip", trip.id, ["travel", "vehicle_asked", "referral_ids"])
    announce(session, m, "referral", [stop.id for stop in (*stops, *gone)])
    if trip.vehicle_asked and aboard:
        telling.coordinators(session, aboard[0], "vehicle_asked", now)
    return trip


def _taken_on(session: Session, actor: Actor, data: dict[str, Any], now: datetime, occurred_at: datetime) -> Referral | None:
    """The referral that the new one takes on, which ends as redirected; the chain stays. None when it takes on none."""
    if data["redirects_id"] is None:
        return None
    before = of_the_team(session, actor, "referrals.send", data["redirects_id"], occurred_at)
    if before.unit_id == data["unit_id"] or before.id == data["referral_id"]:
        raise RedirectsItself(fields={"unit_id": [str(RedirectsItself.sentence)]})
    expected = "revoke" in rules.EVERY_MOVE[rules.SENDER][before.status]
    before.status = rules.next_status(before.status, "redirect", who=rules.SENDER)
    let_go(session, before, now)
    answered(session, before, now)
    tell(session, actor, before, "referrals.send", now, at=occurred_at)
    if expected:
        telling.desk(session, before, "referral_revoked", now)
    return before


def _check_people(session: Session, actor: Actor, origin: queries.Origin, data: dict[str, Any]) -> list[dict[str, Any]]:
    """Those named, who were in the record from which the referral leaves and are no more than are sent. Somebody of the city
    who was not there stays without a record: the referral is true, but not of her."""
    named = data["people"]
    if len(named) > data["people_count"]:
        raise TooMany(fields={"people": [str(TooMany.sentence)]})
    present = {each["participation_id"] for each in named} - {None}
    if present and present - queries.present_in(session, actor.municipality_id, origin, present):
        raise NotOfTheOrigin(fields={"people": [str(NotOfTheOrigin.sentence)]})
    known = {each["person_id"] for each in named} - {None}
    if not known:
        return named
    m = actor.municipality_id
    # An id that nobody of the city has is refused as it is kept.
    kept = queries.met_in(session, m, origin, known) | not_here(session, m, known)
    return [each if each["person_id"] in kept else each | {"person_id": None} for each in named]


def _keep_people(session: Session, referral: Referral, named: list[dict[str, Any]]) -> None:
    rows = [
        {
            "municipality_id": referral.municipality_id, "id": new_id(), "referral_id": referral.id,
            "participation_id": each["participation_id"], "person_id": each["person_id"], "called": words(each["called"]),
        }
        for each in named
    ]  # fmt: skip
    insert_rows(session, ReferralPerson.__table__, rows)  # type: ignore[arg-type]


def _insert(session: Session, values: dict[str, Any]) -> Referral:
    referral = Referral(**values)
    try:
        with session.begin_nested():
            session.add(referral)
            session.flush()
    except IntegrityError as error:
        if violated(error) == "pk_referrals":
            raise AlreadySent() from error
        raise
    return referral
