"""Pages of the watch: the installation's health for the administrator, silent phones for who leads their teams."""

from flask import Blueprint, current_app

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock
from app.core.db import bind
from app.core.watch import rules as watch
from app.desk import queries, watching

blueprint = Blueprint("desk_pages", __name__)


@blueprint.get("/admin/saude")
@page_door("desk.read_health")
def health(session, actor):
    config, now = current_app.config["VINCULO"], clock.now()
    checks = watching.judge(watching.look(session, config, f"{current_app.root_path}/migrations", now), config, now)
    bind(session, actor.municipality_id, actor.worker_id)
    return desk_page(session, actor, "desk/health.html", checks=checks, worst=watch.worst(checks), version=config.version)


@blueprint.get("/painel/aparelhos")
@page_door("desk.watch_phones")
def silent_phones(session, actor):
    phones = queries.silent_phones(session, actor, clock.now())
    return desk_page(
        session,
        actor,
        "desk/phones.html",
        waiting=[phone for phone in phones if phone["waiting"]],
        quiet=[phone for phone in phones if not phone["waiting"]],
    )
