"""Jobs in PostgreSQL (procrastinate): deferred on the verb's own connection, so that a job exists exactly
when its verb was committed. Arguments are ids only; a job carries its municipality and sets it."""

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any

import orjson
import procrastinate
import structlog
from procrastinate import testing
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.db import transaction

log = structlog.get_logger()

# The connector is given when a worker starts; deferring never uses it.
queue = procrastinate.App(connector=testing.InMemoryConnector())
# The web application, for its context: an object with app_context(); given by work().
_application: list[Any] = []

_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', :name, 0, NULL, NULL, CAST(:args AS jsonb),"
    " NULL)::procrastinate_job_to_defer_v1])"
)


def task(name: str, every: str | None = None, apart: bool = False) -> Callable:
    """Register `fn(session, municipality_id, **ids)`, or, with `every` (cron, seconds sixth), `fn(timestamp)`.

    A periodic function opens its own transactions, one per municipality; a deferred one receives its own, unless it is
    `apart`, `fn(municipality_id, **ids)`: it waits for machines outside, and no transaction may wait along.
    """

    def register(fn: Callable) -> Callable:
        @wraps(fn)
        def run(**arguments: Any) -> None:
            with _application[0].app_context():
                if every:
                    fn(arguments["timestamp"])
                    return
                municipality_id = arguments.pop("municipality_id")
                if apart:
                    fn(municipality_id, **arguments)
                    return
                with transaction(municipality_id) as session:
                    fn(session, municipality_id, **arguments)

        wrapped = queue.task(name=name, queueing_lock=name if every else None)(run)
        if every:
            queue.periodic(cron=every)(wrapped)
        return fn

    return register


def every_city() -> Iterator[tuple[Session, int]]:
    """A transaction of each municipality in turn: (session, municipality_id). For work that writes, in_each_city."""
    for municipality_id in _cities():
        with transaction(municipality_id) as session:
            yield session, municipality_id


def in_each_city(work: Callable[[Session, int], object]) -> None:
    """Periodic work, `work(session, municipality_id)`, each city in a transaction of its own: what can't be done in one holds up no
    other. The first failure is raised at the end, so that the job is seen to have failed.
    """
    failed: Exception | None = None
    for municipality_id in _cities():
        try:
            with transaction(municipality_id) as session:
                work(session, municipality_id)
        except Exception as error:
            # Its kind alone: a message may hold what somebody wrote.
            log.error("job_failed_in_city", municipality_id=municipality_id, error=type(error).__name__)
            failed = failed or error
    if failed:
        raise failed


def _cities() -> Sequence[int]:
    with transaction() as session:
        return session.scalars(text("SELECT all_municipalities()")).all()


def defer(session: Session, name: str, municipality_id: int, **ids: Any) -> None:
    """Put a job in line, in the verb's transaction."""
    arguments = {"municipality_id": municipality_id} | {key: str(value) for key, value in ids.items()}
    session.execute(_DEFER, {"name": name, "args": orjson.dumps(arguments).decode()})


def work(app: Any, conninfo: str, wait: bool = True) -> None:
    """Run the worker in this process until it is told to stop (or, with wait=False, until the line is empty)."""
    _application[:] = [app]
    connector = procrastinate.PsycopgConnector(conninfo=conninfo)
    with queue.replace_connector(connector) as running:
        running.run_worker(
            wait=wait,
            install_signal_handlers=wait,
            delete_jobs="successful",
            fetch_job_polling_interval=5.0,
            listen_notify=wait,
        )
