"""The queue of cases: by the nearest time, what nobody took before what somebody holds. And what oversight counts of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core.db import cleared
from app.protection.models import Flag, FlagDuty, FlagPeer
from app.protection.queries.holding import has_no_holder, left_among, names_of
from app.protection.queries.reading import facts_of, visible
from app.protection.sealing import CLEARANCE, Facts
from app.units.models import Unit

_MOST = 300
_CLOSED_FOR, _CLOSED_MOST = timedelta(days=30), 60


@dataclass(frozen=True)
class Case:
    """A line of the queue. facts None: shut, or not for this reader (is_shut says which). number: a few letters to speak of it."""

    id: UUID
    status: str
    occurred_at: datetime
    received_at: datetime
    due_at: datetime | None
    is_late: bool
    is_immediate: bool
    holder: str | None
    is_mine: bool
    unit: str | None
    waits_guidance: bool
    mistake_said: bool
    close_reason: str | None
    facts: Facts | None
    is_shut: bool
    # Who held it answers for cases no more.
    is_left: bool
    # Hers, and a colleague opened it with a reason that nobody reviewed yet.
    was_opened: bool

    @property
    def waits(self) -> bool:
        """For somebody who takes it."""
        return self.status == "raised" or (self.status == "taken" and self.is_left)

    @property
    def number(self) -> str:
        return short(self.id)


@dataclass(frozen=True)
class Queue:
    untaken: list[Case] = field(default_factory=list)
    mine: list[Case] = field(default_factory=list)
    others: list[Case] = field(default_factory=list)
    closed: list[Case] = field(default_factory=list)
    # There are more open ones than a page holds: those with the latest time, and of colleagues, are not on it.
    is_cut: bool = False


def short(flag_id: UUID) -> str:
    """How colleagues speak of a case by telephone: of its id, telling nothing."""
    return flag_id.hex[-6:].upper()


def queue_of(session: Session, actor: Actor, now: datetime) -> Queue:
    """Cases that the actor's units answer for, with their facts, the nearest time first."""
    require(actor, "protection.read_queue")
    return _sorted_out(_cases(session, actor, now, with_facts=True))


def overseen_of(session: Session, actor: Actor, now: datetime) -> Queue:
    """What a coordination sees: states, times and who answers; of whom, what or where nothing."""
    require(actor, "protection.review")
    return _sorted_out(_cases(session, actor, now, with_facts=False))


def count_waiting(session: Session, actor: Actor) -> int:
    """How many cases wait to be taken."""
    with cleared(session, CLEARANCE):
        untaken = has_no_holder(actor.municipality_id, actor.when)
        asked = select(func.count()).select_from(Flag).where(
            Flag.municipality_id == actor.municipality_id, untaken, visible(session, actor, untaken)
        )  # fmt: skip
        return session.scalar(asked) or 0


def _sorted_out(cases: list[Case]) -> Queue:
    open_ = [case for case in cases if case.status != "closed"]
    return Queue(
        untaken=[case for case in open_ if case.waits],
        mine=[case for case in open_ if not case.waits and case.is_mine],
        others=[case for case in open_ if not case.waits and not case.is_mine],
        closed=[case for case in cases if case.status == "closed"],
        is_cut=len(open_) == _MOST,
    )


def _cases(session: Session, actor: Actor, now: datetime, with_facts: bool) -> list[Case]:
    m = actor.municipality_id
    with cleared(session, CLEARANCE):
        is_open, closed = Flag.status != "closed", and_(Flag.status == "closed", Flag.closed_at > now - _CLOSED_FOR)
        asked = select(Flag).where(Flag.municipality_id == m, visible(session, actor, or_(is_open, closed)))
        # Her own first, so that nobody else's keep one of hers off the page.
        nearest = (Flag.holder_id.is_distinct_from(actor.worker_id), Flag.due_at.nulls_last(), Flag.received_at)
        open_ = session.scalars(asked.where(is_open).order_by(*nearest).limit(_MOST)).all()
        flags = [
            *sorted(open_, key=lambda flag: (flag.due_at is None, flag.due_at or flag.received_at)),
            *session.scalars(asked.where(closed).order_by(Flag.closed_at.desc()).limit(_CLOSED_MOST)),
        ]
        left = left_among(session, m, flags, now)
        opened = set(
            session.scalars(
                select(FlagPeer.flag_id).where(
                    FlagPeer.municipality_id == m, FlagPeer.kind == "break_glass", FlagPeer.reviewed_at.is_(None),
                    FlagPeer.flag_id.in_([flag.id for flag in flags if flag.holder_id == actor.worker_id]),
                )
            )
        )  # fmt: skip
        names = names_of(session, m, {flag.holder_id for flag in flags})
        units = {row.id: row.name for row in session.execute(select(Unit.id, Unit.name).where(Unit.municipality_id == m))}
        return [_case(flag, actor, now, names, units, with_facts, flag.id in left, flag.id in opened) for flag in flags]


def _case(
    flag: Flag, actor: Actor, now: datetime, names: dict[UUID, str], units: dict[UUID, str], with_facts: bool, is_left: bool,
    was_opened: bool,
) -> Case:
    facts = facts_of(flag) if with_facts else None
    return Case(
        id=flag.id, status=flag.status, occurred_at=flag.occurred_at, received_at=flag.received_at, due_at=flag.due_at,
        is_late=flag.due_at is not None and flag.due_at < now, is_immediate=flag.is_immediate,
        holder=names.get(flag.holder_id) if flag.holder_id else None, is_mine=flag.holder_id == actor.worker_id,
        unit=units.get(flag.unit_id) if flag.unit_id else None, waits_guidance=flag.guidance is None and flag.is_immediate,
        mistake_said=flag.mistake_said_at is not None and flag.status != "closed", close_reason=flag.close_reason, facts=facts,
        is_shut=with_facts and facts is None, is_left=is_left, was_opened=was_opened,
    )  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """What a supervision sees: how many, and how late; of whom, what or where nothing. Minutes are medians, None without any."""

    untaken: int
    untaken_late: int
    taken: int
    taken_late: int
    closed: int
    mistakes: int
    raised: int
    duties_in_time: int
    duties_late: int
    duties_open_late: int
    minutes_to_take: float | None


def counts_of(session: Session, actor: Actor, now: datetime, days: int) -> Counts:
    """Open cases as they stand, and what came and was done in the last days; in the actor's regions, or in the city."""
    require(actor, "protection.oversee")
    m, since = actor.municipality_id, now - timedelta(days=days)
    here: list[Any] = [Flag.municipality_id == m]
    if not actor.everywhere("protection.oversee"):
        here.append(
            Flag.unit_id.in_(select(Unit.id).where(Unit.municipality_id == m, Unit.region_id.in_(actor.region_ids("protection.oversee"))))
        )
    late = Flag.due_at < now
    with cleared(session, CLEARANCE):
        flags = session.execute(
            select(
                func.count().filter(Flag.status == "raised"),
                func.count().filter(Flag.status == "raised", late),
                func.count().filter(Flag.status == "taken"),
                func.count().filter(Flag.status == "taken", late),
                func.count().filter(Flag.status == "closed", Flag.closed_at >= since),
                func.count().filter(Flag.close_reason == "mistake", Flag.closed_at >= since),
                func.count().filter(Flag.received_at >= since),
                func.percentile_cont(0.5)
                .within_group(func.extract("epoch", Flag.taken_at - Flag.received_at) / 60)
                .filter(Flag.taken_at.is_not(None), Flag.received_at >= since),
            ).where(*here)
        ).one()
        mandatory = FlagDuty.obligation == "mandatory"
        told = session.execute(
            select(
                func.count().filter(FlagDuty.done_at >= since, ~FlagDuty.is_late),
                func.count().filter(FlagDuty.done_at >= since, FlagDuty.is_late),
                func.count().filter(FlagDuty.done_at.is_(None), FlagDuty.dropped_at.is_(None), FlagDuty.due_at < now, Flag.status != "closed"),
            )
            .join(Flag, (Flag.municipality_id == FlagDuty.municipality_id) & (Flag.id == FlagDuty.flag_id))
            .where(*here, mandatory)
        ).one()
    return Counts(*flags[:7], *told, minutes_to_take=float(flags[7]) if flags[7] is not None else None)
