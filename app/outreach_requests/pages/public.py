"""/pedido/<ibge>/: what anybody may ask for, without an account and without a name; and how it goes, by its code, in neutral words.

No answer tells who a person is, where she is, or whether she was found.
"""

from threading import BoundedSemaphore
from typing import Any

from flask import Blueprint, current_app, request
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.core.db import bind
from app.core.fields import Line
from app.core.models import Municipality
from app.core.problems import NotFound, Problem
from app.outreach_requests import queries, service
from app.outreach_requests.pages.forms import AskedForm
from app.outreach_requests.pages.places import choices_of, settle_names, without_pin
from app.outreach_requests.pages.words import words
from app.outreach_requests.problems import FormBusy, FormTooOld, FormTrapped
from app.outreach_requests.schemas import asked
from app.outreach_requests.service import gate
from app.outreach_requests.terms import FOLLOWED, PURPOSES
from app.territory import sketch

blueprint = Blueprint("outreach_requests_public", __name__)

# A form is small; and at most so many at once stand between the desk and the database.
FORM_LIMIT = 16 * 1024
_AT_ONCE = BoundedSemaphore(2)


class PublicForm(AskedForm):
    """proof: of when the page was made. site: a field that no person sees, left blank by everybody but machines."""

    proof = fields.String(required=True, validate=validate.Length(max=200))
    site = fields.String(load_default="", validate=validate.Length(max=200))


class CodeForm(Schema):
    code = Line(40, required=True)


@blueprint.get("/pedido/<int:ibge>/")
@page_door(public=True)
def form(session, _actor, ibge: int):
    return _page(session, city_of(session, ibge), {})


def _form_again(session, _actor, typed, refused, ibge: int):
    # A proof that is no proof is made anew.
    kept = typed if "proof" not in refused.fields else typed | {"proof": ""}
    return _page(session, city_of(session, ibge), kept, wrong=refused)


@blueprint.post("/pedido/<int:ibge>/")
@page_door(public=True, takes=PublicForm, limit=FORM_LIMIT, again=_form_again)
def ask(session, _actor, data, ibge: int):
    city = city_of(session, ibge)
    if not _AT_ONCE.acquire(blocking=False):
        return _page(session, city, data, wrong=FormBusy()), FormBusy.status
    try:
        return _asked(session, city, data)
    finally:
        _AT_ONCE.release()


def _asked(session: Session, city: Municipality, data: dict[str, Any]) -> Any:
    without_pin(data)
    typed, now, secret = dict(data), clock.now(), current_app.config["SECRET_KEY"]
    try:
        id_, age = gate.opened(secret, city.id, data["proof"], now)
        if data["site"]:
            raise FormTrapped()
        streets = settle_names(session, city.id, data)
        if streets:
            return _page(session, city, typed, streets=streets)
        kept = "purpose description people_count with_children lon lat street neighbourhood place_text contact".split()
        told = {name: data[name] for name in kept}
        key = service.mark_of(secret, id_, told)
        with session.begin_nested():
            row = queries.by_source(session, city.id, key)
            if row is None:
                gate.pass_through(session, city.id, request.remote_addr or "", secret, age, now)
                body = asked(**told, request_id=id_, channel="public_form", source_key=key)
                row = service.take_in_public(session, city.id, body, now)
    except Problem as problem:
        if problem.status not in (422, 429, 503):
            raise
        if isinstance(problem, FormTooOld):
            typed["proof"] = ""
        return _page(session, city, typed, wrong=problem), problem.status
    return desk_page(session, None, "outreach_requests/public_done.html", where=city, done=row, **words())


def _follow_again(session, _actor, typed, _refused, ibge: int):
    return _follow_page(session, city_of(session, ibge), typed.get("code", ""), None)


@blueprint.get("/pedido/<int:ibge>/acompanhar")
@page_door(public=True)
def follow_form(session, _actor, ibge: int):
    return _follow_page(session, city_of(session, ibge), "", None)


@blueprint.post("/pedido/<int:ibge>/acompanhar")
@page_door(public=True, takes=CodeForm, limit=FORM_LIMIT, again=_follow_again)
def follow(session, _actor, data, ibge: int):
    city = city_of(session, ibge)
    found = queries.by_code(session, ibge, data["code"], clock.now())
    return _follow_page(session, city, data["code"], found), 200 if found else 404


def _follow_page(session: Session, city: Municipality, typed: str, found: Any) -> str:
    # The day of the city: what was asked in the evening is not of tomorrow.
    on = found.received_at.astimezone(days.zone_of(session, city.id)).date() if found else None
    return desk_page(
        session, None, "outreach_requests/follow.html", where=city, typed=typed[:20], found=found, on=on, states=FOLLOWED, **words()
    )


def city_of(session: Session, ibge: int) -> Municipality:
    """The city, to which this transaction is bound from here on. Raises NotFound."""
    if not 1_000_000 <= ibge <= 9_999_999:
        raise NotFound()
    bind(session, ibge)
    city = session.get(Municipality, ibge)
    if city is None:
        raise NotFound()
    return city


def _page(session: Session, city: Municipality, typed: dict[str, Any], wrong: Problem | None = None, streets: Any = ()) -> str:
    secret = current_app.config["SECRET_KEY"]
    # A page that comes back keeps its proof: who waited once needn't wait from the beginning.
    proof = typed.get("proof") or gate.token(secret, city.id, clock.now())
    return desk_page(
        session, None, "outreach_requests/public.html", where=city, wrong=wrong, streets=streets,
        typed=asked(purpose="self", street_choice="") | typed | {"proof": proof, "point_id": None},
        errors=wrong.fields if wrong else {}, drawing=sketch.mark_of(session, city.id),
        **choices_of(session, city.id, points=False), **words() | {"purposes": PURPOSES},
    )  # fmt: skip
