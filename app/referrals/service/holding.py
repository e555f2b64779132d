"""Asking a unit for a place: what the server answers to a phone, and a promise that its desk makes longer."""

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.days import zone_of
from app.core.db import violated
from app.referrals import queries, rules
from app.referrals.models import Referral
from app.referrals.service.moves import Clock, tell
from app.units import queries as unit_queries
from app.units import service as units


def ask_for_a_place(session: Session, referral: Referral, unit: Any, now: datetime) -> None:
    """Promise places where the unit gives them, from the receipt on, never in the past; else say until when the person is
    expected. Full, or free only if a silent desk's promise came to nothing: the next unit that has room is kept."""
    if referral.purpose != "place" or not _gives_places(unit):
        referral.hold_answer = "no_beds" if referral.purpose == "place" else None
        zone = zone_of(session, referral.municipality_id)
        on = unit_queries.last_day_expected(session, unit, now.astimezone(zone).date())
        referral.arrive_by = rules.last_day(on, zone)
        return
    since = queries.received_already(session, referral)
    if since is not None:
        # The phone was hours without signal, and the person is under that roof: no second place for her.
        referral.status = rules.next_status(referral.status, "receive", who=rules.CLOCK)
        referral.arrived_at, referral.awaited_since = since, None
        tell(session, Clock(referral.municipality_id), referral, "referrals.send", now, at=max(since, referral.sent_at))
        return
    if unit.id in queries.closed_to(session, referral, now):
        # Its coordination doesn't receive somebody of them: no place waits; its desk may say yes all the same.
        held = units.Held("taken")
    else:
        held = units.hold_places(
            session, referral.municipality_id, unit.id, referral.id, _asked(referral), now, worker_id=referral.worker_id
        )
    referral.hold_answer = held.answer
    if held.answer == "granted":
        referral.status = rules.next_status(referral.status, "hold", who=rules.CLOCK)
        referral.held_until = referral.arrive_by = held.until
        tell(session, Clock(referral.municipality_id), referral, "referrals.send", now, fields=["status", "held_until"])
        return
    option = queries.next_option(session, referral, now)
    referral.next_unit_id = option.unit_id if option else None


def keep_longer(session: Session, referral: Referral, unit: Any, now: datetime) -> None:
    """The desk said yes: from now on the place waits as long as the unit keeps one; promised anew where it had gone."""
    if referral.purpose != "place" or unit is None or not _gives_places(unit):
        return
    m, until = referral.municipality_id, unit_queries.hold_end(unit, now)
    standing = referral.held_until is not None and referral.held_until > now
    if standing:
        until = max(until, referral.held_until)  # type: ignore[type-var]
        try:
            with session.begin_nested():
                ends = units.keep_holds_until(session, m, referral.id, now, until)
        except IntegrityError as error:
            if violated(error) != "ex_bed_claims_once":
                raise
            # The bed is another's from then on: the promise stands as it was.
            return
        referral.held_until = referral.arrive_by = ends or until
        return
    held = units.hold_places(session, m, unit.id, referral.id, _asked(referral), now, worker_id=referral.decided_by)
    referral.hold_answer = held.answer
    # A desk that accepts without a free bed knows its house: the person is expected all the same.
    referral.held_until = held.until
    referral.arrive_by = held.until or until


def _gives_places(unit: Any) -> bool:
    """Whether its beds are known here. Where nobody answers with an account nobody says who sleeps there either: it is rung."""
    return unit.place_rule != "none" and unit.has_desk


def _asked(referral: Referral) -> units.Asked:
    return units.Asked(referral.people_count, queries.wanted_by(referral))
