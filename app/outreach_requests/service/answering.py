"""What the team tells, with or without signal: on the way, there, closed with an outcome. Each at the instant it happened."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import allows, require
from app.core.ids import new_id
from app.core.timing import Timing
from app.notices import service as notices_service
from app.outreach_requests import rules
from app.outreach_requests.models import OutreachRequest, RequestDispatch
from app.outreach_requests.problems import NotYours
from app.outreach_requests.service.moves import end_dispatch, locked, note
from app.outreach_requests.terms import SAYS_THERE, WITH_TEAM

_MET = text(
    "INSERT INTO request_encounters (municipality_id, id, request_id, encounter_id)"
    " SELECT :m, :id, r.id, e.id FROM outreach_requests r JOIN encounters e ON e.municipality_id = r.municipality_id"
    " WHERE r.municipality_id = :m AND r.id = :request AND e.id = :encounter AND NOT EXISTS (SELECT FROM request_encounters x"
    "  WHERE x.municipality_id = :m AND x.request_id = :request AND x.encounter_id = :encounter)"
)


def set_out(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """The team is on its way. Raises Forbidden, RequestNotFound, NotYours."""
    row, team_id = _of_the_team(session, actor, "outreach_requests.set_out", data["request_id"], timing.occurred_at)
    if row.team_id == team_id and row.status in WITH_TEAM:
        row.set_out_at = min(filter(None, (row.set_out_at, timing.occurred_at)))
    _move(session, actor, row, "on_the_way", team_id, "outreach_requests.set_out", timing)


def arrive(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """The team is there. Raises Forbidden, RequestNotFound, NotYours."""
    row, team_id = _of_the_team(session, actor, "outreach_requests.arrive", data["request_id"], timing.occurred_at)
    _stood_there(row, team_id, timing.occurred_at)
    _move(session, actor, row, "there", team_id, "outreach_requests.arrive", timing)


def close(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """How it ended. `data` is CloseIn's. What was closed already, or is answered by another team that is there,
    keeps its outcome, and this is kept in its history.

    Raises Forbidden, RequestNotFound, NotYours.
    """
    row, team_id = _of_the_team(session, actor, "outreach_requests.close", data["request_id"], timing.occurred_at)
    if _ends(row, team_id):
        if data["outcome"] in SAYS_THERE:
            _stood_there(row, team_id, timing.occurred_at, also_waiting=True)
        row.team_id = team_id
        row.dispatched_at = row.dispatched_at or timing.occurred_at
        row.outcome, row.offers = data["outcome"], sorted(set(data["offers"]))
        row.closed_at = max(timing.occurred_at, row.received_at)
        end_dispatch(session, row, "closed", timing.received_at)
        # Whoever has it now and wasn't told yet needn't be any more.
        notices_service.settle(session, row.municipality_id, "request_sent", row.id, timing.received_at)
    _move(session, actor, row, "closed", team_id, "outreach_requests.close", timing, reason=data["outcome"])


def note_met(session: Session, municipality_id: int, request_id: UUID, encounter_id: UUID) -> None:
    """An encounter was recorded from a request. One that isn't here is passed over: no encounter is refused for its request."""
    session.execute(_MET, {"m": municipality_id, "id": new_id(), "request": request_id, "encounter": encounter_id})


def _stood_there(row: OutreachRequest, team_id: UUID, at: datetime, also_waiting: bool = False) -> None:
    """The first instant at which somebody of the team was there counts, whichever of two phones told it first."""
    if (row.team_id == team_id and row.status in WITH_TEAM) or also_waiting:
        row.arrived_at = min(filter(None, (row.arrived_at, max(at, row.received_at))))


def _move(
    session: Session, actor: Actor, row: OutreachRequest, move: str, team_id: UUID, action: str, timing: Timing, reason: str | None = None
) -> None:
    # What another team tells of a request that isn't hers any more is kept as told, and moves nothing unless it ends it.
    is_hers = row.team_id == team_id
    status = rules.after_move(row.status, move) if is_hers or (move == "closed" and _ends(row, team_id)) else None
    if status:
        row.status = status
    event = status or ("told_late" if not is_hers or move == "closed" else move)
    note(
        session, actor, row, action, timing.received_at, at=timing.occurred_at, event=event, reason=reason, team_id=team_id,
        fields=["status"] if status else [],
    )  # fmt: skip


def _ends(row: OutreachRequest, team_id: UUID) -> bool:
    """Whether this team's answer ends it: not while another that has it now stands there and will answer for itself."""
    return rules.after_move(row.status, "closed") is not None and not (row.status == "there" and row.team_id != team_id)


def _of_the_team(
    session: Session, actor: Actor, verb: str, request_id: UUID, at: datetime
) -> tuple[OutreachRequest, UUID]:
    """The request, locked, and the team for which she speaks: the one that has it, else the last one of hers that had it then."""
    then = actor.at(at)
    require(then, verb)
    row = locked(session, actor.municipality_id, request_id)
    if row.team_id and allows(then, verb, team_id=row.team_id) and _had_it(session, row, {row.team_id}):
        return row, row.team_id
    teams = then.team_ids(verb)
    found = _had_it(session, row, teams if not then.everywhere(verb) else None)
    if not found:
        raise NotYours()
    return row, found[0]


def _had_it(session: Session, row: OutreachRequest, teams: Collection[UUID] | None) -> list[UUID]:
    """Which of the teams ever had it, the last first. A phone's clock may be off: when is no matter."""
    asked = select(RequestDispatch.team_id).where(
        RequestDispatch.municipality_id == row.municipality_id, RequestDispatch.request_id == row.id
    )
    if teams is not None:
        asked = asked.where(RequestDispatch.team_id.in_(teams))
    return list(session.scalars(asked.order_by(RequestDispatch.ended_at.is_not(None), RequestDispatch.decided_at.desc())))
