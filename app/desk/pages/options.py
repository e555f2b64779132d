"""/admin/listas: a city's own choices in the lists of the ficha. The official ones stay as they are."""

from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.core.fields import Line
from app.people import ficha, service
from app.people import queries as people

blueprint = Blueprint("desk_options", __name__)

_TOLD = {"nova": _("Opção acrescentada. Os celulares a recebem no próximo contato."), "fim": _("Opção encerrada. O que foi contado com ela continua.")}


class OptionForm(Schema):
    list = Line(required=True)
    label = Line(required=True, validate=validate.Length(min=2))
    official = Line(load_default="")


class DoneQuery(Schema):
    lista = Line(load_default="")
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


@blueprint.get("/admin/listas")
@page_door("people.write_options", query=DoneQuery)
def lists(session, actor, query):
    today = days.today_of(session, actor.municipality_id, clock.now())
    wanted = query["lista"] if query["lista"] in service.OPEN_LISTS else next(iter(service.OPEN_LISTS))
    return desk_page(
        session,
        actor,
        "desk/options.html",
        names={list_: str(asked[0].label) for list_, asked in service.OPEN_LISTS.items()},
        wanted=wanted,
        official=[option for option in ficha.LISTS[wanted] if ficha.is_current(option, today)],
        own=[row for row in people.own_options(session, actor.municipality_id) if row.list == wanted],
        today=today,
        told=_TOLD.get(query["feito"]),
    )


@blueprint.post("/admin/listas")
@page_door("people.write_options", takes=OptionForm)
def add(session, actor, data):
    now = clock.now()
    today = days.today_of(session, actor.municipality_id, now)
    service.add_option(session, actor, data["list"], data["label"], data["official"] or None, today, now)
    return redirect(f"/admin/listas?lista={data['list']}&feito=nova", 303)


@blueprint.post("/admin/listas/<uuid:option_id>/fim")
@page_door("people.write_options")
def end(session, actor, option_id: UUID):
    now = clock.now()
    list_ = service.end_option(session, actor, option_id, days.today_of(session, actor.municipality_id, now), now)
    return redirect(f"/admin/listas?lista={list_}&feito=fim", 303)
