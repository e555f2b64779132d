"""To whom a flag must or may be told, by when, and who is asked next when it isn't: pure, facts and `now` in.

The table is data (editions.py, or the city's own). What stands here holds whatever the table says: an adult decides, what a
form of work implies is never overlooked, and whose agents are accused is never told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from app.protection.sealing import Facts
from app.protection.terms import BODY_OF, BY_AGENTS, MINORS, RISKS, UP_TO_15, VIOLATIONS

MANDATORY, OFFERED = "mandatory", "offered"
ADULT, OLDER = "age_18_59", "age_60_plus"

# "Immediate" is by voice at once; this is how long its communication may take before somebody asks [decision] ...
IMMEDIATE = timedelta(minutes=60)
# ... and this, counted from when it was known, how long the written one may take once it was told by voice (domain 4.3).
WRITTEN = timedelta(hours=24)
# What an adult accepted and no line gives a time for.
ACCEPTED = timedelta(hours=24)

# How long a flag may lie untaken: a quarter of an hour, or one shift [decision].
ATTEND_IMMEDIATE, ATTEND = timedelta(minutes=15), timedelta(hours=6)

# Rescue is called without asking; everything else an adult decides.
_RESCUE = {"samu_192", "fire_193"}
# Told by voice to one of these, the law's "at once" was kept towards the other as well (Lei 13.431/2017 art. 13 [mem]).
_TOLD_TOO = {"guardianship_council": {"disque_100", "police_190", "police_station"}, "police_station": {"police_190"}}


@dataclass(frozen=True)
class Line:
    """One line of the table; an empty tuple means any. minutes 0: immediate."""

    recipient: str
    obligation: str
    minutes: int | None
    legal_source: str = ""
    kinds: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    disability: bool | None = None
    company: tuple[str, ...] = ()
    is_confirmed: bool = False

    @property
    def weight(self) -> tuple[int, int]:
        """Of two lines for one recipient the smaller stands."""
        return (0 if self.obligation == MANDATORY else 1, 43_200 if self.minutes is None else self.minutes)


def is_minor(age: str | None) -> bool:
    return age in MINORS


def is_up_to_15(age: str | None) -> bool:
    """The RMA's child labour ends here; the law's, and the flag's, at 18."""
    return age in UP_TO_15


def kinds_of(facts: Facts) -> set[str]:
    """The kinds told and those that a form of work is by itself: whoever is exploited is the victim."""
    implied = {"sexual_exploitation"} if "sexual_exploitation" in facts.forms else set()
    return {*facts.kinds, *implied, *({"child_labour"} if facts.forms and is_child(facts) else ())}


def is_child(facts: Facts) -> bool:
    """A minor by age; without an age, who was seen to be one, or is told of in kinds that only minors suffer."""
    if facts.age is not None:
        return is_minor(facts.age)
    return facts.minor_seen or any(not VIOLATIONS[kind].adults for kind in facts.kinds if kind in VIOLATIONS)


def risk_of(facts: Facts) -> str:
    """The risk as it is judged: nobody said that there is none, or a child without an adult: it may happen soon."""
    if facts.risk == "danger_now":
        return "danger_now"
    worst = {"drug_trade", "sexual_exploitation"} & set(facts.forms)
    alone = is_child(facts) and (facts.company == "alone" or "alone_in_street" in facts.kinds)
    return "soon" if facts.risk is None or alone or worst else facts.risk


def decides(facts: Facts) -> bool:
    """Whether it is the person's own to decide who is told: 18 to 59 without disability, or of no known age."""
    return not is_child(facts) and facts.age != OLDER and facts.with_disability is not True


def duties_for(lines: Iterable[Line], facts: Facts, hidden: Iterable[str] = ()) -> list[Line]:
    """One line for each recipient, mandatory ones first, the most urgent first.

    hidden: codes of recipients that are of the accused body in this city, besides terms.BODY_OF.
    """
    kinds, risk = kinds_of(facts), risk_of(facts)
    accused = {code for code, body in BODY_OF.items() if facts.agent_body and body == facts.agent_body} | set(hidden)
    found: dict[str, Line] = {}
    for line in lines:
        if line.recipient in accused or not _fits(line, facts, kinds, risk):
            continue
        line = _as_owed(line, facts, kinds)
        if line.recipient not in found or line.weight < found[line.recipient].weight:
            found[line.recipient] = line
    for recipient in wanted(facts):
        if recipient not in found and recipient not in accused and decides(facts):
            found[recipient] = Line(recipient, OFFERED, None)
    return sorted(found.values(), key=lambda line: (line.weight, line.recipient))


@lru_cache(maxsize=64)
def unprotected(lines: tuple[Line, ...]) -> tuple[str, ...]:
    """Kinds of which a table would tell nobody although nobody decides: a child's of some age and risk, an older person's."""
    found = []
    for kind, violation in VIOLATIONS.items():
        ages = [*(MINORS if violation.minors else ()), *([OLDER] if kind in _VIOLENCE else [])]
        cases = (Facts(kinds=(kind,), age=age, risk=risk) for age in ages for risk in RISKS)
        if any(all(line.obligation != MANDATORY for line in duties_for(lines, facts)) for facts in cases):
            found.append(kind)
    return tuple(found)


def wanted(facts: Facts) -> list[str]:
    """Whom the person wants told."""
    return [each["recipient"] for each in facts.choices if each["answer"] == "accepted"]


def choice_of(facts: Facts, recipient: str) -> str | None:
    """What the person said of a recipient, the last time."""
    return {each["recipient"]: each["answer"] for each in facts.choices}.get(recipient)


def _fits(line: Line, facts: Facts, kinds: set[str], risk: str) -> bool:
    if line.kinds and not kinds & set(line.kinds):
        return False
    if line.ages and not _of_age(line.ages, facts):
        return False
    if line.sexes and facts.sex not in line.sexes:
        return False
    if line.risks and risk not in line.risks:
        return False
    if line.company and facts.company not in line.company:
        return False
    return line.disability is None or facts.with_disability is line.disability


def _of_age(ages: Sequence[str], facts: Facts) -> bool:
    if facts.age is not None:
        return facts.age in ages
    return bool(set(ages) & set(MINORS)) if is_child(facts) else ADULT in ages


def _as_owed(line: Line, facts: Facts, kinds: set[str]) -> Line:
    """A line as it binds: who decides for herself is offered; of who is missing nobody can ask."""
    if line.obligation == OFFERED or not decides(facts) or line.recipient in _RESCUE or "missing" in kinds:
        return line
    return replace(line, obligation=OFFERED)


def due_at(line: Line, began_at: datetime, choice: str | None = None) -> datetime | None:
    """By when a duty must be done; None for what is only offered. Nights, holidays and year's ends count like any hour."""
    if line.obligation == OFFERED and choice != "accepted":
        return None
    if line.minutes is None:
        return began_at + ACCEPTED
    return began_at + (timedelta(minutes=line.minutes) if line.minutes else IMMEDIATE)


def was_told(recipient: str, answered: Iterable[str]) -> bool:
    """Whether an answered call told this recipient by voice."""
    return bool({recipient, *_TOLD_TOO.get(recipient, ())} & set(answered))


def is_immediate(lines: Iterable[Line], facts: Facts) -> bool:
    return facts.risk == "danger_now" or any(line.obligation == MANDATORY and line.minutes == 0 for line in lines)


def attend_by(received_at: datetime, immediate: bool) -> datetime:
    """By when somebody must have taken it."""
    return received_at + (ATTEND_IMMEDIATE if immediate else ATTEND)


# -- the ladder -----------------------------------------------------------------------------------------------------

TECHNICIAN, COORDINATOR, SUPERVISOR = 1, 2, 3
LADDER = (TECHNICIAN, COORDINATOR, SUPERVISOR)
LONGEST_LEAD = timedelta(hours=2)
_AFTER_IMMEDIATE, _AFTER = timedelta(minutes=30), timedelta(hours=2)
# Climbed to its end, it is asked for again each day until somebody does it.
AGAIN = timedelta(days=1)


class Climbing(Protocol):
    """What the ladder reads of a flag."""

    received_at: datetime
    due_at: datetime | None
    ladder: int
    is_immediate: bool


def ladder_at(flag: Climbing) -> dict[int, datetime]:
    """When each step is due: who answers before the time is over, the coordination when it is, the supervision after.

    By the instants in the row alone: a turn of the clock that comes late does what it would have done.
    """
    if flag.due_at is None:
        return {}
    lead = max(timedelta(0), min(LONGEST_LEAD, (flag.due_at - flag.received_at) / 2))
    after = _AFTER_IMMEDIATE if flag.is_immediate else _AFTER
    return {
        TECHNICIAN: flag.due_at - lead,
        COORDINATOR: flag.due_at,
        # What arrived late has its own people asked first.
        SUPERVISOR: max(flag.due_at, flag.received_at) + after,
    }


def climbed_at(flag: Climbing, step: int) -> datetime:
    """When a step of ladder_due was due."""
    return ladder_at(flag)[min(step, SUPERVISOR)] + AGAIN * max(0, step - SUPERVISOR)


def ladder_due(flag: Climbing, now: datetime) -> list[int]:
    """Steps due and not climbed yet, in order; each once. Above SUPERVISOR: one for each day since, the days missed in one."""
    at = ladder_at(flag)
    due = [step for step, instant in at.items() if flag.ladder < step and instant <= now]
    days = (now - at[SUPERVISOR]) // AGAIN if at else 0
    return [*due, SUPERVISOR + days] if days > 0 and flag.ladder < SUPERVISOR + days else due


# -- what was sent and nobody said that they have it ------------------------------------------------------------------

# When the technician is asked for the receipt of what she sent, and when the coordination is [decision]. A telephone answers at once.
RECEIPT_ASKED = (timedelta(hours=24), timedelta(hours=48))
# Asked for no more: it is told in the case.
RECEIPT_GIVEN_UP = timedelta(days=30)


# -- what is counted ------------------------------------------------------------------------------------------------

_VIOLENCE = frozenset(VIOLATIONS) - {"child_labour", "alone_in_street", "missing", "self_harm"}
_AGAINST_WOMEN = frozenset(
    {"physical", "psychological", "sexual_abuse", "sexual_exploitation", "financial", "torture", "trafficking", "neglect"}
)


def counted_as(facts: Facts) -> list[str]:
    """Of terms.COUNTED what a flag counts as. An age that nobody told is not up to 15."""
    kinds, child = kinds_of(facts), is_child(facts)
    found = {
        "flag": True,
        "child_labour": child and "child_labour" in kinds,
        "child_labour_up_to_15": is_up_to_15(facts.age) and "child_labour" in kinds,
        "sexual_exploitation_minor": child and "sexual_exploitation" in kinds,
        # Another one than those above.
        "violence_minor": child and bool(kinds & _VIOLENCE - {"sexual_exploitation"}),
        "violence_woman": facts.age == ADULT and facts.sex == "female" and bool(kinds & _AGAINST_WOMEN),
        "violence_older": facts.age == OLDER and bool(kinds & _VIOLENCE),
        "state_violence": bool(kinds & BY_AGENTS),
    }
    return [what for what, counts in found.items() if counts]
