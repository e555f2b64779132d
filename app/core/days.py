"""The municipality's own day and hour: Brazil has four time zones, and a day begins at its local midnight."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
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


def today_of(session: Session, municipality_id: int, now: datetime) -> date:
    """The city's date at an instant."""
    return now.astimezone(zone_of(session, municipality_id)).date()


def midnight(on: date, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which a date begins in a zone."""
    return datetime.combine(on, time.min, zone).astimezone(UTC)


def after(on: date) -> date:
    """The next day."""
    return on + timedelta(days=1)


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


def left(now: datetime, until: datetime) -> str:
    """How long until then, in one short phrase; what is past has none left."""
    minutes = int((until - now).total_seconds() // 60)
    if minutes < 1:
        return _("agora")
    if minutes < 120:
        return _("faltam %(n)d min", n=minutes)
    if minutes < 48 * 60:
        return _("faltam %(n)d h", n=minutes // 60)
    return ngettext("falta %(num)d dia", "faltam %(num)d dias", minutes // (24 * 60))


def hour(zone: ZoneInfo, now: datetime, at: datetime) -> str:
    """`14:32` today, `ontem 22:10` yesterday, else `19/11 14:32`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return local.strftime("%H:%M")
    if local.date() == today - timedelta(days=1):
        return _("ontem %(hour)s", hour=local.strftime("%H:%M"))
    return _written(local, f"{_day_pattern()} HH:mm")


def day_and_hour(zone: ZoneInfo, at: datetime) -> str:
    """`19/11/2026 14:32`."""
    return _written(at.astimezone(zone), f"{_day_pattern(year=True)} HH:mm")


def day(on: date) -> str:
    """`19/11/2026`."""
    return format_date(on, _day_pattern(year=True), locale=get_locale() or "pt_BR")


def month(on: date) -> str:
    """`novembro de 2026`."""
    return format_skeleton("yMMMM", on, locale=get_locale() or "pt_BR")


def _day_pattern(year: bool = False) -> str:
    # 03/04 is April for some readers of English and March for others: there the month has a name.
    if str(get_locale()) == "en":
        return "d MMM yyyy" if year else "d MMM"
    return "dd/MM/yyyy" if year else "dd/MM"


def _written(local: datetime, pattern: str) -> str:
    return format_datetime(local, pattern, locale=get_locale() or "pt_BR")
