"""Who answers for personal data in the city (LGPD 41): printed on the paper that each person may ask for."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.models import Municipality


def name_officer(session: Session, actor: Actor, contact: str, now: datetime) -> None:
    """Keep the contact as one line of words; empty: none named."""
    require(actor, "people.name_officer")
    city = session.get_one(Municipality, actor.municipality_id, with_for_update=True, populate_existing=True)
    city.settings = city.settings | {"data_officer": contact}
    session.flush()
    trail.record(session, actor, "people.name_officer", now, fields=["data_officer"])
