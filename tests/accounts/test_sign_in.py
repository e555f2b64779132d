"""Sign-in: the same words for every failure, a delay that grows and never locks, sessions that end."""

from datetime import timedelta
from uuid import uuid4

import argon2
import pytest

from app.accounts import passwords
from app.accounts.attempts import LONGEST_DELAY_S, delay_after
from app.core import clock
from tests.make import hashes
from tests.make.city import PASSWORD


def sign_in(client, login, password, device=None):
    return client.post("/api/v1/session", json={"login": login, "password": password, "device": device})


def test_the_right_password_opens_a_session(city):
    client = city.app.test_client()
    answer = sign_in(client, city.login("rua"), PASSWORD)
    assert answer.status_code == 200
    assert answer.json["roles"] == ["outreach_worker"]
    assert answer.json["municipality"]["id"] == city.ibge
    assert client.get("/api/v1/session").json["worker"]["login"] == city.login("rua")


def test_an_unknown_login_and_a_wrong_password_sound_the_same(city):
    wrong = sign_in(city.app.test_client(), city.login("rua"), "outra-senha")
    unknown = sign_in(city.app.test_client(), f"ninguem-{city.tag}", "outra-senha")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json == unknown.json
    assert wrong.json["code"] == "accounts.wrong_credentials"


def test_the_delay_grows_and_ends():
    assert [delay_after(n) for n in range(8)] == [0, 0, 0, 1, 2, 4, 8, 16]
    assert delay_after(1000) == LONGEST_DELAY_S


def test_hammering_slows_the_hammer_and_not_the_worker_on_a_known_phone(city, monkeypatch):
    still = clock.now()
    monkeypatch.setattr(clock, "now", lambda: still)  # on a busy machine two seconds are over before the next try
    phone = city.phone("rua")
    for _ in range(4):
        sign_in(city.app.test_client(), city.login("rua"), "errada")
    hammer = sign_in(city.app.test_client(), city.login("rua"), "errada")
    assert hammer.status_code == 429
    assert hammer.json["code"] == "accounts.slow_down"
    assert int(hammer.headers["Retry-After"]) >= 1
    own = sign_in(
        city.app.test_client(), city.login("rua"), PASSWORD, {"id": phone.device_id, "label": "Celular"}
    )
    assert own.status_code == 200


def test_a_clock_set_back_is_no_lock(city, monkeypatch):
    for _ in range(6):
        sign_in(city.app.test_client(), city.login("rua"), "errada")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(hours=3))
    assert sign_in(city.app.test_client(), city.login("rua"), PASSWORD).status_code == 200


def test_all_other_sessions_are_ended_at_once_and_phones_deliver_still(city):
    here, other, phone = city.client("rua"), city.client("rua"), city.phone("rua")
    colleague = city.client("rua2")
    assert here.post("/conta/entradas/encerrar-outras", data={"csrf_token": here.csrf}).status_code == 303
    assert here.get("/api/v1/session").status_code == 200
    assert other.get("/api/v1/session").status_code == phone.client.get("/api/v1/sync/pull").status_code == 401
    assert phone.push(phone.encounter(), delivery=True)[0]["status"] == "done"
    assert colleague.get("/api/v1/session").status_code == 200


def test_sessions_are_listed_and_ended(city):
    here, lost = city.client("rua"), city.client("rua")
    listed = here.get("/api/v1/account/sessions").json["sessions"]
    assert len(listed) == 2
    other = next(item for item in listed if not item["is_this"])
    assert here.delete(f"/api/v1/account/sessions/{other['id']}").status_code == 204
    assert lost.get("/api/v1/session").status_code == 401
    assert here.get("/api/v1/session").status_code == 200


def test_nobody_ends_the_session_of_another(city):
    victim, other = city.client("rua"), city.client("rua2")
    target = victim.get("/api/v1/account/sessions").json["sessions"][0]["id"]
    assert other.delete(f"/api/v1/account/sessions/{target}").status_code == 404
    assert victim.get("/api/v1/session").status_code == 200


def test_signing_out_never_tells_the_browser_to_wipe_its_data(city):
    client = city.client("rua")
    answer = client.delete("/api/v1/session")
    assert answer.status_code == 204
    assert "Clear-Site-Data" not in answer.headers
    assert client.get("/api/v1/session").status_code == 401


def test_a_write_without_the_token_is_refused(city):
    client = city.client("rua")
    client.environ_base.pop("HTTP_X_CSRF_TOKEN")
    answer = client.delete("/api/v1/session")
    assert answer.status_code == 403
    assert answer.json["code"] == "access.bad_token"


def test_a_device_id_of_another_worker_is_not_taken_over(city):
    first = city.phone("rua")
    second = sign_in(
        city.app.test_client(), city.login("rua2"), PASSWORD, {"id": first.device_id, "label": "O mesmo aparelho"}
    )
    assert second.status_code == 200
    assert second.json["device_id"] != first.device_id


@pytest.mark.parametrize(
    "body",
    [
        {"login": "x"},
        {"login": 5, "password": "x"},
        {"login": "x", "password": "y", "role": "supervisor"},
        {"login": "x", "password": "y", "device": {"id": "no", "label": ""}},
        {"login": "'; DROP TABLE workers; --", "password": "\u0000"},
        [],
        "texto",
    ],
)
def test_bad_input_has_a_code_and_no_stack(city, body):
    answer = city.app.test_client().post("/api/v1/session", json=body)
    assert answer.status_code in (400, 401, 422)
    assert answer.json["code"] in ("core.invalid", "core.not_json", "accounts.wrong_credentials")
    assert "Traceback" not in answer.get_data(as_text=True)


def test_the_cookie_is_opaque_and_only_its_hash_is_stored(city):
    client = city.client("rua")
    cookie = client.get_cookie("vinculo")
    assert cookie.http_only and cookie.same_site == "Lax"
    stored = city.rows("SELECT token_hash FROM sessions WHERE municipality_id = :m")
    assert all(cookie.value.encode() not in bytes(row["token_hash"]) for row in stored)
    assert sign_in(client, str(uuid4()), "x").status_code == 401


def test_an_unknown_login_costs_what_a_known_one_does(monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", hashes.TRUE)
    monkeypatch.setattr(passwords, "NOBODY", hashes.TRUE_NOBODY)
    made = argon2.extract_parameters(passwords.hash_password("qualquer"))
    assert argon2.extract_parameters(passwords.NOBODY) == made
    assert not passwords.verify_password(None, "qualquer")
