"""A session bound to a vault: its cookie alone, as in a copied profile, reads nothing."""

import pytest

from app.access.roles import WHILE_LOCKED
from app.core.ids import new_id
from tests.make.city import PASSWORD
from tests.make.doors import doors_of
from tests.make.phone import Phone

WORDS = ("palavra-plantada", "Seu Zé", "Família da Rosa", "Viaduto")
# What stays with the cookie alone: the worker's own entries and devices, so that a lost phone can be ended from it too.
OPEN = {"POST /api/v1/sync/push"}


def full(city):
    """A phone with a vault and something in every place that it reads."""
    phone = city.phone("rua", vault=True)
    met = phone.encounter(note="palavra-plantada")
    phone.push(met, phone.referral(met))
    return phone


def test_with_the_vaults_token_everything_is_as_before(city):
    phone = full(city)
    assert phone.client.get("/api/v1/session").json["worker"]["login"] == city.login("rua")
    assert phone.pull() and phone.of_type("person") is not None


def test_a_copied_cookie_reads_nothing_on_any_route(city, app):
    phone = full(city)
    phone.lock()
    wrong, told = {}, []
    for each in doors_of(app):
        if each.method != "GET" or each.endpoint == "static":
            continue
        answer = each.knock(phone.client)
        body = answer.get_data(as_text=True)
        told.append(body)
        if each.verb and each.verb not in WHILE_LOCKED and (answer.status_code != 403 or "access.locked" not in body):
            wrong[str(each)] = answer.status_code
    assert wrong == {}
    for word in (*WORDS, phone.vault_token, phone.delivery_token):
        assert word not in "".join(told)
    assert phone.client.get("/api/v1/session").json["code"] == "access.locked"


def test_a_copied_cookie_changes_nothing_but_its_own_entries(city, app):
    phone = full(city)
    phone.lock()
    phone.client.environ_base["HTTP_X_CSRF_TOKEN"] = phone.csrf
    opened = set()
    for each in doors_of(app):
        if each.method == "GET" or each.public or each.verb in WHILE_LOCKED:
            continue
        if each.knock(phone.client).status_code != 403:
            opened.add(str(each))
    assert opened == set()
    assert phone.push(phone.encounter())[0]["status"] == "done"
    assert phone.client.get("/conta/").status_code == 200
    assert phone.client.delete("/api/v1/session").status_code == 204


def test_what_a_locked_session_may_do_is_written_here_too():
    # A copied cookie does as much: it must not end the worker's sessions nor revoke her other phones.
    assert WHILE_LOCKED == {"sync.push", "accounts.read_own", "accounts.sign_out", "accounts.set_locale"}


@pytest.mark.parametrize("token", ["", "x" * 43, "é", "x" * 5000, "null"])
def test_a_wrong_token_is_no_token(city, token):
    phone = full(city)
    phone.lock()
    answer = phone.client.get("/api/v1/sync/pull", headers={"X-Vinculo-Vault": token})
    assert answer.status_code == 403 and answer.json["code"] == "access.locked"


def test_one_vaults_token_opens_no_other(city, other_city):
    phone, other, stranger = full(city), city.phone("rua2", vault=True), other_city.phone("rua", vault=True)
    phone.lock()
    for token in (other.vault_token, stranger.vault_token, phone.delivery_token, phone.csrf):
        assert phone.client.get("/api/v1/sync/pull", headers={"X-Vinculo-Vault": token}).json["code"] == "access.locked"


def test_the_cookie_of_a_phone_without_vault_goes_on_as_before_with_or_without_the_header(city):
    phone = city.phone("rua")
    assert phone.client.get("/api/v1/sync/pull").status_code == 200
    assert phone.client.get("/api/v1/sync/pull", headers={"X-Vinculo-Vault": "x"}).status_code == 200


def test_the_vault_ends_the_cookies_that_the_device_had_before_it(city):
    phone = city.phone("rua")
    copied = phone.client
    phone.client, phone.vault = city.app.test_client(), True
    phone.sign_in(PASSWORD)
    assert copied.get("/api/v1/sync/pull").status_code == 401
    assert phone.client.get("/api/v1/sync/pull").status_code == 200


def test_only_hashes_are_stored(city):
    phone = full(city)
    rows = city.rows("SELECT vault_hash FROM sessions WHERE municipality_id = :m AND vault_hash IS NOT NULL")
    assert len(rows) == 1 and phone.vault_token.encode() not in bytes(rows[0]["vault_hash"])
    assert city.rows("SELECT has_vault FROM devices WHERE municipality_id = :m")[0]["has_vault"] is True


# -- the forgotten PIN ----------------------------------------------------------------------------------------------


def envelope(phone, **other):
    told = {"use": "vault", "worker_id": str(phone.city.ids[phone.persona]), "device_id": phone.device_id, "key": "a2V5"}
    return phone.seal(told | other)


def opened(phone, sealed):
    return phone.client.post("/api/v1/account/vault/open", json={"envelope": sealed}, headers={"X-CSRF-Token": phone.csrf})


def test_a_forgotten_pin_is_opened_for_that_worker_on_that_device_after_the_password(city):
    phone = city.phone("rua", vault=True)
    sealed = envelope(phone)
    phone.lock()
    assert opened(phone, sealed).json["code"] == "access.locked"
    phone.sign_in(PASSWORD)
    assert opened(phone, sealed).json == {"key": "a2V5"}
    lines = city.rows("SELECT * FROM audit_lines WHERE municipality_id = :m AND action = 'accounts.open_vault'")
    assert sorted(line["outcome"] for line in lines) == ["done", "refused"]
    assert "a2V5" not in str([dict(line) for line in lines])


def test_an_envelope_of_anybody_or_anything_else_stays_shut(city, other_city):
    phone, other, stranger = city.phone("rua", vault=True), city.phone("rua2", vault=True), other_city.phone("rua")
    refused = {
        "another worker's": envelope(other),
        "another worker on this device": envelope(phone, worker_id=str(city.ids["rua2"])),
        "another device": envelope(phone, device_id=str(new_id())),
        "another use": envelope(phone, use="outbox"),
        "a field too many": envelope(phone, more=1),
        "a key that is no text": envelope(phone, key=[1]),
        "no device": envelope(phone, device_id=None),
        "a command": phone.seal(phone.encounter(note="palavra-plantada")),
        "a list": phone.seal([1]),
    }
    for why, sealed in refused.items():
        answer = opened(phone, sealed)
        assert (answer.status_code, answer.json["code"]) == (403, "accounts.not_your_vault"), why
        assert "palavra" not in answer.get_data(as_text=True)
    for sealed in (stranger.seal({"use": "vault"}), "v1.x", "", envelope(phone)[:-4] + "AAAA"):
        assert opened(phone, sealed).json["code"] == "seal.unreadable"
    assert opened(phone, "v1." + "A" * 5000).status_code == 422


def test_a_desk_session_of_the_same_worker_opens_no_vault(city):
    phone, desk = city.phone("rua", vault=True), city.client("rua")
    answer = desk.post("/api/v1/account/vault/open", json={"envelope": envelope(phone)})
    assert answer.json["code"] == "accounts.not_your_vault"


def test_a_revoked_device_gets_no_key_not_even_with_the_password(city):
    phone = city.phone("rua", vault=True)
    sealed = envelope(phone)
    with city.transaction() as session:
        session.connection().exec_driver_sql("UPDATE devices SET revoked_at = now() WHERE id = %s", (phone.device_id,))
    assert opened(phone, sealed).json["code"] == "access.send_only"
    found = Phone(city, "rua", vault=True)
    found.device_id = phone.device_id
    found.sign_in(PASSWORD)
    assert found.device_id != phone.device_id
    assert opened(found, sealed).json["code"] == "accounts.not_your_vault"
