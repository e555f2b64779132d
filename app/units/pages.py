"""Free places, typed by the desk: never shown without the age of the figure."""

from uuid import UUID

from flask import Blueprint, redirect
from marshmallow import fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock
from app.units import queries, service
from app.units.schemas import VacanciesIn
from app.units.terms import UNIT_KINDS

blueprint = Blueprint("units_pages", __name__)


class VacanciesForm(VacanciesIn):
    back = fields.String(load_default="vagas", validate=validate.OneOf(["vagas", "mesa"]))


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
    return redirect("/mesa/" if data["back"] == "mesa" else f"/mesa/vagas#u-{unit_id}", 303)
