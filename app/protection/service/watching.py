"""The clock of flags: who answers is asked again before a duty's time is over, the coordination when it is, the supervision
after, and all of them each day from then on; receipts are asked for. By the instants in the rows, never by when the job ran;
nights and holidays are hours like others.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, aliased

from app.core import marks
from app.core.db import cleared
from app.protection import rules
from app.protection.models import Communication, Flag, FlagEvent
from app.protection.sealing import CLEARANCE, SHUT
from app.protection.service import counting, duties, story, telling
from app.protection.service.raising import work_through

log = structlog.get_logger()


def watch_city(session: Session, municipality_id: int, now: datetime) -> dict[str, int]:
    """One turn in a city. Gives how many steps were climbed, and how many flags were worked through that had waited for
    the key.
    """
    with cleared(session, CLEARANCE):
        found = {"counted": _catch_up(session, municipality_id, now), "climbed": _climb(session, municipality_id, now)}
        _ask_receipts(session, municipality_id, now)
    return found


def recount_city(session: Session, municipality_id: int, now: datetime) -> int:
    """Persons were merged or parted: the numbers of the last months anew."""
    with cleared(session, CLEARANCE):
        return counting.recount_city(session, municipality_id, now)


def _climb(session: Session, m: int, now: datetime) -> int:
    # At the top already: again each day.
    again = Flag.due_at + func.make_interval(0, 0, 0, (Flag.ladder - rules.SUPERVISOR + 1) * rules.AGAIN.days) <= now
    waiting = Flag.status != "closed", Flag.due_at <= now + rules.LONGEST_LEAD, or_(Flag.ladder < rules.SUPERVISOR, again)
    return _each(session, _locked(session, m, *waiting), lambda flag: _climb_one(session, flag, now))


def _climb_one(session: Session, flag: Flag, now: datetime) -> int:
    duties.settle(session, flag, now)
    due = rules.ladder_due(flag, now)
    for step in due:
        late = flag.due_at is not None and now >= flag.due_at
        story.note(session, flag, None, "climbed", rules.climbed_at(flag, step), now)
        _ask(session, flag, step, "case_late" if late else "case_waiting", now)
        flag.ladder = step
    return len(due)


def _ask(session: Session, flag: Flag, step: int, kind: str, now: datetime) -> None:
    if step == rules.TECHNICIAN or step > rules.SUPERVISOR:
        telling.technicians(session, flag, kind, now)
    if step == rules.COORDINATOR or step > rules.SUPERVISOR:
        telling.coordination(session, flag, kind, now)
    if step >= rules.SUPERVISOR:
        telling.supervision(session, flag, kind, now)


def _ask_receipts(session: Session, m: int, now: datetime) -> int:
    """What was sent and nobody said that they have: who holds the case is asked for the receipt once, then the coordination.

    A call was answered by somebody; what was corrected since is not asked for.
    """
    sent, newer = Communication, aliased(Communication)
    asked = select(func.count()).where(FlagEvent.municipality_id == m, FlagEvent.flag_id == sent.flag_id, FlagEvent.ref_id == sent.id)
    asked = asked.where(FlagEvent.event == "receipt_asked").scalar_subquery()
    corrected = select(newer.id).where(newer.municipality_id == m, newer.corrects_id == sent.id, newer.number.is_not(None)).exists()
    soon, late = rules.RECEIPT_ASKED
    rows = session.execute(
        select(sent.flag_id, sent.id, asked.label("times")).where(
            sent.municipality_id == m, sent.status == "sent", sent.channel != "phone", sent.sent_at > now - rules.RECEIPT_GIVEN_UP,
            or_((sent.sent_at <= now - soon) & (asked == 0), (sent.sent_at <= now - late) & (asked == 1)), ~corrected,
        )
    ).all()  # fmt: skip

    def ask(flag: Flag) -> int:
        for row in rows:
            if row.flag_id == flag.id:
                story.note(session, flag, None, "receipt_asked", now, now, ref_id=row.id)
                (telling.coordination if row.times else telling.technicians)(session, flag, "case_waiting", now)
        return 1

    return _each(session, _locked(session, m, Flag.id.in_({row.flag_id for row in rows})), ask) if rows else 0


def _each(session: Session, flags: Iterable[Flag], act: Callable[[Flag], int]) -> int:
    """Each in a savepoint of its own: what goes wrong with one holds up no other's clock. Gives the sum of what they gave."""
    done = 0
    for flag in flags:
        try:
            with session.begin_nested():
                done += act(flag)
        except OperationalError:
            raise  # no database, lock time-out: not the flag's fault
        except Exception as error:
            log.error("flag_clock_failed", error=type(error).__name__)
    return done


def _catch_up(session: Session, m: int, now: datetime) -> int:
    """What came while the key was shut, once it opens: duties by all that was told, then the numbers."""
    flags = _locked(session, m, ~Flag.is_counted, or_(Flag.close_reason.is_(None), Flag.close_reason != "mistake"))
    try:
        if flags:
            marks.key_of(session, m, now)
    except SHUT:
        return 0
    return _each(session, flags, lambda flag: work_through(session, flag, now))


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
