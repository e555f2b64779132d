"""What the page shows: open alerts first, then those that ended lately; who is on duty; the rules of the city."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Team, Worker
from app.alerts.models import Alert, AlertDuty, AlertFallback, AlertRegionMinutes
from app.alerts.queries.people import check_may_set, duties, reader_of, readers
from app.alerts.terms import MISSING, STAGES
from app.core import days
from app.core.models import Municipality
from app.notices.terms import AWAKE, BODIES
from app.territory.queries import active_regions, region_names

# Ended ones are shown for so long.
SHOWN = timedelta(hours=48)


@dataclass(frozen=True)
class Listed:
    """An alert with its names, and in one line what it says."""

    alert: Alert
    words: str
    answered_by: str | None
    is_open: bool


def alerts_of(session: Session, actor: Actor, now: datetime) -> tuple[list[Listed], list[Listed]]:
    """(open, ended lately) within the actor's reach: what nobody answered first, then urgent ones, then the oldest."""
    require(actor, "alerts.read")
    reader, m = reader_of(session, actor), actor.municipality_id
    rows = session.scalars(
        select(Alert)
        .where(Alert.municipality_id == m, or_(Alert.closed_at.is_(None), Alert.closed_at > now - SHOWN))
        .order_by(Alert.opened_at, Alert.id)
    )
    seen = [row for row in rows if reader.sees(row)]
    names = _names(session, m, {row.answered_by for row in seen if row.answered_by})
    told = dict(zip((row.id for row in seen), lines(session, m, seen, now), strict=True))
    found = [Listed(row, told[row.id], names.get(row.answered_by), row.closed_at is None) for row in seen]
    open_ = [each for each in found if each.is_open]
    ended = [each for each in found if not each.is_open]
    open_.sort(key=lambda each: (each.alert.answered_at is not None, not each.alert.is_urgent, each.alert.since))
    return open_, sorted(ended, key=lambda each: each.alert.closed_at or now, reverse=True)


def counted(session: Session, actor: Actor) -> int:
    """How many wait for a word of somebody's."""
    reader = reader_of(session, actor)
    rows = session.scalars(
        select(Alert).where(
            Alert.municipality_id == actor.municipality_id, Alert.closed_at.is_(None), Alert.answered_at.is_(None)
        )
    )
    return sum(reader.sees(row) for row in rows)


def lines(session: Session, municipality_id: int, alerts: Iterable[Alert], now: datetime) -> list[str]:
    """What each says, in one line: a team, a region, an hour; no person, no worker."""
    alerts = list(alerts)
    zone, regions = days.zone_of(session, municipality_id), region_names(session, municipality_id)
    teams = dict(
        session.execute(
            select(Team.id, Team.name).where(
                Team.municipality_id == municipality_id, Team.id.in_({row.team_id for row in alerts if row.team_id})
            )
        ).all()
    )
    return [_line(row, teams.get(row.team_id), regions.get(row.region_id), zone, now) for row in alerts]


def _line(alert: Alert, team: str | None, region: str | None, zone: Any, now: datetime) -> str:
    where = ", ".join(part for part in (team, region) if part)
    since = days.hour(zone, now, alert.news_at or alert.since)
    if alert.kind == "request":
        said = _("Solicitação%(where)s: %(stage)s, desde %(hour)s", where=f" ({region or team})" if region or team else "",
                 stage=STAGES[alert.stage or "triage"], hour=since)  # fmt: skip
        return _("%(said)s (urgente)", said=said) if alert.is_urgent else said
    if alert.closed_at is not None:
        # What it said while it was open: now there may have been news.
        return (_("%(where)s: turno previsto para %(hour)s", where=where, hour=since) if alert.kind == "late"
                else _("%(where)s: ficou sem notícia desde %(hour)s", where=where, hour=since))  # fmt: skip
    if alert.kind == "late":
        return _("%(where)s: turno previsto para %(hour)s, ainda sem notícia; pode estar sem sinal", where=where, hour=since)
    return _("%(where)s: sem notícia desde %(hour)s; pode estar sem sinal", where=where, hour=since)


def push_words(session: Session, municipality_id: int, ids: list[UUID], worker_id: UUID, now: datetime) -> str:
    """One line for the screen of whoever is told: of one alert what it says, of several how many; and how many more wait that she
    may read: of other teams not even the number."""
    rows = session.scalars(
        select(Alert).where(Alert.municipality_id == municipality_id, Alert.id.in_(ids), Alert.closed_at.is_(None))
    ).all()
    if len(rows) != 1:
        return ngettext("%(num)d alerta", "%(num)d alertas", len(rows))
    waiting = session.scalars(
        select(Alert).where(
            Alert.municipality_id == municipality_id, Alert.closed_at.is_(None), Alert.answered_at.is_(None), Alert.id != rows[0].id
        )
    ).all()
    to = readers(session, municipality_id, now, [worker_id]) if waiting else []
    others = sum(to[0].sees(row) for row in waiting) if to else 0
    [line] = lines(session, municipality_id, rows, now)
    return _("%(line)s. Mais %(n)d em aberto.", line=line, n=others) if others else line


BODIES |= {"alert": push_words, "alert_urgent": push_words}
# The city's quiet hours were heeded when it was told; who is on duty is awake, whatever she chose for other nights.
AWAKE["alert"] = duties


def own_duty(session: Session, actor: Actor, now: datetime) -> datetime | None:
    """Until when the actor is on duty, as she said."""
    row = session.get(AlertDuty, (actor.municipality_id, actor.worker_id))
    return row.until if row and row.since <= now < row.until else None


def rules_of(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    """What the page of the rules shows: regions with their own minutes, the usual ones, who may be on the list and who is."""
    check_may_set(actor)
    m = actor.municipality_id
    own = session.scalars(select(AlertRegionMinutes).where(AlertRegionMinutes.municipality_id == m))
    settings = session.get_one(Municipality, m).settings
    return {
        "regions": active_regions(session, m),
        "own": {f"{row.region_id}:{row.period}": row.minutes for row in own},
        "usual": {period: int(setting.of(settings)) for period, setting in MISSING.items()},
        "people": readers(session, m, now),
        "listed": set(session.scalars(select(AlertFallback.id).where(AlertFallback.municipality_id == m))),
    }


def _names(session: Session, municipality_id: int, ids: set[UUID]) -> dict[UUID | None, str]:
    return dict(session.execute(select(Worker.id, Worker.name).where(Worker.municipality_id == municipality_id, Worker.id.in_(ids))).all())
