"""Promising beds and letting go of them. The constraint on claims makes a double promise impossible; the lock on the
unit makes two who ask at once get an answer instead of an error."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.changes import announce
from app.core.ids import new_id
from app.units import rules
from app.units.models import Unit
from app.units.problems import HoldInPast
from app.units.queries.places import OVERTAKEN, RELEASED, BedState, beds_of, owed_of


@dataclass(frozen=True)
class Asked:
    """What is asked of a unit. wanted: codes of RECEIVES, as the person says of herself and of who goes with her."""

    people_count: int
    wanted: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Held:
    """answer: granted | taken | unconfirmed (free only if a silent desk's promise came to nothing) | no_beds."""

    answer: str
    until: datetime | None = None
    bed_ids: tuple[UUID, ...] = ()


_HOLDS = text(
    "SELECT bed_id, upper(during) AS until FROM bed_claims WHERE municipality_id = :m AND referral_id = :r AND unit_id = :u"
    " AND kind = 'hold' AND upper(during) > :now ORDER BY id"
)


def hold_places(
    session: Session, municipality_id: int, unit_id: UUID, referral_id: UUID, asked: Asked, now: datetime,
    worker_id: UUID | None = None, until: datetime | None = None,
) -> Held:  # fmt: skip
    """Promise as many beds as people, or none: a family is held whole. `until` None: as long as the unit's kind says.

    Asked again for a referral whose promise stands, it says the same again. Raises HoldInPast.
    """
    # A house that is full says so without making those wait who are let in: when there is none left nobody queues for it.
    if not _may_have_room(session, municipality_id, unit_id, referral_id, asked, now):
        return Held("taken")
    unit = locked_unit(session, municipality_id, unit_id)
    if unit is None or unit.place_rule == "none" or not unit.is_active:
        return Held("no_beds")
    until = until or now + rules.hold_time(unit.kind, unit.hold_minutes)
    if until <= now:
        raise HoldInPast(fields={"until": [str(HoldInPast.sentence)]})
    before = session.execute(_HOLDS, {"m": municipality_id, "r": referral_id, "u": unit_id, "now": now}).all()
    if before:
        return Held("granted", min(row.until for row in before), tuple(row.bed_id for row in before))
    if not rules.house_takes(unit.receives, asked.wanted):
        return Held("taken")
    beds = beds_of(session, municipality_id, [unit_id], now, until)
    free = [bed for bed in beds if bed.state == "free"]
    chosen = choose(free, asked)
    owed = owed_of(session, municipality_id, [unit_id], now).get(unit_id, 0)
    if not chosen or len(free) - owed < asked.people_count:
        maybe = [bed for bed in beds if bed.state in ("free", "lapsed")]
        could = choose(maybe, asked) and len(maybe) - owed >= asked.people_count
        return Held("unconfirmed" if could else "taken")
    session.execute(
        text(
            "INSERT INTO bed_claims (municipality_id, id, bed_id, unit_id, kind, referral_id, during, worker_id, made_at)"
            " VALUES (:m, :id, :bed, :unit, 'hold', :referral, tstzrange(:now, :until), :worker, :now)"
        ),
        [
            {
                "m": municipality_id, "id": new_id(), "bed": bed.id, "unit": unit_id, "referral": referral_id, "now": now,
                "until": until, "worker": worker_id,
            }
            for bed in chosen
        ],
    )  # fmt: skip
    announce(session, municipality_id, "unit", [unit_id])
    return Held("granted", until, tuple(bed.id for bed in chosen))


def _may_have_room(
    session: Session, municipality_id: int, unit_id: UUID, referral_id: UUID, asked: Asked, now: datetime
) -> bool:
    """False only where too few beds are free or not confirmed by what is committed; asked without a lock."""
    beds = beds_of(session, municipality_id, [unit_id], now)
    if not beds or sum(bed.state in ("free", "lapsed") for bed in beds) >= asked.people_count:
        return True
    return any(bed.referral_id == referral_id for bed in beds)


def choose(free: Sequence[BedState], asked: Asked) -> list[BedState]:
    """The beds for who is asked for, or none when they don't suffice: of one room where one has enough, those that are only for
    such as she first, extra ones and a wheelchair's that isn't needed last."""
    needs_wheels, many = "wheelchair" in asked.wanted, asked.people_count
    fits = [bed for bed in free if rules.bed_fits(bed.receives, asked.wanted, many)]
    narrow = sorted(fits, key=lambda bed: (bed.is_extra, "wheelchair" in bed.receives and not needs_wheels, not bed.receives))
    rooms: dict[UUID | None, list[BedState]] = defaultdict(list)
    for bed in narrow:
        rooms[bed.room_id].append(bed)
    # The smallest room that is enough, so that the next family finds one too.
    whole = sorted((beds for room, beds in rooms.items() if room is not None), key=len) if many > 1 else []
    return next(filter(None, (_some(beds, many, needs_wheels) for beds in [*whole, narrow])), [])


def _some(beds: list[BedState], many: int, needs_wheels: bool) -> list[BedState]:
    if needs_wheels:
        beds = sorted(beds, key=lambda bed: "wheelchair" not in bed.receives)
        if not beds or "wheelchair" not in beds[0].receives:
            return []
    return beds[:many] if len(beds) >= many else []


def release_places(session: Session, municipality_id: int, referral_id: UUID, at: datetime) -> bool:
    """Somebody lets go of what was promised to a referral, from `at` on. True when there was something.

    Not for the clock: a promise ends by itself, and one that ran out is not the same as one that somebody gave up.
    """
    units = _hold_units(session, municipality_id, referral_id)
    done = session.execute(
        text(
            "UPDATE bed_claims SET during = tstzrange(lower(during), GREATEST(lower(during), :at)), reason = :released"
            " WHERE municipality_id = :m AND referral_id = :r AND kind = 'hold' AND upper(during) > :at"
        ),
        {"m": municipality_id, "r": referral_id, "at": at, "released": RELEASED},
    )
    if done.rowcount:
        announce(session, municipality_id, "unit", units)
    return bool(done.rowcount)


def keep_holds_until(session: Session, municipality_id: int, referral_id: UUID, now: datetime, until: datetime) -> datetime | None:
    """Move the end of a promise that still stands; it never outlasts its bed. Gives until when the first of its beds is kept
    now; None when none stands. Raises HoldInPast."""
    if until <= now:
        raise HoldInPast(fields={"until": [str(HoldInPast.sentence)]})
    units = _hold_units(session, municipality_id, referral_id)
    ends = session.scalars(
        text(
            "UPDATE bed_claims c SET during = tstzrange(lower(c.during), LEAST(:until, b.valid_to)) FROM beds b"
            " WHERE c.municipality_id = :m AND c.referral_id = :r AND c.kind = 'hold' AND upper(c.during) > :now"
            " AND b.municipality_id = c.municipality_id AND b.id = c.bed_id AND (b.valid_to IS NULL OR b.valid_to > :now) RETURNING upper(c.during)"
        ),
        {"m": municipality_id, "r": referral_id, "now": now, "until": until},
    ).all()
    if ends:
        announce(session, municipality_id, "unit", units)
    return min(ends, default=None)


def make_room(session: Session, municipality_id: int, unit_id: UUID, bed_ids: Collection[UUID], now: datetime) -> None:
    """These beds are slept in, as is found out late: who was promised one meanwhile gets another that is free, or is left
    without (clashes_of); whoever sleeps there is never sent away. The unit is locked by the caller."""
    holds = session.execute(
        text(
            "SELECT c.id, c.referral_id, upper(c.during) AS until, r.profile, r.people_count FROM bed_claims c"
            " JOIN referrals r ON r.municipality_id = c.municipality_id AND r.id = c.referral_id"
            " WHERE c.municipality_id = :m AND c.bed_id = ANY (:beds) AND c.kind = 'hold' AND upper(c.during) > :now ORDER BY c.id"
        ),
        {"m": municipality_id, "beds": list(bed_ids), "now": now},
    ).all()
    for hold in holds:
        others = beds_of(session, municipality_id, [unit_id], now, hold.until)
        # One bed of a party: what fits the party fits each.
        fit = [
            bed for bed in others
            if bed.state == "free" and bed.id not in bed_ids and rules.bed_fits(bed.receives, hold.profile, hold.people_count)
        ]  # fmt: skip
        # The claim itself moves: a new one would wait for whoever holds the referral, who may be waiting for this unit.
        found = choose(fit, Asked(1)) if fit else []
        session.execute(
            text(
                "UPDATE bed_claims SET bed_id = COALESCE(:bed, bed_id), reason = :reason,"
                " during = CASE WHEN CAST(:bed AS uuid) IS NULL THEN tstzrange(lower(during), GREATEST(lower(during), :now))"
                " ELSE tstzrange(:now, upper(during)) END"
                " WHERE municipality_id = :m AND id = :id"
            ),
            {"m": municipality_id, "id": hold.id, "now": now, "bed": found[0].id if found else None, "reason": None if found else OVERTAKEN},
        )
    if holds:
        announce(session, municipality_id, "referral", sorted({hold.referral_id for hold in holds}))


def hear(session: Session, municipality_id: int, unit_ids: list[UUID], now: datetime) -> None:
    """A desk of these units did something or looked: what it left standing, it left knowingly. Once a minute is enough, and
    where a unit is locked somebody is at it just now: the next look says it."""
    if unit_ids:
        session.execute(
            text(
                "UPDATE units SET heard_at = :now WHERE municipality_id = :m AND id IN (SELECT id FROM units"
                " WHERE municipality_id = :m AND id = ANY (:units) AND (heard_at IS NULL OR heard_at < :now - interval '1 minute')"
                " ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)"
            ),
            {"m": municipality_id, "units": unit_ids, "now": now},
        )


def locked_unit(session: Session, municipality_id: int, unit_id: UUID) -> Unit | None:
    """The unit, held against whoever promises or takes its beds until this transaction ends.

    Whoever locks a referral as well locks it first.
    """
    return session.scalar(
        select(Unit)
        .where(Unit.municipality_id == municipality_id, Unit.id == unit_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def lock_units(session: Session, municipality_id: int, unit_ids: Collection[UUID]) -> None:
    """Several at once, always in the same order: two pushes that ask two units each never wait for one another in a ring."""
    if unit_ids:
        session.execute(
            select(Unit.id)
            .where(Unit.municipality_id == municipality_id, Unit.id.in_(list(unit_ids)))
            .order_by(Unit.id)
            .with_for_update(key_share=True)
        )


def _hold_units(session: Session, municipality_id: int, referral_id: UUID) -> list[UUID]:
    """The units in which a referral has or had a promise, locked."""
    units = session.scalars(
        text("SELECT DISTINCT unit_id FROM bed_claims WHERE municipality_id = :m AND referral_id = :r AND kind = 'hold'"),
        {"m": municipality_id, "r": referral_id},
    ).all()
    lock_units(session, municipality_id, units)
    return sorted(units)
