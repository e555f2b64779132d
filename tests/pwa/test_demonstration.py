"""A demonstration says so on the pages that belong to no city, too; a real installation never does."""

import pytest

from app.core import demonstration

WORDS = "Demonstração: pessoas e fatos inventados"


@pytest.fixture
def holds(app, monkeypatch):
    """Says what the database would."""

    def say(answer: bool) -> None:
        monkeypatch.setattr(demonstration, "_last", [])
        monkeypatch.setattr(demonstration, "_ask", lambda _before: answer)

    return say


def test_sign_in_errors_and_the_shell_are_marked(app, holds):
    holds(True)
    client = app.test_client()
    for address in ("/entrar", "/nao-existe", "/api/"):
        assert WORDS in client.get(address).get_data(as_text=True), address
    assert " data-demo>" in client.get("/app/").get_data(as_text=True)


def test_a_real_installation_is_not(city, holds):
    holds(False)
    client = city.app.test_client()
    for address in ("/entrar", "/nao-existe", "/api/"):
        assert WORDS not in client.get(address).get_data(as_text=True), address
    assert "data-demo" not in client.get("/app/").get_data(as_text=True)
    # A page of a real city is never marked, whatever the installation holds.
    holds(True)
    assert WORDS not in city.client("supervisao").get("/painel/").get_data(as_text=True)


def test_the_database_says_it_across_row_security(city):
    with city.app.app_context():
        told = demonstration._ask(True)
    assert told is bool(city.rows("SELECT 1 FROM municipalities WHERE is_demo"))
