"""What joins domains and runs by itself: shifts that nobody closed, with the records that were made in them."""

from sqlalchemy.orm import Session

from app.core import clock, jobs
from app.core.db import cleared
from app.encounters import queries as encounters
from app.outreach_requests import queries as outreach
from app.shifts import queries as shifts
from app.shifts import service


@jobs.task("shifts.close_forgotten", every="*/15 * * * *")
def close_forgotten(_timestamp: int) -> None:
    jobs.in_each_city(_close_in)


def _close_in(session: Session, municipality_id: int) -> None:
    ids = shifts.open_shift_ids(session, municipality_id)
    if not ids:
        return
    # Whoever was met: that somebody was is what counts here, and nobody gets to see it.
    with cleared(session, "restricted"):
        last = encounters.last_in_shifts(session, municipality_id, ids)
    now = clock.now()
    for shift_id, at in outreach.last_told_in_shifts(session, municipality_id, ids, now).items():
        last[shift_id] = max(at, last.get(shift_id, at))
    service.close_forgotten(session, municipality_id, last, now)
