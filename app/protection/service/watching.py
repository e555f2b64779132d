"""The clock of flags: who answers is asked again before a duty's time is over, the coordination when it is, the supervision
after. By the instants in the row, never by when the job ran; nights and holidays are hours like others.
"""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core import marks
from app.core.db import cleared
from app.protection import rules
from app.protection.models import Flag, FlagEvent
from app.protection.queries.reading import count_of
from app.protection.sealing import CLEARANCE, SHUT
from app.protection.service import counting, duties, story, telling
from app.protection.service.raising import work_through


def watch_city(session: Session, municipality_id: int, now: datetime) -> dict[str, int]:
    """One turn in a city. Gives how many steps were climbed, and how many flags were worked through that had waited for
    the key.
    """
    with cleared(session, CLEARANCE):
        return {"counted": _catch_up(session, municipality_id, now), "climbed": _climb(session, municipality_id, now)}


def recount_city(session: Session, municipality_id: int, now: datetime) -> int:
    """Persons were merged or parted: the numbers of the last months anew."""
    with cleared(session, CLEARANCE):
        return counting.recount_city(session, municipality_id, now)


def _climb(session: Session, m: int, now: datetime) -> int:
    done = 0
    for flag in _locked(session, m, Flag.due_at <= now + rules.LONGEST_LEAD, Flag.ladder < rules.SUPERVISOR):
        duties.settle(session, flag, now)
        for step in rules.ladder_due(flag, now):
            # Each climb has a number of its own: after a duty is done the next one's ladder begins anew.
            number = 1 + count_of(session, flag, FlagEvent, FlagEvent.event == "climbed")
            late = flag.due_at is not None and now >= flag.due_at
            _ask(session, flag, step, "case_late" if late else "case_waiting", now, number)
            story.note(session, flag, None, "climbed", rules.ladder_at(flag)[step], now)
            flag.ladder = step
            done += 1
    session.flush()
    return done


def _ask(session: Session, flag: Flag, step: int, kind: str, now: datetime, number: int) -> None:
    if step == rules.TECHNICIAN:
        telling.technicians(session, flag, kind, now, number)
    elif step == rules.COORDINATOR:
        telling.coordination(session, flag, kind, now, number)
    else:
        telling.supervision(session, flag, kind, now, number)


def _catch_up(session: Session, m: int, now: datetime) -> int:
    """What came while the key was shut, once it opens: duties by all that was told, then the numbers."""
    try:
        marks.key_of(session, m, now)
    except SHUT:
        return 0
    done = 0
    for flag in _locked(session, m, Flag.is_counted.is_(False), or_(Flag.close_reason.is_(None), Flag.close_reason != "mistake")):
        done += work_through(session, flag, now)
    return done


def _locked(session: Session, m: int, *conditions: object) -> list[Flag]:
    """Those that nobody is just working on; whoever is comes first."""
    return list(
        session.scalars(
            select(Flag)
            .where(Flag.municipality_id == m, *conditions)  # type: ignore[arg-type]
            .order_by(Flag.due_at, Flag.id)
            .limit(500)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )
