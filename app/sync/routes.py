from flask import after_this_request, current_app, jsonify
from flask_smorest import Blueprint

from app.access.door import door
from app.accounts.service import devices
from app.core import clock
from app.core.watch import figures
from app.sync.problems import BatchTooLarge
from app.sync.pull import mark_of
from app.sync.pull import pull as pull_changes
from app.sync.push import Push
from app.sync.schemas import MOST_COMMANDS, PUSH_LIMIT, PullOut, PullQuery, PushIn, PushOut

blueprint = Blueprint("sync", __name__, url_prefix="/api/v1/sync")


@blueprint.post("/push")
@door("sync.push", takes=PushIn, gives=PushOut, limit=PUSH_LIMIT)
def push(session, actor, data):
    if len(data["commands"]) > MOST_COMMANDS:
        raise BatchTooLarge(extra={"max_commands": MOST_COMMANDS})
    now = clock.now()
    outcomes = Push(session, actor, data["sent_at"], now, current_app.config["SECRET_KEY"]).run(data["commands"])
    devices.note_contact(session, actor, now, data["waiting"])

    @after_this_request
    def count(response):
        if response.status_code == 200:  # else nothing was committed
            figures.note_outcomes(outcome["status"] for outcome in outcomes)
        return response

    return {
        "received_at": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "outcomes": outcomes,
        "forget": actor.send_only,
        "mark": mark_of(session),
        "slip_key_known": devices.note_slip_key(session, actor, data["slip_key"]),
    }


@blueprint.get("/pull")
@door("sync.pull", query=PullQuery, gives=PullOut)
def pull(session, actor, query):
    now = clock.now()
    page = pull_changes(session, actor, query["cursor"], query["limit"], now, current_app.config["SECRET_KEY"])
    devices.note_contact(session, actor, now)
    # Bodies are plain data already; dumping them through a schema again would only copy them.
    return jsonify(page)
