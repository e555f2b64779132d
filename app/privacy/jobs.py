"""Nightly: whoever was last met before the term is known by name no more."""

import structlog

from app.core import clock, jobs
from app.privacy.service import anonymise_city

log = structlog.get_logger()


@jobs.task("people.anonymise", every="53 5 * * *")
def anonymise(_timestamp: int) -> None:
    for session, municipality_id in jobs.every_city():
        ended = anonymise_city(session, municipality_id, clock.now())
        if ended:
            log.info("anonymised", municipality_id=municipality_id, count=ended)
