from flask_smorest import Blueprint

from app.access.door import door
from app.core import clock
from app.referrals.slips import queries
from app.referrals.slips.schemas import SlipKeysOut

blueprint = Blueprint("slips", __name__, url_prefix="/api/v1")


@blueprint.get("/referrals/slip-keys")
@door("referrals.check_slip", gives=SlipKeysOut)
def slip_keys(session, actor):
    return queries.pack_of(session, actor, clock.now())
