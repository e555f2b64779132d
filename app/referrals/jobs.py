"""Every minute: the clock of referrals. Late, it does what it would have done (service/watching.py)."""

from app.core import clock, jobs
from app.referrals.service import watch_city


@jobs.task("referrals.watch", every="* * * * *")
def watch(_timestamp: int) -> None:
    for session, municipality_id in jobs.every_city():
        watch_city(session, municipality_id, clock.now())
