"""The token that only delivers: it brings in what a phone recorded, whatever became of the session, and reads nothing."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from app.core.ids import new_id
from tests.make.city import PASSWORD
from tests.make.doors import doors_of
from tests.make.phone import Phone, stamp


def statuses(outcomes):
    return [outcome["status"] for outcome in outcomes]


def encounters(city):
    return city.rows("SELECT * FROM encounters WHERE municipality_id = :m ORDER BY received_at")


def device(city, phone):
    [row] = city.rows("SELECT * FROM devices WHERE municipality_id = :m AND id = :i", i=phone.device_id)
    return row


def change(city, sql, *values):
    with city.transaction() as session:
        session.connection().exec_driver_sql(sql, values)


def delivered(phone, commands, token=None, client=None, **more):
    """The raw answer to a push by token from a browser that need not be the phone's own."""
    body = {"device_id": phone.device_id, "sent_at": stamp(), "commands": commands} | more
    headers = {"Authorization": f"Bearer {token or phone.delivery_token}"}
    return (client or phone.city.app.test_client()).post("/api/v1/sync/push", json=body, headers=headers)


def test_it_delivers_without_cookie_and_without_the_write_token(city):
    phone = city.phone("rua")
    answer = delivered(phone, [phone.encounter(note="pela entrega")])
    assert answer.status_code == 200 and statuses(answer.json["outcomes"]) == ["done"]
    [row] = encounters(city)
    assert row["worker_id"] == city.ids["rua"] and str(row["device_id"]) == phone.device_id
    assert answer.json["forget"] is False
    assert "Set-Cookie" not in answer.headers


def test_the_same_by_cookie_and_by_token_is_repeated(city):
    phone = city.phone("rua")
    command, other = phone.encounter(), phone.encounter()
    assert statuses(phone.push(command)) == ["done"]
    assert statuses(phone.push(command, other, delivery=True)) == ["repeated", "done"]
    assert statuses(phone.push(other)) == ["repeated"]
    assert len(encounters(city)) == 2


def test_only_the_last_sign_in_of_the_device_delivers(city):
    phone = city.phone("rua")
    former = phone.delivery_token
    phone.sign_in(PASSWORD)
    assert phone.delivery_token != former
    refused = delivered(phone, [phone.encounter()], token=former)
    assert refused.status_code == 401 and refused.json["code"] == "access.signed_out"
    assert delivered(phone, [phone.encounter()]).status_code == 200
    assert len(encounters(city)) == 1


def test_it_survives_the_end_of_the_session(city):
    phone = city.phone("rua")
    assert phone.client.delete("/api/v1/session", headers={"X-CSRF-Token": phone.csrf}).status_code == 204
    assert phone.post([]).status_code == 401
    answer = delivered(phone, [phone.encounter()])
    assert statuses(answer.json["outcomes"]) == ["done"] and answer.json["forget"] is False


def test_it_survives_the_revocation_and_the_phone_is_told_to_forget(city):
    phone = city.phone("rua")
    change(city, "UPDATE devices SET revoked_at = now() WHERE id = %s", phone.device_id)
    answer = delivered(phone, [phone.encounter()])
    assert statuses(answer.json["outcomes"]) == ["done"] and answer.json["forget"] is True
    by_cookie = phone.post([phone.encounter()])
    assert by_cookie.json["forget"] is True


def test_it_survives_the_suspension_judged_by_the_rights_of_then(city):
    phone = city.phone("rua")
    before = datetime.now(UTC) - timedelta(hours=3)
    change(city, "UPDATE role_grants SET valid_to = now() - interval '2 hours' WHERE worker_id = %s", city.ids["rua"])
    change(city, "UPDATE workers SET is_active = false WHERE id = %s", city.ids["rua"])
    answer = delivered(phone, [phone.encounter(before), phone.encounter()])
    assert statuses(answer.json["outcomes"]) == ["done", "refused"]
    assert answer.json["outcomes"][1]["problem"]["code"] == "access.forbidden"
    assert answer.json["forget"] is True


def test_another_workers_cookie_beside_it_changes_nothing(city):
    phone, other = city.phone("rua"), city.phone("rua2")
    answer = delivered(phone, [phone.encounter()], client=other.client)
    assert statuses(answer.json["outcomes"]) == ["done"]
    assert encounters(city)[0]["worker_id"] == city.ids["rua"]
    assert other.client.get("/api/v1/session").json["worker"]["login"] == city.login("rua2")
    assert delivered(phone, [phone.encounter()], token="x" * 43, client=other.client).status_code == 401
    assert len(encounters(city)) == 1


def test_a_colleague_on_the_same_browser_gets_a_device_and_a_token_of_her_own(city):
    phone = city.phone("rua")
    other = Phone(city, "rua2")
    other.device_id = phone.device_id
    other.sign_in(PASSWORD)
    assert other.device_id != phone.device_id
    assert statuses(delivered(phone, [phone.encounter()]).json["outcomes"]) == ["done"]
    assert statuses(delivered(other, [other.encounter()]).json["outcomes"]) == ["done"]
    assert [row["worker_id"] for row in encounters(city)] == [city.ids["rua"], city.ids["rua2"]]


def test_one_workers_token_does_not_repeat_what_is_anothers(city):
    phone, other = city.phone("rua"), city.phone("rua2")
    command = phone.encounter()
    phone.push(command)
    [outcome] = other.push(command, delivery=True)
    assert outcome["status"] == "conflict" and outcome["receipt"] is None


def test_a_foreign_citys_token_writes_into_its_own_city_only(city, other_city):
    phone, stranger = city.phone("rua"), other_city.phone("rua")
    [outcome] = delivered(phone, [phone.encounter()], token=stranger.delivery_token).json["outcomes"]
    assert outcome["status"] == "refused"  # a team of the first city is nobody's in the second
    sealed = phone.sealed(phone.encounter())
    [outcome] = delivered(phone, [sealed], token=stranger.delivery_token).json["outcomes"]
    assert outcome["problem"]["code"] == "seal.unreadable"
    assert encounters(city) == [] and encounters(other_city) == []


def test_it_opens_no_other_route_and_reads_nothing(city, app):
    phone = city.phone("rua")
    phone.push(phone.encounter(note="palavra-plantada"))
    bearer = {"Authorization": f"Bearer {phone.delivery_token}"}
    opened, told = set(), []
    for each in doors_of(app):
        if each.public or each.verb is None:
            continue
        # With the phone's own cookie beside it: the header wins.
        for client in (phone.client, app.test_client()):
            client.environ_base["HTTP_AUTHORIZATION"] = bearer["Authorization"]
            answer = each.knock(client)
            told.append(answer.get_data(as_text=True))
            if answer.status_code != 403 or "access.send_only" not in told[-1]:
                opened.add(str(each))
    phone.client.environ_base.pop("HTTP_AUTHORIZATION")
    assert opened == {"POST /api/v1/sync/push"}
    for word in ("palavra-plantada", "Família da Rosa", city.login("rua")):
        assert word not in "".join(told)


def test_it_is_nobody_at_a_public_door(city):
    phone = city.phone("rua")
    bearer = {"Authorization": f"Bearer {phone.delivery_token}"}
    assert phone.client.get("/api/v1/session", headers=bearer).status_code == 401
    assert phone.client.get("/", headers=bearer).headers["Location"] == "/entrar"
    assert phone.client.get("/api/v1/session").status_code == 200


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "bearer x", "Bearer " + "é" * 40, "Bearer a b c", "Bearer " + "x" * 5000, "Bearer ' OR 1=1 --"],
)
def test_a_token_that_is_none_is_nobody_even_beside_a_good_cookie(city, header):
    phone = city.phone("rua")
    body = {"device_id": phone.device_id, "sent_at": stamp(), "commands": [phone.encounter()]}
    sent = {"Authorization": header, "X-CSRF-Token": phone.csrf}
    answer = phone.client.post("/api/v1/sync/push", json=body, headers=sent)
    assert answer.status_code == 401 and answer.json["code"] == "access.signed_out"
    assert encounters(city) == []


def test_a_header_of_another_scheme_is_the_proxys_affair(city):
    phone = city.phone("rua")
    body = {"device_id": phone.device_id, "sent_at": stamp(), "commands": [phone.encounter()]}
    sent = {"Authorization": "Basic cHJveHk6eA==", "X-CSRF-Token": phone.csrf}
    assert phone.client.post("/api/v1/sync/push", json=body, headers=sent).status_code == 200
    del sent["X-CSRF-Token"]
    assert phone.client.post("/api/v1/sync/push", json=body, headers=sent).json["code"] == "access.bad_token"


def test_ten_megabytes_are_refused_whole(city):
    phone = city.phone("rua")
    answer = delivered(phone, [{"id": str(new_id()), "sealed": "v1." + "A" * 10_000_000}])
    assert answer.status_code == 413
    bearer = {"Authorization": f"Bearer {phone.delivery_token}", "Content-Encoding": "gzip"}
    bomb = gzip.compress(b'{"commands": [' + b" " * 10_000_000 + b"]}")
    answer = city.app.test_client().post("/api/v1/sync/push", data=bomb, headers=bearer)
    assert answer.status_code == 413


def test_only_its_hash_is_stored(city):
    phone = city.phone("rua")
    assert phone.delivery_token.encode() not in bytes(device(city, phone)["delivery_hash"])
    assert phone.delivery_token not in phone.client.get("/api/v1/session").get_data(as_text=True)


def test_a_sign_in_without_a_device_gets_no_token(city):
    client = city.app.test_client()
    answer = client.post("/api/v1/session", json={"login": city.login("rua"), "password": PASSWORD})
    assert "delivery_token" not in answer.json and "vault_token" not in answer.json
    assert set(answer.json["seal_key"]) == {"kid", "public"}


# -- the last contact ---------------------------------------------------------------------------------------------


def test_a_push_says_what_still_waits_and_when(city):
    phone = city.phone("rua")
    assert device(city, phone)["waiting"] is None
    phone.post([phone.encounter()], waiting=7)
    assert device(city, phone)["waiting"] == 7 and device(city, phone)["waiting_at"] is not None
    phone.post([phone.encounter()])
    assert device(city, phone)["waiting"] == 7
    phone.post([phone.encounter()], delivery=True, waiting=0)
    assert device(city, phone)["waiting"] == 0


def test_the_last_contact_is_kept_by_push_and_pull_at_most_once_a_minute(city):
    phone = city.phone("rua")

    def long_ago(seconds):
        change(
            city, "UPDATE devices SET last_seen_at = now() - make_interval(secs => %s) WHERE id = %s", seconds, phone.device_id
        )
        return device(city, phone)["last_seen_at"]

    for contact in (lambda: phone.post([]), lambda: phone.post([], delivery=True), phone.pull):
        before = long_ago(3600)
        contact()
        seen = device(city, phone)["last_seen_at"]
        assert seen - before > timedelta(minutes=59)
        before = long_ago(30)
        contact()
        assert device(city, phone)["last_seen_at"] == before


@pytest.mark.parametrize("waiting", [-1, 1.5, "3", True, 10**9, [], {}])
def test_a_figure_that_is_none_is_refused_by_name(city, waiting):
    phone = city.phone("rua")
    answer = phone.post([phone.encounter()], waiting=waiting)
    assert answer.status_code == 422 and set(answer.json["fields"]) == {"waiting"}
    assert encounters(city) == []
