"""What is not kept for ever: how to reach whoever asked, and exact places."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.core.models import Municipality
from app.outreach_requests.models import OutreachRequest, RequestGate
from app.outreach_requests.terms import CONTACT_DAYS
from app.territory.terms import POINT_DAYS

_GATE_DAYS = 2


def forget(session: Session, municipality_id: int, now: datetime) -> int:
    """Erase contacts past their term, exact places and words past theirs, and buckets of other days. Gives how many contacts.

    `request_contact_days` and `point_fade_days` of the municipality's settings say what is old.
    """
    settings = session.get_one(Municipality, municipality_id).settings
    contact_days, point_days = CONTACT_DAYS.of(settings), POINT_DAYS.of(settings)
    mine = OutreachRequest.municipality_id == municipality_id
    done = session.execute(
        update(OutreachRequest)
        .where(mine, OutreachRequest.sealed_contact.is_not(None), OutreachRequest.received_at < now - timedelta(days=contact_days))
        .values(sealed_contact=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(OutreachRequest)
        .where(
            mine,
            OutreachRequest.received_at < now - timedelta(days=point_days),
            OutreachRequest.geom.is_not(None) | OutreachRequest.street.is_not(None) | OutreachRequest.sealed_words.is_not(None),
        )
        .values(geom=None, street=None, known_point_id=None, sealed_words=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(RequestGate).where(RequestGate.municipality_id == municipality_id, RequestGate.filled_at < now - timedelta(days=_GATE_DAYS))
    )
    return done.rowcount  # type: ignore[attr-defined]
