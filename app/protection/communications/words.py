"""The words of a case brought into a draft by who may open them: an opening like any other, in the log and in the trail."""

from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core import seal
from app.core.db import cleared
from app.protection.communications.problems import NotHolder
from app.protection.models import Flag, FlagComplement
from app.protection.queries import communications as queries
from app.protection.sealing import CLEARANCE
from app.protection.service import story

VERB = "protection.open_words"
KEYS = ("called", "seen", "said")


def bring_words(session: Session, actor: Actor, communication_id: UUID, now: datetime) -> dict[str, str]:
    """{called, seen, said} of the flag and of what was added, in order; '' for none. Nothing is kept of it here.

    Raises UnknownCommunication, NotHolder, KeyLost, Unsealable.
    """
    require(actor, VERB)
    flag, _row = queries.communication_of(session, actor, communication_id)
    if not queries.may_write(session, actor, flag):
        raise NotHolder()
    found: dict[str, list[str]] = {key: [] for key in KEYS}
    for envelope in _envelopes(session, flag):
        held = orjson.loads(seal.open_sealed(actor.municipality_id, envelope))
        if not isinstance(held, dict) or held.get("flag") != str(flag.id):
            raise seal.Unsealable()
        for key in KEYS:
            if held.get(key):
                found[key].append(str(held[key]).strip())
    with cleared(session, CLEARANCE):
        story.note(session, flag, actor.worker_id, "opened", now, now)
    trail.record(session, actor, VERB, now, "flag", flag.id, ["sealed_words"])
    return {key: "\n".join(words) for key, words in found.items()}


def _envelopes(session: Session, flag: Flag) -> list[str]:
    with cleared(session, CLEARANCE):
        later = session.scalars(
            select(FlagComplement.sealed_words)
            .where(
                FlagComplement.municipality_id == flag.municipality_id, FlagComplement.flag_id == flag.id,
                FlagComplement.sealed_words.is_not(None),
            )
            .order_by(FlagComplement.at, FlagComplement.id)
        ).all()  # fmt: skip
    return [envelope for envelope in (flag.sealed_words, *later) if envelope]
