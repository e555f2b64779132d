"""Free places, typed by the desk; and for administration, the units themselves."""

from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock
from app.territory.queries import active_regions
from app.units import queries, service
from app.units.schemas import HolidayForm, OmbudsmanForm, UnitForm, VacanciesIn
from app.units.terms import NEVER_BY_REFERRAL, RECEIVES, UNIT_KINDS, WEEKDAYS

blueprint = Blueprint("units_pages", __name__)


_TOLD = {
    "nova": _("Unidade criada."),
    "guardada": _("Unidade guardada."),
    "fechada": _("Unidade fechada: sai das listas, e o que já foi registrado nela fica."),
    "aberta": _("Unidade aberta de novo."),
    "feriado": _("Feriado guardado: vale para as unidades que fecham em feriado."),
    "dia_comum": _("Este dia volta a ser como os outros."),
}


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


class VacanciesForm(VacanciesIn):
    back = fields.String(load_default="vagas", validate=validate.OneOf(["vagas", "mesa", "casa"]))


@blueprint.get("/mesa/vagas")
@page_door("units.note_vacancies")
def vacancies(session, actor):
    return desk_page(
        session,
        actor,
        "units/vacancies.html",
        units=queries.vacancies_of(session, actor, clock.now()),
        kinds=UNIT_KINDS,
    )


@blueprint.post("/mesa/vagas/<uuid:unit_id>")
@page_door("units.note_vacancies", takes=VacanciesForm)
def note_vacancies(session, actor, data, unit_id: UUID):
    service.note_vacancies(session, actor, unit_id, data["free_places"], clock.now())
    where = {"mesa": "/mesa/", "casa": f"/mesa/casa?unidade={unit_id}"}.get(data["back"], f"/mesa/vagas#u-{unit_id}")
    return redirect(where, 303)


@blueprint.get("/admin/unidades")
@page_door("units.manage", query=DoneQuery)
def units(session, actor, query):
    return desk_page(
        session,
        actor,
        "units/units.html",
        units=queries.all_units(session, actor),
        kinds=UNIT_KINDS,
        told=_TOLD.get(query["feito"]),
    )


@blueprint.get("/admin/unidades/nova")
@page_door("units.manage")
def new_unit(session, actor):
    return _unit_page(session, actor, None)


@blueprint.post("/admin/unidades/nova")
@page_door("units.manage", takes=UnitForm)
def create_unit(session, actor, data):
    service.create_unit(session, actor, data, clock.now())
    return redirect("/admin/unidades?feito=nova", 303)


@blueprint.get("/admin/unidades/<uuid:unit_id>")
@page_door("units.manage")
def unit(session, actor, unit_id: UUID):
    return _unit_page(session, actor, queries.unit_of(session, actor, unit_id))


@blueprint.post("/admin/unidades/<uuid:unit_id>")
@page_door("units.manage", takes=UnitForm)
def edit_unit(session, actor, data, unit_id: UUID):
    service.edit_unit(session, actor, unit_id, data, clock.now())
    return redirect("/admin/unidades?feito=guardada", 303)


@blueprint.post("/admin/unidades/<uuid:unit_id>/fechar")
@page_door("units.manage")
def close_unit(session, actor, unit_id: UUID):
    service.set_unit_open(session, actor, unit_id, False, clock.now())
    return redirect("/admin/unidades?feito=fechada", 303)


@blueprint.post("/admin/unidades/<uuid:unit_id>/abrir")
@page_door("units.manage")
def open_unit(session, actor, unit_id: UUID):
    service.set_unit_open(session, actor, unit_id, True, clock.now())
    return redirect("/admin/unidades?feito=aberta", 303)


@blueprint.get("/admin/feriados")
@page_door("units.manage", query=DoneQuery)
def holidays(session, actor, query):
    return desk_page(
        session,
        actor,
        "units/holidays.html",
        holidays=queries.holidays_of(session, actor.municipality_id, clock.now()),
        weekdays=WEEKDAYS,
        told=_TOLD.get(query["feito"]),
    )


@blueprint.post("/admin/feriados")
@page_door("units.manage", takes=HolidayForm)
def add_holiday(session, actor, data):
    service.add_holiday(session, actor, data["on_date"], data["name"], clock.now())
    return redirect("/admin/feriados?feito=feriado", 303)


@blueprint.post("/admin/feriados/<uuid:holiday_id>/retirar")
@page_door("units.manage")
def remove_holiday(session, actor, holiday_id: UUID):
    service.remove_holiday(session, actor, holiday_id, clock.now())
    return redirect("/admin/feriados?feito=dia_comum", 303)


def _unit_page(session, actor, unit):
    lon, lat = queries.point_of(session, actor.municipality_id, unit.id) if unit else (None, None)
    return desk_page(
        session,
        actor,
        "units/unit.html",
        unit=unit,
        lon=lon,
        lat=lat,
        kinds=UNIT_KINDS,
        receives=RECEIVES,
        never_by_referral=NEVER_BY_REFERRAL,
        regions=active_regions(session, actor.municipality_id),
    )


@blueprint.post("/admin/plantao/ouvidoria")
@page_door("units.set_duty_phones", takes=OmbudsmanForm)
def name_ombudsman(session, actor, data):
    service.name_ombudsman(session, actor, data["ombudsman"], clock.now())
    return redirect("/admin/plantao?feito=ouvidoria", 303)
