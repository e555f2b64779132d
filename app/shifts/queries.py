"""Readings of shifts: for what is recorded in them, for their worker's phone, for presence, for the rule that closes them."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.shifts.models import PresenceMark, Shift, ShiftCompanion, ShiftEvent
from app.shifts.presence import Facts, Said, Sign, Worked
from app.shifts.roster.models import PlannedShift
from app.shifts.roster.queries import planned_for_worker

# The longest that a shift is looked back for: one that began earlier is over, by its worker or by the rule.
REACH = timedelta(hours=48)
_ON_PHONE = timedelta(hours=72)
_MOMENTS = ("entered", "paused", "resumed")


def teams_of_shifts(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The team of each shift that exists."""
    rows = session.execute(
        select(Shift.id, Shift.team_id).where(Shift.municipality_id == municipality_id, Shift.id.in_(ids))
    )
    return {shift_id: team_id for shift_id, team_id in rows}


def open_shift_ids(session: Session, municipality_id: int) -> list[UUID]:
    """Every shift that nobody closed yet."""
    return list(
        session.scalars(select(Shift.id).where(Shift.municipality_id == municipality_id, Shift.ended_at.is_(None)))
    )


def open_shifts(session: Session, municipality_id: int) -> Iterator[tuple[Shift, datetime, datetime | None]]:
    """The same, each with the last that was said or marked in it and its planned end, where it has one."""
    found = session.scalars(
        select(Shift).where(Shift.municipality_id == municipality_id, Shift.ended_at.is_(None)).order_by(Shift.id)
    ).all()
    ids = [shift.id for shift in found]
    if not ids:
        return
    last: dict[UUID, datetime] = {}
    for table, at in ((ShiftEvent, ShiftEvent.at), (PresenceMark, PresenceMark.occurred_at)):
        rows = session.execute(
            select(table.shift_id, func.max(at))
            .where(table.municipality_id == municipality_id, table.shift_id.in_(ids))
            .group_by(table.shift_id)
        )
        for shift_id, newest in rows:
            last[shift_id] = max(newest, last.get(shift_id, newest))
    plans = {shift.planned_shift_id for shift in found if shift.planned_shift_id}
    rows = session.execute(
        select(PlannedShift.id, PlannedShift.ends_at).where(
            PlannedShift.municipality_id == municipality_id, PlannedShift.id.in_(plans), PlannedShift.status == "published"
        )
    )
    ends = {plan_id: ends_at for plan_id, ends_at in rows}
    for shift in found:
        here = max(shift.started_at, last.get(shift.id, shift.started_at))
        yield shift, here, ends.get(shift.planned_shift_id) if shift.planned_shift_id else None


def teams_out(session: Session, municipality_id: int, now: datetime) -> dict[UUID, tuple[datetime, bool]]:
    """{team: (since when the first of its open shifts, whether all of them are in a break)}."""
    m = municipality_id
    last = (
        select(ShiftEvent.kind)
        .where(
            ShiftEvent.municipality_id == m, ShiftEvent.shift_id == Shift.id, ShiftEvent.kind.in_(("paused", "resumed")),
            ShiftEvent.at <= now,
        )
        .order_by(ShiftEvent.at.desc(), ShiftEvent.received_at.desc(), ShiftEvent.id.desc())
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip
    rows = session.execute(
        select(Shift.team_id, func.min(Shift.started_at), func.bool_and(func.coalesce(last, "") == "paused"))
        .where(Shift.municipality_id == m, Shift.ended_at.is_(None), Shift.started_at.between(now - REACH, now))
        .group_by(Shift.team_id)
    )
    return {team_id: (since, paused) for team_id, since, paused in rows}


def teams_home(session: Session, municipality_id: int, since: datetime, now: datetime) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """{team: (opened, ended) of its shifts that ended in since ≤ t ≤ now}, the last one last."""
    rows = session.execute(
        select(Shift.team_id, Shift.started_at, Shift.ended_at)
        .where(Shift.municipality_id == municipality_id, Shift.started_at > since - REACH, Shift.ended_at.between(since, now))
        .order_by(Shift.ended_at)
    )
    found: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for team_id, started_at, ended_at in rows:
        found.setdefault(team_id, []).append((started_at, ended_at))
    return found


def workers_of_teams(
    session: Session, municipality_id: int, team_ids: Collection[UUID], since: datetime, until: datetime
) -> dict[UUID, int]:
    """{team: how many went out in its shifts that meet since ≤ t < until}: with their own phone or along with another."""
    m = municipality_id
    met = (
        Shift.municipality_id == m, Shift.team_id.in_(list(team_ids)), Shift.started_at > since - REACH, Shift.started_at < until,
        or_(Shift.ended_at.is_(None), Shift.ended_at > since),
    )  # fmt: skip
    went = select(Shift.team_id, Shift.worker_id).where(*met).union(
        select(Shift.team_id, ShiftCompanion.worker_id)
        .join(ShiftCompanion, and_(ShiftCompanion.municipality_id == m, ShiftCompanion.shift_id == Shift.id))
        .where(*met)
    ).subquery()  # fmt: skip
    rows = session.execute(select(went.c.team_id, func.count()).group_by(went.c.team_id))
    return {team_id: number for team_id, number in rows}


def plan_of(session: Session, municipality_id: int, team_id: UUID, planned_shift_id: UUID | None) -> UUID | None:
    """The planned shift that a phone names, if it is one of that team; else none: a plan holds back no shift."""
    if planned_shift_id is None:
        return None
    return session.scalar(
        select(PlannedShift.id).where(
            PlannedShift.municipality_id == municipality_id, PlannedShift.id == planned_shift_id, PlannedShift.team_id == team_id
        )
    )


def planned_ahead(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """The worker's next published shifts, as her phone shows them."""
    return planned_for_worker(session, actor, now, limit=3) if actor.can("shifts.start") else []


def for_phone(session: Session, actor: Actor, now: datetime, ids: Collection[UUID] | None = None) -> dict[UUID, dict[str, Any]]:
    """The worker's own shifts of the last three days, as pull bodies: what became of them, and where they are."""
    m = actor.municipality_id
    query = select(Shift).where(
        Shift.municipality_id == m, Shift.worker_id == actor.worker_id, Shift.started_at > now - _ON_PHONE
    )
    if ids is not None:
        query = query.where(Shift.id.in_(ids))
    found = {shift.id: _body(shift) for shift in session.scalars(query)}
    if not found:
        return {}
    moments = session.execute(
        select(ShiftEvent.shift_id, ShiftEvent.kind, ShiftEvent.region_id, ShiftEvent.at)
        .where(ShiftEvent.municipality_id == m, ShiftEvent.shift_id.in_(found), ShiftEvent.kind.in_(_MOMENTS))
        .order_by(ShiftEvent.at, ShiftEvent.received_at, ShiftEvent.id)
    )
    for row in moments:
        if row.kind == "entered":
            found[row.shift_id]["region_id"] = row.region_id
        found[row.shift_id]["paused_at"] = row.at if row.kind == "paused" else None
    return found


def own_ids(session: Session, actor: Actor, ids: Collection[UUID]) -> set[UUID]:
    """Of these, the worker's own, however old: what her phone may have held."""
    return set(
        session.scalars(
            select(Shift.id).where(
                Shift.municipality_id == actor.municipality_id, Shift.worker_id == actor.worker_id, Shift.id.in_(ids)
            )
        )
    )


def last_marks(session: Session, municipality_id: int) -> dict[UUID, datetime]:
    """The newest mark at each known point that has one: "passei aqui, ninguém", or that somebody was there."""
    rows = session.execute(
        select(PresenceMark.known_point_id, func.max(PresenceMark.occurred_at))
        .where(PresenceMark.municipality_id == municipality_id, PresenceMark.known_point_id.is_not(None))
        .group_by(PresenceMark.known_point_id)
    )
    return {point_id: at for point_id, at in rows if point_id}


def marks_at_points(session: Session, municipality_id: int, since: datetime, until: datetime) -> list[tuple[UUID, UUID, datetime, str]]:
    """(point, team, when, kind) of the marks at known points in since ≤ t < until. Of an hour that nobody knows, none."""
    rows = session.execute(
        select(PresenceMark.known_point_id, PresenceMark.team_id, PresenceMark.occurred_at, PresenceMark.kind).where(
            PresenceMark.municipality_id == municipality_id,
            PresenceMark.occurred_at >= since,
            PresenceMark.occurred_at < until,
            PresenceMark.known_point_id.is_not(None),
            PresenceMark.time_uncertain.is_(False),
        )
    )
    return [(point_id, team_id, at, kind) for point_id, team_id, at, kind in rows if point_id]


def presence_facts(session: Session, municipality_id: int, since: datetime, until: datetime) -> Facts:
    """What is known of the presence of teams in since ≤ t < until: shifts, what was said of them, their marks.

    Signs of higher floors are the caller's to add, from since - REACH on: a sign before the window says where the team is.
    """
    m = municipality_id
    shifts = session.execute(
        select(Shift.id, Shift.team_id, Shift.started_at, Shift.ended_at, Shift.end_kind).where(
            Shift.municipality_id == m,
            Shift.started_at > since - REACH,
            Shift.started_at < until,
            # A sign after the rule's end may reach into the window.
            or_(Shift.ended_at.is_(None), Shift.ended_at >= since, Shift.end_kind == "rule"),
        )
    ).all()
    ids = [row.id for row in shifts]
    said = session.execute(
        select(ShiftEvent.shift_id, ShiftEvent.at, ShiftEvent.kind, ShiftEvent.region_id).where(
            ShiftEvent.municipality_id == m, ShiftEvent.shift_id.in_(ids), ShiftEvent.kind.in_(_MOMENTS)
        )
    ).all()
    marks = session.execute(
        select(PresenceMark.team_id, PresenceMark.occurred_at, PresenceMark.region_id, PresenceMark.shift_id).where(
            PresenceMark.municipality_id == m,
            PresenceMark.occurred_at >= since - REACH,
            PresenceMark.occurred_at < until,
            # An hour that nobody knows proves no hour.
            PresenceMark.time_uncertain.is_(False),
        )
    ).all()
    return Facts(
        tuple(Worked(row.id, row.team_id, row.started_at, row.ended_at, row.end_kind == "rule") for row in shifts),
        tuple(Said(*row) for row in said),
        tuple(Sign(*row) for row in marks),
    )


def _body(shift: Shift) -> dict[str, Any]:
    return {
        "id": shift.id,
        "team_id": shift.team_id,
        "region_id": None,
        "started_at": shift.started_at,
        "paused_at": None,
        "ended_at": shift.ended_at,
        "end_kind": shift.end_kind,
    }

