"""Opening what was written: by who answers for a case, by colleagues she named, and with a reason for two hours.

Every opening is a line of the log and of the trail; what it says is in neither.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core import seal
from app.core.db import cleared
from app.core.ids import new_id
from app.core.problems import Problem
from app.protection.models import Flag, FlagComplement, FlagEvent, FlagPeer
from app.protection.problems import (
    NotTaken,
    NotYours,
    OpeningReviewed,
    OpensAlready,
    OwnOpening,
    ReasonMissing,
    UnknownOpening,
)
from app.protection.queries import holding
from app.protection.queries.openings import may_review
from app.protection.queries.reading import count_of, flag_of
from app.protection.sealing import CLEARANCE, SHUT, close_up
from app.protection.service import story, telling

OPEN, BREAK_GLASS, REVIEW = "protection.open_words", "protection.break_glass", "protection.review"
OPENING = timedelta(hours=2)
SHORTEST_REASON = 15


@dataclass(frozen=True)
class Words:
    """What somebody wrote, opened. called: name or description; seen; said: in the person's own words. is_torn: it is here
    and does not open, which keeps nobody from the rest.
    """

    at: datetime
    worker_id: UUID
    called: str | None = None
    seen: str | None = None
    said: str | None = None
    is_torn: bool = False


def open_words(session: Session, actor: Actor, flag_id: UUID, now: datetime) -> list[Words]:
    """All that was written of it, in order; [] where nothing was.

    Raises UnknownFlag, NotTaken, NotYours; KeyLost or Unsealable where nothing of it opens.
    """
    require(actor, OPEN)
    flag = flag_of(session, actor, flag_id, lock=True)
    if flag.holder_id is None:
        raise NotTaken()
    if not holding.may_open(session, actor, flag, now):
        raise NotYours()
    with cleared(session, CLEARANCE):
        later = session.scalars(
            select(FlagComplement)
            .where(
                FlagComplement.municipality_id == flag.municipality_id, FlagComplement.flag_id == flag.id,
                FlagComplement.sealed_words.is_not(None),
            )
            .order_by(FlagComplement.at, FlagComplement.id)
        ).all()  # fmt: skip
        first = [(flag.occurred_at, flag.author_id, flag.sealed_words)] if flag.sealed_words else []
        found = _each(flag, [*first, *((each.at, each.worker_id, each.sealed_words or "") for each in later)])
        story.note(session, flag, actor.worker_id, "opened", now, now)
    trail.record(session, actor, OPEN, now, "flag", flag.id)
    return found


def note_reading(session: Session, actor: Actor, flag: Flag, communication_id: UUID, now: datetime) -> None:
    """Somebody besides its holder reads a communication, which says what the case is: an opening like any other, noted once
    while it lasts.
    """
    if flag.holder_id == actor.worker_id:
        return
    with cleared(session, CLEARANCE):
        lately = (FlagEvent.event == "opened", FlagEvent.worker_id == actor.worker_id, FlagEvent.ref_id == communication_id)
        if not count_of(session, flag, FlagEvent, *lately, FlagEvent.at > now - OPENING):
            story.note(session, flag, actor.worker_id, "opened", now, now, ref_id=communication_id)


def _each(flag: Flag, written: list[tuple[datetime, UUID, str]]) -> list[Words]:
    found: list[Words] = []
    why: Problem | None = None
    for at, worker_id, envelope in written:
        try:
            found.append(Words(at, worker_id, **_opened(flag, envelope)))
        except SHUT as error:
            why = why or error
            found.append(Words(at, worker_id, is_torn=True))
    if why is not None and all(each.is_torn for each in found):
        raise why
    return found


def _opened(flag: Flag, envelope: str) -> dict[str, str | None]:
    """An envelope that a phone made: its flag stands inside. Raises KeyLost; Unsealable for another flag's or no words."""
    try:
        told = orjson.loads(seal.open_sealed(flag.municipality_id, envelope))
    except orjson.JSONDecodeError as error:
        raise seal.Unsealable() from error
    if not isinstance(told, dict) or told.get("flag") != str(flag.id):
        raise seal.Unsealable()
    return {name: value if isinstance(value := told.get(name), str) and value else None for name in ("called", "seen", "said")}


def break_glass(session: Session, actor: Actor, flag_id: UUID, reason: str, now: datetime) -> None:
    """Open a colleague's case for two hours, with a reason that the coordination reads.

    Raises UnknownFlag, NotTaken (take it instead), OpensAlready, ReasonMissing.
    """
    require(actor, BREAK_GLASS)
    if sum(char.isalpha() for char in reason) < SHORTEST_REASON:
        raise ReasonMissing(fields={"reason": [str(ReasonMissing.sentence)]})
    flag = flag_of(session, actor, flag_id, lock=True)
    if flag.holder_id is None:
        raise NotTaken()
    if holding.may_open(session, actor, flag, now):
        raise OpensAlready()
    peer_id = new_id()
    with cleared(session, CLEARANCE):
        session.add(
            FlagPeer(
                municipality_id=flag.municipality_id, id=peer_id, flag_id=flag.id, worker_id=actor.worker_id,
                given_by=actor.worker_id, kind="break_glass", valid_from=now, valid_to=now + OPENING,
                sealed_reason=close_up(session, flag.municipality_id, peer_id, {"reason": reason}),
            )
        )  # fmt: skip
        session.flush()
        story.note(session, flag, actor.worker_id, "broke_glass", now, now, ref_id=peer_id)
        telling.opening(session, flag, now)
    trail.record(session, actor, BREAK_GLASS, now, "flag", flag.id, ["reason"])


def review(session: Session, actor: Actor, opening_id: UUID, words: str, now: datetime) -> None:
    """A coordination read why a colleague's case was opened; of one that is hidden from coordinations, its holder did.

    Raises UnknownOpening, OwnOpening, OpeningReviewed.
    """
    verb = REVIEW if actor.can(REVIEW) else OPEN
    require(actor, verb)
    with cleared(session, CLEARANCE):
        peer = session.scalar(
            select(FlagPeer)
            .where(FlagPeer.municipality_id == actor.municipality_id, FlagPeer.id == opening_id, FlagPeer.kind == "break_glass")
            .with_for_update()
            .execution_options(populate_existing=True)
        )  # fmt: skip
        flag = session.get(Flag, (actor.municipality_id, peer.flag_id)) if peer else None
        if peer is None or flag is None or not may_review(session, actor, flag):
            raise UnknownOpening()
        if peer.worker_id == actor.worker_id:
            raise OwnOpening()
        if peer.reviewed_at is not None:
            raise OpeningReviewed()
        peer.reviewed_at, peer.reviewed_by = now, actor.worker_id
        peer.review = close_up(session, actor.municipality_id, peer.id, {"review": words}) if words else None
        story.note(session, flag, actor.worker_id, "reviewed", now, now, ref_id=peer.id)
    trail.record(session, actor, verb, now, "flag_peer", opening_id, ["reviewed_at", "review"])
