"""A command of which the phone shows nothing but the id: opened by the server, judged like any other."""

import json
from base64 import urlsafe_b64decode

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key

from app.core import envelopes, seal
from app.core.ids import new_id
from tests.make.city import PASSWORD
from tests.sync.test_contract import read
from tests.sync.test_delivery import delivered, encounters, statuses
from tests.sync.test_import import exported, run


def stored(city):
    return city.rows("SELECT * FROM sync_commands WHERE municipality_id = :m ORDER BY received_at")


def test_it_is_done_like_an_open_one(city):
    phone = city.phone("rua")
    met = phone.encounter(people=2, note="escrito com o cofre fechado")
    referral = phone.referral(met)
    outcomes = phone.push(phone.sealed(met), phone.sealed(referral), delivery=True)
    assert statuses(outcomes) == ["done", "done"] and [o["id"] for o in outcomes] == [met["id"], referral["id"]]
    [row] = encounters(city)
    assert row["note"] == "escrito com o cofre fechado" and row["without_entering"] is False


@pytest.mark.parametrize("first", ["open", "sealed"])
def test_once_open_and_once_sealed_is_the_same_command(city, first):
    phone = city.phone("rua")
    command = phone.encounter()
    forms = {"open": command, "sealed": phone.sealed(command)}
    then = {"open": "sealed", "sealed": "open"}[first]
    [done] = phone.push(forms[first])
    [again] = phone.push(forms[then])
    assert (done["status"], again["status"]) == ("done", "repeated")
    assert done["receipt"] == again["receipt"]
    body_sealed = {k: v for k, v in command.items() if k != "body"} | {"sealed": phone.seal(command["body"])}
    assert statuses(phone.push(body_sealed)) == ["repeated"]
    assert len(encounters(city)) == 1


@pytest.mark.parametrize("first", ["open", "sealed"])
def test_another_content_in_the_other_form_is_a_conflict(city, first):
    phone = city.phone("rua")
    command = phone.encounter(note="primeira")
    changed = json.loads(json.dumps(command))
    changed["body"]["note"] = "segunda"
    one, other = (command, phone.sealed(changed)) if first == "open" else (phone.sealed(command), changed)
    assert statuses(phone.push(one)) == ["done"]
    assert statuses(phone.push(other)) == ["conflict"]
    assert encounters(city)[0]["note"] == "primeira"


def test_both_forms_in_one_push(city):
    phone = city.phone("rua")
    command = phone.encounter()
    assert statuses(phone.push(phone.sealed(command), command, phone.sealed(command))) == ["done", "repeated", "repeated"]
    assert len(encounters(city)) == 1


def test_what_was_recorded_without_entering_says_so_to_who_lists_encounters(city):
    phone = city.phone("rua")
    met, other = phone.encounter(), phone.encounter()
    assert statuses(phone.push(phone.sealed(met, without_entering=True), other, delivery=True)) == ["done", "done"]
    # The mark is no part of the content: sent again without it, it is the same.
    assert statuses(phone.push(met)) == ["repeated"]
    kept = {str(row["id"]): row["without_entering"] for row in encounters(city)}
    assert kept == {met["body"]["encounter_id"]: True, other["body"]["encounter_id"]: False}
    desk = city.client("coordenacao")
    listed = desk.get("/api/v1/coverage/encounters").json["encounters"]
    assert {item["id"]: item["without_entering"] for item in listed} == kept
    assert desk.get("/painel/encontros").get_data(as_text=True).count("registrado sem entrar") == 1
    phone.pull()
    assert {body["id"]: body["without_entering"] for body in phone.of_type("encounter")} == kept


def test_a_refused_one_is_kept_sealed_and_may_be_replaced(city):
    phone = city.phone("rua")
    wrong = phone.encounter(people_count=5, note="palavra-plantada")
    assert statuses(phone.push(phone.sealed(wrong))) == ["refused"]
    [row] = stored(city)
    assert row["sealed_body"].startswith("v1.") and "palavra-plantada" not in str(dict(row))
    right = phone.encounter() | {"replaces": wrong["id"]}
    assert statuses(phone.push(phone.sealed(right))) == ["done"]


def test_bad_ones_are_refused_and_hold_nobody_back(city):
    phone = city.phone("rua")
    command = phone.encounter()
    good = phone.sealed(phone.encounter())
    torn = good | {"id": str(new_id()), "sealed": good["sealed"][:-6] + "AAAAAA"}
    bad = {
        "another id inside": {"id": str(new_id()), "sealed": phone.seal(command)},
        "no id inside": {"id": command["id"], "sealed": phone.seal({k: v for k, v in command.items() if k != "id"})},
        "sealed twice": {"id": command["id"], "sealed": phone.seal(phone.sealed(command))},
        "a list inside": {"id": command["id"], "sealed": phone.seal([command])},
        "a field too many": phone.sealed(command, role="supervisor"),
        "a mark that is no mark": phone.sealed(command, without_entering="sim"),
        "a word inside": {"id": command["id"], "sealed": phone.seal("texto")},
        "no text": {"id": command["id"], "sealed": 5},
        "no id": {"id": None, "sealed": phone.seal(command)},
        "no envelope": {"id": command["id"], "sealed": "v1.a.b"},
        "torn": torn,
    }
    outcomes = phone.push(*bad.values(), good)
    assert dict(zip(bad, statuses(outcomes), strict=False)) == dict.fromkeys(bad, "refused")
    codes = {outcome["problem"]["code"] for outcome in outcomes[:-1]}
    assert codes == {"sync.bad_envelope", "seal.unreadable"}
    assert outcomes[-1]["status"] == "done"
    assert len(encounters(city)) == 1


def test_an_envelope_of_another_city_is_not_opened(city, other_city):
    phone, stranger = city.phone("rua"), other_city.phone("rua")
    command = phone.encounter()
    [outcome] = phone.push({"id": command["id"], "sealed": stranger.seal(command)})
    assert outcome["status"] == "refused" and outcome["problem"]["code"] == "seal.unreadable"


def test_while_the_citys_key_is_lost_it_stays_in_line_and_holds_nobody_back(city):
    phone = city.phone("rua")
    met, other = phone.encounter(), phone.encounter()
    sealed, referral = phone.sealed(met), phone.referral(met)
    keys = seal.keyring.path(city.ibge, phone.seal_key["kid"]).parent
    elsewhere = keys.rename(keys.with_name(f"{keys.name}-away"))
    assert statuses(phone.push(sealed, referral, other)) == ["waiting", "waiting", "done"]
    elsewhere.rename(keys)
    assert statuses(phone.push(sealed, referral)) == ["done", "done"]


def test_two_hundred_sealed_ones_are_taken_and_one_more_is_not(city):
    phone = city.phone("rua")
    sealed = [phone.sealed(phone.encounter()) for _ in range(200)]
    answer = delivered(phone, sealed)
    assert set(statuses(answer.json["outcomes"])) == {"done"}
    assert len(encounters(city)) == 200
    assert delivered(phone, [*sealed, phone.sealed(phone.encounter())]).json["code"] == "sync.batch_too_large"


def test_a_file_may_hold_them_too(city, tmp_path):
    phone = city.phone("rua")
    met = phone.encounter()
    file = exported(city, phone, [phone.sealed(met, without_entering=True)])
    assert run(city, tmp_path, file).exit_code == 0
    assert encounters(city)[0]["without_entering"] is True
    assert statuses(phone.push(met)) == ["repeated"]


def test_the_contract_file_is_opened_to_the_command_it_names():
    file, vector = read("sealed_command.json"), read("seal_vector.json")
    key = vector["private_key_pkcs8"]
    private = load_der_private_key(urlsafe_b64decode(key + "=" * (-len(key) % 4)), None)
    assert set(file["sealed"]) == {"id", "sealed"}
    opened = json.loads(envelopes.open_with(private, file["sealed"]["sealed"]))
    assert opened == file["command"] and opened["id"] == file["sealed"]["id"]


def test_real_answers_have_the_shape_of_the_files_that_the_phone_is_tested_with(city):
    phone = city.phone("rua", vault=True)
    push = phone.post([phone.encounter()], waiting=0).json
    assert set(push) == set(read("answer_to_push.json"))
    again = phone.client.post(
        "/api/v1/session", json={"login": city.login("rua"), "password": PASSWORD, "device": phone.device}
    )
    told = read("session_answer.json")
    assert set(told) <= set(again.json) and set(told["seal_key"]) == set(again.json["seal_key"])


def test_anothers_envelope_is_not_hers_to_deliver_and_takes_no_id(city):
    """Two workers of one phone: what one sealed, pushed under the other's token, is refused and leaves the way free."""
    ana, bia = city.phone("rua"), city.phone("rua2")
    record = ana.encounter() | {"worker_id": str(city.ids["rua"])}
    sealed = ana.sealed(record)
    [outcome] = bia.push(sealed)
    assert (outcome["status"], outcome["problem"]["code"]) == ("refused", "sync.bad_envelope")
    [outcome] = ana.push(sealed)
    assert outcome["status"] == "done"
    assert {row["worker_id"] for row in city.rows("SELECT worker_id FROM encounters WHERE municipality_id = :m")} == {city.ids["rua"]}


def test_a_lost_phone_delivers_but_undoes_nothing(city):
    phone = city.phone("rua")
    first = phone.encounter()
    [outcome] = phone.push(first)
    assert outcome["status"] == "done"
    city.rows("UPDATE devices SET lost_at = now(), revoked_at = now() WHERE municipality_id = :m AND id = :d RETURNING id", d=phone.device_id)
    undo = phone.command("encounters.withdraw", {"encounter_id": first["body"]["encounter_id"], "reason": "by_mistake"})
    second = phone.encounter()
    refused, done = phone.push(undo, second)
    assert (refused["status"], refused["problem"]["code"]) == ("refused", "sync.lost_device")
    assert done["status"] == "done"
    states = city.rows("SELECT status FROM encounters WHERE municipality_id = :m")
    assert [row["status"] for row in states] == ["valid", "valid"]
