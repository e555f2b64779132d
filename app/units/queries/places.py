"""Beds as they stand: free, promised, slept in, out of use, or not confirmed. Read from claims, never stored."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

# What becomes of a promise that ended before its time (BedClaim.reason of a hold). One that ran out has none.
RELEASED, OVERTAKEN = "released", "overtaken"
# A referral in one of these may still be somebody who came while nobody of the desk was heard: "não chegou" too, for the
# clock says it of a desk that is silent.
_MAY_HAVE_COME = "('sent', 'held', 'accepted', 'on_the_way', 'not_arrived')"

# One row a bed that exists at :now and still at :lasts, or in which somebody sleeps: who is in an extra bed that has ended is
# sent away by no clock. `c`: the first claim between :now and :until. `lapsed`: the last thing known of the bed is a promise
# that ran out while its desk was silent, and nobody knows whether the person came; such a bed is neither free nor taken. Its
# window begins where the desk was heard, so that it reads next to nothing where a desk works.
_BEDS = text(
    f"""
    SELECT b.id, b.unit_id, b.room_id, b.name, b.receives, b.is_extra, b.valid_to,
           c.kind, c.until, c.referral_id, c.stay_id, c.reason, c.kind IS NULL AND COALESCE(l.lapsed, false) AS lapsed
    FROM beds b
    JOIN units u ON u.municipality_id = b.municipality_id AND u.id = b.unit_id
    LEFT JOIN LATERAL (
        SELECT c.kind, upper(c.during) AS until, c.referral_id, c.stay_id, c.reason FROM bed_claims c
        WHERE c.municipality_id = b.municipality_id AND c.bed_id = b.id
          AND c.during && tstzrange(:now, CAST(:until AS timestamptz), '[]')
        ORDER BY lower(c.during) LIMIT 1) c ON true
    LEFT JOIN LATERAL (
        SELECT p.kind = 'hold' AND p.reason IS NULL AND EXISTS (
                   SELECT FROM referrals r WHERE r.municipality_id = p.municipality_id AND r.id = p.referral_id
                   AND r.status IN {_MAY_HAVE_COME}) AS lapsed
        FROM bed_claims p
        WHERE c.kind IS NULL AND p.municipality_id = b.municipality_id AND p.bed_id = b.id
          AND COALESCE(u.heard_at, '-infinity') < :now
          AND p.during && tstzrange(GREATEST(:now - interval '30 days', COALESCE(u.heard_at, '-infinity')), GREATEST(:now, u.heard_at))
        ORDER BY upper(p.during) DESC LIMIT 1) l ON true
    WHERE b.municipality_id = :m AND b.unit_id = ANY (:units) AND b.valid_from <= :now
      AND (b.valid_to IS NULL OR b.valid_to > :lasts OR c.kind = 'stay')
    ORDER BY b.unit_id, b.is_extra, length(b.name), b.name, b.id
    """
)
# Who has a right to the next free bed: who sleeps there without one, and who is on the way and lost hers to a late truth.
_OWED = text(
    """
    SELECT unit_id, count(*) AS owed FROM (
        SELECT s.unit_id FROM stays s
        WHERE s.municipality_id = :m AND s.unit_id = ANY (:units) AND s.left_at IS NULL
          AND NOT EXISTS (SELECT FROM bed_claims c WHERE c.municipality_id = s.municipality_id AND c.stay_id = s.id
                          AND upper_inf(c.during))
        UNION ALL
        SELECT c.unit_id FROM bed_claims c JOIN referrals r ON r.municipality_id = c.municipality_id AND r.id = c.referral_id
        WHERE c.municipality_id = :m AND c.unit_id = ANY (:units) AND c.reason = 'overtaken'
          AND r.status IN ('sent', 'held', 'accepted', 'on_the_way') AND r.held_until > :now) o
    GROUP BY unit_id
    """
)


@dataclass(frozen=True)
class BedState:
    """state: free | hold | stay | block | lapsed. until: when its claim ends (None: without an end). reason: of a block.
    valid_to: until when the bed itself exists (None: it stays)."""

    id: UUID
    unit_id: UUID
    room_id: UUID | None
    name: str
    receives: list[str]
    is_extra: bool
    state: str
    until: datetime | None
    referral_id: UUID | None
    stay_id: UUID | None
    reason: str | None = None
    valid_to: datetime | None = None


@dataclass
class Free:
    """How a unit's beds stand at an instant: total = free + promised + occupied + blocked + lapsed.

    owed: of the free ones, how many belong to who already sleeps there without a bed, or lost hers on the way; nobody else is
    promised them. next_end: when the first promise runs out.
    """

    total: int = 0
    free: int = 0
    promised: int = 0
    occupied: int = 0
    blocked: int = 0
    lapsed: int = 0
    owed: int = 0
    next_end: datetime | None = None
    free_beds: list[BedState] = field(default_factory=list)

    @property
    def to_give(self) -> int:
        """How many may be promised to somebody new."""
        return max(self.free - self.owed, 0)


def beds_of(
    session: Session, municipality_id: int, unit_ids: Iterable[UUID], now: datetime, until: datetime | None = None,
    for_stay: bool = False,
) -> list[BedState]:  # fmt: skip
    """Every bed of these units as it stands from `now` until `until` (None: at this instant; for_stay: from now on, without an
    end, also where another transaction claimed it an instant after this one's `now`)."""
    asked = {"m": municipality_id, "units": list(unit_ids), "now": now, "until": until or now, "lasts": until or now}
    if for_stay:
        asked["until"] = None
    return [
        BedState(
            row.id, row.unit_id, row.room_id, row.name, row.receives, row.is_extra,
            "lapsed" if row.lapsed else row.kind or "free", row.until, row.referral_id, row.stay_id, row.reason, row.valid_to,
        )
        for row in session.execute(_BEDS, asked)
    ]  # fmt: skip


def count(beds: Iterable[BedState]) -> Free:
    """Beds of one unit, counted."""
    free = Free()
    for bed in beds:
        free.total += 1
        if bed.state == "free":
            free.free += 1
            free.free_beds.append(bed)
        elif bed.state == "hold":
            free.promised += 1
            free.next_end = min(filter(None, (free.next_end, bed.until)), default=None)
        elif bed.state == "stay":
            free.occupied += 1
        elif bed.state == "block":
            free.blocked += 1
        else:
            free.lapsed += 1
    return free


def free_of(session: Session, municipality_id: int, unit_ids: Collection[UUID], now: datetime) -> dict[UUID, Free]:
    """{unit: Free} of the units that have beds; the others are not in it."""
    by_unit: dict[UUID, list[BedState]] = {}
    for bed in beds_of(session, municipality_id, unit_ids, now):
        by_unit.setdefault(bed.unit_id, []).append(bed)
    found = {unit_id: count(beds) for unit_id, beds in by_unit.items()}
    for unit_id, owed in owed_of(session, municipality_id, list(found), now).items():
        found[unit_id].owed = owed
    return found


def owed_of(session: Session, municipality_id: int, unit_ids: Collection[UUID], now: datetime) -> dict[UUID, int]:
    """{unit: how many have a right to its next free beds}; units that owe none are not in it."""
    rows = session.execute(_OWED, {"m": municipality_id, "units": list(unit_ids), "now": now})
    return {row.unit_id: row.owed for row in rows}
