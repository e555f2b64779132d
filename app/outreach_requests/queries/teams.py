"""Which street teams could go: who is on a shift, what each has open, where each was last, coarsely, and from what that is known."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import h3
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.core.geo import cell_centre
from app.outreach_requests.models import OutreachRequest
from app.outreach_requests.rules import Candidate
from app.outreach_requests.terms import WITH_TEAM

# A shift that nobody closed is no longer one.
LONGEST_SHIFT = timedelta(hours=16)
SEEN_WITHIN = timedelta(hours=6)

# One reading: teams, since when one of theirs is on a shift, how many requests they have, and where each was last. Never a
# worker's place, never a point: the cell of the last thing that the team recorded or answered, or of where it opened its shift;
# of a team that told neither, or has changed its region since, the middle of the region that it told, else of the roster's.
_TEAMS = text(
    "WITH running AS (SELECT id, team_id, started_at, start_cell FROM shifts WHERE municipality_id = :m AND ended_at IS NULL"
    "  AND started_at >= :earliest),"
    " out AS (SELECT team_id, min(started_at) AS since FROM running GROUP BY team_id),"
    " open AS (SELECT team_id, count(*) AS load FROM outreach_requests WHERE municipality_id = :m"
    "  AND status IN ('dispatched', 'on_the_way', 'there') GROUP BY team_id),"
    " told AS (SELECT team_id, cell, occurred_at AS at, region_id, 'record' AS basis FROM encounters WHERE municipality_id = :m"
    "   AND occurred_at >= :recent AND cell IS NOT NULL AND status <> 'withdrawn' AND NOT recorded_late"
    "  UNION ALL SELECT team_id, cell, occurred_at, region_id, 'record' FROM presence_marks WHERE municipality_id = :m"
    "   AND occurred_at >= :recent AND cell IS NOT NULL"
    "  UNION ALL SELECT team_id, cell, arrived_at, region_id, 'record' FROM outreach_requests WHERE municipality_id = :m"
    "   AND received_at >= :older AND arrived_at >= :recent AND cell IS NOT NULL AND team_id IS NOT NULL"
    "  UNION ALL SELECT team_id, start_cell, started_at, NULL, 'check_in' FROM running WHERE start_cell IS NOT NULL),"
    " seen AS (SELECT DISTINCT ON (team_id) team_id, cell, at, region_id, basis FROM told ORDER BY team_id, at DESC),"
    " entered AS (SELECT DISTINCT ON (r.team_id) r.team_id, e.at, e.region_id FROM running r JOIN shift_events e"
    "  ON e.municipality_id = :m AND e.shift_id = r.id AND e.kind = 'entered' ORDER BY r.team_id, e.at DESC),"
    " planned AS (SELECT DISTINCT ON (p.team_id) p.team_id, r.region_id FROM planned_shifts p JOIN planned_shift_regions r"
    "  ON r.municipality_id = :m AND r.planned_shift_id = p.id AND r.left_at IS NULL WHERE p.municipality_id = :m"
    "  AND p.status = 'published' AND p.ends_at > :now AND p.starts_at <= :now"
    # Of several regions that of the request: there the team may well be.
    "  ORDER BY p.team_id, (r.region_id = CAST(:region AS uuid)) IS TRUE DESC, r.region_id),"
    " lies AS (SELECT t.id AS team_id, CASE"
    "   WHEN entered.region_id IS NOT NULL AND (seen.cell IS NULL OR entered.at > seen.at"
    "     AND entered.region_id IS DISTINCT FROM seen.region_id) THEN 'region'"
    "   WHEN seen.cell IS NOT NULL THEN seen.basis WHEN planned.region_id IS NOT NULL THEN 'roster' END AS basis"
    "  FROM teams t LEFT JOIN seen ON seen.team_id = t.id LEFT JOIN entered ON entered.team_id = t.id"
    "  LEFT JOIN planned ON planned.team_id = t.id WHERE t.municipality_id = :m),"
    " wanted AS (SELECT lies.team_id, CASE lies.basis WHEN 'region' THEN entered.region_id ELSE planned.region_id END AS region_id"
    "  FROM lies LEFT JOIN entered ON entered.team_id = lies.team_id LEFT JOIN planned ON planned.team_id = lies.team_id"
    "  WHERE lies.basis IN ('region', 'roster')),"
    " middle AS (SELECT s.region_id, ST_Centroid(ST_Collect(s.geom)) AS p FROM territory_shapes s JOIN territory_editions e"
    "  ON e.municipality_id = :m AND e.id = s.edition_id AND e.layer = 'region' AND e.is_current"
    "  WHERE s.municipality_id = :m AND s.region_id IN (SELECT region_id FROM wanted) GROUP BY s.region_id)"
    " SELECT t.id, t.name, out.since, coalesce(open.load, 0) AS load, lies.basis,"
    "  CASE WHEN lies.basis IN ('record', 'check_in') THEN seen.cell END AS cell,"
    "  CASE WHEN lies.basis IN ('record', 'check_in') THEN seen.at END AS at, ST_X(middle.p) AS lon, ST_Y(middle.p) AS lat,"
    "  EXISTS (SELECT FROM team_regions r WHERE r.municipality_id = :m AND r.team_id = t.id"
    "   AND r.region_id = CAST(:region AS uuid)) AS covers"
    " FROM teams t LEFT JOIN out ON out.team_id = t.id LEFT JOIN open ON open.team_id = t.id LEFT JOIN seen ON seen.team_id = t.id"
    " LEFT JOIN lies ON lies.team_id = t.id LEFT JOIN wanted ON wanted.team_id = t.id LEFT JOIN middle ON middle.region_id = wanted.region_id"
    " WHERE t.municipality_id = :m AND t.kind = 'street' AND t.is_active"
)


def candidates(session: Session, municipality_id: int, cell: str | None, region_id: UUID | None, now: datetime) -> list[Candidate]:
    """Every street team in use, for a request at a cell (None: its place isn't known) in a region."""
    rows = session.execute(
        _TEAMS,
        {
            "m": municipality_id, "region": region_id, "earliest": now - LONGEST_SHIFT, "recent": now - SEEN_WITHIN,
            "older": now - SEEN_WITHIN - timedelta(days=1), "now": now,
        },
    )  # fmt: skip
    here = h3.cell_to_latlng(cell) if cell else None
    return [
        Candidate(row.id, row.name, row.since, _km(here, row), row.at, row.covers, row.load, row.basis) for row in rows
    ]


def _km(here: tuple[float, float] | None, row) -> float | None:
    """From the middle of the request's cell to where the team was last; None where either isn't known."""
    if here is None:
        return None
    if row.cell:
        lon, lat = cell_centre(row.cell)
        return h3.great_circle_distance(here, (lat, lon))
    return h3.great_circle_distance(here, (row.lat, row.lon)) if row.lon is not None else None


def load_of_teams(session: Session, municipality_id: int, team_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many requests each of these teams has, of those that have one."""
    asked = select(OutreachRequest.team_id, func.count()).where(
        OutreachRequest.municipality_id == municipality_id, OutreachRequest.team_id.in_(list(team_ids)),
        OutreachRequest.status.in_(sorted(WITH_TEAM)),
    )  # fmt: skip
    return {team_id: number for team_id, number in session.execute(asked.group_by(OutreachRequest.team_id)) if team_id}
