from uuid import UUID

from flask_smorest import Blueprint

from app.access.door import door
from app.core import clock
from app.units import queries, service
from app.units.schemas import UnitsVacanciesOut, VacanciesIn

blueprint = Blueprint("units", __name__, url_prefix="/api/v1")


@blueprint.get("/units/vacancies")
@door("units.note_vacancies", gives=UnitsVacanciesOut)
def vacancies(session, actor):
    return {"units": queries.vacancies_of(session, actor, clock.now())}


@blueprint.post("/units/<uuid:unit_id>/vacancies")
@door("units.note_vacancies", takes=VacanciesIn, gives=UnitsVacanciesOut)
def note_vacancies(session, actor, data, unit_id: UUID):
    service.note_vacancies(session, actor, unit_id, data["free_places"], clock.now())
    return {"units": queries.vacancies_of(session, actor, clock.now())}
