"""Flags in the numbers: marks only, counted by the person whom a merge left, once in a month (view `flag_numbers`).

What a flag counts for stays out of the table that tells it: neither what nor who can be read without the city's key, and a
row's id is drawn at random, for one that holds its instant would tell the flag by it.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, delete, or_, select
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
    m = flag.municipality_id
    try:
        key = marks.key_of(session, m, now)
    except SHUT:
        flag.is_counted = False
        return False
    who = _who(session, m, flag, facts)
    flag.about = sorted({marks.mark(key, "person", str(id_)).hex() for id_ in who})
    flag_mark = marks.mark(key, "flag", str(flag.id))
    _forget(session, m, flag_mark)
    persons = [marks.mark(key, "person", str(id_)) for id_ in who[-1:]]
    unnamed = range(len(persons), facts.people_count)
    persons += [marks.mark(key, "person", f"{flag.id}/{number}") for number in unnamed]
    local = flag.occurred_at.astimezone(zone_of(session, m))
    team_kind, reference = reference_of(session, m, flag.team_id)
    for what in rules.counted_as(facts):
        for person in [flag_mark] if what == "flag" else persons:
            session.add(
                FlagCount(
                    municipality_id=m, id=uuid4(), flag_mark=flag_mark, month_on=local.date().replace(day=1),
                    region_id=UUID(facts.region_id) if facts.region_id else None,
                    # The RMA counts what the street service of a unit met; a home visit is none of it.
                    unit_id=reference if team_kind == "street" else None,
                    what=marks.mark(key, "what", what), who=person,
                )
            )  # fmt: skip
    flag.is_counted = True
    session.flush()
    return True


def _who(session: Session, municipality_id: int, flag: Flag, facts: Facts) -> list[UUID]:
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
    """The numbers of the last months made anew: persons were merged or parted since; a mistake leaves them that was
    confirmed while the key was shut. Gives how many flags were counted.
    """
    of_somebody = and_(Flag.is_counted, Flag.about != [])
    flags = session.scalars(
        select(Flag)
        .where(
            Flag.municipality_id == municipality_id, Flag.occurred_at > now - RECOUNTED,
            or_(of_somebody, and_(Flag.is_counted, Flag.close_reason == "mistake")),
        )
        .order_by(Flag.id)
        .with_for_update(skip_locked=True)
    ).all()  # fmt: skip
    done = 0
    for flag in flags:
        if flag.close_reason == "mistake":
            uncount(session, flag, now)
        elif (facts := facts_of(flag)) is not None:
            done += count(session, flag, facts, now)
    return done
