"""What the team is told to do, what an adult chooses, what need not be told, and calls made from the desk."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.db import cleared
from app.core.ids import new_id
from app.protection.models import Flag, FlagDuty
from app.protection.problems import DutyOver, FlagClosed, NotOffered, NotYours, ReasonMissing, UnknownDuty
from app.protection.queries import holding
from app.protection.queries.reading import flag_of
from app.protection.sealing import CLEARANCE
from app.protection.service import duties, story, telling
from app.protection.service.linking import add_facts
from app.protection.service.opening import SHORTEST_REASON
from app.protection.service.raising import note_call
from app.protection.service.taking import take, working_on

GUIDE, COMMUNICATE = "protection.guide", "protection.communicate"


def guide(session: Session, actor: Actor, flag_id: UUID, code: str, now: datetime) -> None:
    """Tell the team in the street what to do (terms.GUIDANCE). Who guides a case that nobody answers for does from then on.

    Raises UnknownFlag, FlagClosed, NotYours.
    """
    require(actor, GUIDE)
    flag = flag_of(session, actor, flag_id, lock=True)
    if flag.status == "closed":
        raise FlagClosed()
    if not holding.may_act(session, actor, flag, now):
        if flag.holder_id is not None and not holding.is_left(session, flag, now):
            raise NotYours()
        take(session, actor, flag_id, now)
    with cleared(session, CLEARANCE):
        flag.guidance, flag.guidance_at = code, now
        story.note(session, flag, actor.worker_id, "guided", now, now, text=code)
        telling.author(session, flag, now)
    trail.record(session, actor, GUIDE, now, "flag", flag.id, ["guidance"])


def choose(session: Session, actor: Actor, flag_id: UUID, duty_id: UUID, answer: str, now: datetime) -> None:
    """What the adult said of one who may be told (terms.CHOICES). Raises NotOffered for a mandatory one, UnknownDuty, DutyOver."""
    flag = working_on(session, actor, COMMUNICATE, flag_id, now)
    with cleared(session, CLEARANCE):
        duty = _open_duty(session, flag, duty_id)
        if duty.obligation != "offered":
            raise NotOffered()
        # Among the facts too: what is told of the case later must not bring back what was answered before.
        add_facts(session, actor, flag, {"choices": [{"recipient": duties.told_of(duty)["recipient"], "answer": answer}]}, now)
        duties.choose(session, flag, duty, answer, actor.worker_id, now, now)
    trail.record(session, actor, COMMUNICATE, now, "flag", flag.id, ["duties"])


def drop_duty(session: Session, actor: Actor, flag_id: UUID, duty_id: UUID, reason: str, words: str, now: datetime) -> None:
    """It need not be told after all: `not_applicable` or `told_together`, and why in words, kept sealed in the log.

    Raises ReasonMissing, UnknownDuty, DutyOver.
    """
    flag = working_on(session, actor, COMMUNICATE, flag_id, now)
    if sum(char.isalpha() for char in words) < SHORTEST_REASON:
        raise ReasonMissing(fields={"words": [str(ReasonMissing.sentence)]})
    with cleared(session, CLEARANCE):
        duty = _open_duty(session, flag, duty_id)
        duties.drop(session, flag, duty, reason, actor.worker_id, now, words)
    trail.record(session, actor, COMMUNICATE, now, "flag", flag.id, ["duties"])


def tell_call(session: Session, actor: Actor, flag_id: UUID, told: dict[str, Any], now: datetime) -> None:
    """A call made from the desk: {recipient, number, outcome, who, protocol}; answered or not, it is in the record."""
    flag = working_on(session, actor, COMMUNICATE, flag_id, now)
    with cleared(session, CLEARANCE):
        note_call(session, flag, actor.worker_id, {"call_id": new_id(), **told}, now, now)
        duties.settle(session, flag, now)
        telling.author(session, flag, now)
    trail.record(session, actor, COMMUNICATE, now, "flag", flag.id, ["call_id"])


def _open_duty(session: Session, flag: Flag, duty_id: UUID) -> FlagDuty:
    duty = session.get(FlagDuty, (flag.municipality_id, duty_id))
    if duty is None or duty.flag_id != flag.id:
        raise UnknownDuty()
    if duty.done_at is not None or duty.dropped_at is not None:
        raise DutyOver()
    return duty
