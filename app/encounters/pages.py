"""/mesa/encontros/<id>: who was there, who they are, what was offered, which other record is the same meeting."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import desk_page
from app.audit import trail
from app.core import clock
from app.core.fields import Chosen, Line, one_of
from app.core.ids import new_id
from app.core.problems import Problem
from app.core.timing import Timing
from app.encounters import queries, service
from app.encounters.terms import (
    AGE_BANDS,
    CERTAINTIES,
    NEEDS,
    OFFER_ANSWERS,
    OFFER_REASONS,
    OUTCOMES,
    REFUSAL_REASONS,
    SEXES,
    SITUATIONS,
    UNAVAILABLE_REASONS,
    UNLINK_REASONS,
)
from app.people import queries as people
from app.people.problems import Restricted
from app.people.queries import searching
from app.territory.queries import region_names

blueprint = Blueprint("encounters_pages", __name__)

_TOLD = {
    "ligado": _("Pessoa ligada ao encontro. Fica guardado quem disse e quando."),
    "desligado": _("Ligação desfeita. Conta de novo como pessoa não identificada."),
    "juntado": _("Juntados: contam como um encontro só. Dá para separar."),
    "separado": _("Separados: os dois contam de novo."),
    "oferecido": _("Oferta guardada. A equipe vê no celular."),
}
# An answer with its reason is one choice: nobody can pick a refusal without one, nor a reason of another answer.
_ANSWERS = {
    "refused": {f"refused.{key}": word for key, word in REFUSAL_REASONS.items()},
    "unavailable": {f"unavailable.{key}": word for key, word in UNAVAILABLE_REASONS.items()},
}
_SIMPLE = ("accepted", "later")
_WORDS: dict[str, Any] = {
    "bands": AGE_BANDS,
    "sexes": SEXES,
    "situations": SITUATIONS,
    "outcomes": OUTCOMES,
    "needs": NEEDS,
    "answers": OFFER_ANSWERS,
    "reasons": OFFER_REASONS,
    "reasoned": _ANSWERS,
    "simple": _SIMPLE,
    "unlink_reasons": UNLINK_REASONS,
}


class PageQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


class SearchForm(Schema):
    """Posted, so that no name stands in an address."""

    participation_id = fields.UUID(required=True)
    wanted = Line(required=True)


class LinkForm(Schema):
    participation_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    certainty = one_of(CERTAINTIES, required=True)


class UnlinkForm(Schema):
    participation_id = fields.UUID(required=True)
    reason = one_of(UNLINK_REASONS, required=True)


class OfferForm(Schema):
    """participation_id empty: offered to all. `answer`: accepted, later, or an answer and its reason (refused.rules)."""

    participation_id = Chosen(load_default=None, allow_none=True)
    kind = one_of(NEEDS, required=True)
    answer = one_of([*_SIMPLE, *_ANSWERS["refused"], *_ANSWERS["unavailable"]], required=True)


class JoinForm(Schema):
    joined_id = fields.UUID(required=True)


class UnjoinForm(Schema):
    join_id = fields.UUID(required=True)


@blueprint.get("/mesa/encontros/<uuid:encounter_id>")
@page_door("encounters.link", query=PageQuery)
def encounter(session, actor, query, encounter_id: UUID):
    return _page(session, actor, encounter_id, told=_TOLD.get(query["feito"] or ""))


@blueprint.post("/mesa/encontros/<uuid:encounter_id>/procurar")
@page_door("people.search", takes=SearchForm)
def search(session, actor, data, encounter_id: UUID):
    now = clock.now()
    try:
        ids = searching.search(session, actor, data["wanted"]).ids
    except Problem as problem:
        return _page(session, actor, encounter_id, asked=data, problem=problem), problem.status
    documents = actor.can("people.read_documents")
    cards = people.cards(session, actor, ids, documents=documents, sensitive=False)
    trail.record(session, actor, "people.search", now)
    found = [cards[id_] for id_ in ids if id_ in cards]
    return _page(session, actor, encounter_id, asked=data, found=found)


@blueprint.post("/mesa/encontros/<uuid:encounter_id>/ligar")
@page_door("encounters.link", takes=LinkForm)
def link(session, actor, data, encounter_id: UUID):
    _check_shown(session, actor, encounter_id, data["participation_id"])
    service.link_people(session, actor, {"encounter_id": encounter_id, "links": [data]}, _at_the_desk())
    return redirect(f"/mesa/encontros/{encounter_id}?feito=ligado", 303)


@blueprint.post("/mesa/encontros/<uuid:encounter_id>/desligar")
@page_door("encounters.unlink", takes=UnlinkForm)
def unlink(session, actor, data, encounter_id: UUID):
    _check_shown(session, actor, encounter_id, data["participation_id"])
    service.unlink_person(session, actor, data | {"encounter_id": encounter_id}, _at_the_desk())
    return redirect(f"/mesa/encontros/{encounter_id}?feito=desligado", 303)


@blueprint.post("/mesa/encontros/<uuid:encounter_id>/oferecer")
@page_door("encounters.offer", takes=OfferForm)
def offer(session, actor, data, encounter_id: UUID):
    answer, _dot, reason = data["answer"].partition(".")
    made = {"offer_id": new_id(), "participation_id": data["participation_id"], "kind": data["kind"]}
    made |= {"answer": answer, "reason": reason or None}
    service.record_offers(session, actor, {"encounter_id": encounter_id, "offers": [made]}, _at_the_desk())
    return redirect(f"/mesa/encontros/{encounter_id}?feito=oferecido#offers", 303)


@blueprint.post("/mesa/encontros/<uuid:encounter_id>/juntar")
@page_door("encounters.join", takes=JoinForm)
def join(session, actor, data, encounter_id: UUID):
    told = {"join_id": new_id(), "kept_id": encounter_id, "joined_id": data["joined_id"]}
    service.join_encounters(session, actor, told, _at_the_desk())
    return redirect(f"/mesa/encontros/{encounter_id}?feito=juntado", 303)


@blueprint.post("/mesa/encontros/<uuid:encounter_id>/separar")
@page_door("encounters.unjoin", takes=UnjoinForm)
def unjoin(session, actor, data, encounter_id: UUID):
    service.unjoin_encounters(session, actor, data, _at_the_desk())
    return redirect(f"/mesa/encontros/{encounter_id}?feito=separado", 303)


def _page(session: Session, actor: Actor, encounter_id: UUID, **more: Any) -> str:
    found = queries.encounter_of(session, actor, encounter_id)
    trail.record(session, actor, "people.read", clock.now(), "encounter", encounter_id)
    context: dict[str, Any] = {"asked": None, "found": None, "problem": None, "told": None} | more
    region = region_names(session, actor.municipality_id).get(found["region_id"])
    return desk_page(session, actor, "encounters/encounter.html", item=found, region=region, **context, **_WORDS)


def _check_shown(session: Session, actor: Actor, encounter_id: UUID, participation_id: UUID) -> None:
    """Who she is changes nobody who may not see her: what hangs on her would come to light. Raises Restricted.

    Of a phone it is taken in: it said so of somebody whom it knew.
    """
    present = queries.encounter_of(session, actor, encounter_id)["people"]
    if any(each["id"] == participation_id and each["hidden"] for each in present):
        raise Restricted()


def _at_the_desk() -> Timing:
    now = clock.now()
    return Timing(now, now, now, 0, False)
