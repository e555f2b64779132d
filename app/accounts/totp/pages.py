"""The second step at the desk: turning it on with a QR code, the codes for paper, turning it off; asked at sign-in."""

import io
from typing import Any

import segno
from flask import Blueprint, Response, make_response, redirect
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.accounts import ceremonies, signin
from app.accounts.pages import local_path, refuse_foreign_form
from app.accounts.problems import SecondStepOver, SlowDown, WrongTotp
from app.accounts.recovery import SecondStep
from app.accounts.routes import set_cookie
from app.accounts.totp import service
from app.core import clock
from app.core.db import bind
from app.core.fields import Line

blueprint = Blueprint("totp_pages", __name__)


class PasswordForm(Schema):
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))


class CodeForm(Schema):
    code = Line(40, required=True)


class SecondStepForm(CodeForm):
    ceremony = fields.String(required=True, validate=validate.Length(min=1, max=100))
    de = fields.String(load_default="")


@blueprint.post("/entrar/confirmar")
@page_door(public=True, takes=SecondStepForm)
def second_step(session, _actor, data):
    refuse_foreign_form()
    now = clock.now()
    begun = ceremonies.find(session, "second_step", data["ceremony"], now)
    if begun is None:
        raise SecondStepOver()
    who = SecondStep(begun.city_id, begun.worker_id)
    bind(session, who.municipality_id, who.worker_id)
    try:
        signin.check_code(session, who.municipality_id, who.worker_id, data["code"], now)
    except (WrongTotp, SlowDown) as problem:
        # The page is answered and not raised: its ceremony goes on, and what must be noted is noted here.
        if problem.then:
            problem.then(session)
        page = desk_page(
            session, None, "accounts/second_step.html", ceremony=data["ceremony"], de=data["de"], problem=problem
        )
        return make_response(page, problem.status)
    ceremonies.end(session, data["ceremony"])
    opened = signin.enter(session, who, now)
    return set_cookie(redirect(local_path(data["de"]), 303), opened.token, opened.actor)


@blueprint.get("/conta/segundo-passo")
@page_door("accounts.remove_totp")
def second_step_of_account(session, actor):
    return _page(session, actor)


@blueprint.post("/conta/segundo-passo")
@page_door("accounts.set_totp", takes=PasswordForm)
def begin(session, actor, data):
    now = clock.now()
    signin.ask_password(session, actor, data["password"], now)
    service.start(session, actor, now)
    return redirect("/conta/segundo-passo/codigo", 303)


@blueprint.get("/conta/segundo-passo/codigo")
@page_door("accounts.set_totp")
def show(session, actor):
    typed, _address = service.secret_to_show(session, actor)
    return desk_page(session, actor, "accounts/totp_begun.html", typed=typed)


@blueprint.get("/conta/segundo-passo/qr.svg")
@page_door("accounts.set_totp")
def picture(session, actor):
    _typed, address = service.secret_to_show(session, actor)
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=6, border=3, light="#fff", dark="#000")
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@blueprint.post("/conta/segundo-passo/confirmar")
@page_door("accounts.set_totp", takes=CodeForm)
def confirm(session, actor, data):
    try:
        paper = service.confirm(session, actor, data["code"], clock.now())
    except WrongTotp as problem:
        typed, _address = service.secret_to_show(session, actor)
        page = desk_page(session, actor, "accounts/totp_begun.html", typed=typed, problem=problem)
        return make_response(page, problem.status)
    return desk_page(session, actor, "accounts/totp_codes.html", paper=paper)


@blueprint.post("/conta/segundo-passo/desligar")
@page_door("accounts.remove_totp", takes=PasswordForm)
def remove(session, actor, data):
    now = clock.now()
    signin.ask_password(session, actor, data["password"], now)
    service.remove(session, actor, now)
    return redirect("/conta/?feito=totp_off", 303)


def _page(session: Any, actor: Any) -> Any:
    is_on = service.is_on(session, actor.municipality_id, actor.worker_id)
    left = service.paper_left(session, actor) if is_on else 0
    return desk_page(session, actor, "accounts/totp.html", is_on=is_on, left=left, may_set=actor.can("accounts.set_totp"))
