"""Logs as JSON lines, by an allow-list: a key that isn't known never shows its value."""

import logging
import sys
from typing import Any

import structlog

# What a line may say. A name, a place, a note, a login, a path with an id in it are not here.
_ALLOWED = frozenset(
    "event level timestamp request_id method route status ms code error places municipality_id worker_id"
    " job count version revision port lag_s commands done refused".split()
)


def redact(_logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
    """Replace the value of every key outside the allow-list."""
    return {key: value if key in _ALLOWED else "[oculto]" for key, value in line.items()}


def configure(level: str) -> None:
    """Send structlog's lines to standard error and quiet the libraries."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            redact,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    for name in ("werkzeug", "sqlalchemy.engine", "procrastinate"):
        logging.getLogger(name).setLevel(logging.WARNING)
