"""/mesa/casa/chamada and /mesa/casa/manha: who is here; who stays when the night ends. One form, one submit."""

from typing import Any
from uuid import UUID

from flask import Blueprint
from marshmallow import Schema, ValidationError, fields, pre_load, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock
from app.core.fields import Many
from app.desk.pages.house import led, words
from app.desk.queries import house as queries
from app.units import service

blueprint = Blueprint("desk_nights", __name__)

MARKS = ("here", "gone", "absent")
# More sleepers than any house of the network has (domain 1.5: up to 50 people).
_MOST = 600


class UnitQuery(Schema):
    unidade = fields.UUID(load_default=None)


class RollCallForm(Schema):
    """`c-<stay>` → here | gone | absent, one radio group a person; `rest`: what those are who were not marked."""

    marks = fields.Dict(keys=fields.UUID(), values=fields.String(validate=validate.OneOf(MARKS)), load_default=dict)
    stay_id = Many(fields.UUID(), load_default=list, validate=validate.Length(max=_MOST))
    rest = fields.String(load_default="", validate=validate.OneOf(["", "here"]))

    @pre_load
    def one_group_a_person(self, data: Any, **_kw: Any) -> Any:
        if "marks" in data:
            raise ValidationError({"marks": ["?"]})
        marks = {name[2:]: value for name, value in data.items() if name.startswith("c-")}
        return {name: value for name, value in data.items() if not name.startswith("c-")} | {"marks": marks}


class MorningForm(Schema):
    stays = Many(fields.UUID(), load_default=list, validate=validate.Length(max=_MOST))
    # Who was on the page: somebody who came in since is not sent away by it.
    shown = Many(fields.UUID(), load_default=list, validate=validate.Length(max=_MOST))


@blueprint.get("/mesa/casa/chamada")
@page_door("units.check_out", query=UnitQuery)
def roll_call_page(session, actor, query):
    return _page(session, actor, query["unidade"], "desk/roll_call.html")


@blueprint.post("/mesa/casa/<uuid:unit_id>/chamada")
@page_door("units.check_out", takes=RollCallForm)
def roll_call(session, actor, data, unit_id: UUID):
    marks = dict.fromkeys(data["stay_id"], data["rest"]) if data["rest"] else {}
    marks |= data["marks"]
    gone = service.roll_call(session, actor, unit_id, marks, clock.now())
    return led("casa", unit_id, "chamada-mudou" if gone else "chamada")


@blueprint.get("/mesa/casa/manha")
@page_door("units.check_out", query=UnitQuery)
def morning_page(session, actor, query):
    return _page(session, actor, query["unidade"], "desk/morning.html")


@blueprint.post("/mesa/casa/<uuid:unit_id>/manha")
@page_door("units.check_out", takes=MorningForm)
def morning(session, actor, data, unit_id: UUID):
    service.end_night(session, actor, unit_id, data["stays"], clock.now(), seen_ids=data["shown"])
    return led("casa", unit_id, "manha")


def _page(session, actor, unit_id: UUID | None, template: str) -> str:
    unit, houses = queries.the_house(session, actor, "units.check_out", unit_id)
    page = queries.house_page(session, actor, unit, clock.now())
    # By bed, as one walks through the rooms; who waits for a bed first.
    order = {bed.state.id: n for n, (_room, beds) in enumerate(page.rooms) for bed in beds}
    room_of = {bed.state.id: room for room, beds in page.rooms for bed in beds}
    sleepers = sorted(page.sleepers, key=lambda each: (order.get(each.bed_id, -1), len(each.bed_name or ""), each.bed_name or ""))
    return desk_page(
        session, actor, template, page=page, houses=houses, sleepers=sleepers, room_of=room_of, **words(actor, unit)
    )
