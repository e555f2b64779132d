"""Readings of referrals, narrowed to the actor: the unit's inbox, the phone's own, one with its history."""

from app.referrals.queries.from_desk import from_desk, is_from_desk, left_a_desk
from app.referrals.queries.hidden import hides_somebody
from app.referrals.queries.inbox import find_expected, inbox_of, is_seen, is_shown, referral_of
from app.referrals.queries.origins import (
    Origin,
    closed_to,
    earlier_of,
    met_in,
    next_option,
    origin_of,
    present_in,
    received_already,
    receiving_now,
    region_of_unit,
    some_of,
    told_of,
    unit_of,
    wanted_by,
)
from app.referrals.queries.oversight import Oversight, overseen
from app.referrals.queries.persons import Sent, sent_from
from app.referrals.queries.phone import for_phone, people_of
from app.referrals.queries.vehicles import Vehicle, may_send, vehicles_asked, vehicles_waiting

__all__ = [
    "Origin", "Oversight", "Sent", "Vehicle", "closed_to", "earlier_of", "find_expected", "for_phone", "from_desk", "hides_somebody", "inbox_of", "is_from_desk",
    "is_seen", "is_shown", "left_a_desk", "may_send", "met_in", "next_option",
    "origin_of", "overseen", "people_of", "present_in", "received_already", "receiving_now", "referral_of", "region_of_unit", "sent_from", "some_of", "told_of",
    "unit_of", "vehicles_asked", "vehicles_waiting", "wanted_by",
]  # fmt: skip
