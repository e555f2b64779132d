"""What is done with a request, each by a form of its page that works by itself and leads back to it."""

from uuid import UUID

from flask import Blueprint, redirect

from app.access.door import page_door
from app.core import clock
from app.outreach_requests import service
from app.outreach_requests.pages.forms import Nothing, OtherForm, OutForm, TeamForm, TriageForm
from app.outreach_requests.pages.inbox import page

blueprint = Blueprint("outreach_requests_acts", __name__)

_ONE = "/mesa/solicitacoes/<uuid:request_id>"


def _again(session, actor, typed, refused, request_id: UUID):
    return page(session, actor, request_id, typed=typed, wrong=refused)


@blueprint.post(f"{_ONE}/triagem")
@page_door("outreach_requests.triage", takes=TriageForm, again=_again)
def triage(session, actor, data, request_id: UUID):
    service.triage(session, actor, request_id, data, clock.now())
    return _back(request_id, "triada")


@blueprint.post(f"{_ONE}/orientar")
@page_door("outreach_requests.triage", takes=Nothing)
def guide(session, actor, data, request_id: UUID):
    service.guide(session, actor, request_id, clock.now())
    return _back(request_id, "orientada")


@blueprint.post(f"{_ONE}/fora")
@page_door("outreach_requests.triage", takes=OutForm, again=_again)
def leave_out(session, actor, data, request_id: UUID):
    service.leave_out(session, actor, request_id, data["reason"], clock.now())
    return _back(request_id, "fora")


@blueprint.post(f"{_ONE}/juntar")
@page_door("outreach_requests.triage", takes=OtherForm)
def join(session, actor, data, request_id: UUID):
    kept, joined = (request_id, data["other_id"]) if data["keep"] == "this" else (data["other_id"], request_id)
    service.join(session, actor, kept, joined, clock.now())
    return _back(kept, "juntada")


@blueprint.post(f"{_ONE}/separar")
@page_door("outreach_requests.triage", takes=Nothing)
def undo_join(session, actor, data, request_id: UUID):
    service.undo_join(session, actor, request_id, clock.now())
    return _back(request_id, "separada")


@blueprint.post(f"{_ONE}/equipe")
@page_door("outreach_requests.dispatch", takes=TeamForm)
def dispatch(session, actor, data, request_id: UUID):
    service.dispatch(session, actor, request_id, data["team_id"], clock.now(), data["seen"], data["reason"])
    return _back(request_id, "equipe")


@blueprint.post(f"{_ONE}/tirar")
@page_door("outreach_requests.dispatch", takes=Nothing)
def take_back(session, actor, data, request_id: UUID):
    service.take_back(session, actor, request_id, clock.now())
    return _back(request_id, "tirada")


def _back(request_id: UUID, told: str):
    return redirect(f"/mesa/solicitacoes/{request_id}?feito={told}", 303)
