"""Readings that join domains: the phones of a coordinator's teams that were not heard of for long."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Device, Team, TeamMember, TeamRegion, Worker
from app.accounts.queries import present
from app.core.days import today_of
from app.core.watch import limits
from app.desk import rules

WATCH = "desk.watch_phones"
_SAME_CONTACT = timedelta(hours=1)
_ORDER = (rules.WAITING_LONG, rules.WAITING, rules.QUIET)


def silent_phones(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Phones within the actor's scope that are silent: name of the device, whose, teams, last contact, unsent work.

    Those that told of unsent work first, the longest silent on top.
    """
    require(actor, WATCH)
    teams = _teams_of_workers(session, actor, now)
    asked = (
        select(Device, Worker.name)
        .join(Worker, and_(Worker.municipality_id == Device.municipality_id, Worker.id == Device.worker_id))
        .where(Device.municipality_id == actor.municipality_id, *_may_be_silent(now))
        .order_by(Device.last_seen_at)
    )
    if not actor.everywhere(WATCH):
        asked = asked.where(Device.worker_id.in_(list(teams)))
    found = []
    for device, worker in session.execute(asked):
        state = rules.silence(device.waiting, device.last_seen_at, now)
        if state:
            found.append(
                {
                    "state": state,
                    "device": device.label,
                    "worker": worker,
                    "teams": teams.get(device.worker_id, []),
                    "last_seen_at": device.last_seen_at,
                    "waiting": device.waiting or 0,
                    "waiting_at": device.waiting_at,
                    # It looked for news since without sending: how many wait was said before the last contact.
                    "said_earlier": bool(device.waiting_at) and device.last_seen_at - device.waiting_at > _SAME_CONTACT,
                }
            )
    return sorted(found, key=lambda phone: _ORDER.index(phone["state"]))


def count_silent(session: Session, municipality_id: int, now: datetime) -> tuple[int, timedelta]:
    """How many phones of a city are silent with unsent work, and for how long the longest: no name, no scope."""
    silent_before = now - limits.PHONE_SILENT[0]
    row = session.execute(
        select(func.count(), func.min(Device.last_seen_at)).where(
            Device.municipality_id == municipality_id,
            Device.revoked_at.is_(None),
            Device.waiting > 0,
            Device.last_seen_at < silent_before,
        )
    ).one()
    return row[0], (now - row[1] if row[1] else timedelta(0))


def _may_be_silent(now: datetime) -> tuple[Any, ...]:
    quiet = and_(
        Device.last_seen_at < now - limits.PHONE_QUIET, Device.last_seen_at >= now - limits.PHONE_IN_USE
    )
    waiting = and_(Device.waiting > 0, Device.last_seen_at < now - limits.PHONE_SILENT[0])
    return Device.revoked_at.is_(None), or_(waiting, quiet)


def _teams_of_workers(session: Session, actor: Actor, now: datetime) -> dict[Any, list[str]]:
    """Names of the present teams of each worker, of the teams within the actor's scope."""
    same_city = TeamMember.municipality_id == actor.municipality_id
    asked = (
        select(TeamMember.worker_id, Team.name)
        .join(Team, and_(Team.municipality_id == TeamMember.municipality_id, Team.id == TeamMember.team_id))
        .where(same_city, present(today_of(session, actor.municipality_id, now)))
        .order_by(Team.name)
    )
    if not actor.everywhere(WATCH):
        covering = select(TeamRegion.team_id).where(
            TeamRegion.municipality_id == actor.municipality_id, TeamRegion.region_id.in_(actor.region_ids(WATCH))
        )
        asked = asked.where(
            or_(
                Team.id.in_(actor.team_ids(WATCH)),
                Team.reference_unit_id.in_(actor.unit_ids(WATCH)),
                Team.id.in_(covering),
            )
        )
    found: dict[Any, list[str]] = {}
    for worker_id, name in session.execute(asked):
        found.setdefault(worker_id, []).append(name)
    return found
