"""Whether the process lives, whether it can work, and what the API is."""

from functools import cache
from typing import Any

from alembic.script import ScriptDirectory
from flask import current_app, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.door import door

blueprint = Blueprint("pwa", __name__)

# Seconds: a transaction open for longer holds every phone's pull back.
PULL_LAG_LIMIT_S = 60
QUEUE_LAG_LIMIT_S = 300
_LAGS = (
    (
        "queue",
        text(
            "SELECT extract(epoch FROM now() - min(e.at)) FROM procrastinate_jobs j"
            " JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred' WHERE j.status = 'todo'"
            " AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())"
        ),
        QUEUE_LAG_LIMIT_S,
    ),
    ("pull", text("SELECT oldest_writer_age()"), PULL_LAG_LIMIT_S),
)


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
    body: dict[str, Any] = {
        "database": True,
        "migrations_at_head": _at(session) == _head(str(current_app.root_path) + "/migrations"),
        "queue_lag_s": None,
        "pull_lag_s": None,
        "warnings": [],
    }
    body["ready"] = body["migrations_at_head"]
    if body["ready"]:
        for name, question, limit in _LAGS:
            lag = session.scalar(question)
            body[f"{name}_lag_s"] = float(lag) if lag is not None else None
            if lag is not None and lag > limit:
                body["warnings"].append(name)
    response = jsonify(ReadyOut().dump(body))
    response.status_code = 200 if body["ready"] else 503
    return response


def _at(session: Session) -> str | None:
    """The migration that the database is at; None before the first."""
    if session.scalar(text("SELECT to_regclass('public.alembic_version')")) is None:
        return None
    return session.scalar(text("SELECT version_num FROM alembic_version"))


@blueprint.get("/api/v1/openapi.json")
@door(public=True)
def openapi(_session, _actor):
    return current_app.extensions["api_spec"].to_dict()
