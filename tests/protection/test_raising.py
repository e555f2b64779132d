"""A flag as it comes in: sealed, decided, announced, and waiting for nothing."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.ids import new_id
from app.protection.models import ProtectionBody, ProtectionRecipient, ProtectionRule
from tests.make.city import NORTH_POINT
from tests.make.flags import (
    PLANTED,
    call,
    complement,
    duties,
    end_roles,
    facts,
    flag,
    grant,
    mistake,
    notices,
    raise_flag,
    row_of,
    within_case,
    words,
)
from tests.make.journeys import refused
from tests.make.phone import place, stamp

HOUR = timedelta(hours=1)


def set_region(city, unit, region):
    with city.transaction() as session:
        session.execute(text("UPDATE units SET region_id = :r WHERE id = :u"), {"r": city.ids[region], "u": city.ids[unit]})


def test_a_flag_is_taken_in_sealed_and_its_unit_told(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone)
    row = row_of(city, flag_id)
    assert (row["author_id"], row["status"], row["unit_id"]) == (city.ids["rua"], "raised", city.ids["creas_unit"])
    assert facts(city, flag_id).kinds == ("child_labour",)
    assert facts(city, flag_id).region_id == str(city.ids["north"]) and facts(city, flag_id).lon == NORTH_POINT[0]
    assert set(duties(city, flag_id)) >= {"guardianship_council", "peti", "creas"}
    assert duties(city, flag_id)["guardianship_council"]["legal_source"] and row["rules_edition"]
    assert notices(city, flag_id) == [("creas", "case_new", 0)]


def test_nobody_and_nowhere_is_taken_in(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone, subject="unknown", age=None, place=None, kinds=["physical"], forms=[], team_id=None, risk=None, company=None)
    # Nothing is mandatory of whom nobody knows; that somebody looks at it is.
    assert row_of(city, flag_id)["due_at"] == row_of(city, flag_id)["received_at"] + 6 * HOUR
    assert notices(city, flag_id) == [("creas", "case_new", 0)]


def test_nothing_of_it_is_in_clear_nor_read_without_the_clearance(city):
    phone = city.phone("rua")
    flag_id = str(new_id())
    told = {"words": words(phone, flag_id, called=PLANTED, seen=PLANTED, said=PLANTED + " 😢"), "risk": "danger_now"}
    raise_flag(phone, flag_id=flag_id, place=place("address", text=PLANTED), **told)
    phone.push(complement(phone, flag_id, kinds=["sexual_abuse"]), call(phone, flag_id, who=PLANTED, protocol=PLANTED), mistake(phone, flag_id))
    tables = ("flags", "flag_events", "flag_duties", "flag_calls", "flag_complements", "flag_counts", "notices", "audit_lines", "sync_commands")
    for table in tables:
        rows = city.rows(f"SELECT to_jsonb(t)::text AS t FROM {table} t WHERE municipality_id = :m")
        assert rows, table
        for row in rows:
            for secret in (PLANTED, "age_7_12", "child_labour", "sexual_abuse", "street_sale", "guardianship", str(NORTH_POINT[0])):
                assert secret not in row["t"], (table, secret)
    with city.transaction() as session:
        for table in tables[:6]:
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table
    assert "not_it" not in str(city.rows("SELECT * FROM flag_events WHERE municipality_id = :m"))


def test_the_fingerprint_of_a_flag_s_command_does_not_tell_what_it_says(city):
    """Few closed lists could all be tried against a SHA-256 of the body: what is kept is of the id alone."""
    phone = city.phone("rua")
    one = flag(phone)
    assert phone.push(one)[0]["status"] == "done"
    again = json.loads(json.dumps(one))
    assert phone.push(again)[0]["status"] == "repeated"
    [kept] = city.rows("SELECT body_sha256 FROM sync_commands WHERE municipality_id = :m")
    other = one | {"body": one["body"] | {"age": "age_13"}}
    assert phone.push(other)[0]["status"] == "repeated" and facts(city, one["body"]["flag_id"]).age == "age_7_12"
    assert city.rows("SELECT body_sha256 FROM sync_commands WHERE municipality_id = :m") == [kept]


def test_sent_again_it_is_one_and_the_same_id_by_another_command_is_refused(city):
    phone = city.phone("rua")
    one = flag(phone)
    first, again = phone.push(one)[0], phone.push(one)[0]
    assert (first["status"], again["status"], again["receipt"]) == ("done", "repeated", first["receipt"])
    assert refused(phone, one | {"id": str(new_id())}) == "protection.id_taken"
    assert len(city.rows("SELECT id FROM flags WHERE municipality_id = :m")) == 1
    assert len(notices(city)) == 1


def test_one_event_flagged_by_two_workers_stays_two(city):
    one, two = raise_flag(city.phone("rua")), raise_flag(city.phone("rua2"))
    assert {row["id"] for row in city.rows("SELECT id FROM flags WHERE municipality_id = :m")} == {UUID(one), UUID(two)}
    assert city.rows("SELECT id FROM flag_links WHERE municipality_id = :m") == []


def test_a_child_of_whom_only_that_is_known_is_one(city):
    """The encounter saw a child, the flag says no age: the council is told all the same, and the case says so."""
    flag_id = raise_flag(city.phone("rua"), age=None, minor_seen=True, kinds=["physical"], forms=[], risk=None, company=None)
    assert duties(city, flag_id)["guardianship_council"]["obligation"] == "mandatory" and facts(city, flag_id).minor_seen
    assert "Criança ou adolescente" in city.client("creas").get(f"/mesa/casos/{flag_id}").get_data(as_text=True)


# -- rights ---------------------------------------------------------------------------------------------------------


def test_the_rights_of_the_moment_count(city):
    now = clock.now()
    phone = city.phone("rua")
    end_roles(city, "rua", now - HOUR)
    assert refused(phone, flag(phone, now)) == "access.forbidden"
    assert refused(phone, flag(phone, now - 2 * HOUR)) is None


def test_what_was_before_one_came_may_be_told(city):
    """Seen yesterday, told today: who came this morning is not refused for it."""
    now = clock.now()
    city.rows("UPDATE role_grants SET valid_from = :at WHERE municipality_id = :m AND worker_id = :w RETURNING id", at=now - HOUR, w=city.ids["rua"])
    phone = city.phone("rua")
    told = {"late": True, "place": place("address", text="Rua A")}
    assert refused(phone, flag(phone, now - 20 * HOUR, **told, recorded_at=stamp(now - 2 * HOUR))) == "access.forbidden"
    assert refused(phone, flag(phone, now - 20 * HOUR, **told, recorded_at=stamp(now))) is None


def test_a_team_that_is_not_hers_holds_no_flag_up_and_is_left_out(city):
    """Her phone was off when she changed teams: what she sees at night comes in all the same."""
    phone = city.phone("rua")
    for team_id in (str(city.ids["pim_team"]), str(new_id()), None):
        flag_id = raise_flag(phone, team_id=team_id)
        assert row_of(city, flag_id)["team_id"] is None and facts(city, flag_id).team_id is None
        assert notices(city, flag_id) == [("creas", "case_new", 0)]
    grant(city, "rua", "outreach_worker", "municipality")
    assert row_of(city, raise_flag(phone, team_id=str(new_id())))["team_id"] is None


def test_a_wrong_clock_is_corrected_and_an_impossible_one_marked(city):
    phone = city.phone("rua")
    now = clock.now()
    ahead = now + timedelta(days=400)
    one = flag(phone, ahead - HOUR)
    assert phone.push(one, sent_at=ahead)[0]["status"] == "done"
    row = row_of(city, one["body"]["flag_id"])
    assert abs(row["occurred_at"] - (now - HOUR)) < timedelta(minutes=1) and not row["time_uncertain"]
    two = flag(phone, datetime(2001, 1, 1, tzinfo=UTC))
    assert phone.push(two)[0]["status"] == "done"
    row = row_of(city, two["body"]["flag_id"])
    assert row["time_uncertain"] and row["occurred_at"] == row["received_at"]
    assert duties(city, two["body"]["flag_id"])["guardianship_council"]["due_at"] == row["received_at"] + 24 * HOUR


def test_an_id_of_another_city_opens_nothing_and_holds_nothing_up(city, other_city):
    phone, theirs = city.phone("rua"), {name: str(id_) for name, id_ in other_city.ids.items()}
    assert row_of(city, raise_flag(phone, team_id=theirs["team"]))["team_id"] is None
    flag_id = raise_flag(
        phone, source="home_visit", source_id=theirs["child"], subject="known", person_id=theirs["child"],
        household_id=theirs["household"], place=place("known_point", point_id=theirs["point"]),
    )  # fmt: skip
    told = facts(city, flag_id)
    assert (told.region_id, told.lon, told.place_label, told.place_doubt) == (None, None, None, "territory.unknown_point")
    foreign = raise_flag(other_city.phone("rua"))
    for command in (complement(phone, foreign, risk="soon"), call(phone, foreign), mistake(phone, foreign)):
        assert refused(phone, command) == "protection.flag_not_found"
    # The same id is another record here.
    assert raise_flag(phone, flag_id=foreign) == foreign
    assert row_of(other_city, foreign)["author_id"] == other_city.ids["rua"]
    assert duties(city, foreign) and notices(other_city, foreign) == [("creas", "case_new", 0)]


@pytest.mark.parametrize(("where", "doubt"), [
    (place("gps", 2.35, 48.85), "territory.place_outside"), (place("known_point", point_id=str(new_id())), "territory.unknown_point"),
])  # fmt: skip
def test_a_place_that_can_t_be_right_does_not_hold_it_up(city, where, doubt):
    phone = city.phone("rua")
    told = facts(city, raise_flag(phone, place=where))
    assert (told.place_doubt, told.region_id, told.place["source"]) == (doubt, None, where["source"])


def test_the_place_has_words_and_a_family_its_region(city):
    phone = city.phone("rua")
    known = facts(city, raise_flag(phone, place=place("known_point", point_id=str(city.ids["point"]))))
    assert (known.place_label, known.region_id) == ("Viaduto", str(city.ids["north"])) and known.cell
    visitor = city.phone("pim")
    home = facts(city, raise_flag(visitor, source="home_visit", household_id=str(city.ids["household"]), place=None))
    assert home.region_id == str(city.ids["north"])


# -- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bad", "field"), [
    ({"kinds": []}, "kinds"), ({"kinds": ["crime"]}, "kinds"), ({"age": "child"}, "age"), ({"risk": "high"}, "risk"),
    ({"words": "palavras em claro"}, "words"), ({"words": "v1.abc." + "a" * 65_000}, "words"), ({"people_count": 0}, "people_count"),
    ({"people_count": 301}, "people_count"), ({"flag_id": "x"}, "flag_id"), ({"person_id": "Maria 😢"}, "person_id"),
    ({"choices": [{"recipient": "Maria", "answer": "accepted"}]}, "choices"), ({"photo": "x"}, "photo"), ({"agent_body": "x"}, "agent_body"),
    ({"place": place("gps", None, None)}, "place"), ({"recorded_at": "ontem"}, "recorded_at"),
])  # fmt: skip
def test_bad_input_is_refused_by_the_name_of_its_field(city, bad, field):
    phone = city.phone("rua")
    [outcome] = phone.push(flag(phone, **bad))
    assert (outcome["status"], outcome["problem"]["code"]) == ("refused", "core.invalid")
    assert list(outcome["problem"]["fields"]) == [field]
    assert city.rows("SELECT id FROM flags WHERE municipality_id = :m") == []


def test_ten_megabytes_are_refused_whole(city):
    phone = city.phone("rua")
    assert phone.post([flag(phone, words="a" * 10_000_000)]).status_code == 413
    assert phone.post([flag(phone, words="a" * 10_000_000)], packed=True).status_code == 413


def test_four_thousand_letters_and_faces_fit_in_an_envelope(city):
    phone = city.phone("rua")
    flag_id = str(new_id())
    raise_flag(phone, flag_id=flag_id, words=words(phone, flag_id, seen="ã" * 3_000, said="ã" * 3_998 + "👧🏽"))
    assert row_of(city, flag_id)["sealed_words"].startswith("v1.")


# -- who answers ----------------------------------------------------------------------------------------------------


def test_the_creas_of_the_region_answers_before_the_team_s_unit(city):
    set_region(city, "creas_unit", "north")
    grant(city, "centropop", "technician", "unit", "centro_pop")
    phone = city.phone("rua")
    assert row_of(city, raise_flag(phone))["unit_id"] == city.ids["creas_unit"]
    south = raise_flag(phone, place=place("gps", NORTH_POINT[0], NORTH_POINT[1] - 0.1))
    assert row_of(city, south)["unit_id"] == city.ids["centro_pop"]


def test_without_technicians_the_coordination_and_the_supervision_are_told(city):
    end_roles(city, "creas", clock.now() - HOUR)
    flag_id = raise_flag(city.phone("rua"))
    assert row_of(city, flag_id)["unit_id"] is None
    assert {(who, kind) for who, kind, _step in notices(city, flag_id)} == {("coordenacao", "case_new"), ("supervisao", "case_new")}


def test_danger_now_tells_the_coordination_too(city):
    flag_id = raise_flag(city.phone("rua"), risk="danger_now", kinds=["physical"])
    assert {who for who, _kind, _step in notices(city, flag_id)} == {"creas", "coordenacao"}
    assert row_of(city, flag_id)["is_immediate"]


def test_a_home_visit_s_tells_pim_s_coordination_in_the_same_shift(city):
    grant(city, "abrigo", "coordinator", "team", "pim_team")
    phone = city.phone("pim")
    assert {who for who, *_ in notices(city, raise_flag(phone, source="home_visit"))} == {"creas", "abrigo"}
    assert {who for who, *_ in notices(city, raise_flag(phone, source="alone"))} == {"creas"}
    # Of a team that nobody coordinates, and of none: who oversees.
    assert {who for who, *_ in notices(city, raise_flag(phone, source="home_visit", team_id=None))} == {"creas", "supervisao"}
    for persona in ("abrigo", "coordenacao"):
        end_roles(city, persona, clock.now() - HOUR)
    assert {who for who, *_ in notices(city, raise_flag(phone, source="home_visit"))} == {"creas", "supervisao"}


def accuse(city, unit="creas_unit", body="social_assistance"):
    with city.transaction() as session:
        session.add(ProtectionBody(municipality_id=city.ibge, unit_id=city.ids[unit], body=body))


def test_of_agents_neither_their_partners_nor_the_coordination_are_told_or_see_it(city):
    accuse(city)
    grant(city, "abrigo", "technician", "unit", "centro_pop")
    flag_id = raise_flag(city.phone("rua"), kinds=["state_violence"], agent_body="social_assistance", age="age_18_59", forms=[], risk="danger_now")
    assert row_of(city, flag_id)["unit_id"] == city.ids["centro_pop"]
    assert {who for who, *_ in notices(city, flag_id)} == {"abrigo", "supervisao"}
    other = raise_flag(city.phone("rua"), kinds=["state_violence"], agent_body="municipal_guard", age="age_18_59", forms=[])
    assert row_of(city, other)["unit_id"] == city.ids["centro_pop"]  # the team's unit has a technician now
    assert {who for who, *_ in notices(city, other)} == {"abrigo"}


def test_a_recipient_all_of_whose_addresses_are_the_accused_s_is_not_proposed(city):
    with city.transaction() as session:
        session.add(ProtectionRecipient(municipality_id=city.ibge, code="ombudsman", name="x", body="municipal_guard", changed_at=clock.now()))
    phone = city.phone("rua")
    told = {"kinds": ["state_violence"], "age": "age_18_59", "forms": []}
    assert "ombudsman" not in duties(city, raise_flag(phone, agent_body="municipal_guard", **told))
    assert "ombudsman" in duties(city, raise_flag(phone, agent_body="health", **told))


def test_the_city_s_own_table_of_that_moment_counts(city):
    now = clock.now()
    with city.transaction() as session:
        for recipient, begins, ends in (("own_before", now - 9 * HOUR, now - 2 * HOUR), ("own_now", now - 2 * HOUR, None)):
            session.add(
                ProtectionRule(
                    municipality_id=city.ibge, edition=recipient, position=1, when_={"ages": ["age_7_12"]}, recipient=recipient,
                    obligation="mandatory", minutes=30, legal_source="Lei do município", valid_from=begins, valid_to=ends,
                )
            )  # fmt: skip
    phone = city.phone("rua")
    for at, expected in ((now - 3 * HOUR, "own_before"), (now, "own_now")):
        flag_id = raise_flag(phone, at)
        assert list(duties(city, flag_id)) == [expected] == [row_of(city, flag_id)["rules_edition"]]
    assert list(duties(city, raise_flag(phone, now - 20 * HOUR))) != ["own_now"]  # before any: the edition that came with it


# -- restricted, and what comes later ---------------------------------------------------------------------------------


def test_a_flag_may_come_before_its_person_and_its_encounter(city):
    phone = city.phone("rua")
    met = phone.encounter(people=1)
    person = str(new_id())
    flag_id = raise_flag(phone, source="encounter", source_id=met["body"]["encounter_id"], subject="known", person_id=person)
    assert phone.push(met)[0]["status"] == "done"
    assert facts(city, flag_id).person_id == person
    shown = phone.pull()
    assert flag_id not in json.dumps(list(shown.values()), default=str)


def test_the_author_s_instant_is_kept_beside_the_corrected_one(city):
    at = clock.now() - 5 * HOUR
    flag_id = raise_flag(city.phone("rua"), at, late=True, place=place("address", text="Rua A"))
    assert row_of(city, flag_id)["recorded_late"] and stamp(row_of(city, flag_id)["occurred_at"]) == stamp(at)
    with within_case(city) as session:
        assert session.scalar(text("SELECT count(*) FROM flag_events WHERE event = 'raised' AND at < noted_at")) == 1
