"""The only place that asks what time it is, so that tests can set it and rules receive it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)
