"""The municipality's own day and hour: Brazil has four time zones, and a day begins at its local midnight."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Municipality

DEFAULT_ZONE = ZoneInfo("America/Sao_Paulo")


def zone_of(session: Session, municipality_id: int) -> ZoneInfo:
    """The city's time zone."""
    name = session.scalar(select(Municipality.timezone).where(Municipality.id == municipality_id))
    return ZoneInfo(name) if name else DEFAULT_ZONE


def start_of_today(session: Session, municipality_id: int, now: datetime) -> datetime:
    """The city's last midnight, in UTC."""
    return start_of_day(now, zone_of(session, municipality_id))


def start_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The midnight before an instant, in UTC."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def ago(now: datetime, at: datetime) -> str:
    """How long ago, in one short phrase. A phone's clock may be ahead: the future is 'agora'."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return _("agora")
    if minutes < 60:
        return _("há %(n)d min", n=minutes)
    if minutes < 48 * 60:
        return _("há %(n)d h", n=minutes // 60)
    return ngettext("há %(num)d dia", "há %(num)d dias", minutes // (24 * 60))


def hour(zone: ZoneInfo, now: datetime, at: datetime) -> str:
    """`14:32` today, `ontem 22:10` yesterday, else `19/11 14:32`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return local.strftime("%H:%M")
    if local.date() == today - timedelta(days=1):
        return _("ontem %(hour)s", hour=local.strftime("%H:%M"))
    return local.strftime("%d/%m %H:%M")


def day_and_hour(zone: ZoneInfo, at: datetime) -> str:
    """`19/11/2026 14:32`."""
    return at.astimezone(zone).strftime("%d/%m/%Y %H:%M")
