"""The contract files that both suites read: the phone's code writes them, the server must take them as they are."""

import json
from base64 import urlsafe_b64decode
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key
from sqlalchemy import text

from app.access.door import load
from app.core import seal
from app.core.written import write_whole
from app.sync.commands import COMMANDS
from app.sync.schemas import CommandIn, PushIn
from tests.make.city import NORTH_POINT
from tests.shifts.routed import tonight

FOLDER = Path(__file__).parents[1] / "contract"
PUSHES = sorted(path.name for path in FOLDER.glob("push_*.json"))
# What the files call things of the city, and what the made city calls them.
TEAM, CENTRO_POP, COMPANION, SHELTER, REGION = (f"0193a000-0000-7000-8000-00000000000{end}" for end in "abcef")
POINT, ROUTE = (f"0193a000-0000-7000-8000-0000000000{end}" for end in ("10", "11"))
NOT_YET_READ = {"encounter": {"people_count", "without_entering"}, "home_visit": {"late", "replaces_id", "time_uncertain"}}
GIVEN_UP = "01a205a2-b97b-73c2-a10e-33587da2c7ec"


def read(name: str) -> dict:
    return json.loads((FOLDER / name).read_text())


def test_there_is_a_file_for_every_command():
    written = {command["name"] for name in PUSHES for command in read(name)["commands"]}
    assert written == {name for name, _version in COMMANDS}


@pytest.mark.parametrize("name", PUSHES)
def test_the_servers_schemas_take_it(app, name):
    with app.test_request_context():
        envelope = load(PushIn, read(name))
        assert envelope["commands"]
        for command in envelope["commands"]:
            head = load(CommandIn, command)
            load(COMMANDS[head["name"], head["version"]].schema, head["body"])


def in_this_city(city, name: str, team: str) -> tuple[list[dict], datetime]:
    words = (FOLDER / name).read_text()
    for theirs, ours in ((TEAM, team), (CENTRO_POP, "centro_pop"), (COMPANION, "rua2"), (SHELTER, "shelter"), (REGION, "north"), (POINT, "point"), (ROUTE, "route")):
        words = words.replace(theirs, str(city.ids.get(ours, theirs)))
    envelope = json.loads(words)
    for command in envelope["commands"]:
        where = command["body"].get("place") or {}
        if where.get("lon") is not None:
            where["lon"], where["lat"] = NORTH_POINT
    return envelope["commands"], datetime.fromisoformat(envelope["sent_at"])


def deliver(city, phone, name: str, team: str = "team", only: str = "") -> list[str]:
    commands, sent_at = in_this_city(city, name, team)
    outcomes = phone.push(*(each for each in commands if each["name"].startswith(only)), sent_at=sent_at)
    assert [outcome["problem"] for outcome in outcomes] == [None] * len(outcomes)
    return [outcome["status"] for outcome in outcomes]


def test_pushed_for_real_every_file_is_done(city):
    street, visitor = city.phone("rua"), city.phone("pim")
    journey, sent_at = in_this_city(city, "push_journey.json", "team")
    outcomes = street.push(*(each for each in journey if each["name"] != "home_visits.record"), sent_at=sent_at)
    assert [outcome["status"] for outcome in outcomes] == ["done"] * 4
    assert deliver(city, visitor, "push_journey.json", "pim_team", only="home_visits.") == ["done"]
    # Each alone is what the journey held: the same command again is told its first outcome.
    for name in ("push_shifts_start", "push_encounters_record", "push_encounters_complete", "push_referrals_send"):
        assert deliver(city, street, f"{name}.json") == ["repeated"], name
    assert deliver(city, visitor, "push_home_visits_record.json", "pim_team") == ["repeated"]
    for name in ("push_referrals_send_1", "push_referrals_set_out", "push_referrals_plan_trip"):
        assert deliver(city, street, f"{name}.json") == ["done"], name
    # An answer is told for a unit where nobody has an account.
    with city.transaction() as session:
        session.execute(text("UPDATE units SET has_desk = false WHERE municipality_id = :m"), {"m": city.ibge})
    assert deliver(city, street, "push_referrals_tell_answer.json") == ["done"]
    for name in ("push_referrals_revoke", "push_encounters_correct", "push_encounters_withdraw"):
        assert deliver(city, street, f"{name}.json") == ["done"], name
    city.ids["route"], _on = tonight(city, city.ids["point"])
    for name in ("start_1", "end_1", "enter_region", "pause", "resume", "pass_by", "visit_point", "miss_stop", "end"):
        assert deliver(city, street, f"push_shifts_{name}.json") == ["done"], name
    for name in ("push_people_register", "push_people_tell", "push_people_take_back"):
        assert deliver(city, street, f"{name}.json") == ["done"], name
    for name in ("push_protection_raise", "push_protection_tell_call", "push_protection_complement", "push_protection_say_mistake"):
        assert deliver(city, street, f"{name}.json") == ["done"], name
    for name in ("push_home_visits_correct", "push_home_visits_withdraw"):
        assert deliver(city, visitor, f"{name}.json", "pim_team") == ["done"], name
    [refused] = street.push(street.encounter(people_count=9) | {"id": GIVEN_UP})
    assert refused["status"] == "refused"
    assert deliver(city, street, "push_sync_withdraw.json") == ["done"]
    statuses = city.rows("SELECT status FROM encounters WHERE municipality_id = :m ORDER BY status")
    assert [row["status"] for row in statuses] == ["corrected", "withdrawn"]


def test_a_real_pull_has_the_shape_of_the_page_that_the_phone_is_tested_with(city):
    street, visitor = city.phone("rua"), city.phone("pim")
    commands, sent_at = in_this_city(city, "push_journey.json", "team")
    street.push(*(each for each in commands if each["name"] != "home_visits.record"), sent_at=sent_at)
    deliver(city, visitor, "push_journey.json", "pim_team", only="home_visits.")
    deliver(city, street, "push_tasks_agree.json")
    tonight(city, city.ids["point"])
    page = read("pull_page.json")
    answer = street.client.get("/api/v1/sync/pull").json
    assert set(page) == set(answer)
    real: dict[str, dict] = {}
    for phone in (street, visitor):
        for (kind, _id), body in phone.pull().items():
            real.setdefault(kind, body)
    told = {change["type"]: change["body"] for change in page["changes"]}
    assert set(told) == set(real)
    for kind, body in told.items():
        # The phone may know less than the server tells; it must be told all that it knows.
        assert set(body) <= set(real[kind]), kind
        assert set(real[kind]) - set(body) <= NOT_YET_READ.get(kind, set()), kind
    assert set(told["me"]["routes"][0]) == set(real["me"]["routes"][0])
    assert set(told["me"]["routes"][0]["stops"][0]) == set(real["me"]["routes"][0]["stops"][0])
    for part in ("worker", "municipality", "seal_key", "settings"):
        assert set(told["me"][part]) == set(real["me"][part]), part
    assert set(told["me"]["teams"][0]) == set(real["me"]["teams"][0])
    assert set(told["encounter"]["people"][0]) == set(real["encounter"]["people"][0])
    assert set(told["household"]["members"][0]) == set(real["household"]["members"][0])


def test_the_server_opens_what_the_phone_sealed(monkeypatch, tmp_path):
    vector = read("seal_vector.json")
    key = vector["private_key_pkcs8"]
    private = load_der_private_key(urlsafe_b64decode(key + "=" * (-len(key) % 4)), None)
    monkeypatch.setattr(seal, "keyring", seal.Keyring(tmp_path, b"a secret"))
    write_whole(seal.keyring.path(0, vector["kid"]), seal.wrap(private, vector["kid"], b"a secret"))
    assert seal.open_sealed(0, vector["envelope"]).decode() == vector["plain"]
    torn = vector["envelope"][:-3] + ("AAA" if not vector["envelope"].endswith("AAA") else "BBB")
    with pytest.raises(seal.Unsealable):
        seal.open_sealed(0, torn)
