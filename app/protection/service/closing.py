"""The end of a case: with a reason, and with nothing mandatory left open; a mistake confirmed or refused; opened again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.core.db import cleared
from app.notices import service as notices
from app.protection import rules
from app.protection.models import Flag
from app.protection.problems import DutyStands, NoMistakeSaid, NotAnAdult, NotClosed, ReasonMissing
from app.protection.queries import holding
from app.protection.queries.reading import facts_of
from app.protection.sealing import CLEARANCE
from app.protection.service import counting, duties, story, telling
from app.protection.service.opening import SHORTEST_REASON
from app.protection.service.raising import open_again, work_through
from app.protection.service.taking import give, working_on

CLOSE = "protection.close"
# These say too little by themselves.
_EXPLAINED = frozenset({"other", "not_found", "person_declined", "mistake"})
_ASKING = ("case_new", "case_waiting", "case_late")


def close(session: Session, actor: Actor, flag_id: UUID, reason: str, words: str, now: datetime) -> None:
    """Nothing is left to do (terms.CLOSE_REASONS). A mistake takes its duties along and leaves the numbers: said by its author,
    or found by who answers for it, who then says at length how.

    Raises ReasonMissing where the reason needs words, NotAnAdult, DutyStands while what is mandatory or what the person wants
    is neither done nor dropped, and what working_on raises.
    """
    flag = working_on(session, actor, CLOSE, flag_id, now)
    least = SHORTEST_REASON if reason == "mistake" and flag.mistake_said_at is None else 1
    if reason in _EXPLAINED and sum(char.isalpha() for char in words) < least:
        raise ReasonMissing(fields={"words": [str(ReasonMissing.sentence)]})
    with cleared(session, CLEARANCE):
        if reason == "person_declined":
            facts = facts_of(flag)
            if facts is None or not rules.decides(facts):
                raise NotAnAdult()
        standing = [duty for duty in duties.duties_of(session, flag) if duty.done_at is None and duty.dropped_at is None]
        if reason == "mistake":
            for duty in standing:
                duties.drop(session, flag, duty, "mistake", actor.worker_id, now)
        elif any(duty.obligation == rules.MANDATORY or duty.choice == "accepted" for duty in standing):
            raise DutyStands()
        flag.status, flag.closed_at, flag.closed_by, flag.close_reason = "closed", now, actor.worker_id, reason
        duties.settle(session, flag, now)
        story.note(session, flag, actor.worker_id, "closed", now, now, text=words or None)
        if reason == "mistake":
            counting.uncount(session, flag, now)
        telling.author(session, flag, now)
    notices.settle(session, flag.municipality_id, _ASKING, flag.id, now)
    trail.record(session, actor, CLOSE, now, "flag", flag.id, ["closed_at", "close_reason"])


def refuse_mistake(session: Session, actor: Actor, flag_id: UUID, words: str, now: datetime) -> None:
    """It was none: the case goes on, and its author is told. Raises NoMistakeSaid, ReasonMissing."""
    flag = working_on(session, actor, CLOSE, flag_id, now)
    if flag.mistake_said_at is None:
        raise NoMistakeSaid()
    if not any(char.isalpha() for char in words):
        raise ReasonMissing(fields={"words": [str(ReasonMissing.sentence)]})
    with cleared(session, CLEARANCE):
        flag.mistake_said_at = None
        story.note(session, flag, actor.worker_id, "mistake_refused", now, now, text=words)
        telling.author(session, flag, now)
    trail.record(session, actor, CLOSE, now, "flag", flag.id, ["mistake_said_at"])


def reopen(session: Session, actor: Actor, flag_id: UUID, words: str, now: datetime) -> Flag:
    """There is something to do after all: by who answered for it, or by who takes it up where she is gone. What fell with a
    mistake stands again, and counts.

    Raises NotClosed, ReasonMissing and what working_on raises.
    """
    flag = working_on(session, actor, CLOSE, flag_id, now, closed_too=True, left_too=True)
    if flag.status != "closed":
        raise NotClosed()
    if not any(char.isalpha() for char in words):
        raise ReasonMissing(fields={"words": [str(ReasonMissing.sentence)]})
    with cleared(session, CLEARANCE):
        open_again(session, flag, actor.worker_id, now, now, words)
        if holding.is_left(session, flag, now):
            give(session, flag, actor.worker_id, now)
        work_through(session, flag, now)
    trail.record(session, actor, CLOSE, now, "flag", flag.id, ["closed_at"])
    return flag
