"""Signing in and out at the desk, one's own sessions and devices, how the pages look, the list of workers."""

from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, redirect, request
from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.access.door import cookie_name, page_door
from app.access.pages import LANGUAGES, THEME_COOKIE, THEMES, desk_page
from app.access.problems import BadToken
from app.access.terms import ROLE_NAMES
from app.accounts import queries, service, signin
from app.accounts.routes import set_cookie
from app.core import clock
from app.core.fields import Line

blueprint = Blueprint("accounts_pages", __name__)

# Where a role begins its day; whoever holds several begins at the first.
_FIRST_PAGE = (
    ("coverage.read", "/painel/"),
    ("referrals.read_inbox", "/mesa/"),
    ("accounts.read_workers", "/admin/"),
    ("sync.push", "/app/"),
)
_SCOPES = {
    "municipality": lazy_gettext("toda a cidade"),
    "region": lazy_gettext("uma região"),
    "unit": lazy_gettext("uma unidade"),
    "team": lazy_gettext("uma equipe"),
}
_TOLD = {
    "session": lazy_gettext("Entrada encerrada."),
    "device": lazy_gettext("Aparelho revogado."),
}


class SignInForm(Schema):
    login = Line(required=True)
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))
    de = fields.String(load_default="")


class SignInQuery(Schema):
    de = fields.String(load_default="")


class ThemeForm(Schema):
    theme = fields.String(required=True, validate=validate.OneOf(list(THEMES)))
    back = fields.String(load_default="/")


class LanguageForm(Schema):
    locale = fields.String(required=True, validate=validate.OneOf(list(LANGUAGES)))
    back = fields.String(load_default="/")


class AccountQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


def _local(where: str) -> str:
    """A path of this host, or '/': never a way out through a link that somebody prepared."""
    parts = urlsplit(where)
    safe = where.startswith("/") and not where.startswith("//") and "\\" not in where and where.isprintable()
    return where if safe and not parts.netloc and not parts.scheme else "/"


@blueprint.get("/")
@page_door(public=True)
def home(_session, actor):
    if actor is None:
        return redirect("/entrar")
    for verb, where in _FIRST_PAGE:
        if actor.can(verb):
            return redirect(where)
    return redirect("/conta/")


@blueprint.get("/entrar")
@page_door(public=True, query=SignInQuery)
def sign_in_form(session, _actor, query):
    return desk_page(session, None, "accounts/signin.html", de=_local(query["de"]))


@blueprint.post("/entrar")
@page_door(public=True, takes=SignInForm)
def sign_in(session, _actor, data):
    # There is no session yet to derive a token from; another site's form must still not sign anybody in.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise BadToken()
    opened = signin.sign_in(session, data["login"], data["password"], request.remote_addr or "", clock.now())
    return set_cookie(redirect(_local(data["de"]), 303), opened.token, opened.actor)


@blueprint.get("/sair")
@page_door("accounts.sign_out")
def sign_out_form(session, actor):
    return desk_page(session, actor, "accounts/signout.html")


@blueprint.post("/sair")
@page_door("accounts.sign_out")
def sign_out(session, actor):
    # The cookie only; Clear-Site-Data would wipe what the field app in this browser has not sent yet.
    signin.sign_out(session, actor, clock.now())
    response = redirect("/entrar", 303)
    response.delete_cookie(cookie_name(), path="/", secure=cookie_name().startswith("__Host-"))
    return response


@blueprint.get("/conta/")
@page_door("accounts.read_own", query=AccountQuery)
def account(session, actor, query):
    return desk_page(
        session,
        actor,
        "accounts/account.html",
        sessions=queries.open_sessions(session, actor, clock.now()),
        devices=queries.devices_of(session, actor),
        told=_TOLD.get(query["feito"]),
    )


@blueprint.post("/conta/entradas/<uuid:session_id>/encerrar")
@page_door("accounts.end_session")
def end_session(session, actor, session_id: UUID):
    service.end_session(session, actor, session_id, clock.now())
    return redirect("/entrar" if session_id == actor.session_id else "/conta/?feito=session", 303)


@blueprint.post("/conta/aparelhos/<uuid:device_id>/revogar")
@page_door("accounts.revoke_device")
def revoke_device(session, actor, device_id: UUID):
    service.revoke_device(session, actor, device_id, clock.now())
    return redirect("/conta/?feito=device", 303)


@blueprint.post("/conta/idioma")
@page_door("accounts.set_locale", takes=LanguageForm)
def set_language(session, actor, data):
    service.set_locale(session, actor, data["locale"], clock.now())
    return redirect(_local(data["back"]), 303)


@blueprint.post("/aparencia")
@page_door(public=True, takes=ThemeForm)
def set_theme(_session, _actor, data):
    response = redirect(_local(data["back"]), 303)
    # Read by the desk's script too, so that the theme changes without a journey to the server.
    response.set_cookie(THEME_COOKIE, data["theme"], max_age=365 * 86400, path="/", samesite="Lax")
    return response


@blueprint.get("/admin/")
@page_door("accounts.read_workers")
def workers(session, actor):
    return desk_page(
        session,
        actor,
        "accounts/workers.html",
        workers=queries.workers_with_roles(session, actor, clock.now()),
        role_names=ROLE_NAMES,
        scopes=_SCOPES,
    )
