"""/mesa/pessoas/<id>/notas: private notes of professionals on a person. Opening one is a POST: it leaves a line."""

from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.accounts.terms import PROFESSIONS
from app.audit import trail
from app.core import clock
from app.core.fields import LONGEST_NOTE, Chosen, Note
from app.people.queries import notes as queries
from app.people.service import notes as service
from app.privacy.queries import called

blueprint = Blueprint("privacy_notes", __name__)

_TOLD = {
    "escrito": _("Guardado e cifrado. Só você abre."),
    "colega": _("Pronto: a colega pode abrir este registro."),
    "menos": _("Pronto: a colega não abre mais este registro."),
    "passado": _("Passado. A partir de agora só quem recebeu abre."),
    "lacrado": _("Lacrado: ninguém mais recebe este registro."),
}


class NoteForm(Schema):
    words = Note(required=True)


class ColleagueForm(Schema):
    worker_id = Chosen(required=True)


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


@blueprint.get("/mesa/pessoas/<uuid:person_id>/notas")
@page_door("people.read_note", query=DoneQuery)
def notes(session, actor, query, person_id: UUID):
    return _page(session, actor, person_id, _TOLD.get(query["feito"]))


@blueprint.post("/mesa/pessoas/<uuid:person_id>/notas")
@page_door("people.write_note", takes=NoteForm)
def write(session, actor, data, person_id: UUID):
    service.write_note(session, actor, person_id, data["words"], clock.now())
    return _back(person_id, "escrito")


@blueprint.post("/mesa/pessoas/<uuid:person_id>/notas/<uuid:note_id>/abrir")
@page_door("people.read_note")
def read(session, actor, person_id: UUID, note_id: UUID):
    words = service.read_note(session, actor, note_id, clock.now())
    return _page(session, actor, person_id, opened=note_id, words=words)


@blueprint.post("/mesa/pessoas/<uuid:person_id>/notas/<uuid:note_id>/colegas")
@page_door("people.write_note", takes=ColleagueForm)
def name_peer(session, actor, data, person_id: UUID, note_id: UUID):
    service.name_peer(session, actor, note_id, data["worker_id"], clock.now())
    return _back(person_id, "colega")


@blueprint.post("/mesa/pessoas/<uuid:person_id>/notas/<uuid:note_id>/colegas/<uuid:worker_id>/fim")
@page_door("people.hand_note")
def end_peer(session, actor, person_id: UUID, note_id: UUID, worker_id: UUID):
    service.end_peer(session, actor, note_id, worker_id, clock.now())
    return _back(person_id, "menos")


@blueprint.post("/mesa/pessoas/<uuid:person_id>/notas/<uuid:note_id>/passar")
@page_door("people.hand_note", takes=ColleagueForm)
def hand(session, actor, data, person_id: UUID, note_id: UUID):
    service.hand_note(session, actor, note_id, data["worker_id"], clock.now())
    return _back(person_id, "passado")


@blueprint.post("/mesa/pessoas/<uuid:person_id>/notas/<uuid:note_id>/lacrar")
@page_door("people.hand_note")
def close(session, actor, person_id: UUID, note_id: UUID):
    service.close_note(session, actor, note_id, clock.now())
    return _back(person_id, "lacrado")


def _page(session, actor, person_id: UUID, told=None, opened: UUID | None = None, words: str = ""):
    now, m = clock.now(), actor.municipality_id
    found = queries.notes_on(session, actor, person_id)
    # Every role may hold notes, not every role may learn names: without a note of hers, only who reads people does.
    named = bool(found) or actor.can("people.read")
    if named:
        trail.record(session, actor, "people.read", now, "person", person_id)
    return desk_page(
        session,
        actor,
        "privacy/notes.html",
        person_id=person_id,
        called=called(session, m, person_id) if named else "",
        notes=found,
        colleagues={
            kind: queries.colleagues(session, actor, kind, now)
            for kind in {note["profession"] for note in found if note["is_mine"]}
        },
        profession=queries.profession_of(session, m, actor.worker_id),
        professions=PROFESSIONS,
        opened=opened,
        words=words,
        longest=LONGEST_NOTE,
        told=told,
    )


def _back(person_id: UUID, done: str):
    return redirect(f"/mesa/pessoas/{person_id}/notas?feito={done}", 303)
