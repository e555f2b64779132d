"""Readings of encounters, by subject."""

from app.encounters.queries.desk import encounter_of
from app.encounters.queries.phone import for_phone, ids_for_phone, met_by
from app.encounters.queries.records import alone_in, carried_id, records_under, standing
from app.encounters.queries.signs import each_at_points, last_at_points, last_in_shifts, signs_of
from app.encounters.queries.timeline import contacts_of, last_contacts, timeline_of

__all__ = [
    "alone_in", "carried_id", "contacts_of", "each_at_points", "encounter_of", "for_phone", "ids_for_phone", "last_at_points",
    "last_contacts", "last_in_shifts", "met_by", "records_under", "signs_of", "standing", "timeline_of",
]  # fmt: skip
