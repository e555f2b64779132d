"""/mesa/casos: the queue of cases and the page of one, for the technicians of its unit. Each act is a POST of pages/acts.py."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, make_response
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import counts, desk_page
from app.core import clock
from app.core.db import cleared
from app.core.fields import LONGEST_NOTE
from app.people.queries import notes as professions
from app.protection.models import FlagNote
from app.protection.pages.hiding import unless_hidden
from app.protection.pages.shown import words
from app.protection.pages.shut import key_is_shut
from app.protection.problems import UnknownFlag
from app.protection.queries import case, holding, phones_on_duty, queue
from app.protection.queries.reading import flag_of
from app.protection.sealing import CLEARANCE
from app.protection.service import keeping, opening, taking
from app.referrals.terms import PURPOSES, REASONS
from app.units import queries as units

blueprint = Blueprint("protection_cases", __name__)

TOLD = {
    "assumido": _("O caso está com você. Quem registrou já sabe."),
    "passado": _("Passado. A colega foi avisada."),
    "indicada": _("Pronto: a colega pode abrir este caso."),
    "menos": _("Pronto: a colega não abre mais este caso."),
    "aberto": _("Aberto por duas horas. A coordenação vai ler o seu motivo."),
    "orientada": _("A equipe foi avisada."),
    "escolha": _("A escolha da pessoa está guardada."),
    "dispensada": _("Comunicação dispensada; o motivo ficou no histórico."),
    "ligacao": _("Ligação anotada."),
    "pessoa": _("O caso está ligado à pessoa."),
    "pessoa-desfeita": _("O caso não está mais ligado à pessoa."),
    "orgao": _("Guardado: quem é desse órgão não vê mais este caso."),
    "conferida": _("Abertura conferida."),
    "tip": _("Classificação guardada."),
    "peti": _("O PETI está entre quem precisa saber."),
    "ligado": _("Os dois alertas estão ligados."),
    "separado": _("Os alertas foram separados."),
    "engano": _("O caso continua, e quem registrou foi avisado."),
    "encerrado": _("Caso encerrado."),
    "reaberto": _("Caso aberto de novo."),
    "encaminhado": _("Encaminhado. A unidade vê só o nome e o que é preciso."),
    "cancelado": _("Encaminhamento cancelado."),
    "sigilo": _("O cadastro agora é sigiloso: onde a pessoa fica não aparece para outras equipes."),
    "nota": _("Guardada e cifrada. Só você abre."),
    "nota-passada": _("Passada. A partir de agora só quem recebeu abre."),
    "nota-lacrada": _("Lacrada: ninguém mais recebe esta nota."),
}


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(TOLD)))


@blueprint.get("/mesa/casos")
@page_door("protection.read_queue", query=DoneQuery)
@unless_hidden
def listed(session, actor, query):
    now = clock.now()
    return desk_page(
        session, actor, "protection/queue.html", queue=queue.queue_of(session, actor, now), told=TOLD.get(query["feito"]),
        has_notes=actor.can("protection.note") and bool(keeping.held_notes(session, actor)),
        **words(session, actor.municipality_id, now),
    )  # fmt: skip


@blueprint.get("/mesa/casos/<uuid:flag_id>")
@page_door("protection.read_queue", query=DoneQuery)
@unless_hidden
def one(session, actor, query, flag_id: UUID):
    return page_of(session, actor, flag_id, told=TOLD.get(query["feito"]))


@blueprint.post("/mesa/casos/<uuid:flag_id>/relato")
@page_door("protection.open_words")
@unless_hidden
def open_words(session, actor, flag_id: UUID):
    """Shown once: the page is kept nowhere, and another look is another opening."""
    opened = opening.open_words(session, actor, flag_id, clock.now())
    return page_of(session, actor, flag_id, opened=opened)


@blueprint.post("/mesa/casos/<uuid:flag_id>/notas/<uuid:note_id>/abrir")
@page_door("protection.note")
@unless_hidden
def read_note(session, actor, flag_id: UUID, note_id: UUID):
    said = keeping.read_note(session, actor, flag_id, note_id, clock.now())
    try:
        return page_of(session, actor, flag_id, note_id=note_id, note_words=said)
    except UnknownFlag:  # the case went to others, and her note stays hers
        return _notes(session, actor, note_id=note_id, note_words=said)


@blueprint.get("/mesa/casos/notas")
@page_door("protection.note", query=DoneQuery)
@unless_hidden
def my_notes(session, actor, query):
    """Her own notes, also on cases that went to others."""
    return _notes(session, actor, told=TOLD.get(query["feito"]))


def _notes(session: Session, actor: Actor, told=None, note_id: UUID | None = None, note_words: str = ""):
    notes, now = keeping.held_notes(session, actor), clock.now()
    return desk_page(
        session, actor, "protection/notes.html", notes=notes, numbers={note.flag_id: queue.short(note.flag_id) for note in notes},
        note_colleagues=_note_colleagues(session, actor, notes, now), told=told, note_id=note_id, note_words=note_words,
    )  # fmt: skip


def _note_colleagues(session: Session, actor: Actor, notes: list[FlagNote], now: datetime) -> dict[str, list[dict[str, Any]]]:
    """{profession of a note: to whom it may be passed}."""
    return {one: professions.colleagues(session, actor, one, now) for one in {note.profession for note in notes}}


def page_of(session: Session, actor: Actor, flag_id: UUID, **shown):
    """The page of a case, never kept by a browser. `shown`: told, opened (words), note_id with note_words, found (persons)."""
    now, m = clock.now(), actor.municipality_id
    flag = flag_of(session, actor, flag_id)
    taking.note_seen(session, actor, flag, now)
    page = case.case_of(session, actor, flag_id, now)
    with cleared(session, CLEARANCE):
        notes = keeping.notes_on(session, actor, flag)
        successors, nameable = holding.successors(session, flag, now), holding.nameable(session, flag, now)
        region_id = UUID(page.facts.region_id) if page.facts and page.facts.region_id else None
    codes = {duty["recipient"] for duty in page.duties if duty["is_open"] and duty["recipient"]}
    html = desk_page(
        session, actor, "protection/case.html", page=page, flag=page.flag, facts=page.facts, notes=notes, successors=successors,
        nameable=nameable, phones={code: phones_on_duty(session, m, code, region_id, now) for code in codes},
        profession=professions.profession_of(session, m, actor.worker_id),
        note_colleagues=_note_colleagues(session, actor, notes, now),
        receiving=units.receiving_units(session, m), purposes=PURPOSES, needs=REASONS, longest=LONGEST_NOTE,
        **({"told": None, "opened": None, "note_id": None, "note_words": "", "found": None} | shown), **words(session, m, now),
    )  # fmt: skip
    answer = make_response(html)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _waiting(session: Session, actor: Actor) -> int:
    return queue.count_waiting(session, actor)


# Technicians are told on every page of the desk.
counts["/mesa/casos"] = _waiting

__all__ = ["blueprint", "key_is_shut", "page_of"]
