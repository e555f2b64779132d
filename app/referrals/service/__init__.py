"""Verbs on referrals: guard → read → rules → write → audit, and the phone's line of changes. Never commits."""

from app.referrals.service.answering import (
    accept_referral,
    appoint,
    decline_referral,
    end_referral,
    mark_arrived,
    mark_not_arrived,
    note_seen,
    serve_referral,
)
from app.referrals.service.from_desk import revoke_from_desk, send_from_desk
from app.referrals.service.moves import lock_ahead, locks_several
from app.referrals.service.sending import plan_trip, revoke_referral, send_referral, set_out, tell_answer
from app.referrals.service.vehicles import send_vehicle
from app.referrals.service.watching import watch_city

__all__ = [
    "accept_referral", "appoint", "decline_referral", "end_referral", "lock_ahead", "locks_several", "mark_arrived", "mark_not_arrived", "note_seen",
    "plan_trip", "revoke_from_desk", "revoke_referral", "send_from_desk", "send_referral", "send_vehicle", "serve_referral", "set_out", "tell_answer", "watch_city",
]  # fmt: skip
