"""Whether the process lives, whether it can work, and what the API is."""

from functools import cache

from alembic.script import ScriptDirectory
from flask import current_app, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy import text

from app.access.door import door

blueprint = Blueprint("pwa", __name__)

# Seconds: a transaction open for longer holds every phone's pull back.
PULL_LAG_LIMIT_S = 60
QUEUE_LAG_LIMIT_S = 300


class HealthOut(Schema):
    status = fields.String()
    version = fields.String()


class ReadyOut(Schema):
    ready = fields.Boolean()
    database = fields.Boolean()
    migrations_at_head = fields.Boolean()
    queue_lag_s = fields.Float(allow_none=True)
    pull_lag_s = fields.Float(allow_none=True)
    warnings = fields.List(fields.String())


@blueprint.get("/healthz")
def health():
    """The process lives; no database is asked."""
    return jsonify({"status": "ok", "version": current_app.config["VINCULO"].version})


health.public = True  # type: ignore[attr-defined]


@cache
def _head(migrations: str) -> str | None:
    script = ScriptDirectory(migrations)
    return script.get_current_head()


@blueprint.get("/readyz")
@door(public=True, gives=ReadyOut)
def ready(session, _actor):
    at = session.scalar(text("SELECT version_num FROM alembic_version"))
    queue_lag = session.scalar(
        text(
            "SELECT extract(epoch FROM now() - min(e.at)) FROM procrastinate_jobs j"
            " JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred' WHERE j.status = 'todo'"
            " AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())"
        )
    )
    pull_lag = session.scalar(text("SELECT oldest_writer_age()"))
    warnings = []
    if queue_lag and queue_lag > QUEUE_LAG_LIMIT_S:
        warnings.append("queue")
    if pull_lag and pull_lag > PULL_LAG_LIMIT_S:
        warnings.append("pull")
    head = _head(str(current_app.root_path) + "/migrations")
    body = {
        "database": True,
        "migrations_at_head": at == head,
        "queue_lag_s": float(queue_lag) if queue_lag is not None else None,
        "pull_lag_s": float(pull_lag) if pull_lag is not None else None,
        "warnings": warnings,
    }
    body["ready"] = body["migrations_at_head"]
    response = jsonify(ReadyOut().dump(body))
    response.status_code = 200 if body["ready"] else 503
    return response


@blueprint.get("/api/v1/openapi.json")
@door(public=True)
def openapi(_session, _actor):
    return current_app.extensions["api_spec"].to_dict()
