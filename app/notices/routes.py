"""How a browser asks to be told, and stops."""

from flask import current_app
from flask_smorest import Blueprint

from app.access.door import door
from app.core import clock, webpush
from app.core.webpush import Target
from app.notices import service
from app.notices.schemas import EndpointIn, PushKeyOut, SubscriptionIn, SubscriptionOut

blueprint = Blueprint("notices", __name__, url_prefix="/api/v1")


@blueprint.get("/notices/key")
@door("notices.subscribe", gives=PushKeyOut)
def key(_session, _actor):
    """What a browser subscribes with (`applicationServerKey`)."""
    return {"public_key": webpush.public_key(current_app.config["VINCULO"].keys_dir)}


@blueprint.post("/notices/subscriptions")
@door("notices.subscribe", takes=SubscriptionIn, gives=SubscriptionOut, status=201)
def subscribe(session, actor, data):
    """Again with the same endpoint: it is this session's from now on."""
    target = Target(data["endpoint"], data["keys"]["p256dh"], data["keys"]["auth"])
    return {"id": service.subscribe(session, actor, target, clock.now())}


@blueprint.delete("/notices/subscriptions")
@door("notices.subscribe", takes=EndpointIn, status=204)
def unsubscribe(session, actor, data):
    service.unsubscribe(session, actor, clock.now(), endpoint=data["endpoint"])


@blueprint.post("/notices/trial")
@door("notices.subscribe", status=204)
def trial(session, actor):
    """A notice of nothing, to oneself."""
    service.try_out(session, actor, clock.now())
