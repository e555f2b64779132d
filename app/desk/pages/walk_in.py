"""/mesa/entrada: who comes to a house without a referral, known or not, and the bed that is proposed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.core.fields import Chosen, Line, Many, one_of
from app.core.ids import new_id
from app.core.problems import NotFound, Problem
from app.desk import rules, service
from app.desk.pages.house import led
from app.desk.queries import house as queries
from app.people import queries as people
from app.people.problems import TooFewLetters
from app.people.queries.searching import search
from app.people.service.searching import note_search
from app.people.terms import CALLED_KINDS
from app.units import queries as units
from app.units.service import Guest
from app.units.terms import RECEIVES, TURNED_AWAY_REASONS

blueprint = Blueprint("desk_walk_in", __name__)

MOST_TOGETHER = 12


class EntryQuery(Schema):
    unidade = fields.UUID(load_default=None)
    leito = fields.UUID(load_default=None)
    pessoa = fields.UUID(load_default=None)


class SearchForm(Schema):
    unidade = fields.UUID(required=True)
    q = Line(load_default="")


class EntryForm(Schema):
    """`form_id`: made with the page, so that a second tap on the same page is not a second person."""

    form_id = fields.UUID(required=True)
    person_id = Chosen(load_default=None, allow_none=True)
    called = Many(Line(), load_default=list, validate=validate.Length(max=MOST_TOGETHER))
    nameless = fields.Integer(load_default=0, validate=validate.Range(0, MOST_TOGETHER))
    profile = Many(one_of(RECEIVES), load_default=list)
    bed_id = Chosen(load_default=None, allow_none=True)
    hour = fields.String(load_default="", validate=validate.Length(max=10))


@blueprint.get("/mesa/entrada")
@page_door("units.check_in", query=EntryQuery)
def entry(session, actor, query):
    unit, houses = queries.the_house(session, actor, "units.check_in", query["unidade"])
    return _page(session, actor, unit, houses, typed={"bed_id": query["leito"]}, person=_person(session, actor, query["pessoa"]))


@blueprint.post("/mesa/entrada/procurar")
@page_door("people.search", takes=SearchForm)
def find(session, actor, data):
    unit, houses = queries.the_house(session, actor, "units.check_in", data["unidade"])
    try:
        found = search(session, actor, data["q"])
    except TooFewLetters as problem:
        return _page(session, actor, unit, houses, wanted=data["q"], wrong=problem.sentence)
    note_search(session, actor, clock.now())
    shown = people.cards(session, actor, found.ids, documents=False, sensitive=False)
    hits = [shown[id_] for id_ in found.ids if id_ in shown]
    return _page(session, actor, unit, houses, wanted=data["q"], hits=hits, more=found.more)


@blueprint.post("/mesa/entrada/<uuid:unit_id>")
@page_door("units.check_in", takes=EntryForm)
def enter(session, actor, data, unit_id: UUID):
    now = clock.now()
    try:
        with session.begin_nested():
            at = now
            if data["hour"].strip():
                zone = days.zone_of(session, actor.municipality_id)
                at = rules.in_the_night(rules.night_of(now, zone), data["hour"], zone, now)
            beds = [data["bed_id"]] if data["bed_id"] else None
            service.enter_once(session, actor, unit_id, data["form_id"], _guests(data), at, now, beds)
    except Problem as problem:
        # What was typed stays; a bed that somebody took meanwhile is no longer proposed.
        if problem.status not in (409, 422):
            raise
        unit, houses = queries.the_house(session, actor, "units.check_in", unit_id)
        person = _person(session, actor, data["person_id"])
        return _page(session, actor, unit, houses, typed=data, person=person, wrong=problem.sentence), problem.status
    return led("casa", unit_id, "entrou")


def _guests(data: dict[str, Any]) -> list[Guest]:
    """Who comes in together: the first always, further ones by name or without."""
    first, *others = [*data["called"], ""][: MOST_TOGETHER + 1] or [""]
    guests = [Guest(data["person_id"], first or None, data["profile"])]
    guests += [Guest(None, called, []) for called in others if called]
    return guests + [Guest(None, None, [])] * data["nameless"]


def _person(session: Session, actor: Actor, person_id: UUID | None) -> Any:
    """Whom the desk chose among those it may know. Raises NotFound for anybody else."""
    if person_id is None:
        return None
    found = people.called_of(session, actor.municipality_id, [person_id]).get(person_id) if actor.can("people.read") else None
    if found is None:
        raise NotFound()
    return found


def _suspended_until(session: Session, actor: Actor, unit_id: UUID, person_id: UUID, now: datetime) -> date | None:
    """The last day on which this house doesn't receive her, under whichever of her records it was decided."""
    m = actor.municipality_id
    found = units.suspended(session, m, unit_id, people.all_of(session, m, [person_id]), days.today_of(session, m, now))
    return max(found.values(), default=None)


def _page(session: Session, actor: Actor, unit: Any, houses: list, **context: Any) -> str:
    now = clock.now()
    house = queries.house_page(session, actor, unit, now)
    typed = {"called": [], "nameless": 0, "profile": [], "bed_id": None, "hour": "", "form_id": new_id()}
    typed |= context.pop("typed", {})
    person = context.get("person")
    return desk_page(
        session,
        actor,
        "desk/entry.html",
        **{"wanted": "", "wrong": None, "hits": None, "more": False, "person": None} | context,
        typed=typed,
        suspended_until=_suspended_until(session, actor, unit.id, person.id, now) if person else None,
        page=house,
        houses=houses,
        receives={key: word for key, word in RECEIVES.items()},
        kinds=CALLED_KINDS,
        turned_away_reasons=TURNED_AWAY_REASONS,
        expected=queries.expected_at(session, actor, unit.id, now),
    )
