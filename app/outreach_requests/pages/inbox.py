"""/mesa/solicitacoes: what waits, late first. One request: what was written, what may be the same, which teams could go."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import counts, desk_page
from app.core import clock
from app.core.problems import Problem
from app.outreach_requests import queries, service
from app.outreach_requests.models import OutreachRequest
from app.outreach_requests.pages.forms import DoneQuery, InboxQuery
from app.outreach_requests.pages.words import TOLD, words
from app.outreach_requests.problems import RequestNotFound
from app.outreach_requests.terms import OPEN, WAITING, WITH_TEAM
from app.territory.queries import point_place, region_names

blueprint = Blueprint("outreach_requests_inbox", __name__)

counts["/mesa/solicitacoes"] = lambda session, actor: queries.waiting(session, actor, clock.now())
# From then on what was written may be erased already.
_OLD = timedelta(days=30)


@blueprint.get("/mesa/solicitacoes")
@page_door("outreach_requests.triage", query=InboxQuery)
def inbox(session, actor, query):
    found, more = queries.inbox(session, actor, clock.now(), query["mostrar"], query["regiao"])
    return desk_page(
        session, actor, "outreach_requests/inbox.html",
        found=found, more=more, chosen=query["mostrar"], region_id=query["regiao"], figures=queries.counted(session, actor),
        regions=region_names(session, actor.municipality_id), told=TOLD.get(query["feito"] or ""), **words(),
    )  # fmt: skip


@blueprint.get("/mesa/solicitacoes/<uuid:request_id>")
@page_door("outreach_requests.triage", query=DoneQuery)
def one(session, actor, query, request_id: UUID):
    return page(session, actor, request_id, told=TOLD.get(query["feito"] or ""))


def page(
    session: Session, actor: Actor, request_id: UUID, told=None, typed: dict[str, str] | None = None, wrong: Problem | None = None
) -> str:
    """typed, wrong: what was sent and refused, shown again with why. Raises RequestNotFound."""
    now = clock.now()
    row = queries.find(session, actor, request_id, "outreach_requests.triage")
    if row is None:
        raise RequestNotFound()
    service.read_words(session, actor, row, now)
    found = queries.page_of(session, actor, row, now)
    may_send = actor.can("outreach_requests.dispatch") and row.status in OPEN and row.purpose != "removal"
    point = point_place(session, actor.municipality_id, row.known_point_id) if row.known_point_id else None
    return desk_page(
        session, actor, "outreach_requests/request.html",
        page=found, request=row, told=told, point=point, wrong=wrong, errors=wrong.fields if wrong else {},
        triaging=_triaging(row, typed),
        regions=region_names(session, actor.municipality_id),
        proposals=service.proposals(session, row, now) if may_send else [],
        is_old=now - row.received_at > _OLD, waits=row.status in WAITING, is_with_team=row.status in WITH_TEAM,
        may_triage=row.status in OPEN | {"guided", "out_of_scope"},
        **words(),
    )  # fmt: skip


def _triaging(row: OutreachRequest, typed: dict[str, str] | None) -> dict[str, Any]:
    """What the triage's form shows: what was sent and refused, else what the request holds."""
    names = ("purpose", "people_count", "is_urgent", "with_children")
    if typed and "purpose" in typed:
        return {name: typed.get(name, "") for name in names}
    return {name: getattr(row, name) for name in names}
