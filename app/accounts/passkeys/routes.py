from uuid import UUID

from flask import current_app, request
from flask_smorest import Blueprint

from app.access.door import door
from app.accounts.passkeys import service
from app.accounts.passkeys.schemas import (
    AddedOut,
    CeremonyOut,
    EnterIn,
    NothingIn,
    PasskeyIn,
    PasskeysOut,
    PasswordAgainIn,
)
from app.accounts.routes import opened_answer, refuse_foreign_form
from app.accounts.schemas import SessionOut
from app.accounts.signin import NamedDevice
from app.core import clock

blueprint = Blueprint("passkeys", __name__, url_prefix="/api/v1")


def here() -> service.Place:
    """Where the browser is: as configured, else as it asks. Raises NoPasskeysHere."""
    return service.place_of(current_app.config["VINCULO"].origin or request.host_url.rstrip("/"))


@blueprint.post("/account/passkeys/options")
@door("accounts.add_passkey", takes=PasswordAgainIn, gives=CeremonyOut)
def begin_adding(session, actor, data):
    return service.begin_adding(session, actor, data["password"], here(), clock.now())


@blueprint.post("/account/passkeys")
@door("accounts.add_passkey", takes=PasskeyIn, gives=AddedOut, status=201)
def add(session, actor, data):
    made = service.add(session, actor, data["ceremony"], data["label"], data["credential"], here(), clock.now())
    return {"id": made}


@blueprint.get("/account/passkeys")
@door("accounts.read_own", gives=PasskeysOut)
def listed(session, actor):
    return {"passkeys": service.passkeys_of(session, actor)}


@blueprint.delete("/account/passkeys/<uuid:passkey_id>")
@door("accounts.remove_passkey", status=204)
def remove(session, actor, passkey_id: UUID):
    service.remove(session, actor, passkey_id, clock.now())


@blueprint.post("/session/passkey/options")
@door(public=True, takes=NothingIn, gives=CeremonyOut)
def begin_entering(session, _actor, data):
    return service.begin_entering(session, here(), clock.now())


@blueprint.post("/session/passkey")
@door(public=True, takes=EnterIn, gives=SessionOut)
def enter(session, _actor, data):
    refuse_foreign_form()
    device = NamedDevice(**data["device"]) if data["device"] else None
    return opened_answer(
        session, service.enter(session, data["ceremony"], data["credential"], here(), clock.now(), device)
    )
