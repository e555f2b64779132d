"""Beginning, changing and ending an operation. Each verb is one transaction: what units lent comes and goes with it, wholly."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.queries import scopes_of_city
from app.audit import trail
from app.core.days import zone_of
from app.core.ids import new_id
from app.core.models import Municipality
from app.operations import rules
from app.operations.models import Operation, OperationUnit
from app.operations.problems import AnotherRuns, BadKind, OperationEnded, OperationNotFound, UnknownTeamHere, UnknownUnitHere
from app.operations.rules import SETTING, Agreed, Plan
from app.operations.terms import KINDS
from app.units import queries as units
from app.units import service as lending
from app.units.service import Lender, Loan


def configure(session: Session, actor: Actor, plan: Plan, now: datetime) -> None:
    """What an operation of this kind begins with from now on. Raises HoursHalfSaid, UnknownUnitHere, UnknownTeamHere."""
    require(actor, "operations.configure")
    _check(session, actor, plan)
    city = _city(session, actor.municipality_id)
    kept = city.settings.get(SETTING) if isinstance(city.settings.get(SETTING), dict) else {}
    city.settings = city.settings | {SETTING: {**(kept or {}), plan.kind: rules.written(plan)}}
    session.flush()
    trail.record(session, actor, "operations.configure", now, "municipality", None, [plan.kind])


def start(session: Session, actor: Actor, kind: str, now: datetime, plan: Plan | None = None) -> tuple[Operation, bool]:
    """Begin an operation, by the city's preset unless a plan is given; (it, whether it ran already).

    Pressed twice, or by two at once, it is one: the second finds the first. Raises BadKind, AnotherRuns (one of another kind
    runs), EndsBeforeNow and what `configure` does.
    """
    require(actor, "operations.start")
    if kind not in KINDS:
        raise BadKind()
    city = _city(session, actor.municipality_id)
    running = _running(session, actor.municipality_id)
    if running is not None and running.ends_at <= now:
        _close(session, running, running.ends_at, None, now)
        running = None
    if running is not None:
        if running.kind != kind:
            raise AnotherRuns()
        return running, True
    if plan is None:
        plan = _still_there(session, actor, rules.preset_of(city.settings, kind))
    else:
        _check(session, actor, plan)
    row = Operation(
        municipality_id=actor.municipality_id, id=new_id(), kind=kind, started_at=now, started_by=actor.worker_id,
        ends_at=rules.end_of(plan, now, now, zone_of(session, actor.municipality_id)), **_told(plan),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _lend(session, actor, "operations.start", row, plan.units, now)
    trail.record(session, actor, "operations.start", now, "operation", row.id, ["kind"])
    return row, False


def change(session: Session, actor: Actor, operation_id: UUID, plan: Plan, now: datetime) -> Operation:
    """Let the running operation be as this plan says: its hours, its end, its teams, what units lend. Raises OperationNotFound,
    OperationEnded, EndsBeforeNow, PlacesInUse and what `configure` does."""
    require(actor, "operations.change")
    row = _standing(session, actor.municipality_id, operation_id, now)
    plan = replace(plan, kind=row.kind)
    _check(session, actor, plan)
    row.ends_at = rules.end_of(plan, row.started_at, now, zone_of(session, actor.municipality_id))
    for name, value in _told(plan).items():
        setattr(row, name, value)
    session.flush()
    _lend(session, actor, "operations.change", row, plan.units, now)
    trail.record(session, actor, "operations.change", now, "operation", row.id, ["plan"])
    return row


def end(session: Session, actor: Actor, operation_id: UUID, note: str | None, now: datetime) -> Operation:
    """End it now; hours and places go back. Raises OperationNotFound, OperationEnded."""
    require(actor, "operations.end")
    row = _standing(session, actor.municipality_id, operation_id, now)
    _close(session, row, now, actor, now, note)
    return row


def end_due(session: Session, municipality_id: int, now: datetime) -> bool:
    """Write the end of an operation whose hour has come; whether there was one."""
    _city(session, municipality_id)
    row = _running(session, municipality_id)
    if row is None or row.ends_at > now:
        return False
    _close(session, row, row.ends_at, None, now)
    return True


def _close(session: Session, row: Operation, at: datetime, actor: Actor | None, now: datetime, note: str | None = None) -> None:
    row.ended_at, row.ended_by, row.end_note = at, actor.worker_id if actor else None, note or None
    session.flush()
    who = Lender("operations.end", row.municipality_id, row.ended_by, actor.device_id if actor else None)
    lending.give_back(session, who, [_loan(each) for each in _lent(session, row)], now)
    trail.record(session, who, "operations.end", now, "operation", row.id, ["ended_at"])


def _lend(session: Session, actor: Actor, verb: str, row: Operation, wanted: Sequence[Agreed], now: datetime) -> None:
    who = Lender(verb, actor.municipality_id, actor.worker_id, actor.device_id)
    held = {each.unit_id: each for each in _lent(session, row)}
    asked = {each.unit_id: each for each in wanted}
    gone = [each for unit_id, each in held.items() if unit_id not in asked]
    for each in gone:
        each.left_at = now
    for unit_id, agreed in asked.items():
        each = held.get(unit_id)
        if each is None:
            each = OperationUnit(municipality_id=row.municipality_id, id=new_id(), operation_id=row.id, unit_id=unit_id)
            held[unit_id] = each
            session.add(each)
        each.extra_places, each.opens, each.closes = agreed.places, agreed.opens, agreed.closes
    session.flush()
    lending.give_back(session, who, [_loan(each) for each in gone], now)
    reason = str(KINDS[row.kind])
    lending.lend(session, who, [_loan(held[unit_id]) for unit_id in asked], row.started_at, row.ends_at, reason, now)


def _told(plan: Plan) -> dict:
    return {
        "trigger": plan.trigger, "opens": plan.opens, "closes": plan.closes, "closing": plan.closing,
        "team_ids": [str(id_) for id_ in plan.team_ids], "items": list(plan.items),
    }  # fmt: skip


def _loan(row: OperationUnit) -> Loan:
    return Loan(row.id, row.unit_id, row.extra_places, row.opens, row.closes)


def _lent(session: Session, row: Operation) -> Sequence[OperationUnit]:
    return session.scalars(
        select(OperationUnit).where(
            OperationUnit.municipality_id == row.municipality_id, OperationUnit.operation_id == row.id, OperationUnit.left_at.is_(None)
        )
    ).all()


def _check(session: Session, actor: Actor, plan: Plan) -> None:
    rules.check_plan(plan)
    kept = _still_there(session, actor, plan)
    if len(kept.units) != len(plan.units):
        raise UnknownUnitHere()
    if len(kept.team_ids) != len(plan.team_ids):
        raise UnknownTeamHere()


def _still_there(session: Session, actor: Actor, plan: Plan) -> Plan:
    """The preset without what went since it was written: nothing of it may hold up a cold night."""
    active = {each["id"] for each in units.for_phone(session, actor.municipality_id)}
    teams = scopes_of_city(session, actor.municipality_id)["team"]
    return replace(
        plan,
        units=tuple(each for each in plan.units if each.unit_id in active),
        team_ids=tuple(id_ for id_ in plan.team_ids if id_ in teams),
    )


def _city(session: Session, municipality_id: int) -> Municipality:
    """The city's own row, held: who starts, ends and configures does it one after the other."""
    return session.scalars(
        select(Municipality)
        .where(Municipality.id == municipality_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def _running(session: Session, municipality_id: int) -> Operation | None:
    return session.scalar(
        select(Operation)
        .where(Operation.municipality_id == municipality_id, Operation.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )


def _standing(session: Session, municipality_id: int, operation_id: UUID, now: datetime) -> Operation:
    _city(session, municipality_id)
    row = session.get(Operation, (municipality_id, operation_id), populate_existing=True)
    if row is None:
        raise OperationNotFound()
    if row.ended_at is not None or row.ends_at <= now:
        raise OperationEnded()
    return row
