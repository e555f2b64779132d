"""Every five minutes: what is missing or late is told to whoever is on duty, and what was settled closes itself."""

from app.alerts.service import watch_city
from app.core import clock, jobs


@jobs.task("alerts.watch", every="*/5 * * * *")
def watch(_timestamp: int) -> None:
    jobs.in_each_city(lambda session, m: watch_city(session, m, clock.now()))
