"""/mesa/combinados: what was agreed, late first; closing it, moving it, agreeing anew. /painel/combinados: how many are
late, by team, without a name."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import desk_page
from app.accounts.queries import scopes_of_city, teams_of_reach
from app.accounts.terms import HANDING_REASONS
from app.core import clock, days
from app.core.fields import Chosen, Day, Line, one_of
from app.core.ids import new_id
from app.core.problems import NotFound
from app.core.timing import Timing
from app.desk.queries import agreed as queries
from app.people import queries as people
from app.tasks import queries as tasks
from app.tasks import service
from app.tasks.schemas import AnyDay, HandForm
from app.tasks.terms import LONGEST_WHAT, RESULTS

blueprint = Blueprint("desk_agreed", __name__)

_TOLD = {
    "encerrado": _("Guardado. A equipe vê no celular."),
    "movido": _("Ficou para outro dia. A equipe vê no celular."),
    "combinado": _("Combinado. A equipe vê no celular."),
    "passado": _("Passado para a outra equipe. As duas veem no celular."),
}


class ListQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))
    equipe = Chosen(load_default=None, allow_none=True)


class CloseForm(Schema):
    """`due_on`: the new day, where the step is moved."""

    result = one_of(RESULTS, required=True)
    text = Line(500, load_default=None, allow_none=True)
    due_on = Day(load_default=None, allow_none=True)


class NewQuery(Schema):
    pessoa = fields.UUID(load_default=None)
    familia = fields.UUID(load_default=None)


class AgreeForm(Schema):
    """`form_id`: made with the page, so that a second tap agrees nothing more."""

    form_id = fields.UUID(load_default=new_id)
    person_id = Chosen(load_default=None, allow_none=True)
    household_id = Chosen(load_default=None, allow_none=True)
    team_id = Chosen(load_default=None, allow_none=True)
    what = Line(LONGEST_WHAT, required=True, validate=validate.Length(min=1))
    due_on = AnyDay(required=True)
    due_time = fields.String(load_default="", validate=validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$|^$"))
    place_text = Line(200, load_default=None, allow_none=True)


@blueprint.get("/mesa/combinados")
@page_door("tasks.agree", query=ListQuery)
def agreed(session, actor, query):
    now = clock.now()
    today = days.today_of(session, actor.municipality_id, now)
    found = queries.agreed_of(session, actor, now, today)
    if query["equipe"]:
        found = {part: [item for item in items if item["team_id"] == query["equipe"]] for part, items in found.items()}
    return desk_page(
        session,
        actor,
        "desk/agreed.html",
        found=found,
        team=_team_name(session, actor, query["equipe"]),
        overdue=_overdue(session, actor, now) if actor.can("tasks.oversee") else [],
        told=_TOLD.get(query["feito"] or ""),
        results=RESULTS,
    )


@blueprint.get("/painel/combinados")
@page_door("tasks.oversee")
def overseen(session, actor):
    return desk_page(session, actor, "desk/agreed_overseen.html", overdue=_overdue(session, actor, clock.now()))


@blueprint.get("/mesa/combinados/novo")
@page_door("tasks.agree", query=NewQuery)
def new(session, actor, query):
    about: dict[str, Any] = {"person_id": None, "household_id": None, "called": None}
    if query["pessoa"]:
        person = people.called_of(session, actor.municipality_id, [query["pessoa"]]).get(query["pessoa"])
        if person is None:
            raise NotFound()
        about |= {"person_id": person.id, "called": person.called}
    elif query["familia"]:
        names = people.family_names(session, actor.municipality_id, [query["familia"]])
        if query["familia"] not in names:
            raise NotFound()
        about |= {"household_id": query["familia"], "called": names[query["familia"]]}
    return desk_page(
        session,
        actor,
        "desk/agree.html",
        about=about,
        form_id=new_id(),
        teams=_teams(session, actor),
        today=days.today_of(session, actor.municipality_id, clock.now()),
        longest=LONGEST_WHAT,
    )


@blueprint.post("/mesa/combinados")
@page_door("tasks.agree", takes=AgreeForm)
def agree(session, actor, data):
    form = data | {"task_id": data["form_id"], "encounter_id": None, "point_id": None, "assignee_id": None}
    form["due_time"] = data["due_time"] or None
    if form["team_id"] is None:
        form["assignee_id"] = actor.worker_id
    service.agree_once(session, actor, form, _at_the_desk())
    return redirect("/mesa/combinados?feito=combinado", 303)


@blueprint.get("/mesa/combinados/<uuid:task_id>")
@page_door("tasks.agree")
def step(session, actor, task_id: UUID):
    today = days.today_of(session, actor.municipality_id, clock.now())
    item = queries.step_of(session, actor, task_id, today)
    if item is None:
        raise NotFound()
    teams = teams_of_reach(session, actor, "tasks.hand") if actor.can("tasks.hand") else {}
    kind = teams.get(item["team_id"], (None, None))[1]
    return desk_page(
        session, actor, "desk/agreed_step.html", item=item, results=RESULTS, today=today, reasons=HANDING_REASONS,
        others={id_: name for id_, (name, each) in teams.items() if id_ != item["team_id"] and kind in (None, each)},
        handovers=tasks.handovers_of(session, actor.municipality_id, task_id),
    )  # fmt: skip


@blueprint.post("/mesa/combinados/<uuid:task_id>/passar")
@page_door("tasks.hand", takes=HandForm)
def hand(session, actor, data, task_id: UUID):
    service.hand_task(session, actor, task_id, data, clock.now())
    return redirect("/mesa/combinados?feito=passado", 303)


@blueprint.post("/mesa/combinados/<uuid:task_id>/encerrar")
@page_door("tasks.close", takes=CloseForm)
def close(session, actor, data, task_id: UUID):
    told = {"task_id": task_id, "result": data["result"], "text": data["text"]}
    if data["result"] != "moved":
        service.close_task(session, actor, told, _at_the_desk())
        return redirect("/mesa/combinados?feito=encerrado", 303)
    if tasks.task_of(session, actor, task_id) is None:
        raise NotFound()
    if data["due_on"] is None:
        return redirect(f"/mesa/combinados/{task_id}#outro-dia", 303)
    service.move_task(session, actor, task_id, data["due_on"], data["text"], _at_the_desk())
    return redirect("/mesa/combinados?feito=movido", 303)


def _overdue(session: Session, actor: Actor, now) -> list[dict[str, Any]]:
    today = days.today_of(session, actor.municipality_id, now)
    return [row | {"days_late": tasks.days_late(row["oldest_on"], today)} for row in tasks.overdue(session, actor, now)]


def _teams(session: Session, actor: Actor) -> list[tuple[UUID, str]]:
    """Teams for which this worker may agree something."""
    reached = tasks.teams_reached(session, actor, "tasks.agree")
    names = scopes_of_city(session, actor.municipality_id)["team"]
    return sorted(((id_, names[id_]) for id_ in reached if id_ in names), key=lambda each: each[1])


def _team_name(session: Session, actor: Actor, team_id: UUID | None) -> str | None:
    return scopes_of_city(session, actor.municipality_id)["team"].get(team_id) if team_id else None


def _at_the_desk() -> Timing:
    now = clock.now()
    return Timing(now, now, now, 0, False)
