"""Every minute: the clock of referrals. Late, it does what it would have done (service/watching.py)."""

from app.core import clock, jobs
from app.referrals.service import watch_city


@jobs.task("referrals.watch", every="* * * * *")
def watch(_timestamp: int) -> None:
    jobs.in_each_city(lambda session, m: watch_city(session, m, clock.now()))
