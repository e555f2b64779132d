"""/mesa/pessoas/<id>/sigilo and /mesa/aberturas: restricting, opening with a reason, reviewing openings.

The first is also what a direct link to somebody restricted shows to who may not see her: that, and nothing else.
"""

from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import counts, desk_page
from app.audit import trail
from app.core import clock
from app.core.fields import Chosen, Line, Many
from app.people.problems import Restricted, UnknownPerson
from app.people.queries import restricted as people
from app.people.service import restriction as service
from app.privacy import queries

blueprint = Blueprint("privacy_restriction", __name__)

LONGEST_REASON = 500
_TOLD = {
    "sigilo": _("O cadastro agora é sigiloso. O cadastro se apaga dos celulares de quem não pode ver, no próximo contato."),
    "fim": _("O sigilo terminou: a equipe volta a ver o cadastro."),
    "leitora": _("Pronto: essa colega já vê o cadastro."),
    "menos": _("Pronto: essa colega não vê mais o cadastro."),
    "aberto": _("Aberto por duas horas. A coordenação vai ler o seu motivo."),
    "conferida": _("Abertura conferida."),
}


class ReasonForm(Schema):
    reason = Line(LONGEST_REASON, required=True)


class RestrictForm(ReasonForm):
    readers = Many(fields.UUID(), load_default=list, validate=validate.Length(max=50))


class ReaderForm(Schema):
    worker_id = Chosen(required=True)


class ReviewForm(Schema):
    words = Line(LONGEST_REASON, load_default="")


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


@blueprint.get("/mesa/pessoas/<uuid:person_id>/sigilo")
@page_door("people.read", query=DoneQuery)
def restriction(session, actor, query, person_id: UUID):
    now, m = clock.now(), actor.municipality_id
    told = _TOLD.get(query["feito"])
    if people.is_hidden(session, m, person_id):
        trail.refused(session, actor, "people.read", now, Restricted.code, "person", person_id)
        return desk_page(session, actor, "privacy/hidden.html", person_id=person_id, told=told)
    if not people.sees(session, m, person_id):
        raise UnknownPerson()
    trail.record(session, actor, "people.read", now, "person", person_id, ["called"])
    held = people.restriction_of(session, actor, person_id)
    readers = people.readers_of(session, actor, person_id, now) if held else []
    may = actor.can("people.restrict")
    known = {reader["worker_id"] for reader in readers}
    return desk_page(
        session,
        actor,
        "privacy/restriction.html",
        person_id=person_id,
        called=queries.called(session, m, person_id),
        held=held,
        readers=readers,
        is_lasting=actor.worker_id in known,
        until=people.opening_of(session, actor, person_id, now) if held else None,
        around=queries.around(session, actor, person_id, now) if may and not held else [],
        others=[one for one in people.possible_readers(session, m, now) if one["id"] not in known] if may and held else [],
        told=told,
    )


@blueprint.post("/mesa/pessoas/<uuid:person_id>/sigilo")
@page_door("people.restrict", takes=RestrictForm)
def restrict(session, actor, data, person_id: UUID):
    service.restrict(session, actor, person_id, data["reason"], clock.now(), data["readers"])
    return _back(person_id, "sigilo")


@blueprint.post("/mesa/pessoas/<uuid:person_id>/sigilo/fim")
@page_door("people.restrict", takes=ReasonForm)
def lift(session, actor, data, person_id: UUID):
    service.lift_restriction(session, actor, person_id, data["reason"], clock.now())
    return _back(person_id, "fim")


@blueprint.post("/mesa/pessoas/<uuid:person_id>/sigilo/leitoras")
@page_door("people.name_reader", takes=ReaderForm)
def name_reader(session, actor, data, person_id: UUID):
    service.name_reader(session, actor, person_id, data["worker_id"], clock.now())
    return _back(person_id, "leitora")


@blueprint.post("/mesa/pessoas/<uuid:person_id>/sigilo/leitoras/<uuid:worker_id>/fim")
@page_door("people.name_reader")
def end_reader(session, actor, person_id: UUID, worker_id: UUID):
    service.end_reader(session, actor, person_id, worker_id, clock.now())
    return _back(person_id, "menos") if worker_id != actor.worker_id else redirect("/mesa/", 303)


@blueprint.post("/mesa/pessoas/<uuid:person_id>/sigilo/abrir")
@page_door("people.break_glass", takes=ReasonForm)
def break_glass(session, actor, data, person_id: UUID):
    service.break_glass(session, actor, person_id, data["reason"], clock.now())
    return _back(person_id, "aberto")


@blueprint.get("/mesa/aberturas")
@page_door("people.review_openings", query=DoneQuery)
def openings(session, actor, query):
    return desk_page(
        session,
        actor,
        "privacy/openings.html",
        openings=people.openings(session, actor),
        told=_TOLD.get(query["feito"]),
    )


@blueprint.post("/mesa/aberturas/<uuid:access_id>/conferir")
@page_door("people.review_openings", takes=ReviewForm)
def review(session, actor, data, access_id: UUID):
    service.review_opening(session, actor, access_id, data["words"], clock.now())
    return redirect("/mesa/aberturas?feito=conferida", 303)


def _waiting(session: Session, actor: Actor) -> int:
    return people.count_openings(session, actor)


# The coordination is told on every page of the desk.
counts["/mesa/aberturas"] = _waiting


def _back(person_id: UUID, done: str):
    return redirect(f"/mesa/pessoas/{person_id}/sigilo?feito={done}", 303)
