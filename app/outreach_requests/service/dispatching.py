"""Dispatch: the system proposes, a person decides; handed to another team, taken back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.queries import street_team
from app.core.ids import new_id
from app.notices import queries as notices
from app.notices import service as notices_service
from app.outreach_requests import queries, rules
from app.outreach_requests.models import OutreachRequest, RequestDispatch
from app.outreach_requests.problems import DecidedByAnother, HandingReasonMissing, SameTeam, UnknownTeam
from app.outreach_requests.service.moves import end_dispatch, in_reach, note
from app.outreach_requests.terms import WITH_TEAM

VERB = "outreach_requests.dispatch"
_DISPATCHES = text("SELECT count(*) FROM request_dispatches WHERE municipality_id = :m AND request_id = :request")


def proposals(session: Session, row: OutreachRequest, now: datetime) -> list[rules.Proposal]:
    """Teams for a request, the one proposed first at the head, each with its reasons."""
    return rules.proposed(queries.candidates(session, row.municipality_id, row.cell, row.region_id, now))


def dispatch(
    session: Session, actor: Actor, request_id: UUID, team_id: UUID, now: datetime, seen_team_id: UUID | None = None,
    reason: str | None = None,
) -> OutreachRequest:  # fmt: skip
    """This team goes, instead of whichever had it. seen_team_id: which team had it on the page from which it was decided.
    reason: why it goes from one team to another (accounts.terms.HANDING_REASONS).

    Raises Forbidden, RequestNotFound, NeverDispatched, NotWaiting, UnknownTeam, SameTeam, DecidedByAnother, HandingReasonMissing.
    """
    row = in_reach(session, actor, VERB, request_id)
    rules.check_dispatch(row.status, row.purpose)
    has_it = row.team_id if row.status in WITH_TEAM else None
    if has_it == team_id:
        raise SameTeam()
    if has_it != seen_team_id:
        raise DecidedByAnother()
    if not street_team(session, actor.municipality_id, team_id):
        raise UnknownTeam(fields={"team_id": [str(UnknownTeam.sentence)]})
    if has_it and reason is None:
        raise HandingReasonMissing(fields={"reason": [str(HandingReasonMissing.sentence)]})
    if has_it:
        notices_service.settle(session, row.municipality_id, "request_sent", row.id, now)
        end_dispatch(session, row, "handed", now)
        note(session, actor, row, VERB, now, event="handed", reason=reason, team_id=has_it, fields=["team_id"])
    session.add(
        RequestDispatch(
            municipality_id=actor.municipality_id, id=new_id(), request_id=row.id, team_id=team_id, decided_by=actor.worker_id,
            decided_at=now,
        )
    )  # fmt: skip
    session.flush()
    row.team_id, row.dispatched_at, row.status = team_id, now, "dispatched"
    # What another team began is in the history; this one begins anew.
    row.set_out_at = row.arrived_at = None
    row.triaged_at, row.triaged_by = row.triaged_at or now, row.triaged_by or actor.worker_id
    note(session, actor, row, VERB, now, team_id=team_id, fields=["status", "team_id"])
    # In neutral words, to whoever is of the team now; each time that it is sent, once.
    step = session.scalar(_DISPATCHES, {"m": row.municipality_id, "request": row.id})
    mates = notices.team_of(session, row.municipality_id, team_id, now)
    notices_service.tell(session, row.municipality_id, mates, "request_sent", row.id, now, step or 0)
    return row


def take_back(session: Session, actor: Actor, request_id: UUID, now: datetime) -> OutreachRequest:
    """It waits again, without a team. Raises NotWithTeam."""
    row = in_reach(session, actor, VERB, request_id)
    rules.check_taking_back(row.status)
    had_it = row.team_id
    end_dispatch(session, row, "taken_back", now)
    notices_service.settle(session, row.municipality_id, "request_sent", row.id, now)
    row.team_id = row.dispatched_at = row.set_out_at = row.arrived_at = None
    row.status = "triaged"
    note(session, actor, row, VERB, now, event="taken_back", team_id=had_it, fields=["status", "team_id"])
    return row
