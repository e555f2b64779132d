"""The owner's way into the database of the run, kept open: a process of PostgreSQL's for each reading costs more than it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from app.core.db import owner_transaction

_kept: dict[str, Engine] = {}


def keep_owner(url: str) -> None:
    """From here on readings of this database share connections, as the application's own do. Only for one that stays:
    whoever drops a database or stops a cluster finds nobody in it."""
    _kept[url] = create_engine(url, pool_pre_ping=True)


def forget_owner(url: str) -> None:
    _kept.pop(url).dispose()


@contextmanager
def as_owner(app) -> Iterator[Session]:
    """A transaction of the schema's owner, past row level security."""
    url = app.config["VINCULO"].sqlalchemy_owner_url
    if url not in _kept:
        with owner_transaction(url) as session:
            yield session
        return
    with Session(_kept[url], expire_on_commit=False) as session, session.begin():
        yield session
