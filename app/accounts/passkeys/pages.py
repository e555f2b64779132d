"""One's own passkeys at the desk: removing works as a plain form; making one needs the browser's script."""

from uuid import UUID

from flask import Blueprint, redirect

from app.access.door import page_door
from app.accounts.passkeys import service
from app.core import clock

blueprint = Blueprint("passkey_pages", __name__)


@blueprint.post("/conta/chaves/<uuid:passkey_id>/remover")
@page_door("accounts.remove_passkey")
def remove(session, actor, passkey_id: UUID):
    service.remove(session, actor, passkey_id, clock.now())
    return redirect("/conta/?feito=passkey", 303)
