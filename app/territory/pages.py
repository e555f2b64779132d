"""/admin/territorio: the editions of each layer, and what each import did."""

from uuid import UUID

from flask import Blueprint

from app.access.door import page_door
from app.access.pages import desk_page
from app.territory import problems, queries, report
from app.territory.terms import LAYERS

blueprint = Blueprint("territory_pages", __name__)


@blueprint.get("/admin/territorio")
@page_door("territory.import")
def editions(session, actor):
    found = queries.editions(session, actor)
    by_layer = [(layer.label, [edition for edition in found if edition.layer == key]) for key, layer in LAYERS.items()]
    return desk_page(session, actor, "territory/editions.html", layers=by_layer)


@blueprint.get("/admin/territorio/<uuid:edition_id>")
@page_door("territory.import")
def edition(session, actor, edition_id: UUID):
    found = queries.edition_of(session, actor, edition_id)
    if found is None:
        raise problems.EditionNotFound()
    return desk_page(
        session,
        actor,
        "territory/edition.html",
        edition=found,
        heading=report.heading(found),
        files=[
            {"name": part["file"], "lines": report.detail_lines(part), "counts": part}
            for part in found.report.get("files", ())
        ],
        warnings=report.warning_lines(found.report),
    )
