"""How units work: hours with their exceptions and holidays, services, contacts, rooms."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import RoleGrant, Worker
from app.core import clock
from app.units.hours import Exceptional, Span, Week, with_added
from app.units.models import Bed, Holiday, Room, Unit, UnitContact, UnitException, UnitHours, UnitService

# Of what has passed a phone and a clock need the last night; a month of holidays tells the month that is shown.
_PAST = timedelta(days=2)
_HOLIDAYS_BEFORE = timedelta(days=31)
_HOLIDAYS_AHEAD = timedelta(days=400)


def weeks_of(
    session: Session, municipality_id: int, unit_ids: Collection[UUID], now: datetime | None = None
) -> dict[UUID, Week]:
    """{unit: Week} of these units that exist, with the exceptions that aren't over. Four statements."""
    now = now or clock.now()
    m, ids = municipality_id, list(unit_ids)
    units = session.execute(select(Unit.id, Unit.holiday_rule).where(Unit.municipality_id == m, Unit.id.in_(ids))).all()
    spans: dict[tuple[UUID, str], list[Span]] = {}
    for row in session.scalars(
        select(UnitHours)
        .where(UnitHours.municipality_id == m, UnitHours.unit_id.in_(ids))
        .order_by(UnitHours.weekday, UnitHours.opens)
    ):
        spans.setdefault((row.unit_id, row.kind), []).append(Span(row.weekday, row.opens, row.closes))
    exceptions: dict[UUID, list[Exceptional]] = {}
    added: dict[UUID, list[Exceptional]] = {}
    for row in exceptions_of(session, m, ids, (now - _PAST).date()):
        each = Exceptional(row.kind, row.from_on, row.to_on, row.opens, row.closes, row.reason)
        (added if row.adds else exceptions).setdefault(row.unit_id, []).append(each)
    holidays = frozenset(row.on_date for row in holidays_of(session, m, now))
    weeks = {
        unit_id: Week(
            tuple(spans.get((unit_id, "open"), ())),
            tuple(spans.get((unit_id, "admission"), ())),
            tuple(exceptions.get(unit_id, ())),
            holiday_rule,
            holidays,
        )
        for unit_id, holiday_rule in units
    }
    return weeks | {unit_id: with_added(weeks[unit_id], more) for unit_id, more in added.items() if unit_id in weeks}


def hours_told(week: Week) -> dict[str, Any]:
    """`UnitHours` of the phone's contract."""

    def told(spans: tuple[Span, ...]) -> list[dict[str, Any]]:
        return [{"weekday": span.weekday, "opens": f"{span.opens:%H:%M}", "closes": f"{span.closes:%H:%M}"} for span in spans]

    return {
        "open": told(week.open),
        "admission": told(week.admission),
        "holiday_rule": week.holiday_rule,
        "exceptions": [
            {
                "kind": each.kind, "from_on": each.from_on, "to_on": each.to_on,
                "opens": f"{each.opens:%H:%M}" if each.opens else None,
                "closes": f"{each.closes:%H:%M}" if each.closes else None,
                "reason": each.reason or None,
            }
            for each in week.exceptions
        ],
    }  # fmt: skip


def exceptions_of(session: Session, municipality_id: int, unit_ids: Collection[UUID], since: date) -> list[UnitException]:
    """Exceptions that last until a day or longer, in order."""
    return list(
        session.scalars(
            select(UnitException)
            .where(
                UnitException.municipality_id == municipality_id,
                UnitException.unit_id.in_(list(unit_ids)),
                UnitException.to_on >= since,
            )
            .order_by(UnitException.from_on, UnitException.kind, UnitException.opens)
        )
    )


def holidays_of(session: Session, municipality_id: int, now: datetime) -> list[Holiday]:
    """Holidays of the city, of the last month and of the year that comes."""
    return list(
        session.scalars(
            select(Holiday)
            .where(
                Holiday.municipality_id == municipality_id,
                Holiday.on_date.between((now - _HOLIDAYS_BEFORE).date(), (now + _HOLIDAYS_AHEAD).date()),
            )
            .order_by(Holiday.on_date)
        )
    )


def holidays_between(session: Session, municipality_id: int, since: date, until: date) -> dict[date, str]:
    """{day: name} of the city's holidays of the days [since, until]."""
    asked = select(Holiday.on_date, Holiday.name).where(
        Holiday.municipality_id == municipality_id, Holiday.on_date.between(since, until)
    )
    return dict(session.execute(asked).all())


def services_of(session: Session, municipality_id: int, unit_id: UUID) -> dict[str, str]:
    """{service: note} of one unit."""
    asked = select(UnitService.service, UnitService.note)
    rows = session.execute(asked.where(UnitService.municipality_id == municipality_id, UnitService.unit_id == unit_id))
    return {service: note for service, note in rows}


def contacts_of(session: Session, municipality_id: int, unit_id: UUID) -> list[dict[str, Any]]:
    """Whom to reach at a unit, the first to try first; `worker`: the name under which she works here, if she does."""
    rows = session.execute(
        select(UnitContact, Worker.name)
        .outerjoin(Worker, and_(Worker.municipality_id == UnitContact.municipality_id, Worker.id == UnitContact.worker_id))
        .where(UnitContact.municipality_id == municipality_id, UnitContact.unit_id == unit_id)
        .order_by(UnitContact.position, UnitContact.id)
    )
    return [
        {"id": row.id, "name": row.name, "phone": row.phone, "email": row.email, "worker_id": row.worker_id, "worker": worker}
        for row, worker in rows
    ]


def workers_at(session: Session, municipality_id: int, unit_id: UUID, now: datetime) -> list[tuple[UUID, str]]:
    """(id, name) of who holds a role at this unit now, by name."""
    rows = session.execute(
        select(Worker.id, Worker.name)
        .join(RoleGrant, and_(RoleGrant.municipality_id == Worker.municipality_id, RoleGrant.worker_id == Worker.id))
        .where(
            Worker.municipality_id == municipality_id,
            Worker.is_active,
            RoleGrant.scope_kind == "unit",
            RoleGrant.scope_id == unit_id,
            RoleGrant.valid_from <= now,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
        )
        .distinct()
        .order_by(Worker.name)
    )
    return [(row.id, row.name) for row in rows]


def rooms_of(session: Session, municipality_id: int, unit_id: UUID) -> list[Room]:
    """Rooms of a unit by name, the empty ones too."""
    asked = select(Room).where(Room.municipality_id == municipality_id, Room.unit_id == unit_id)
    return sorted(session.scalars(asked), key=lambda room: (len(room.name), room.name))


def counted_groups(session: Session, municipality_id: int, unit_id: UUID, now: datetime) -> dict[tuple[str, ...], int]:
    """{whom: how many} of a plain capacity, extra places apart."""
    rows = session.scalars(
        select(Bed.receives).where(
            Bed.municipality_id == municipality_id,
            Bed.unit_id == unit_id,
            Bed.is_counted,
            ~Bed.is_extra,
            or_(Bed.valid_to.is_(None), Bed.valid_to > now),
        )
    )
    found: dict[tuple[str, ...], int] = {}
    for receives in rows:
        found[tuple(sorted(receives))] = found.get(tuple(sorted(receives)), 0) + 1
    return found
