"""The log of a flag: what happened, in order, in its own transaction. Texts are sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.protection.models import Flag, FlagEvent
from app.protection.sealing import close_up


def note(
    session: Session, flag: Flag, worker_id: UUID | None, event: str, at: datetime, now: datetime,
    ref_id: UUID | None = None, text: str | None = None,
) -> UUID:  # fmt: skip
    """One line (terms.EVENTS); worker_id None: the clock. Gives its id. Call within the clearance."""
    line_id = new_id()
    sealed = close_up(session, flag.municipality_id, line_id, {"text": text}) if text else None
    session.add(
        FlagEvent(
            municipality_id=flag.municipality_id, id=line_id, flag_id=flag.id, worker_id=worker_id, at=at, noted_at=now, event=event,
            ref_id=ref_id, sealed_text=sealed,
        )
    )  # fmt: skip
    session.flush()
    return line_id
