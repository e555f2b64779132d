"""What an agreed step must satisfy (pure)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.tasks.problems import DayUnlikely, HandedMeanwhile, NothingAgreed, NotOpen, OfNoTeam, SameTeam
from app.tasks.terms import FARTHEST_DAYS


def check_task(data: dict[str, Any], today: date) -> None:
    """Raise the Problem of a step that can't be kept. A day that has passed is taken in: it was agreed offline."""
    if not data["what"]:
        raise NothingAgreed(fields={"what": [str(NothingAgreed.sentence)]})
    if abs(data["due_on"] - today) > timedelta(days=FARTHEST_DAYS):
        raise DayUnlikely(fields={"due_on": [str(DayUnlikely.sentence)]})


def may_close(status: str, result: str) -> bool:
    """Whether a step that stands as `status` takes this result: open ones any, and that it was done counts over all."""
    return status in ("open", result) or result == "done"


def days_late(due_on: date, today: date) -> int:
    """Whole days since the day that was agreed; 0 when it is today or still to come."""
    return max(0, (today - due_on).days)


def check_handing(status: str, has_it: UUID | None, seen: UUID, to: UUID) -> None:
    """Whether an open step goes from the team that was seen to have it to another. Raises NotOpen, OfNoTeam, SameTeam, HandedMeanwhile."""
    if status != "open":
        raise NotOpen()
    if has_it is None:
        raise OfNoTeam()
    if has_it == to:
        raise SameTeam()
    if has_it != seen:
        raise HandedMeanwhile()
