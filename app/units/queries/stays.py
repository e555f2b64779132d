"""Who sleeps in a unit, as its door sees it. A stay of somebody restricted is known where she sleeps and nowhere else."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core.days import zone_of
from app.units import rules
from app.units.models import Room, Stay, Unit, UnitVisit
from app.units.problems import UnitNotFound
from app.units.queries.network import within
from app.units.queries.places import BedState, Free, beds_of, count, owed_of
from app.units.terms import MISTAKE

# Nobody of her party, nor of the meeting or family from which they were sent, is restricted to others than this worker: whose
# row isn't seen is there all the same.
_HIDES_NOBODY = text(
    """
    NOT EXISTS (SELECT FROM stays o WHERE o.municipality_id = stays.municipality_id AND o.party_id = stays.party_id AND (
        (o.person_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM people p WHERE p.municipality_id = o.municipality_id AND p.id = o.person_id))
        OR EXISTS (SELECT FROM referrals r LEFT JOIN home_visits v ON v.municipality_id = r.municipality_id AND v.id = r.visit_id
            WHERE r.municipality_id = o.municipality_id AND r.id = o.referral_id
              AND (r.encounter_id IS NOT NULL AND hides_encounter(r.encounter_id) OR v.household_id IS NOT NULL AND NOT EXISTS (
                  SELECT FROM households h WHERE h.municipality_id = v.municipality_id AND h.id = v.household_id)))))
    """
)


@dataclass(frozen=True)
class Sleeper:
    """Who is under a unit's roof. bed_id None: waits for a bed. is_due: her night is over, or she isn't back when she said.

    term_on: the day on which the house's limit is reached; days_left: until then (0: today, negative: past).
    """

    stay_id: UUID
    party_id: UUID
    referral_id: UUID | None
    person_id: UUID | None
    called: str | None
    profile: list[str]
    arrived_at: datetime
    recorded_at: datetime
    due_at: datetime | None
    absent_from: datetime | None
    absent_until: datetime | None
    is_due: bool
    term_on: date | None
    days_left: int | None
    bed_id: UUID | None
    bed_name: str | None


@dataclass(frozen=True)
class HouseBed:
    """A bed as it stands, its room's name, and who sleeps in it (None also where this actor isn't shown who)."""

    bed: BedState
    room: str | None
    guest: Sleeper | None


@dataclass
class House:
    """One unit's night. beds: those in use; stays: who is under the roof and shown to the actor; waiting_for_bed, due and
    term_near (at most rules.TERM_NEAR_DAYS left) are of them. overtaken: referrals whom a late truth left without a bed."""

    unit: Unit
    beds: list[HouseBed]
    stays: list[Sleeper]
    waiting_for_bed: list[Sleeper]
    due: list[Sleeper]
    term_near: list[Sleeper]
    free: Free
    overtaken: list[UUID] = field(default_factory=list)


@dataclass(frozen=True)
class Clashes:
    """waiting: stays without a bed, {stay: referral or None}. overtaken: referrals whose promised bed somebody sleeps in, and for
    whom none was free; {referral: how many beds}. Whoever finds one tells the desk and the team that sent (notices:
    `place_clash`, subject the referral or the stay), which is told once."""

    waiting: dict[UUID, UUID | None]
    overtaken: dict[UUID, int]


def house_of(session: Session, actor: Actor, unit_id: UUID, now: datetime) -> House:
    """A unit's beds and who sleeps there, at this instant. Raises UnitNotFound or Forbidden."""
    require(actor, "units.read_stays")
    unit = session.get(Unit, (actor.municipality_id, unit_id))
    if unit is None:
        raise UnitNotFound()
    require(actor, "units.read_stays", unit_id=unit_id, region_id=unit.region_id)
    m = actor.municipality_id
    beds = beds_of(session, m, [unit_id], now)
    names = {bed.stay_id: bed for bed in beds if bed.stay_id}
    zone = zone_of(session, m)
    today = now.astimezone(zone).date()
    stays = []
    asked = shown_stays(actor).where(Stay.unit_id == unit_id, Stay.left_at.is_(None)).order_by(Stay.arrived_at, Stay.id)
    for stay in session.scalars(asked):
        bed, term_on = names.get(stay.id), rules.term_of(stay.arrived_at.astimezone(zone).date(), unit.max_stay_days)
        stays.append(
            Sleeper(
                stay.id, stay.party_id, stay.referral_id, stay.person_id, stay.called, stay.profile, stay.arrived_at,
                stay.recorded_at, stay.due_at, stay.absent_from, stay.absent_until, rules.is_due(stay.due_at, stay.absent_until, now),
                term_on, (term_on - today).days if term_on else None, bed.id if bed else None, bed.name if bed else None,
            )
        )  # fmt: skip
    by_stay: dict[UUID | None, Sleeper] = {stay.stay_id: stay for stay in stays}
    named = session.execute(select(Room.id, Room.name).where(Room.municipality_id == m, Room.unit_id == unit_id))
    rooms: dict[UUID | None, str] = {room.id: room.name for room in named}
    free = count(beds)
    free.owed = owed_of(session, m, [unit_id], now).get(unit_id, 0)
    return House(
        unit,
        [HouseBed(bed, rooms.get(bed.room_id), by_stay.get(bed.stay_id)) for bed in beds],
        stays,
        [stay for stay in stays if stay.bed_id is None],
        [stay for stay in stays if stay.is_due],
        [stay for stay in stays if stay.days_left is not None and stay.days_left <= rules.TERM_NEAR_DAYS],
        free,
        sorted(clashes_of(session, m, [unit_id], now).overtaken),
    )


def clashes_of(session: Session, municipality_id: int, unit_ids: Collection[UUID], now: datetime) -> Clashes:
    """Who is in these units, or on the way to them, without the bed that was hers; until somebody finds one."""
    asked = {"m": municipality_id, "units": list(unit_ids), "now": now}
    waiting = session.execute(
        text(
            "SELECT s.id, s.referral_id FROM stays s WHERE s.municipality_id = :m AND s.unit_id = ANY (:units) AND s.left_at IS NULL"
            " AND NOT EXISTS (SELECT FROM bed_claims c WHERE c.municipality_id = :m AND c.stay_id = s.id AND upper_inf(c.during))"
        ),
        asked,
    )
    overtaken = session.execute(
        text(
            "SELECT c.referral_id, count(*) AS beds FROM bed_claims c JOIN referrals r"
            " ON r.municipality_id = c.municipality_id AND r.id = c.referral_id WHERE c.municipality_id = :m"
            " AND c.unit_id = ANY (:units) AND c.reason = 'overtaken' AND r.status IN ('sent', 'held', 'accepted', 'on_the_way')"
            " AND r.held_until > :now GROUP BY c.referral_id"
        ),
        asked,
    )
    return Clashes({row.id: row.referral_id for row in waiting}, {row.referral_id: row.beds for row in overtaken})


def sleeping_at(session: Session, municipality_id: int, unit_id: UUID, person_ids: Collection[UUID]) -> set[UUID]:
    """Of these persons, those under the unit's roof, under whichever of the records that are one person."""
    rows = session.scalars(
        text(
            "SELECT k.id FROM unnest(CAST(:people AS uuid[])) k(id) LEFT JOIN people_absorbed a ON a.municipality_id = :m AND a.id = k.id"
            " WHERE EXISTS (SELECT FROM stays s LEFT JOIN people_absorbed b ON b.municipality_id = :m AND b.id = s.person_id"
            "   WHERE s.municipality_id = :m AND s.unit_id = :u AND s.left_at IS NULL"
            "   AND COALESCE(b.survivor_id, s.person_id) = COALESCE(a.survivor_id, k.id))"
        ),
        {"m": municipality_id, "u": unit_id, "people": list(person_ids)},
    )
    return set(rows)


def shown_stays(actor: Actor) -> Select[tuple[Stay]]:
    """Stays of the actor's units. The door where she sleeps knows her; who only looks over several units does not."""
    return (
        select(Stay)
        .join(Unit, (Unit.municipality_id == Stay.municipality_id) & (Unit.id == Stay.unit_id))
        .where(
            Stay.municipality_id == actor.municipality_id,
            within(actor, "units.read_stays"),
            or_(within(standing_at_doors(actor), "units.read_stays"), _HIDES_NOBODY),
        )
    )


def is_shown(session: Session, actor: Actor, stay: Stay) -> bool:
    return session.scalar(shown_stays(actor).where(Stay.id == stay.id).with_only_columns(Stay.id)) is not None


def standing_at_doors(actor: Actor) -> Actor:
    """The actor as far as she stands at a unit's door: given that unit, or doing nothing but doors."""
    doors = tuple(grant for grant in actor.grants if grant.scope_kind == "unit" or grant.role == "unit_desk")
    return replace(actor, grants=doors)


def nights_and_days_of(session: Session, municipality_id: int, person_ids: Collection[UUID]) -> list[dict[str, Any]]:
    """Where somebody slept or came by day, under whichever of her ids, newest first: {unit, at, left_at, services}; services None:
    a stay. For the paper that she is given herself; only as far as this worker sees who was with her."""
    m, ids = municipality_id, list(person_ids)
    nights = session.execute(
        select(Unit.name, Stay.arrived_at, Stay.left_at)
        .join(Unit, (Unit.municipality_id == Stay.municipality_id) & (Unit.id == Stay.unit_id))
        .where(Stay.municipality_id == m, Stay.person_id.in_(ids), Stay.left_reason.is_distinct_from(MISTAKE), _HIDES_NOBODY)
    )
    days = session.execute(
        select(Unit.name, UnitVisit.at, UnitVisit.services)
        .join(Unit, (Unit.municipality_id == UnitVisit.municipality_id) & (Unit.id == UnitVisit.unit_id))
        .where(UnitVisit.municipality_id == m, UnitVisit.person_id.in_(ids), UnitVisit.taken_back_at.is_(None))
    )
    found: list[dict[str, Any]] = [
        {"unit": row.name, "at": row.arrived_at, "left_at": row.left_at, "services": None} for row in nights
    ]
    found += [{"unit": row.name, "at": row.at, "left_at": None, "services": row.services} for row in days]
    return sorted(found, key=lambda each: each["at"], reverse=True)
