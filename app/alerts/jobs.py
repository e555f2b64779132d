"""Every five minutes: what is missing or late is told to whoever is on duty, and what was settled closes itself."""

from app.alerts.service import watch_city
from app.core import clock, jobs


@jobs.task("alerts.watch", every="*/5 * * * *")
def watch(_timestamp: int) -> None:
    for session, municipality_id in jobs.every_city():
        watch_city(session, municipality_id, clock.now())
