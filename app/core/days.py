"""The municipality's own day: Brazil has four time zones, and a day begins at its local midnight."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Municipality


def zone_of(session: Session, municipality_id: int) -> ZoneInfo:
    """The city's time zone."""
    name = session.scalar(select(Municipality.timezone).where(Municipality.id == municipality_id))
    return ZoneInfo(name or "America/Sao_Paulo")


def start_of_today(session: Session, municipality_id: int, now: datetime) -> datetime:
    """The city's last midnight, in UTC."""
    return start_of_day(now, zone_of(session, municipality_id))


def start_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The midnight before an instant, in UTC."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
