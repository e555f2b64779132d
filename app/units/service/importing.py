"""A city's spreadsheet of units: included by name, and by the same name brought up to date, never twice."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core.sentences import told
from app.territory.queries import active_regions
from app.units import sheet
from app.units.models import Unit
from app.units.queries.network import point_of
from app.units.schemas import UnitForm
from app.units.service.network import create_unit, edit_unit
from app.units.sheet import Row

_FIELDS = (
    "name", "kind", "address", "phone", "hours_text", "region_id", "takes_referrals", "receives", "organization", "email",
    "federal_unit_code", "has_desk", "is_outside",
)  # fmt: skip


@dataclass
class Line:
    """What became of one line. done: included | changed | same | refused."""

    number: int
    name: str
    done: str = "refused"
    refused: str = ""
    warnings: list[str] = field(default_factory=list)


def take_units(session: Session, actor: Actor, rows: list[Row], now: datetime) -> list[Line]:
    """Include or bring up to date each row; a cell that says nothing leaves what is there. A bad line stops no other."""
    require(actor, "units.manage")
    regions = {sheet.plain(region.name): region.id for region in active_regions(session, actor.municipality_id)}
    there = {
        sheet.plain(unit.name): unit
        for unit in session.scalars(select(Unit).where(Unit.municipality_id == actor.municipality_id))
    }
    lines, seen = [], set()
    for row in rows:
        line = Line(row.number, row.cells.get("name", ""))
        lines.append(line)
        key = sheet.plain(line.name)
        if not key or key in seen:
            line.refused = "sem nome" if not key else "este nome já veio em outra linha"
            continue
        seen.add(key)
        unit = there.get(key)
        given = _given(row, regions, line, unit)
        if given is None:
            continue
        try:
            data = UnitForm().load(_before(session, unit) | given)
        except ValidationError as error:
            line.refused = "; ".join(" ".join(map(str, words)) for words in told(error.normalized_messages()).values())
            continue
        if unit is None:
            there[key] = create_unit(session, actor, data, now)
            line.done = "included"
        else:
            line.done = "changed" if edit_unit(session, actor, unit.id, data, now) else "same"
    return lines


def _given(row: Row, regions: dict[str, Any], line: Line, unit: Unit | None) -> dict[str, Any] | None:
    cells = row.cells
    given: dict[str, Any] = {
        name: cells[name] for name in ("address", "phone", "email", "organization", "federal_unit_code", "hours_text") if name in cells
    }
    given["name"] = unit.name if unit else cells["name"]
    kind = sheet.kind_of(cells.get("kind", ""))
    if kind is None and (unit is None or "kind" in cells):
        line.refused = "tipo de unidade desconhecido" if "kind" in cells else "sem tipo de unidade"
        return None
    if kind:
        given["kind"] = kind
    for name in ("takes_referrals", "has_desk", "is_outside"):
        if name in cells:
            said = sheet.yes_or_no(cells[name])
            if said is None:
                line.warnings.append(f"{cells[name]!r} não é sim nem não")
            else:
                given[name] = said
    if "region" in cells:
        if sheet.plain(cells["region"]) in regions:
            given["region_id"] = str(regions[sheet.plain(cells["region"])])
        else:
            line.warnings.append(f"região {cells['region']!r} desconhecida")
    if "receives" in cells:
        given["receives"], unknown = sheet.receives_of(cells["receives"])
        line.warnings += [f"não sei quem é {word!r}" for word in unknown]
    lat, lon = (sheet.number_of(cells.get(name, "")) for name in ("lat", "lon"))
    if lat is not None and lon is not None:
        given |= {"lat": lat, "lon": lon}
    elif "lat" in cells or "lon" in cells:
        line.warnings.append("latitude ou longitude que não se lê")
    return given


def _before(session: Session, unit: Unit | None) -> dict[str, Any]:
    if unit is None:
        return {}
    lon, lat = point_of(session, unit.municipality_id, unit.id)
    before = {name: getattr(unit, name) for name in _FIELDS}
    before["region_id"] = str(unit.region_id) if unit.region_id else ""
    return before | {"lon": lon, "lat": lat}
