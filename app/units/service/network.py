"""Verbs on units."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.ids import new_id
from app.core.models import Municipality
from app.territory.queries import active_regions
from app.units.models import Unit, VacancyNote
from app.units.problems import (
    FigureCounted,
    HalfAPlace,
    PeopleExpected,
    UnitInactive,
    UnitNotFound,
    UnknownRegion,
)
from app.units.queries.network import expected_at, point_of
from app.units.queries.places import free_of
from app.units.service.places import hear
from app.units.terms import NEVER_BY_REFERRAL


def note_vacancies(session: Session, actor: Actor, unit_id: UUID, free_places: int, now: datetime) -> VacancyNote | None:
    """The desk says how many places are free now; also the same number again, which makes it fresh.

    Of a unit whose places are counted from its beds the figure is only confirmed, and its desk was heard; another one
    raises FigureCounted. Raises UnitNotFound, UnitInactive or Forbidden.
    """
    unit = session.get(Unit, (actor.municipality_id, unit_id))
    if unit is None:
        raise UnitNotFound()
    require(actor, "units.note_vacancies", unit_id=unit_id, region_id=unit.region_id)
    if not unit.is_active:
        raise UnitInactive()
    counted = unit.place_rule != "none" and free_of(session, actor.municipality_id, [unit_id], now).get(unit_id)
    if counted:
        # A page may show all that are free, or those that may be given.
        if free_places not in (counted.free, counted.to_give):
            raise FigureCounted(extra={"free_places": counted.to_give})
        hear(session, actor.municipality_id, [unit_id], now)
        trail.record(session, actor, "units.note_vacancies", now, "unit", unit_id, ["heard_at"])
        announce(session, actor.municipality_id, "unit", [unit_id])
        return None
    note = VacancyNote(
        municipality_id=actor.municipality_id,
        id=new_id(),
        unit_id=unit_id,
        worker_id=actor.worker_id,
        free_places=free_places,
        noted_at=now,
    )
    session.add(note)
    session.flush()
    trail.record(session, actor, "units.note_vacancies", now, "unit", unit_id, ["free_places"])
    announce(session, actor.municipality_id, "unit", [unit_id])
    return note


def create_unit(session: Session, actor: Actor, data: dict[str, Any], now: datetime) -> Unit:
    """A unit of the network, open from now on; `lon`, `lat` among its data say where. Raises UnitNameTaken (by the
    constraint), UnknownRegion, HalfAPlace or Forbidden."""
    require(actor, "units.manage")
    _check_region(session, actor, data["region_id"])
    given = {name: value for name, value in data.items() if name not in ("lon", "lat")}
    unit = Unit(municipality_id=actor.municipality_id, id=new_id(), geom=_point(data), **given)
    session.add(unit)
    session.flush()
    trail.record(session, actor, "units.manage", now, "unit", unit.id, list(data))
    announce(session, actor.municipality_id, "unit", [unit.id])
    return unit


def first_unit(session: Session, municipality_id: int, kind: str, name: str) -> None:
    """A unit of a city that is being set up, from the command line; it takes referrals where its kind may."""
    takes = kind not in NEVER_BY_REFERRAL
    session.add(
        Unit(
            municipality_id=municipality_id, id=new_id(), kind=kind, name=name, takes_referrals=takes, receives=[]
        )
    )
    session.flush()


def edit_unit(session: Session, actor: Actor, unit_id: UUID, data: dict[str, Any], now: datetime) -> list[str]:
    """What a unit is called, where it is, whether teams may refer to it; gives the names of what changed."""
    require(actor, "units.manage")
    unit = _unit(session, actor, unit_id)
    _check_region(session, actor, data["region_id"])
    changed = [name for name, value in data.items() if name not in ("lon", "lat") and getattr(unit, name) != value]
    for name in changed:
        setattr(unit, name, data[name])
    if "lon" in data and point_of(session, actor.municipality_id, unit_id) != (data["lon"], data["lat"]):
        unit.geom = _point(data)
        changed.append("place")
    session.flush()
    if changed:
        trail.record(session, actor, "units.manage", now, "unit", unit_id, changed)
        announce(session, actor.municipality_id, "unit", [unit_id])
    return changed


def set_unit_open(session: Session, actor: Actor, unit_id: UUID, is_open: bool, now: datetime) -> None:
    """Close a unit (it leaves every list, its history stays) or open it again.

    Raises PeopleExpected while somebody is on the way to it or sleeps there.
    """
    require(actor, "units.manage")
    unit = _unit(session, actor, unit_id)
    if unit.is_active and not is_open:
        coming, inside = expected_at(session, actor.municipality_id, unit_id, now)
        if coming or inside:
            raise PeopleExpected(coming, inside)
    unit.is_active = is_open
    session.flush()
    trail.record(session, actor, "units.manage", now, "unit", unit_id, ["is_active"])
    announce(session, actor.municipality_id, "unit", [unit_id])


def name_ombudsman(session: Session, actor: Actor, phone: str, now: datetime) -> None:
    """The telephone of the city's ouvidoria, as slips print it; empty: none."""
    require(actor, "units.set_duty_phones")
    city = session.get_one(Municipality, actor.municipality_id, with_for_update=True, populate_existing=True)
    if city.settings.get("ombudsman", "") == phone:
        return
    city.settings = city.settings | {"ombudsman": phone}
    session.flush()
    trail.record(session, actor, "units.set_duty_phones", now, "municipality", None, ["ombudsman"])


def changeable(session: Session, actor: Actor, verb: str, unit_id: UUID) -> Unit:
    """The unit, where the actor holds the verb, held against whoever promises or takes its beds until this transaction
    ends. Raises UnitNotFound, UnitInactive or Forbidden."""
    unit = session.scalar(
        select(Unit)
        .where(Unit.municipality_id == actor.municipality_id, Unit.id == unit_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if unit is None:
        raise UnitNotFound()
    require(actor, verb, unit_id=unit_id, region_id=unit.region_id)
    if not unit.is_active:
        raise UnitInactive()
    return unit


def _unit(session: Session, actor: Actor, unit_id: UUID) -> Unit:
    unit = session.get(Unit, (actor.municipality_id, unit_id), with_for_update=True)
    if unit is None:
        raise UnitNotFound()
    return unit


def _check_region(session: Session, actor: Actor, region_id: UUID | None) -> None:
    known = {region.id for region in active_regions(session, actor.municipality_id)}
    if region_id is not None and region_id not in known:
        raise UnknownRegion()


def _point(data: dict[str, Any]) -> str | None:
    lon, lat = data.get("lon"), data.get("lat")
    if (lon is None) != (lat is None):
        raise HalfAPlace()
    return None if lon is None else f"SRID=4326;POINT({lon} {lat})"
