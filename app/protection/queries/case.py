"""One case as its page shows it: what to do by when, what is known, what was done, and what the reader may do."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, and_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core import marks
from app.core.db import cleared
from app.people.queries import all_of, called_of
from app.protection import rules
from app.protection.models import Communication, Flag, FlagCall, FlagComplement, FlagDuty, FlagEvent, FlagLink
from app.protection.queries import holding, openings
from app.protection.queries.queue import short
from app.protection.queries.reading import facts_of, flag_of, has_words, visible
from app.protection.sealing import CLEARANCE, SHUT, Facts, open_up
from app.protection.terms import BY_AGENTS, RECIPIENTS
from app.referrals import queries as referrals
from app.territory.queries import region_names
from app.units.models import Unit

# Flags that may tell of the same event are looked for around it.
_NEAR = timedelta(hours=24)
_MOST_NEAR = 20
# Lines of the log whose text is one of a closed list; all others are what a professional wrote.
_CODES = ("guided", "mistake_said")


@dataclass(frozen=True)
class Page:
    """facts None while the key is shut. `next`: the open duty whose time is nearest. Lists are of plain dicts, see the readers."""

    flag: Flag
    number: str
    facts: Facts | None
    region: str | None
    unit: str | None
    is_minor: bool
    is_child_labour: bool
    decides: bool
    tip_groups: list[str]
    person: dict[str, Any] | None
    duties: list[dict[str, Any]]
    next: dict[str, Any] | None
    calls: list[dict[str, Any]]
    communications: list[Communication]
    referrals: list[dict[str, Any]]
    linked: list[dict[str, Any]]
    same_person: list[dict[str, Any]]
    near: list[dict[str, Any]]
    peers: list[dict[str, Any]]
    openings: list[dict[str, Any]]
    events: list[dict[str, Any]]
    names: dict[UUID, str]
    has_words: bool
    may_act: bool
    may_open: bool
    is_left: bool
    is_by_agents: bool

    @property
    def is_shut(self) -> bool:
        return self.facts is None

    @property
    def to_offer(self) -> list[dict[str, Any]]:
        """What nobody offered yet."""
        return [duty for duty in self.duties if duty["is_open"] and duty["obligation"] == "offered" and duty["choice"] in (None, "later")]

    @property
    def blocks_closing(self) -> bool:
        return any(duty["is_open"] and (duty["obligation"] == "mandatory" or duty["choice"] == "accepted") for duty in self.duties)

    @property
    def held_since(self) -> datetime | None:
        """Since when it is with who has it now."""
        given = (event["at"] for event in self.events if event["event"] in ("taken", "handed"))
        return next(given, self.flag.taken_at)


def case_of(session: Session, actor: Actor, flag_id: UUID, now: datetime) -> Page:
    """A case of the actor's units. Raises UnknownFlag."""
    require(actor, "protection.read_queue")
    m = actor.municipality_id
    flag = flag_of(session, actor, flag_id)
    with cleared(session, CLEARANCE):
        facts = facts_of(flag)
        duties = _duties(session, flag)
        may_open = holding.may_open(session, actor, flag, now)
        events = _events(session, flag, with_words=may_open, codes=_CODES)
        calls = _calls(session, flag)
        peers = holding.peers_of(session, flag, now)
        linked = _linked(session, actor, flag)
        people = {flag.author_id, flag.holder_id, flag.seen_by, flag.closed_by}
        people |= {event["worker_id"] for event in events} | {call["worker_id"] for call in calls}
        people |= _colleagues(events)
        names = holding.names_of(session, m, people)
        same = _same_person(session, actor, flag, facts, now)
        apart = {each["id"] for each in (*linked, *same)} | {flag.id}
        near = [each for each in _near(session, actor, flag) if each["id"] not in apart]
        sent = session.scalars(
            select(Communication)
            .where(Communication.municipality_id == m, Communication.flag_id == flag.id, Communication.status != "dropped")
            .order_by(Communication.made_at)
        ).all()
        tip = _tip_groups(session, flag)
    child = facts is not None and rules.is_child(facts)
    open_ = [duty for duty in duties if duty["is_open"] and duty["due_at"] is not None]
    return Page(
        flag=flag, number=short(flag.id), facts=facts, region=_region(session, m, facts), unit=_unit(session, flag),
        is_minor=child, is_left=holding.is_left(session, flag, now), is_by_agents=facts is not None and bool(BY_AGENTS & set(facts.kinds)), is_child_labour=facts is not None and "child_labour" in rules.kinds_of(facts),
        decides=facts is not None and rules.decides(facts), tip_groups=tip, duties=duties,
        person=_person(session, m, facts) if holding.may_act(session, actor, flag, now) else None,
        next=min(open_, key=lambda duty: duty["due_at"], default=None), calls=calls, communications=list(sent),
        referrals=referrals.from_desk(session, m, [event["ref_id"] for event in events if event["event"] == "referred" and event["ref_id"]]),
        linked=linked, same_person=same, near=near, peers=peers, openings=openings.openings_of(session, actor, flag), events=events,
        names=names, has_words=has_words(session, flag), may_act=holding.may_act(session, actor, flag, now),
        may_open=may_open,
    )  # fmt: skip


@dataclass(frozen=True)
class Course:
    """What a coordination sees of a case: how it goes, who answers, who opened it; of whom, what or where nothing."""

    flag: Flag
    number: str
    unit: str | None
    events: list[dict[str, Any]]
    peers: list[dict[str, Any]]
    names: dict[UUID, str]
    open_mandatory: int
    late: int


def course_of(session: Session, actor: Actor, flag_id: UUID, now: datetime) -> Course:
    """Raises UnknownFlag, for one that she may not see too."""
    require(actor, "protection.review")
    m = actor.municipality_id
    flag = flag_of(session, actor, flag_id)
    with cleared(session, CLEARANCE):
        events = _events(session, flag, with_words=False)
        standing = session.scalars(
            select(FlagDuty).where(
                FlagDuty.municipality_id == m, FlagDuty.flag_id == flag.id, FlagDuty.obligation == "mandatory", FlagDuty.done_at.is_(None),
                FlagDuty.dropped_at.is_(None),
            )
        ).all()  # fmt: skip
        people = {flag.holder_id, flag.seen_by, flag.closed_by, *(event["worker_id"] for event in events)}
        people |= _colleagues(events)
        return Course(
            flag=flag, number=short(flag.id), unit=_unit(session, flag), events=events, peers=holding.peers_of(session, flag, now),
            names=holding.names_of(session, m, people), open_mandatory=len(standing),
            late=sum(duty.due_at is not None and duty.due_at < now for duty in standing),
        )  # fmt: skip


def _colleagues(events: list[dict[str, Any]]) -> set[UUID | None]:
    """Of whom a line of the log tells besides who wrote it."""
    return {event["ref_id"] for event in events if event["event"] in ("handed", "named", "unnamed")}


def _opened(municipality_id: int, row: UUID, envelope: str | None) -> dict[str, Any]:
    """What an envelope says; nothing while the key is shut."""
    if envelope is None:
        return {}
    try:
        return open_up(municipality_id, row, envelope)
    except SHUT:
        return {}


def _duties(session: Session, flag: Flag) -> list[dict[str, Any]]:
    """{id, recipient (None: shut), name, obligation, legal_source, is_confirmed, due_at, choice, done_at, is_late, dropped_at,
    dropped_reason, communication_id, is_open}: open ones first, by their time."""
    rows = session.scalars(
        select(FlagDuty).where(FlagDuty.municipality_id == flag.municipality_id, FlagDuty.flag_id == flag.id).order_by(FlagDuty.id)
    )
    found = []
    for row in rows:
        what = _opened(row.municipality_id, row.id, row.sealed_what)
        code = what.get("recipient")
        found.append(
            {
                "id": row.id, "recipient": code, "name": RECIPIENTS.get(code or "", code), "obligation": row.obligation,
                "legal_source": source_of(what.get("legal_source") or ""), "is_confirmed": bool(what.get("is_confirmed")), "due_at": row.due_at,
                "choice": row.choice, "done_at": row.done_at, "is_late": row.is_late, "dropped_at": row.dropped_at,
                "dropped_reason": row.dropped_reason, "communication_id": row.communication_id,
                "is_open": row.done_at is None and row.dropped_at is None,
            }
        )  # fmt: skip
    return sorted(found, key=lambda d: (not d["is_open"], d["obligation"] != "mandatory", d["due_at"] is None, d["due_at"] or flag.received_at))


def source_of(told: str) -> str:
    """Without the marks of who wrote the table; that it waits for a lawyer's word is said beside it."""
    return told.replace(" [mem]", "").replace(" [decisão]", "")


def _calls(session: Session, flag: Flag) -> list[dict[str, Any]]:
    """{at, outcome, worker_id, name, number, who, protocol}, the first first."""
    rows = session.scalars(
        select(FlagCall).where(FlagCall.municipality_id == flag.municipality_id, FlagCall.flag_id == flag.id).order_by(FlagCall.at, FlagCall.id)
    )
    found = []
    for row in rows:
        told = _opened(row.municipality_id, row.id, row.sealed_details)
        code = told.get("recipient")
        found.append(
            {
                "at": row.at, "outcome": row.outcome, "worker_id": row.worker_id, "name": RECIPIENTS.get(code or "", code),
                "number": told.get("number"), "who": told.get("who"), "protocol": told.get("protocol"),
            }
        )  # fmt: skip
    return found


def _events(session: Session, flag: Flag, with_words: bool, codes: Collection[str] = ()) -> list[dict[str, Any]]:
    """{event, at, worker_id, ref_id, words}, the newest first. codes: events whose text is a code, shown to whoever sees the facts."""
    rows = session.scalars(
        select(FlagEvent)
        .where(FlagEvent.municipality_id == flag.municipality_id, FlagEvent.flag_id == flag.id)
        .order_by(FlagEvent.at.desc(), FlagEvent.id.desc())
    )
    return [
        {
            "event": row.event, "at": row.at, "worker_id": row.worker_id, "ref_id": row.ref_id,
            "words": _opened(row.municipality_id, row.id, row.sealed_text).get("text") if with_words or row.event in codes else None,
        }
        for row in rows
    ]  # fmt: skip


def _tip_groups(session: Session, flag: Flag) -> list[str]:
    rows = session.scalars(
        select(FlagComplement)
        .where(
            FlagComplement.municipality_id == flag.municipality_id, FlagComplement.flag_id == flag.id,
            FlagComplement.sealed_facts.is_not(None),
        )
        .order_by(FlagComplement.at.desc(), FlagComplement.id.desc())
    )  # fmt: skip
    for row in rows:
        told = _opened(row.municipality_id, row.id, row.sealed_facts)
        if "tip_groups" in told:
            return list(told["tip_groups"])
    return []


def _linked(session: Session, actor: Actor, flag: Flag) -> list[dict[str, Any]]:
    links = session.execute(
        select(FlagLink.flag_id, FlagLink.other_id).where(
            FlagLink.municipality_id == flag.municipality_id, or_(FlagLink.flag_id == flag.id, FlagLink.other_id == flag.id),
            FlagLink.ended_at.is_(None),
        )
    ).all()  # fmt: skip
    return _told(session, actor, [row.other_id if row.flag_id == flag.id else row.flag_id for row in links])


def _same_person(session: Session, actor: Actor, flag: Flag, facts: Facts | None, now: datetime) -> list[dict[str, Any]]:
    """Other flags of the same person, under whichever id that was found to be hers."""
    if facts is None or not facts.person_id:
        return []
    try:
        key = marks.key_of(session, flag.municipality_id, now)
    except SHUT:
        return []
    with cleared(session, "restricted"):
        ids = all_of(session, flag.municipality_id, [UUID(facts.person_id)])
    hers = [marks.mark(key, "person", str(id_)).hex() for id_ in ids]
    found = session.scalars(
        select(Flag.id).where(
            Flag.municipality_id == flag.municipality_id, Flag.id != flag.id, cast(Flag.about, JSONB).has_any(cast(hers, ARRAY(Text)))
        )
    ).all()
    return _told(session, actor, found)


def _near(session: Session, actor: Actor, flag: Flag) -> list[dict[str, Any]]:
    """Flags of the same day, of which one may tell of the same event: the nearest in time."""
    of_the_day = and_(
        Flag.municipality_id == flag.municipality_id, Flag.id != flag.id,
        Flag.occurred_at.between(flag.occurred_at - _NEAR, flag.occurred_at + _NEAR),
    )  # fmt: skip
    apart = func.abs(func.extract("epoch", Flag.occurred_at - flag.occurred_at))
    asked = select(Flag.id).where(of_the_day, visible(session, actor, of_the_day)).order_by(apart, Flag.id).limit(_MOST_NEAR)
    return _told(session, actor, session.scalars(asked).all())


def _told(session: Session, actor: Actor, ids: Collection[UUID]) -> list[dict[str, Any]]:
    """{id, number, at, status, facts} of those that the actor may see, the newest first."""
    these = Flag.id.in_(list(ids))
    rows = session.scalars(
        select(Flag)
        .where(Flag.municipality_id == actor.municipality_id, these, visible(session, actor, these))
        .order_by(Flag.occurred_at.desc())
    ).all()
    return [{"id": row.id, "number": short(row.id), "at": row.occurred_at, "status": row.status, "facts": facts_of(row)} for row in rows]


def _person(session: Session, municipality_id: int, facts: Facts | None) -> dict[str, Any] | None:
    """{id, called}; id None: linked to somebody whom this reader may not see."""
    if facts is None or not facts.person_id:
        return None
    told = UUID(facts.person_id)
    found = called_of(session, municipality_id, [told]).get(told)
    return {"id": found.id, "called": found.called} if found else {"id": None, "called": None}


def _region(session: Session, municipality_id: int, facts: Facts | None) -> str | None:
    return region_names(session, municipality_id).get(UUID(facts.region_id)) if facts is not None and facts.region_id else None


def _unit(session: Session, flag: Flag) -> str | None:
    return session.scalar(select(Unit.name).where(Unit.municipality_id == flag.municipality_id, Unit.id == flag.unit_id))
