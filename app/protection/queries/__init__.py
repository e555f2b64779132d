"""Readings of flags, each within the clearance and narrowed to the actor."""

from app.protection.queries.own import own_flags
from app.protection.queries.phone import FLAG_RULES_ID, recipients_for_phone, rules_for_phone
from app.protection.queries.reading import facts_of, flag_of, visible
from app.protection.queries.setting import bodies, phones_on_duty, rules_in_force

__all__ = [
    "FLAG_RULES_ID", "bodies", "facts_of", "flag_of", "own_flags", "phones_on_duty", "recipients_for_phone", "rules_for_phone", "rules_in_force", "visible",
]  # fmt: skip
