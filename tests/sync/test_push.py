"""The gate for commands: every status of the contract, and nothing lost, doubled or half-done."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.core.ids import new_id
from tests.make.city import NORTH_POINT, OUTSIDE_POINT
from tests.make.phone import place, stamp


def encounters(city):
    return city.rows("SELECT * FROM encounters WHERE municipality_id = :m ORDER BY occurred_at")


def test_an_encounter_is_done_with_a_receipt_and_falls_in_its_region(city):
    phone = city.phone("rua")
    command = phone.encounter(people=4, place=place("gps", *NORTH_POINT))
    [outcome] = phone.push(command)
    assert outcome["status"] == "done" and len(outcome["receipt"]) == 8 and outcome["problem"] is None
    [row] = encounters(city)
    assert row["id"] == UUID(command["body"]["encounter_id"])
    assert row["region_id"] == city.ids["north"]
    assert row["cell"] and row["people_count"] == 4 and row["receipt"] == outcome["receipt"]
    people = city.rows("SELECT * FROM participations WHERE municipality_id = :m")
    assert len(people) == 4
    lines = city.rows("SELECT action FROM audit_lines WHERE municipality_id = :m AND outcome = 'done'")
    assert "encounters.record" in [line["action"] for line in lines]


def test_a_whole_batch_in_bulk_and_the_same_again_is_repeated(city):
    phone = city.phone("rua")
    commands = [phone.encounter(people=n % 3) for n in range(100)]
    first = phone.push(*commands)
    assert {o["status"] for o in first} == {"done"}
    second = phone.push(*commands)
    assert {o["status"] for o in second} == {"repeated"}
    assert [o["receipt"] for o in first] == [o["receipt"] for o in second]
    assert len(encounters(city)) == 100
    changes = city.rows("SELECT count(*) AS n FROM changes WHERE municipality_id = :m AND type = 'encounter'")
    assert changes[0]["n"] == 100


def test_another_body_under_a_done_id_is_a_conflict_and_changes_nothing(city):
    phone = city.phone("rua")
    command = phone.encounter(note="primeira")
    phone.push(command)
    changed = json.loads(json.dumps(command))
    changed["body"]["note"] = "segunda"
    [outcome] = phone.push(changed)
    assert outcome["status"] == "conflict"
    assert outcome["problem"]["code"] == "sync.changed_body"
    assert encounters(city)[0]["note"] == "primeira"


def test_one_bad_command_never_blocks_another(city):
    phone = city.phone("rua")
    good, bad, other = phone.encounter(), phone.encounter(people_count=7), phone.encounter()
    outcomes = phone.push(good, bad, {"id": "x"}, "texto", other)
    assert [o["status"] for o in outcomes] == ["done", "refused", "refused", "refused", "done"]
    assert outcomes[1]["problem"]["code"] == "encounters.people_dont_add_up"
    assert outcomes[2]["problem"]["code"] == outcomes[3]["problem"]["code"] == "sync.bad_envelope"
    assert len(encounters(city)) == 2


def test_a_row_that_the_database_refuses_falls_back_to_one_by_one(city):
    phone = city.phone("rua")
    first = phone.encounter()
    phone.push(first)
    taken = phone.encounter(encounter_id=first["body"]["encounter_id"])
    outcomes = phone.push(phone.encounter(), taken, phone.encounter())
    assert [o["status"] for o in outcomes] == ["done", "refused", "done"]
    assert outcomes[1]["problem"]["code"] == "encounters.id_taken"
    assert len(encounters(city)) == 3


def test_what_depends_on_a_refused_command_waits_until_a_correction_replaces_it(city):
    phone = city.phone("rua")
    wrong = phone.encounter(people_count=5)
    referral = phone.referral(wrong)
    assert [o["status"] for o in phone.push(wrong, referral)] == ["refused", "waiting"]
    assert [o["status"] for o in phone.push(referral)] == ["waiting"]
    right = phone.encounter(encounter_id=wrong["body"]["encounter_id"]) | {"replaces": wrong["id"]}
    assert [o["status"] for o in phone.push(referral, right)] == ["waiting", "done"]
    assert [o["status"] for o in phone.push(referral)] == ["done"]
    stored = city.rows("SELECT sealed_body FROM sync_commands WHERE municipality_id = :m AND id = :i", i=wrong["id"])
    assert stored[0]["sealed_body"] is None


def test_a_refused_command_is_judged_anew_with_the_same_id(city):
    phone = city.phone("rua")
    command = phone.encounter(people_count=5)
    assert phone.push(command)[0]["status"] == "refused"
    command["body"]["people_count"] = 1
    assert phone.push(command)[0]["status"] == "done"
    assert len(encounters(city)) == 1


def test_a_refused_body_is_kept_sealed_and_not_readable(city):
    phone = city.phone("rua")
    command = phone.encounter(people_count=5, note="palavra-plantada")
    phone.push(command)
    [row] = city.rows("SELECT * FROM sync_commands WHERE municipality_id = :m")
    assert row["status"] == "refused" and row["sealed_body"].startswith("v1.")
    assert "palavra-plantada" not in str(dict(row))


def test_giving_up_a_refused_command_withdraws_what_waited(city):
    phone = city.phone("rua")
    wrong = phone.encounter(people_count=5)
    referral = phone.referral(wrong)
    phone.push(wrong, referral)
    assert phone.push(phone.command("sync.withdraw", {"command_id": wrong["id"]}))[0]["status"] == "done"
    assert phone.push(referral)[0]["status"] == "withdrawn"
    assert phone.push(wrong)[0]["status"] == "withdrawn"
    assert encounters(city) == []


def test_nobody_gives_up_the_command_of_another(city):
    phone, other = city.phone("rua"), city.phone("rua2")
    wrong = phone.encounter(people_count=5)
    phone.push(wrong)
    [outcome] = other.push(other.command("sync.withdraw", {"command_id": wrong["id"]}))
    assert outcome["problem"]["code"] == "sync.nothing_to_withdraw"


def test_gzip_is_taken_and_a_bomb_is_not(city):
    phone = city.phone("rua")
    assert phone.post([phone.encounter()], packed=True).status_code == 200
    bomb = phone.post([phone.encounter(note="a" * 3900) for _ in range(190)], packed=True)
    assert bomb.status_code in (200, 413)
    huge = phone.post([phone.encounter()], packed=True, padding="0" * 5_000_000)
    assert huge.status_code == 413
    assert huge.json["code"] == "core.too_large"
    assert len(encounters(city)) in (1, 191)


def test_a_batch_of_too_many_is_413_so_that_the_phone_halves_it(city):
    phone = city.phone("rua")
    answer = phone.post([phone.encounter() for _ in range(201)])
    assert answer.status_code == 413
    assert answer.json["code"] == "sync.batch_too_large"
    assert encounters(city) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"null", b'{"device_id": 1}'])
def test_a_body_that_is_not_the_contract_has_its_code(city, body):
    phone = city.phone("rua")
    answer = phone.client.post(
        "/api/v1/sync/push", data=body, content_type="application/json", headers={"X-CSRF-Token": phone.csrf}
    )
    assert answer.status_code in (400, 422)
    assert answer.json["code"] in ("core.not_json", "core.invalid")
    assert answer.content_type == "application/problem+json"


BAD = [
    ({"unknown": 1}, "core.invalid"),
    ({"people_count": "1"}, "core.invalid"),
    ({"people_count": 5000}, "core.invalid"),
    ({"people_count": True}, "core.invalid"),
    ({"situation": "<script>"}, "core.invalid"),
    ({"note": "x" * 4001}, "core.invalid"),
    ({"note": "nulo \u0000"}, "core.invalid"),
    ({"team_id": "não"}, "core.invalid"),
    ({"place": place("gps", 500, 0)}, "core.invalid"),
    ({"place": place("gps", 2.35, 48.85)}, "territory.place_outside"),
    ({"place": place("gps")}, "core.invalid"),
    ({"place": place("none")}, "core.invalid"),
    ({"place": place("known_point", point_id=str(new_id()))}, "territory.unknown_point"),
    ({"late": True}, "territory.late_from_gps"),
    ({"team_id": str(new_id())}, "access.forbidden"),
    ({"reference_unit_id": str(new_id())}, "encounters.unknown_unit"),
    ({"shift_id": str(new_id())}, "encounters.unknown_shift"),
]


@pytest.mark.parametrize(("change", "code"), BAD)
def test_bad_input_is_refused_by_name_and_nothing_is_written(city, change, code):
    phone = city.phone("rua")
    [outcome] = phone.push(phone.encounter(**change))
    assert (outcome["status"], outcome["problem"]["code"]) == ("refused", code)
    assert outcome["problem"]["title"]
    assert encounters(city) == []


def test_an_unknown_command_waits_on_the_phone_as_refused(city):
    phone = city.phone("rua")
    [outcome] = phone.push(phone.command("encounters.explode", {}))
    assert outcome["problem"]["code"] == "sync.unknown_command"


def test_what_a_person_writes_is_kept_to_the_letter(city):
    phone = city.phone("rua")
    text = "'; DROP TABLE encounters; -- <script>alert(1)</script> 👩‍👧 ção\nlinha"
    phone.push(phone.encounter(note=text))
    assert encounters(city)[0]["note"] == text


def test_a_wrong_clock_is_corrected_by_the_measured_offset(city):
    phone = city.phone("rua")
    ahead = timedelta(days=2)
    happened = datetime.now(UTC) - timedelta(hours=1)
    [outcome] = phone.push(phone.encounter(happened + ahead), sent_at=datetime.now(UTC) + ahead)
    assert outcome["status"] == "done"
    [row] = encounters(city)
    assert abs((row["occurred_at"] - happened).total_seconds()) < 5
    assert row["clock_offset_s"] == pytest.approx(-ahead.total_seconds(), abs=5)
    assert not row["time_uncertain"]
    assert abs((row["device_at"] - happened - ahead).total_seconds()) < 1


@pytest.mark.parametrize("when", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)])
def test_a_dead_clock_loses_nothing(city, when):
    phone = city.phone("rua")
    [outcome] = phone.push(phone.encounter(when))
    assert outcome["status"] == "done"
    [row] = encounters(city)
    assert row["time_uncertain"] and row["device_at"] == when
    assert abs((row["occurred_at"] - row["received_at"]).total_seconds()) < 1


def test_rights_are_those_held_when_it_happened(city):
    phone = city.phone("rua")
    with city.transaction() as session:
        from sqlalchemy import text

        session.execute(
            text("UPDATE role_grants SET valid_to = now() - interval '1 day' WHERE worker_id = :w"),
            {"w": city.ids["rua"]},
        )
    before = phone.encounter(datetime.now(UTC) - timedelta(days=2))
    after = phone.encounter(datetime.now(UTC))
    outcomes = phone.push(before, after)
    assert [o["status"] for o in outcomes] == ["done", "refused"]
    assert outcomes[1]["problem"]["code"] == "access.forbidden"


def test_a_revoked_device_may_only_deliver(city):
    phone = city.phone("rua")
    with city.transaction() as session:
        from sqlalchemy import text

        session.execute(text("UPDATE devices SET revoked_at = now() WHERE id = :d"), {"d": phone.device_id})
    assert phone.push(phone.encounter())[0]["status"] == "done"
    answer = phone.client.get("/api/v1/sync/pull")
    assert (answer.status_code, answer.json["code"]) == (403, "access.send_only")
    own = phone.client.get("/api/v1/account/sessions")
    assert (own.status_code, own.json["code"]) == (403, "access.send_only")
    assert phone.client.delete("/api/v1/session", headers={"X-CSRF-Token": phone.csrf}).status_code == 204


def test_a_sealed_body_is_opened_and_counts_as_the_same_command(city):
    from app.core import seal

    phone = city.phone("rua")
    command = phone.encounter()
    phone.push(command)
    with city.transaction() as session:
        key = seal.public_key_of(session, city.ibge)
    sealed = {k: v for k, v in command.items() if k != "body"}
    sealed["sealed"] = seal.seal(key, json.dumps(command["body"]).encode())
    assert phone.push(sealed)[0]["status"] == "repeated"
    sealed["sealed"] = sealed["sealed"][:-4] + "AAAA"
    assert phone.push(sealed)[0]["problem"]["code"] == "seal.unreadable"


def test_a_correction_and_a_withdrawal_keep_history(city):
    phone = city.phone("rua")
    first = phone.encounter(people=2)
    phone.push(first)
    fixed = phone.encounter(people=3, replaces_id=first["body"]["encounter_id"], reason_text=None)
    fixed["name"] = "encounters.correct"
    assert phone.push(fixed)[0]["status"] == "done"
    again = phone.encounter(replaces_id=first["body"]["encounter_id"], reason_text=None) | {
        "name": "encounters.correct"
    }
    assert phone.push(again)[0]["problem"]["code"] == "encounters.not_valid"
    withdraw = phone.command(
        "encounters.withdraw", {"encounter_id": fixed["body"]["encounter_id"], "reason": "by_mistake"}
    )
    assert phone.push(withdraw)[0]["status"] == "done"
    states = {str(row["id"]): row["status"] for row in encounters(city)}
    assert states == {first["body"]["encounter_id"]: "corrected", fixed["body"]["encounter_id"]: "withdrawn"}


def test_names_told_later_are_appended_and_link_the_person(city):
    phone = city.phone("rua")
    first = phone.encounter(people=2)
    person = first["body"]["people"][1]["participation_id"]
    more = phone.command(
        "encounters.complete",
        {
            "encounter_id": first["body"]["encounter_id"],
            "addition_id": str(new_id()),
            "note": "Pediu cobertor",
            "outcome": "attended_on_site",
            "needs": ["clothing", "food"],
            "names": [
                {"participation_id": person, "person_id": str(new_id()), "called": "Baixinho", "called_kind": "nickname"}
            ],
        },
        after=[first["id"]],
    )
    assert [o["status"] for o in phone.push(first, more)] == ["done", "done"]
    [row] = encounters(city)
    assert row["outcome"] == "attended_on_site"
    linked = city.rows("SELECT p.called FROM participations a JOIN people p ON p.id = a.person_id WHERE a.id = :i", i=person)
    assert linked[0]["called"] == "Baixinho"


def test_a_home_visit_of_the_own_list_and_by_a_chosen_name(city):
    phone = city.phone("pim")
    outcomes = phone.push(
        phone.visit(result="done"),
        phone.visit(household_id=None, called="Família do portão azul", result="nobody_home"),
        phone.visit(household_id=None, called=None),
        phone.visit(household_id=str(new_id())),
    )
    assert [o["status"] for o in outcomes] == ["done", "done", "refused", "refused"]
    assert outcomes[2]["problem"]["code"] == "home_visits.no_family"
    assert outcomes[3]["problem"]["code"] == "home_visits.unknown_family"
    rows = city.rows("SELECT * FROM home_visits WHERE municipality_id = :m AND household_id IS NOT NULL")
    assert rows[0]["region_id"] == city.ids["north"]
    assert "cell" not in rows[0]


def test_a_place_outside_every_region_is_kept_without_one(city):
    phone = city.phone("rua")
    assert phone.push(phone.encounter(place=place("map", *OUTSIDE_POINT)))[0]["status"] == "done"
    assert encounters(city)[0]["region_id"] is None


def test_a_shift_is_opened_and_closed_once(city):
    phone = city.phone("rua")
    shift_id = str(new_id())
    start = phone.command(
        "shifts.start",
        {
            "shift_id": shift_id,
            "team_id": str(city.ids["team"]),
            "reference_unit_id": str(city.ids["centro_pop"]),
            "companion_ids": [str(city.ids["rua2"])],
        },
    )
    met = phone.encounter(shift_id=shift_id) | {"after": [start["id"]]}
    end = phone.command("shifts.end", {"shift_id": shift_id}, after=[start["id"]])
    assert [o["status"] for o in phone.push(start, met, end)] == ["done"] * 3
    [row] = city.rows("SELECT * FROM shifts WHERE municipality_id = :m")
    assert row["ended_at"] >= row["started_at"]
    assert len(city.rows("SELECT * FROM shift_companions WHERE municipality_id = :m")) == 1


def test_pushes_need_a_session_and_the_token(city):
    phone = city.phone("rua")
    body = {"device_id": phone.device_id, "sent_at": stamp(), "commands": []}
    assert phone.client.post("/api/v1/sync/push", json=body).json["code"] == "access.bad_token"
    stranger = city.app.test_client().post("/api/v1/sync/push", json=body)
    assert (stranger.status_code, stranger.json["code"]) == (401, "access.signed_out")
