"""Signing in by passkey: made after the password once more, bound to this place, each ceremony ended once."""

import json
import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app.accounts.ceremonies import LIFE
from app.accounts.passkeys.service import MOST
from app.config import ConfigError, load
from app.core import clock
from app.core.ids import new_id
from tests.make.city import PASSWORD
from tests.make.passkey import Authenticator

REFUSED = (401, "accounts.passkey_refused")


def begin_adding(client, password=PASSWORD):
    return client.post("/api/v1/account/passkeys/options", json={"password": password})


def add(client, key, label="Celular", **lies):
    begun = begin_adding(client).json
    body = {"ceremony": begun["ceremony"], "label": label, "credential": key.create(begun["options"], **lies)}
    return client.post("/api/v1/account/passkeys", json=body)


def owner_of(city, persona="rua", counts=True):
    """A client of the persona with a passkey of hers."""
    client, key = city.client(persona), Authenticator(counts)
    assert add(client, key).status_code == 201
    return client, key


def begin(client):
    answer = client.post("/api/v1/session/passkey/options", json={})
    assert answer.status_code == 200
    return answer.json


def enter(client, key, device=None, begun=None, credential=None, **lies):
    begun = begun or begin(client)
    credential = credential or key.get(begun["options"], **lies)
    return client.post(
        "/api/v1/session/passkey", json={"ceremony": begun["ceremony"], "credential": credential, "device": device}
    )


def said(answer):
    return answer.status_code, answer.json["code"]


def test_made_once_it_signs_in_without_a_name_or_a_password(city):
    _owner, key = owner_of(city)
    client = city.app.test_client()
    answer = enter(client, key)
    assert answer.status_code == 200
    assert answer.json["worker"]["login"] == city.login("rua") and answer.json["municipality"]["id"] == city.ibge
    assert "delivery_token" not in answer.json
    assert client.get("/api/v1/session").json["worker"]["login"] == city.login("rua")


def test_it_opens_a_phones_session_with_all_its_tokens(city):
    _owner, key = owner_of(city)
    client = city.app.test_client()
    answer = enter(client, key, device={"id": str(new_id()), "label": "Celular", "vault": True})
    assert answer.json["delivery_token"] and answer.json["vault_token"] and answer.json["seal_key"]["kid"]
    assert client.get("/api/v1/sync/pull").json["code"] == "access.locked"
    assert client.get("/api/v1/sync/pull", headers={"X-Vinculo-Vault": answer.json["vault_token"]}).status_code == 200


def test_the_options_ask_for_a_discoverable_one_with_the_person_verified_and_for_prf(city):
    client, _key = owner_of(city)
    options = begin_adding(client).json["options"]
    selection = options["authenticatorSelection"]
    assert (selection["residentKey"], selection["userVerification"]) == ("required", "required")
    assert options["rp"]["id"] == "localhost" and options["extensions"] == {"prf": {}}
    assert len(options["excludeCredentials"]) == 1
    # What the authenticator keeps for good says nothing of the person but the name of the account.
    assert set(options["user"]) == {"id", "name", "displayName"}
    asked = begin(city.app.test_client())["options"]
    assert asked["userVerification"] == "required" and asked["extensions"] == {"prf": {}}
    assert asked.get("allowCredentials", []) == []


def test_the_password_is_asked_once_more_with_its_delay(city):
    client = city.client("rua")
    for _ in range(4):
        wrong = begin_adding(client, "errada")
        last = said(wrong)
    assert wrong.status_code in (422, 429)
    assert said(begin_adding(client, "errada")) == (429, "accounts.slow_down") or last == (429, "accounts.slow_down")
    assert city.rows("SELECT 1 FROM passkeys WHERE municipality_id = :m") == []


def test_listed_and_removed_it_opens_nothing_more(city):
    client, key = owner_of(city)
    [listed] = client.get("/api/v1/account/passkeys").json["passkeys"]
    assert listed["label"] == "Celular" and listed["last_used_at"] is None
    enter(city.app.test_client(), key)
    [listed] = client.get("/api/v1/account/passkeys").json["passkeys"]
    assert listed["last_used_at"] is not None
    assert client.delete(f"/api/v1/account/passkeys/{listed['id']}").status_code == 204
    assert said(enter(city.app.test_client(), key)) == REFUSED
    assert client.delete(f"/api/v1/account/passkeys/{listed['id']}").status_code == 404


def test_nobody_sees_or_removes_anothers(city, other_city):
    owner, _key = owner_of(city)
    [mine] = owner.get("/api/v1/account/passkeys").json["passkeys"]
    for client in (city.client("rua2"), city.client("admin"), other_city.client("rua")):
        assert client.get("/api/v1/account/passkeys").json["passkeys"] == []
        assert client.delete(f"/api/v1/account/passkeys/{mine['id']}").json["code"] == "accounts.passkey_not_found"
    assert len(owner.get("/api/v1/account/passkeys").json["passkeys"]) == 1


def test_a_passkey_of_another_city_opens_its_own_city_only_and_is_not_taken_twice(city, other_city):
    _owner, key = owner_of(other_city)
    answer = enter(city.app.test_client(), key)
    assert answer.json["municipality"]["id"] == other_city.ibge
    assert said(add(city.client("rua"), key)) == (409, "accounts.passkey_taken")
    assert city.rows("SELECT 1 FROM passkeys WHERE municipality_id = :m") == []


def test_a_ceremony_is_ended_once(city):
    _owner, key = owner_of(city, counts=False)
    begun = begin(city.app.test_client())
    credential = key.get(begun["options"])
    assert enter(city.app.test_client(), key, begun=begun, credential=credential).status_code == 200
    assert said(enter(city.app.test_client(), key, begun=begun, credential=credential)) == REFUSED
    assert said(enter(city.app.test_client(), key, begun=begun)) == REFUSED


def test_a_refused_try_ends_it_too(city):
    _owner, key = owner_of(city)
    begun = begin(city.app.test_client())
    assert said(enter(city.app.test_client(), key, begun=begun, origin="https://mal.example")) == REFUSED
    assert said(enter(city.app.test_client(), key, begun=begun)) == REFUSED
    client = city.client("rua")
    begun = begin_adding(client).json
    fresh = Authenticator()
    for credential in (fresh.create(begun["options"], origin="https://mal.example"), fresh.create(begun["options"])):
        body = {"ceremony": begun["ceremony"], "label": "x", "credential": credential}
        assert client.post("/api/v1/account/passkeys", json=body).json["code"] == "accounts.passkey_not_made"


def test_an_answer_to_another_ceremony_is_none_to_this_one(city):
    _owner, key = owner_of(city)
    first, second = begin(city.app.test_client()), begin(city.app.test_client())
    assert said(enter(city.app.test_client(), key, begun=second, credential=key.get(first["options"]))) == REFUSED


def test_a_ceremony_of_adding_is_none_of_entering_nor_of_another_worker(city):
    client, key = owner_of(city)
    begun = begin_adding(client).json
    as_entry = {"ceremony": begun["ceremony"], "options": begun["options"] | {"rpId": "localhost"}}
    assert said(enter(city.app.test_client(), key, begun=as_entry)) == REFUSED
    begun = begin_adding(client).json
    body = {"ceremony": begun["ceremony"], "label": "x", "credential": Authenticator().create(begun["options"])}
    answer = city.client("rua2").post("/api/v1/account/passkeys", json=body)
    assert said(answer) == (422, "accounts.passkey_not_made")


@pytest.mark.parametrize("shift", [LIFE + timedelta(seconds=1), -timedelta(seconds=1), -timedelta(days=1)])
def test_over_after_five_minutes_and_not_kept_alive_by_a_clock_set_back(city, monkeypatch, shift):
    _owner, key = owner_of(city)
    begun, now = begin(city.app.test_client()), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + shift)
    assert said(enter(city.app.test_client(), key, begun=begun)) == REFUSED


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://mal.example"},
        {"origin": "http://localhost.mal.example"},
        {"origin": "http://localhost:9"},
        {"rp_id": "mal.example"},
        {"verified": False},
        {"challenge": "AAAA"},
        {"user": b"x" * 16},
        {"user": None},
    ],
)
def test_a_lie_of_the_authenticator_opens_nothing(city, lie):
    _owner, key = owner_of(city)
    assert said(enter(city.app.test_client(), key, **lie)) == REFUSED
    assert enter(city.app.test_client(), key).status_code == 200


@pytest.mark.parametrize(
    "lie", [{"origin": "https://mal.example"}, {"rp_id": "mal.example"}, {"verified": False}, {"challenge": "AAAA"}]
)
def test_a_lie_while_it_is_made_keeps_nothing(city, lie):
    client = city.client("rua")
    assert said(add(client, Authenticator(), **lie)) == (422, "accounts.passkey_not_made")
    assert client.get("/api/v1/account/passkeys").json["passkeys"] == []


def test_a_copy_of_the_key_is_told_by_its_counter(city):
    _owner, key = owner_of(city)
    for _ in range(3):
        assert enter(city.app.test_client(), key).status_code == 200
    key.count = 0
    assert said(enter(city.app.test_client(), key)) == REFUSED


def test_anothers_signature_is_none(city):
    _owner, key = owner_of(city)
    assert said(enter(city.app.test_client(), key, signer=Authenticator().key)) == REFUSED
    assert said(enter(city.app.test_client(), Authenticator(), user=key.user)) == REFUSED


def test_a_suspended_worker_and_a_lost_phones_passkey_open_nothing(city):
    _owner, key = owner_of(city)
    phone, on_phone = city.phone("rua2"), Authenticator()
    phone.client.environ_base["HTTP_X_CSRF_TOKEN"] = phone.csrf
    assert add(phone.client, on_phone).status_code == 201
    assert enter(city.app.test_client(), on_phone).status_code == 200
    admin = city.client("admin")
    # The day as the city counts it: after 21:00 there, the day of UTC has not begun yet.
    today = clock.now().astimezone(ZoneInfo("America/Fortaleza"))
    form = {"seen_at": today.strftime("%Y-%m-%dT00:00"), "csrf_token": admin.csrf}
    assert admin.post(f"/aparelhos/{phone.device_id}/perdido", data=form).status_code == 303
    assert said(enter(city.app.test_client(), on_phone)) == REFUSED
    with city.transaction() as session:
        session.connection().exec_driver_sql("UPDATE workers SET is_active = false WHERE id = %s", (city.ids["rua"],))
    assert said(enter(city.app.test_client(), key)) == REFUSED


NASTY = [{}, {"rawId": None}, {"rawId": 5}, {"rawId": "é"}, {"rawId": "AAAA"}, {"rawId": "x" * 3000}, {"id": [], "response": "x"}]


@pytest.mark.parametrize("credential", NASTY)
def test_a_credential_that_is_none_is_refused_by_name(city, credential):
    client, key = owner_of(city)
    assert said(enter(city.app.test_client(), key, credential=credential or {"x": 1})) == REFUSED
    begun = begin_adding(client).json
    answer = client.post(
        "/api/v1/account/passkeys", json={"ceremony": begun["ceremony"], "label": "x", "credential": credential}
    )
    assert said(answer) == (422, "accounts.passkey_not_made")


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
def test_a_part_that_is_none_is_refused_and_never_a_failure_of_ours(city, part):
    _owner, key = owner_of(city, counts=False)
    for wrong in (None, 5, "", "é", "AAAA", {}, [], True, "x" * 3000):
        begun = begin(city.app.test_client())
        torn = key.get(begun["options"])
        torn["response"][part] = wrong
        assert said(enter(city.app.test_client(), key, begun=begun, credential=torn)) == REFUSED, wrong
    assert enter(city.app.test_client(), key).status_code == 200


@pytest.mark.parametrize("part", ["clientDataJSON", "attestationObject"])
def test_a_part_that_is_none_makes_no_passkey(city, part):
    client = city.client("rua")
    for wrong in (None, 5, "", "é", "AAAA", {}, [], True, "x" * 3000):
        begun = begin_adding(client).json
        torn = Authenticator().create(begun["options"])
        torn["response"][part] = wrong
        body = {"ceremony": begun["ceremony"], "label": "x", "credential": torn}
        assert said(client.post("/api/v1/account/passkeys", json=body)) == (422, "accounts.passkey_not_made"), wrong


def test_a_form_of_another_site_signs_nobody_in(city):
    _owner, key = owner_of(city)
    client = city.app.test_client()
    begun = begin(client)
    body = {"ceremony": begun["ceremony"], "credential": key.get(begun["options"]), "device": None}
    answer = client.post("/api/v1/session/passkey", data=json.dumps(body), content_type="text/plain")
    assert answer.json["code"] == "core.not_json"
    assert client.get("/api/v1/session").status_code == 401


def test_two_answers_at_once_open_one_session(city):
    _owner, key = owner_of(city, counts=False)
    begun = begin(city.app.test_client())
    credential, told, gate = key.get(begun["options"]), [], threading.Barrier(2)

    def race():
        client = city.app.test_client()
        gate.wait()
        told.append(enter(client, key, begun=begun, credential=credential).status_code)

    threads = [threading.Thread(target=race) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [200, 401]


def test_an_address_that_is_a_number_says_so_and_the_password_stays(city):
    client = city.app.test_client()
    answer = client.post("/api/v1/session/passkey/options", json={}, base_url="http://127.0.0.1:8000")
    assert said(answer) == (409, "accounts.no_passkeys_here")


def test_the_configured_address_wins_over_what_the_request_says(city):
    config = city.app.config["VINCULO"]
    _owner, key = owner_of(city)
    try:
        city.app.config["VINCULO"] = config.__class__(**{**config.__dict__, "origin": "https://vinculo.example"})
        begun = begin(city.app.test_client())
        assert begun["options"]["rpId"] == "vinculo.example"
        assert said(enter(city.app.test_client(), key, begun=begun, origin="http://localhost")) == REFUSED
    finally:
        city.app.config["VINCULO"] = config


@pytest.mark.parametrize(
    "origin",
    ["vinculo.example", "http://vinculo.example", "https://", "https://a@b.example", "https://vinculo.example/mesa", "ftp://x.example"],
)
def test_an_origin_that_is_none_stops_the_start(config, origin):
    with pytest.raises(ConfigError, match="VINCULO_ORIGIN"):
        load({"DATABASE_URL": config.database_url, "VINCULO_SECRET_KEY": config.secret_key, "VINCULO_ORIGIN": origin})


def test_an_origin_is_kept_as_browsers_write_it(config):
    environ = {"DATABASE_URL": config.database_url, "VINCULO_SECRET_KEY": config.secret_key}
    for given, kept in (("https://Vinculo.Example/", "https://vinculo.example"), ("http://localhost:8000", "http://localhost:8000")):
        assert load(environ | {"VINCULO_ORIGIN": given}).origin == kept


def test_nobody_keeps_more_than_so_many(city):
    client, _key = owner_of(city)
    with city.transaction() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO passkeys (municipality_id, id, worker_id, credential_id, public_key, sign_count, label, created_at)"
            " SELECT %s, gen_random_uuid(), %s, decode(md5(n::text || %s), 'hex'), '', 0, 'x', now() FROM generate_series(2, %s) n",
            (city.ibge, city.ids["rua"], city.tag, MOST),
        )
    assert said(begin_adding(client)) == (409, "accounts.too_many_passkeys")


def test_what_is_kept_of_a_ceremony_is_a_hash_and_goes(city, monkeypatch):
    begun = begin(city.app.test_client())
    kept = [bytes(row["token_hash"]) for row in city.rows("SELECT token_hash FROM ceremonies")]
    assert kept and all(begun["ceremony"].encode() not in one for one in kept)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=6))
    begin(city.app.test_client())
    left = [bytes(row["token_hash"]) for row in city.rows("SELECT token_hash FROM ceremonies")]
    assert not set(left) & set(kept)
