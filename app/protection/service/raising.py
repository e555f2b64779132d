"""Flags as they come in by sync, and what is told of them later from the street. Nothing of a case is in the answer."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import allows, require
from app.accounts.queries import teams_of_worker
from app.audit import trail
from app.core.days import zone_of
from app.core.db import cleared
from app.core.timing import Timing
from app.protection.models import Flag, FlagCall, FlagComplement
from app.protection.problems import UnknownFlag
from app.protection.queries.reading import facts_of, remember, visible
from app.protection.sealing import CLEARANCE, Facts, close_up
from app.protection.service import counting, duties, story, telling
from app.protection.service.assigning import reference_of, unit_for
from app.protection.service.placing import as_told, placed


def raise_flag(session: Session, actor: Actor, data: dict[str, Any], timing: Timing, receipt: str) -> UUID:
    """Take in a flag (schemas.RaiseIn): sealed, its duties decided, its unit chosen, who must know told. Gives its id.

    Waits for nothing: neither whom nor where need be known, and its person, encounter and family may come later than it.
    Raises Forbidden by the rights held when it happened (or, of what was before, when it was told), and NoSealKey before a
    city's set-up is over. A team that isn't the actor's is left out.
    """
    m, now = actor.municipality_id, timing.received_at
    then = actor.at(timing.occurred_at)
    if data["late"] and not allows(then, "protection.raise"):
        then = actor.at(timing.corrected(data["recorded_at"]))  # seen before she came to the city's service
    require(then, "protection.raise")
    data = data | {"team_id": _team_of(session, then, data["team_id"])}
    where = placed(session, m, data["place"], data["late"], data["household_id"])
    facts = Facts(
        **{name: data[name] for name in _AS_TOLD},
        **{name: tuple(dict.fromkeys(data[name])) for name in ("kinds", "forms", "actions")},
        **{name: str(data[name]) if data[name] else None for name in ("source_id", "person_id", "household_id", "team_id")},
        choices=tuple({each["recipient"]: each for each in data["choices"]}.values()),
        place=as_told(data["place"]), recorded_at=timing.corrected(data["recorded_at"]).isoformat(), **asdict(where),
    )  # fmt: skip
    with cleared(session, CLEARANCE):
        flag = Flag(
            municipality_id=m, id=data["flag_id"], author_id=actor.worker_id, team_id=data["team_id"],
            unit_id=unit_for(session, m, UUID(facts.region_id) if facts.region_id else None, data["team_id"], facts.agent_body, now),
            occurred_at=timing.occurred_at, received_at=now, recorded_late=data["late"], time_uncertain=timing.uncertain,
            receipt=receipt, sealed_facts=close_up(session, m, data["flag_id"], facts.content()), sealed_words=data["words"] or None,
            rules_edition="", status="raised", is_immediate=False, about=[], ladder=0, is_counted=False,
        )  # fmt: skip
        session.add(flag)
        session.flush()
        remember(flag, facts)
        story.note(session, flag, actor.worker_id, "raised", timing.occurred_at, now)
        duties.decide(session, flag, facts, now)
        duties.settle(session, flag, now)
        counting.count(session, flag, facts, now)
        _announce(session, flag, facts, now)
    trail.record(session, actor, "protection.raise", now, "flag", flag.id)
    return flag.id


def _team_of(session: Session, then: Actor, team_id: UUID | None) -> UUID | None:
    """The team, where it was the actor's. A phone that hadn't heard of a change names her former one: no flag is held up by it."""
    if team_id is None or not allows(then, "protection.raise", team_id=team_id) or reference_of(session, then.municipality_id, team_id)[0] is None:
        return None
    return team_id


_AS_TOLD = (
    "source", "subject", "age", "minor_seen", "sex", "with_disability", "people_count", "risk", "agent_body", "company", "adult_benefits",
    "team_knows", "already_told", "late",
)  # fmt: skip


def _announce(session: Session, flag: Flag, facts: Facts, now: datetime) -> None:
    """Who answers for it; from a home visit, PIM's coordination in the same shift; the coordination too where nobody
    answers or there is danger now."""
    telling.technicians(session, flag, "case_new", now, 0)
    if flag.unit_id is None:
        telling.coordination(session, flag, "case_new", now, 0)
        telling.supervision(session, flag, "case_new", now, 0)
    if facts.source == "home_visit":
        telling.team_coordination(session, flag, "case_new", now, 0)
    if facts.risk == "danger_now":
        telling.coordination(session, flag, "case_new", now, 0)


def complement_flag(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """More of a flag (schemas.ComplementIn), by its author, a companion of the same team that day, or who sees the case;
    a closed one is opened again by it: what the law asks has a clock only there. Duties become what it all says now.
    Raises UnknownFlag.
    """
    m, now = actor.municipality_id, timing.received_at
    with cleared(session, CLEARANCE):
        flag = _reached(session, actor, data["flag_id"], timing, "protection.complement")
        was_closed = flag.status == "closed"
        if was_closed:
            open_again(session, flag, actor.worker_id, timing.occurred_at, now)
        told: dict[str, Any] = {
            name: data[name] for name in ("risk", "age", "sex", "with_disability", "kinds", "forms", "actions", "choices")
        }
        told |= {"person_id": str(data["person_id"]) if data["person_id"] else None, "place": as_told(data["place"])}
        if data["place"]:
            told |= asdict(placed(session, m, data["place"], False, None))
        says = any(value not in (None, []) for value in told.values())
        session.add(
            FlagComplement(
                municipality_id=m, id=data["complement_id"], flag_id=flag.id, worker_id=actor.worker_id, at=timing.occurred_at,
                received_at=now, sealed_facts=close_up(session, m, data["complement_id"], told) if says else None,
                sealed_words=data["words"] or None,
            )
        )  # fmt: skip
        session.flush()
        story.note(session, flag, actor.worker_id, "complemented", timing.occurred_at, now, ref_id=data["complement_id"])
        flag.is_immediate = flag.is_immediate or data["risk"] == "danger_now"
        if says or was_closed:
            work_through(session, flag, now, began_at=timing.occurred_at)
        telling.technicians(session, flag, "case_waiting", now)
        if data["risk"] == "danger_now":
            telling.coordination(session, flag, "case_waiting", now)
    trail.record(session, actor, "protection.complement", now, "flag", flag.id, ["complement_id"])


def open_again(session: Session, flag: Flag, worker_id: UUID, at: datetime, now: datetime, words: str | None = None) -> None:
    """A closed case stands again, by who answered for it, and what fell with a mistake too. Call `work_through` after it."""
    was_mistake = flag.close_reason == "mistake"
    flag.status = "taken" if flag.holder_id else "raised"
    flag.closed_at = flag.closed_by = flag.close_reason = None
    if was_mistake:
        flag.mistake_said_at = None
        for duty in duties.duties_of(session, flag):
            if duty.dropped_reason == "mistake":
                duty.dropped_at = duty.dropped_reason = None
    session.flush()
    story.note(session, flag, worker_id, "reopened", at, now, text=words)


def work_through(session: Session, flag: Flag, now: datetime, began_at: datetime | None = None) -> bool:
    """Duties, times and numbers by all that is told of it. False while the key is shut: a turn of the clock does it then."""
    facts = facts_of(flag)
    if facts is None:
        flag.is_counted = False
    elif flag.status != "closed":
        duties.decide(session, flag, facts, now, began_at)
    duties.settle(session, flag, now)
    return facts is not None and (flag.close_reason == "mistake" or counting.count(session, flag, facts, now))


def tell_call(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """One attempt to reach a recipient (schemas.CallIn), answered or not. Raises UnknownFlag."""
    m, now = actor.municipality_id, timing.received_at
    with cleared(session, CLEARANCE):
        flag = _reached(session, actor, data["flag_id"], timing, "protection.tell_call")
        note_call(session, flag, actor.worker_id, data, timing.occurred_at, now)
        duties.settle(session, flag, now)
    trail.record(session, actor, "protection.tell_call", now, "flag", flag.id, ["call_id"])


def note_call(session: Session, flag: Flag, worker_id: UUID, data: dict[str, Any], at: datetime, now: datetime) -> None:
    """A call of the street's or the desk's own: {call_id, recipient, number, outcome, who, protocol}."""
    details = {"recipient": data["recipient"], "number": data["number"], "who": data["who"] or None, "protocol": data["protocol"] or None}
    session.add(
        FlagCall(
            municipality_id=flag.municipality_id, id=data["call_id"], flag_id=flag.id, worker_id=worker_id, at=at, received_at=now,
            outcome=data["outcome"], sealed_details=close_up(session, flag.municipality_id, data["call_id"], details),
        )
    )  # fmt: skip
    session.flush()
    story.note(session, flag, worker_id, "called", at, now, ref_id=data["call_id"])


def say_mistake(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """Whoever raised it says that it was a mistake; until a technician closes it, its clock runs on. Raises UnknownFlag."""
    m, now = actor.municipality_id, timing.received_at
    require(actor.at(timing.occurred_at), "protection.say_mistake")
    with cleared(session, CLEARANCE):
        flag = _locked(session, m, data["flag_id"])
        if flag is None or flag.author_id != actor.worker_id:
            raise UnknownFlag()
        flag.mistake_said_at = flag.mistake_said_at or timing.occurred_at
        story.note(session, flag, actor.worker_id, "mistake_said", timing.occurred_at, now, text=data["reason"])
        if flag.close_reason != "mistake":
            telling.technicians(session, flag, "case_waiting", now)
    trail.record(session, actor, "protection.say_mistake", now, "flag", flag.id, ["mistake_said_at"])


def _reached(session: Session, actor: Actor, flag_id: UUID, timing: Timing, verb: str) -> Flag:
    """The flag, locked, where the actor may add to it. Another's is unknown, whether it is there or not."""
    then = actor.at(timing.occurred_at)
    require(then, verb)
    flag = _locked(session, actor.municipality_id, flag_id)
    if flag is None or not (_is_theirs(session, actor, flag) or _sees(session, then, flag)):
        raise UnknownFlag()
    return flag


def _is_theirs(session: Session, actor: Actor, flag: Flag) -> bool:
    """Its author, or in the author's team on the day of the flag."""
    if flag.author_id == actor.worker_id:
        return True
    if flag.team_id is None:
        return False
    day = flag.occurred_at.astimezone(zone_of(session, flag.municipality_id)).date()
    return flag.team_id in {team["id"] for team in teams_of_worker(session, flag.municipality_id, actor.worker_id, day)}


def _sees(session: Session, then: Actor, flag: Flag) -> bool:
    if not allows(then, "protection.read_queue"):
        return False
    asked = select(Flag.id).where(Flag.municipality_id == flag.municipality_id, Flag.id == flag.id, visible(session, then, Flag.id == flag.id))
    return session.scalar(asked) is not None


def _locked(session: Session, municipality_id: int, flag_id: UUID) -> Flag | None:
    return session.scalar(
        select(Flag)
        .where(Flag.municipality_id == municipality_id, Flag.id == flag_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def lock_ahead(session: Session, municipality_id: int, bodies: Iterable[dict[str, Any]]) -> None:
    """Lock the flags that these raw bodies name, in one order for all: two teams' pushes never wait for one another."""
    lock_in_order(session, municipality_id, {flag_id for body in bodies if (flag_id := _as_uuid(body.get("flag_id")))})


def lock_in_order(session: Session, municipality_id: int, flag_ids: Iterable[UUID]) -> None:
    with cleared(session, CLEARANCE):
        session.execute(
            select(Flag.id).where(Flag.municipality_id == municipality_id, Flag.id.in_(list(flag_ids))).order_by(Flag.id).with_for_update()
        )


def _as_uuid(told: Any) -> UUID | None:
    try:
        return UUID(told) if isinstance(told, str) else None
    except ValueError:
        return None
