"""What a request may become, when two may be one, which team is proposed (pure)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.outreach_requests.problems import (
    AskedInTheFuture, NeverDispatched, NotGuidance, NotOpen, NotWaiting, NotWithTeam, WithTeam,
)  # fmt: skip
from app.outreach_requests.terms import (
    GUIDED_PURPOSE, NEAR_METRES, NEAR_MINUTES, OPEN, TARGET_MINUTES, URGENT_TARGET_MINUTES, WAITING, WITH_TEAM,
)  # fmt: skip
from app.people.sound import plain

OLDEST_ASKED = timedelta(days=7)
_AHEAD = timedelta(minutes=5)

# Signs of a child or of violence in what was written, after `plain`. They only propose: a person decides.
_CHILD = re.compile(r"\b(crianc\w*|menin[oa]s?|bebe\w*|adolescent\w*|menor(es)?( de idade)?|filh[oa]s?|recem nascid\w*)\b")
_VIOLENCE = re.compile(
    r"\b(violenc\w*|agress\w*|agredi\w*|bate\w*|apanh\w*|estupr\w*|abus\w*|explora\w*|ameac\w*|espanc\w*|facada\w*|esfaque\w*|sangr\w*"
    r"|trabalho infantil|amarrad\w*|refem)\b"
)


def first_status(purpose: str) -> str:
    """As what it comes in: what asks for nobody's care is answered with guidance at once."""
    return "guided" if purpose == GUIDED_PURPOSE else "new"


def check_asked(received_at: datetime, now: datetime) -> datetime:
    """When it was asked, never after now. Raises AskedInTheFuture."""
    if not now - OLDEST_ASKED <= received_at <= now + _AHEAD:
        raise AskedInTheFuture(fields={"received_at": [str(AskedInTheFuture.sentence)]})
    return min(received_at, now)


def check_triage(status: str, purpose: str) -> str:
    """The status after a triage that says `purpose`. Raises WithTeam, NotWaiting."""
    if status in WITH_TEAM:
        if purpose == GUIDED_PURPOSE:
            raise WithTeam()
        return status
    if status not in WAITING | {"guided", "out_of_scope"}:
        raise NotWaiting()
    return "guided" if purpose == GUIDED_PURPOSE else "triaged"


def check_leaving_out(status: str) -> None:
    """Raises WithTeam, NotWaiting."""
    if status in WITH_TEAM:
        raise WithTeam()
    if status not in WAITING:
        raise NotWaiting()


def check_guidance(status: str, purpose: str) -> None:
    """Raises NotGuidance, WithTeam, NotWaiting."""
    if purpose != GUIDED_PURPOSE:
        raise NotGuidance()
    check_leaving_out(status)


def check_dispatch(status: str, purpose: str) -> None:
    """Raises NeverDispatched, NotWaiting."""
    if purpose == GUIDED_PURPOSE or status == "guided":
        raise NeverDispatched()
    if status not in OPEN:
        raise NotWaiting()


def check_taking_back(status: str) -> None:
    """Raises NotWithTeam."""
    if status not in WITH_TEAM:
        raise NotWithTeam()


def check_join(kept: str, joined: str) -> None:
    """Both open, or the kept one closed: what is with a team stays with it. Raises NotOpen, WithTeam."""
    if joined in WITH_TEAM:
        raise WithTeam()
    if joined not in WAITING or kept not in OPEN | {"closed"}:
        raise NotOpen()


_STEPS = ("dispatched", "on_the_way", "there", "closed")


def after_move(status: str, move: str) -> str | None:
    """The status after what a team told (`on_the_way`, `there`, `closed`); None where it stands further already.

    A phone without signal tells an hour later what the desk has moved on meanwhile: the fact is kept, the state isn't thrown back.
    """
    if status in WITH_TEAM:
        return move if _STEPS.index(move) > _STEPS.index(status) else None
    # Taken back meanwhile, and answered all the same: it was answered.
    return "closed" if status in WAITING and move == "closed" else None


def target_minutes(settings: dict[str, Any], is_urgent: bool) -> int:
    """How many minutes until a team should be there, as the city set it."""
    return int((URGENT_TARGET_MINUTES if is_urgent else TARGET_MINUTES).of(settings))


def minutes_to_answer(received_at: datetime, arrived_at: datetime | None) -> int | None:
    """From the asking to somebody being there; None while nobody was."""
    return None if arrived_at is None else max(0, int((arrived_at - received_at).total_seconds() // 60))


def followed(status: str) -> str:
    """What the asker is told."""
    if status in ("new", "triaged"):
        return "received"
    return "in_service" if status in WITH_TEAM else "ended"


def signs_in(*texts: str) -> set[str]:
    """`child`, `violence`: of what the words speak."""
    words = plain(" ".join(texts))
    return {sign for sign, pattern in (("child", _CHILD), ("violence", _VIOLENCE)) if pattern.search(words)}


# -- two that may be one --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spot:
    """Of a request what tells it from another: metres to the one that is looked at (None: unknown)."""

    purpose: str
    received_at: datetime
    metres: float | None = None
    known_point_id: UUID | None = None
    street: str | None = None


def alike(one: Spot, other: Spot) -> list[tuple[str, int]]:
    """Why the two may be one, as (reason, figure); empty where they may not. The metres stand in `other`."""
    apart = abs((one.received_at - other.received_at).total_seconds()) / 60
    if one.purpose != other.purpose or apart > NEAR_MINUTES:
        return []
    where: list[tuple[str, int]] = []
    if one.known_point_id and one.known_point_id == other.known_point_id:
        where.append(("same_point", 0))
    elif one.street and one.street == other.street and (other.metres is None or other.metres <= NEAR_METRES):
        where.append(("same_street", 0))
    elif other.metres is not None and other.metres <= NEAR_METRES:
        where.append(("metres", round(other.metres)))
    return [*where, ("same_purpose", 0), ("minutes", round(apart))] if where else []


# -- which team -----------------------------------------------------------------------------------------------------

MINUTES_A_KM = 4
MINUTES_A_REQUEST = 20
OTHER_REGION_MINUTES = 15
UNKNOWN_PLACE_MINUTES = 25
OFF_SHIFT_MINUTES = 240


@dataclass(frozen=True)
class Candidate:
    """A team that could go. km: from where it was last, coarsely, to the request (None: not known).

    basis: from what that is known: `record`, `check_in` (both at seen_at), `region` that it told, `roster`; None: from nothing.
    """

    team_id: UUID
    name: str
    since: datetime | None
    km: float | None
    seen_at: datetime | None
    covers: bool
    load: int
    basis: str | None = None


@dataclass(frozen=True)
class Proposal:
    """`minutes` is what orders teams, never a promise. reasons: (kind, figure), each shown."""

    candidate: Candidate
    minutes: float
    reasons: list[tuple[str, float]] = field(default_factory=list)

    @property
    def is_on_shift(self) -> bool:
        return self.candidate.since is not None


def proposed(candidates: Iterable[Candidate]) -> list[Proposal]:
    """Teams, the one that could be there first at the head: distance, what it has open, whether the region is its own."""
    found = [_weighed(each) for each in candidates]
    return sorted(found, key=lambda each: (not each.is_on_shift, each.minutes, each.candidate.name))


def _weighed(team: Candidate) -> Proposal:
    minutes, reasons = 0.0, []
    if team.since is None:
        minutes += OFF_SHIFT_MINUTES
        reasons.append(("off_shift", 0.0))
    if team.km is None:
        minutes += UNKNOWN_PLACE_MINUTES
        # Where the team is may be known all the same: then it is the request that has no place.
        if team.basis is None:
            reasons.append(("unknown_place", 0.0))
    else:
        minutes += team.km * MINUTES_A_KM
        reasons.append(("km", round(team.km, 1)))
    minutes += team.load * MINUTES_A_REQUEST
    reasons.append(("load", float(team.load)))
    if not team.covers:
        minutes += OTHER_REGION_MINUTES
    reasons.append(("covers" if team.covers else "other_region", 0.0))
    return Proposal(team, minutes, reasons)
