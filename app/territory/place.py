"""The place of a record: what a phone may say of it, the rules, and where on the municipality's map it falls."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from marshmallow import Schema, ValidationError, fields, validates_schema
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core.fields import Degrees, Instant, Line, Whole, one_of
from app.core.geo import coarse_cell, in_brazil
from app.core.models import Municipality
from app.core.problems import Problem
from app.core.recorded import Recorded
from app.territory import queries
from app.territory.models import ConcentrationPoint
from app.territory.terms import POINT_DAYS

SOURCES = ("gps", "map", "known_point", "address", "none")
NO_PLACE_REASONS = ("denied", "unavailable", "unsafe", "moving", "not_wanted", "other")
FARTHEST_ACCURACY_M = 100_000


class PlaceOutside(Problem):
    code = "territory.place_outside"
    status = 422
    sentence = _("O ponto marcado fica fora do Brasil. Corrija o lugar ou marque “sem local”.")


class LateFromGps(Problem):
    """Foi antes: the place never comes from the GPS of now (design 4)."""

    code = "territory.late_from_gps"
    status = 422
    sentence = _("Para um registro de antes, o lugar vem do mapa, de um ponto conhecido ou do endereço.")


class UnknownPoint(Problem):
    code = "territory.unknown_point"
    status = 422
    sentence = _("O ponto conhecido escolhido não existe mais. Escolha outro lugar.")


class PlaceIn(Schema):
    """lon, lat in degrees; accuracy_m in metres; a reason stands where no place could be told."""

    source = one_of(SOURCES, required=True)
    lon = Degrees(180, load_default=None, allow_none=True)
    lat = Degrees(90, load_default=None, allow_none=True)
    accuracy_m = Whole(0, FARTHEST_ACCURACY_M, load_default=None, allow_none=True)
    point_id = fields.UUID(load_default=None, allow_none=True)
    text = Line(200, load_default=None, allow_none=True)
    reason = one_of(NO_PLACE_REASONS, load_default=None, allow_none=True)
    fixed_at = Instant(load_default=None, allow_none=True)

    @validates_schema
    def complete(self, data: dict[str, Any], **_kw: Any) -> None:
        source = data["source"]
        if source in ("gps", "map") and (data["lon"] is None or data["lat"] is None):
            raise ValidationError(str(_("Faltam as coordenadas.")), "lon")
        if source == "known_point" and data["point_id"] is None:
            raise ValidationError(str(_("Falta dizer qual é o ponto conhecido.")), "point_id")
        if source == "address" and not data["text"]:
            raise ValidationError(str(_("Falta escrever o endereço.")), "text")
        if source == "none" and data["reason"] is None:
            raise ValidationError(str(_("Falta dizer por que não há local.")), "reason")


def check_place(place: dict[str, Any], late: bool) -> None:
    """Raise the Problem of a place that can't be accepted."""
    if late and place["source"] == "gps":
        raise LateFromGps(fields={"place": {"source": [str(LateFromGps.sentence)]}})
    if place["source"] in ("gps", "map") and not in_brazil(place["lon"], place["lat"]):
        raise PlaceOutside(fields={"place": {"lon": [str(PlaceOutside.sentence)]}})


def settle(session: Session, municipality_id: int, places: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Columns of `core.recorded.Recorded` for each place, with region, neighbourhood and street decided once.

    Raises UnknownPoint. An exact point comes from the phone (gps, map) or from the known point.
    """
    wanted = {p["point_id"] for p in places if p["source"] == "known_point"}
    known = _known_points(session, municipality_id, wanted) if wanted else {}
    rows: list[dict[str, Any]] = []
    asked: list[tuple[int, float, float]] = []
    for key, place in enumerate(places):
        lon, lat = (place["lon"], place["lat"]) if place["source"] in ("gps", "map") else (None, None)
        if place["source"] == "known_point":
            if place["point_id"] not in known:
                raise UnknownPoint(fields={"place": {"point_id": [str(UnknownPoint.sentence)]}})
            lon, lat = known[place["point_id"]]
        exact = lon is not None and lat is not None
        if exact:
            asked.append((key, lon, lat))
        rows.append(
            {
                "geom": f"SRID=4326;POINT({lon!r} {lat!r})" if exact else None,
                "cell": coarse_cell(lon, lat) if exact else None,
                "accuracy_m": place["accuracy_m"] if place["source"] == "gps" else None,
                "place_source": place["source"],
                "no_place_reason": place["reason"] if place["source"] == "none" else None,
                "known_point_id": place["point_id"] if place["source"] == "known_point" else None,
                "place_text": place["text"] or None,
                "region_id": None,
                "neighbourhood": None,
                "street": None,
            }
        )
    for key, found in (queries.locate(session, asked) if asked else {}).items():
        rows[key].update(region_id=found.region_id, neighbourhood=found.neighbourhood, street=found.street)
    return rows


def fade(session: Session, records: type[Recorded], municipality_id: int, now: datetime) -> int:
    """Take the exact places of a city's old records away (domain 8.2); cell and region stay. Gives how many.

    `point_fade_days` of the municipality's settings says what is old.
    """
    days = POINT_DAYS.of(session.get_one(Municipality, municipality_id).settings)
    done = session.execute(
        update(records)
        .where(
            records.municipality_id == municipality_id,  # type: ignore[attr-defined]
            records.occurred_at < now - timedelta(days=days),
            records.geom.is_not(None) | records.street.is_not(None) | records.place_text.is_not(None),
        )
        .values(geom=None, street=None, place_text=None, known_point_id=None, accuracy_m=None)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount  # type: ignore[attr-defined]


def _known_points(session: Session, municipality_id: int, ids: set[UUID]) -> dict[UUID, tuple[float, float]]:
    rows = session.execute(
        select(ConcentrationPoint.id, func.ST_X(ConcentrationPoint.geom), func.ST_Y(ConcentrationPoint.geom)).where(
            ConcentrationPoint.municipality_id == municipality_id, ConcentrationPoint.id.in_(ids)
        )
    )
    return {point_id: (lon, lat) for point_id, lon, lat in rows}
