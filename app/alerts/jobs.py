"""Every five minutes: what is missing or late is told to whoever is on duty, and what was settled closes itself."""

import structlog

from app.alerts.service import watch_city
from app.core import clock, jobs

log = structlog.get_logger()


@jobs.task("alerts.watch", every="*/5 * * * *")
def watch(_timestamp: int) -> None:
    """Each city by itself: what can't be read in one silences no other. The first failure is raised at the end."""
    failed: Exception | None = None
    for session, municipality_id in jobs.every_city():
        try:
            with session.begin_nested():
                watch_city(session, municipality_id, clock.now())
        except Exception as error:
            log.error("alerts_watch_failed", municipality_id=municipality_id, error=type(error).__name__)
            failed = failed or error
    if failed:
        raise failed
