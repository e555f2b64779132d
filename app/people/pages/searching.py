"""/mesa/pessoas/: who is meant by some letters. They go in the body: an address is kept by browsers and proxies."""

from flask import Blueprint
from marshmallow import Schema

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock
from app.core.fields import Line
from app.people.ficha import LISTS
from app.people.problems import TooFewLetters
from app.people.queries import cards
from app.people.queries.searching import search
from app.people.service.searching import note_search
from app.people.terms import CALLED_KINDS
from app.territory.queries import region_names

blueprint = Blueprint("people_search_pages", __name__)


class WantedForm(Schema):
    q = Line(load_default="")


@blueprint.get("/mesa/pessoas/")
@page_door("people.search")
def people(session, actor):
    return _page(session, actor)


@blueprint.post("/mesa/pessoas/")
@page_door("people.search", takes=WantedForm)
def find(session, actor, data):
    try:
        found = search(session, actor, data["q"])
    except TooFewLetters as problem:
        return _page(session, actor, wanted=data["q"], wrong=problem.sentence)
    note_search(session, actor, clock.now())
    shown = cards(session, actor, found.ids, documents=actor.can("people.read_documents"), sensitive=False)
    return _page(session, actor, wanted=data["q"], found=[shown[id_] for id_ in found.ids if id_ in shown], more=found.more)


def _page(session, actor, **context):
    return desk_page(
        session,
        actor,
        "people/search.html",
        **{"wanted": "", "wrong": None, "found": None, "more": False} | context,
        **words(session, actor),
        may_decide=actor.can("people.read_pairs"),
    )


def words(session, actor):
    """What a card needs to be told in words."""
    return {
        "regions": region_names(session, actor.municipality_id),
        "kinds": CALLED_KINDS,
        "bands": {option.code: option.label for option in LISTS["age_band"]},
        "sexes": {option.code: option.label for option in LISTS["sex"]},
    }
