"""The paper of a communication: its print page and its PDF, drawn from the document that was hashed, and from nothing else.

And /conferir/<token>, behind the paper's QR, for whoever holds one: that the number is true, and nothing of whom.
"""

from urllib.parse import urlsplit
from uuid import UUID

import segno
from flask import Blueprint, current_app, redirect, render_template, request

from app.access.door import page_door
from app.access.pages import desk_page
from app.audit import trail
from app.core import clock
from app.protection.communications import pdf
from app.protection.communications.document import matches, shown
from app.protection.communications.pages.writing import VERB, answered_with
from app.protection.communications.problems import NotHolder, NotSent, UnknownCommunication
from app.protection.communications.schemas import CheckQuery, DoneQuery, SignForm
from app.protection.communications.signing import names_author, set_names_author
from app.protection.pages.hiding import unless_hidden
from app.protection.queries import communications as queries
from app.protection.service.opening import note_reading

blueprint = Blueprint("communications_paper", __name__)

_ONE = "/mesa/casos/<uuid:flag_id>/comunicacoes/<uuid:communication_id>"


@blueprint.get(f"{_ONE}/via")
@page_door("protection.communicate")
@unless_hidden
def paper(session, actor, flag_id: UUID, communication_id: UUID):
    row, document = _signed(session, actor, flag_id, communication_id, "print")
    return desk_page(
        session, actor, "protection/communications/print.html",
        row=row, flag_id=flag_id, document=document, digest=shown(row.digest), qr=_qr(_address(row.check_token)),
        address=_address(row.check_token), has_pdf=pdf.is_available(),
    )  # fmt: skip


@blueprint.get(f"{_ONE}/pdf")
@page_door("protection.communicate")
@unless_hidden
def as_pdf(session, actor, flag_id: UUID, communication_id: UUID):
    row, document = _signed(session, actor, flag_id, communication_id, "pdf")
    html = render_template(
        "protection/communications/pdf.html",
        document=document, digest=shown(row.digest), qr=_qr(_address(row.check_token)), address=_address(row.check_token),
    )  # fmt: skip
    return answered_with(pdf.made(html), f"comunicacao-{row.number}-{row.year}.pdf")


@blueprint.get("/conferir/<token>")
@page_door(public=True, query=CheckQuery)
def check(session, _actor, query, token: str):
    found = queries.find(session, token) if len(token) <= 64 and "\0" not in token else None
    typed = query["resumo"].strip()
    page = desk_page(
        session, None, "protection/communications/check.html",
        found=found, token=token, typed=typed, is_same=bool(found and typed) and matches(bytes(found["digest"]), typed),
    )  # fmt: skip
    return page, 200 if found else 404


@blueprint.get("/admin/protecao/assinatura")
@page_door("protection.configure", query=DoneQuery)
def signature(session, actor, query):
    named = names_author(session, actor.municipality_id)
    return desk_page(session, actor, "protection/communications/signature.html", named=named, told=query["feito"] is not None)


@blueprint.post("/admin/protecao/assinatura")
@page_door("protection.configure", takes=SignForm)
def sign(session, actor, data):
    set_names_author(session, actor, data["named"], clock.now())
    return redirect("/admin/protecao/assinatura?feito=guardado", 303)


def _signed(session, actor, flag_id: UUID, communication_id: UUID, how: str):
    """A communication that was sent, and its document; leaves a line."""
    flag, row = queries.communication_of(session, actor, communication_id)
    if flag.id != flag_id:
        raise UnknownCommunication()
    if not queries.may_read(session, actor, flag):
        raise NotHolder()
    if row.number is None:
        raise NotSent()
    document = queries.document_of(row)
    now = clock.now()
    trail.record(session, actor, VERB, now, "communication", row.id, [how])
    note_reading(session, actor, flag, row.id, now)
    return row, document


def _address(token: str | None) -> str:
    """Where a paper is checked: the installation's own address, else this request's."""
    origin = current_app.config["VINCULO"].origin
    if not origin:
        parts = urlsplit(request.host_url)
        origin = f"{parts.scheme}://{parts.netloc}"
    return f"{origin.rstrip('/')}/conferir/{token}"


def _qr(text: str) -> dict[str, object]:
    """A QR code as the templates draw it: side in modules, and the path of the dark ones."""
    code = segno.make(text, error="m", micro=False)
    path = ""
    for y, line in enumerate(code.matrix_iter(border=4)):
        x, cells = 0, [bool(cell) for cell in line]
        while x < len(cells):
            if not cells[x]:
                x += 1
                continue
            begin = x
            while x < len(cells) and cells[x]:
                x += 1
            path += f"M{begin} {y}h{x - begin}v1h-{x - begin}z"
    return {"side": code.symbol_size(border=4)[0], "path": path}
