"""What keeps two who change a city's merges, or what hangs on them, one after the other."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def lock_merges(session: Session, municipality_id: int) -> None:
    """One change of a city's merges at a time, until the transaction ends: the index is derived from all of them.

    For restrictions, too: they are written on every id that a person has at that moment.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"merges:{municipality_id}"}
    )
