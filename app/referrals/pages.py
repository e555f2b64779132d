"""The desk's inbox: plain links and forms, which htmx only makes smoother."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days, http
from app.core.fields import Chosen, Day, Line, one_of
from app.core.spreadsheet import cell
from app.referrals import queries, rules, service
from app.referrals.schemas import DeclineIn, MoveIn
from app.referrals.terms import ANSWERS, DECLINE_REASONS, EVENTS, PURPOSES, REASONS, STATUSES, TRAVEL
from app.units import queries as units
from app.units import service as houses
from app.units.terms import RECEIVES, TURNED_AWAY_REASONS

blueprint = Blueprint("referrals_pages", __name__)

_TOLD = {
    "accepted": _("Aceito. A equipe vê a resposta no aparelho."),
    "declined": _("Recusado. A equipe vê o motivo no aparelho."),
    "arrived": _("Chegada marcada."),
    "not_arrived": _("Marcado como não chegou."),
    "in_service": _("Em atendimento."),
    "ended": _("Encerrado. A equipe vê a resposta no aparelho."),
    "appointed": _("Horário marcado. A equipe é lembrada."),
    "vehicle": _("Veículo enviado. A equipe vê no aparelho."),
    "nao-coube": _("Anotado que não coube. Não conta como recusa da pessoa."),
}
_BACK = {"mesa": "/mesa/", "chegadas": "/mesa/chegadas", "casa": "/mesa/casa", "veiculos": "/mesa/veiculos"}
_HOUR = validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$")


class BackForm(Schema):
    back = one_of([*_BACK, "encaminhamento"], load_default="mesa")


class MoveForm(MoveIn, BackForm):
    pass


class ArriveForm(MoveForm):
    """bed_id: another bed than the promised one, for one person."""

    bed_id = Chosen(load_default=None, allow_none=True)


class DeclineForm(DeclineIn, BackForm):
    back = one_of([*_BACK, "encaminhamento"], load_default="encaminhamento")


class EndForm(MoveForm):
    answer = one_of(ANSWERS, required=True)
    text = Line(500, load_default="")


class AppointForm(MoveForm):
    on = Day(required=True)
    at = fields.String(required=True, validate=_HOUR)
    note = Line(200, load_default="")


class FindForm(Schema):
    q = Line(load_default="")


class InboxPageQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))
    desfazer = fields.UUID(load_default=None)


def _inbox(session: Session, actor: Actor, done: str | None = None, undo: UUID | None = None) -> str:
    now = clock.now()
    midnight = days.start_of_today(session, actor.municipality_id, now)
    found = _to_answer_first(queries.inbox_of(session, actor, rules.closed_since(midnight, now), now))
    service.note_seen(session, actor, [item["id"] for item in found["new"] if item["seen_at"] is None], now)
    # htmx asks for the part that changes; a browser without it gets the whole page at the same address.
    part = request.headers.get("HX-Request") == "true"
    return desk_page(
        session,
        actor,
        "referrals/_inbox.html" if part else "referrals/inbox.html",
        inbox=found,
        **_figures(session, actor, now),
        told=_TOLD.get(done or ""),
        undo=undo,
        **_words(session, actor, now),
    )


def _to_answer_first(found: dict[str, Any]) -> dict[str, Any]:
    """On the page what waits for a word of the desk is new, also where the server kept a place meanwhile."""
    unanswered = [item for item in found["coming"] if item["status"] == "held" and item["decided_at"] is None]
    new = sorted([*found["new"], *unanswered], key=lambda item: (item["received_at"], item["id"]), reverse=True)
    coming = [item for item in found["coming"] if item not in unanswered]
    return found | {
        "new": new, "coming": coming, "counts": found["counts"] | {"new": len(new), "coming": len(coming)},
    }  # fmt: skip


def _figures(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    """Free places of the actor's units: of those with beds as they stand now, of the others as somebody typed them.

    Who looks at the inbox of a house was heard from: what stands there, its desk left standing knowingly. Not so past the
    unit's limit, or where somebody on the way may have come unheard: then a tap is asked, and looking alone says nothing.
    """
    if not actor.can("units.note_vacancies"):
        return {"houses": [], "vacancies": []}
    figures = units.vacancies_of(session, actor, now)
    counted = {each["id"]: each for each in figures if each["is_counted"]}
    free = units.free_of(session, actor.municipality_id, list(counted), now)
    if actor.can("referrals.decide"):
        sure = [id_ for id_, each in counted.items() if not each["is_stale"] and not each["lapsed"]]
        houses.hear(session, actor.municipality_id, sure, now)
    return {
        "houses": [each | {"free": free[id_]} for id_, each in counted.items()],
        "vacancies": [each for each in figures if not each["is_counted"]],
    }


def _words(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "statuses": STATUSES,
        "reasons": DECLINE_REASONS,
        "purposes": PURPOSES,
        "asked_for": REASONS,
        "more_events": EVENTS,
        "travels": TRAVEL,
        "answers": ANSWERS,
        "receives": RECEIVES,
        "turned_away_reasons": TURNED_AWAY_REASONS,
        "moves": rules.MOVES,
        "may_decide": actor.can("referrals.decide"),
        "may_mark": actor.can("referrals.mark_arrival"),
        "may_serve": actor.can("referrals.serve"),
        "may_send_vehicle": actor.can("referrals.send_vehicle"),
        "may_note_turned_away": actor.can("units.note_turned_away"),
        "left": lambda at: days.left(now, at),
    }


def _answered(session: Session, actor: Actor, referral_id: UUID, status: str, back: str) -> Any:
    if request.headers.get("HX-Request") == "true":
        return _inbox(session, actor, status)
    where = _BACK.get(back) or f"/mesa/encaminhamentos/{referral_id}"
    return redirect(f"{where}?feito={status}" if back in ("mesa", "encaminhamento", "veiculos") else where, 303)


@blueprint.get("/mesa/")
@page_door("referrals.read_inbox", query=InboxPageQuery)
def inbox(session, actor, query):
    return _inbox(session, actor, query["feito"], query["desfazer"])


@blueprint.post("/mesa/procurar")
@page_door("referrals.read_inbox", takes=FindForm)
def find(session, actor, data):
    """Who is at the door: by any name or by the code. The words go in the body, an address is kept by browsers."""
    now = clock.now()
    found = []
    if data["q"]:
        for unit in units.units_of(session, actor, "referrals.read_inbox"):
            found += queries.find_expected(session, actor, unit.id, data["q"], now)
    return desk_page(
        session, actor, "referrals/found.html", found=found, wanted=data["q"], **_words(session, actor, now)
    )


@blueprint.get("/mesa/encaminhamentos/<uuid:referral_id>")
@page_door("referrals.read_inbox", query=InboxPageQuery)
def referral(session, actor, query, referral_id: UUID):
    now = clock.now()
    found = queries.referral_of(session, actor, referral_id, now)
    service.note_seen(session, actor, [referral_id], now)
    others = [unit for unit in units.receiving_units(session, actor.municipality_id) if unit["id"] != found["unit_id"]]
    free = units.free_of(session, actor.municipality_id, [found["unit_id"]], now).get(found["unit_id"])
    zone = days.zone_of(session, actor.municipality_id)
    return desk_page(
        session,
        actor,
        "referrals/referral.html",
        item=found,
        others=others,
        free_beds=free.free_beds if free else [],
        told=_TOLD.get(query["feito"] or ""),
        local=lambda at: at.astimezone(zone),
        **_words(session, actor, now),
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
@page_door("referrals.mark_arrival", takes=ArriveForm)
def arrived(session, actor, data, referral_id: UUID):
    beds = [data["bed_id"]] if data["bed_id"] else None
    service.mark_arrived(session, actor, referral_id, clock.now(), data["seen"], bed_ids=beds)
    return _answered(session, actor, referral_id, "arrived", data["back"])


@blueprint.post("/mesa/encaminhamentos/<uuid:referral_id>/nao-chegou")
@page_door("referrals.mark_arrival", takes=MoveForm)
def not_arrived(session, actor, data, referral_id: UUID):
    service.mark_not_arrived(session, actor, referral_id, clock.now(), data["seen"])
    return _answered(session, actor, referral_id, "not_arrived", data["back"])


@blueprint.post("/mesa/encaminhamentos/<uuid:referral_id>/atender")
@page_door("referrals.serve", takes=MoveForm)
def serve(session, actor, data, referral_id: UUID):
    service.serve_referral(session, actor, referral_id, clock.now(), data["seen"])
    return _answered(session, actor, referral_id, "in_service", data["back"])


@blueprint.post("/mesa/encaminhamentos/<uuid:referral_id>/encerrar")
@page_door("referrals.serve", takes=EndForm)
def end(session, actor, data, referral_id: UUID):
    service.end_referral(session, actor, referral_id, clock.now(), data["answer"], data["text"], data["seen"])
    return _answered(session, actor, referral_id, "ended", data["back"])


@blueprint.post("/mesa/encaminhamentos/<uuid:referral_id>/horario")
@page_door("referrals.decide", takes=AppointForm)
def appoint(session, actor, data, referral_id: UUID):
    zone = days.zone_of(session, actor.municipality_id)
    at = datetime.combine(data["on"], time.fromisoformat(data["at"]), zone)
    service.appoint(session, actor, referral_id, clock.now(), at, data["note"], data["seen"])
    return _answered(session, actor, referral_id, "appointed", data["back"])


@blueprint.post("/mesa/encaminhamentos/<uuid:referral_id>/veiculo")
@page_door("referrals.send_vehicle", takes=BackForm)
def send_vehicle(session, actor, data, referral_id: UUID):
    service.send_vehicle(session, actor, referral_id, clock.now())
    return _answered(session, actor, referral_id, "vehicle", data["back"])


# -- what management reads ------------------------------------------------------------------------------------------

_PERIODS = (7, 30, 90, 365)
_AGES = (_("até 1 h"), _("até 1 dia"), _("até 7 dias"), _("mais"))
_BLOCKS = ("0–4 h", "4–8 h", "8–12 h", "12–16 h", "16–20 h", "20–24 h")


class OversightQuery(Schema):
    dias = fields.Integer(load_default=30, validate=validate.OneOf(_PERIODS))


@blueprint.get("/painel/encaminhamentos")
@page_door("referrals.oversee", query=OversightQuery, reads_only=True)
def oversight(session, actor, query):
    found = queries.overseen(session, actor, query["dias"], clock.now())
    return desk_page(
        session, actor, "referrals/oversight.html", found=found, chosen=query["dias"], periods=_PERIODS, statuses=STATUSES,
        reasons=DECLINE_REASONS, ages=_AGES, blocks=_BLOCKS,
    )  # fmt: skip


@blueprint.get("/painel/encaminhamentos.csv")
@page_door("referrals.oversee", query=OversightQuery, reads_only=True)
def oversight_csv(session, actor, query):
    found = queries.overseen(session, actor, query["dias"], clock.now())
    return http.table(_rows(found), f"encaminhamentos-{query['dias']}-dias.csv")


def _rows(found: queries.Oversight) -> list[list[Any]]:
    """One fact a row: what, of whom or where, when, how many."""
    few = gettext("menos de 5")
    told = lambda count: few if count is None else count  # noqa: E731
    rows: list[list[Any]] = [[gettext("tabela"), gettext("linha"), gettext("coluna"), gettext("valor")]]
    for status, ages in found.states.items():
        rows += [[gettext("Em aberto"), STATUSES[status], _AGES[age], n] for age, n in enumerate(ages)]
    for unit in found.units:
        heads = (("sent", _("Enviados")), ("arrived", _("Chegaram")), ("ended", _("Com resposta")))
        rows += [[gettext("Por unidade"), cell(unit["name"]), word, told(unit[name])] for name, word in heads]
        waits = (("median", _("Minutos até a resposta (metade)")), ("p90", _("Minutos até a resposta (9 em 10)")))
        rows += [[gettext("Por unidade"), cell(unit["name"]), word, "" if unit[name] is None else round(unit[name])] for name, word in waits]
    rows += [[gettext("Motivos de recusa da unidade"), DECLINE_REASONS[reason], "", told(n)] for reason, n in found.reasons]
    for region, counts, total in found.lost:
        where = cell(region or gettext("Sem região"))
        rows += [[gettext("Faltou vaga"), where, block, told(n)] for block, n in zip(_BLOCKS, counts, strict=True)]
        rows.append([gettext("Faltou vaga"), where, gettext("Total"), told(total)])
    for name, nights in found.houses:
        rows += [
            [gettext("Ocupação às 23 h"), cell(name), night.isoformat(), f"{of[0]}/{of[1]}"]
            for night, of in zip(found.nights, nights, strict=True) if of
        ]  # fmt: skip
    return [[str(each) for each in row] for row in rows]
