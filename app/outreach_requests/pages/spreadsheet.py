"""/mesa/solicitacoes/planilha: a call centre's file; first what would come of each line, then the taking in."""

import base64
import binascii
from collections import Counter

from flask import Blueprint, request
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock
from app.outreach_requests.pages.words import words
from app.outreach_requests.problems import BadSpreadsheet
from app.outreach_requests.service import importing

blueprint = Blueprint("outreach_requests_spreadsheet", __name__)

# The file itself, and again in base64 inside the form that confirms it.
UPLOAD_LIMIT = 9 * 1024 * 1024
# Lines of a long file that a page shows: all that are wrong, and the first of the others.
MOST_SHOWN = 200


class ConfirmForm(Schema):
    content = fields.String(required=True, validate=validate.Length(min=1, max=UPLOAD_LIMIT))


@blueprint.get("/mesa/solicitacoes/planilha")
@page_door("outreach_requests.triage")
def upload_form(session, actor):
    return desk_page(session, actor, "outreach_requests/sheet.html", **words())


@blueprint.post("/mesa/solicitacoes/planilha")
@page_door("outreach_requests.triage", limit=UPLOAD_LIMIT)
def judge(session, actor):
    sent = request.files.get("file")
    raw = sent.read() if sent else b""
    lines = importing.judge(session, actor, raw, clock.now())
    content = base64.b64encode(raw).decode()
    return _report(session, actor, lines, content)


@blueprint.post("/mesa/solicitacoes/planilha/confirmar")
@page_door("outreach_requests.triage", takes=ConfirmForm, limit=UPLOAD_LIMIT)
def take_in(session, actor, data):
    try:
        raw = base64.b64decode(data["content"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSpreadsheet() from error
    return _report(session, actor, importing.take_in_file(session, actor, raw, clock.now()), "")


def _report(session, actor, lines, content: str):
    counts = Counter(line.state for line in lines)
    wrong = [line for line in lines if line.state == "wrong"]
    others = [line for line in lines if line.state != "wrong"]
    return desk_page(
        session, actor, "outreach_requests/sheet_judged.html",
        lines=wrong + others[:MOST_SHOWN], left_out=max(0, len(others) - MOST_SHOWN), content=content,
        counts={state: counts[state] for state in ("new", "known", "wrong")},
    )  # fmt: skip
