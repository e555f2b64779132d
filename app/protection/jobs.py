"""Every minute: the clock of flags. Every night: the numbers anew, for persons are merged and parted."""

from app.core import clock, jobs
from app.protection.service import recount_city, watch_city


@jobs.task("protection.watch", every="* * * * *")
def watch(_timestamp: int) -> None:
    for session, municipality_id in jobs.every_city():
        watch_city(session, municipality_id, clock.now())


@jobs.task("protection.recount", every="40 5 * * *")
def recount(_timestamp: int) -> None:
    for session, municipality_id in jobs.every_city():
        recount_city(session, municipality_id, clock.now())
