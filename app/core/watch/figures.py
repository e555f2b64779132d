"""Figures of the process for Prometheus: requests and outcomes are counted as they pass, the rest is read when asked.

With several web processes (PROMETHEUS_MULTIPROC_DIR, set by deploy/gunicorn.conf.py) the counts of all of them are
added. Labels are route templates, status classes and outcome names only: no word of a person, and no city.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from app.core.watch.facts import AHEAD, HEAD, Certificate, DatabaseFacts, Disk

_counted = CollectorRegistry()
_REQUESTS = Counter(
    "vinculo_requests", "Requests answered, by route and class of status.", ["method", "route", "status"], registry=_counted
)
_SECONDS = Histogram(
    "vinculo_request_seconds",
    "Time taken by requests, by route.",
    ["method", "route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=_counted,
)
_OUTCOMES = Counter("vinculo_push_outcomes", "Commands that phones pushed, by outcome.", ["status"], registry=_counted)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def note_request(method: str, route: str, status: int, seconds: float) -> None:
    method = method if method in _METHODS else "other"
    with suppress(OSError):  # no folder, no room: counting must not cost anybody an answer
        _REQUESTS.labels(method, route, f"{status // 100}xx").inc()
        _SECONDS.labels(method, route).observe(seconds)


def note_outcomes(statuses: Iterable[str]) -> None:
    """What a push that was committed came to."""
    with suppress(OSError):
        for status in statuses:
            _OUTCOMES.labels(status).inc()


def exposition(
    multiprocess: Path | None,
    database: DatabaseFacts,
    disks: tuple[Disk, ...],
    certificate: Certificate | None,
    backup_at: datetime | None,
    phones_silent: int,
    notices: Mapping[str, int],
) -> bytes:
    """All figures in Prometheus' text form."""
    counted = _counted
    if multiprocess:
        counted = CollectorRegistry()
        MultiProcessCollector(counted, path=str(multiprocess))
    read: list[GaugeMetricFamily] = []

    def gauge(name: str, meaning: str, value: float | None) -> None:
        if value is not None:
            read.append(GaugeMetricFamily(f"vinculo_{name}", meaning, value=float(value)))

    gauge("schema_at_head", "1 when the database is at this version's migrations.", database.schema == HEAD)
    gauge("schema_ahead", "1 when a newer version has migrated the database.", database.schema == AHEAD)
    gauge("queue_lag_seconds", "How long the oldest job that is due has waited.", database.queue_lag_s or 0)
    gauge("pull_lag_seconds", "Since when a writer holds the phones' pull back.", database.pull_lag_s or 0)
    gauge("jobs_waiting", "Jobs in line.", database.jobs_waiting)
    gauge("jobs_failed", "Jobs that failed and are kept.", database.jobs_failed)
    gauge("worker_silent_seconds", "Since the job worker's last sign of life.", database.worker_silent_s)
    gauge("database_connections", "Connections to the database server.", database.connections)
    gauge("database_connections_most", "Connections that it allows.", database.connections_most)
    gauge("clock_apart_seconds", "Between this server's clock and the database's.", database.clock_apart_s)
    gauge("phones_silent_with_unsent", "Phones with unsent work, not heard of for long.", phones_silent)
    gauge("backup_timestamp_seconds", "When the last good backup was made.", backup_at and backup_at.timestamp())
    gauge("certificate_end_timestamp_seconds", "When the certificate ends.", certificate and certificate.ends_at.timestamp())
    told = GaugeMetricFamily("vinculo_notices_last_day", "Notices of the last 24 hours, by how they went.", labels=["way"])
    for way in ("push", "email", "none", "waiting"):
        told.add_metric([way], notices[way])
    gauge("notices_browsers_failing", "Browsers whose push service takes nothing from here.", notices["failing"])
    free = GaugeMetricFamily("vinculo_disk_free_bytes", "Free on the disk of a folder.", labels=["folder"])
    size = GaugeMetricFamily("vinculo_disk_size_bytes", "Size of that disk.", labels=["folder"])
    for disk in disks:
        free.add_metric([disk.folder], disk.free)
        size.add_metric([disk.folder], disk.size)
    return generate_latest(counted) + generate_latest(_Read([*read, told, free, size]))


class _Read:
    """What was read at this moment, in the form that prometheus-client writes out: never kept, so never added up."""

    def __init__(self, families: list[GaugeMetricFamily]):
        self.families = families

    def collect(self) -> list[GaugeMetricFamily]:
        return self.families
