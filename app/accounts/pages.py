"""Signing in and out at the desk, by password or by code; one's own password, term, sessions, devices and looks."""

from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, current_app, redirect, request
from flask_babel import gettext, lazy_gettext
from marshmallow import Schema, fields, validate

from app.access.door import cookie_name, page_door
from app.access.pages import LANGUAGES, THEME_COOKIE, THEMES, desk_page
from app.access.problems import BadToken
from app.accounts import ceremonies, confidentiality, queries, recovery, service, signin
from app.accounts.passkeys.service import passkeys_of
from app.accounts.problems import WeakPassword
from app.accounts.routes import set_cookie
from app.accounts.totp import service as totp
from app.core import clock
from app.core.fields import Line, Note
from app.core.http import answer

blueprint = Blueprint("accounts_pages", __name__)

# Where a role begins its day; whoever holds several begins at the first.
_FIRST_PAGE = (
    ("desk.read_today", "/mesa/hoje"),
    ("coverage.read", "/painel/"),
    ("referrals.read_inbox", "/mesa/"),
    ("accounts.read_workers", "/admin/"),
    ("sync.push", "/app/"),
)
_TOLD = {
    "session": lazy_gettext("Entrada encerrada."),
    "others": lazy_gettext("As outras entradas foram encerradas."),
    "device": lazy_gettext("Aparelho revogado."),
    "password": lazy_gettext("Senha trocada. As outras entradas em seu nome foram encerradas."),
    "term": lazy_gettext("Termo guardado. Cada pessoa o lê e aceita na próxima vez que entrar."),
    "code": lazy_gettext("Senha nova guardada. As outras entradas em seu nome foram encerradas."),
    "passkey": lazy_gettext("Chave de acesso removida."),
    "passkey_added": lazy_gettext("Chave de acesso guardada. Da próxima vez, entre com ela."),
    "totp_off": lazy_gettext("Segunda etapa desligada."),
}


class SignInForm(Schema):
    login = Line(required=True)
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))
    de = fields.String(load_default="")


class SignInQuery(Schema):
    de = fields.String(load_default="")


class CodeForm(Schema):
    login = Line(required=True)
    code = fields.String(required=True, validate=validate.Length(min=1, max=40))
    new_password = fields.String(required=True, validate=validate.Length(min=1, max=200))
    again = fields.String(required=True, validate=validate.Length(max=200))


class PasswordForm(Schema):
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))
    new_password = fields.String(required=True, validate=validate.Length(min=1, max=200))
    again = fields.String(required=True, validate=validate.Length(max=200))
    de = fields.String(load_default="")


class TermForm(Schema):
    version = fields.Integer(required=True, validate=validate.Range(1, 1_000_000))
    de = fields.String(load_default="")


class NewTermForm(Schema):
    title = Line(required=True, validate=validate.Length(min=3))
    text = Note(required=True, validate=validate.Length(min=40))


class ThemeForm(Schema):
    theme = fields.String(required=True, validate=validate.OneOf(list(THEMES)))
    back = fields.String(load_default="/")


class LanguageForm(Schema):
    locale = fields.String(required=True, validate=validate.OneOf(list(LANGUAGES)))
    back = fields.String(load_default="/")


class AccountQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


def local_path(where: str) -> str:
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
    return desk_page(session, None, "accounts/signin.html", de=local_path(query["de"]))


@blueprint.post("/entrar")
@page_door(public=True, takes=SignInForm)
def sign_in(session, _actor, data):
    refuse_foreign_form()
    now, where = clock.now(), local_path(data["de"])
    found = signin.prove(session, data["login"], data["password"], request.remote_addr or "", now)
    if totp.is_on(session, found.municipality_id, found.worker_id):
        return _second_step(session, found, where)
    opened = signin.enter(session, found, now)
    return set_cookie(redirect(where, 303), opened.token, opened.actor)


def _second_step(session, found, where: str):
    """The page that asks for the code; `found` names municipality_id and worker_id."""
    token = ceremonies.start(session, "second_step", clock.now(), b"", found.municipality_id, found.worker_id)
    return desk_page(session, None, "accounts/second_step.html", ceremony=token, de=where)


def refuse_foreign_form() -> None:
    # There is no session yet to derive a token from; another site's form must still not sign anybody in.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise BadToken()


@blueprint.get("/entrar/codigo")
@page_door(public=True)
def code_form(session, _actor):
    return desk_page(session, None, "accounts/code.html")


@blueprint.post("/entrar/codigo")
@page_door(public=True, takes=CodeForm)
def use_code(session, _actor, data):
    refuse_foreign_form()
    _check_typed_twice(data)
    done = recovery.recover(
        session,
        data["login"],
        data["code"],
        data["new_password"],
        request.remote_addr or "",
        clock.now(),
        current_app.config["SECRET_KEY"],
    )
    if isinstance(done, recovery.SecondStep):
        return _second_step(session, done, "/")
    if not isinstance(done, recovery.Recovered):
        return answer(done)
    return set_cookie(redirect("/conta/?feito=code", 303), done.opened.token, done.opened.actor)


@blueprint.get("/conta/senha")
@page_door("accounts.change_password", query=SignInQuery, owing=True)
def password_form(session, actor, query):
    return desk_page(session, actor, "accounts/password.html", de=local_path(query["de"]))


@blueprint.post("/conta/senha")
@page_door("accounts.change_password", takes=PasswordForm, owing=True)
def change_password(session, actor, data):
    _check_typed_twice(data)
    recovery.change_password(session, actor, data["password"], data["new_password"], clock.now())
    return redirect(local_path(data["de"]) if data["de"] not in ("", "/") else "/conta/?feito=password", 303)


@blueprint.get("/conta/termo")
@page_door("accounts.accept_term", query=SignInQuery, owing=True)
def term(session, actor, query):
    found = confidentiality.term_in_force(session, actor.municipality_id)
    return desk_page(
        session,
        actor,
        "accounts/term.html",
        term=found,
        accepted_at=queries.term_accepted_at(session, actor) if "term" not in actor.owes else None,
        de=local_path(query["de"]),
    )


@blueprint.post("/conta/termo")
@page_door("accounts.accept_term", takes=TermForm, owing=True)
def accept_term(session, actor, data):
    confidentiality.accept_term(session, actor, data["version"], clock.now())
    return redirect(local_path(data["de"]), 303)


@blueprint.get("/admin/termo")
@page_door("accounts.write_term", query=AccountQuery)
def term_of_city(session, actor, query):
    return desk_page(
        session,
        actor,
        "accounts/write_term.html",
        term=confidentiality.term_in_force(session, actor.municipality_id),
        told=_TOLD.get(query["feito"]),
    )


@blueprint.post("/admin/termo")
@page_door("accounts.write_term", takes=NewTermForm)
def write_term(session, actor, data):
    confidentiality.write_term(session, actor, data["title"], data["text"].replace("\r\n", "\n"), clock.now())
    return redirect("/admin/termo?feito=term", 303)


def _check_typed_twice(data: dict) -> None:
    if data["new_password"] != data["again"]:
        raise WeakPassword(fields={"again": [gettext("As duas senhas digitadas não são iguais.")]})


@blueprint.get("/sair")
@page_door("accounts.sign_out", owing=True)
def sign_out_form(session, actor):
    return desk_page(session, actor, "accounts/signout.html")


@blueprint.post("/sair")
@page_door("accounts.sign_out", owing=True)
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
        code=queries.last_code_of(session, actor),
        passkeys=passkeys_of(session, actor),
        second_step=totp.is_on(session, actor.municipality_id, actor.worker_id),
        told=_TOLD.get(query["feito"]),
    )


@blueprint.post("/conta/entradas/<uuid:session_id>/encerrar")
@page_door("accounts.end_session")
def end_session(session, actor, session_id: UUID):
    service.end_session(session, actor, session_id, clock.now())
    return redirect("/entrar" if session_id == actor.session_id else "/conta/?feito=session", 303)


@blueprint.post("/conta/entradas/encerrar-outras")
@page_door("accounts.end_session")
def end_other_sessions(session, actor):
    service.end_other_sessions(session, actor, clock.now())
    return redirect("/conta/?feito=others", 303)


@blueprint.post("/conta/aparelhos/<uuid:device_id>/revogar")
@page_door("accounts.revoke_device")
def revoke_device(session, actor, device_id: UUID):
    service.revoke_device(session, actor, device_id, clock.now())
    return redirect("/conta/?feito=device", 303)


@blueprint.post("/conta/idioma")
@page_door("accounts.set_locale", takes=LanguageForm, owing=True)
def set_language(session, actor, data):
    service.set_locale(session, actor, data["locale"], clock.now())
    return redirect(local_path(data["back"]), 303)


@blueprint.post("/aparencia")
@page_door(public=True, takes=ThemeForm)
def set_theme(_session, _actor, data):
    response = redirect(local_path(data["back"]), 303)
    # Read by the desk's script too, so that the theme changes without a journey to the server.
    response.set_cookie(THEME_COOKIE, data["theme"], max_age=365 * 86400, path="/", samesite="Lax")
    return response
