"""The words of a case brought into a draft by who may write it: an opening like any other (service/opening.py)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.protection.communications.problems import NotHolder
from app.protection.queries import communications as queries
from app.protection.service.opening import open_words

KEYS = ("called", "seen", "said")


def bring_words(session: Session, actor: Actor, communication_id: UUID, now: datetime) -> dict[str, str]:
    """{called, seen, said} of the flag and of what was added, in order; '' for none. Nothing is kept of it here.

    Raises UnknownCommunication, NotHolder, KeyLost, Unsealable.
    """
    flag, _row = queries.communication_of(session, actor, communication_id)
    if not queries.may_write(session, actor, flag):
        raise NotHolder()
    opened = open_words(session, actor, flag.id, now)
    return {key: "\n".join(text.strip() for each in opened if (text := getattr(each, key))) for key in KEYS}
