"""What of the network a phone holds, and the figures of free places with their age."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor
from app.core import clock
from app.units import rules
from app.units.models import Unit, UnitService, VacancyNote
from app.units.queries.network import settings_of, within
from app.units.queries.places import Free, free_of
from app.units.queries.working import hours_told, weeks_of
from app.units.terms import SERVICES, WHO


def for_phone(
    session: Session, municipality_id: int, ids: Iterable[UUID] | None = None, now: datetime | None = None
) -> list[dict[str, Any]]:
    """Bodies `unit` of the pull: every active unit, or those of `ids` that are still active.

    Of a unit with beds the figure is computed from them and as old as the last word of its desk; of another it is what
    the desk typed. A constant number of statements.
    """
    now = now or clock.now()
    note = _latest_note()
    asked = (
        select(Unit, func.ST_X(Unit.geom), func.ST_Y(Unit.geom), note.free_places, note.noted_at)
        .outerjoin(note, _same(note))
        .where(Unit.municipality_id == municipality_id, Unit.is_active)
        .order_by(Unit.name)
    )
    if ids is not None:
        asked = asked.where(Unit.id.in_(list(ids)))
    rows = session.execute(asked).all()
    units = [row[0] for row in rows]
    weeks = weeks_of(session, municipality_id, [unit.id for unit in units], now)
    services = _services_of(session, municipality_id, [unit.id for unit in units])
    free = free_of(session, municipality_id, [unit.id for unit in units if unit.place_rule != "none"], now)
    limit = rules.figure_limit(settings_of(session, municipality_id))
    return [
        _body(unit, free.get(unit.id), (places, noted_at), limit)
        | {"lon": lon, "lat": lat, "services": services.get(unit.id, []), "hours": hours_told(weeks[unit.id])}
        for unit, lon, lat, places, noted_at in rows
    ]


def _body(unit: Unit, free: Free | None, note: tuple[int | None, datetime | None], limit: Any) -> dict[str, Any]:
    places, noted_at = (free.to_give, unit.heard_at) if free else note
    return {
        "id": unit.id,
        "name": unit.name,
        "kind": unit.kind,
        "phone": unit.phone or None,
        "address": unit.address or None,
        "region_id": unit.region_id,
        "receives": unit.receives,
        "hours_text": unit.hours_text or None,
        "takes_referrals": rules.can_receive(unit.kind, unit.takes_referrals, unit.is_active),
        "free_places": places,
        "free_noted_at": noted_at,
        "organization": unit.organization or None,
        "email": unit.email or None,
        "entry_conditions": unit.entry_conditions,
        "has_desk": unit.has_desk,
        "is_outside": unit.is_outside,
        "place_rule": unit.place_rule,
        "figure_minutes": unit.figure_minutes or int(limit.total_seconds() // 60),
        "hold_minutes": int(rules.hold_time(unit.kind, unit.hold_minutes).total_seconds() // 60),
        "free_for": _free_for(unit, free) if free else None,
        "promised": free.promised if free else None,
        "unconfirmed": free.lapsed if free else None,
    }


def _free_for(unit: Unit, free: Free) -> dict[str, int]:
    """{code of WHO: free places for them}; a bed for nobody in particular is for all whom its house receives."""
    house = WHO & set(unit.receives) or WHO
    return dict(sorted(Counter(who for bed in free.free_beds for who in (WHO & set(bed.receives) or house)).items()))


def vacancies_of(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Units that take referrals where the actor may say how many places are free, with the figure that phones see.

    is_counted: the figure is computed from its beds, and only confirmed. promised, lapsed: of those beds (else None).
    """
    note = _latest_note()
    asked = (
        select(Unit, note.free_places, note.noted_at)
        .outerjoin(note, _same(note))
        .where(
            Unit.municipality_id == actor.municipality_id,
            Unit.is_active,
            Unit.takes_referrals,
            within(actor, "units.note_vacancies"),
        )
        .order_by(Unit.name)
    )
    rows = session.execute(asked).all()
    counted = [unit.id for unit, _places, _at in rows if unit.place_rule != "none"]
    free = free_of(session, actor.municipality_id, counted, now)
    limit = rules.figure_limit(settings_of(session, actor.municipality_id))
    return [_figure(unit, free.get(unit.id), (places, noted_at), now, limit) for unit, places, noted_at in rows]


def _figure(unit: Unit, free: Free | None, note: tuple[int | None, datetime | None], now: datetime, limit: Any) -> dict[str, Any]:
    places, noted_at = (free.to_give, unit.heard_at) if free else note
    return {
        "id": unit.id,
        "name": unit.name,
        "kind": unit.kind,
        "takes_referrals": unit.takes_referrals,
        "free_places": places,
        "free_noted_at": noted_at,
        "is_stale": rules.is_stale(noted_at, now, rules.figure_limit_of(unit.figure_minutes, limit)),
        "is_counted": free is not None,
        "promised": free.promised if free else None,
        "lapsed": free.lapsed if free else None,
    }


def receiving_units(session: Session, municipality_id: int) -> list[dict[str, Any]]:
    """Every unit to which somebody may be sent, by name (for proposing another one)."""
    return [
        {"id": body["id"], "name": body["name"], "free_places": body["free_places"], "free_noted_at": body["free_noted_at"]}
        for body in for_phone(session, municipality_id)
        if body["takes_referrals"]
    ]


def _services_of(session: Session, municipality_id: int, unit_ids: list[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    rows = session.execute(
        select(UnitService.unit_id, UnitService.service).where(
            UnitService.municipality_id == municipality_id, UnitService.unit_id.in_(unit_ids)
        )
    )
    for unit_id, service in rows:
        found.setdefault(unit_id, []).append(service)
    order = list(SERVICES)
    return {unit_id: sorted(given, key=order.index) for unit_id, given in found.items()}


def _latest_note() -> Any:
    return aliased(
        VacancyNote,
        select(VacancyNote)
        .where(VacancyNote.municipality_id == Unit.municipality_id, VacancyNote.unit_id == Unit.id)
        .order_by(VacancyNote.noted_at.desc(), VacancyNote.id.desc())
        .limit(1)
        .correlate(Unit)
        .lateral(),
    )


def _same(note: Any) -> Any:
    # The lateral subquery already chose the unit's row; PostgreSQL wants a condition all the same.
    return note.unit_id == Unit.id
