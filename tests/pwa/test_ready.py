"""Whether the process lives and whether it can work, told without a session."""

from sqlalchemy import create_engine, text


def test_alive_asks_no_database(app):
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")


def test_ready_when_the_schema_is_at_its_head(app):
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json["ready"] and answer.json["database"] and answer.json["migrations_at_head"]


def test_not_ready_on_another_schema(app, monkeypatch):
    monkeypatch.setattr("app.pwa.routes._head", lambda _folder: "9999")
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert not answer.json["ready"] and not answer.json["migrations_at_head"]


def test_a_writer_that_never_ends_is_warned_of(app, config, monkeypatch):
    """It holds every phone's pull back: what commits after it began can't be read yet."""
    monkeypatch.setattr("app.pwa.routes._LAGS", [(n, q, 0) for n, q, _limit in _lags()])
    engine = create_engine(config.sqlalchemy_owner_url)
    with engine.connect() as writer:
        writer.execute(text("SELECT pg_current_xact_id()"))
        answer = app.test_client().get("/readyz")
        writer.rollback()
    engine.dispose()
    assert answer.status_code == 200
    assert "pull" in answer.json["warnings"] and answer.json["pull_lag_s"] > 0


def _lags():
    from app.pwa import routes

    return routes._LAGS
