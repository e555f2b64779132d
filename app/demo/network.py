"""The standing part of a city: territory, units with their free places, workers, teams, devices."""

import math
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.demo import geography, names
from app.demo.cities import HOURS, CityPlan, TeamPlan, UnitPlan
from app.demo.dice import Dice
from app.demo.rows import Rows, point

# Not the hash of anything: whoever has it can't sign in.
NO_PASSWORD = "!"


@dataclass
class Standing:
    """What the life of the city hangs on. workers: by team key; devices: by worker."""

    plan: CityPlan
    zone: ZoneInfo
    founded_at: datetime
    land: list[list[tuple[float, float]]]
    regions: dict[str, UUID] = field(default_factory=dict)
    points: dict[str, UUID] = field(default_factory=dict)
    units: dict[str, UUID] = field(default_factory=dict)
    teams: dict[str, UUID] = field(default_factory=dict)
    workers: dict[str, list[UUID]] = field(default_factory=dict)
    devices: dict[UUID, UUID] = field(default_factory=dict)
    desks: dict[str, UUID] = field(default_factory=dict)  # worker at the desk of a unit
    beds: dict[str, list[tuple[UUID, UUID | None]]] = field(default_factory=dict)  # (bed, its room), by unit
    personas: dict[str, UUID] = field(default_factory=dict)

    @property
    def personas_at(self) -> set[str]:
        """Units at whose desk somebody may sign in."""
        return {persona.scope for persona in self.plan.personas if persona.scope_kind == "unit"}


def build(
    session: Session, plan: CityPlan, dice: Dice, rows: Rows, now: datetime, days: int, password_hash: str
) -> Standing:
    """Territory, network and workers of one city."""
    city = Standing(plan, ZoneInfo(plan.timezone), now - timedelta(days=days + 30), geography.rings(plan.outlines))
    _territory(session, city, dice, rows)
    _units(city, dice, rows, now)
    _workers(city, dice, rows, password_hash)
    _free_places(city, dice, rows, now)
    return city


def _territory(session: Session, city: Standing, dice: Dice, rows: Rows) -> None:
    at, plan = city.founded_at, city.plan
    outlines = geography.outlines(plan.outlines)
    for feature in outlines:
        name = feature["properties"]["name"]
        city.regions[name] = dice.uuid_at(at)
        rows.add("regions", id=city.regions[name], name=name, is_active=True)
    _edition(city, dice, rows, "region", [(f["properties"]["name"], _ewkt(f["geometry"])) for f in outlines])
    inside = [
        (name, _clipped(session, box, feature["geometry"]))
        for feature in outlines
        for name, box in _boxes(feature, plan.neighbourhoods[feature["properties"]["name"]])
    ]
    _edition(city, dice, rows, "neighbourhood", inside)
    lines = [(name, _ewkt({"type": "LineString", "coordinates": line})) for name, line in plan.streets]
    _edition(city, dice, rows, "street", lines)
    for spot in plan.spots:
        if not spot.is_registered:
            continue
        city.points[spot.name] = dice.uuid_at(at)
        rows.add(
            "concentration_points", id=city.points[spot.name], name=spot.name, kind=spot.kind,
            region_id=city.regions[spot.region], geom=point(spot.lon, spot.lat), is_active=True,
            peaks=["night"] if spot.weight > 6 else ["afternoon"], conditions=["tents"] if spot.kind == "viaduct" else [],
            frequency_days=7 if spot.weight > 6 else 14,
        )  # fmt: skip


def _edition(city: Standing, dice: Dice, rows: Rows, layer: str, shapes: list[tuple[str, str]]) -> None:
    edition_id = dice.uuid_at(city.founded_at)
    report = {"read": len(shapes), "kept": len(shapes), "mended": 0, "refused": []}
    rows.add(
        "territory_editions", id=edition_id, layer=layer, number=1, file_name="demonstração",
        imported_at=city.founded_at, report=report, is_current=True,
    )  # fmt: skip
    for name, shape in shapes:
        rows.add(
            "territory_shapes", id=dice.uuid_at(city.founded_at), edition_id=edition_id, layer=layer, name=name,
            region_id=city.regions[name] if layer == "region" else None, geom=shape,
        )  # fmt: skip


def _ewkt(shape: dict) -> str:
    def run(line: list) -> str:
        return "(" + ", ".join(f"{lon} {lat}" for lon, lat in line) + ")"

    if shape["type"] == "LineString":
        return "SRID=4326;LINESTRING" + run(shape["coordinates"])
    return "SRID=4326;POLYGON(" + ", ".join(run(ring) for ring in shape["coordinates"]) + ")"


def _boxes(region: dict, given: list[str]) -> list[tuple[str, dict]]:
    """Invented neighbourhoods of a region: its frame cut in two columns; only what lies inside is kept."""
    ring = region["geometry"]["coordinates"][0]
    west, east = min(x for x, _ in ring), max(x for x, _ in ring)
    south, north = min(y for _, y in ring), max(y for _, y in ring)
    wide, high = (east - west) / 2, (north - south) / math.ceil(len(given) / 2)
    found = []
    for number, name in enumerate(given):
        left, bottom = west + wide * (number % 2), south + high * (number // 2)
        right, top = left + wide, bottom + high
        corners = [(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]
        found.append((name, {"type": "Polygon", "coordinates": [[(round(x, 6), round(y, 6)) for x, y in corners]]}))
    return found


_CLIPPED = text("""
    SELECT ST_AsEWKT(ST_Multi(ST_CollectionExtract(ST_Intersection(
        ST_GeomFromEWKT(:box), ST_GeomFromEWKT(:region)), 3)))""")


def _clipped(session: Session, box: dict, region: dict) -> str:
    """A neighbourhood as far as it lies inside its region."""
    return session.scalars(_CLIPPED, {"box": _ewkt(box), "region": _ewkt(region)}).one()


def _units(city: Standing, dice: Dice, rows: Rows, now: datetime) -> None:
    streets = [name for name, _ in city.plan.streets]
    for number, unit in enumerate(city.plan.units, start=1):
        city.units[unit.key] = dice.uuid_at(city.founded_at)
        rows.add(
            "units", id=city.units[unit.key], name=unit.name, kind=unit.kind,
            federal_unit_code=f"{city.plan.id}{9000 + number}" if unit.kind in ("cras", "creas", "centro_pop") else None,
            address=f"{dice.choice(streets)}, {dice.randint(10, 990)}", phone=f"(84) 3200-00{number:02d}",
            geom=point(unit.lon, unit.lat), region_id=city.regions[unit.region], receives=list(unit.receives),
            hours_text=unit.hours, takes_referrals=unit.takes_referrals, is_active=True, has_desk=unit.has_desk,
            is_outside=unit.is_outside, organization=unit.organization, entry_conditions=list(unit.conditions),
            place_rule="beds" if unit.rooms else "capacity" if unit.beds else "none",
            night_ends_at=None if unit.night_ends is None else time(unit.night_ends),
            heard_at=now - timedelta(minutes=dice.uniform(1, 12)) if unit.has_desk and unit.takes_referrals else None,
        )  # fmt: skip
        _working(city, unit, dice, rows)
        _beds(city, unit, dice, rows)


def _working(city: Standing, unit: UnitPlan, dice: Dice, rows: Rows) -> None:
    """When a unit is open and admits people, and what it gives."""
    weekdays, spans = HOURS.get(unit.hours, ((), ()))
    told = [("open", span) for span in spans] + ([("admission", unit.entry)] if unit.entry else [])
    for kind, (opens, closes) in told:
        for weekday in weekdays:
            rows.add(
                "unit_hours", id=dice.uuid_at(city.founded_at), unit_id=city.units[unit.key], kind=kind, weekday=weekday,
                opens=time(opens), closes=time(closes % 24),
            )  # fmt: skip
    for service in unit.services:
        rows.add("unit_services", id=dice.uuid_at(city.founded_at), unit_id=city.units[unit.key], service=service, note="")


def _beds(city: Standing, unit: UnitPlan, dice: Dice, rows: Rows) -> None:
    """Numbered places, in rooms where it has rooms; nobody sleeps in them yet."""
    city.beds[unit.key] = []
    rooms: list[UUID | None] = []
    for number in range(1, unit.rooms + 1):
        rooms.append(dice.uuid_at(city.founded_at))
        rows.add("rooms", id=rooms[-1], unit_id=city.units[unit.key], name=f"Quarto {number}")
    for number in range(1, unit.beds * max(unit.rooms, 1) + 1):
        bed_id, room_id = dice.uuid_at(city.founded_at), rooms[(number - 1) // unit.beds] if rooms else None
        city.beds[unit.key].append((bed_id, room_id))
        rows.add(
            "beds", id=bed_id, unit_id=city.units[unit.key], name=str(number), receives=[],
            room_id=room_id, is_counted=not rooms, is_extra=False,
            valid_from=city.founded_at, valid_to=None,
        )  # fmt: skip


def _workers(city: Standing, dice: Dice, rows: Rows, password_hash: str) -> None:
    at = city.founded_at

    def worker(login: str, name: str, secret: str, role: str, scope_kind: str, scope_id: UUID | None) -> UUID:
        worker_id = dice.uuid_at(at)
        rows.add(
            "workers", id=worker_id, login=login, name=name, password_hash=secret, locale="pt_BR", is_active=True,
            created_at=at, term_version=1, term_accepted_at=at,
        )  # fmt: skip
        rows.add(
            "role_grants", id=dice.uuid_at(at), worker_id=worker_id, role=role, scope_kind=scope_kind,
            scope_id=scope_id, valid_from=at, valid_to=None,
        )  # fmt: skip
        return worker_id

    for team in city.plan.teams:
        city.teams[team.key] = dice.uuid_at(at)
        rows.add(
            "teams", id=city.teams[team.key], name=team.name, kind=team.kind,
            reference_unit_id=city.units[team.unit], is_active=True,
        )  # fmt: skip
        for region in team.regions:
            rows.add("team_regions", id=dice.uuid_at(at), team_id=city.teams[team.key], region_id=city.regions[region])
        city.workers[team.key] = []
    scopes: dict[str, dict[str, UUID]] = {"unit": city.units, "team": city.teams, "municipality": {}}
    for persona in city.plan.personas:
        scope_id = scopes[persona.scope_kind].get(persona.scope)
        worker_id = worker(persona.login, persona.name, password_hash, persona.role, persona.scope_kind, scope_id)
        city.personas[persona.login] = worker_id
        if persona.scope_kind == "team":
            city.workers[persona.scope].append(worker_id)
        if persona.role in ("unit_desk", "technician"):
            city.desks[persona.scope] = worker_id
    number = 0
    for team in city.plan.teams:
        while len(city.workers[team.key]) < team.members:
            number += 1
            role = "outreach_worker" if team.kind == "street" else "home_visitor"
            login = f"demo-{city.plan.id}-{number:02d}"
            city.workers[team.key].append(
                worker(login, names.worker_name(dice), NO_PASSWORD, role, "team", city.teams[team.key])
            )
    waiting = [u for u in city.plan.units if u.takes_referrals and u.has_desk and u.key not in city.desks]
    for unit in waiting:
        number += 1
        role = "technician" if unit.kind in ("cras", "creas") else "unit_desk"
        login = f"demo-{city.plan.id}-{number:02d}"
        city.desks[unit.key] = worker(login, names.worker_name(dice), NO_PASSWORD, role, "unit", city.units[unit.key])
    for team in city.plan.teams:
        for worker_id in city.workers[team.key]:
            _join(city, dice, rows, team, worker_id)


def _join(city: Standing, dice: Dice, rows: Rows, team: TeamPlan, worker_id: UUID) -> None:
    at = city.founded_at
    rows.add(
        "team_members", id=dice.uuid_at(at), team_id=city.teams[team.key], worker_id=worker_id,
        joined_on=at.astimezone(city.zone).date(), left_on=None,
    )  # fmt: skip
    city.devices[worker_id] = dice.uuid_at(at)
    rows.add(
        "devices", id=city.devices[worker_id], worker_id=worker_id, created_at=at, revoked_at=None, last_seen_at=at,
        label=f"Celular {len(city.devices):02d}",
    )  # fmt: skip


def _free_places(city: Standing, dice: Dice, rows: Rows, now: datetime) -> None:
    """What the desks typed: a few figures of the last days, the newest at the age that the plan says."""
    for unit in city.plan.units:
        if not unit.places or unit.key not in city.desks:
            continue
        newest = now - timedelta(minutes=unit.typed_min)
        for back in range(6):
            at = newest - timedelta(hours=back * dice.uniform(6, 14))
            rows.add(
                "vacancy_notes", id=dice.uuid_at(at), unit_id=city.units[unit.key], worker_id=city.desks[unit.key],
                free_places=dice.randint(0, unit.places), noted_at=at,
            )  # fmt: skip

