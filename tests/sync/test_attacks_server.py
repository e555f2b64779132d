"""What a hostile, broken or unlucky phone may send: nothing is lost, doubled, leaked nor crossed."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.ids import new_id
from tests.make.city import NORTH_POINT, PASSWORD, SOUTH_POINT
from tests.make.phone import place, stamp
from tests.sync.test_import import exported, run


def statuses(outcomes):
    return [outcome["status"] for outcome in outcomes]


def count(city, table, **where):
    found = " AND ".join(["municipality_id = :m", *(f"{name} = :{name}" for name in where)])
    return city.rows(f"SELECT count(*) AS n FROM {table} WHERE {found}", **where)[0]["n"]


def stored(city, command):
    rows = city.rows("SELECT * FROM sync_commands WHERE municipality_id = :m AND id = :i", i=command["id"])
    return rows[0] if rows else None


def naming(phone, met, person_id=None, position=0, called="Galego", **more):
    return phone.command(
        "encounters.complete",
        {
            "encounter_id": met["body"]["encounter_id"],
            "addition_id": str(new_id()),
            "names": [
                {
                    "participation_id": met["body"]["people"][position]["participation_id"],
                    "person_id": person_id or str(new_id()),
                    "called": called,
                }
            ],
        },
        after=[met["id"]],
        **more,
    )


def correcting(phone, met, **body):
    fixed = phone.encounter(replaces_id=met["body"]["encounter_id"], reason_text=None, **body)
    return fixed | {"name": "encounters.correct"}


# -- the ledger belongs to its worker ------------------------------------------------------------------------


def test_the_id_of_anothers_done_command_gives_no_receipt(city):
    phone, other = city.phone("rua"), city.phone("rua2")
    command = phone.encounter()
    phone.push(command)
    [outcome] = other.push(command)
    assert outcome["status"] == "conflict" and outcome["receipt"] is None


def test_the_id_of_anothers_refused_command_takes_nothing_over(city):
    phone, other = city.phone("rua"), city.phone("rua2")
    wrong = phone.encounter(people_count=5)
    phone.push(wrong)
    before = stored(city, wrong)
    taking = other.encounter() | {"id": wrong["id"]}
    assert statuses(other.push(taking)) == ["conflict"]
    assert statuses(other.push(other.command("sync.withdraw", {"command_id": wrong["id"]}))) == ["refused"]
    assert stored(city, wrong) == before
    wrong["body"]["people_count"] = 1
    assert statuses(phone.push(wrong)) == ["done"]
    assert count(city, "encounters") == 1


def test_nobody_replaces_the_command_of_another(city):
    phone, other = city.phone("rua"), city.phone("rua2")
    wrong = phone.encounter(people_count=5)
    waiting = phone.command("shifts.end", {"shift_id": str(new_id())}, after=[wrong["id"]])
    phone.push(wrong, waiting)
    assert statuses(other.push(other.encounter() | {"replaces": wrong["id"]})) == ["done"]
    assert stored(city, wrong)["sealed_body"]
    assert statuses(phone.push(waiting)) == ["waiting"]
    wrong["body"]["people_count"] = 1
    assert statuses(phone.push(wrong)) == ["done"]


# -- replaced, withdrawn, waiting ----------------------------------------------------------------------------


def test_what_was_replaced_is_not_done_beside_its_replacement(city):
    phone = city.phone("rua")
    wrong = phone.encounter(people_count=5)
    phone.push(wrong)
    right = phone.encounter() | {"replaces": wrong["id"]}
    assert statuses(phone.push(right)) == ["done"]
    wrong["body"]["people_count"] = 1
    [outcome] = phone.push(wrong)
    assert (outcome["status"], outcome["problem"]["code"]) == ("refused", "sync.replaced")
    assert count(city, "encounters") == 1


def test_what_was_replaced_before_it_arrived_is_not_done_either(city):
    phone = city.phone("rua")
    first = phone.encounter()
    second = phone.encounter() | {"replaces": first["id"]}
    assert statuses(phone.push(second, first)) == ["done", "refused"]
    assert count(city, "encounters") == 1


def test_a_replacement_of_what_was_done_meanwhile_is_not_done_beside_it(city):
    phone = city.phone("rua")
    first = phone.encounter(people_count=5)
    phone.push(first)
    first["body"]["people_count"] = 1
    second = phone.encounter() | {"replaces": first["id"]}
    outcomes = phone.push(first, second)
    assert statuses(outcomes) == ["done", "refused"]
    assert outcomes[1]["problem"]["code"] == "sync.already_done"
    assert count(city, "encounters") == 1


def test_of_two_replacements_of_what_never_came_only_one_is_done(city):
    phone = city.phone("rua")
    absent = str(new_id())
    outcomes = phone.push(*[phone.encounter() | {"replaces": absent} for _ in range(2)])
    assert statuses(outcomes) == ["done", "refused"]


def test_of_two_replacements_the_good_one_satisfies_who_waited(city):
    phone = city.phone("rua")
    wrong = phone.encounter(people_count=5)
    good = phone.encounter(encounter_id=wrong["body"]["encounter_id"]) | {"replaces": wrong["id"]}
    bad = phone.encounter(people_count=7) | {"replaces": wrong["id"]}
    referral = phone.referral(wrong)
    phone.push(wrong, referral)
    phone.push(good)
    phone.push(bad)
    assert statuses(phone.push(referral)) == ["done"]


def test_a_chain_of_replacements_satisfies_at_its_end(city):
    phone = city.phone("rua")
    first = phone.encounter(people_count=5)
    chain = [first]
    for _ in range(5):
        chain.append(
            phone.encounter(people_count=5, encounter_id=first["body"]["encounter_id"]) | {"replaces": chain[-1]["id"]}
        )
    chain[-1]["body"]["people_count"] = 1
    referral = phone.referral(first)
    assert statuses(phone.push(*chain)) == ["refused"] * 5 + ["done"]
    assert statuses(phone.push(referral)) == ["done"]


def test_circles_wait_and_block_nobody(city):
    phone = city.phone("rua")
    alone, one, two = phone.encounter(), phone.encounter(), phone.encounter()
    alone["after"] = [alone["id"]]
    one["after"], two["after"] = [two["id"]], [one["id"]]
    left, right = phone.encounter(people_count=5), phone.encounter(people_count=5)
    left["replaces"], right["replaces"] = right["id"], left["id"]
    own = phone.encounter()
    own["replaces"] = own["id"]
    late = phone.encounter() | {"after": [left["id"]]}
    good = phone.encounter()
    outcomes = phone.push(alone, one, two, left, right, own, late, good)
    assert statuses(outcomes) == ["waiting"] * 3 + ["refused"] * 2 + ["done", "waiting", "done"]
    right["body"]["people_count"] = 1
    assert statuses(phone.push(late, right)) == ["waiting", "done"]
    assert statuses(phone.push(late)) == ["done"]


def test_the_same_id_twice_in_one_batch_counts_once(city):
    phone = city.phone("rua")
    command, wrong = phone.encounter(), phone.encounter(people_count=5)
    changed = json.loads(json.dumps(command))
    changed["body"]["note"] = "outra"
    outcomes = phone.push(command, wrong, command, changed, wrong)
    assert statuses(outcomes) == ["done", "refused", "repeated", "conflict", "refused"]
    assert count(city, "encounters") == 1 and count(city, "sync_commands") == 2


def test_refused_and_given_up_in_one_push_is_given_up(city):
    phone = city.phone("rua")
    wrong = phone.encounter(people_count=5)
    give_up = phone.command("sync.withdraw", {"command_id": wrong["id"]})
    child = phone.referral(wrong)
    assert statuses(phone.push(wrong, give_up, child)) == ["refused", "done", "withdrawn"]
    assert stored(city, wrong)["status"] == "withdrawn" and stored(city, wrong)["sealed_body"] is None
    assert statuses(phone.push(wrong, child)) == ["withdrawn", "withdrawn"]


def test_given_up_and_sent_again_in_one_push_is_not_done(city):
    phone = city.phone("rua")
    wrong = phone.encounter(people_count=5)
    phone.push(wrong)
    wrong["body"]["people_count"] = 1
    give_up = phone.command("sync.withdraw", {"command_id": wrong["id"]})
    assert statuses(phone.push(give_up, wrong)) == ["done", "withdrawn"]
    assert count(city, "encounters") == 0


def test_what_was_done_in_this_push_can_not_be_given_up_in_it(city):
    phone = city.phone("rua")
    command = phone.encounter(people_count=5)
    phone.push(command)
    command["body"]["people_count"] = 1
    give_up = phone.command("sync.withdraw", {"command_id": command["id"]})
    outcomes = phone.push(command, give_up)
    assert statuses(outcomes) == ["done", "refused"]
    assert stored(city, command)["status"] == "done"
    assert statuses(phone.push(command)) == ["repeated"]


def test_what_the_server_could_not_even_read_can_be_given_up(city):
    """A bad envelope isn't stored; giving it up must free what waits for it, and arrive late or never."""
    phone = city.phone("rua")
    broken = phone.encounter() | {"version": "um"}
    child = phone.referral(broken)
    assert statuses(phone.push(broken, child)) == ["refused", "waiting"]
    assert statuses(phone.push(phone.command("sync.withdraw", {"command_id": broken["id"]}))) == ["done"]
    assert statuses(phone.push(child)) == ["withdrawn"]
    assert statuses(phone.push(broken | {"version": 1})) == ["withdrawn"]
    assert count(city, "encounters") == 0


def test_a_giving_up_of_itself_is_refused_and_blocks_nobody(city):
    phone = city.phone("rua")
    give_up = phone.command("sync.withdraw", {"command_id": str(new_id())})
    give_up["body"]["command_id"] = give_up["id"]
    assert statuses(phone.push(give_up, phone.encounter())) == ["refused", "done"]


def test_a_replacement_after_giving_up_frees_who_waited(city):
    phone = city.phone("rua")
    wrong = phone.encounter(people_count=5)
    child = phone.referral(wrong)
    phone.push(wrong, phone.command("sync.withdraw", {"command_id": wrong["id"]}))
    assert statuses(phone.push(child)) == ["withdrawn"]
    right = phone.encounter(encounter_id=wrong["body"]["encounter_id"]) | {"replaces": wrong["id"]}
    assert statuses(phone.push(right, child)) == ["done", "done"]


def test_another_instant_under_a_done_id_is_a_conflict(city):
    phone = city.phone("rua")
    command = phone.encounter()
    phone.push(command)
    moved = command | {"occurred_at": stamp(datetime.now(UTC) - timedelta(days=3))}
    assert statuses(phone.push(moved)) == ["conflict"]


# -- records of others ---------------------------------------------------------------------------------------


def test_participations_of_another_record_can_not_be_taken(city):
    phone = city.phone("rua")
    first = phone.encounter(people=2)
    phone.push(first)
    thief = phone.encounter(people=2)
    thief["body"]["people"] = first["body"]["people"]
    [outcome] = phone.push(thief)
    assert outcome["problem"]["code"] == "encounters.participation_taken"
    stolen = naming(phone, thief)
    other = phone.encounter()
    stolen["body"]["encounter_id"], stolen["after"] = other["body"]["encounter_id"], []
    assert statuses(phone.push(other, stolen)) == ["done", "refused"]
    assert count(city, "participations") == 3 and count(city, "people") == 0


def test_a_person_met_without_a_place_stays_on_the_phones(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    person = str(new_id())
    met = phone.encounter(datetime.now(UTC) - timedelta(hours=2), place=place("gps", *NORTH_POINT))
    phone.push(met, naming(phone, met, person) | {"occurred_at": met["occurred_at"]})
    mate.pull()
    assert [p["id"] for p in mate.of_type("person")] == [person]
    again = phone.encounter(place=place("none", reason="unavailable"))
    assert statuses(phone.push(again, naming(phone, again, person))) == ["done", "done"]
    mate.pull()
    assert [p["region_id"] for p in mate.of_type("person")] == [str(city.ids["north"])]


def test_one_person_named_twice_in_an_encounter_is_one_person(city):
    phone = city.phone("rua")
    met = phone.encounter(people=2)
    person = str(new_id())
    told = naming(phone, met, person)
    told["body"]["names"] += naming(phone, met, person, position=1)["body"]["names"]
    assert statuses(phone.push(met, told)) == ["done", "done"]
    assert count(city, "people") == 1 and count(city, "participations", person_id=person) == 1


def test_what_is_told_of_a_record_corrected_meanwhile_reaches_the_correction(city):
    """The mate's phone did not know of the correction yet: her names must not stay on the old record."""
    phone, mate = city.phone("rua"), city.phone("rua2")
    met = phone.encounter(people=2)
    fixed = correcting(phone, met, people=2)
    phone.push(met, fixed)
    told = naming(mate, met, position=1, called="Baixinho")
    told["body"] |= {"outcome": "attended_on_site", "note": "Pediu cobertor"}
    assert statuses(mate.push(told)) == ["done"]
    [row] = city.rows("SELECT * FROM encounters WHERE municipality_id = :m AND status = 'valid'")
    assert row["outcome"] == "attended_on_site"
    [addition] = city.rows("SELECT * FROM encounter_additions WHERE municipality_id = :m")
    assert addition["encounter_id"] == row["id"]
    linked = city.rows(
        "SELECT position FROM participations WHERE municipality_id = :m AND encounter_id = :e AND person_id IS NOT NULL",
        e=row["id"],
    )
    assert [one["position"] for one in linked] == [1]


def test_a_referral_of_a_record_corrected_in_the_same_push_follows_it(city):
    phone = city.phone("rua")
    met = phone.encounter()
    fixed = correcting(phone, met)
    assert statuses(phone.push(met, fixed, phone.referral(met))) == ["done"] * 3
    [row] = city.rows("SELECT encounter_id FROM referrals WHERE municipality_id = :m")
    assert row["encounter_id"] == UUID(fixed["body"]["encounter_id"])
    gone = phone.command("encounters.withdraw", {"encounter_id": fixed["body"]["encounter_id"], "reason": "by_mistake"})
    outcomes = phone.push(gone, phone.referral(fixed))
    assert outcomes[1]["problem"]["code"] == "referrals.origin_withdrawn"


def test_an_encounter_hangs_on_no_shift_of_another_team(city):
    phone = city.phone("rua")
    stolen, own = new_id(), str(new_id())
    with city.transaction() as session:
        session.execute(
            text(
                "INSERT INTO shifts (municipality_id, id, team_id, worker_id, started_at, received_at)"
                " VALUES (:m, :i, :t, :w, now(), now())"
            ),
            {"m": city.ibge, "i": stolen, "t": city.ids["pim_team"], "w": city.ids["pim"]},
        )
    start = phone.command("shifts.start", {"shift_id": own, "team_id": str(city.ids["team"]), "reference_unit_id": None})
    outcomes = phone.push(
        start, phone.encounter(shift_id=own), phone.encounter(shift_id=str(stolen)), phone.encounter(shift_id=own)
    )
    assert statuses(outcomes) == ["done", "done", "refused", "done"]
    assert outcomes[2]["problem"]["code"] == "encounters.unknown_shift"


def test_a_worker_of_another_team_touches_nothing_of_this_one(city):
    phone, stranger = city.phone("rua"), city.phone("pim")
    met = phone.encounter()
    phone.push(met)
    body = met["body"]
    tries = [
        stranger.encounter(),
        stranger.encounter(team_id=str(city.ids["pim_team"])),
        correcting(stranger, met),
        stranger.command("encounters.withdraw", {"encounter_id": body["encounter_id"], "reason": "duplicate"}),
        naming(stranger, met),
        stranger.referral(met) | {"after": []},
        stranger.command(
            "shifts.start", {"shift_id": str(new_id()), "team_id": str(city.ids["team"]), "reference_unit_id": None}
        ),
        stranger.visit(team_id=str(city.ids["team"])),
    ]
    assert set(statuses(stranger.push(*tries))) == {"refused"}
    assert count(city, "encounters", status="valid") == 1
    assert count(city, "people") == count(city, "referrals") == count(city, "home_visits") == count(city, "shifts") == 0


def test_ids_of_another_city_are_of_nobody(city, other_city):
    phone, stranger = city.phone("rua"), other_city.phone("rua")
    met = phone.encounter()
    phone.push(met)
    mine = stranger.encounter()
    tries = [
        stranger.encounter(team_id=str(city.ids["team"])),
        stranger.encounter(reference_unit_id=str(city.ids["centro_pop"])),
        stranger.encounter(place=place("known_point", point_id=str(city.ids["point"]))),
        correcting(stranger, met),
        naming(stranger, met),
        mine,
        stranger.referral(mine, unit_id=str(city.ids["shelter"])),
    ]
    for one in tries:
        one["after"] = []
    assert statuses(stranger.push(*tries)) == ["refused"] * 5 + ["done", "refused"]
    # The same ids in another city are other things: no ledger of one stands in the way of the other.
    again = stranger.encounter(encounter_id=met["body"]["encounter_id"]) | {"id": met["id"]}
    assert statuses(stranger.push(again)) == ["done"]
    assert count(city, "encounters") == 1 and count(other_city, "encounters") == 2


# -- pull ----------------------------------------------------------------------------------------------------


def test_a_withdrawn_visit_gives_its_family_back_the_days_before(city):
    phone = city.phone("pim")
    visit = phone.visit(next_on="2026-12-24")
    phone.push(visit)
    phone.pull()
    assert phone.of_type("household")[0]["next_visit_on"] == "2026-12-24"
    gone = phone.command("home_visits.withdraw", {"visit_id": visit["body"]["visit_id"], "reason": "by_mistake"})
    phone.push(gone)
    phone.pull()
    [home] = phone.of_type("household")
    assert (home["last_visit_on"], home["next_visit_on"]) == (None, None)


def test_a_visit_corrected_to_another_family_leaves_the_first(city):
    phone = city.phone("pim")
    visit = phone.visit(next_on="2026-12-24")
    phone.push(visit)
    phone.pull()
    fixed = phone.visit(household_id=None, called="Família do portão", replaces_id=visit["body"]["visit_id"])
    assert statuses(phone.push(fixed | {"name": "home_visits.correct"})) == ["done"]
    phone.pull()
    assert phone.of_type("household")[0]["next_visit_on"] is None


def test_pages_of_one_skip_nothing(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    mate.pull(limit=1)
    whole = city.phone("rua2")
    whole.pull()
    assert mate.entities.keys() == whole.entities.keys()
    met = [phone.encounter(place=place("gps", *NORTH_POINT)) for _ in range(7)]
    phone.push(*met, naming(phone, met[0]))
    mate.pull(limit=1)
    assert {e["id"] for e in mate.of_type("encounter")} == {m["body"]["encounter_id"] for m in met}
    assert len(mate.of_type("person")) == 1


def test_what_changes_during_a_listing_arrives_after_it(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    old = phone.encounter(place=place("gps", *NORTH_POINT))
    phone.push(old)
    cursor = mate.client.get("/api/v1/sync/pull", query_string={"limit": 9}).json["cursor"]
    fresh = phone.encounter(encounter_id="00000000-0000-7000-8000-000000000001")
    gone = phone.command("encounters.withdraw", {"encounter_id": old["body"]["encounter_id"], "reason": "duplicate"})
    phone.push(fresh, gone)
    mate.cursor = cursor
    mate.pull(limit=1)
    mate.pull(limit=1)
    assert {e["id"]: e["status"] for e in mate.of_type("encounter")} == {
        old["body"]["encounter_id"]: "withdrawn",
        fresh["body"]["encounter_id"]: "valid",
    }


def test_a_scope_that_changes_in_the_middle_of_a_listing_begins_it_anew(city):
    phone = city.phone("rua")
    met = phone.encounter(place=place("gps", *NORTH_POINT))
    phone.push(met, naming(phone, met))
    page = phone.client.get("/api/v1/sync/pull", query_string={"limit": 1}).json
    with city.transaction() as session:
        session.execute(
            text("UPDATE team_members SET left_on = current_date - 1 WHERE worker_id = :w"), {"w": city.ids["rua"]}
        )
    page = phone.client.get("/api/v1/sync/pull", query_string={"cursor": page["cursor"], "limit": 1}).json
    assert page["reset"] is True and page["changes"][0]["type"] == "me"
    phone.cursor = page["cursor"]
    phone.pull(limit=1)
    assert phone.of_type("person") == []


def test_changes_purged_in_the_middle_of_a_page_are_not_skipped(city):
    from app.sync.jobs import purge_city

    phone, mate = city.phone("rua"), city.phone("rua2")
    mate.pull()
    phone.push(*[phone.encounter() for _ in range(3)])
    page = mate.client.get("/api/v1/sync/pull", query_string={"cursor": mate.cursor, "limit": 1}).json
    with city.transaction() as session:
        session.execute(text("UPDATE encounters SET received_at = now() - interval '70 days'"))
    with city.transaction() as session:
        purge_city(session, city.ibge, clock.now())
    mate.cursor = page["cursor"]
    mate.pull()
    assert len(mate.of_type("encounter")) == 3
    again = mate.client.get("/api/v1/sync/pull", query_string={"cursor": mate.cursor}).json
    assert again["reset"] is False


def test_an_old_record_changed_today_does_not_purge_what_is_young(city):
    from app.sync.jobs import purge_city

    phone, mate = city.phone("rua"), city.phone("rua2")
    old = phone.encounter()
    phone.push(old)
    with city.transaction() as session:
        session.execute(text("UPDATE encounters SET received_at = now() - interval '70 days'"))
    mate.pull()
    fresh = phone.encounter()
    phone.push(fresh)
    gone = phone.command("encounters.withdraw", {"encounter_id": old["body"]["encounter_id"], "reason": "duplicate"})
    phone.push(gone)
    with city.transaction() as session:
        purge_city(session, city.ibge, clock.now())
    page = mate.client.get("/api/v1/sync/pull", query_string={"cursor": mate.cursor}).json
    assert page["reset"] is False
    assert fresh["body"]["encounter_id"] in {change["id"] for change in page["changes"]}


def test_the_ids_of_families_visits_and_street_people_stay_with_those_who_hold_them(city):
    street, visitor = city.phone("rua"), city.phone("pim")
    street.pull(), visitor.pull()
    met = street.encounter(place=place("gps", *NORTH_POINT))
    street.push(met, naming(street, met))
    visitor.push(visitor.visit())
    for phone in (street, visitor):
        page = phone.client.get("/api/v1/sync/pull", query_string={"cursor": phone.cursor}).json
        assert page["forget"] == [] and page["changes"]


# -- an outbox in a file -------------------------------------------------------------------------------------


def test_days_between_the_file_and_its_import_do_not_move_what_happened(city, tmp_path):
    phone = city.phone("rua")
    happened = datetime.now(UTC) - timedelta(days=4)
    body = exported(city, phone, [phone.encounter(happened)], sent_at=stamp(datetime.now(UTC) - timedelta(days=3)))
    assert run(city, tmp_path, body).exit_code == 0
    [row] = city.rows("SELECT * FROM encounters WHERE municipality_id = :m")
    assert abs((row["occurred_at"] - happened).total_seconds()) < 1 and row["clock_offset_s"] == 0


def test_a_file_from_a_clock_that_is_ahead_is_corrected(city, tmp_path):
    phone = city.phone("rua")
    ahead = timedelta(days=2)
    happened = datetime.now(UTC) - timedelta(hours=1)
    body = exported(city, phone, [phone.encounter(happened + ahead)], sent_at=stamp(datetime.now(UTC) + ahead))
    assert run(city, tmp_path, body).exit_code == 0
    [row] = city.rows("SELECT * FROM encounters WHERE municipality_id = :m")
    assert abs((row["occurred_at"] - happened).total_seconds()) < 5 and not row["time_uncertain"]


# -- what is said and written of a refusal -------------------------------------------------------------------


@pytest.mark.parametrize("key", ["Maria\u0000da Silva", "Maria da Silva"])
def test_a_planted_key_blocks_nobody_and_is_written_nowhere(city, key):
    phone = city.phone("rua")
    planted = phone.encounter(**{key: 1})
    named = phone.encounter() | {"name": key}
    assert statuses(phone.push(phone.encounter(), planted, named, phone.encounter())) == [
        "done", "refused", "refused", "done",
    ]
    for table in ("sync_commands", "audit_lines"):
        assert "Silva" not in str(city.rows(f"SELECT * FROM {table} WHERE municipality_id = :m"))


def test_a_city_without_a_key_still_takes_and_refuses(city):
    phone = city.phone("rua")
    with city.transaction() as session:
        session.execute(text("UPDATE municipality_keys SET retired_at = now()"))
    assert statuses(phone.push(phone.encounter(), phone.encounter(people_count=5))) == ["done", "refused"]
    phone.pull()
    assert phone.of_type("me")[0]["seal_key"] is None


def test_deep_and_huge_bodies_are_refused_without_falling(city):
    phone = city.phone("rua")
    deep = phone.encounter()
    deep["body"]["note"] = json.loads("[" * 900 + "]" * 900)
    good = phone.encounter()
    assert statuses(phone.push(deep, good)) == ["refused", "done"]
    raw = b'{"device_id":"x","sent_at":"x","commands":' + b"[" * 500_000 + b"]" * 500_000 + b"}"
    answer = phone.client.post(
        "/api/v1/sync/push", data=raw, content_type="application/json", headers={"X-CSRF-Token": phone.csrf}
    )
    assert (answer.status_code, answer.json["code"]) == (400, "core.not_json")


def test_a_record_of_two_places_falls_where_it_was_last_corrected(city):
    phone = city.phone("rua")
    met = phone.encounter(place=place("gps", *NORTH_POINT))
    person = str(new_id())
    fixed = correcting(phone, met, place=place("map", *SOUTH_POINT))
    assert statuses(phone.push(met, naming(phone, met, person), fixed)) == ["done"] * 3
    [row] = city.rows("SELECT * FROM encounters WHERE municipality_id = :m AND status = 'valid'")
    assert row["region_id"] == city.ids["south"]
    assert count(city, "participations", person_id=person) == 2


def test_half_an_emoji_holds_back_neither_its_record_nor_another(city, tmp_path):
    phone = city.phone("rua")
    cut, good = phone.encounter(note="frio \ud83e"), phone.encounter(note="literal \\\\ud83e \U0001f976")
    assert statuses(phone.push(cut, good)) == ["done", "done"]
    notes = {row["note"] for row in city.rows("SELECT note FROM encounters WHERE municipality_id = :m")}
    assert notes == {"frio ?", "literal \\\\ud83e \U0001f976"}
    # The last resort takes the same text, alone or sealed.
    result = run(city, tmp_path, exported(city, phone, [cut, phone.encounter(note="\udc00")]))
    assert result.exit_code == 0 and "done: 1, repeated: 1" in result.output


# -- before anybody is known ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), [("POST", "/api/v1/sync/push"), ("GET", "/api/v1/sync/pull")])
def test_without_a_database_the_phone_is_told_to_wait(city, monkeypatch, method, path):
    from sqlalchemy.exc import OperationalError

    from app.accounts import signin

    def no_database(*_args):
        raise OperationalError("SELECT 1", {}, Exception("palavra-plantada"))

    phone = city.phone("rua")
    monkeypatch.setattr(signin, "actor_of_token", no_database)
    monkeypatch.setitem(city.app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = phone.client.open(path, method=method, json={} if method == "POST" else None)
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.json["code"] == "core.busy" and "palavra" not in answer.get_data(as_text=True)


def test_another_site_signs_nobody_in(city):
    body = json.dumps({"login": city.login("rua"), "password": PASSWORD})
    for kind in ("text/plain", "application/x-www-form-urlencoded", None):
        answer = city.app.test_client().post("/api/v1/session", data=body, content_type=kind)
        assert answer.status_code == 400 and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("cookie", ["vinculo=\xff\xfe", "vinculo=" + "a" * 5000, "vinculo=\xed\xb2\x80"])
def test_a_cookie_of_noise_is_nobody(city, cookie):
    answer = city.app.test_client().get("/api/v1/sync/pull", headers={"Cookie": cookie})
    assert (answer.status_code, answer.json["code"]) == (401, "access.signed_out")


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 400, "12345678901234567890123"])
def test_numbers_beyond_all_measure_block_nobody(city, number):
    phone = city.phone("rua")
    sent = json.dumps({"device_id": phone.device_id, "sent_at": stamp(), "commands": [phone.encounter(), phone.encounter()]})
    sent = sent.replace('"lon": -34.95', f'"lon": {number}', 1)
    answer = phone.client.post(
        "/api/v1/sync/push", data=sent, content_type="application/json", headers={"X-CSRF-Token": phone.csrf}
    )
    assert answer.status_code == 400 or statuses(answer.json["outcomes"]) == ["refused", "done"]
