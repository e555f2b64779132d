"""Whether pages that belong to no city (sign-in, errors, the field app's shell) must say that all is invented."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core import clock
from app.core.db import db

_KEPT = timedelta(minutes=1)
# (when it was asked, the answer); kept, so that an error page needs no connection of its own each time.
_last: list[tuple[datetime, bool]] = []


def holds_demonstration() -> bool:
    """True where the demonstration was loaded; the last answer stands for a minute, and while the database is away."""
    now = clock.now()
    if not _last or now - _last[0][0] > _KEPT:
        _last[:] = [(now, _ask(_last[0][1] if _last else False))]
    return _last[0][1]


def _ask(before: bool) -> bool:
    try:
        with db.engine.connect() as connection:
            return bool(connection.scalar(text("SELECT holds_demonstration()")))
    except SQLAlchemyError:
        return before
