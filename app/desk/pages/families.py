"""/mesa/familias/<id>: who lives there, what happened, the visits. Its address is words, never a map."""

from uuid import UUID

from flask import Blueprint

from app.access.door import page_door
from app.access.pages import desk_page
from app.audit import trail
from app.core import clock, days
from app.desk.queries import agreed
from app.home_visits import queries as visits
from app.home_visits.terms import RESULTS as VISIT_RESULTS
from app.people import queries as people
from app.people.terms import HOUSEHOLD_EVENTS, MEMBER_KINDS
from app.tasks import queries as tasks
from app.tasks.terms import RESULTS
from app.territory.queries import region_names

blueprint = Blueprint("desk_families", __name__)


@blueprint.get("/mesa/familias/<uuid:household_id>")
@page_door("people.read_households")
def family(session, actor, household_id: UUID):
    now = clock.now()
    home = people.household_page(session, actor, household_id)
    trail.record(session, actor, "people.read_households", now, "household", household_id)
    steps = tasks.of_household(session, actor, household_id) if actor.can("tasks.agree") else []
    return desk_page(
        session,
        actor,
        "desk/family.html",
        home=home,
        visits=visits.of_household(session, actor.municipality_id, household_id),
        steps=agreed.named(session, actor.municipality_id, steps, days.today_of(session, actor.municipality_id, now)),
        region=region_names(session, actor.municipality_id).get(home["region_id"]),
        kinds=MEMBER_KINDS,
        events=HOUSEHOLD_EVENTS,
        visit_results=VISIT_RESULTS,
        results=RESULTS,
    )
