"""Once a night: contacts past their term, exact places and words of old requests are erased."""

from app.core import clock, jobs
from app.outreach_requests.service import forget


@jobs.task("outreach_requests.forget", every="20 6 * * *")
def forget_old(_timestamp: int) -> None:
    jobs.in_each_city(lambda session, m: forget(session, m, clock.now()))
