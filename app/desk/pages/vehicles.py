"""/mesa/veiculos: the vehicles that teams asked for: who waits, where, since when; one tap says that it goes."""

from flask import Blueprint
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import counts, desk_page
from app.core import clock
from app.referrals import queries
from app.referrals.terms import TRAVEL
from app.territory.queries import points, region_names

blueprint = Blueprint("desk_vehicles", __name__)

counts["/mesa/veiculos"] = lambda session, actor: queries.vehicles_waiting(session, actor, clock.now())

_TOLD = {"vehicle": _("Veículo enviado. A equipe vê no aparelho.")}


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


@blueprint.get("/mesa/veiculos")
@page_door("referrals.send_vehicle", query=DoneQuery)
def vehicles(session, actor, query):
    found = queries.vehicles_asked(session, actor, clock.now())
    return desk_page(
        session,
        actor,
        "desk/vehicles.html",
        waiting=[way for way in found if way.sent_at is None],
        sent=[way for way in found if way.sent_at is not None],
        regions=region_names(session, actor.municipality_id),
        points={point["id"]: point["name"] for point in points(session, actor.municipality_id)},
        travels=TRAVEL,
        told=_TOLD.get(query["feito"] or ""),
    )
