"""/mesa/casos/<id>/comunicacoes: drafting, signing, proving and correcting. Reading one leaves a line of the trail."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, redirect
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import desk_page
from app.audit import trail
from app.core import clock, days
from app.core.problems import Problem
from app.protection.communications import content, pdf, sinan
from app.protection.communications.problems import (
    AlreadyCorrected,
    AlreadySent,
    DraftChanged,
    NoContact,
    NotAccepted,
    NotHolder,
    NothingSaid,
    ToldWrongTime,
    TooLongForAPage,
    UnknownCommunication,
)
from app.protection.communications.schemas import (
    LONGEST_ANSWER,
    TOLD,
    AnswerForm,
    BeginForm,
    DoneQuery,
    LetterForm,
    ReceiveForm,
    SendForm,
    SheetForm,
)
from app.protection.communications.words import bring_words
from app.protection.models import Communication, Flag
from app.protection.pages.hiding import shown_unless_hidden, unless_hidden
from app.protection.queries import communications as queries
from app.protection.queries.case import source_of
from app.protection.queries.reading import facts_of, flag_of, has_words
from app.protection.rules import decides, is_child
from app.protection.sealing import SHUT
from app.protection.service import communicating as service
from app.protection.service.opening import note_reading
from app.protection.terms import CHANNELS, CHOICES, COMMUNICATION_STATES, OBLIGATIONS, RECIPIENTS

blueprint = Blueprint("communications", __name__)

VERB = "protection.communicate"
_CASE = "/mesa/casos/<uuid:flag_id>/comunicacoes"
_ONE = f"{_CASE}/<uuid:communication_id>"
# What a refused sending shows beside what was typed.
_SHOWN_AGAIN = (AlreadyCorrected, DraftChanged, NoContact, NotAccepted, NothingSaid, ToldWrongTime, TooLongForAPage)


@blueprint.get(_CASE)
@page_door("protection.communicate", query=DoneQuery)
@unless_hidden
def listed(session, actor, query, flag_id: UUID):
    flag = flag_of(session, actor, flag_id)
    # Whom it must be told to says what it is: a look like the case's own page.
    trail.record(session, actor, "protection.read_queue", clock.now(), "flag", flag.id, ["duties"])
    try:
        facts, duties = facts_of(flag), queries.duties_with_words(session, flag)
    except SHUT:
        facts, duties = None, []
    named = {code: name for code, name in queries.codes_of(session, flag, facts)} if facts else {}
    return desk_page(
        session, actor, "protection/communications/list.html",
        flag=flag, is_shut=facts is None, decides=facts is not None and decides(facts), duties=[_owed(row, what, named) for row, what in duties], named=named,
        owed={what["recipient"] for _row, what in duties}, items=queries.communications_of(session, actor, flag),
        writes=queries.may_write(session, actor, flag), reads=queries.may_read(session, actor, flag), states=COMMUNICATION_STATES, channels=CHANNELS,
        obligations=OBLIGATIONS, choices=CHOICES, told=TOLD.get(query["feito"]),
    )  # fmt: skip


@blueprint.post(_CASE)
@page_door("protection.communicate", takes=BeginForm)
def begin(session, actor, data, flag_id: UUID):
    row = service.draft(session, actor, flag_id, data["recipient"], clock.now())
    return redirect(_where(row), 303)


@blueprint.get(_ONE)
@page_door("protection.communicate", query=DoneQuery)
@unless_hidden
def one(session, actor, query, flag_id: UUID, communication_id: UUID):
    """A draft to be written; one that was sent with its proofs."""
    flag, row = _opened(session, actor, flag_id, communication_id)
    note_reading(session, actor, flag, row.id, clock.now())
    if row.status == "draft":
        return _edit(session, actor, flag, row, told=TOLD.get(query["feito"]))
    return _sent(session, actor, flag, row, told=TOLD.get(query["feito"]))


@blueprint.post(_ONE)
@page_door("protection.communicate", takes=LetterForm, limit=128 * 1024)
@shown_unless_hidden
def save(session, actor, data, flag_id: UUID, communication_id: UUID):
    return _save(session, actor, data, flag_id, communication_id)


@blueprint.post(f"{_ONE}/ficha")
@page_door("protection.communicate", takes=SheetForm, limit=128 * 1024)
@shown_unless_hidden
def save_sheet(session, actor, data, flag_id: UUID, communication_id: UUID):
    return _save(session, actor, data, flag_id, communication_id)


def _save(session: Session, actor: Actor, data: dict[str, Any], flag_id: UUID, communication_id: UUID):
    flag, row = _opened(session, actor, flag_id, communication_id)
    as_of, after = data.pop("as_of"), data.pop("next")
    wrong = _too_long(row.form, data)
    if wrong:
        return _edit(session, actor, flag, row, fields=data, wrong=wrong), 422
    try:
        service.save_draft(session, actor, communication_id, data, clock.now(), seen=as_of)
    except AlreadySent:
        return redirect(f"{_where(row)}?feito=ja", 303)
    except DraftChanged as changed:
        # What was typed stays in the form: saved again, it stands.
        trail.refused(session, actor, VERB, clock.now(), changed.code, "communication", row.id)
        return _edit(session, actor, flag, row, fields=data, problem=changed), 409
    return redirect(f"{_where(row)}/conferir" if after == "review" else f"{_where(row)}?feito=guardado", 303)


@blueprint.post(f"{_ONE}/relato")
@page_door("protection.open_words")
@unless_hidden
def bring(session, actor, flag_id: UUID, communication_id: UUID):
    """The draft with the words of the case beside its own: nothing is kept until she saves."""
    flag, row = _opened(session, actor, flag_id, communication_id)
    words = bring_words(session, actor, communication_id, clock.now())
    fields = dict(queries.content_of(row)["fields"])
    names = {"called": "n10"} if row.form == "sinan" else dict(zip(words, words, strict=True))
    for key, name in names.items():
        fields[name] = fields.get(name) or words[key]
    return _edit(session, actor, flag, row, fields=fields, brought=True)


@blueprint.get(f"{_ONE}/conferir")
@page_door("protection.communicate")
@unless_hidden
def review(session, actor, flag_id: UUID, communication_id: UUID):
    _flag, row = _opened(session, actor, flag_id, communication_id)
    if row.status != "draft":
        return redirect(f"{_where(row)}?feito=ja", 303)
    return _review(session, actor, communication_id, {})


@blueprint.post(f"{_ONE}/enviar")
@page_door("protection.communicate", takes=SendForm)
@shown_unless_hidden
def send(session, actor, data, flag_id: UUID, communication_id: UUID):
    _flag, row = _opened(session, actor, flag_id, communication_id)
    now, typed = clock.now(), dict(data)
    as_of = data.pop("as_of")
    data["at"] = _instant(session, actor, data["at"], now)
    try:
        service.send(session, actor, communication_id, service.Sending(**data), now, seen=as_of)
    except AlreadySent:
        return redirect(f"{_where(row)}?feito=ja", 303)
    except _SHOWN_AGAIN as problem:
        trail.refused(session, actor, VERB, now, problem.code, "communication", row.id)
        return _review(session, actor, communication_id, typed, problem), problem.status
    return redirect(f"{_where(row)}?feito=enviada", 303)


@blueprint.post(f"{_ONE}/recebida")
@page_door("protection.communicate", takes=ReceiveForm)
def receive(session, actor, data, flag_id: UUID, communication_id: UUID):
    _belongs(session, actor, flag_id, communication_id)
    now = clock.now()
    at = _instant(session, actor, data["at"], now)
    row = service.receive(session, actor, communication_id, data["who"], data["protocol"], now, at, data["again"])
    return redirect(f"{_where(row)}?feito=recebida", 303)


@blueprint.post(f"{_ONE}/respondida")
@page_door("protection.communicate", takes=AnswerForm)
def answer(session, actor, data, flag_id: UUID, communication_id: UUID):
    _belongs(session, actor, flag_id, communication_id)
    now = clock.now()
    row = service.answer(session, actor, communication_id, data["words"], now, _instant(session, actor, data["at"], now))
    return redirect(f"{_where(row)}?feito=respondida", 303)


@blueprint.post(f"{_ONE}/descartar")
@page_door("protection.communicate")
def drop(session, actor, flag_id: UUID, communication_id: UUID):
    _belongs(session, actor, flag_id, communication_id)
    service.drop_draft(session, actor, communication_id, clock.now())
    return redirect(f"/mesa/casos/{flag_id}/comunicacoes?feito=descartado", 303)


@blueprint.post(f"{_ONE}/corrigir")
@page_door("protection.communicate")
def correct(session, actor, flag_id: UUID, communication_id: UUID):
    row = service.draft(session, actor, flag_id, "", clock.now(), corrects=communication_id)
    return redirect(_where(row), 303)


def _belongs(session: Session, actor: Actor, flag_id: UUID, communication_id: UUID) -> tuple[Flag, Communication]:
    flag, row = queries.communication_of(session, actor, communication_id)
    if flag.id != flag_id:
        raise UnknownCommunication()
    return flag, row


def _opened(session: Session, actor: Actor, flag_id: UUID, communication_id: UUID) -> tuple[Flag, Communication]:
    """One that the actor may read, which leaves a line. Raises UnknownCommunication, NotHolder."""
    flag, row = _belongs(session, actor, flag_id, communication_id)
    if not queries.may_read(session, actor, flag):
        raise NotHolder()
    trail.record(session, actor, VERB, clock.now(), "communication", row.id, ["read"])
    return flag, row


def _edit(session: Session, actor: Actor, flag: Flag, row: Communication, *, fields: Any = None, told: Any = None,
          problem: Problem | None = None, wrong: Any = None, brought: bool = False):  # fmt: skip
    held, facts = queries.content_of(row), facts_of(flag)
    fields = held["fields"] if fields is None else fields
    return desk_page(
        session, actor, "protection/communications/sheet.html" if row.form == "sinan" else "protection/communications/edit.html",
        flag=flag, row=row, to=held["recipient"], fields=fields, letter=content.LETTER, sheet=sinan.SHEET,
        parts=sinan.PARTS if row.form == "sinan" else content.PARTS, is_long=row.form == "letter" and not content.fits(fields),
        lines=content.lines_of(fields) if row.form == "letter" else 0, most=content.MOST_LINES, adult_place=content.ADULT_PLACE,
        is_minor=facts is not None and is_child(facts), writes=queries.may_write(session, actor, flag), told=told,
        problem=problem, wrong=wrong or {}, brought=brought, has_words=has_words(session, flag),
    )  # fmt: skip


def _review(session: Session, actor: Actor, communication_id: UUID, typed: dict[str, Any], problem: Problem | None = None):
    now = clock.now()
    row, document = service.preview(session, actor, communication_id, now)
    flag, _row = queries.communication_of(session, actor, communication_id)
    held, facts = queries.content_of(row), facts_of(flag)
    return desk_page(
        session, actor, "protection/communications/review.html",
        flag=flag, row=row, document=document, to=held["recipient"], channels=CHANNELS, typed=typed, problem=problem,
        is_long=row.form == "letter" and not content.fits(held["fields"]), needs_yes=facts is not None and decides(facts),
        latest=now.astimezone(days.zone_of(session, actor.municipality_id)).strftime("%Y-%m-%dT%H:%M"), qr=None, digest="",
    )  # fmt: skip


def _sent(session: Session, actor: Actor, flag: Flag, row: Communication, told: Any):
    try:
        proofs, to = queries.proofs_of(row), queries.content_of(row)["recipient"]
    except SHUT:
        proofs, to = None, None
    [item] = [item for item in queries.communications_of(session, actor, flag) if item["id"] == row.id]
    zone = days.zone_of(session, actor.municipality_id)
    return desk_page(
        session, actor, "protection/communications/sent.html",
        flag=flag, row=row, item=item, proofs=proofs, to=to, states=COMMUNICATION_STATES, channels=CHANNELS,
        writes=queries.may_write(session, actor, flag), has_pdf=pdf.is_available(), longest=LONGEST_ANSWER, told=told,
        latest=clock.now().astimezone(zone).strftime("%Y-%m-%dT%H:%M"), instant=datetime.fromisoformat,
    )  # fmt: skip


def _owed(row: Any, what: Any, named: dict[str, str]) -> dict[str, Any]:
    code = what["recipient"]
    return {
        "code": code, "name": named.get(code) or RECIPIENTS.get(code, code), "duty": row,
        "source": source_of(what.get("legal_source") or ""), "is_confirmed": bool(what.get("is_confirmed")),
    }  # fmt: skip


def _too_long(form: str, data: dict[str, Any]) -> dict[str, int]:
    """{field: how many characters it may have} of those that have more."""
    longest = {f.key: f.longest for f in content.LETTER} if form == "letter" else {a.key: a.longest for a in sinan.SHEET if not a.options}
    return {key: most for key, most in longest.items() if len(data.get(key, "")) > most}


def _instant(session: Session, actor: Actor, local: datetime | None, now: datetime) -> datetime | None:
    """A minute of the city's clock as an instant; this very minute is now."""
    if local is None:
        return None
    at = local.replace(tzinfo=days.zone_of(session, actor.municipality_id)).astimezone(UTC)
    return now if at <= now and (now - at).total_seconds() < 60 else at


def _where(row: Communication) -> str:
    return f"/mesa/casos/{row.flag_id}/comunicacoes/{row.id}"


def answered_with(body: bytes, name: str):
    """A file that no cache keeps."""
    answer = make_response(body)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
