"""Promising beds and letting go of them. The constraint on claims makes a double promise impossible; the lock on the
unit makes two who ask at once get an answer instead of an error."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.changes import announce
from app.core.ids import new_id
from app.units import rules
from app.units.models import Unit
from app.units.queries.places import BedState, beds_of


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


def hold_places(
    session: Session, municipality_id: int, unit_id: UUID, referral_id: UUID, asked: Asked, now: datetime,
    worker_id: UUID | None = None, until: datetime | None = None,
) -> Held:  # fmt: skip
    """Promise as many beds as people, or none: a family is held whole. `until` None: as long as the unit's kind says."""
    unit = _locked(session, municipality_id, unit_id)
    if unit is None or unit.place_rule == "none":
        return Held("no_beds")
    until = until or now + rules.hold_time(unit.kind, unit.hold_minutes)
    if not rules.house_takes(unit.receives, asked.wanted):
        return Held("taken")
    beds = [bed for bed in beds_of(session, municipality_id, [unit_id], now, until) if rules.bed_fits(bed.receives, asked.wanted)]
    chosen = choose([bed for bed in beds if bed.state == "free"], asked)
    if not chosen:
        maybe = [bed for bed in beds if bed.state in ("free", "lapsed")]
        return Held("unconfirmed" if len(maybe) >= asked.people_count else "taken")
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


def choose(free: list[BedState], asked: Asked) -> list[BedState]:
    """The beds for who is asked for, or none when they don't suffice: of one room where one has enough, those that are for
    nobody else first, extra ones last."""
    narrow = sorted(free, key=lambda bed: (bed.is_extra, "wheelchair" in bed.receives and "wheelchair" not in asked.wanted))
    if len(narrow) < asked.people_count:
        return []
    rooms: dict[UUID | None, list[BedState]] = defaultdict(list)
    for bed in narrow:
        rooms[bed.room_id].append(bed)
    whole = [beds for room, beds in rooms.items() if room is not None and len(beds) >= asked.people_count]
    # The smallest room that is enough, so that the next family finds one too.
    best = min(whole, key=len) if whole and asked.people_count > 1 else narrow
    return best[: asked.people_count]


def release_places(session: Session, municipality_id: int, referral_id: UUID, at: datetime) -> bool:
    """Let go of what was promised to a referral, from `at` on. True when there was something."""
    units = session.scalars(
        text(
            "UPDATE bed_claims SET during = tstzrange(lower(during), GREATEST(lower(during), :at))"
            " WHERE municipality_id = :m AND referral_id = :r AND kind = 'hold' AND upper(during) > :at RETURNING unit_id"
        ),
        {"m": municipality_id, "r": referral_id, "at": at},
    ).all()
    if units:
        announce(session, municipality_id, "unit", sorted(set(units)))
    return bool(units)


def keep_holds_until(session: Session, municipality_id: int, referral_id: UUID, now: datetime, until: datetime) -> bool:
    """Move the end of a promise that still stands. False when none does; a bed promised to others from then on breaks the
    constraint `ex_bed_claims_once`."""
    done = session.execute(
        text(
            "UPDATE bed_claims SET during = tstzrange(lower(during), :until)"
            " WHERE municipality_id = :m AND referral_id = :r AND kind = 'hold' AND upper(during) > :now"
        ),
        {"m": municipality_id, "r": referral_id, "now": now, "until": until},
    )
    return bool(done.rowcount)


def hear(session: Session, municipality_id: int, unit_ids: list[UUID], now: datetime) -> None:
    """A desk of these units did something or looked: what it left standing, it left knowingly. Once a minute is enough."""
    if unit_ids:
        session.execute(
            text(
                "UPDATE units SET heard_at = :now WHERE municipality_id = :m AND id = ANY (:units)"
                " AND (heard_at IS NULL OR heard_at < :now - interval '1 minute')"
            ),
            {"m": municipality_id, "units": unit_ids, "now": now},
        )


def _locked(session: Session, municipality_id: int, unit_id: UUID) -> Unit | None:
    """The unit, held against whoever promises or takes its beds until this transaction ends."""
    return session.scalar(
        select(Unit)
        .where(Unit.municipality_id == municipality_id, Unit.id == unit_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
