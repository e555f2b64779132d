"""What units lend for a time, as agreed with them: places more, and hours on top of their own. It ends by itself at the hour said,
earlier when it is given back, and nothing that a unit set itself is touched.

Rows bear ids made from the loan's, so that the same loan said again changes only what is different.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.audit import trail
from app.core.changes import announce
from app.core.days import zone_of
from app.units.models import Bed, Unit, UnitException
from app.units.problems import PlacesInUse
from app.units.service.capacity import bed_of_number, end_bed, in_use, numbers_after

MOST_PLACES = 300
# More ids than places: a place that was ended and is lent again gets another.
_IDS = 1200
_PROMISED_UNTIL = text(
    "SELECT bed_id, max(upper(during)) AS until FROM bed_claims WHERE municipality_id = :m AND bed_id = ANY(:ids) AND kind = 'hold'"
    " AND upper(during) > :now GROUP BY bed_id"
)


@dataclass(frozen=True)
class Lender:
    """In whose name and by which verb: a worker's, or a clock's (worker_id None)."""

    verb: str
    municipality_id: int
    worker_id: UUID | None = None
    device_id: UUID | None = None


@dataclass(frozen=True)
class Loan:
    """opens, closes: None where the hours stay as they are; closes at or before opens is on the next day."""

    id: UUID
    unit_id: UUID
    places: int
    opens: time | None = None
    closes: time | None = None


def lend(session: Session, actor: Lender, loans: Iterable[Loan], since: datetime, until: datetime, reason: str, now: datetime) -> None:
    """Let these units have what was agreed, from `since` to `until`. One that is shut down is left out; where no night is
    spent there are no places. Raises PlacesInUse when fewer places are lent than are slept in.

    Who may is asked by the verb that this is part of: what is lent is the city's act, and the units agreed to it before.
    """
    zone = zone_of(session, actor.municipality_id)
    for loan in sorted(loans, key=lambda each: each.unit_id):
        unit = _held(session, actor, loan.unit_id)
        if unit is None or not unit.is_active:
            continue
        _set_hours(session, unit, loan, days_of(loan, since, until, zone), reason)
        _set_places(session, unit, loan, until, now)
        _written(session, actor, unit.id, now)


def give_back(session: Session, actor: Lender, loans: Iterable[Loan], now: datetime) -> None:
    """It ends now: free places go, a promised one when its promise ends, one slept in when its guest leaves. A night that has
    begun keeps its hours."""
    zone = zone_of(session, actor.municipality_id)
    for loan in sorted(loans, key=lambda each: each.unit_id):
        unit = _held(session, actor, loan.unit_id)
        if unit is None:
            continue
        _cut_hours(session, unit, loan, now, zone)
        beds = _lent(session, unit, loan, now)
        promised = _promised(session, unit, beds, now)
        for bed in beds:
            if bed.id in promised:
                bed.valid_to = min(promised[bed.id], bed.valid_to or promised[bed.id])
            else:
                end_bed(session, bed, now)
        _written(session, actor, unit.id, now)


def days_of(loan: Loan, since: datetime, until: datetime, zone: ZoneInfo) -> tuple[date, date] | None:
    """The first and the last day on which its hours begin between two instants; None when on none. A night that is under way
    is the day's before."""
    if loan.opens is None or loan.closes is None:
        return None
    begins, ends = since.astimezone(zone), until.astimezone(zone)
    first = begins.date() - timedelta(days=loan.closes <= loan.opens and begins.time() < loan.closes)
    last = ends.date() - timedelta(days=ends.time() <= loan.opens)
    return (first, last) if first <= last else None


def _set_hours(session: Session, unit: Unit, loan: Loan, days: tuple[date, date] | None, reason: str) -> None:
    for kind in ("open", "admission"):
        row = session.get(UnitException, (unit.municipality_id, uuid5(loan.id, kind)))
        if days is None:
            if row is not None:
                session.delete(row)
            continue
        if row is None:
            row = UnitException(municipality_id=unit.municipality_id, id=uuid5(loan.id, kind), unit_id=unit.id, kind=kind, adds=True)
            session.add(row)
        row.from_on, row.to_on = days
        row.opens, row.closes, row.reason = loan.opens, loan.closes, reason


def _cut_hours(session: Session, unit: Unit, loan: Loan, now: datetime, zone: ZoneInfo) -> None:
    for kind in ("open", "admission"):
        row = session.get(UnitException, (unit.municipality_id, uuid5(loan.id, kind)))
        if row is None or row.opens is None:
            continue
        local = now.astimezone(zone)
        last = local.date() - timedelta(days=local.time() <= row.opens)
        if last < row.from_on:
            session.delete(row)
        else:
            row.to_on = min(row.to_on, last)


def _set_places(session: Session, unit: Unit, loan: Loan, until: datetime, now: datetime) -> None:
    wanted = loan.places if unit.place_rule != "none" else 0
    beds = _lent(session, unit, loan, now)
    used = in_use(session, unit, now) if len(beds) > wanted else set()
    idle = [bed for bed in beds if bed.id not in used]
    surplus = max(len(beds) - wanted, 0)
    if surplus > len(idle):
        raise PlacesInUse(len(beds) - len(idle))
    promised = _promised(session, unit, beds, now)
    ended = set(sorted(idle, key=lambda bed: (len(bed.name), bed.name), reverse=True)[:surplus])
    for bed in beds:
        if bed in ended:
            end_bed(session, bed, now)
        else:
            # Whoever is on the way when it is made shorter finds the place that was promised.
            bed.valid_to = max(until, promised.get(bed.id, until))
    if len(beds) < wanted:
        _add(session, unit, loan, wanted - len(beds), until, now)


def _add(session: Session, unit: Unit, loan: Loan, count: int, until: datetime, now: datetime) -> None:
    ids = _ids(loan)
    gone = set(session.scalars(select(Bed.id).where(Bed.municipality_id == unit.municipality_id, Bed.id.in_(ids))))
    names = numbers_after(session, unit, now, "extra ")
    for id_ in [each for each in ids if each not in gone][:count]:
        bed = bed_of_number(unit, next(names), now)
        bed.id, bed.is_extra, bed.valid_to = id_, True, until
        session.add(bed)


def _lent(session: Session, unit: Unit, loan: Loan, now: datetime) -> Sequence[Bed]:
    """Places of the loan that are there now."""
    return session.scalars(
        select(Bed).where(Bed.municipality_id == unit.municipality_id, Bed.id.in_(_ids(loan)), Bed.valid_to > now)
    ).all()


def _promised(session: Session, unit: Unit, beds: Sequence[Bed], now: datetime) -> dict[UUID, datetime]:
    """Until when each of these is promised, of those that are."""
    rows = session.execute(_PROMISED_UNTIL, {"m": unit.municipality_id, "ids": [bed.id for bed in beds], "now": now})
    return {bed_id: until for bed_id, until in rows}


def _ids(loan: Loan) -> Collection[UUID]:
    return [uuid5(loan.id, f"place {number}") for number in range(_IDS)]


def _held(session: Session, actor: Lender, unit_id: UUID) -> Unit | None:
    """The unit, held against whoever promises or takes its beds until this transaction ends."""
    return session.scalar(
        select(Unit)
        .where(Unit.municipality_id == actor.municipality_id, Unit.id == unit_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _written(session: Session, actor: Lender, unit_id: UUID, now: datetime) -> None:
    session.flush()
    trail.record(session, actor, actor.verb, now, "unit", unit_id, ["extra", "exceptions"])
    announce(session, actor.municipality_id, "unit", [unit_id])
