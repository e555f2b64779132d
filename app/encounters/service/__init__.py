"""Verbs on encounters, by subject."""

from app.encounters.service.completing import complete_encounter
from app.encounters.service.joining import join_encounters, unjoin_encounters
from app.encounters.service.links import link_people, unlink_person
from app.encounters.service.offering import record_offers
from app.encounters.service.recording import (
    Told,
    correct_encounter,
    may_record,
    record_encounters,
    withdraw_encounter,
)

__all__ = [
    "Told",
    "complete_encounter",
    "correct_encounter",
    "join_encounters",
    "link_people",
    "may_record",
    "record_encounters",
    "record_offers",
    "unjoin_encounters",
    "unlink_person",
    "withdraw_encounter",
]
