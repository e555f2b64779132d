"""Encounters, visits and referrals put straight into a city, for tests of what comes after them."""

from datetime import datetime, timedelta
from uuid import UUID

from app.core import clock
from app.core.ids import new_code, new_id
from app.encounters.models import Encounter, Participation
from app.home_visits.models import HomeVisit
from app.referrals import service
from tests.make.city import City


def recorded(city: City, worker: str, team: str | None, now: datetime, status: str = "valid") -> dict:
    """Columns that every record of the field shares."""
    return {
        "municipality_id": city.ibge,
        "id": new_id(),
        "worker_id": city.ids[worker],
        "team_id": city.ids[team] if team else None,
        "occurred_at": now,
        "device_at": now,
        "recorded_at": now,
        "received_at": now,
        "place_source": "none",
        "no_place_reason": "unsafe",
        "status": status,
        "receipt": "R-TEST",
    }


def encounter(city: City, worker: str = "rua", team: str = "team", status: str = "valid", **columns) -> UUID:
    with city.transaction() as session:
        row = Encounter(**recorded(city, worker, team, clock.now(), status), people_count=1, **columns)
        session.add(row)
        session.flush()
        return row.id


def visit(city: City, worker: str = "pim", team: str | None = "pim_team") -> UUID:
    with city.transaction() as session:
        row = HomeVisit(**recorded(city, worker, team, clock.now()), called="Família da Rosa", result="done")
        session.add(row)
        session.flush()
        return row.id


def body(city: City, origin: UUID | None = None, unit: str = "shelter", **fields) -> dict:
    """A referrals.send body as SendIn loads it."""
    return {
        "referral_id": new_id(),
        "code": new_code(),
        "unit_id": city.ids[unit],
        "encounter_id": origin,
        "visit_id": None,
        "called": "Seu Zé",
        "people_count": 1,
        "with_children": False,
        "with_animals": False,
        "person_accepted": True,
        "note": None,
        "purpose": "place",
        "reasons": [],
        "is_urgent": False,
        "profile": [],
        "with_cart": False,
        "belongings": None,
        "travel": None,
        "vehicle_asked": False,
        "people": [],
        "redirects_id": None,
        "trip_id": None,
        "slip": False,
    } | fields


def sent(city: City, worker: str = "rua", ago: timedelta = timedelta(), **fields) -> UUID:
    """A referral that reached the server; gives its id."""
    data = body(city, encounter(city, worker), **fields)
    actor = city.actor(worker)
    now = clock.now()
    with city.transaction() as session:
        return service.send_referral(session, actor, data, now, now - ago).id


def present(city: City, encounter_id: UUID, *person_ids: UUID) -> list[UUID]:
    """Persons who were met, surely these; their presences."""
    rows = [
        Participation(municipality_id=city.ibge, id=new_id(), encounter_id=encounter_id, position=at, person_id=who)
        for at, who in enumerate(person_ids)
    ]
    with city.transaction() as session:
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]
