"""What can be known of an installation at this instant, read and not judged: see `rules`."""

import shutil
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from cryptography import x509
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

HEAD, BEHIND, AHEAD, NONE = "head", "behind", "ahead", "none"
# Where Debian keeps a database: on many servers a disk of its own.
DATABASE_FOLDER = Path("/var/lib/postgresql")
_CERTIFICATE_WAIT_S = 3


@dataclass(frozen=True)
class Disk:
    folder: str
    free: int
    size: int

    @property
    def free_part(self) -> float:
        return self.free / self.size if self.size else 0.0


@dataclass(frozen=True)
class Certificate:
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class DatabaseFacts:
    """`schema` is where the database's migrations stand, seen from this code: head, behind, ahead or none."""

    schema: str
    queue_lag_s: float | None = None
    pull_lag_s: float | None = None
    jobs_waiting: int = 0
    jobs_failed: int = 0
    worker_silent_s: float | None = None
    connections: int = 0
    connections_most: int = 1
    clock_apart_s: float = 0.0


_QUEUE_LAG = text(
    "SELECT extract(epoch FROM now() - min(e.at)) FROM procrastinate_jobs j"
    " JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred' WHERE j.status = 'todo'"
    " AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())"
)
_PULL_LAG = text("SELECT oldest_writer_age()")
_JOBS = text(
    "SELECT count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())) AS waiting,"
    " count(*) FILTER (WHERE status = 'failed') AS failed FROM procrastinate_jobs"
)
_WORKER = text("SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat)) FROM procrastinate_workers")
# Connections to every database count against the limit; places kept for superusers are not ours.
_CONNECTIONS = text(
    "SELECT (SELECT coalesce(sum(numbackends), 0)::int FROM pg_stat_database) AS used,"
    " current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most"
)


def schema_of(session: Session, migrations: str) -> str:
    """Where the database's migrations stand. `ahead`: a newer version has migrated it, and this one still serves."""
    if session.scalar(text("SELECT to_regclass('public.alembic_version')")) is None:
        return NONE
    at = session.scalar(text("SELECT version_num FROM alembic_version"))
    head, known = revisions(migrations)
    return HEAD if at == head else BEHIND if at in known else AHEAD if at else NONE


@cache
def revisions(migrations: str) -> tuple[str | None, frozenset[str]]:
    """The newest migration of this code, and all of them."""
    script = ScriptDirectory(migrations)
    return script.get_current_head(), frozenset(step.revision for step in script.walk_revisions())


def lags(session: Session) -> dict[str, float | None]:
    """Seconds that the oldest job in line has waited, and since when a writer holds the phones' pull back."""
    return {"queue": _seconds(session.scalar(_QUEUE_LAG)), "pull": _seconds(session.scalar(_PULL_LAG))}


def of_database(session: Session, migrations: str, now: datetime) -> DatabaseFacts:
    schema = schema_of(session, migrations)
    if schema == NONE:
        return DatabaseFacts(schema)
    lag, jobs, connections = lags(session), session.execute(_JOBS).one(), session.execute(_CONNECTIONS).one()
    there = session.scalar(text("SELECT clock_timestamp()"))
    return DatabaseFacts(
        schema=schema,
        queue_lag_s=lag["queue"],
        pull_lag_s=lag["pull"],
        jobs_waiting=jobs.waiting,
        jobs_failed=jobs.failed,
        worker_silent_s=_seconds(session.scalar(_WORKER)),
        connections=connections.used,
        connections_most=connections.most,
        clock_apart_s=abs((there - now).total_seconds()),
    )


def _seconds(value: Any) -> float | None:
    return None if value is None else max(0.0, float(value))


def passes_over_policies(connection: Connection | Session) -> bool:
    """Whether the role is not bound by row level security: a superuser, BYPASSRLS, an owner of tables, or a member
    of one of these (a member of the owner passes over the policies as the owner does)."""
    row = connection.execute(
        text(
            "SELECT bool_or(r.rolsuper OR r.rolbypassrls) AS above, bool_or(EXISTS (SELECT FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relowner = r.oid"
            " AND c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%')) AS owns"
            " FROM pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER')"
        )
    ).one()
    return bool(row.above or row.owns)


def disks(*folders: Path) -> tuple[Disk, ...]:
    """Each disk once, by the first folder that lies on it; a folder that is not there is passed over."""
    found: dict[int, Disk] = {}
    for folder in (*folders, DATABASE_FOLDER):
        try:
            device, usage = folder.stat().st_dev, shutil.disk_usage(folder)
        except OSError:
            continue
        found.setdefault(device, Disk(str(folder), usage.free, usage.total))
    return tuple(found.values())


def certificate(where: str) -> Certificate:
    """The certificate in a PEM file (`/…`), or the one served for a NAME at 127.0.0.1:443 (or `NAME@HOST:PORT`).

    Asked of the proxy on this very machine, so nothing leaves it. Raises OSError or ValueError.
    """
    if where.startswith("/"):
        read = x509.load_pem_x509_certificate(Path(where).read_bytes())
    else:
        name, _mark, address = where.partition("@")
        host, _colon, port = (address or "127.0.0.1:443").rpartition(":")
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # its dates are read, nothing is trusted
        with (
            socket.create_connection((host, int(port)), timeout=_CERTIFICATE_WAIT_S) as line,
            context.wrap_socket(line, server_hostname=name) as secured,
        ):
            read = x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")
    return Certificate(read.not_valid_before_utc, read.not_valid_after_utc)
