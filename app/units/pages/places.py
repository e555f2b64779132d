"""/mesa/unidade/<id>/lugares: rooms, beds, plain capacity and extra places of one unit."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.units import queries, service
from app.units.hours import instant_of
from app.units.schemas import BedForm, CapacityForm, ExtraForm, PlaceRuleForm, RoomForm
from app.units.terms import OF_A_BED, PLACE_RULES, RECEIVES

blueprint = Blueprint("places_pages", __name__)

_TOLD = {
    "modo": _("Guardado: as vagas agora são contadas deste modo."),
    "numero": _("Número de vagas guardado."),
    "quarto": _("Quarto guardado."),
    "leito": _("Leito guardado."),
    "sem_leito": _("Leito retirado."),
    "extra": _("Vagas extras guardadas: acabam sozinhas no fim do prazo."),
}
_GROUPS = 5


class DoneQuery(Schema):
    """quarto: the room in which it was done, open when the page comes back."""

    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))
    quarto = fields.UUID(load_default=None)


@blueprint.get("/mesa/unidade/<uuid:unit_id>/lugares")
@page_door("units.set_beds", query=DoneQuery)
def places(session, actor, query, unit_id: UUID):
    unit = queries.unit_of(session, actor, unit_id, "units.set_beds")
    now, m = clock.now(), actor.municipality_id
    beds = queries.beds_of(session, m, [unit_id], now)
    rooms = queries.rooms_of(session, m, unit_id)
    groups = [(key[0] if key else "any", count) for key, count in queries.counted_groups(session, m, unit_id, now).items()]
    return desk_page(
        session,
        actor,
        "units/places.html",
        unit=unit,
        beds=beds,
        free=queries.free_of(session, m, [unit_id], now).get(unit_id),
        rooms=rooms,
        in_rooms=[(room, [bed for bed in beds if bed.room_id == room.id and not bed.is_extra]) for room in rooms]
        + [(None, [bed for bed in beds if bed.room_id is None and not bed.is_extra])],
        extras=[bed for bed in beds if bed.is_extra],
        groups=groups + [("any", "")] * max(_GROUPS - len(groups), 0),
        rules=PLACE_RULES,
        receives={code: RECEIVES[code] for code in RECEIVES if code in OF_A_BED},
        today=now.astimezone(days.zone_of(session, m)).date(),
        told=_TOLD.get(query["feito"]),
        done=query["feito"],
        just=query["quarto"],
    )


@blueprint.post("/mesa/unidade/<uuid:unit_id>/lugares")
@page_door("units.set_beds", takes=PlaceRuleForm)
def set_rule(session, actor, data, unit_id: UUID):
    service.set_place_rule(session, actor, unit_id, data["place_rule"], clock.now())
    return _back(unit_id, "modo")


@blueprint.post("/mesa/unidade/<uuid:unit_id>/lugares/numero")
@page_door("units.set_beds", takes=CapacityForm)
def set_capacity(session, actor, data, unit_id: UUID):
    service.set_capacity(session, actor, unit_id, CapacityForm.groups(data), clock.now())
    return _back(unit_id, "numero")


@blueprint.post("/mesa/unidade/<uuid:unit_id>/lugares/quartos")
@page_door("units.set_beds", takes=RoomForm)
def add_room(session, actor, data, unit_id: UUID):
    service.add_room(session, actor, unit_id, data["name"], data["beds"], data["receives"], clock.now())
    return _back(unit_id, "quarto")


@blueprint.post("/mesa/unidade/<uuid:unit_id>/lugares/leitos")
@page_door("units.set_beds", takes=BedForm)
def add_bed(session, actor, data, unit_id: UUID):
    service.add_bed(session, actor, unit_id, data["name"], data["receives"], data["room_id"], clock.now())
    return _back(unit_id, "leito", data["room_id"])


@blueprint.post("/mesa/unidade/<uuid:unit_id>/lugares/leitos/<uuid:bed_id>")
@page_door("units.set_beds", takes=BedForm)
def edit_bed(session, actor, data, unit_id: UUID, bed_id: UUID):
    service.edit_bed(session, actor, unit_id, bed_id, data["name"], data["receives"], data["room_id"], clock.now())
    return _back(unit_id, "leito", data["room_id"])


@blueprint.post("/mesa/unidade/<uuid:unit_id>/lugares/leitos/<uuid:bed_id>/retirar")
@page_door("units.set_beds")
def remove_bed(session, actor, unit_id: UUID, bed_id: UUID):
    now = clock.now()
    before = {bed.id: bed.room_id for bed in queries.beds_of(session, actor.municipality_id, [unit_id], now)}
    service.remove_bed(session, actor, unit_id, bed_id, now)
    return _back(unit_id, "sem_leito", before.get(bed_id))


@blueprint.post("/mesa/unidade/<uuid:unit_id>/lugares/extras")
@page_door("units.set_beds", takes=ExtraForm)
def add_extra(session, actor, data, unit_id: UUID):
    zone = days.zone_of(session, actor.municipality_id)
    until = instant_of(datetime.combine(data["until_on"], data["until_time"]), zone)
    service.add_extra(session, actor, unit_id, data["count"], until, clock.now(), data["receives"], data["form_id"])
    return _back(unit_id, "extra")


def _back(unit_id: UUID, done: str, room_id: UUID | None = None):
    where = f"&quarto={room_id}#q-{room_id}" if room_id else ""
    return redirect(f"/mesa/unidade/{unit_id}/lugares?feito={done}{where}", 303)
