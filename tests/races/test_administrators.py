"""Two administrators against each other, on two real connections: at least one remains, by a lock and not by luck."""

from threading import Thread

import pytest
from sqlalchemy import text

from app.accounts.service import roles, workers
from app.core.ids import new_id
from tests.make.gate import Gate


@pytest.fixture
def pair(city):
    """A city administered by `admin` and by `supervisao`."""
    with city.transaction() as session:
        session.execute(
            text(
                "INSERT INTO role_grants (municipality_id, id, worker_id, role, scope_kind, valid_from)"
                " VALUES (:m, :i, :w, 'administrator', 'municipality', now() - interval '1 day')"
            ),
            {"m": city.ibge, "i": new_id(), "w": city.ids["supervisao"]},
        )
    return city


def held(city, persona):
    return city.rows(
        "SELECT id FROM role_grants WHERE worker_id = :w AND role = 'administrator'", w=city.ids[persona]
    )[0]["id"]


def who_administers(city):
    return city.rows(
        "SELECT w.login FROM role_grants g JOIN workers w ON w.municipality_id = g.municipality_id AND w.id = g.worker_id"
        " WHERE g.municipality_id = :m AND g.role = 'administrator' AND g.valid_to IS NULL AND w.is_active"
    )


def against(city, persona, what):
    """The address by which somebody takes the administration from a persona."""
    person = f"/admin/trabalhadores/{city.ids[persona]}"
    return f"{person}/suspender" if what == "suspend" else f"{person}/perfis/{held(city, persona)}/fim"


@pytest.mark.parametrize("first", ["suspend", "end"])
@pytest.mark.parametrize("second", ["suspend", "end"])
def test_two_against_each_other_leave_one(pair, monkeypatch, first, second):
    mine, theirs = against(pair, "supervisao", first), against(pair, "admin", second)
    one, other = pair.client("admin"), pair.client("supervisao")
    answers = {}

    def strike_back():
        answers["second"] = other.post(theirs, data={"csrf_token": other.csrf}).status_code

    gate = Gate(pair, monkeypatch, workers if first == "suspend" else roles, "check_one_stays")
    thread = Thread(target=strike_back)
    gate.let_in = thread.start
    answers["first"] = one.post(mine, data={"csrf_token": one.csrf}).status_code
    thread.join(15)
    assert gate.waited, "the second did not wait for the first"
    assert answers == {"first": 303, "second": 403}
    assert [row["login"] for row in who_administers(pair)] == [pair.login("admin")]


def test_each_giving_the_own_role_up_at_once_leaves_one(pair, monkeypatch):
    mine, theirs = against(pair, "admin", "end"), against(pair, "supervisao", "end")
    one, other = pair.client("admin"), pair.client("supervisao")
    answers = {}

    def follow():
        answers["second"] = other.post(theirs, data={"csrf_token": other.csrf}).status_code

    gate = Gate(pair, monkeypatch, roles, "check_one_stays")
    thread = Thread(target=follow)
    gate.let_in = thread.start
    answers["first"] = one.post(mine, data={"csrf_token": one.csrf}).status_code
    thread.join(15)
    assert gate.waited
    assert answers == {"first": 303, "second": 409}
    assert [row["login"] for row in who_administers(pair)] == [pair.login("supervisao")]
