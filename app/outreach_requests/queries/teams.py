"""Which street teams could go: who is on a shift, what each has open, where each was seen last, coarsely."""

from datetime import datetime, timedelta
from uuid import UUID

import h3
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.outreach_requests.rules import Candidate

# A shift that nobody closed is no longer one.
LONGEST_SHIFT = timedelta(hours=16)
SEEN_WITHIN = timedelta(hours=6)

# One reading: teams, since when one of theirs is on a shift, how many requests they have, and the cell of the last thing that
# they recorded or answered. Never a worker's place, never a point.
_TEAMS = text(
    "WITH out AS (SELECT team_id, min(started_at) AS since FROM shifts WHERE municipality_id = :m AND ended_at IS NULL"
    "  AND started_at >= :earliest GROUP BY team_id),"
    " open AS (SELECT team_id, count(*) AS load FROM outreach_requests WHERE municipality_id = :m"
    "  AND status IN ('dispatched', 'on_the_way', 'there') GROUP BY team_id),"
    " told AS (SELECT team_id, cell, occurred_at AS at FROM encounters WHERE municipality_id = :m AND occurred_at >= :recent"
    "  AND cell IS NOT NULL AND status <> 'withdrawn' AND NOT recorded_late"
    "  UNION ALL SELECT team_id, cell, arrived_at FROM outreach_requests WHERE municipality_id = :m AND received_at >= :older"
    "  AND arrived_at >= :recent AND cell IS NOT NULL AND team_id IS NOT NULL),"
    " seen AS (SELECT DISTINCT ON (team_id) team_id, cell, at FROM told ORDER BY team_id, at DESC)"
    " SELECT t.id, t.name, out.since, coalesce(open.load, 0) AS load, seen.cell, seen.at,"
    "  EXISTS (SELECT FROM team_regions r WHERE r.municipality_id = :m AND r.team_id = t.id"
    "   AND r.region_id = CAST(:region AS uuid)) AS covers"
    " FROM teams t LEFT JOIN out ON out.team_id = t.id LEFT JOIN open ON open.team_id = t.id LEFT JOIN seen ON seen.team_id = t.id"
    " WHERE t.municipality_id = :m AND t.kind = 'street' AND t.is_active"
)


def candidates(session: Session, municipality_id: int, cell: str | None, region_id: UUID | None, now: datetime) -> list[Candidate]:
    """Every street team in use, for a request at a cell (None: its place isn't known) in a region."""
    rows = session.execute(
        _TEAMS,
        {
            "m": municipality_id, "region": region_id, "earliest": now - LONGEST_SHIFT, "recent": now - SEEN_WITHIN,
            "older": now - SEEN_WITHIN - timedelta(days=1),
        },
    )  # fmt: skip
    return [
        Candidate(row.id, row.name, row.since, _km(cell, row.cell), row.at, row.covers, row.load) for row in rows
    ]


def _km(one: str | None, other: str | None) -> float | None:
    """Between the middles of two cells; None where either isn't known."""
    if one is None or other is None:
        return None
    return h3.great_circle_distance(h3.cell_to_latlng(one), h3.cell_to_latlng(other))
