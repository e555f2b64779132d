"""Beds as they stand: free, promised, slept in, out of use, or not confirmed. Read from claims, never stored."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

# One row a bed that exists at :now. `lapsed`: a promise ran out while its desk was silent, and nobody knows whether the
# person came; such a bed is neither free nor taken. A later claim, or the referral's own end, settles it.
_BEDS = text(
    """
    SELECT b.id, b.unit_id, b.room_id, b.name, b.receives, b.is_extra,
           c.kind, c.until, c.referral_id, c.stay_id,
           c.kind IS NULL AND EXISTS (
               SELECT FROM bed_claims h
               JOIN referrals r ON r.municipality_id = h.municipality_id AND r.id = h.referral_id
               WHERE h.municipality_id = b.municipality_id AND h.bed_id = b.id AND h.kind = 'hold'
                 AND upper(h.during) <= :now AND upper(h.during) > :now - interval '2 days'
                 AND r.status IN ('held', 'accepted', 'on_the_way')
                 AND (u.heard_at IS NULL OR u.heard_at < upper(h.during))
                 AND NOT EXISTS (SELECT FROM bed_claims n WHERE n.municipality_id = b.municipality_id
                                 AND n.bed_id = b.id AND lower(n.during) >= upper(h.during))) AS lapsed
    FROM beds b
    JOIN units u ON u.municipality_id = b.municipality_id AND u.id = b.unit_id
    LEFT JOIN LATERAL (
        SELECT c.kind, upper(c.during) AS until, c.referral_id, c.stay_id FROM bed_claims c
        WHERE c.municipality_id = b.municipality_id AND c.bed_id = b.id AND c.during && tstzrange(:now, :until, '[]')
        ORDER BY lower(c.during) LIMIT 1) c ON true
    WHERE b.municipality_id = :m AND b.unit_id = ANY (:units)
      AND b.valid_from <= :now AND (b.valid_to IS NULL OR b.valid_to > :until)
    ORDER BY b.unit_id, b.is_extra, length(b.name), b.name, b.id
    """
)


@dataclass(frozen=True)
class BedState:
    """state: free | hold | stay | block | lapsed. until: when its claim ends (None: without an end)."""

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


@dataclass
class Free:
    """How a unit's beds stand at an instant. next_end: when the first promise among them runs out."""

    total: int = 0
    free: int = 0
    promised: int = 0
    occupied: int = 0
    blocked: int = 0
    lapsed: int = 0
    next_end: datetime | None = None
    free_beds: list[BedState] = field(default_factory=list)


def beds_of(
    session: Session, municipality_id: int, unit_ids: Iterable[UUID], now: datetime, until: datetime | None = None
) -> list[BedState]:
    """Every bed of these units as it stands from `now` until `until` (None: at this instant)."""
    rows = session.execute(_BEDS, {"m": municipality_id, "units": list(unit_ids), "now": now, "until": until or now})
    return [
        BedState(
            row.id, row.unit_id, row.room_id, row.name, row.receives, row.is_extra,
            "lapsed" if row.lapsed else row.kind or "free", row.until, row.referral_id, row.stay_id,
        )
        for row in rows
    ]  # fmt: skip


def free_of(session: Session, municipality_id: int, unit_ids: Collection[UUID], now: datetime) -> dict[UUID, Free]:
    """{unit: Free} of the units that have beds; the others are not in it."""
    found: dict[UUID, Free] = {}
    for bed in beds_of(session, municipality_id, unit_ids, now):
        free = found.setdefault(bed.unit_id, Free())
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
    return found
