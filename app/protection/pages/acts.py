"""What is done on a case, each by a form of its page that works by itself and leads back to it."""

from uuid import UUID

from flask import Blueprint, redirect
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.core import clock
from app.core.fields import Chosen, Line, Many, Note, one_of
from app.people.queries import cards
from app.people.queries.searching import search
from app.people.service.searching import note_search
from app.protection.pages.cases import page_of
from app.protection.pages.hiding import unless_hidden
from app.protection.problems import UnknownFlag
from app.protection.queries.reading import flag_of
from app.protection.service import closing, guiding, keeping, linking, opening, referring, taking
from app.protection.terms import BODIES, CALL_OUTCOMES, CHOICES, CLOSE_REASONS, GUIDANCE, RECIPIENTS, TIP_GROUPS
from app.referrals import service as referrals
from app.referrals.terms import PURPOSES, REASONS

blueprint = Blueprint("protection_acts", __name__)

_CASE = "/mesa/casos/<uuid:flag_id>"
LONGEST = 500


class ColleagueForm(Schema):
    worker_id = Chosen(required=True)


class ReasonForm(Schema):
    reason = Line(LONGEST, required=True)


class WordsForm(Schema):
    words = Line(LONGEST, load_default="")


class GuideForm(Schema):
    guidance = one_of(GUIDANCE, required=True)


class ChoiceForm(Schema):
    answer = one_of(CHOICES, required=True)


class DropForm(WordsForm):
    reason = one_of(("not_applicable", "told_together"), required=True)


class CallForm(Schema):
    recipient = one_of(RECIPIENTS, required=True)
    number = Line(40, required=True, validate=validate.Length(min=2))
    outcome = one_of(CALL_OUTCOMES, required=True)
    who = Line(80, load_default="")
    protocol = Line(60, load_default="")


class FindForm(Schema):
    q = Line(required=True)


class PersonForm(Schema):
    person_id = fields.UUID(required=True)


class BodyForm(Schema):
    body = one_of(BODIES, required=True)


class OtherForm(Schema):
    other_id = Chosen(required=True)


class TipForm(Schema):
    groups = Many(one_of(TIP_GROUPS), load_default=list, validate=validate.Length(max=len(TIP_GROUPS)))


class CloseForm(WordsForm):
    reason = one_of(CLOSE_REASONS, required=True)


class ReferForm(Schema):
    unit_id = fields.UUID(required=True)
    called = Line(load_default="")
    people_count = fields.Integer(load_default=1, validate=validate.Range(1, 300))
    with_children = fields.Boolean(load_default=False)
    is_urgent = fields.Boolean(load_default=False)
    purpose = one_of(PURPOSES, required=True)
    reasons = Many(one_of(REASONS), load_default=list, validate=validate.Length(max=len(REASONS)))
    note = Line(500, load_default="")


class NoteForm(Schema):
    words = Note(required=True)


def _back(flag_id: UUID, done: str):
    return redirect(f"/mesa/casos/{flag_id}?feito={done}", 303)


def _back_if_seen(session, actor, flag_id: UUID, done: str, else_to: str = "/mesa/casos"):
    try:
        flag_of(session, actor, flag_id)
    except UnknownFlag:
        return redirect(f"{else_to}?feito={done}", 303)
    return _back(flag_id, done)


@blueprint.post(f"{_CASE}/assumir")
@page_door("protection.take")
def take(session, actor, flag_id: UUID):
    taking.take(session, actor, flag_id, clock.now())
    return _back(flag_id, "assumido")


@blueprint.post(f"{_CASE}/passar")
@page_door("protection.take", takes=ColleagueForm)
def hand(session, actor, data, flag_id: UUID):
    taking.hand(session, actor, flag_id, data["worker_id"], clock.now())
    return _back(flag_id, "passado")


@blueprint.post(f"{_CASE}/colegas")
@page_door("protection.hand", takes=ColleagueForm)
def name_peer(session, actor, data, flag_id: UUID):
    taking.name_peer(session, actor, flag_id, data["worker_id"], clock.now())
    return _back(flag_id, "indicada")


@blueprint.post(f"{_CASE}/colegas/<uuid:worker_id>/fim")
@page_door("protection.hand")
def end_peer(session, actor, flag_id: UUID, worker_id: UUID):
    taking.end_peer(session, actor, flag_id, worker_id, clock.now())
    return _back(flag_id, "menos")


@blueprint.post(f"{_CASE}/abrir")
@page_door("protection.break_glass", takes=ReasonForm)
def break_glass(session, actor, data, flag_id: UUID):
    opening.break_glass(session, actor, flag_id, data["reason"], clock.now())
    return _back(flag_id, "aberto")


@blueprint.post(f"{_CASE}/aberturas/<uuid:opening_id>/conferir")
@page_door("protection.open_words", takes=WordsForm)
def review(session, actor, data, flag_id: UUID, opening_id: UUID):
    opening.review(session, actor, opening_id, data["words"], clock.now())
    return _back(flag_id, "conferida")


@blueprint.post(f"{_CASE}/orientar")
@page_door("protection.guide", takes=GuideForm)
def guide(session, actor, data, flag_id: UUID):
    guiding.guide(session, actor, flag_id, data["guidance"], clock.now())
    return _back(flag_id, "orientada")


@blueprint.post(f"{_CASE}/avisar/<uuid:duty_id>/escolha")
@page_door("protection.communicate", takes=ChoiceForm)
def choose(session, actor, data, flag_id: UUID, duty_id: UUID):
    guiding.choose(session, actor, flag_id, duty_id, data["answer"], clock.now())
    return _back(flag_id, "escolha")


@blueprint.post(f"{_CASE}/avisar/<uuid:duty_id>/dispensar")
@page_door("protection.communicate", takes=DropForm)
def drop(session, actor, data, flag_id: UUID, duty_id: UUID):
    guiding.drop_duty(session, actor, flag_id, duty_id, data["reason"], data["words"], clock.now())
    return _back(flag_id, "dispensada")


@blueprint.post(f"{_CASE}/ligacoes")
@page_door("protection.communicate", takes=CallForm)
def tell_call(session, actor, data, flag_id: UUID):
    guiding.tell_call(session, actor, flag_id, data, clock.now())
    return _back(flag_id, "ligacao")


@blueprint.post(f"{_CASE}/procurar")
@page_door("people.search", takes=FindForm)
@unless_hidden
def find(session, actor, data, flag_id: UUID):
    """Whom it is about: looked for as anywhere at the desk. The words go in the body, an address is kept by browsers."""
    found = search(session, actor, data["q"])
    note_search(session, actor, clock.now())
    known = cards(session, actor, found.ids, documents=False, sensitive=False)
    return page_of(session, actor, flag_id, found=[known[id_] for id_ in found.ids if id_ in known])


@blueprint.post(f"{_CASE}/pessoa")
@page_door("protection.link", takes=PersonForm)
def link_person(session, actor, data, flag_id: UUID):
    linking.link_person(session, actor, flag_id, data["person_id"], clock.now())
    return _back(flag_id, "pessoa")


@blueprint.post(f"{_CASE}/pessoa/desfazer")
@page_door("protection.link")
def unlink_person(session, actor, flag_id: UUID):
    linking.unlink_person(session, actor, flag_id, clock.now())
    return _back(flag_id, "pessoa-desfeita")


@blueprint.post(f"{_CASE}/orgao")
@page_door("protection.link", takes=BodyForm)
def accuse(session, actor, data, flag_id: UUID):
    linking.accuse(session, actor, flag_id, data["body"], clock.now())
    # Who told it may be one of theirs: then the list is all that is left.
    return _back_if_seen(session, actor, flag_id, "orgao")


@blueprint.post(f"{_CASE}/tip")
@page_door("protection.link", takes=TipForm)
def classify(session, actor, data, flag_id: UUID):
    linking.classify(session, actor, flag_id, data["groups"], clock.now())
    return _back(flag_id, "tip")


@blueprint.post(f"{_CASE}/peti")
@page_door("protection.link")
def join_peti(session, actor, flag_id: UUID):
    linking.join_peti(session, actor, flag_id, clock.now())
    return _back(flag_id, "peti")


@blueprint.post(f"{_CASE}/ligar")
@page_door("protection.link", takes=OtherForm)
def link_flag(session, actor, data, flag_id: UUID):
    linking.link_flag(session, actor, flag_id, data["other_id"], clock.now())
    return _back(flag_id, "ligado")


@blueprint.post(f"{_CASE}/separar")
@page_door("protection.link", takes=OtherForm)
def unlink_flag(session, actor, data, flag_id: UUID):
    linking.unlink_flag(session, actor, flag_id, data["other_id"], clock.now())
    return _back(flag_id, "separado")


@blueprint.post(f"{_CASE}/engano")
@page_door("protection.close", takes=WordsForm)
def refuse_mistake(session, actor, data, flag_id: UUID):
    closing.refuse_mistake(session, actor, flag_id, data["words"], clock.now())
    return _back(flag_id, "engano")


@blueprint.post(f"{_CASE}/encerrar")
@page_door("protection.close", takes=CloseForm)
def close(session, actor, data, flag_id: UUID):
    closing.close(session, actor, flag_id, data["reason"], data["words"], clock.now())
    return _back(flag_id, "encerrado")


@blueprint.post(f"{_CASE}/reabrir")
@page_door("protection.close", takes=WordsForm)
def reopen(session, actor, data, flag_id: UUID):
    closing.reopen(session, actor, flag_id, data["words"], clock.now())
    return _back(flag_id, "reaberto")


@blueprint.post(f"{_CASE}/encaminhar")
@page_door("protection.refer", takes=ReferForm)
def refer(session, actor, data, flag_id: UUID):
    referring.refer(session, actor, flag_id, data | {"profile": []}, clock.now())
    return _back(flag_id, "encaminhado")


@blueprint.post(f"{_CASE}/encaminhamentos/<uuid:referral_id>/cancelar")
@page_door("referrals.send_from_desk")
def revoke(session, actor, flag_id: UUID, referral_id: UUID):
    referrals.revoke_from_desk(session, actor, referral_id, clock.now())
    return _back(flag_id, "cancelado")


@blueprint.post(f"{_CASE}/sigilo")
@page_door("people.restrict")
def shield(session, actor, flag_id: UUID):
    referring.shield(session, actor, flag_id, clock.now())
    return _back(flag_id, "sigilo")


@blueprint.post(f"{_CASE}/notas")
@page_door("protection.note", takes=NoteForm)
def write_note(session, actor, data, flag_id: UUID):
    keeping.write_note(session, actor, flag_id, data["words"], clock.now())
    return _back(flag_id, "nota")


@blueprint.post(f"{_CASE}/notas/<uuid:note_id>/passar")
@page_door("protection.note", takes=ColleagueForm)
def hand_note(session, actor, data, flag_id: UUID, note_id: UUID):
    keeping.hand_note(session, actor, flag_id, note_id, data["worker_id"], clock.now())
    return _back_if_seen(session, actor, flag_id, "nota-passada", "/mesa/casos/notas")


@blueprint.post(f"{_CASE}/notas/<uuid:note_id>/lacrar")
@page_door("protection.note")
def close_note(session, actor, flag_id: UUID, note_id: UUID):
    keeping.close_note(session, actor, flag_id, note_id, clock.now())
    return _back_if_seen(session, actor, flag_id, "nota-lacrada", "/mesa/casos/notas")
