"""The pairs that wait, two persons side by side before they are made one, and the merges that a supervisor may undo."""

from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, pre_load, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.audit import trail
from app.core import clock
from app.core.fields import Line
from app.people.likeness import AGAINST, LIKELY, REASONS
from app.people.pages.searching import words
from app.people.queries import Card
from app.people.queries.pairs import PAGE, merges_made, pairs_waiting, preview_of
from app.people.service import merging
from app.people.terms import CERTAINTIES, SOURCES

blueprint = Blueprint("people_merge_pages", __name__)

_CHOICE = "c."
_TOLD = {
    "diferentes": _("Guardado: são pessoas diferentes. O par não volta à lista."),
    "unidas": _("Unidos. Nada foi apagado: a supervisão pode desfazer."),
    "desfeita": _("União desfeita. Os dois cadastros estão como eram, com o que chegou depois."),
}


class PairsQuery(Schema):
    pagina = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


class MergeForm(Schema):
    """`c.<field>`: the id of what was told that counts for the field."""

    choices = fields.Dict(keys=fields.String(validate=validate.Length(max=80)), values=fields.UUID(), load_default=dict)
    reason = Line(200, load_default="")

    @pre_load
    def gather(self, data, **_kwargs):
        choices = {key.removeprefix(_CHOICE): value for key, value in data.items() if key.startswith(_CHOICE)}
        return {key: value for key, value in data.items() if not key.startswith(_CHOICE)} | {"choices": choices}


class UndoForm(Schema):
    reason = Line(200, required=True, validate=validate.Length(min=3, error=_("Diga por que a união é desfeita.")))


@blueprint.get("/mesa/pessoas/parecidas")
@page_door("people.read_pairs", query=PairsQuery)
def pairs(session, actor, query):
    waiting = pairs_waiting(session, actor, query["pagina"])
    _note_read(session, actor, *(card for pair in waiting.pairs for card in (pair.one, pair.other)))
    return desk_page(
        session,
        actor,
        "people/pairs.html",
        pairs=waiting,
        page=query["pagina"],
        last_page=max(1, -(-waiting.total // PAGE)),
        reasons=REASONS,
        against=AGAINST,
        likely=LIKELY,
        may_merge=actor.can("people.merge"),
        may_decide=actor.can("people.decide_pair"),
        told=_TOLD.get(query["feito"]),
        **words(session, actor),
    )


@blueprint.post("/mesa/pessoas/parecidas/<uuid:pair_id>/diferentes")
@page_door("people.decide_pair")
def different(session, actor, pair_id: UUID):
    merging.tell_apart(session, actor, pair_id, clock.now())
    return redirect("/mesa/pessoas/parecidas?feito=diferentes")


@blueprint.get("/mesa/pessoas/<uuid:person_id>/unir/<uuid:other_id>")
@page_door("people.merge")
def preview(session, actor, person_id: UUID, other_id: UUID):
    both = preview_of(session, actor, person_id, other_id)
    _note_read(session, actor, both.survivor, both.absorbed)
    return desk_page(
        session,
        actor,
        "people/merge.html",
        preview=both,
        sources=SOURCES,
        certainties=CERTAINTIES,
        **words(session, actor),
    )


@blueprint.post("/mesa/pessoas/<uuid:person_id>/unir/<uuid:other_id>")
@page_door("people.merge", takes=MergeForm)
def merge(session, actor, data, person_id: UUID, other_id: UUID):
    merging.merge(session, actor, person_id, other_id, data["choices"], data["reason"] or None, clock.now())
    return redirect(f"/mesa/pessoas/{person_id}")


@blueprint.get("/painel/unioes")
@page_door("people.undo_merge", query=DoneQuery)
def merges(session, actor, query):
    return desk_page(
        session, actor, "people/merges.html", merges=merges_made(session, actor), told=_TOLD.get(query["feito"])
    )


@blueprint.post("/painel/unioes/<uuid:merge_id>/desfazer")
@page_door("people.undo_merge", takes=UndoForm)
def undo(session, actor, data, merge_id: UUID):
    merging.undo_merge(session, actor, merge_id, data["reason"], clock.now())
    return redirect("/painel/unioes?feito=desfeita")


def _note_read(session, actor, *cards: Card) -> None:
    """Whoever was looked at to be compared was read."""
    now = clock.now()
    trail.write(session, [trail.line(actor, "people.read", now, "person", id_) for id_ in sorted({card.id for card in cards})])
