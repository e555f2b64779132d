"""Coming in: with a referral or from the street, now or told of late. Who sleeps here sleeps here: no promise and no clock
sends her away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.core.changes import announce
from app.core.days import zone_of
from app.core.ids import new_id
from app.units import rules
from app.units.models import Stay, Unit
from app.units.problems import (
    AlreadyCheckedIn,
    AlreadyHere,
    BedNotFound,
    BedsForEach,
    NobodyNamed,
    NoBeds,
    NoFreeBed,
    ReferralElsewhere,
    UnitInactive,
    UnknownProfile,
)
from app.units.queries.places import BedState, beds_of
from app.units.service.doors import at_the_door, note_event
from app.units.service.places import Asked, choose, make_room
from app.units.terms import MISTAKE, RECEIVES


@dataclass(frozen=True)
class Guest:
    """Who comes in: a person who is known, by what she is called, or neither. profile: codes of RECEIVES, as she says."""

    person_id: UUID | None = None
    called: str | None = None
    profile: list[str] = field(default_factory=list)


def check_in(
    session: Session, actor: Actor, unit_id: UUID, guests: Sequence[Guest], arrived_at: datetime, now: datetime,
    referral_id: UUID | None = None, bed_ids: Sequence[UUID] | None = None, party_id: UUID | None = None,
) -> list[Stay]:  # fmt: skip
    """One stay a guest, of one party. bed_ids: one for each, chosen by the desk; else those promised to the referral, and what
    is free and fits.

    Told of late with its true time, it wins over a promise that ran out: who was promised the bed meanwhile gets another, or
    is left without. A stay without a bed waits for one; both kinds are in queries.clashes_of, for the caller to tell the desks.
    party_id: of a family that is here already.

    Raises TimeInFuture, TimeTooOld, ArrivalBeforeSent, AlreadyCheckedIn, AlreadyHere, NoFreeBed (who comes in now without a
    referral and finds none), BedOccupied, BedPromised or BedBlocked (a bed that was chosen), and others by name.
    """
    sent = _referral(session, actor.municipality_id, referral_id) if referral_id else None
    unit = at_the_door(session, actor, "units.check_in", unit_id, now)
    if sent is not None and sent.unit_id != unit_id:
        raise ReferralElsewhere()
    # A unit that was closed while somebody was on the way: she came all the same.
    if not unit.is_active and sent is None:
        raise UnitInactive()
    if unit.place_rule == "none":
        raise NoBeds()
    arrived_at = rules.settled_arrival(arrived_at, now, sent.sent_at if sent else None)
    _check_guests(session, actor.municipality_id, unit_id, guests, referral_id)
    if bed_ids is not None:
        late = rules.is_late(arrived_at, now)
        beds: list[BedState | None] = list(_chosen(session, unit, guests, bed_ids, referral_id, late, now))
    else:
        beds = _found(session, unit, guests, arrived_at, now, referral_id)
    party_id = party_id or new_id()
    due_at = rules.next_night_end(unit.night_ends_at, zone_of(session, unit.municipality_id), arrived_at)
    stays = [
        Stay(
            municipality_id=unit.municipality_id, id=new_id(), unit_id=unit_id, party_id=party_id, referral_id=referral_id,
            person_id=guest.person_id, called=(guest.called or "").strip() or None, profile=list(guest.profile),
            arrived_at=arrived_at, recorded_at=now, worker_id=actor.worker_id, due_at=due_at,
        )
        for guest in guests
    ]  # fmt: skip
    session.add_all(stays)
    session.flush()
    if referral_id:
        end_holds(session, unit.municipality_id, referral_id, [bed.id for bed in beds if bed], arrived_at, now)
    for stay, bed in zip(stays, beds, strict=True):
        if bed is not None:
            claim_for(session, stay, bed.id, arrived_at, now, actor.worker_id)
        note_event(session, actor, stay.id, "arrived", arrived_at, now)
    session.flush()
    _traced(session, actor, stays, now, ["arrived_at", "bed"])
    announce(session, unit.municipality_id, "unit", [unit_id])
    return stays


def take_back_check_in(session: Session, actor: Actor, referral_id: UUID, now: datetime) -> int:
    """Who was marked as arrived by mistake isn't there, and never was; their beds are free. Gives how many stays went."""
    sent = _referral(session, actor.municipality_id, referral_id)
    at_the_door(session, actor, "units.check_in", sent.unit_id, now)
    stays = session.scalars(
        select(Stay).where(
            Stay.municipality_id == actor.municipality_id, Stay.referral_id == referral_id, Stay.left_at.is_(None)
        )
    ).all()
    for stay in stays:
        stay.left_at, stay.left_by, stay.left_reason = stay.arrived_at, actor.worker_id, MISTAKE
        end_claim(session, stay, stay.arrived_at)
        note_event(session, actor, stay.id, "left", now, now, MISTAKE)
    session.flush()
    _traced(session, actor, stays, now, ["left_at"])
    announce(session, actor.municipality_id, "unit", [sent.unit_id])
    return len(stays)


def claim_for(session: Session, stay: Stay, bed_id: UUID, since: datetime, now: datetime, worker_id: UUID) -> None:
    """The bed is hers from `since` on, or from where it was last somebody else's. The unit is locked, and nobody has it now."""
    session.execute(
        text(
            "INSERT INTO bed_claims (municipality_id, id, bed_id, unit_id, kind, referral_id, stay_id, during, worker_id, made_at)"
            " SELECT :m, :id, :bed, :unit, 'stay', NULL, :stay, tstzrange(GREATEST(:since,"
            "   (SELECT max(upper(c.during)) FROM bed_claims c WHERE c.municipality_id = :m AND c.bed_id = :bed"
            "    AND c.during && tstzrange(:since, NULL))), NULL), :worker, :now"
        ),
        {
            "m": stay.municipality_id, "id": new_id(), "bed": bed_id, "unit": stay.unit_id, "stay": stay.id, "since": since,
            "worker": worker_id, "now": now,
        },
    )  # fmt: skip


def end_claim(session: Session, stay: Stay, at: datetime) -> None:
    """Her bed is free from an instant on."""
    session.execute(
        text(
            "UPDATE bed_claims SET during = tstzrange(lower(during), GREATEST(lower(during), :at))"
            " WHERE municipality_id = :m AND stay_id = :stay AND upper_inf(during)"
        ),
        {"m": stay.municipality_id, "stay": stay.id, "at": at},
    )


def end_holds(
    session: Session, municipality_id: int, referral_id: UUID, bed_ids: Sequence[UUID], arrived_at: datetime, now: datetime
) -> None:
    """Promises to a referral end where its people came in. What else was promised to it stands until its time: somebody of the
    family may follow."""
    if bed_ids:
        session.execute(
            text(
                "UPDATE bed_claims SET during = tstzrange(lower(during), GREATEST(lower(during), :at)), reason = 'released'"
                " WHERE municipality_id = :m AND referral_id = :r AND kind = 'hold' AND bed_id = ANY (:beds) AND upper(during) > :at"
            ),
            {"m": municipality_id, "r": referral_id, "beds": list(bed_ids), "at": arrived_at},
        )


def _referral(session: Session, municipality_id: int, referral_id: UUID) -> Any:
    """Where it is for, since when, and its promises. Locked against being changed, before the unit is (places.locked_unit)."""
    row = session.execute(
        text("SELECT unit_id, sent_at FROM referrals WHERE municipality_id = :m AND id = :r FOR KEY SHARE"),
        {"m": municipality_id, "r": referral_id},
    ).first()
    if row is None:
        raise ReferralElsewhere()
    return row


def _check_guests(
    session: Session, municipality_id: int, unit_id: UUID, guests: Sequence[Guest], referral_id: UUID | None
) -> None:
    if not guests:
        raise NobodyNamed()
    if any(code not in RECEIVES for guest in guests for code in guest.profile):
        raise UnknownProfile()
    known = [guest.person_id for guest in guests if guest.person_id]
    here = session.execute(
        text(
            "SELECT s.referral_id = :r AS same FROM stays s WHERE s.municipality_id = :m AND s.unit_id = :u AND s.left_at IS NULL"
            " AND (s.referral_id = :r OR EXISTS (SELECT FROM people_absorbed a RIGHT JOIN unnest(CAST(:people AS uuid[])) k(id)"
            "   ON a.municipality_id = :m AND a.id = k.id"
            "   WHERE COALESCE(a.survivor_id, k.id) = COALESCE((SELECT b.survivor_id FROM people_absorbed b"
            "     WHERE b.municipality_id = :m AND b.id = s.person_id), s.person_id)))"
        ),
        {"m": municipality_id, "u": unit_id, "r": referral_id, "people": known},
    ).all()
    if any(row.same for row in here):
        raise AlreadyCheckedIn()
    if here or len(set(known)) < len(known):
        raise AlreadyHere()


def _chosen(
    session: Session, unit: Unit, guests: Sequence[Guest], bed_ids: Sequence[UUID], referral_id: UUID | None, late: bool,
    now: datetime,
) -> list[BedState]:  # fmt: skip
    """The beds that the desk chose, when nobody sleeps in them; told of late, she slept there whoever it was promised to."""
    if len(set(bed_ids)) != len(guests) or len(bed_ids) != len(guests):
        raise BedsForEach()
    beds = {bed.id: bed for bed in beds_of(session, unit.municipality_id, [unit.id], now, for_stay=True)}
    if not beds.keys() >= set(bed_ids):
        raise BedNotFound()
    promised = []
    for bed in (beds[id_] for id_ in bed_ids):
        if bed.state == "hold" and bed.referral_id != referral_id and late:
            promised.append(bed.id)
        elif bed.state not in ("free", "lapsed") and not (bed.state == "hold" and bed.referral_id == referral_id):
            rules.refuse_taken(bed.state)
    make_room(session, unit.municipality_id, unit.id, promised, now)
    return [beds[id_] for id_ in bed_ids]


def _found(
    session: Session, unit: Unit, guests: Sequence[Guest], arrived_at: datetime, now: datetime, referral_id: UUID | None
) -> list[BedState | None]:
    """A bed for each guest, None for who has to wait for one."""
    late = rules.is_late(arrived_at, now)
    beds = {bed.id: bed for bed in beds_of(session, unit.municipality_id, [unit.id], now, for_stay=True)}
    mine: list[BedState | None] = []
    if referral_id:
        promised = _promised(session, unit, referral_id, arrived_at, now)
        # She came while the promise stood, and it was told of later: whoever was promised the bed since makes room.
        won = [id_ for id_, in_time in promised.items() if in_time and id_ in beds and beds[id_].state == "hold"]
        others = [id_ for id_ in won if beds[id_].referral_id != referral_id]
        if others:
            make_room(session, unit.municipality_id, unit.id, others, now)
        mine += [
            beds[id_] for id_ in promised if id_ in beds and (id_ in won or beds[id_].state in ("free", "lapsed"))
        ]  # fmt: skip
        if others:
            beds = {bed.id: bed for bed in beds_of(session, unit.municipality_id, [unit.id], now, for_stay=True)}
    mine = mine[: len(guests)]
    missing = len(guests) - len(mine)
    if missing:
        taken = {bed.id for bed in mine if bed}
        wanted = sorted({code for guest in guests for code in guest.profile})
        free = [bed for bed in beds.values() if bed.state == "free" and bed.id not in taken]
        more = choose(free, Asked(missing, wanted))
        if not more and referral_id is None and not late:
            raise NoFreeBed()
        mine += more or [None] * missing
    return mine


def _promised(session: Session, unit: Unit, referral_id: UUID, arrived_at: datetime, now: datetime) -> dict[UUID, bool]:
    """{bed promised here: whether she came before the promise ran out}; one that somebody gave up is none."""
    rows = session.execute(
        text(
            "SELECT bed_id, upper(during) > :now OR upper(during) >= :at AS in_time FROM bed_claims WHERE municipality_id = :m"
            " AND referral_id = :r AND unit_id = :u AND kind = 'hold' AND NOT isempty(during)"
            " AND (upper(during) > :now OR reason IS NULL OR reason = 'overtaken') ORDER BY id"
        ),
        {"m": unit.municipality_id, "r": referral_id, "u": unit.id, "at": arrived_at, "now": now},
    )
    return {row.bed_id: row.in_time for row in rows}


def _traced(session: Session, actor: Actor, stays: Sequence[Stay], now: datetime, fields: Sequence[str]) -> None:
    trail.write(session, [trail.line(actor, "units.check_in", now, "stay", stay.id, fields=fields) for stay in stays])
