"""Nightly: what the gate no longer needs."""

from datetime import timedelta

from sqlalchemy import delete, text, update

from app.core import clock, jobs
from app.core.models import Change
from app.sync.models import SyncCommand

CHANGES_DAYS = 60
REFUSED_BODY_DAYS = 90

# Transaction ids carry no time: what encounters announced when they came in marks the border. An old encounter may
# have changed yesterday, so the border lies below the first change of one that is still young.
_BORDER = text(
    "WITH told AS (SELECT c.xid::text::bigint AS xid, e.received_at < :before AS old FROM changes c JOIN encounters e"
    " ON e.municipality_id = c.municipality_id AND e.id = c.entity_id"
    " WHERE c.municipality_id = :m AND c.type = 'encounter')"
    " SELECT max(xid) FROM told WHERE old AND xid < COALESCE((SELECT min(xid) FROM told WHERE NOT old), 9223372036854775807)"
)


@jobs.task("sync.purge", every="17 6 * * *")
def purge(_timestamp: int) -> None:
    """Forget old changes (a phone further behind gets a new listing) and the bodies of old refusals."""
    jobs.in_each_city(lambda session, m: purge_city(session, m, clock.now()))


def purge_city(session, municipality_id: int, now) -> None:
    """The same for one city."""
    border = session.scalar(_BORDER, {"m": municipality_id, "before": now - timedelta(days=CHANGES_DAYS)})
    if border is not None:
        session.execute(
            delete(Change).where(
                Change.municipality_id == municipality_id, text("xid <= CAST(CAST(:border AS text) AS xid8)")
            ),
            {"border": border},
        )
        session.execute(
            text(
                "UPDATE municipalities SET settings = settings || jsonb_build_object('changes_purged_to',"
                " CAST(:border AS bigint)) WHERE id = :m"
            ),
            {"border": border, "m": municipality_id},
        )
    session.execute(
        update(SyncCommand)
        .where(
            SyncCommand.municipality_id == municipality_id,
            SyncCommand.sealed_body.is_not(None),
            SyncCommand.received_at < now - timedelta(days=REFUSED_BODY_DAYS),
        )
        .values(sealed_body=None)
    )
