"""Nights under a roof: leaving, coming back, another bed, the roll-call, the end of the night. A clock only warns."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.core.changes import announce
from app.core.days import zone_of
from app.core.ids import new_id
from app.units import rules
from app.units.models import Bed, Stay, Unit
from app.units.problems import (
    AbsenceInPast,
    AbsenceTooLong,
    AlreadyHere,
    AlreadyLeft,
    BedNotFound,
    NotAbsent,
    NotBlocked,
    StayNotFound,
    StillHere,
    UnknownReason,
)
from app.units.queries.places import BedState, beds_of
from app.units.queries.stays import shown_stays, sleeping_at
from app.units.service.arrivals import claim_for, end_claim
from app.units.service.doors import at_the_door, note_event, stay_at_the_door
from app.units.service.places import make_room
from app.units.terms import BLOCK_REASONS, LEFT_REASONS, MISTAKE

LONGEST_ABSENCE = timedelta(days=30)


def move_guest(session: Session, actor: Actor, stay_id: UUID, bed_id: UUID, now: datetime) -> Stay:
    """Another bed of the same unit, or the first one for who waits. Raises BedOccupied, BedPromised, BedBlocked, BedNotFound,
    AlreadyLeft."""
    stay, unit = _open_stay(session, actor, "units.check_in", stay_id, now)
    bed = _bed_now(session, unit, bed_id, now)
    if bed.stay_id == stay.id:
        return stay
    # Held for the rest of her own family, it is hers to have.
    if bed.state == "hold" and bed.referral_id == stay.referral_id:
        session.execute(
            text(
                "UPDATE bed_claims SET during = tstzrange(lower(during), GREATEST(lower(during), :now)), reason = 'released'"
                " WHERE municipality_id = :m AND bed_id = :bed AND kind = 'hold' AND upper(during) > :now"
            ),
            {"m": unit.municipality_id, "bed": bed_id, "now": now},
        )
    elif bed.state not in ("free", "lapsed"):
        rules.refuse_taken(bed.state)
    end_claim(session, stay, now)
    claim_for(session, stay, bed_id, now, now, actor.worker_id)
    note_event(session, actor, stay_id, "moved", now, now)
    _told(session, actor, "units.check_in", unit, [stay], now, ["bed"])
    return stay


def check_out(session: Session, actor: Actor, stay_id: UUID, at: datetime, reason: str, now: datetime) -> Stay:
    """She left, at an instant that may be told of late. Raises AlreadyLeft, TimeInFuture, LeftBeforeArrival, UnknownReason."""
    if reason not in LEFT_REASONS:
        raise UnknownReason()
    stay, unit = _open_stay(session, actor, "units.check_out", stay_id, now)
    _leave(session, actor, stay, rules.settled_leaving(at, stay.arrived_at, now), reason, now)
    _told(session, actor, "units.check_out", unit, [stay], now, ["left_at"])
    return stay


def undo_check_out(session: Session, actor: Actor, stay_id: UUID, now: datetime) -> Stay:
    """She had not left: her bed is hers again. Whoever was promised it meanwhile gets another; where somebody sleeps in it, she
    waits for one. Raises StillHere, AlreadyHere (she came in again since)."""
    stay, unit = stay_at_the_door(session, actor, "units.check_out", stay_id, now)
    if stay.left_at is None:
        raise StillHere()
    if stay.left_reason == MISTAKE:
        raise StayNotFound()
    if stay.person_id and sleeping_at(session, unit.municipality_id, unit.id, [stay.person_id]):
        raise AlreadyHere()
    left_at = stay.left_at
    stay.left_at = stay.left_by = stay.left_reason = None
    stay.due_at = _next_due(session, unit, now)
    session.flush()
    last = session.scalar(
        text(
            "SELECT bed_id FROM bed_claims WHERE municipality_id = :m AND stay_id = :stay AND NOT isempty(during)"
            " ORDER BY upper(during) DESC LIMIT 1"
        ),
        {"m": unit.municipality_id, "stay": stay_id},
    )
    bed = next((bed for bed in beds_of(session, unit.municipality_id, [unit.id], now, for_stay=True) if bed.id == last), None)
    if bed is not None and bed.state in ("free", "lapsed", "hold"):
        if bed.state == "hold":
            make_room(session, unit.municipality_id, unit.id, [bed.id], now)
        claim_for(session, stay, bed.id, left_at, now, actor.worker_id)
    note_event(session, actor, stay_id, "left_undone", now, now)
    _told(session, actor, "units.check_out", unit, [stay], now, ["left_at"])
    return stay


def keep_place(session: Session, actor: Actor, stay_id: UUID, until: datetime, reason: str | None, now: datetime) -> Stay:
    """Authorised absence: her bed waits for her until an instant; past it the desk is asked. Raises AbsenceInPast,
    AbsenceTooLong, AlreadyLeft."""
    if until <= now:
        raise AbsenceInPast(fields={"until": [str(AbsenceInPast.sentence)]})
    if until > now + LONGEST_ABSENCE:
        raise AbsenceTooLong(fields={"until": [str(AbsenceTooLong.sentence)]})
    stay, unit = _open_stay(session, actor, "units.keep_place", stay_id, now)
    stay.absent_from, stay.absent_until = stay.absent_from or now, until
    if stay.due_at is not None:
        stay.due_at = max(stay.due_at, until)
    note_event(session, actor, stay_id, "absent", now, now, (reason or "").strip() or None)
    _told(session, actor, "units.keep_place", unit, [stay], now, ["absent_until"])
    return stay


def come_back(session: Session, actor: Actor, stay_id: UUID, now: datetime) -> Stay:
    """Whose place was kept is here again. Raises NotAbsent."""
    stay, unit = _open_stay(session, actor, "units.keep_place", stay_id, now)
    if stay.absent_from is None:
        raise NotAbsent()
    _back(session, actor, stay, now)
    stay.due_at = _next_due(session, unit, now)
    _told(session, actor, "units.keep_place", unit, [stay], now, ["absent_until"])
    return stay


def renew(session: Session, actor: Actor, unit_id: UUID, stay_ids: Collection[UUID] | None, now: datetime) -> int:
    """One more night, for these or (None) for everybody who is here; who is absent with leave keeps her own end. Gives how many;
    who left meanwhile isn't among them."""
    unit = at_the_door(session, actor, "units.check_out", unit_id, now)
    due_at = _next_due(session, unit, now)
    renewed = [
        stay for stay in _here(session, actor, unit_id)
        if (stay_ids is None or stay.id in stay_ids) and (stay.absent_until is None or stay.absent_until <= now)
    ]  # fmt: skip
    for stay in renewed:
        stay.due_at = due_at
        note_event(session, actor, stay.id, "renewed", now, now)
    _told(session, actor, "units.check_out", unit, renewed, now, ["due_at"])
    return len(renewed)


def end_night(
    session: Session, actor: Actor, unit_id: UUID, staying_ids: Collection[UUID], now: datetime,
    seen_ids: Collection[UUID] | None = None,
) -> int:  # fmt: skip
    """The morning: these stay, with one more night; the others of those that the page showed left. Gives how many left.

    seen_ids None: everybody whose night is over by now. Who came in after the page was drawn isn't sent away by it, nor is whose
    place is kept.
    """
    unit = at_the_door(session, actor, "units.check_out", unit_id, now)
    due_at = _next_due(session, unit, now)
    staying, left = [], []
    for stay in _here(session, actor, unit_id):
        if stay.id in staying_ids:
            stay.due_at = due_at
            note_event(session, actor, stay.id, "renewed", now, now)
            staying.append(stay)
        elif stay.absent_until is not None and stay.absent_until > now:
            continue
        elif stay.id in seen_ids if seen_ids is not None else stay.due_at is not None and stay.due_at <= now:
            _leave(session, actor, stay, max(now, stay.arrived_at), "morning", now)
            left.append(stay)
    _told(session, actor, "units.check_out", unit, staying, now, ["due_at"])
    _told(session, actor, "units.check_out", unit, left, now, ["left_at"])
    return len(left)


def roll_call(session: Session, actor: Actor, unit_id: UUID, marks: Mapping[UUID, str], now: datetime) -> list[UUID]:
    """{stay: here | gone | absent}. Absent without leave keeps the bed until the desk says otherwise: nobody loses it by not
    being in the room. Gives those that meanwhile left by another desk, for whom nothing was changed."""
    if not set(marks.values()) <= {"here", "gone", "absent"}:
        raise UnknownReason()
    unit = at_the_door(session, actor, "units.check_out", unit_id, now)
    here = {stay.id: stay for stay in _here(session, actor, unit_id)}
    touched = []
    for stay_id, mark in marks.items():
        stay = here.get(stay_id)
        if stay is None:
            continue
        if mark == "here":
            if stay.absent_from is not None:
                _back(session, actor, stay, now)
            note_event(session, actor, stay_id, "present", now, now)
        elif mark == "gone":
            _leave(session, actor, stay, max(now, stay.arrived_at), "left", now)
        elif stay.absent_from is None:
            stay.absent_from = now
            note_event(session, actor, stay_id, "absent", now, now)
        touched.append(stay)
    _told(session, actor, "units.check_out", unit, touched, now, ["roll_call"])
    return sorted(set(marks) - here.keys())


def block_bed(session: Session, actor: Actor, bed_id: UUID, until: datetime | None, reason: str, now: datetime) -> None:
    """Out of use, until an instant or until it is said otherwise. Raises BedOccupied, BedPromised, BedBlocked, UnknownReason."""
    if reason not in BLOCK_REASONS:
        raise UnknownReason()
    if until is not None and until <= now:
        raise AbsenceInPast(fields={"until": [str(AbsenceInPast.sentence)]})
    unit = _unit_of_bed(session, actor, bed_id, now)
    bed = _bed_now(session, unit, bed_id, now)
    if bed.state not in ("free", "lapsed"):
        rules.refuse_taken(bed.state)
    session.execute(
        text(
            "INSERT INTO bed_claims (municipality_id, id, bed_id, unit_id, kind, during, reason, worker_id, made_at)"
            " VALUES (:m, :id, :bed, :unit, 'block', tstzrange(:now, :until), :reason, :worker, :now)"
        ),
        {
            "m": unit.municipality_id, "id": new_id(), "bed": bed_id, "unit": unit.id, "now": now, "until": until, "reason": reason,
            "worker": actor.worker_id,
        },
    )  # fmt: skip
    _told_of_bed(session, actor, unit, bed_id, now)


def unblock_bed(session: Session, actor: Actor, bed_id: UUID, now: datetime) -> None:
    """In use again. Raises NotBlocked."""
    unit = _unit_of_bed(session, actor, bed_id, now)
    done = session.execute(
        text(
            "UPDATE bed_claims SET during = tstzrange(lower(during), GREATEST(lower(during), :now)) WHERE municipality_id = :m"
            " AND bed_id = :bed AND kind = 'block' AND (upper_inf(during) OR upper(during) > :now)"
        ),
        {"m": unit.municipality_id, "bed": bed_id, "now": now},
    )
    if not done.rowcount:
        raise NotBlocked()
    _told_of_bed(session, actor, unit, bed_id, now)


def _open_stay(session: Session, actor: Actor, verb: str, stay_id: UUID, now: datetime) -> tuple[Stay, Unit]:
    stay, unit = stay_at_the_door(session, actor, verb, stay_id, now)
    if stay.left_at is not None:
        raise AlreadyLeft()
    return stay, unit


def _here(session: Session, actor: Actor, unit_id: UUID) -> list[Stay]:
    """Who is under this roof and shown to the actor, as it is now that the unit is locked."""
    asked = shown_stays(actor).where(Stay.unit_id == unit_id, Stay.left_at.is_(None)).order_by(Stay.arrived_at, Stay.id)
    return list(session.scalars(asked.execution_options(populate_existing=True)))


def _leave(session: Session, actor: Actor, stay: Stay, at: datetime, reason: str, now: datetime) -> None:
    stay.left_at, stay.left_by, stay.left_reason = at, actor.worker_id, reason
    end_claim(session, stay, at)
    note_event(session, actor, stay.id, "left", at, now, reason)


def _back(session: Session, actor: Actor, stay: Stay, now: datetime) -> None:
    stay.absent_from = stay.absent_until = None
    note_event(session, actor, stay.id, "back", now, now)


def _next_due(session: Session, unit: Unit, now: datetime) -> datetime | None:
    return rules.next_night_end(unit.night_ends_at, zone_of(session, unit.municipality_id), now)


def _unit_of_bed(session: Session, actor: Actor, bed_id: UUID, now: datetime) -> Unit:
    unit_id = session.scalar(select(Bed.unit_id).where(Bed.municipality_id == actor.municipality_id, Bed.id == bed_id))
    if unit_id is None:
        raise BedNotFound()
    return at_the_door(session, actor, "units.block_bed", unit_id, now)


def _bed_now(session: Session, unit: Unit, bed_id: UUID, now: datetime) -> BedState:
    beds = beds_of(session, unit.municipality_id, [unit.id], now, for_stay=True)
    found = next((bed for bed in beds if bed.id == bed_id), None)
    if found is None:
        raise BedNotFound()
    return found


def _told(session: Session, actor: Actor, verb: str, unit: Unit, stays: list[Stay], now: datetime, fields: list[str]) -> None:
    session.flush()
    if stays:
        trail.write(session, [trail.line(actor, verb, now, "stay", stay.id, fields) for stay in stays])
        announce(session, unit.municipality_id, "unit", [unit.id])


def _told_of_bed(session: Session, actor: Actor, unit: Unit, bed_id: UUID, now: datetime) -> None:
    trail.record(session, actor, "units.block_bed", now, "bed", bed_id, ["during"])
    announce(session, unit.municipality_id, "unit", [unit.id])
