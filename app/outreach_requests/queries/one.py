"""One request for whom triages: what was written, its history, what may be the same, which teams could go."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor
from app.accounts.models import Team, Worker
from app.core.models import Municipality
from app.outreach_requests import rules
from app.outreach_requests.models import OutreachRequest, RequestEncounter, RequestEvent, RequestJoin
from app.outreach_requests.queries.reach import within
from app.outreach_requests.sealing import Words, contact_of, words_of
from app.outreach_requests.terms import NEAR_MINUTES, OPEN


@dataclass(frozen=True)
class Told:
    """A line of the history."""

    status: str
    reason: str | None
    worker: str | None
    team: str | None
    at: datetime
    recorded_at: datetime


@dataclass(frozen=True)
class Alike:
    """Another request that may be the same, with why: (reason, figure)."""

    id: UUID
    code: str
    status: str
    received_at: datetime
    reasons: list[tuple[str, int]]


@dataclass(frozen=True)
class Page:
    """contact: how to reach the asker, None where nothing was told or it was erased; signs: of what the words speak."""

    request: OutreachRequest
    words: Words
    contact: str | None
    signs: set[str]
    team: str | None
    history: list[Told]
    alike: list[Alike]
    joined: list[tuple[UUID, str]]
    kept: tuple[UUID, str] | None
    encounters: int
    minutes: int
    target: int
    minutes_to_answer: int | None

    @property
    def is_late(self) -> bool:
        return self.request.status in OPEN and self.minutes_to_answer is None and self.minutes > self.target


def find(session: Session, actor: Actor, request_id: UUID, verb: str) -> OutreachRequest | None:
    """The request within the verb's reach, or None."""
    return session.scalar(
        select(OutreachRequest).where(
            OutreachRequest.municipality_id == actor.municipality_id, OutreachRequest.id == request_id, within(session, actor, verb)
        )
    )


def page_of(session: Session, actor: Actor, request: OutreachRequest, now: datetime) -> Page:
    """Everything that whoever triages sees of one. The caller leaves the line of the reading."""
    m = actor.municipality_id
    words = words_of(request)
    settings = session.get_one(Municipality, m).settings
    team = session.scalar(select(Team.name).where(Team.municipality_id == m, Team.id == request.team_id)) if request.team_id else None
    met = select(func.count()).select_from(RequestEncounter)
    joined, kept = _joins(session, m, request.id)
    return Page(
        request, words, contact_of(request), rules.signs_in(words.description, words.place), team,
        history=_history(session, m, request.id),
        alike=alike_to(session, actor, request) if request.status in OPEN else [],
        joined=joined, kept=kept,
        encounters=session.scalar(met.where(RequestEncounter.municipality_id == m, RequestEncounter.request_id == request.id)) or 0,
        minutes=max(0, int(((request.arrived_at or request.closed_at or now) - request.received_at).total_seconds() // 60)),
        target=rules.target_minutes(settings, request.is_urgent),
        minutes_to_answer=rules.minutes_to_answer(request.received_at, request.arrived_at),
    )  # fmt: skip


def alike_to(session: Session, actor: Actor, request: OutreachRequest, verb: str = "outreach_requests.triage") -> list[Alike]:
    """Open ones, and those answered just now, that may be this very one: near in time first, then judged by place (rules.alike)."""
    m, span = actor.municipality_id, timedelta(minutes=NEAR_MINUTES)
    this = aliased(OutreachRequest)
    # Metres on the ellipsoid; a pair of hours of one city is a handful of rows, so no index of places is needed.
    metres = func.ST_DistanceSphere(OutreachRequest.geom, this.geom)
    rows = session.execute(
        select(OutreachRequest, metres.label("metres"))
        .join(this, and_(this.municipality_id == m, this.id == request.id))
        .where(
            OutreachRequest.municipality_id == m,
            OutreachRequest.id != request.id,
            OutreachRequest.received_at.between(request.received_at - span, request.received_at + span),
            OutreachRequest.purpose == request.purpose,
            or_(OutreachRequest.status.in_(sorted(OPEN)), OutreachRequest.status == "closed"),
            within(session, actor, verb),
        )
        .order_by(OutreachRequest.received_at)
    ).all()
    here = rules.Spot(request.purpose, request.received_at, 0.0, request.known_point_id, request.street)
    found = []
    for row, apart in rows:
        there = rules.Spot(row.purpose, row.received_at, apart, row.known_point_id, row.street)
        reasons = rules.alike(here, there)
        if reasons:
            found.append(Alike(row.id, row.code, row.status, row.received_at, reasons))
    return found


def _history(session: Session, municipality_id: int, request_id: UUID) -> list[Told]:
    rows = session.execute(
        select(RequestEvent, Worker.name.label("worker"), Team.name.label("team"))
        .outerjoin(Worker, and_(Worker.municipality_id == municipality_id, Worker.id == RequestEvent.worker_id))
        .outerjoin(Team, and_(Team.municipality_id == municipality_id, Team.id == RequestEvent.team_id))
        .where(RequestEvent.municipality_id == municipality_id, RequestEvent.request_id == request_id)
        .order_by(RequestEvent.at, RequestEvent.id)
    )
    return [
        Told(event.status, event.reason, worker, team, event.at, event.recorded_at) for event, worker, team in rows
    ]


def _joins(session: Session, municipality_id: int, request_id: UUID) -> tuple[list[tuple[UUID, str]], tuple[UUID, str] | None]:
    def others(here: Any, there: Any) -> list[tuple[UUID, str]]:
        rows = session.execute(
            select(OutreachRequest.id, OutreachRequest.code)
            .join(RequestJoin, and_(RequestJoin.municipality_id == OutreachRequest.municipality_id, there == OutreachRequest.id))
            .where(RequestJoin.municipality_id == municipality_id, here == request_id, RequestJoin.undone_at.is_(None))
            .order_by(RequestJoin.joined_at)
        )
        return [(row.id, row.code) for row in rows]

    kept = others(RequestJoin.joined_id, RequestJoin.kept_id)
    return others(RequestJoin.kept_id, RequestJoin.joined_id), kept[0] if kept else None


def taken_by(session: Session, actor: Actor, request_id: UUID) -> OutreachRequest | None:
    """A request that this worker took in herself: the door through which she sees its code."""
    return session.scalar(
        select(OutreachRequest).where(
            OutreachRequest.municipality_id == actor.municipality_id, OutreachRequest.id == request_id,
            OutreachRequest.taken_by == actor.worker_id,
        )
    )  # fmt: skip


def by_source(session: Session, municipality_id: int, source_key: str) -> OutreachRequest | None:
    """For who can make the key: the page that is sent twice finds what it made."""
    return session.scalar(
        select(OutreachRequest).where(OutreachRequest.municipality_id == municipality_id, OutreachRequest.source_key == source_key)
    )
