"""/mesa/hoje: the coordinator's day on one page that asks for news by itself; each line leads to the thing."""

from flask import Blueprint, request

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.desk.queries import today as queries

blueprint = Blueprint("desk_today", __name__)


@blueprint.get("/mesa/hoje")
@page_door("desk.read_today")
def today(session, actor):
    now = clock.now()
    zone = days.zone_of(session, actor.municipality_id)
    part = request.headers.get("HX-Request") == "true"
    return desk_page(
        session, actor, "desk/_today.html" if part else "desk/today.html", found=queries.day_of(session, actor, now),
        at=lambda instant: f"{instant.astimezone(zone):%H:%M}",
    )  # fmt: skip
