"""Nightly: sessions that ended long ago, failed attempts and things begun that no longer matter."""

from datetime import timedelta

from sqlalchemy import delete, or_

from app.accounts.models import Ceremony, SigninFailure, WorkerSession
from app.core import clock, jobs
from app.core.db import transaction

KEPT_DAYS = 90


@jobs.task("accounts.purge", every="7 6 * * *")
def purge(_timestamp: int) -> None:
    now = clock.now()
    before = now - timedelta(days=KEPT_DAYS)
    with transaction() as session:
        session.execute(delete(SigninFailure).where(SigninFailure.last_failed_at < now - timedelta(days=1)))
        session.execute(delete(Ceremony).where(Ceremony.begun_at < now - timedelta(days=1)))
    jobs.in_each_city(
        lambda session, m: session.execute(
            delete(WorkerSession).where(
                WorkerSession.municipality_id == m, or_(WorkerSession.expires_at < before, WorkerSession.ended_at < before)
            )
        )
    )
