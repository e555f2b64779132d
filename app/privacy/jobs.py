"""Nightly: whoever was last met before the term is known by name no more."""

import structlog
from sqlalchemy.orm import Session

from app.core import clock, jobs
from app.privacy.service import anonymise_city

log = structlog.get_logger()


@jobs.task("people.anonymise", every="53 5 * * *")
def anonymise(_timestamp: int) -> None:
    jobs.in_each_city(_anonymise)


def _anonymise(session: Session, municipality_id: int) -> None:
    ended = anonymise_city(session, municipality_id, clock.now())
    if ended:
        log.info("anonymised", municipality_id=municipality_id, count=ended)
