"""Encounters as signs that a team was somewhere, for the presence of teams and for the rule that closes forgotten shifts."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.core.geo import AT_PLACE_METRES, near_rows
from app.encounters.models import Encounter
from app.shifts.presence import Sign

# A record that was joined to a teammate's was made there all the same.
_STANDING = ("valid", "joined")
_AT_POINTS = (
    " FROM jsonb_to_recordset(CAST(:asked AS jsonb)) AS a(id uuid, cell text, lon float8, lat float8)"
    " JOIN encounters e ON e.municipality_id = :m AND e.cell = a.cell AND e.occurred_at >= :since AND e.status IN ('valid', 'joined')"
    " WHERE ST_DistanceSphere(e.geom, ST_SetSRID(ST_MakePoint(a.lon, a.lat), 4326)) <= :metres"
)
_LAST = text("SELECT a.id, max(e.occurred_at) AS at" + _AT_POINTS + " GROUP BY a.id")
_EACH = text(
    "SELECT DISTINCT a.id, e.team_id, e.occurred_at AS at" + _AT_POINTS
    + " AND e.occurred_at < :until AND e.team_id IS NOT NULL AND NOT e.time_uncertain"
)


def signs_of(session: Session, municipality_id: int, since: datetime, until: datetime) -> list[Sign]:
    """One sign for each encounter in since ≤ t < until. Of an hour that nobody knows, none."""
    rows = session.execute(
        select(Encounter.team_id, Encounter.occurred_at, Encounter.region_id, Encounter.shift_id).where(
            Encounter.municipality_id == municipality_id,
            Encounter.occurred_at >= since,
            Encounter.occurred_at < until,
            Encounter.status.in_(_STANDING),
            Encounter.team_id.is_not(None),
            Encounter.time_uncertain.is_(False),
        )
    )
    return [Sign(*row) for row in rows]


def last_in_shifts(session: Session, municipality_id: int, shift_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """The newest encounter of each of these shifts that has one."""
    rows = session.execute(
        select(Encounter.shift_id, func.max(Encounter.occurred_at))
        .where(Encounter.municipality_id == municipality_id, Encounter.shift_id.in_(shift_ids))
        .group_by(Encounter.shift_id)
    )
    return {shift_id: at for shift_id, at in rows if shift_id}


def last_at_points(
    session: Session, municipality_id: int, places: Iterable[tuple[UUID, float, float]], since: datetime
) -> dict[UUID, datetime]:
    """The newest encounter since then at each of these places (id, lon, lat). Compared here, so that no point leaves."""
    asked = _asked(municipality_id, places, since)
    return {row.id: row.at for row in session.execute(_LAST, asked)} if asked else {}


def each_at_points(
    session: Session, municipality_id: int, places: Iterable[tuple[UUID, float, float]], since: datetime, until: datetime
) -> list[tuple[UUID, UUID, datetime]]:
    """(place, team, when) of the encounters at these places (id, lon, lat) in since ≤ t < until. Of an hour that nobody knows, none."""
    asked = _asked(municipality_id, places, since)
    return [(row.id, row.team_id, row.at) for row in session.execute(_EACH, asked | {"until": until})] if asked else []


def _asked(municipality_id: int, places: Iterable[tuple[UUID, float, float]], since: datetime) -> dict[str, Any]:
    rows = near_rows(places)
    return {"m": municipality_id, "asked": orjson.dumps(rows).decode(), "since": since, "metres": AT_PLACE_METRES} if rows else {}
