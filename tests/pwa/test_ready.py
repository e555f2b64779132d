"""Whether the process lives and whether it can work, told without a session."""

from sqlalchemy import create_engine, text

from app.core.watch import facts
from app.pwa import routes


def test_alive_asks_no_database(app):
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")


def test_ready_when_the_schema_is_at_its_head(app):
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json["ready"] and answer.json["database"] and answer.json["migrations_at_head"]


def test_not_ready_before_the_migrations_of_this_version(app, monkeypatch):
    _head, known = facts.revisions(f"{app.root_path}/migrations")
    monkeypatch.setattr(facts, "revisions", lambda _folder: ("9999", known))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert not answer.json["ready"] and not answer.json["migrations_at_head"]


def test_the_version_before_serves_on_while_the_next_migrates(app, monkeypatch):
    """Expand, then restart: between the two the old version meets a schema that it has never heard of."""
    monkeypatch.setattr(facts, "revisions", lambda _folder: ("0001", frozenset({"0001"})))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json["ready"] and not answer.json["migrations_at_head"] and "schema" in answer.json["warnings"]


def test_a_writer_that_never_ends_is_warned_of(app, config, monkeypatch):
    """It holds every phone's pull back: what commits after it began can't be read yet."""
    monkeypatch.setitem(routes._LIMITS, "pull", 0)
    engine = create_engine(config.sqlalchemy_owner_url)
    with engine.connect() as writer:
        writer.execute(text("SELECT pg_current_xact_id()"))
        answer = app.test_client().get("/readyz")
        writer.rollback()
    engine.dispose()
    assert answer.status_code == 200
    assert "pull" in answer.json["warnings"] and answer.json["pull_lag_s"] > 0
