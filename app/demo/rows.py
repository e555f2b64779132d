"""Rows of the whole city, gathered in memory and written by COPY in the order of their foreign keys."""

from collections import defaultdict
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.db import db

# A table comes after those it refers to.
ORDER = (
    "regions", "territory_editions", "territory_shapes", "concentration_points", "units", "unit_hours", "unit_services", "rooms", "beds", "workers", "teams",
    "role_grants", "team_members", "team_regions", "vehicles", "roster_patterns", "planned_shifts", "planned_shift_regions",
    "planned_shift_members", "planned_shift_events", "worker_absences", "devices", "route_plans", "route_times", "route_stops", "route_misses", "vacancy_notes", "people", "person_imports", "person_told", "person_pairs",
    "person_restrictions", "person_access", "households", "household_members", "household_member_people", "shifts",
    "shift_companions", "shift_events", "presence_marks", "encounters", "participations", "offers", "encounter_additions", "home_visits", "tasks", "trips", "referrals", "referral_events",
    "referral_people", "alerts", "alert_fallbacks", "stays", "stay_events", "bed_claims", "turned_away", "unit_visits", "operations", "operation_units", "audit_lines",
)  # fmt: skip
_JSON = {"peaks", "conditions", "receives", "entry_conditions", "report", "needs", "present", "member_ids", "settings", "value", "reasons", "profile", "services",
         "weekdays", "region_ids", "team_ids", "items", "handed_out"}  # fmt: skip
_ARRAYS = {"fields", "sounds"}


class Rows:
    """Rows by table; every row of a table has the same columns."""

    def __init__(self, municipality_id: int):
        self.municipality_id = municipality_id
        self.tables: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def add(self, table: str, **row: Any) -> dict[str, Any]:
        row["municipality_id"] = self.municipality_id
        self.tables[table].append(row)
        return row

    def __getitem__(self, table: str) -> list[dict[str, Any]]:
        return self.tables[table]

    def write(self, session: Session) -> dict[str, int]:
        """Copy everything in the session's transaction; gives how many rows each table received."""
        unknown = set(self.tables) - set(ORDER)
        if unknown:
            raise KeyError(f"tables without a place in the order: {sorted(unknown)}")
        cursor = session.connection().connection.driver_connection.cursor()  # type: ignore[union-attr]
        written = {}
        for table in ORDER:
            rows = self.tables.get(table, [])
            if not rows:
                continue
            columns = list(rows[0])
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([_cell(column, row[column]) for column in columns])
            written[table] = len(rows)
        return written


def delete_city(session: Session, municipality_id: int) -> None:
    """Everything of one municipality, itself too. As the schema's owner, who passes over row level security."""
    for table in reversed(db.metadata.sorted_tables):
        if "municipality_id" in table.c:
            session.execute(text(f"DELETE FROM {table.name} WHERE municipality_id = :m"), {"m": municipality_id})
    session.execute(text("DELETE FROM municipalities WHERE id = :m"), {"m": municipality_id})


def point(lon: float, lat: float) -> str:
    return f"SRID=4326;POINT({lon:.6f} {lat:.6f})"


def _cell(column: str, value: Any) -> Any:
    if column == "value":  # may itself be a text or a number
        return orjson.dumps(value).decode()
    if value is None or isinstance(value, str | int | float | UUID | datetime | date | time | bytes):
        return value
    if column in _JSON:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    if column in _ARRAYS:
        return list(value)
    raise TypeError(f"{column}: {type(value).__name__}")
