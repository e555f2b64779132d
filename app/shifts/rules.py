"""How a shift ends (pure): by what its worker told, by the rule when nobody told, by her next shift.

Every fact may come late, twice and in any order: the end is worked out anew from all of them, so that the order of arrival
never decides it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.shifts.terms import LONGEST_HOURS, QUIET_HOURS


@dataclass(frozen=True)
class End:
    """kind: worker | rule | next_shift."""

    at: datetime
    kind: str


@dataclass(frozen=True)
class Patience:
    """longest: how long a shift may stay open without a plan. quiet: how long a team counts as there after its last sign."""

    longest: timedelta = timedelta(hours=LONGEST_HOURS.usual)
    quiet: timedelta = timedelta(hours=QUIET_HOURS.usual)


def patience_of(settings: Mapping[str, Any]) -> Patience:
    """What the city's settings say; a figure that is none, or out of bounds, is as if it had not been said."""
    return Patience(timedelta(hours=LONGEST_HOURS.of(settings)), timedelta(hours=QUIET_HOURS.of(settings)))


def end_of(started_at: datetime, told: Iterable[datetime], by_rule: datetime | None, next_start: datetime | None) -> End | None:
    """When and how it ended; None while it is open.

    The earliest end that was told counts, before and after the rule's; a worker who opened another shift had left this one.
    No end lies before the start: a clock that went back makes a shift without length, never a negative one.
    """
    end = min(told, default=None)
    found = End(end, "worker") if end is not None else End(by_rule, "rule") if by_rule is not None else None
    if next_start is not None and (found is None or next_start < found.at):
        found = End(next_start, "next_shift")
    return End(max(found.at, started_at), found.kind) if found else None


def closing_of(
    started_at: datetime, planned_end: datetime | None, last_sign_at: datetime, now: datetime, patience: Patience
) -> datetime | None:
    """Where the rule puts the end of a shift that nobody closed; None while it may still be going on.

    With a plan: at the planned end, or at the last sign after it, once nothing came for `quiet`. Without: after `longest`,
    at that hour or `quiet` after the last sign, whichever is earlier. A long attendance leaves no sign and is no forgotten
    check-out: silence alone closes nothing before that hour.
    """
    last = max(started_at, last_sign_at)
    if planned_end is not None and planned_end > started_at:
        end = max(planned_end, last)
        return end if now >= end + patience.quiet else None
    latest = started_at + patience.longest
    if now < latest:
        return None
    return max(last, min(latest, last + patience.quiet)) if now >= last + patience.quiet else None
