"""Pure rules of referrals: the table of moves, and what makes an answer complete."""

from datetime import datetime, timedelta

from app.core.problems import Problem
from app.referrals.problems import (
    AlreadyAccepted,
    AlreadyArrived,
    AlreadyDeclined,
    AlreadyNotArrived,
    AlreadyRevoked,
    NotYetAnswered,
    OriginWithdrawn,
    ReasonUnexplained,
)

# From each status, what may be done and where it leads. Arrival is a fact about a person at a door: it needs
# no acceptance before it, and it is true also of whom the unit had declined or given up waiting for. What was
# tapped by mistake is put right by another move; every move stays in the history.
MOVES: dict[str, dict[str, str]] = {
    "sent": {
        "accept": "accepted",
        "decline": "declined",
        "arrive": "arrived",
        "miss": "not_arrived",
        "revoke": "revoked",
    },
    "accepted": {"decline": "declined", "arrive": "arrived", "miss": "not_arrived", "revoke": "revoked"},
    "declined": {"accept": "accepted", "arrive": "arrived"},
    "arrived": {"miss": "not_arrived"},
    "not_arrived": {"arrive": "arrived"},
    "revoked": {},
}

_TOLD: dict[str, type[Problem]] = {
    "sent": NotYetAnswered,
    "accepted": AlreadyAccepted,
    "declined": AlreadyDeclined,
    "arrived": AlreadyArrived,
    "not_arrived": AlreadyNotArrived,
    "revoked": AlreadyRevoked,
}


def next_status(held: str, move: str, seen: str | None = None) -> str:
    """Where a move leads. Raises the Problem that names the status held when the move isn't in the table.

    seen: the status that the person had before her eyes. Another desk may have answered since: the second
    is told so, even when the table would allow the move from the new status.
    """
    found = MOVES[held].get(move)
    if found is None or (seen is not None and seen != held):
        raise _TOLD[held](extra={"status_held": held})
    return found


def closed_since(midnight: datetime, now: datetime) -> datetime:
    """From when on the inbox shows what is closed: today, and at least the night that crossed midnight."""
    return min(midnight, now - timedelta(hours=12))


def check_origin(status: str) -> None:
    """A referral leaves from a record that stands. Raises OriginWithdrawn."""
    if status == "withdrawn":
        raise OriginWithdrawn()


def check_decline(reason: str, text: str | None) -> None:
    """'Outro' must be explained. Raises ReasonUnexplained."""
    if reason == "other" and not (text or "").strip():
        raise ReasonUnexplained(fields={"text": [str(ReasonUnexplained.sentence)]})
