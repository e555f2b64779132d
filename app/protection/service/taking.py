"""Who answers for a case: seen, taken, handed over; colleagues named to it.

`working_on` is the way in of every act on a case: its row locked, the verb asked, the case open and the actor's own.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.db import cleared
from app.core.ids import new_id
from app.notices import service as notices
from app.protection.models import Flag, FlagPeer
from app.protection.problems import AlreadyNamed, AlreadyTaken, FlagClosed, NotTaken, NotYours, UnknownColleague
from app.protection.queries import holding
from app.protection.queries.reading import flag_of, is_reviewed
from app.protection.sealing import CLEARANCE
from app.protection.service import duties, story, telling

TAKE, HAND = "protection.take", "protection.hand"
# What a technician is asked for, and need not be any more once somebody took it.
_ASKING = ("case_new", "case_waiting")


def working_on(
    session: Session, actor: Actor, verb: str, flag_id: UUID, now: datetime, closed_too: bool = False, left_too: bool = False
) -> Flag:
    """The case, locked, where the actor answers for it or was named to it; left_too: also where nobody does any more.

    Raises UnknownFlag, FlagClosed, NotTaken, NotYours.
    """
    require(actor, verb)
    flag = flag_of(session, actor, flag_id, lock=True)
    if flag.status == "closed" and not closed_too:
        raise FlagClosed()
    if flag.status == "raised":
        raise NotTaken()
    if not holding.may_act(session, actor, flag, now) and not (left_too and holding.is_left(session, flag, now)):
        raise NotYours()
    return flag


def note_seen(session: Session, actor: Actor, flag: Flag, now: datetime) -> None:
    """A technician has it before her eyes: the first time its author is told so. Every look leaves a line."""
    trail.record(session, actor, "protection.read_queue", now, "flag", flag.id, ["facts"])
    if flag.seen_at is not None or flag.author_id == actor.worker_id:
        return
    with cleared(session, CLEARANCE):
        # Of two who look at once one is the first.
        session.refresh(flag, with_for_update=True)
        if flag.seen_at is not None:
            return
        flag.seen_at, flag.seen_by = now, actor.worker_id
        story.note(session, flag, actor.worker_id, "seen", now, now)
        telling.author(session, flag, now)


def take(session: Session, actor: Actor, flag_id: UUID, now: datetime) -> Flag:
    """From now on she answers for it; also for one whose holder does no more. Raises UnknownFlag, FlagClosed, AlreadyTaken."""
    require(actor, TAKE)
    flag = flag_of(session, actor, flag_id, lock=True)
    if flag.status == "closed":
        raise FlagClosed()
    if flag.holder_id is not None and not holding.is_left(session, flag, now):
        raise AlreadyTaken()
    with cleared(session, CLEARANCE):
        give(session, flag, actor.worker_id, now)
        flag.seen_at, flag.seen_by = flag.seen_at or now, flag.seen_by or actor.worker_id
        story.note(session, flag, actor.worker_id, "taken", now, now)
        duties.settle(session, flag, now)
        telling.author(session, flag, now)
    notices.settle(session, flag.municipality_id, _ASKING, flag.id, now)
    trail.record(session, actor, TAKE, now, "flag", flag.id, ["holder_id"])
    return flag


def hand(session: Session, actor: Actor, flag_id: UUID, worker_id: UUID, now: datetime) -> None:
    """Another technician answers for it from now on: said by who does now, or by the coordination, also of one untaken.

    Raises UnknownFlag, FlagClosed, NotTaken, NotYours, UnknownColleague.
    """
    require(actor, HAND)
    flag = flag_of(session, actor, flag_id, lock=True)
    if flag.status == "closed":
        raise FlagClosed()
    if flag.holder_id != actor.worker_id and not is_reviewed(session, actor, flag):
        raise NotYours() if flag.holder_id else NotTaken()
    if worker_id not in {one["id"] for one in holding.successors(session, flag, now)}:
        raise UnknownColleague(fields={"worker_id": [str(UnknownColleague.sentence)]})
    with cleared(session, CLEARANCE):
        was_taken = flag.holder_id is not None
        give(session, flag, worker_id, now)
        story.note(session, flag, actor.worker_id, "handed", now, now, ref_id=worker_id)
        duties.settle(session, flag, now)
        if not was_taken:
            telling.author(session, flag, now)
        notices.settle(session, flag.municipality_id, _ASKING, flag.id, now)
        telling.technicians(session, flag, "case_new", now)
    trail.record(session, actor, HAND, now, "flag", flag.id, ["holder_id"])


def name_peer(session: Session, actor: Actor, flag_id: UUID, worker_id: UUID, now: datetime) -> None:
    """Let a colleague open and work on it too. Raises NotYours, UnknownColleague, AlreadyNamed and what working_on raises."""
    flag = working_on(session, actor, HAND, flag_id, now)
    named = {peer["worker_id"] for peer in holding.peers_of(session, flag, now) if peer["kind"] == "named"}
    if worker_id in named:
        raise AlreadyNamed()
    if worker_id not in {one["id"] for one in holding.nameable(session, flag, now)}:
        raise UnknownColleague(fields={"worker_id": [str(UnknownColleague.sentence)]})
    with cleared(session, CLEARANCE):
        session.add(
            FlagPeer(
                municipality_id=flag.municipality_id, id=new_id(), flag_id=flag.id, worker_id=worker_id, given_by=actor.worker_id,
                kind="named", valid_from=now,
            )
        )  # fmt: skip
        session.flush()
        story.note(session, flag, actor.worker_id, "named", now, now, ref_id=worker_id)
        telling.colleague(session, flag, worker_id, now)
    trail.record(session, actor, HAND, now, "flag", flag.id, ["peer"])


def end_peer(session: Session, actor: Actor, flag_id: UUID, worker_id: UUID, now: datetime) -> None:
    """A colleague opens it no more. Raises UnknownColleague where none was named."""
    flag = working_on(session, actor, HAND, flag_id, now, closed_too=True)
    with cleared(session, CLEARANCE):
        ended = [peer for peer in _named(session, flag, now) if peer.worker_id == worker_id]
        if not ended:
            raise UnknownColleague()
        for peer in ended:
            peer.valid_to = now
        story.note(session, flag, actor.worker_id, "unnamed", now, now, ref_id=worker_id)
    trail.record(session, actor, HAND, now, "flag", flag.id, ["peer", "valid_to"])


def give(session: Session, flag: Flag, worker_id: UUID, now: datetime) -> None:
    """She answers for it; whom the former named is for her to say again. Call within the clearance."""
    for peer in _named(session, flag, now):
        peer.valid_to = now
    flag.status, flag.holder_id, flag.taken_at = "taken", worker_id, flag.taken_at or now
    session.flush()


def _named(session: Session, flag: Flag, now: datetime) -> list[FlagPeer]:
    return list(
        session.scalars(
            select(FlagPeer).where(
                FlagPeer.municipality_id == flag.municipality_id, FlagPeer.flag_id == flag.id, FlagPeer.kind == "named",
                (FlagPeer.valid_to.is_(None)) | (FlagPeer.valid_to > now),
            )
        )
    )  # fmt: skip
