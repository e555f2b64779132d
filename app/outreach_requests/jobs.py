"""Once a night: contacts past their term, exact places and words of old requests are erased."""

from app.core import clock, jobs
from app.outreach_requests.service import forget


@jobs.task("outreach_requests.forget", every="20 6 * * *")
def forget_old(_timestamp: int) -> None:
    for session, municipality_id in jobs.every_city():
        forget(session, municipality_id, clock.now())
