"""Every minute: the clock of flags. Every night: the numbers anew, for persons are merged and parted."""

from app.core import clock, jobs
from app.protection.service import recount_city, watch_city


@jobs.task("protection.watch", every="* * * * *")
def watch(_timestamp: int) -> None:
    jobs.in_each_city(lambda session, m: watch_city(session, m, clock.now()))


@jobs.task("protection.recount", every="40 5 * * *")
def recount(_timestamp: int) -> None:
    jobs.in_each_city(lambda session, m: recount_city(session, m, clock.now()))
