"""That somebody searched is written down; what she searched for is not."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail


def note_search(session: Session, actor: Actor, now: datetime) -> None:
    """One line of the trail a search."""
    trail.record(session, actor, "people.search", now, "person", None, ["names"])
