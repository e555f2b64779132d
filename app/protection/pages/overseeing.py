"""What coordination and supervision see of cases: states, times, who opened what, counts; never of whom, what or where."""

from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import counts, desk_page
from app.core import clock
from app.core.db import cleared
from app.core.fields import Chosen, Line
from app.protection.pages.hiding import unless_hidden
from app.protection.pages.shown import words
from app.protection.queries import case, holding, openings, queue
from app.protection.queries.reading import is_reviewed
from app.protection.sealing import CLEARANCE
from app.protection.service import opening, taking

blueprint = Blueprint("protection_overseeing", __name__)

_PERIODS = (7, 30, 90, 365)
_TOLD = {"passado": _("Passado. A colega foi avisada."), "conferida": _("Abertura conferida.")}


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


class PeriodQuery(Schema):
    dias = fields.Integer(load_default=30, validate=validate.OneOf(_PERIODS))


class ColleagueForm(Schema):
    worker_id = Chosen(required=True)


class ReviewForm(Schema):
    words = Line(500, load_default="")


@blueprint.get("/mesa/casos/coordenacao")
@page_door("protection.review", query=DoneQuery)
@unless_hidden
def overseen(session, actor, query):
    now = clock.now()
    return desk_page(
        session, actor, "protection/overseen.html", queue=queue.overseen_of(session, actor, now), told=_TOLD.get(query["feito"]),
        **words(session, actor.municipality_id, now),
    )  # fmt: skip


@blueprint.get("/mesa/casos/<uuid:flag_id>/andamento")
@page_door("protection.review", query=DoneQuery)
@unless_hidden
def course(session, actor, query, flag_id: UUID):
    now = clock.now()
    page = case.course_of(session, actor, flag_id, now)
    with cleared(session, CLEARANCE):
        hands_on, successors = is_reviewed(session, actor, page.flag), holding.successors(session, page.flag, now)
    return desk_page(
        session, actor, "protection/course.html", page=page, flag=page.flag, successors=successors, hands_on=hands_on, told=_TOLD.get(query["feito"]),
        **words(session, actor.municipality_id, now),
    )  # fmt: skip


@blueprint.post("/mesa/casos/<uuid:flag_id>/andamento/passar")
@page_door("protection.review", takes=ColleagueForm)
def hand(session, actor, data, flag_id: UUID):
    taking.hand(session, actor, flag_id, data["worker_id"], clock.now())
    return redirect(f"/mesa/casos/{flag_id}/andamento?feito=passado", 303)


@blueprint.get("/mesa/casos/aberturas")
@page_door("protection.review", query=DoneQuery)
@unless_hidden
def opened(session, actor, query):
    now = clock.now()
    return desk_page(
        session, actor, "protection/openings.html", openings=openings.openings(session, actor, now),
        opened=openings.opened(session, actor, now), told=_TOLD.get(query["feito"]),
    )  # fmt: skip


@blueprint.post("/mesa/casos/aberturas/<uuid:opening_id>/conferir")
@page_door("protection.review", takes=ReviewForm)
def review(session, actor, data, opening_id: UUID):
    opening.review(session, actor, opening_id, data["words"], clock.now())
    return redirect("/mesa/casos/aberturas?feito=conferida", 303)


@blueprint.get("/painel/alertas")
@page_door("protection.oversee", query=PeriodQuery)
def counted(session, actor, query):
    now = clock.now()
    return desk_page(
        session, actor, "protection/counts.html", counts=queue.counts_of(session, actor, now, query["dias"]), chosen=query["dias"],
        periods=_PERIODS,
    )  # fmt: skip


def _waiting(session: Session, actor: Actor) -> int:
    return openings.count_openings(session, actor)


# The coordination is told on every page of the desk.
counts["/mesa/casos/aberturas"] = _waiting
