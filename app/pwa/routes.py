"""Whether the process lives, whether it can work, and what the API is."""

from typing import Any

from flask import current_app, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from app.access.door import door
from app.core import clock, seal
from app.core.watch import facts, limits

blueprint = Blueprint("pwa", __name__)

_LIMITS = {"queue": limits.QUEUE_LAG_S, "pull": limits.PULL_LAG_S}


class HealthOut(Schema):
    status = fields.String()
    version = fields.String()


class ReadyOut(Schema):
    ready = fields.Boolean()
    database = fields.Boolean()
    migrations_at_head = fields.Boolean()
    queue_lag_s = fields.Float(allow_none=True)
    pull_lag_s = fields.Float(allow_none=True)
    keys_open = fields.Boolean(allow_none=True)
    warnings = fields.List(fields.String())


@blueprint.get("/healthz")
def health():
    """The process lives; no database is asked."""
    return jsonify({"status": "ok", "version": current_app.config["VINCULO"].version})


health.public = True  # type: ignore[attr-defined]


@blueprint.get("/readyz")
@door(public=True, gives=ReadyOut)
def ready(session, _actor):
    schema = facts.schema_of(session, f"{current_app.root_path}/migrations")
    body: dict[str, Any] = {
        "database": True,
        "migrations_at_head": schema == facts.HEAD,
        "queue_lag_s": None,
        "pull_lag_s": None,
        "keys_open": None,
        "warnings": [],
        # Ahead: a newer version has migrated the database and is about to take over; until then this one serves.
        "ready": schema in (facts.HEAD, facts.AHEAD),
    }
    if schema == facts.AHEAD:
        body["warnings"].append("schema")
    if body["ready"]:
        for name, lag in facts.lags(session).items():
            body[f"{name}_lag_s"] = lag
            if lag is not None and lag > _LIMITS[name]:
                body["warnings"].append(name)
        # Everything but opening goes on without them: sealing, recording, the desk.
        body["keys_open"] = seal.every_key_opens(session, clock.now())
        if not body["keys_open"]:
            body["warnings"].append("keys")
    response = jsonify(ReadyOut().dump(body))
    response.status_code = 200 if body["ready"] else 503
    return response


@blueprint.get("/api/v1/openapi.json")
@door(public=True)
def openapi(_session, _actor):
    return current_app.extensions["api_spec"].to_dict()
