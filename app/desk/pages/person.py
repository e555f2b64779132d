"""/mesa/pessoas/<id>: a person's page. Answering, taking back and following are plain forms of their own."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.core.fields import Line, one_of
from app.core.ids import new_id
from app.core.timing import Timing
from app.desk.queries import person as queries
from app.encounters.terms import AGE_BANDS, NEEDS, OFFER_ANSWERS, OFFER_REASONS, OUTCOMES, SEXES
from app.home_visits.terms import RESULTS
from app.people import ficha, service
from app.people import queries as people
from app.people.problems import BadValue, Restricted, UnknownField, UnknownTold
from app.people.terms import CALLED_KINDS, CERTAINTIES, MEMBER_KINDS, SOURCES, TAKE_BACK_REASONS
from app.referrals.terms import STATUSES
from app.tasks.terms import RESULTS as TASK_RESULTS
from app.territory.queries import region_names

blueprint = Blueprint("desk_person", __name__)

_TOLD = {
    "contado": _("Guardado. O que se sabia antes continua na página."),
    "retirado": _("Retirado. Continua na página, riscado, com o motivo."),
    "acompanha": _("Você acompanha esta pessoa a partir de agora."),
    "deixou": _("Você deixou de acompanhar esta pessoa."),
}
_WORDS: dict[str, Any] = {
    "outcomes": OUTCOMES | RESULTS,
    "needs": NEEDS,
    "answers": OFFER_ANSWERS,
    "answer_reasons": OFFER_REASONS,
    "statuses": STATUSES,
    "bands": AGE_BANDS,
    "sexes": SEXES,
    "kinds": CALLED_KINDS,
}


class PageQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))
    pagina = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class FieldQuery(Schema):
    campo = Line(required=True)


class TellForm(Schema):
    """What a form sends of one field: `value` once or several times; a document brings its number beside."""

    field = Line(required=True)
    value = fields.Raw(load_default=None)
    number = Line(load_default="")
    # Nothing is preselected: how it is known is always said.
    source = one_of([source for source in SOURCES if source != "imported"], required=True)
    certainty = one_of(CERTAINTIES, load_default="sure")


class ToldQuery(Schema):
    dado = fields.UUID(required=True)


class TakeBackForm(Schema):
    told_id = fields.UUID(required=True)
    reason = one_of(TAKE_BACK_REASONS, required=True)
    reason_text = Line(200, load_default=None, allow_none=True)


@blueprint.get("/mesa/pessoas/<uuid:person_id>")
@page_door("people.read", query=PageQuery)
def person(session, actor, query, person_id: UUID):
    now = clock.now()
    try:
        card = queries.card_of(session, actor, person_id, now)
    except Restricted:
        # Says that much and no more; there she may be opened with a reason.
        return redirect(f"/mesa/pessoas/{person_id}/sigilo")
    if card.id != person_id:
        return redirect(f"/mesa/pessoas/{card.id}")
    return desk_page(
        session,
        actor,
        "desk/person.html",
        card=card,
        known=queries.known_of(session, actor, card, now),
        life=queries.life_of(session, actor, card, query["pagina"]),
        homes=queries.homes_of(session, actor, card),
        steps=queries.steps_of(session, actor, card, now),
        results=TASK_RESULTS,
        member_kinds=MEMBER_KINDS,
        region=region_names(session, actor.municipality_id).get(card.region_id),
        follows_too=actor.worker_id in {worker_id for worker_id, _name in card.follows},
        told=_TOLD.get(query["feito"]),
        **_WORDS,
    )


@blueprint.get("/mesa/pessoas/<uuid:person_id>/contar")
@page_door("people.tell", query=FieldQuery)
def tell_form(session, actor, query, person_id: UUID):
    return _form(session, actor, person_id, query["campo"])


@blueprint.post("/mesa/pessoas/<uuid:person_id>/contar")
@page_door("people.tell", takes=TellForm)
def tell(session, actor, data, person_id: UUID):
    now = clock.now()
    field = data["field"]
    local = people.local_options(session, actor.municipality_id)
    try:
        value = ficha.check_value(field, _sent(field, data), local)
        ficha.check_source(field, data["source"])
    except BadValue as problem:
        # Nothing was written yet: the form comes back with its sentence, and what was typed.
        return _form(session, actor, person_id, field, data, problem.fields[field][0]), 422
    item = {"told_id": new_id(), "field": field, "value": value, "source": data["source"], "certainty": data["certainty"]}
    service.tell(session, actor, {"person_id": person_id, "told": [item]}, _at_the_desk(now))
    return redirect(f"/mesa/pessoas/{person_id}?feito=contado", 303)


@blueprint.get("/mesa/pessoas/<uuid:person_id>/retirar")
@page_door("people.take_back", query=ToldQuery)
def take_back_form(session, actor, query, person_id: UUID):
    now = clock.now()
    card = queries.card_of(session, actor, person_id, now)
    line = queries.line_of(session, actor, card, query["dado"], now)
    if line is None or line.back is not None:
        raise UnknownTold()
    return desk_page(
        session, actor, "desk/person_take_back.html", card=card, line=line, reasons=TAKE_BACK_REASONS
    )


@blueprint.post("/mesa/pessoas/<uuid:person_id>/retirar")
@page_door("people.take_back", takes=TakeBackForm)
def take_back(session, actor, data, person_id: UUID):
    service.take_back(session, actor, data | {"person_id": person_id}, _at_the_desk(clock.now()))
    return redirect(f"/mesa/pessoas/{person_id}?feito=retirado", 303)


@blueprint.post("/mesa/pessoas/<uuid:person_id>/acompanhar")
@page_door("people.follow")
def follow(session, actor, person_id: UUID):
    service.follow(session, actor, person_id, clock.now())
    return redirect(f"/mesa/pessoas/{person_id}?feito=acompanha", 303)


@blueprint.post("/mesa/pessoas/<uuid:person_id>/deixar")
@page_door("people.follow")
def unfollow(session, actor, person_id: UUID):
    service.unfollow(session, actor, person_id, clock.now())
    return redirect(f"/mesa/pessoas/{person_id}?feito=deixou", 303)


def _form(session, actor, person_id: UUID, field: str, data: dict | None = None, wrong: str | None = None):
    now = clock.now()
    card = queries.card_of(session, actor, person_id, now)
    known = ficha.FIELDS.get(field)
    if known is None and field not in ficha.NAME_FIELDS:
        raise UnknownField()
    today = days.today_of(session, actor.municipality_id, now)
    return desk_page(
        session,
        actor,
        "desk/person_tell.html",
        card=card,
        field=field,
        label=ficha.label_of(field),
        known=known,
        is_name=known is None,
        options=ficha.options_of(known, today, people.local_options(session, actor.municipality_id)) if known else [],
        sources=_sources(known, field),
        certainties=CERTAINTIES,
        data=data or {},
        chosen=_chosen(data),
        wrong=wrong,
        today=today,
    )


def _sources(known: ficha.Field | None, field: str) -> dict[str, Any]:
    """Of whom or what one may have it: only from herself, when only she says it."""
    if known is not None and known.self_declared:
        return {"told": SOURCES["told"]}
    return {source: word for source, word in SOURCES.items() if source != "imported"}


def _chosen(data: dict | None) -> list[str]:
    value = (data or {}).get("value")
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []


def _sent(field: str, data: dict) -> Any:
    """What the form sent, in the shape that the ficha judges."""
    known, value = ficha.FIELDS.get(field), data["value"]
    kind = known.kind if known else "text"
    if kind == "many":
        return _chosen(data)
    if kind == "yes_no":
        return {"yes": True, "no": False}.get(value) if isinstance(value, str) else None
    if kind == "number":
        return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6 else value
    if kind == "document":
        return {"state": value or None, "number": data["number"] or None}
    return value


def _at_the_desk(now) -> Timing:
    return Timing(now, now, now, 0, False)
