"""The chaining job: every few seconds, each municipality's committed lines."""

from sqlalchemy import text

from app.audit.chain import chain
from app.core import jobs
from app.core.db import transaction


@jobs.task("audit.chain", every="*/5 * * * * *")
def chain_all(_timestamp: int) -> None:
    """Chain what was committed since, one municipality a transaction."""
    with transaction() as session:
        waiting = session.scalars(text("SELECT * FROM municipalities_with_unchained_audit()")).all()
    for municipality_id in waiting:
        with transaction(municipality_id) as session:
            chain(session, municipality_id)
