"""/painel/operacao: what runs, one button that begins, how it is changed and ended, what ran before."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock
from app.core.problems import Problem
from app.encounters.terms import HANDED_OUT
from app.operations import queries, service
from app.operations.models import Operation
from app.operations.pages.forms import DoneQuery, EndForm, KindForm, PlanForm
from app.operations.problems import BadKind, OperationEnded
from app.operations.rules import Plan
from app.operations.terms import CLOSINGS, ITEMS_OF, KINDS
from app.units.problems import PlacesInUse

blueprint = Blueprint("operations_pages", __name__)

TOLD = {
    "iniciada": _("Operação iniciada. Os celulares passam a usar o registro curto assim que tiverem sinal."),
    "ja": _("A operação já estava em andamento: nada foi iniciado de novo."),
    "mudada": _("Mudança guardada. Horários e vagas das unidades já valem assim."),
    "encerrada": _("Operação encerrada. As vagas extras livres saíram; quem dorme numa delas fica até sair. O horário extra que já começou hoje vai até o fim."),
    "padrao": _("Guardado: a próxima operação deste tipo começa assim."),
}

_HERE = "/painel/operacao"


@blueprint.get(_HERE)
@page_door("operations.read", query=DoneQuery)
def overview(session, actor, query):
    now, m = clock.now(), actor.municipality_id
    row = queries.running(session, m, now)
    units = {each["id"]: each["name"] for each in queries.units_of(session, m)}
    history = queries.history_of(session, actor)
    return desk_page(
        session, actor, "operations/overview.html",
        running=next((each for each in history if row and each.operation.id == row.id), None),
        lent=[(units.get(each.unit_id), each) for each in queries.plan_of(session, row).units] if row else [],
        called=[queries.teams_of(session, m).get(UUID(id_)) for id_ in row.team_ids] if row else [],
        presets=queries.presets_of(session, m), units=units,
        history=[each for each in history if not row or each.operation.id != row.id],
        told=TOLD.get(query["feito"] or ""), **_words(),
    )  # fmt: skip


@blueprint.post(_HERE)
@page_door("operations.start", takes=KindForm)
def start(session, actor, data):
    """One touch: by the city's preset."""
    _row, ran = service.start(session, actor, data["kind"], clock.now())
    return redirect(f"{_HERE}?feito={'ja' if ran else 'iniciada'}", 303)


@blueprint.get(f"{_HERE}/iniciar/<kind>")
@page_door("operations.start")
def before_start(session, actor, kind: str):
    plan = queries.presets_of(session, actor.municipality_id).get(kind)
    if plan is None:
        raise BadKind()
    return _form(session, actor, plan, f"{_HERE}/iniciar/{kind}", "start")


@blueprint.post(f"{_HERE}/iniciar/<kind>")
@page_door("operations.start", takes=PlanForm)
def start_otherwise(session, actor, data, kind: str):
    def act(plan: Plan) -> str:
        _row, ran = service.start(session, actor, kind, clock.now(), plan)
        return "ja" if ran else "iniciada"

    return _done(session, actor, replace(data, kind=kind), f"{_HERE}/iniciar/{kind}", "start", act)


@blueprint.get(f"{_HERE}/padrao/<kind>")
@page_door("operations.configure")
def preset(session, actor, kind: str):
    plan = queries.presets_of(session, actor.municipality_id).get(kind)
    if plan is None:
        raise BadKind()
    return _form(session, actor, plan, f"{_HERE}/padrao/{kind}", "preset")


@blueprint.post(f"{_HERE}/padrao/<kind>")
@page_door("operations.configure", takes=PlanForm)
def set_preset(session, actor, data, kind: str):
    if kind not in KINDS:
        raise BadKind()

    def act(plan: Plan) -> str:
        service.configure(session, actor, plan, clock.now())
        return "padrao"

    return _done(session, actor, replace(data, kind=kind), f"{_HERE}/padrao/{kind}", "preset", act)


@blueprint.get(f"{_HERE}/<uuid:operation_id>/mudar")
@page_door("operations.change")
def before_change(session, actor, operation_id: UUID):
    row = _running(session, actor, operation_id)
    return _form(session, actor, queries.plan_of(session, row), f"{_HERE}/{operation_id}/mudar", "change")


@blueprint.post(f"{_HERE}/<uuid:operation_id>/mudar")
@page_door("operations.change", takes=PlanForm)
def change(session, actor, data, operation_id: UUID):
    row = _running(session, actor, operation_id)

    def act(plan: Plan) -> str:
        service.change(session, actor, operation_id, plan, clock.now())
        return "mudada"

    return _done(session, actor, replace(data, kind=row.kind), f"{_HERE}/{operation_id}/mudar", "change", act)


@blueprint.post(f"{_HERE}/<uuid:operation_id>/encerrar")
@page_door("operations.end", takes=EndForm)
def end(session, actor, data, operation_id: UUID):
    service.end(session, actor, operation_id, data["note"], clock.now())
    return redirect(f"{_HERE}?feito=encerrada", 303)


def _running(session: Session, actor: Actor, operation_id: UUID) -> Operation:
    row = queries.find(session, actor, operation_id)
    if queries.ends_of(row) <= clock.now():
        raise OperationEnded()
    return row


def _done(session: Session, actor: Actor, plan: Plan, where: str, why: str, act) -> Any:
    """The verb of a form; what was typed stays when a rule says no."""
    try:
        with session.begin_nested():
            told = act(plan)
    except Problem as problem:
        if problem.status != 422 and not isinstance(problem, PlacesInUse):
            raise
        return _form(session, actor, plan, where, why, problem.sentence), problem.status
    return redirect(f"{_HERE}?feito={told}", 303)


def _form(session: Session, actor: Actor, plan: Plan, where: str, why: str, wrong: Any = None) -> str:
    m = actor.municipality_id
    return desk_page(
        session, actor, "operations/form.html", plan=plan, where=where, why=why, wrong=wrong,
        units=queries.units_of(session, m), agreed={each.unit_id: each for each in plan.units}, teams=queries.teams_of(session, m),
        of_kind=ITEMS_OF[plan.kind], closings=CLOSINGS, **_words(),
    )  # fmt: skip


def _words() -> dict[str, Any]:
    return {"kinds": KINDS, "things": HANDED_OUT}
