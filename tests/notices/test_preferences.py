"""/conta/avisos and its doors: what a worker chooses, what is refused by name, whose it is."""

import pytest

from app.core import webpush
from tests.make.city import ROLES
from tests.notices.receiver import Browser
from tests.notices.test_delivery import delivered, subscribed, told

CHOSEN = "SELECT * FROM notice_preferences WHERE municipality_id = :m"


def post(client, path="/conta/avisos", **data):
    return client.post(path, data={"csrf_token": client.csrf} | data)


@pytest.mark.parametrize("persona", sorted(ROLES))
def test_everybody_has_the_page(city, persona):
    page = city.client(persona).get("/conta/avisos")
    assert page.status_code == 200
    words = page.get_data(as_text=True)
    assert "Ativar avisos neste aparelho" in words and 'name="quiet_from"' in words
    assert webpush.public_key(city.app.config["VINCULO"].keys_dir) in words
    assert "/conta/avisos" in city.client(persona).get("/conta/").get_data(as_text=True)


def test_choices_are_kept_and_shown(city):
    client = city.client("abrigo")
    assert post(client, email=" abrigo@cidade.test ", quiet_from="22:00", quiet_to="06:30").status_code == 303
    page = client.get("/conta/avisos?feito=guardado").get_data(as_text=True)
    for shown in ('value="abrigo@cidade.test"', 'value="22:00"', 'value="06:30"', "Guardado."):
        assert shown in page
    assert post(client, email="", quiet_from="", quiet_to="").status_code == 303
    [row] = city.rows(CHOSEN)
    assert (row["email"], row["quiet_from"], row["quiet_to"]) == ("", None, None)


@pytest.mark.parametrize(
    "typed, field",
    [
        ({"email": "abrigo"}, "email"), ({"email": "a@b"}, "email"), ({"email": "a@b.test, c@d.test"}, "email"),
        ({"email": "a@b.test\r\nBcc: c@d.test"}, "email"), ({"email": "São@cidade.test"}, "email"),
        ({"email": "<a@b.test>"}, "email"), ({"email": "a@b..test"}, "email"), ({"email": "x" * 300 + "@b.test"}, "email"),
        ({"quiet_from": "22:00"}, "quiet_to"), ({"quiet_to": "06:00"}, "quiet_from"),
        ({"quiet_from": "22:00", "quiet_to": "22:00"}, "quiet_to"), ({"quiet_from": "25:00", "quiet_to": "06:00"}, "quiet_from"),
        ({"quiet_from": "noite", "quiet_to": "06:00"}, "quiet_from"), ({"other": "x"}, "other"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_nothing_changes(city, typed, field):
    client = city.client("abrigo")
    post(client, email="before@cidade.test", quiet_from="21:00", quiet_to="05:00")
    before = city.rows(CHOSEN)
    answer = client.post(
        "/conta/avisos", data={"csrf_token": client.csrf} | typed, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422, typed
    assert city.rows(CHOSEN) == before


def test_a_browser_is_listed_and_turned_off_without_javascript(city, pushing):
    client = city.client("abrigo")
    browser = subscribed(city, "abrigo", pushing, client=client)
    page = client.get("/conta/avisos").get_data(as_text=True)
    assert "Onde seus avisos chegam" in page and browser.endpoint not in page
    [row] = city.rows("SELECT id FROM push_subscriptions WHERE municipality_id = :m")
    assert post(city.client("centropop"), f"/conta/avisos/{row['id']}/desligar").status_code == 404
    assert post(client, f"/conta/avisos/{row['id']}/desligar").status_code == 303
    assert post(client, f"/conta/avisos/{row['id']}/desligar").status_code == 404
    assert city.rows("SELECT id FROM push_subscriptions WHERE municipality_id = :m") == []


def test_a_trial_comes_to_oneself_as_often_as_one_asks(city, pushing):
    client = city.client("abrigo")
    browser = subscribed(city, "abrigo", pushing, client=client)
    assert post(client, "/conta/avisos/testar").status_code == 303
    assert client.post("/api/v1/notices/trial").status_code == 204
    assert city.rows("SELECT count(*) AS n FROM notices WHERE municipality_id = :m AND kind = 'trial'")[0]["n"] == 2
    assert delivered(city) == {"push": 2}
    assert [content["title"] for content in browser.reads()] == ["Os avisos chegam aqui"]


def test_a_subscription_to_a_service_we_do_not_know_is_refused(city, pushing, monkeypatch):
    monkeypatch.undo()  # the list of services as it is
    client = city.client("abrigo")
    answer = client.post("/api/v1/notices/subscriptions", json=Browser(pushing, "a").subscription())
    assert (answer.status_code, answer.json["code"]) == (422, "notices.unknown_service")
    assert city.rows("SELECT id FROM push_subscriptions WHERE municipality_id = :m") == []


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": ""}, {"endpoint": None}, {"endpoint": 7}, {"keys": None}, {"keys": {}}, {"keys": {"p256dh": "AAAA", "auth": "AAAA"}},
        {"keys": {"p256dh": "A" * 500, "auth": "A" * 22}}, {"more": 1}, {"expirationTime": "tomorrow"},
    ],
)  # fmt: skip
def test_a_torn_subscription_is_refused(city, pushing, change):
    answer = city.client("abrigo").post("/api/v1/notices/subscriptions", json=Browser(pushing, "a").subscription() | change)
    assert answer.status_code == 422


def test_again_from_the_same_browser_is_the_same_subscription(city, pushing):
    client = city.client("abrigo")
    browser = subscribed(city, "abrigo", pushing, client=client)
    first = city.rows("SELECT id FROM push_subscriptions WHERE municipality_id = :m")
    assert client.post("/api/v1/notices/subscriptions", json=browser.subscription()).status_code == 201
    assert city.rows("SELECT id FROM push_subscriptions WHERE municipality_id = :m") == first
    assert client.delete("/api/v1/notices/subscriptions", json={"endpoint": browser.endpoint}).status_code == 204
    assert client.delete("/api/v1/notices/subscriptions", json={"endpoint": browser.endpoint}).status_code == 404


def test_a_phone_whose_vault_is_shut_subscribes_nobody(city, pushing):
    phone = city.phone("rua", vault=True)
    phone.client.environ_base["HTTP_X_CSRF_TOKEN"] = phone.csrf
    subscribed(city, "rua", pushing, client=phone.client)
    phone.lock()
    answer = phone.client.post("/api/v1/notices/subscriptions", json=Browser(pushing, "b").subscription())
    assert answer.status_code == 403
    told(city, ["rua"])  # and is told all the same


def test_the_trail_knows_that_it_was_done_and_not_what_was_typed(city, pushing):
    client = city.client("abrigo")
    subscribed(city, "abrigo", pushing, client=client)
    post(client, email="abrigo@cidade.test")
    lines = city.rows("SELECT action, fields FROM audit_lines WHERE municipality_id = :m AND action LIKE 'notices.%' ORDER BY id")
    assert [line["action"] for line in lines] == ["notices.subscribe", "notices.set_preferences"]
    assert "cidade.test" not in str(lines) and pushing.origin not in str(lines)
