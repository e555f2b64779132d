"""What runs now and what ran before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Worker
from app.accounts.queries import scopes_of_city
from app.core.days import zone_of
from app.core.models import Municipality
from app.encounters.terms import HANDED_OUT
from app.operations import rules
from app.operations.models import Operation, OperationUnit
from app.operations.problems import OperationNotFound
from app.operations.rules import Agreed, Plan
from app.operations.terms import KINDS
from app.units import queries as units

_SHOWN = 60


@dataclass(frozen=True)
class History:
    """An operation with who began and ended it. over: its end, as far as is known."""

    operation: Operation
    started_by: str
    ended_by: str | None
    over: datetime


def ends_of(row: Operation) -> datetime:
    """When it ends, or ended."""
    return rules.over_at(row.ends_at, row.ended_at)


def running(session: Session, municipality_id: int, now: datetime) -> Operation | None:
    """The city's operation of this moment: one whose hour has come is over, written or not."""
    row = session.scalar(
        select(Operation).where(Operation.municipality_id == municipality_id, Operation.ended_at.is_(None), Operation.ends_at > now)
    )
    return row


def find(session: Session, actor: Actor, operation_id: UUID) -> Operation:
    """Raises OperationNotFound."""
    require(actor, "operations.read")
    row = session.get(Operation, (actor.municipality_id, operation_id))
    if row is None:
        raise OperationNotFound()
    return row


def history_of(session: Session, actor: Actor) -> list[History]:
    """The newest first, the running one too."""
    require(actor, "operations.read")
    m = actor.municipality_id
    rows = session.scalars(
        select(Operation).where(Operation.municipality_id == m).order_by(Operation.started_at.desc()).limit(_SHOWN)
    ).all()
    ids = {id_ for row in rows for id_ in (row.started_by, row.ended_by) if id_}
    asked = select(Worker.id, Worker.name).where(Worker.municipality_id == m, Worker.id.in_(ids))
    names: dict[UUID, str] = {id_: name for id_, name in session.execute(asked)}
    return [
        History(row, names.get(row.started_by, ""), names.get(row.ended_by) if row.ended_by else None, ends_of(row)) for row in rows
    ]


def presets_of(session: Session, municipality_id: int) -> dict[str, Plan]:
    """What each kind begins with."""
    settings = session.scalar(select(Municipality.settings).where(Municipality.id == municipality_id)) or {}
    return {kind: rules.preset_of(settings, kind) for kind in KINDS}


def plan_of(session: Session, row: Operation) -> Plan:
    """A running operation as the form that changes it shows it."""
    zone = zone_of(session, row.municipality_id)
    begun, ends = row.started_at.astimezone(zone), row.ends_at.astimezone(zone)
    days = (ends.date() - begun.date()).days
    nights = days + 1 - (begun.time() >= ends.time()) if row.closing == "by_hour" else 1
    agreed = tuple(Agreed(each.unit_id, each.extra_places, each.opens, each.closes) for each in _lent(session, row))
    return Plan(
        row.kind, row.trigger, row.opens, row.closes, row.closing, ends.time().replace(second=0, microsecond=0), max(nights, 1),
        tuple(map(UUID, row.team_ids)), tuple(row.items), agreed,
    )  # fmt: skip


def units_of(session: Session, municipality_id: int) -> list[dict[str, Any]]:
    """Active units that may lend, those with beds first: id, name, place_rule."""
    found = [each for each in units.for_phone(session, municipality_id) if not each["is_outside"]]
    return sorted(found, key=lambda each: (each["place_rule"] == "none", each["name"]))


def teams_of(session: Session, municipality_id: int) -> dict[UUID, str]:
    """The city's teams by name."""
    return scopes_of_city(session, municipality_id)["team"]


def for_phone(session: Session, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """What runs, for a phone that meets people in the street: it asks six fields until `ends_at`. Words in the worker's language."""
    if not actor.can("encounters.record"):
        return None
    row = running(session, actor.municipality_id, now)
    if row is None:
        return None
    return {
        "id": row.id,
        "kind": row.kind,
        "name": str(KINDS[row.kind]),
        "trigger": row.trigger,
        "started_at": row.started_at,
        "ends_at": row.ends_at,
        "opens": f"{row.opens:%H:%M}",
        "closes": f"{row.closes:%H:%M}",
        "items": [{"code": code, "name": str(HANDED_OUT[code])} for code in row.items if code in HANDED_OUT],
        "team_ids": row.team_ids,
        "extra_places": session.scalar(
            select(func.coalesce(func.sum(OperationUnit.extra_places), 0)).where(*_of(row))
        ),
    }


def _lent(session: Session, row: Operation) -> list[OperationUnit]:
    return list(session.scalars(select(OperationUnit).where(*_of(row)).order_by(OperationUnit.unit_id)))


def _of(row: Operation) -> tuple:
    return (
        OperationUnit.municipality_id == row.municipality_id, OperationUnit.operation_id == row.id, OperationUnit.left_at.is_(None),
    )  # fmt: skip
