"""Where a flag is. Its place never holds it up: one that can't be right is kept as it was told, with the code of why."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.db import cleared
from app.core.problems import Problem
from app.territory.place import check_place, settle

_POINT = text("SELECT name FROM concentration_points WHERE municipality_id = :m AND id = :point")
_FAMILY = text("SELECT region_id FROM households WHERE municipality_id = :m AND id = :family")


@dataclass(frozen=True)
class Placed:
    """What facts hold of a place (sealing.Facts)."""

    region_id: str | None = None
    cell: str | None = None
    lon: float | None = None
    lat: float | None = None
    place_label: str | None = None
    place_doubt: str | None = None


def placed(session: Session, municipality_id: int, told: dict[str, Any] | None, late: bool, household_id: UUID | None) -> Placed:
    """Region, cell, exact point and words of what the phone told. Without a region of its own, the family's."""
    if told is None:
        return Placed(region_id=_family_region(session, municipality_id, household_id))
    try:
        check_place(told, late)
        [found] = settle(session, municipality_id, [told])
    except Problem as doubt:
        return Placed(
            region_id=_family_region(session, municipality_id, household_id), place_label=told["text"], place_doubt=doubt.code
        )
    lon, lat = _exact(found["geom"])
    point = told["point_id"] and session.scalar(_POINT, {"m": municipality_id, "point": told["point_id"]})
    region = found["region_id"] or None
    label = ", ".join(filter(None, (point, told["text"], found["street"], found["neighbourhood"])))
    return Placed(
        str(region) if region else _family_region(session, municipality_id, household_id), found["cell"], lon, lat, label or None
    )


def _exact(geom: str | None) -> tuple[float | None, float | None]:
    if geom is None:
        return None, None
    lon, lat = geom.partition("POINT(")[2].rstrip(")").split()
    return float(lon), float(lat)


def _family_region(session: Session, municipality_id: int, household_id: UUID | None) -> str | None:
    if household_id is None:
        return None
    with cleared(session, "restricted"):
        region = session.scalar(_FAMILY, {"m": municipality_id, "family": household_id})
    return str(region) if region else None


def as_told(place: dict[str, Any] | None) -> dict[str, Any] | None:
    """The place as it is kept: ids as texts; when the phone fixed it is of no use later."""
    if place is None:
        return None
    kept = {name: value for name, value in place.items() if name != "fixed_at"}
    return kept | {"point_id": str(place["point_id"]) if place["point_id"] else None}
