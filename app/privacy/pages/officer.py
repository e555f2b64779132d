"""/admin/encarregado: whom a person asks about her data, as her paper prints it."""

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock
from app.core.fields import Line
from app.core.models import Municipality
from app.privacy import service

blueprint = Blueprint("privacy_officer", __name__)

LONGEST = 160


class OfficerForm(Schema):
    contact = Line(LONGEST, load_default="")


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(["guardado"]))


@blueprint.get("/admin/encarregado")
@page_door("people.name_officer", query=DoneQuery)
def officer(session, actor, query):
    settings = session.get_one(Municipality, actor.municipality_id).settings
    return desk_page(
        session,
        actor,
        "privacy/officer.html",
        contact=str(settings.get("data_officer") or ""),
        longest=LONGEST,
        told=_("Guardado. As próximas folhas já saem com este contato.") if query["feito"] else None,
    )


@blueprint.post("/admin/encarregado")
@page_door("people.name_officer", takes=OfficerForm)
def name_officer(session, actor, data):
    service.name_officer(session, actor, data["contact"], clock.now())
    return redirect("/admin/encarregado?feito=guardado", 303)
