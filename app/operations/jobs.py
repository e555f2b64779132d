"""Every few minutes: the end of an operation whose hour has come is written. Until then readings know it all the same."""

from app.core import clock, jobs
from app.operations.service import end_due


@jobs.task("operations.end_due", every="*/5 * * * *")
def end_operations(_timestamp: int) -> None:
    jobs.in_each_city(lambda session, m: end_due(session, m, clock.now()))
