"""Flags in the numbers: marks only, counted by the person whom a merge left, once in a month (view `flag_numbers`).

What a flag counts for stays out of the table that tells it: neither what nor who can be read without the city's key, and a
row's id is drawn at random, for one that holds its instant would tell the flag by it.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.core import marks
from app.core.days import zone_of
from app.core.db import cleared
from app.people.queries import canonical
from app.protection import rules
from app.protection.models import Flag, FlagCount
from app.protection.queries.reading import facts_of
from app.protection.sealing import SHUT, Facts
from app.protection.service.assigning import reference_of

# Merges of persons change the numbers of months that are still open.
RECOUNTED = timedelta(days=70)


def count(session: Session, flag: Flag, facts: Facts, now: datetime) -> bool:
    """Put it in the numbers of its month, in place of what it counted as before. False while the key is shut: a turn of the
    clock counts it then. Call within the clearance.
    """
    try:
        about, rows = _figures(session, flag, facts, now)
    except SHUT:
        flag.is_counted = False
        return False
    _forget(session, flag.municipality_id, rows[0]["flag_mark"])
    session.add_all(FlagCount(municipality_id=flag.municipality_id, id=uuid4(), **row) for row in rows)
    flag.about, flag.is_counted = about, True
    session.flush()
    return True


def _figures(session: Session, flag: Flag, facts: Facts, now: datetime) -> tuple[list[str], list[dict[str, Any]]]:
    """(marks of whom it is about, its rows of flag_counts). Raises KeyLost or Unsealable while the key is shut."""
    m = flag.municipality_id
    key = marks.key_of(session, m, now)
    who = _who(session, m, facts)
    flag_mark = marks.mark(key, "flag", str(flag.id))
    persons = [marks.mark(key, "person", str(id_)) for id_ in who[-1:]]
    persons += [marks.mark(key, "person", f"{flag.id}/{number}") for number in range(len(persons), facts.people_count)]
    where = {
        "flag_mark": flag_mark, "month_on": flag.occurred_at.astimezone(zone_of(session, m)).date().replace(day=1),
        "region_id": UUID(facts.region_id) if facts.region_id else None,
        "unit_id": _unit_of(session, flag, flag_mark),
    }  # fmt: skip
    rows = [
        where | {"what": marks.mark(key, "what", what), "who": person}
        for what in rules.counted_as(facts)
        for person in ([flag_mark] if what == "flag" else persons)
    ]
    return sorted({marks.mark(key, "person", str(id_)).hex() for id_ in who}), rows


def _unit_of(session: Session, flag: Flag, flag_mark: bytes) -> UUID | None:
    """Whose form counts it: the unit of the street team that met whom it is about, as it was when it was counted first; a home
    visit is of none.
    """
    before = session.execute(
        select(FlagCount.unit_id).where(FlagCount.municipality_id == flag.municipality_id, FlagCount.flag_mark == flag_mark).limit(1)
    ).first()
    if before is not None:
        return before.unit_id
    kind, reference = reference_of(session, flag.municipality_id, flag.team_id)
    return reference if kind == "street" else None


def _who(session: Session, municipality_id: int, facts: Facts) -> list[UUID]:
    """Ids by which the person is known: as told, then as she counts now."""
    if facts.person_id is None:
        return []
    told = UUID(facts.person_id)
    with cleared(session, "restricted"):
        return list(dict.fromkeys([told, canonical(session, municipality_id, [told])[told]]))


def uncount(session: Session, flag: Flag, now: datetime) -> bool:
    """It was a mistake: it leaves the numbers. False while the key is shut: `recount_city` takes it out then."""
    try:
        key = marks.key_of(session, flag.municipality_id, now)
    except SHUT:
        return False
    _forget(session, flag.municipality_id, marks.mark(key, "flag", str(flag.id)))
    flag.is_counted = False
    session.flush()
    return True


def _forget(session: Session, municipality_id: int, flag_mark: bytes) -> None:
    session.execute(delete(FlagCount).where(FlagCount.municipality_id == municipality_id, FlagCount.flag_mark == flag_mark))


def recount_city(session: Session, municipality_id: int, now: datetime) -> int:
    """The numbers of the last months made anew where persons were merged or parted since; a mistake leaves them that was
    confirmed while the key was shut. Only what changed is locked. Gives how many flags were counted.
    """
    young = Flag.municipality_id == municipality_id, Flag.occurred_at > now - RECOUNTED, Flag.is_counted
    asked = select(Flag).where(*young, or_(Flag.about != [], Flag.close_reason == "mistake"))
    done = 0
    for flag in session.scalars(asked.order_by(Flag.id)).all():
        if flag.close_reason == "mistake":
            if _lock(session, flag):
                uncount(session, flag, now)
            continue
        facts = facts_of(flag)
        if facts is not None and _is_new(session, flag, facts, now) and _lock(session, flag):
            done += count(session, flag, facts_of(flag) or facts, now)
    return done


def _is_new(session: Session, flag: Flag, facts: Facts, now: datetime) -> bool:
    try:
        about, rows = _figures(session, flag, facts, now)
    except SHUT:
        return False
    held = session.execute(
        select(FlagCount.what, FlagCount.who).where(
            FlagCount.municipality_id == flag.municipality_id, FlagCount.flag_mark == rows[0]["flag_mark"]
        )
    )
    return about != flag.about or {(row["what"], row["who"]) for row in rows} != {(bytes(row.what), bytes(row.who)) for row in held}


def _lock(session: Session, flag: Flag) -> bool:
    """Whether it could be locked: what somebody is just working on is counted by that, or tomorrow."""
    asked = select(Flag).where(Flag.municipality_id == flag.municipality_id, Flag.id == flag.id, Flag.is_counted)
    return session.scalar(asked.with_for_update(skip_locked=True).execution_options(populate_existing=True)) is not None
