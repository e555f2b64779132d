"""Encounters and visits put straight into a city, with the region and the cell that their point has."""

from datetime import datetime, timedelta
from uuid import UUID

from app.core import clock
from app.core.geo import coarse_cell
from app.core.ids import new_id
from app.encounters.models import Encounter, Participation
from app.home_visits.models import HomeVisit
from app.people.models import Person
from tests.make.city import NORTH_POINT, City


def _recorded(city: City, worker: str, team: str, at: datetime, region: str | None, status: str) -> dict:
    return {
        "municipality_id": city.ibge,
        "id": new_id(),
        "worker_id": city.ids[worker],
        "team_id": city.ids[team],
        "occurred_at": at,
        "device_at": at,
        "recorded_at": at,
        "received_at": at,
        "place_source": "map" if region else "none",
        "no_place_reason": None if region else "unsafe",
        "region_id": city.ids[region] if region else None,
        "status": status,
        "receipt": "RECIBO",
    }


def met(
    city: City,
    at: datetime | None = None,
    people: int = 1,
    region: str | None = "north",
    point: tuple[float, float] | None = NORTH_POINT,
    persons: list[UUID] | None = None,
    team: str = "team",
    unit: str = "centro_pop",
    status: str = "valid",
    **more,
) -> UUID:
    """One encounter with `people` present, or with the persons named."""
    at = at or clock.now() - timedelta(minutes=5)
    who = persons if persons is not None else [None] * people
    row = Encounter(
        **_recorded(city, "rua", team, at, region, status) | more,
        reference_unit_id=city.ids[unit],
        people_count=len(who),
        geom=f"SRID=4326;POINT({point[0]} {point[1]})" if region and point else None,
        cell=coarse_cell(*point) if region and point else None,
    )
    with city.transaction() as session:
        session.add(row)
        session.flush()
        for position, person_id in enumerate(who):
            session.add(
                Participation(
                    municipality_id=city.ibge, id=new_id(), encounter_id=row.id, position=position, person_id=person_id
                )
            )
    return row.id


def visited(
    city: City, at: datetime | None = None, region: str | None = "north", result: str = "done", status: str = "valid"
) -> UUID:
    """One home visit, with an exact point that must never be seen."""
    at = at or clock.now() - timedelta(minutes=5)
    row = HomeVisit(
        **_recorded(city, "pim", "pim_team", at, region, status),
        household_id=city.ids["household"],
        result=result,
        geom=f"SRID=4326;POINT({NORTH_POINT[0]} {NORTH_POINT[1]})",
    )
    with city.transaction() as session:
        session.add(row)
    return row.id


def persons(city: City, count: int) -> list[UUID]:
    """People already known."""
    now = clock.now()
    rows = [
        Person(
            municipality_id=city.ibge, id=new_id(), called=f"Pessoa {n}", called_kind="alias", first_met_at=now,
            last_met_at=now,
        )
        for n in range(count)
    ]  # fmt: skip
    with city.transaction() as session:
        session.add_all(rows)
    return [row.id for row in rows]
