"""When a phone is silent for too long, and which silence matters. Pure."""

from datetime import datetime

from app.core.watch import limits

WAITING_LONG, WAITING, QUIET = "waiting_long", "waiting", "quiet"


def silence(waiting: int | None, last_seen_at: datetime, now: datetime) -> str | None:
    """`waiting(_long)`: it told of unsent work and was not heard of since; `quiet`: in use, not heard of for days."""
    silent = now - last_seen_at
    if waiting:
        soon, long = limits.PHONE_SILENT
        return WAITING_LONG if silent > long else WAITING if silent > soon else None
    return QUIET if limits.PHONE_QUIET < silent <= limits.PHONE_IN_USE else None
