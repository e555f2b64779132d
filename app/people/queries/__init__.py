"""Readings of people, by subject. Restricted persons are left out by the database itself (migration 0009)."""

from app.people.queries.cards import Card, as_phone, cards, choices_of, told_of
from app.people.queries.caseload import caseload, caseload_ids, person_ids_held
from app.people.queries.households import (
    family_names,
    family_of_visitor,
    household_ids_held,
    household_ids_of,
    household_page,
    households_of,
    households_of_person,
    openers_of,
    unit_of_family,
)
from app.people.queries.naming import Called, called_of, not_here
from app.people.queries.options import FICHA_ID, ficha_of, local_options, own_options
from app.people.queries.reading import Asked, AskedGroup, Line, Reading, readable
from app.people.queries.resolving import all_of, among, canonical, cluster_of, ever_one_with

__all__ = [
    "FICHA_ID", "Asked", "AskedGroup", "Called", "Card", "Line", "Reading", "all_of", "among", "as_phone",
    "called_of", "canonical", "cards", "caseload", "caseload_ids", "choices_of", "cluster_of", "ever_one_with", "family_names",
    "family_of_visitor", "ficha_of", "household_ids_held", "household_ids_of", "household_page",
    "households_of", "households_of_person", "local_options", "not_here", "openers_of", "own_options", "person_ids_held",
    "readable", "told_of",
    "unit_of_family",
]  # fmt: skip
