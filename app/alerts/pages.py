"""/painel/plantao: who is on duty, what waits for a word, what ended lately; and the city's rules of it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import counts, desk_page
from app.alerts import queries, service
from app.alerts.problems import BadDutyEnd, BadRegionMinutes, UnknownFallback
from app.alerts.schemas import AnswerForm, DutyForm, RulesForm
from app.alerts.terms import ANSWERS, CLOSED, KINDS, LONGEST_ANSWER, TOLD_AS
from app.core import clock
from app.territory.terms import PERIODS

blueprint = Blueprint("alerts_pages", __name__)

counts["/painel/plantao"] = queries.counted

_TOLD = {
    "respondido": _("Anotado. O alerta continua aberto até haver notícia."),
    "plantao": _("Você está de plantão. Os alertas chegam para você até essa hora."),
    "saiu": _("Você não está mais de plantão."),
    "regras": _("Regras guardadas. Valem a partir de agora."),
}


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


@blueprint.get("/painel/plantao")
@page_door("alerts.read", query=DoneQuery)
def alerts(session, actor, query):
    return _page(session, actor, told=_TOLD.get(query["feito"] or ""))


def _page(session: Session, actor: Actor, told: Any = None) -> str:
    now = clock.now()
    open_, ended = queries.alerts_of(session, actor, now)
    return desk_page(
        session, actor, "alerts/alerts.html", open=open_, ended=ended, on_duty=queries.on_duty(session, actor.municipality_id, now),
        mine=queries.own_duty(session, actor, now), kinds=KINDS, answers=ANSWERS, closed=CLOSED, told_as=TOLD_AS, longest=LONGEST_ANSWER,
        told=told,
    )  # fmt: skip


@blueprint.post("/painel/plantao/<uuid:alert_id>/responder")
@page_door("alerts.answer", takes=AnswerForm)
def answer(session, actor, data, alert_id: UUID):
    service.answer(session, actor, alert_id, data["answer"], data["words"], clock.now())
    return redirect("/painel/plantao?feito=respondido", 303)


@blueprint.post("/painel/plantao/entrar")
@page_door("alerts.take_duty", takes=DutyForm)
def take_duty(session, actor, data):
    if data["until"] is None:
        raise BadDutyEnd(fields={"until": [str(BadDutyEnd.sentence)]})
    service.take_duty(session, actor, data["until"], clock.now())
    return redirect("/painel/plantao?feito=plantao", 303)


@blueprint.post("/painel/plantao/sair")
@page_door("alerts.take_duty")
def leave_duty(session, actor):
    service.leave_duty(session, actor, clock.now())
    return redirect("/painel/plantao?feito=saiu", 303)


@blueprint.get("/painel/plantao/regras")
@page_door("alerts.set_rules", query=DoneQuery)
def rules(session, actor, query):
    return _rules(session, actor, told=_TOLD.get(query["feito"] or ""))


@blueprint.post("/painel/plantao/regras")
@page_door("alerts.set_rules", takes=RulesForm)
def set_rules(session, actor, data):
    typed = dict(zip(data["key"], data["minutes"], strict=False))
    try:
        minutes = {_key(key): _figure(text) for key, text in typed.items()}
        with session.begin_nested():
            service.set_rules(session, actor, minutes, data["listed"], clock.now())
    except (BadRegionMinutes, UnknownFallback) as problem:
        return _rules(session, actor, typed=typed, listed=set(data["listed"]), wrong=problem.sentence), problem.status
    return redirect("/painel/plantao/regras?feito=regras", 303)


def _key(key: str) -> tuple[UUID, str]:
    region, period = key.split(":")
    try:
        return UUID(region), period
    except ValueError:
        raise BadRegionMinutes() from None


def _figure(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise BadRegionMinutes()
    return int(text)


def _rules(session: Session, actor: Actor, typed: dict[str, str] | None = None, listed: set[UUID] | None = None, **context: Any) -> str:
    found = queries.rules_of(session, actor, clock.now())
    if typed is not None:
        found |= {"own": typed, "listed": listed}
    return desk_page(session, actor, "alerts/rules.html", **{"told": None, "wrong": None} | context, **found, periods=PERIODS)
