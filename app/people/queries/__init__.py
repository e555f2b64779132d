"""Readings of people, by subject."""

from app.people.queries.caseload import caseload, caseload_ids
from app.people.queries.households import household_ids_of, households_of
from app.people.queries.resolving import canonical, cluster_of

__all__ = ["canonical", "caseload", "caseload_ids", "cluster_of", "household_ids_of", "households_of"]
