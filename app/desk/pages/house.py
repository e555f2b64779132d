"""/mesa/casa: rooms and beds, who sleeps where; check-out, other bed, kept place, beds out of use, who found no place."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.actor import Actor
from app.access.door import page_door
from app.access.guard import allows
from app.access.pages import desk_page, holds
from app.core import clock, days
from app.core.fields import Day, Line, Many, one_of
from app.desk import rules
from app.desk.queries import house as queries
from app.desk.terms import STAY_EVENTS
from app.units import service
from app.units.terms import BLOCK_REASONS, LEFT_REASONS, RECEIVES, TURNED_AWAY_REASONS

blueprint = Blueprint("desk_house", __name__)

holds["/mesa/casa"] = lambda session, actor: bool(queries.units_here(session, actor, "units.read_stays", with_beds=True))

_TOLD = {
    "entrou": _("Entrada registrada."),
    "saiu": _("Saída registrada."),
    "desfeita": _("Saída desfeita: a pessoa continua na casa."),
    "mudou": _("Mudança de leito registrada."),
    "guardado": _("Lugar guardado até a volta."),
    "voltou": _("Volta registrada."),
    "renovado": _("Estadia renovada."),
    "renovados": _("Estadias renovadas."),
    "chamada": _("Chamada guardada."),
    "chamada-mudou": _("Chamada guardada. Alguém já tinha saído por outra mesa, e ficou assim."),
    "manha": _("Noite encerrada: ficam na casa só as pessoas marcadas."),
    "folha": _("Folha da noite lançada."),
    "bloqueado": _("Leito fora de uso."),
    "liberado": _("Leito de volta ao uso."),
    "nao-coube": _("Anotado que não coube. Não conta como recusa da pessoa."),
    "nao-coube-desfeito": _("Anotação desfeita."),
}


class HouseQuery(Schema):
    unidade = fields.UUID(load_default=None)
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))
    # Of what was just done: the id by which it may be undone.
    desfazer = fields.UUID(load_default=None)


class StayQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


class LeaveForm(Schema):
    reason = one_of(LEFT_REASONS, required=True)


class MoveForm(Schema):
    bed_id = fields.UUID(required=True)


class KeepForm(Schema):
    on = Day(required=True)
    at = fields.String(load_default="20:00", validate=validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$"))
    reason = Line(200, load_default="")


class BedForm(Schema):
    """unidade: whose page the tap was made on."""

    unidade = fields.UUID(required=True)


class BlockForm(BedForm):
    reason = one_of(BLOCK_REASONS, required=True)
    on = Day(load_default=None, allow_none=True)


class TurnedAwayForm(Schema):
    """In one tap: only the profile. `back`: where the tap was made. `form_id`: made with the page, so that two taps are one."""

    profile = Many(one_of(RECEIVES), load_default=list)
    people_count = fields.Integer(load_default=1, validate=validate.Range(1, 50))
    reason = one_of(TURNED_AWAY_REASONS, load_default="full")
    back = one_of(("casa", "mesa"), load_default="casa")
    form_id = fields.UUID(load_default=None)


def led(where: str, unit_id: UUID | None, told: str, anchor: str = "", **more: Any) -> Any:
    """Back to a page, with what was done and where the reader stood."""
    asked = "&".join(f"{name}={value}" for name, value in ({"unidade": unit_id, "feito": told} | more).items() if value)
    return redirect(f"/mesa/{where}?{asked}{anchor}", 303)


@blueprint.get("/mesa/casa")
@page_door("units.read_stays", query=HouseQuery)
def house(session, actor, query):
    now = clock.now()
    unit, houses = queries.the_house(session, actor, "units.read_stays", query["unidade"])
    figure = queries.figure_of(session, actor, unit.id, now)
    if words(actor, unit)["may_check_in"] and figure and not figure["is_stale"] and not figure["lapsed"]:
        service.hear(session, actor.municipality_id, [unit.id], now)
    expected = queries.expected_at(session, actor, unit.id, now)
    return desk_page(
        session,
        actor,
        "desk/house.html",
        page=queries.house_page(session, actor, unit, now, expected),
        expected=expected,
        figure=figure,
        houses=houses,
        told=_TOLD.get(query["feito"] or ""),
        done=query["feito"],
        undo=query["desfazer"],
        **words(actor, unit),
    )


def words(actor: Actor, unit: Any) -> dict[str, Any]:
    """What the pages of a house say, and what may be done there."""
    here = {"unit_id": unit.id, "region_id": unit.region_id}
    return {
        "receives": RECEIVES,
        "block_reasons": BLOCK_REASONS,
        "left_reasons": LEFT_REASONS,
        "turned_away_reasons": TURNED_AWAY_REASONS,
        "may_check_in": allows(actor, "units.check_in", **here),
        "may_check_out": allows(actor, "units.check_out", **here),
        "may_keep": allows(actor, "units.keep_place", **here),
        "may_block": allows(actor, "units.block_bed", **here),
        "may_note_turned_away": allows(actor, "units.note_turned_away", **here),
    }


@blueprint.get("/mesa/estadias/<uuid:stay_id>")
@page_door("units.read_stays", query=StayQuery)
def stay(session, actor, query, stay_id: UUID):
    found = queries.stay_page(session, actor, stay_id, clock.now())
    return desk_page(
        session,
        actor,
        "desk/stay.html",
        **found,
        told=_TOLD.get(query["feito"] or ""),
        event_words=STAY_EVENTS,
        **words(actor, found["page"].unit),
    )


@blueprint.post("/mesa/estadias/<uuid:stay_id>/saida")
@page_door("units.check_out", takes=LeaveForm)
def leave(session, actor, data, stay_id: UUID):
    now = clock.now()
    stay = service.check_out(session, actor, stay_id, now, data["reason"], now)
    return led("casa", stay.unit_id, "saiu", desfazer=stay_id)


@blueprint.post("/mesa/estadias/<uuid:stay_id>/desfazer-saida")
@page_door("units.check_out")
def undo_leave(session, actor, stay_id: UUID):
    stay = service.undo_check_out(session, actor, stay_id, clock.now())
    return led("casa", stay.unit_id, "desfeita", f"#e-{stay_id}")


@blueprint.post("/mesa/estadias/<uuid:stay_id>/mudar")
@page_door("units.check_in", takes=MoveForm)
def move(session, actor, data, stay_id: UUID):
    stay = service.move_guest(session, actor, stay_id, data["bed_id"], clock.now())
    return led("casa", stay.unit_id, "mudou", f"#b-{data['bed_id']}")


@blueprint.post("/mesa/estadias/<uuid:stay_id>/lugar")
@page_door("units.keep_place", takes=KeepForm)
def keep(session, actor, data, stay_id: UUID):
    now = clock.now()
    until = rules.until(data["on"], data["at"], days.zone_of(session, actor.municipality_id), now)
    stay = service.keep_place(session, actor, stay_id, until, data["reason"], now)
    return led("casa", stay.unit_id, "guardado", f"#e-{stay_id}")


@blueprint.post("/mesa/estadias/<uuid:stay_id>/voltou")
@page_door("units.keep_place")
def come_back(session, actor, stay_id: UUID):
    stay = service.come_back(session, actor, stay_id, clock.now())
    return led("casa", stay.unit_id, "voltou", f"#e-{stay_id}")


@blueprint.post("/mesa/casa/<uuid:unit_id>/renovar/<uuid:stay_id>")
@page_door("units.check_out")
def renew(session, actor, unit_id: UUID, stay_id: UUID):
    service.renew(session, actor, unit_id, [stay_id], clock.now())
    return led("casa", unit_id, "renovado", f"#e-{stay_id}")


@blueprint.post("/mesa/casa/<uuid:unit_id>/renovar")
@page_door("units.check_out")
def renew_all(session, actor, unit_id: UUID):
    service.renew(session, actor, unit_id, None, clock.now())
    return led("casa", unit_id, "renovados")


@blueprint.post("/mesa/leitos/<uuid:bed_id>/bloquear")
@page_door("units.block_bed", takes=BlockForm)
def block(session, actor, data, bed_id: UUID):
    now = clock.now()
    zone = days.zone_of(session, actor.municipality_id)
    until = rules.until(data["on"], "23:59", zone, now) if data["on"] else None
    service.block_bed(session, actor, bed_id, until, data["reason"], now)
    return led("casa", data["unidade"], "bloqueado", f"#b-{bed_id}")


@blueprint.post("/mesa/leitos/<uuid:bed_id>/liberar")
@page_door("units.block_bed", takes=BedForm)
def unblock(session, actor, data, bed_id: UUID):
    service.unblock_bed(session, actor, bed_id, clock.now())
    return led("casa", data["unidade"], "liberado", f"#b-{bed_id}")


@blueprint.post("/mesa/casa/<uuid:unit_id>/nao-coube")
@page_door("units.note_turned_away", takes=TurnedAwayForm)
def turned_away(session, actor, data, unit_id: UUID):
    now = clock.now()
    noted = service.note_turned_away(
        session, actor, unit_id, data["people_count"], data["profile"], data["reason"], now, now, note_id=data["form_id"]
    )
    where = "" if data["back"] == "mesa" else "casa"
    return led(where, unit_id if where else None, "nao-coube", desfazer=noted.id)


@blueprint.post("/mesa/nao-coube/<uuid:note_id>/desfazer")
@page_door("units.note_turned_away")
def take_back_turned_away(session, actor, note_id: UUID):
    noted = service.take_back_turned_away(session, actor, note_id, clock.now())
    return led("casa", noted.unit_id, "nao-coube-desfeito")
