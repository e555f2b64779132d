from flask_smorest import Blueprint

from app.access.door import door
from app.core import clock
from app.coverage import queries
from app.coverage.schemas import BoardOut, BoardQuery, CellsOut, CellsQuery, EncountersOut, ListQuery

blueprint = Blueprint("coverage", __name__, url_prefix="/api/v1")


@blueprint.get("/coverage/regions")
@door("coverage.read", query=BoardQuery, gives=BoardOut, reads_only=True)
def regions(session, actor, query):
    now = clock.now()
    return queries.board(session, actor, queries.choice_of(session, actor, query, now), now)


@blueprint.get("/coverage/cells")
@door("coverage.read", query=CellsQuery, gives=CellsOut, reads_only=True)
def cells(session, actor, query):
    return queries.cells(session, actor, query["period"], query["region"], clock.now())


@blueprint.get("/coverage/encounters")
@door("coverage.list_encounters", query=ListQuery, gives=EncountersOut, reads_only=True)
def encounters(session, actor, query):
    after = query.pop("after")
    choice = queries.choice_of(session, actor, query, clock.now())
    return queries.encounters(session, actor, choice, after)
