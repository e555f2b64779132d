"""/admin/comecar: what a city still lacks before it can work, each with why and where."""

from flask import Blueprint, current_app

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock
from app.desk import steps
from app.desk.queries import administration as queries

blueprint = Blueprint("desk_start", __name__)


@blueprint.get("/admin/comecar")
@page_door("desk.first_steps")
def start(session, actor):
    now = clock.now()
    facts = queries.facts(session, actor, current_app.config["VINCULO"], now)
    found = steps.first_steps(facts, now)
    return desk_page(
        session,
        actor,
        "desk/start.html",
        steps=found,
        facts=facts,
        missing=sum(step.state == "missing" for step in found),
    )
