"""/mesa/pontos: points of concentration: where, when people are there, how many were counted, who was there last."""

from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.core.fields import Chosen, Day, Line, Many, Number, one_of
from app.desk.queries import points as queries
from app.territory import points as service
from app.territory import problems
from app.territory import queries as territory
from app.territory.terms import CONDITIONS, PERIODS, POINT_KINDS

blueprint = Blueprint("desk_points", __name__)

_TOLD = {
    "novo": _("Ponto guardado. As equipes o veem no celular."), "guardado": _("Guardado."), "contado": _("Contagem guardada."),
    "fora": _("Ponto fora de uso. O que foi registrado nele fica."), "volta": _("Ponto de volta ao uso."),
}  # fmt: skip
_WORDS = {"kinds": POINT_KINDS, "periods": PERIODS, "conditions": CONDITIONS}
_MOST = 2000


class ListQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))
    regiao = Chosen(load_default=None, allow_none=True)


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


class PointForm(Schema):
    name = Line(required=True, validate=validate.Length(min=2))
    kind = one_of(POINT_KINDS, required=True)
    where = Line(load_default="")
    peaks = Many(one_of(PERIODS), load_default=list)
    conditions = Many(one_of(CONDITIONS), load_default=list)
    frequency_days = Number(1, 60, load_default=None, allow_none=True)


class NewPointForm(PointForm):
    where = Line(required=True, validate=validate.Length(min=3))


class CountForm(Schema):
    on_date = Day(required=True)
    period = one_of(PERIODS, required=True)
    people_count = fields.Integer(required=True, validate=validate.Range(0, _MOST))

    @validates_schema
    def not_ahead(self, data, **_kw):
        if data["on_date"] > days.after(clock.now().date()):
            raise ValidationError(str(_("Esse dia ainda não chegou.")), "on_date")


@blueprint.get("/mesa/pontos")
@page_door("territory.keep_points", query=ListQuery)
def points(session, actor, query):
    found = queries.points_of(session, actor, clock.now())
    stale = queries.stale_after(session, actor)
    shown = [point for point in found if query["regiao"] in (None, point["region_id"])]
    regions = territory.active_regions(session, actor.municipality_id)
    return desk_page(
        session, actor, "desk/points.html", points=shown, regions=regions, region=query["regiao"], outlines=territory.outlines(session, actor.municipality_id),
        told=_TOLD.get(query["feito"] or ""), stale_days=stale, counts=queries.stale_counts(found, stale), precarious=sum(p["is_active"] and p["standing"] == "precarious" for p in shown), **_WORDS,
    )  # fmt: skip


@blueprint.post("/mesa/pontos")
@page_door("territory.keep_points", takes=NewPointForm)
def add_point(session, actor, data):
    service.add_point(session, actor, data, clock.now())
    return redirect("/mesa/pontos?feito=novo", 303)


@blueprint.get("/mesa/pontos/<uuid:point_id>")
@page_door("territory.keep_points", query=DoneQuery)
def point(session, actor, query, point_id: UUID):
    now = clock.now()
    found = next((each for each in queries.points_of(session, actor, now) if each["id"] == point_id), None)
    if found is None:
        raise problems.PointNotFound()
    return desk_page(
        session, actor, "desk/point.html", point=found, counts=territory.counts_of(session, actor, point_id),
        today=days.today_of(session, actor.municipality_id, now), told=_TOLD.get(query["feito"] or ""), **_WORDS,
    )  # fmt: skip


@blueprint.post("/mesa/pontos/<uuid:point_id>")
@page_door("territory.keep_points", takes=PointForm)
def change_point(session, actor, data, point_id: UUID):
    service.change_point(session, actor, point_id, data, clock.now())
    return redirect(f"/mesa/pontos/{point_id}?feito=guardado", 303)


@blueprint.post("/mesa/pontos/<uuid:point_id>/contagem")
@page_door("territory.keep_points", takes=CountForm)
def count_people(session, actor, data, point_id: UUID):
    service.count_people(session, actor, point_id, data["on_date"], data["period"], data["people_count"], clock.now())
    return redirect(f"/mesa/pontos/{point_id}?feito=contado", 303)


@blueprint.post("/mesa/pontos/<uuid:point_id>/fora")
@page_door("territory.keep_points")
def put_out_of_use(session, actor, point_id: UUID):
    service.use_point(session, actor, point_id, False, clock.now())
    return redirect(f"/mesa/pontos/{point_id}?feito=fora", 303)


@blueprint.post("/mesa/pontos/<uuid:point_id>/volta")
@page_door("territory.keep_points")
def put_back(session, actor, point_id: UUID):
    service.use_point(session, actor, point_id, True, clock.now())
    return redirect(f"/mesa/pontos/{point_id}?feito=volta", 303)
