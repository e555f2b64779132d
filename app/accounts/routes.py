from typing import Any
from uuid import UUID

from flask import current_app, jsonify, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import cookie_name, csrf_token_of, door, session_token
from app.access.problems import Locked, SignedOut
from app.accounts import confidentiality, queries, recovery, service, signin
from app.accounts.problems import TotpNeeded
from app.accounts.schemas import (
    LocaleIn,
    OpenSessionsOut,
    PasswordIn,
    RecoverIn,
    SessionOut,
    SignInIn,
    TermIn,
    TermOut,
    VaultIn,
    VaultOut,
)
from app.accounts.service import devices
from app.accounts.signin import NamedDevice, Opened
from app.core import clock, seal
from app.core.http import answer
from app.core.models import Municipality
from app.core.problems import NotJson

blueprint = Blueprint("accounts", __name__, url_prefix="/api/v1")


def session_answer(session: Session, actor: Actor, token: str, **once: Any) -> dict:
    """`once`: what is told in this answer only."""
    return SessionOut().dump(
        {
            "worker": {"id": actor.worker_id, "name": actor.name, "login": actor.login, "locale": actor.locale},
            "roles": actor.roles,
            "csrf_token": csrf_token_of(token),
            "municipality": session.get(Municipality, actor.municipality_id),
            "device_id": actor.device_id,
            "server_time": clock.now(),
            "seal_key": seal.told(seal.public_key_of(session, actor.municipality_id)),
            "must_change_password": "password" in actor.owes,
            "term_pending": "term" in actor.owes,
        }
        | once
    )


def opened_answer(session: Session, opened: Opened, **more: Any):
    """The answer to every way of signing in: its cookie, who it is, and a phone's tokens."""
    once = {"delivery_token": opened.delivery_token, "vault_token": opened.vault_token}
    told = {name: token for name, token in once.items() if token}
    answer = jsonify(session_answer(session, opened.actor, opened.token, **told, **more))
    return set_cookie(answer, opened.token, opened.actor)


def set_cookie(response, token: str, actor: Actor):
    """One opaque cookie; Lax keeps it off cross-site writes, HttpOnly off scripts."""
    name = cookie_name()
    days = signin.PHONE_DAYS if actor.device_id else 1
    response.set_cookie(
        name, token, max_age=days * 86400, path="/", httponly=True, samesite="Lax", secure=name.startswith("__Host-")
    )
    return response


@blueprint.post("/session")
@door(public=True, takes=SignInIn, gives=SessionOut)
def sign_in(session, _actor, data):
    refuse_foreign_form()
    device = NamedDevice(**data["device"]) if data["device"] else None
    opened = signin.sign_in(
        session, data["login"], data["password"], request.remote_addr or "", clock.now(), device, data["totp"]
    )
    return opened_answer(session, opened)


@blueprint.post("/session/recover")
@door(public=True, takes=RecoverIn, gives=SessionOut)
def recover(session, _actor, data):
    refuse_foreign_form()
    device = NamedDevice(**data["device"]) if data["device"] else None
    done = recovery.recover(
        session,
        data["login"],
        data["code"],
        data["new_password"],
        request.remote_addr or "",
        clock.now(),
        current_app.config["SECRET_KEY"],
        device,
    )
    if isinstance(done, recovery.SecondStep):
        return answer(TotpNeeded())
    if not isinstance(done, recovery.Recovered):
        return answer(done)
    told = {"issued_by": done.issued_by, "issued_at": done.issued_at}
    return opened_answer(session, done.opened, recovery=told)


def refuse_foreign_form() -> None:
    # A form of another site can send text that reads as JSON, and would sign this browser in as somebody else; it
    # can't name this type without asking first.
    if not request.is_json:
        raise NotJson()


@blueprint.get("/session")
@door(public=True, gives=SessionOut)
def read_session(session, actor):
    if actor is None:
        raise SignedOut()
    if actor.locked:
        raise Locked()
    return jsonify(session_answer(session, actor, session_token()))


@blueprint.delete("/session")
@door("accounts.sign_out", status=204)
def sign_out(session, actor):
    # The cookie only; Clear-Site-Data would wipe what the phone has not sent yet.
    signin.sign_out(session, actor, clock.now())


@blueprint.get("/account/sessions")
@door("accounts.read_own", gives=OpenSessionsOut)
def open_sessions(session, actor):
    return {"sessions": queries.open_sessions(session, actor, clock.now())}


@blueprint.delete("/account/sessions/<uuid:session_id>")
@door("accounts.end_session", status=204)
def end_session(session, actor, session_id: UUID):
    service.end_session(session, actor, session_id, clock.now())


@blueprint.put("/account/locale")
@door("accounts.set_locale", takes=LocaleIn, status=204)
def set_locale(session, actor, data):
    service.set_locale(session, actor, data["locale"], clock.now())


@blueprint.post("/account/vault/open")
@door("accounts.open_vault", takes=VaultIn, gives=VaultOut)
def open_vault(session, actor, data):
    return {"key": devices.open_vault(session, actor, data["envelope"], clock.now())}


@blueprint.post("/account/password")
@door("accounts.change_password", takes=PasswordIn, status=204)
def change_password(session, actor, data):
    recovery.change_password(session, actor, data["password"], data["new_password"], clock.now())


@blueprint.get("/account/term")
@door("accounts.read_own", gives=TermOut)
def read_term(session, actor):
    return confidentiality.term_in_force(session, actor.municipality_id)


@blueprint.post("/account/term")
@door("accounts.accept_term", takes=TermIn, status=204)
def accept_term(session, actor, data):
    confidentiality.accept_term(session, actor, data["version"], clock.now())
