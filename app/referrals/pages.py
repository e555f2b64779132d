"""The desk's inbox: plain links and forms, which htmx only makes smoother."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.referrals import queries, rules, service
from app.referrals.schemas import DeclineIn, MoveIn
from app.referrals.terms import DECLINE_REASONS, EVENTS, STATUSES
from app.units import queries as units

blueprint = Blueprint("referrals_pages", __name__)

_TOLD = {
    "accepted": _("Aceito. A equipe vê a resposta no aparelho."),
    "declined": _("Recusado. A equipe vê o motivo no aparelho."),
    "arrived": _("Chegada marcada."),
    "not_arrived": _("Marcado como não chegou."),
}
_BACK = validate.OneOf(["mesa", "encaminhamento"])


class MoveForm(MoveIn):
    back = fields.String(load_default="mesa", validate=_BACK)


class DeclineForm(DeclineIn):
    back = fields.String(load_default="encaminhamento", validate=_BACK)


class InboxPageQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


def _inbox(session: Session, actor: Actor, done: str | None = None) -> str:
    now = clock.now()
    midnight = days.start_of_today(session, actor.municipality_id, now)
    found = queries.inbox_of(session, actor, rules.closed_since(midnight, now), now)
    service.note_seen(session, actor, [item["id"] for item in found["new"] if item["seen_at"] is None], now)
    # htmx asks for the part that changes; a browser without it gets the whole page at the same address.
    part = request.headers.get("HX-Request") == "true"
    return desk_page(
        session,
        actor,
        "referrals/_inbox.html" if part else "referrals/inbox.html",
        inbox=found,
        vacancies=units.vacancies_of(session, actor, now) if actor.can("units.note_vacancies") else [],
        told=_TOLD.get(done or ""),
        **_words(actor),
    )


def _words(actor: Actor) -> dict[str, Any]:
    return {
        "statuses": STATUSES,
        "reasons": DECLINE_REASONS,
        "more_events": EVENTS,
        "moves": rules.MOVES,
        "may_decide": actor.can("referrals.decide"),
        "may_mark": actor.can("referrals.mark_arrival"),
    }


def _answered(session: Session, actor: Actor, referral_id: UUID, status: str, back: str) -> Any:
    if request.headers.get("HX-Request") == "true":
        return _inbox(session, actor, status)
    where = "/mesa/" if back == "mesa" else f"/mesa/encaminhamentos/{referral_id}"
    return redirect(f"{where}?feito={status}", 303)


@blueprint.get("/mesa/")
@page_door("referrals.read_inbox", query=InboxPageQuery)
def inbox(session, actor, query):
    return _inbox(session, actor, query["feito"])


@blueprint.get("/mesa/encaminhamentos/<uuid:referral_id>")
@page_door("referrals.read_inbox", query=InboxPageQuery)
def referral(session, actor, query, referral_id: UUID):
    now = clock.now()
    found = queries.referral_of(session, actor, referral_id, now)
    service.note_seen(session, actor, [referral_id], now)
    others = [unit for unit in units.receiving_units(session, actor.municipality_id) if unit["id"] != found["unit_id"]]
    return desk_page(
        session,
        actor,
        "referrals/referral.html",
        item=found,
        others=others,
        told=_TOLD.get(query["feito"] or ""),
        **_words(actor),
    )


@blueprint.post("/mesa/encaminhamentos/<uuid:referral_id>/aceitar")
@page_door("referrals.decide", takes=MoveForm)
def accept(session, actor, data, referral_id: UUID):
    service.accept_referral(session, actor, referral_id, clock.now(), data["seen"])
    return _answered(session, actor, referral_id, "accepted", data["back"])


@blueprint.post("/mesa/encaminhamentos/<uuid:referral_id>/recusar")
@page_door("referrals.decide", takes=DeclineForm)
def decline(session, actor, data, referral_id: UUID):
    back = data.pop("back")
    service.decline_referral(session, actor, referral_id, clock.now(), **data)
    return _answered(session, actor, referral_id, "declined", back)


@blueprint.post("/mesa/encaminhamentos/<uuid:referral_id>/chegou")
@page_door("referrals.mark_arrival", takes=MoveForm)
def arrived(session, actor, data, referral_id: UUID):
    service.mark_arrived(session, actor, referral_id, clock.now(), data["seen"])
    return _answered(session, actor, referral_id, "arrived", data["back"])


@blueprint.post("/mesa/encaminhamentos/<uuid:referral_id>/nao-chegou")
@page_door("referrals.mark_arrival", takes=MoveForm)
def not_arrived(session, actor, data, referral_id: UUID):
    service.mark_not_arrived(session, actor, referral_id, clock.now(), data["seen"])
    return _answered(session, actor, referral_id, "not_arrived", data["back"])
