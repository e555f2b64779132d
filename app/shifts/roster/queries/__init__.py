"""Readings of the roster, narrowed to the actor; those of `outward` are for other domains, of published shifts only."""

from app.shifts.roster.queries.calendar import PlannedMember, PlannedTurn, events_of, shifts_between, turn_of
from app.shifts.roster.queries.facts import Judging, candidates, facts_of, preview, proposals_of, told, troubles
from app.shifts.roster.queries.outward import PlannedPresence, planned, planned_for_worker
from app.shifts.roster.queries.publishing import TeamPeriod, period_of, publishable
from app.shifts.roster.queries.standing import (
    absences_of, patterns_of, people_of, reached_teams, regions_of_team, vehicle_of, vehicles_of, workers_reached,
)  # fmt: skip

__all__ = [
    "Judging", "PlannedMember", "PlannedPresence", "PlannedTurn", "TeamPeriod", "absences_of", "candidates", "events_of",
    "facts_of", "patterns_of", "people_of", "period_of", "planned", "planned_for_worker", "preview", "proposals_of",
    "publishable", "reached_teams", "regions_of_team", "shifts_between", "told", "troubles", "turn_of", "vehicle_of", "vehicles_of",
    "workers_reached",
]  # fmt: skip
