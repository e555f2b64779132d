"""Telling what was committed: at once by a job of its own, and every minute what fell due or was left."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core import clock, jobs
from app.notices.delivery import deliver, waiting
from app.notices.models import Notice, PushSubscription
from app.notices.queries import living_browsers

KEPT_DAYS = 90
_ROUNDS = 5


@jobs.task("notices.deliver", apart=True)
def deliver_now(municipality_id: int) -> None:
    deliver(municipality_id, clock.now())


@jobs.task("notices.sweep", every="* * * * *")
def sweep(_timestamp: int) -> None:
    """Held back by quiet hours, to be tried again, or left by a job that died."""
    now = clock.now()
    cities = [municipality_id for session, municipality_id in jobs.every_city() if waiting(session, municipality_id, now)]
    for municipality_id in cities:
        for _round in range(_ROUNDS):
            if not deliver(municipality_id, clock.now()):
                break


@jobs.task("notices.purge", every="41 6 * * *")
def purge(_timestamp: int) -> None:
    """What was told long ago, and every browser that would be told nothing any more."""
    jobs.in_each_city(_purge)


def _purge(session: Session, municipality_id: int) -> None:
    now = clock.now()
    session.execute(
        delete(Notice).where(Notice.municipality_id == municipality_id, Notice.made_at < now - timedelta(days=KEPT_DAYS))
    )
    session.execute(
        delete(PushSubscription).where(
            PushSubscription.municipality_id == municipality_id,
            PushSubscription.id.not_in(living_browsers(municipality_id, now)),
        )
    )
