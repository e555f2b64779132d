"""The inbox of requests: what waits, what is with a team, what was closed; never a word of what was written."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Team
from app.core.models import Municipality
from app.outreach_requests import rules
from app.outreach_requests.models import OutreachRequest
from app.outreach_requests.queries.reach import within
from app.outreach_requests.terms import OPEN, WAITING, WITH_TEAM

VERB = "outreach_requests.triage"
# Closed ones stay at hand for a shift and the next.
CLOSED_WITHIN = timedelta(hours=48)
MOST = 300

# What a visitor of the inbox chooses → the statuses.
SHOWN: dict[str, frozenset[str]] = {
    "open": OPEN,
    "waiting": WAITING,
    "with_team": WITH_TEAM,
    "ended": frozenset({"closed", "guided", "duplicate", "out_of_scope"}),
}


@dataclass(frozen=True)
class Listed:
    """A line of the inbox. near: neighbourhood or street's neighbourhood; never a street, a point or words."""

    id: UUID
    code: str
    channel: str
    purpose: str
    status: str
    is_urgent: bool
    with_children: bool
    people_count: int | None
    region_id: UUID | None
    near: str | None
    received_at: datetime
    arrived_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    team: str | None
    minutes: int
    target: int

    @property
    def is_late(self) -> bool:
        return self.status in OPEN and self.arrived_at is None and self.minutes > self.target


def inbox(
    session: Session, actor: Actor, now: datetime, shown: str = "open", region_id: UUID | None = None
) -> tuple[list[Listed], bool]:
    """Requests within the actor's reach, late ones first, then urgent ones, then by age; and whether there are more."""
    require(actor, VERB)
    m = actor.municipality_id
    statuses = sorted(SHOWN[shown])
    asked = (
        select(OutreachRequest, Team.name.label("team"))
        .outerjoin(Team, and_(Team.municipality_id == m, Team.id == OutreachRequest.team_id))
        .where(OutreachRequest.municipality_id == m, OutreachRequest.status.in_(statuses), within(session, actor, VERB))
    )
    if shown == "ended":
        asked = asked.where(OutreachRequest.received_at >= now - CLOSED_WITHIN)
    if region_id:
        asked = asked.where(OutreachRequest.region_id == region_id)
    newest_last = OutreachRequest.received_at.desc() if shown == "ended" else OutreachRequest.received_at
    rows = session.execute(asked.order_by(newest_last, OutreachRequest.id).limit(MOST + 1)).all()
    settings = session.get_one(Municipality, m).settings
    found = [_listed(row.OutreachRequest, row.team, settings, now) for row in rows[:MOST]]
    if shown != "ended":
        found.sort(key=lambda each: (not each.is_late, not each.is_urgent, each.received_at))
    return found, len(rows) > MOST


def waiting(session: Session, actor: Actor, _now: datetime) -> int:
    """How many wait for somebody to decide."""
    return _count(session, actor, OutreachRequest.status.in_(sorted(WAITING)))


def counted(session: Session, actor: Actor) -> dict[str, int]:
    """How many stand in each choice of the inbox that is still open."""
    m = actor.municipality_id
    rows = session.execute(
        select(OutreachRequest.status, func.count())
        .where(OutreachRequest.municipality_id == m, OutreachRequest.status.in_(sorted(OPEN)), within(session, actor, VERB))
        .group_by(OutreachRequest.status)
    )
    by_status = {status: number for status, number in rows}
    return {name: sum(by_status.get(each, 0) for each in SHOWN[name]) for name in ("open", "waiting", "with_team")}


def _count(session: Session, actor: Actor, *conditions: ColumnElement[bool]) -> int:
    m = actor.municipality_id
    asked = select(func.count()).select_from(OutreachRequest).where(OutreachRequest.municipality_id == m, *conditions)
    return session.scalar(asked.where(within(session, actor, VERB))) or 0


def _listed(row: OutreachRequest, team: str | None, settings: dict[str, Any], now: datetime) -> Listed:
    names = (
        "id code channel purpose status is_urgent with_children people_count region_id received_at arrived_at closed_at outcome"
    ).split()
    until = row.arrived_at or row.closed_at or now
    return Listed(
        **{name: getattr(row, name) for name in names},
        near=row.neighbourhood,
        team=team,
        minutes=max(0, int((until - row.received_at).total_seconds() // 60)),
        target=rules.target_minutes(settings, row.is_urgent),
    )
