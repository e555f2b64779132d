"""To whom it must or may be told: decided by the table of the moment of the flag, kept with it, and followed until done.

A mandatory one waits for nobody's consent; an offered one has no time until the person said yes. What is told later makes
duties stronger, never later; it takes one away only where it shows an adult who decides for herself.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.protection import rules
from app.protection.models import Flag, FlagCall, FlagDuty, FlagEvent, ProtectionRecipient
from app.protection.queries.setting import rules_in_force
from app.protection.rules import MANDATORY, OFFERED, Line
from app.protection.sealing import SHUT, Facts, closer, open_up
from app.protection.service import story

Sealing = Callable[[UUID, dict[str, Any]], str]


def decide(session: Session, flag: Flag, facts: Facts, now: datetime, began_at: datetime | None = None) -> None:
    """Write the duties that these facts give, beside those that stand. began_at: since when it is known (None: the event).

    Raises KeyLost when there are duties already and the key is shut. Call within the clearance, and `settle` after it.
    """
    m, began_at = flag.municipality_id, began_at or flag.occurred_at
    edition, lines = rules_in_force(session, m, flag.occurred_at)
    owed = rules.duties_for(lines, facts, accused_codes(session, m, facts.agent_body))
    seal_for = closer(session, m)
    standing = {told_of(duty)["recipient"]: duty for duty in duties_of(session, flag)}
    fallen = _fallen(session, flag)
    for line in owed:
        duty, choice = standing.pop(line.recipient, None), rules.choice_of(facts, line.recipient)
        if duty is None:
            duty = FlagDuty(municipality_id=m, id=new_id(), flag_id=flag.id, obligation=line.obligation)
            _write(seal_for, duty, line, choice, began_at, edition)
            session.add(duty)
        elif duty.done_at is None and duty.dropped_at is None:
            _follow(seal_for, duty, line, choice, facts, began_at, edition)
        elif duty.done_at is None and duty.id in fallen:
            duty.dropped_at = duty.dropped_reason = None
            _strengthen(seal_for, duty, line, choice, began_at, edition)
    if rules.decides(facts):
        for duty in standing.values():
            if duty.obligation == MANDATORY and duty.done_at is None and duty.dropped_at is None:
                _drop(session, flag, duty, "not_applicable", None, now)
    flag.is_immediate = flag.is_immediate or rules.is_immediate(owed, facts)
    flag.rules_edition = edition
    session.flush()


def _fallen(session: Session, flag: Flag) -> set[UUID]:
    """Duties that fell by what was told, and by nobody's decision: told otherwise again, they stand again."""
    rows = session.execute(
        select(FlagEvent.ref_id, FlagEvent.worker_id).where(
            FlagEvent.municipality_id == flag.municipality_id, FlagEvent.flag_id == flag.id, FlagEvent.event == "duty_dropped"
        )
    ).all()
    return {row.ref_id for row in rows} - {row.ref_id for row in rows if row.worker_id is not None}


def _write(seal_for: Sealing, duty: FlagDuty, line: Line, choice: str | None, began_at: datetime, edition: str) -> None:
    duty.obligation = line.obligation
    duty.choice = choice if line.obligation == OFFERED else None
    duty.due_at = rules.due_at(line, began_at, choice)
    what = {
        "recipient": line.recipient, "obligation": line.obligation, "minutes": line.minutes, "legal_source": line.legal_source,
        "is_confirmed": line.is_confirmed, "edition": edition, "began_at": began_at.isoformat(),
    }  # fmt: skip
    duty.sealed_what = seal_for(duty.id, what)


def _strengthen(seal_for: Sealing, duty: FlagDuty, line: Line, choice: str | None, began_at: datetime, edition: str) -> None:
    before = duty.due_at
    _write(seal_for, duty, line, choice, began_at, edition)
    if before is not None and duty.due_at is not None:
        duty.due_at = min(before, duty.due_at)


def _follow(
    seal_for: Sealing, duty: FlagDuty, line: Line, choice: str | None, facts: Facts, began_at: datetime, edition: str
) -> None:
    """An open duty as later facts have it: stronger at once and never later, weaker only where the person decides."""
    minutes = told_of(duty)["minutes"]
    before = Line(line.recipient, duty.obligation, minutes).weight
    if line.weight < before:
        _strengthen(seal_for, duty, line, choice, began_at, edition)
    elif line.weight != before and rules.decides(facts):
        _write(seal_for, duty, line, choice, began_at, edition)
    elif duty.obligation == OFFERED and choice != duty.choice and choice is not None:
        duty.choice, duty.due_at = choice, rules.due_at(Line(line.recipient, OFFERED, minutes), began_at, choice)


def duties_of(session: Session, flag: Flag) -> list[FlagDuty]:
    """All of a flag, in the order in which they were decided."""
    return list(
        session.scalars(
            select(FlagDuty)
            .where(FlagDuty.municipality_id == flag.municipality_id, FlagDuty.flag_id == flag.id)
            .order_by(FlagDuty.id)
        )
    )


def told_of(duty: FlagDuty) -> dict[str, Any]:
    """{recipient, obligation, minutes, legal_source, is_confirmed, edition, began_at}. Raises KeyLost while the key is shut."""
    return open_up(duty.municipality_id, duty.id, duty.sealed_what)


def accused_codes(session: Session, municipality_id: int, body: str | None) -> set[str]:
    """Codes of recipients all of whose addresses here are of that body: its agents are never told of themselves."""
    if body is None:
        return set()
    rows = session.execute(
        select(ProtectionRecipient.code, ProtectionRecipient.body).where(
            ProtectionRecipient.municipality_id == municipality_id, ProtectionRecipient.is_active
        )
    ).all()
    others = {row.code for row in rows if row.body != body}
    return {row.code for row in rows if row.body == body} - others


def settle(session: Session, flag: Flag, now: datetime) -> None:
    """When the flag's nearest duty is due, and which are late: after anything that changes either.

    Told by voice, what is immediate is due in writing a day after the event. Untaken, somebody must take it by an hour too.
    A new time begins its ladder anew. While the key is shut voices can't be read, and the times stay as they were.
    """
    duties = [duty for duty in duties_of(session, flag) if duty.dropped_at is None]
    try:
        _hear(session, flag, duties)
    except SHUT:
        pass
    for duty in duties:
        duty.is_late = duty.due_at is not None and (duty.done_at or now) > duty.due_at
    due = [duty.due_at for duty in duties if duty.done_at is None and duty.due_at is not None]
    if flag.status == "raised":
        due.append(rules.attend_by(flag.received_at, flag.is_immediate))
    soonest = None if flag.status == "closed" else min(due, default=None)
    if soonest != flag.due_at:
        flag.due_at, flag.ladder = soonest, 0
    session.flush()


def _hear(session: Session, flag: Flag, duties: list[FlagDuty]) -> None:
    """Those told by voice already wait for the written word; a voice that is heard of late counts for what was written meanwhile.

    What was known only later was told by none of the voices before it.
    """
    answered = answered_by(session, flag)
    for duty in duties if answered else ():
        what = told_of(duty)
        if what["minutes"] != 0 or duty.due_at is None:
            continue
        began_at = datetime.fromisoformat(what["began_at"])
        if rules.was_told(what["recipient"], {code for code, at in answered if at >= began_at or began_at <= flag.occurred_at}):
            duty.due_at = max(duty.due_at, began_at + rules.WRITTEN)


def answered_by(session: Session, flag: Flag) -> list[tuple[str, datetime]]:
    """(recipient, when) of the calls about it that were answered. Raises KeyLost while the key is shut."""
    calls = session.scalars(
        select(FlagCall).where(
            FlagCall.municipality_id == flag.municipality_id, FlagCall.flag_id == flag.id, FlagCall.outcome == "answered"
        )
    )
    return [(open_up(call.municipality_id, call.id, call.sealed_details)["recipient"], call.at) for call in calls]


def done_by(session: Session, duty: FlagDuty, communication_id: UUID | None, at: datetime, now: datetime) -> None:
    """A communication was sent: the duty is done, late or in time. Call within the clearance, the flag locked."""
    duty.communication_id, duty.done_at = communication_id, at
    duty.is_late = duty.due_at is not None and at > duty.due_at
    session.flush()
    settle(session, session.get_one(Flag, (duty.municipality_id, duty.flag_id)), now)


def drop(session: Session, flag: Flag, duty: FlagDuty, reason: str, worker_id: UUID, now: datetime, words: str | None = None) -> None:
    """A technician says that it need not be told: `not_applicable`, `told_together`, or `mistake` with the whole flag."""
    _drop(session, flag, duty, reason, worker_id, now, words)
    settle(session, flag, now)


def _drop(
    session: Session, flag: Flag, duty: FlagDuty, reason: str, worker_id: UUID | None, now: datetime, words: str | None = None
) -> None:
    duty.dropped_at, duty.dropped_reason = now, reason
    story.note(session, flag, worker_id, "duty_dropped", now, now, ref_id=duty.id, text=words)


def choose(session: Session, flag: Flag, duty: FlagDuty, answer: str, worker_id: UUID, at: datetime, now: datetime) -> None:
    """What the adult says of an offered one (terms.CHOICES); accepted, it has a time from now on."""
    if duty.obligation == OFFERED:
        duty.choice = answer
        what = told_of(duty)
        duty.due_at = rules.due_at(Line(what["recipient"], OFFERED, what["minutes"]), at, answer)
        story.note(session, flag, worker_id, "choice", at, now, ref_id=duty.id)
        settle(session, flag, now)
