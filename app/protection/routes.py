"""The author's own flags, asked by her phone. Nothing of them is ever pulled."""

from flask_smorest import Blueprint

from app.access.door import door
from app.core import clock
from app.protection import queries
from app.protection.schemas import OwnFlagsOut

blueprint = Blueprint("protection", __name__, url_prefix="/api/v1/protection")


@blueprint.get("/flags")
@door("protection.read_own", gives=OwnFlagsOut)
def flags(session, actor):
    return {"flags": queries.own_flags(session, actor, clock.now())}
