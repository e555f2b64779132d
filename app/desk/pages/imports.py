"""/admin/importar: people or teams from a spreadsheet; first what would come of each line, then the taking in."""

import base64
import binascii
from collections import Counter

from flask import Blueprint, current_app, request
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.accounts.problems import BadFile
from app.accounts.service import codes, importing
from app.core import clock

blueprint = Blueprint("desk_imports", __name__)

# The file itself, and again in base64 inside the form that confirms it.
UPLOAD_LIMIT = 1024 * 1024


class ConfirmForm(Schema):
    content = fields.String(required=True, validate=validate.Length(min=1, max=UPLOAD_LIMIT))


@blueprint.get("/admin/importar")
@page_door("accounts.create_worker")
def upload_form(session, actor):
    return desk_page(session, actor, "desk/import.html")


@blueprint.post("/admin/importar")
@page_door("accounts.create_worker", limit=UPLOAD_LIMIT)
def judge(session, actor):
    sent = request.files.get("file")
    raw = sent.read() if sent else b""
    kind, lines = importing.judge(session, actor, raw)
    return desk_page(
        session,
        actor,
        "desk/import_judged.html",
        kind=kind,
        lines=lines,
        counts=_counts(lines),
        content=base64.b64encode(raw).decode(),
    )


@blueprint.post("/admin/importar/confirmar")
@page_door("accounts.create_worker", takes=ConfirmForm, limit=UPLOAD_LIMIT)
def take_in(session, actor, data):
    try:
        raw = base64.b64decode(data["content"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadFile() from error
    secret = current_app.config["SECRET_KEY"]
    kind, lines, given = importing.take_in(session, actor, raw, clock.now(), secret)
    if kind == "workers" and given:
        return desk_page(
            session, actor, "desk/slips.html", given=given, shown=codes.shown, lines=lines, counts=_counts(lines)
        )
    if kind == "workers":
        return desk_page(
            session, actor, "desk/import_judged.html", kind=kind, lines=lines, counts=_counts(lines), content=""
        )
    return desk_page(session, actor, "desk/import_done.html", lines=lines, counts=_counts(lines))


def _counts(lines) -> dict[str, int]:
    found = Counter(line.state for line in lines)
    return {state: found[state] for state in ("new", "known", "wrong")}
