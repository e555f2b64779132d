"""Every few minutes: the end of an operation whose hour has come is written. Until then readings know it all the same."""

from app.core import clock, jobs
from app.operations.service import end_due


@jobs.task("operations.end_due", every="*/5 * * * *")
def end_operations(_timestamp: int) -> None:
    for session, municipality_id in jobs.every_city():
        end_due(session, municipality_id, clock.now())
