"""How a unit works: when it is open, whom it receives and on what conditions, whom to reach. Each verb announces the unit."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.days import today_of
from app.core.ids import new_id
from app.units import hours
from app.units.hours import Span
from app.units.models import Holiday, Unit, UnitContact, UnitException, UnitHours, UnitService
from app.units.problems import (
    AdmissionOutside,
    BadDays,
    ContactNotFound,
    ExceptionNotFound,
    HolidayNotFound,
    HoursOverlap,
    NoWayToReach,
    UnknownWorkerHere,
)
from app.units.queries.working import workers_at
from app.units.service.network import changeable

_FARTHEST = timedelta(days=800)


def set_hours(
    session: Session, actor: Actor, unit_id: UUID, opened: Sequence[Span], admission: Sequence[Span], data: dict[str, Any], now: datetime
) -> None:  # fmt: skip
    """The whole week anew. data: holiday_rule, hours_text. Raises HoursOverlap or AdmissionOutside."""
    unit = changeable(session, actor, "units.set_hours", unit_id)
    for spans in (opened, admission):
        crossed = hours.overlap(spans)
        if crossed:
            raise HoursOverlap(crossed.weekday, f"{crossed.opens:%H:%M}")
    past = hours.outside(admission, opened)
    if past:
        raise AdmissionOutside(past.weekday)
    session.execute(delete(UnitHours).where(UnitHours.municipality_id == unit.municipality_id, UnitHours.unit_id == unit_id))
    session.add_all(
        UnitHours(
            municipality_id=unit.municipality_id, id=new_id(), unit_id=unit_id, kind=kind, weekday=span.weekday,
            opens=span.opens, closes=span.closes,
        )
        for kind, spans in (("open", opened), ("admission", admission))
        for span in spans
    )  # fmt: skip
    _assign(unit, data)
    _written(session, actor, "units.set_hours", unit_id, ["hours", *data], now)


def add_exception(session: Session, actor: Actor, unit_id: UUID, data: dict[str, Any], now: datetime) -> UnitException:
    """Other hours on certain days (kind, from_on, to_on, opens, closes, reason); closed all day without hours. Raises BadDays."""
    changeable(session, actor, "units.set_hours", unit_id)
    today = today_of(session, actor.municipality_id, now)
    if not today - timedelta(days=1) <= data["to_on"] <= today + _FARTHEST or data["from_on"] > data["to_on"]:
        raise BadDays()
    if (same := _same(session, UnitException, actor.municipality_id, unit_id, data)) is not None:
        return same
    row = UnitException(municipality_id=actor.municipality_id, id=new_id(), unit_id=unit_id, **data)
    session.add(row)
    _written(session, actor, "units.set_hours", unit_id, ["exceptions"], now)
    return row


def _same(session: Session, table: Any, municipality_id: int, unit_id: UUID, data: dict[str, Any]) -> Any:
    """A row that says exactly this already: a form sent twice says it once. The unit is locked."""
    mine = select(table).where(table.municipality_id == municipality_id, table.unit_id == unit_id).filter_by(**data)
    return session.scalars(mine).first()


def remove_exception(session: Session, actor: Actor, unit_id: UUID, exception_id: UUID, now: datetime) -> None:
    """Those days are as every week again. Raises ExceptionNotFound."""
    changeable(session, actor, "units.set_hours", unit_id)
    row = session.get(UnitException, (actor.municipality_id, exception_id))
    if row is None or row.unit_id != unit_id:
        raise ExceptionNotFound()
    session.delete(row)
    _written(session, actor, "units.set_hours", unit_id, ["exceptions"], now)


def set_terms(session: Session, actor: Actor, unit_id: UUID, data: dict[str, Any], now: datetime) -> None:
    """Its own minutes and days: hold, figure, answer, arrival, longest stay, end of the night. None: as its kind."""
    unit = changeable(session, actor, "units.set_hours", unit_id)
    changed = _assign(unit, data)
    if changed:
        _written(session, actor, "units.set_hours", unit_id, changed, now)


def set_conditions(
    session: Session, actor: Actor, unit_id: UUID, receives: Iterable[str], conditions: Iterable[str], services: Iterable[str], now: datetime
) -> None:  # fmt: skip
    """Whom it receives, what it asks at the door, what it gives: closed lists (units.terms)."""
    unit = changeable(session, actor, "units.set_conditions", unit_id)
    _assign(unit, {"receives": list(receives), "entry_conditions": list(conditions)})
    m, wanted = actor.municipality_id, set(services)
    those = (UnitService.municipality_id == m, UnitService.unit_id == unit_id)
    session.execute(delete(UnitService).where(*those, UnitService.service.not_in(wanted)))
    there = set(session.scalars(select(UnitService.service).where(*those)))
    session.add_all(UnitService(municipality_id=m, id=new_id(), unit_id=unit_id, service=each) for each in sorted(wanted - there))
    _written(session, actor, "units.set_conditions", unit_id, ["receives", "entry_conditions", "services"], now)


def add_contact(session: Session, actor: Actor, unit_id: UUID, data: dict[str, Any], now: datetime) -> UnitContact:
    """Somebody more to reach there, after the others (name, phone, email, worker_id). Raises NoWayToReach, UnknownWorkerHere."""
    unit = changeable(session, actor, "units.set_conditions", unit_id)
    if not (data["phone"] or data["email"] or data["worker_id"]):
        raise NoWayToReach()
    if data["worker_id"] and data["worker_id"] not in dict(workers_at(session, actor.municipality_id, unit_id, now)):
        raise UnknownWorkerHere()
    m = unit.municipality_id
    if (same := _same(session, UnitContact, m, unit_id, data)) is not None:
        return same
    last = session.scalar(
        select(func.max(UnitContact.position)).where(UnitContact.municipality_id == m, UnitContact.unit_id == unit_id)
    )
    row = UnitContact(municipality_id=m, id=new_id(), unit_id=unit_id, position=(last or 0) + 1, **data)
    session.add(row)
    _written(session, actor, "units.set_conditions", unit_id, ["contacts"], now)
    return row


def first_contact(session: Session, actor: Actor, unit_id: UUID, contact_id: UUID, now: datetime) -> None:
    """This one is tried first. Raises ContactNotFound."""
    changeable(session, actor, "units.set_conditions", unit_id)
    rows = session.scalars(
        select(UnitContact)
        .where(UnitContact.municipality_id == actor.municipality_id, UnitContact.unit_id == unit_id)
        .order_by(UnitContact.position, UnitContact.id)
    ).all()
    if contact_id not in {row.id for row in rows}:
        raise ContactNotFound()
    for position, row in enumerate(sorted(rows, key=lambda row: row.id != contact_id), start=1):
        row.position = position
    _written(session, actor, "units.set_conditions", unit_id, ["contacts"], now)


def remove_contact(session: Session, actor: Actor, unit_id: UUID, contact_id: UUID, now: datetime) -> None:
    """Nobody answers there any more. Raises ContactNotFound."""
    changeable(session, actor, "units.set_conditions", unit_id)
    row = session.get(UnitContact, (actor.municipality_id, contact_id))
    if row is None or row.unit_id != unit_id:
        raise ContactNotFound()
    session.delete(row)
    _written(session, actor, "units.set_conditions", unit_id, ["contacts"], now)


def add_holiday(session: Session, actor: Actor, on_date: date, name: str, now: datetime) -> None:
    """A day that counts as a holiday in this city. Raises HolidayTaken by the constraint, BadDays."""
    require(actor, "units.manage")
    today = today_of(session, actor.municipality_id, now)
    if not today - timedelta(days=31) <= on_date <= today + _FARTHEST:
        raise BadDays()
    row = Holiday(municipality_id=actor.municipality_id, id=new_id(), on_date=on_date, name=name)
    session.add(row)
    session.flush()
    trail.record(session, actor, "units.manage", now, "holiday", row.id, ["on_date", "name"])


def remove_holiday(session: Session, actor: Actor, holiday_id: UUID, now: datetime) -> None:
    """It is a day as others. Raises HolidayNotFound."""
    require(actor, "units.manage")
    row = session.get(Holiday, (actor.municipality_id, holiday_id))
    if row is None:
        raise HolidayNotFound()
    session.delete(row)
    session.flush()
    trail.record(session, actor, "units.manage", now, "holiday", holiday_id)


def spans_of(days: Sequence[Sequence[tuple[time, time]]]) -> list[Span]:
    """Spans of a week told day by day, Monday first."""
    return [Span(weekday, opens, closes) for weekday, spans in enumerate(days) for opens, closes in spans]


def _assign(unit: Unit, data: dict[str, Any]) -> list[str]:
    changed = [name for name, value in data.items() if getattr(unit, name) != value]
    for name in changed:
        setattr(unit, name, data[name])
    return changed


def _written(session: Session, actor: Actor, verb: str, unit_id: UUID, fields: list[str], now: datetime) -> None:
    session.flush()
    trail.record(session, actor, verb, now, "unit", unit_id, fields)
    announce(session, actor.municipality_id, "unit", [unit_id])
