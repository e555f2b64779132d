"""/mesa/solicitacoes/nova: taken in while somebody is on the telephone: one screen, nothing required but for whom and where."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, redirect
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.core.ids import new_id
from app.core.problems import Problem
from app.outreach_requests import queries, service
from app.outreach_requests.pages.forms import NewForm
from app.outreach_requests.pages.places import choices_of, settle_names, without_pin
from app.outreach_requests.pages.words import TOLD, words
from app.outreach_requests.schemas import asked
from app.outreach_requests.terms import BY_HAND

blueprint = Blueprint("outreach_requests_intake", __name__)

_AHEAD = timedelta(minutes=5)


class NewQuery(Schema):
    feito = fields.UUID(load_default=None)
    como = fields.String(load_default="recebida")


@blueprint.get("/mesa/solicitacoes/nova")
@page_door("outreach_requests.take_in", query=NewQuery)
def new(session, actor, query):
    done = queries.taken_by(session, actor, query["feito"]) if query["feito"] else None
    return _page(session, actor, {}, done=done, told=TOLD.get(query["como"]) if done else None)


def _again(session, actor, typed, refused):
    return _page(session, actor, typed, wrong=refused)


@blueprint.post("/mesa/solicitacoes/nova")
@page_door("outreach_requests.take_in", takes=NewForm, again=_again)
def take_in(session, actor, data):
    now = clock.now()
    without_pin(data)
    typed = dict(data)
    streets = settle_names(session, actor.municipality_id, data)
    if streets:
        return _page(session, actor, typed, streets=streets)
    try:
        with session.begin_nested():
            row = service.take_in(session, actor, _body(session, actor, data, now), now)
    except Problem as problem:
        # What was typed stays: somebody is on the telephone.
        if problem.status != 422:
            raise
        return _page(session, actor, typed, wrong=problem), problem.status
    how = "ja_estava" if data["origin"] and row.taken_at != now else "recebida"
    if actor.can("outreach_requests.triage"):
        return redirect(f"/mesa/solicitacoes/{row.id}?feito={how}", 303)
    return redirect(f"/mesa/solicitacoes/nova?feito={row.id}&como={how}", 303)


def _body(session: Session, actor: Actor, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    origin = data["origin"].strip().casefold()
    kept = ("channel purpose description people_count with_children is_urgent lon lat point_id street neighbourhood place_text contact").split()
    told = {name: data[name] for name in kept}
    return asked(
        **told,
        request_id=data["form_id"],
        received_at=_asked_at(data["hour"], days.zone_of(session, actor.municipality_id), now) if data["hour"] else None,
        # The number of another central is kept as a mark alone: enough to know it again.
        source_key=hashlib.sha256(f"{data['channel']}\0{origin}".encode()).hexdigest() if origin
        else service.mark_of(current_app.config["SECRET_KEY"], data["form_id"], told | {"hour": data["hour"]}),
    )


def _asked_at(hour: str, zone: Any, now: datetime) -> datetime:
    """The last time that the clock of the city showed this hour."""
    local = now.astimezone(zone)
    at = local.replace(hour=int(hour[:2]), minute=int(hour[3:]), second=0, microsecond=0)
    # The clock of whoever answers may be a little ahead of the server's.
    return at if at <= local + _AHEAD else at - timedelta(days=1)


def _page(session: Session, actor: Actor, typed: dict[str, Any], wrong: Problem | None = None, **context: Any) -> str:
    errors = wrong.fields if wrong else {}
    if "form_id" in errors:
        typed = typed | {"form_id": new_id()}
    empty = asked(form_id=new_id(), channel=BY_HAND[0], purpose="", hour="", origin="", street_choice="")
    return desk_page(
        session, actor, "outreach_requests/new.html",
        **{"streets": [], "done": None, "told": None} | context, wrong=wrong, errors=errors,
        typed=empty | typed, by_hand=BY_HAND, **choices_of(session, actor.municipality_id, points=True), **words(),
    )  # fmt: skip
