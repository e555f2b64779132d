"""Of whom a case is, which other flags tell of the same event, and what a technician adds to its facts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.core import seal
from app.core.db import cleared
from app.core.ids import new_id
from app.people.problems import UnknownPerson
from app.people.queries.restricted import sees
from app.protection import rules
from app.protection.models import Flag, FlagComplement, FlagDuty, FlagLink
from app.protection.problems import AlreadyLinked, NoPerson, NotByAgents, NotLabour, NotLinked, SameFlag
from app.protection.queries.holding import is_left
from app.protection.queries.reading import facts_of, flag_of
from app.protection.queries.setting import bodies
from app.protection.sealing import CLEARANCE, Facts, close_up
from app.protection.service import duties, story, telling
from app.protection.service.assigning import unit_for
from app.protection.service.raising import lock_in_order, work_through
from app.protection.service.taking import working_on
from app.protection.terms import BY_AGENTS

LINK = "protection.link"
# By when PETI hears of a child that no line of the table sends to it.
_PETI_MINUTES = 24 * 60


def link_person(session: Session, actor: Actor, flag_id: UUID, person_id: UUID, now: datetime) -> None:
    """The case is about this person of the city; the latest says. Raises UnknownPerson for one whom the actor doesn't see."""
    flag = working_on(session, actor, LINK, flag_id, now)
    if not sees(session, actor.municipality_id, person_id):
        raise UnknownPerson()
    with cleared(session, CLEARANCE):
        add_facts(session, actor, flag, {"person_id": str(person_id)}, now)
        story.note(session, flag, actor.worker_id, "person_linked", now, now)
        work_through(session, flag, now)
    trail.record(session, actor, LINK, now, "flag", flag.id, ["person_id"])


def unlink_person(session: Session, actor: Actor, flag_id: UUID, now: datetime) -> None:
    """It is not about that person after all, and of nobody known until somebody says who. Raises NoPerson."""
    flag = working_on(session, actor, LINK, flag_id, now)
    with cleared(session, CLEARANCE):
        facts = _facts(flag)
        if not facts.person_id:
            raise NoPerson()
        add_facts(session, actor, flag, {"of_nobody": True}, now)
        story.note(session, flag, actor.worker_id, "person_unlinked", now, now)
        work_through(session, flag, now)
    trail.record(session, actor, LINK, now, "flag", flag.id, ["person_id"])


def accuse(session: Session, actor: Actor, flag_id: UUID, body: str, now: datetime) -> None:
    """Whose agents it is about (terms.BODIES), where the street could not say or said another: from now on hidden from them,
    and answered for elsewhere where its unit is theirs. Raises NotByAgents.
    """
    flag = working_on(session, actor, LINK, flag_id, now)
    with cleared(session, CLEARANCE):
        facts = _facts(flag)
        if not BY_AGENTS & set(facts.kinds):
            raise NotByAgents()
        add_facts(session, actor, flag, {"agent_body": body}, now)
        if bodies(session, flag.municipality_id).get(flag.unit_id) == body:
            region = UUID(facts.region_id) if facts.region_id else None
            flag.unit_id = unit_for(session, flag.municipality_id, region, flag.team_id, body, now)
        story.note(session, flag, actor.worker_id, "accused", now, now)
        work_through(session, flag, now)
        if is_left(session, flag, now):
            telling.technicians(session, flag, "case_new", now)
    trail.record(session, actor, LINK, now, "flag", flag.id, ["facts"])


def classify(session: Session, actor: Actor, flag_id: UUID, groups: Iterable[str], now: datetime) -> None:
    """Under which groups of the Lista TIP the work falls (terms.TIP_GROUPS); said again, it replaces. Raises NotLabour."""
    flag = working_on(session, actor, LINK, flag_id, now)
    with cleared(session, CLEARANCE):
        _check_labour(flag)
        add_facts(session, actor, flag, {"tip_groups": list(dict.fromkeys(groups))}, now)
        story.note(session, flag, actor.worker_id, "complemented", now, now)
    trail.record(session, actor, LINK, now, "flag", flag.id, ["facts"])


def join_peti(session: Session, actor: Actor, flag_id: UUID, now: datetime) -> None:
    """PETI is to be told, also where the city's table doesn't send this case there. Raises NotLabour; once is enough."""
    flag = working_on(session, actor, LINK, flag_id, now)
    with cleared(session, CLEARANCE):
        _check_labour(flag)
        if any(duties.told_of(duty)["recipient"] == "peti" and duty.dropped_at is None for duty in duties.duties_of(session, flag)):
            return
        what = {
            "recipient": "peti", "obligation": rules.MANDATORY, "minutes": _PETI_MINUTES, "legal_source": "", "is_confirmed": False,
            "edition": flag.rules_edition, "began_at": now.isoformat(),
        }  # fmt: skip
        duty_id = new_id()
        line = rules.Line("peti", rules.MANDATORY, _PETI_MINUTES)
        session.add(
            FlagDuty(
                municipality_id=flag.municipality_id, id=duty_id, flag_id=flag.id, obligation=rules.MANDATORY,
                sealed_what=close_up(session, flag.municipality_id, duty_id, what), due_at=rules.due_at(line, now),
            )
        )  # fmt: skip
        session.flush()
        duties.settle(session, flag, now)
    trail.record(session, actor, LINK, now, "flag", flag.id, ["duties"])


def link_flag(session: Session, actor: Actor, flag_id: UUID, other_id: UUID, now: datetime) -> None:
    """Two flags tell of one event: both stay whole, each with its own duties. Raises SameFlag, UnknownFlag, AlreadyLinked."""
    lock_in_order(session, actor.municipality_id, {flag_id, other_id})
    flag = working_on(session, actor, LINK, flag_id, now)
    if other_id == flag_id:
        raise SameFlag(fields={"other_id": [str(SameFlag.sentence)]})
    other = flag_of(session, actor, other_id)
    low, high = sorted((flag.id, other.id))
    with cleared(session, CLEARANCE):
        if _standing(session, flag.municipality_id, low, high) is not None:
            raise AlreadyLinked()
        session.add(
            FlagLink(
                municipality_id=flag.municipality_id, id=new_id(), flag_id=low, other_id=high, linked_by=actor.worker_id, linked_at=now,
            )
        )  # fmt: skip
        session.flush()
        story.note(session, flag, actor.worker_id, "linked", now, now, ref_id=other.id)
        story.note(session, other, actor.worker_id, "linked", now, now, ref_id=flag.id)
    trail.record(session, actor, LINK, now, "flag", flag.id, ["other_id"])


def unlink_flag(session: Session, actor: Actor, flag_id: UUID, other_id: UUID, now: datetime) -> None:
    """They don't tell of one event after all. Raises NotLinked."""
    lock_in_order(session, actor.municipality_id, {flag_id, other_id})
    flag = working_on(session, actor, LINK, flag_id, now, closed_too=True)
    low, high = sorted((flag.id, other_id))
    with cleared(session, CLEARANCE):
        link = _standing(session, flag.municipality_id, low, high)
        if link is None:
            raise NotLinked()
        link.ended_at = now
        session.flush()
        other = session.get_one(Flag, (flag.municipality_id, other_id))
        story.note(session, flag, actor.worker_id, "unlinked", now, now, ref_id=other.id)
        story.note(session, other, actor.worker_id, "unlinked", now, now, ref_id=flag.id)
    trail.record(session, actor, LINK, now, "flag", flag.id, ["other_id", "ended_at"])


def _standing(session: Session, municipality_id: int, low: UUID, high: UUID) -> FlagLink | None:
    return session.scalar(
        select(FlagLink)
        .where(
            FlagLink.municipality_id == municipality_id, FlagLink.flag_id == low, FlagLink.other_id == high, FlagLink.ended_at.is_(None),
        )
        .with_for_update()
    )  # fmt: skip


def add_facts(session: Session, actor: Actor, flag: Flag, told: dict[str, Any], now: datetime) -> None:
    """What is added to the facts is a complement: what was told before stays."""
    row_id = new_id()
    session.add(
        FlagComplement(
            municipality_id=flag.municipality_id, id=row_id, flag_id=flag.id, worker_id=actor.worker_id, at=now, received_at=now,
            sealed_facts=close_up(session, flag.municipality_id, row_id, told),
        )
    )  # fmt: skip
    session.flush()


def _check_labour(flag: Flag) -> None:
    if "child_labour" not in rules.kinds_of(_facts(flag)):
        raise NotLabour()


def _facts(flag: Flag) -> Facts:
    facts = facts_of(flag)
    if facts is None:
        raise seal.KeyLost()
    return facts
