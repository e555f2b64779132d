"""What was noted on a night's sheet, entered late with its true hours: each line by itself, what fails keeps its words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core import days
from app.core.problems import Problem
from app.desk import rules
from app.desk.problems import BedUnread
from app.desk.queries import house as queries
from app.referrals import service as referrals
from app.units import queries as units
from app.units import service as houses
from app.units.service import Guest


@dataclass
class Row:
    """One line of the sheet. kind: expected (of: a referral) | left (of: a stay) | came | no_room (of: the line's own id).

    hour, called and bed as they were written; `wrong` after the entry: why the line was not taken, None when it was.
    """

    kind: str
    of: UUID
    hour: str
    called: str = ""
    bed: str = ""
    wrong: str | None = None
    at: datetime | None = field(default=None, compare=False)


def enter_sheet(
    session: Session, actor: Actor, unit: Any, night: date, rows: Iterable[Row], now: datetime
) -> tuple[int, list[Row]]:
    """Take in a sheet's lines, the earliest first. Gives how many stand now, and those that were refused, in their order.

    Raises Forbidden for a unit that isn't the actor's.
    """
    unit_id = unit.id
    require(actor, "units.check_in", unit_id=unit_id, region_id=unit.region_id)
    zone = days.zone_of(session, actor.municipality_id)
    rows = list(rows)
    beds = {_bed_name(bed.name): bed.id for bed in units.beds_of(session, actor.municipality_id, [unit_id], now)}
    for row in rows:
        try:
            row.at = rules.in_the_night(night, row.hour, zone, now)
        except Problem as problem:
            row.wrong = str(problem.sentence)
    taken = 0
    for row in sorted((row for row in rows if row.at), key=lambda row: row.at):
        try:
            bed_ids = [_bed(beds, row.bed)] if row.bed.strip() else None
            with session.begin_nested():
                _ENTER[row.kind](session, actor, unit_id, row, bed_ids, now)
            taken += 1
        except Problem as problem:
            row.wrong = str(problem.sentence)
    return taken, [row for row in rows if row.wrong]


def enter_once(
    session: Session, actor: Actor, unit_id: UUID, form_id: UUID, guests: list[Guest], at: datetime, now: datetime,
    bed_ids: list[UUID] | None = None,
) -> None:  # fmt: skip
    """Who comes in without a referral; the same form again, by a second tap or from a page shown again, is nobody new."""
    houses.locked_unit(session, actor.municipality_id, unit_id)
    if not queries.party_here(session, actor.municipality_id, form_id):
        houses.check_in(session, actor, unit_id, guests, at, now, bed_ids=bed_ids, party_id=form_id)


def _bed(beds: dict[str, UUID], written: str) -> UUID:
    found = beds.get(_bed_name(written))
    if found is None:
        raise BedUnread()
    return found


def _bed_name(name: str) -> str:
    return " ".join(name.casefold().split())


def _expected(session: Session, actor: Actor, _unit_id: UUID, row: Row, bed_ids: Any, now: datetime) -> None:
    referrals.mark_arrived(session, actor, row.of, now, at=row.at, bed_ids=bed_ids)


def _left(session: Session, actor: Actor, _unit_id: UUID, row: Row, _bed_ids: Any, now: datetime) -> None:
    houses.check_out(session, actor, row.of, row.at, "left", now)


def _came(session: Session, actor: Actor, unit_id: UUID, row: Row, bed_ids: Any, now: datetime) -> None:
    enter_once(session, actor, unit_id, row.of, [Guest(None, row.called.strip() or None, [])], row.at, now, bed_ids)


def _no_room(session: Session, actor: Actor, unit_id: UUID, row: Row, _bed_ids: Any, now: datetime) -> None:
    houses.note_turned_away(session, actor, unit_id, 1, [], "full", row.at, now, note_id=row.of)


_ENTER: dict[str, Callable[..., None]] = {"expected": _expected, "left": _left, "came": _came, "no_room": _no_room}
