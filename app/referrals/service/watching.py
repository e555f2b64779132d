"""The clock of referrals: promises that ran out, units that closed, requests without an answer, appointments near.

Each is judged by the instants in the row, never by when the job ran: late, it does what it would have done.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from app.core.changes import announce
from app.core.days import zone_of
from app.notices import queries as notices
from app.referrals import queries, rules
from app.referrals.models import Referral, ReferralEvent
from app.referrals.service import telling
from app.referrals.service.moves import Clock, answered, let_go, tell
from app.referrals.terms import EXPECTED
from app.units import queries as units

_APPOINTED = ("accepted", "on_the_way", "held", "sent")
_REMINDED = timedelta(hours=36)
# A window that ended longer ago than a job is ever late was told of then.
_ENDED_LATELY = timedelta(days=2)


def watch_city(session: Session, municipality_id: int, now: datetime) -> dict[str, int]:
    """One turn of the clock in a city. Gives how many promises ended, windows ended with nobody heard of, closed units
    were left, steps and reminders made."""
    zone = zone_of(session, municipality_id)
    return {
        "released": _release(session, municipality_id, now),
        "unsaid": _ask_who_came(session, municipality_id, zone, now),
        "shut": _leave_closed(session, municipality_id, now),
        "escalated": _escalate(session, municipality_id, zone, now),
        "reminded": _remind(session, municipality_id, zone, now),
    }


def _release(session: Session, m: int, now: datetime) -> int:
    """A promise ran out while its desk was at work: the place is the others'. While the desk has been silent nobody knows
    whether the person came: the place stays unconfirmed, its desk is asked and the team is told to ring."""
    done = 0
    released = exists().where(
        ReferralEvent.municipality_id == Referral.municipality_id,
        ReferralEvent.referral_id == Referral.id,
        ReferralEvent.status == "released",
        ReferralEvent.at == Referral.held_until,
    )
    for referral in _locked(session, m, Referral.status.in_(EXPECTED - {"sent"}), Referral.held_until <= now, ~released):
        unit = queries.unit_of(session, referral)
        if rules.hold_state(referral.status, referral.held_until, unit.heard_at, now) == "unconfirmed":
            telling.desk(session, referral, "confirm_places", now)
            telling.sender(session, referral, "referral_waiting", now, step=0)
            continue
        referral.status = rules.next_status(referral.status, "lapse", who=rules.CLOCK)
        tell(session, Clock(m), referral, "referrals.release", now, at=referral.held_until, event="released")
        # Phones show one place more.
        announce(session, m, "unit", [referral.unit_id])
        telling.both(session, referral, "place_released", now)
        done += 1
    return done


def _ask_who_came(session: Session, m: int, zone: ZoneInfo, now: datetime) -> int:
    """The days within which a unit without beds expected somebody are over, and nobody said whether she came: its desk is asked
    to say it and the team that sent hears of it, once. Her referral stays as it is: she may have come."""
    rows = session.scalars(
        select(Referral).where(
            Referral.municipality_id == m, Referral.status.in_(EXPECTED), Referral.held_until.is_(None),
            Referral.arrive_by <= now, Referral.arrive_by > now - _ENDED_LATELY,
        )
    ).all()  # fmt: skip
    done = 0
    for referral in rows:
        assert referral.arrive_by is not None
        # Told once for a day: an appointment that was put off ends another.
        step = referral.arrive_by.astimezone(zone).timetuple().tm_yday
        if queries.unit_of(session, referral).has_desk:
            telling.desk(session, referral, "arrival_unsaid", now, step)
        telling.sender(session, referral, "arrival_unsaid", now, step)
        done += 1
    return done


def _leave_closed(session: Session, m: int, now: datetime) -> int:
    """A unit closed while somebody was expected there: she is sent to no closed door; the team is told at once."""
    done = 0
    for referral in _locked(session, m, Referral.status.in_(EXPECTED), ~queries.receiving_now()):
        referral.status = rules.next_status(referral.status, "shut", who=rules.CLOCK)
        referral.decided_at, referral.decline_reason = now, "closed"
        let_go(session, referral, now)
        answered(session, referral, now)
        option = queries.next_option(session, referral, now)
        referral.proposed_unit_id = option.unit_id if option else None
        tell(session, Clock(m), referral, "referrals.release", now, reason="closed")
        telling.sender(session, referral, "referral_answered", now)
        done += 1
    return done


def _escalate(session: Session, m: int, zone: ZoneInfo, now: datetime) -> int:
    """No answer in the unit's time, counted while it is open (an urgent one always): the second contact, the coordination,
    the supervision; who has nobody there is passed over. For a unit without a desk the team is reminded to ring it."""
    waiting = _locked(
        session, m, Referral.status.in_(("sent", "held", "on_the_way")), Referral.awaited_since.is_not(None),
        Referral.escalated < rules.LAST_STEP,
    )  # fmt: skip
    weeks = units.weeks_of(session, m, {referral.unit_id for referral in waiting}, now)
    done = 0
    for referral in waiting:
        unit = queries.unit_of(session, referral)
        since, stands = referral.awaited_since, partial(_opening, weeks[referral.unit_id], zone)
        assert since is not None
        waited = now - since if referral.is_urgent else rules.open_time(stands, since, now)
        steps = rules.steps_due(waited, units.answer_limit(unit.kind, unit.answer_minutes), referral.escalated)
        for step in steps if unit.has_desk else steps[: 1 - referral.escalated]:
            line: list[UUID] = []
            if unit.has_desk:
                line = _next_in_line(session, referral, step, now)
                telling.workers(session, referral, line, "referral_waiting", now, step)
            # Nobody answers there, or nobody at all can be told: who sent rings.
            if not line:
                telling.sender(session, referral, "referral_waiting", now, step=1)
            referral.escalated = step
            done += 1
    session.flush()
    return done


def _opening(week: Any, zone: ZoneInfo, at: datetime) -> rules.Open:
    return rules.Open(*units.opening_of(week, zone, at))


def _next_in_line(session: Session, referral: Referral, step: int, now: datetime) -> list[UUID]:
    """Whom a step tells. Of somebody restricted only the door is told, at every step."""
    m, unit_id = referral.municipality_id, referral.unit_id
    if telling.is_hidden(session, referral):
        return notices.desk_of(session, m, unit_id, now)
    if step == 1:
        others = [one["worker_id"] for one in units.contacts_of(session, m, unit_id)[1:] if one["worker_id"]]
        at_the_door = others or notices.desk_of(session, m, unit_id, now)
        if at_the_door:
            return at_the_door
    coordination = notices.coordinators_of(session, m, unit_id=unit_id, at=now) if step < rules.LAST_STEP else []
    return coordination or notices.supervisors_of(session, m, unit_id, now)


def _remind(session: Session, m: int, zone: ZoneInfo, now: datetime) -> int:
    """The team hears of an appointment on the evening before it and on that morning."""
    asked = select(Referral).where(
        Referral.municipality_id == m,
        and_(Referral.appointment_at > now, Referral.appointment_at <= now + _REMINDED),
        Referral.status.in_(_APPOINTED),
    )
    done = 0
    for referral in session.scalars(asked):
        for kind in rules.reminders_due(referral.appointment_at, zone, now):
            # Told once for a day and an hour: put off, it is another.
            telling.sender(session, referral, kind, now, step=referral.appointment_at.astimezone(zone).timetuple().tm_yday)
            done += 1
    return done


def _locked(session: Session, m: int, *conditions: object) -> list[Referral]:
    """Those that nobody is just answering: whoever is comes first, and the next turn sees what she said."""
    return list(
        session.scalars(
            select(Referral)
            .where(Referral.municipality_id == m, *conditions)  # type: ignore[arg-type]
            .order_by(Referral.id)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )
