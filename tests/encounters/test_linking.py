"""Who of those present is a known person: told, corrected, taken back, by whoever was there; never guessed."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.ids import new_id
from tests.encounters.made import code, correct, known_person, link, named, offer, present, statuses, unlink


def test_known_possible_and_unknown_people_stand_in_one_group(city):
    phone = city.phone("rua")
    person, other = known_person(phone), known_person(phone, "Baixinho")
    met = phone.encounter(people=4)
    met["body"]["people"][0] |= {"person_id": person, "certainty": "sure"}
    met["body"]["people"][1] |= {"person_id": other, "certainty": "possible"}
    met["body"]["people"][2] |= {"age_band": "age_18_59", "sex": "female"}
    assert statuses(phone.push(met)) == ["done"]
    assert present(city, met) == [(person, "sure"), (other, "possible"), (None, "sure"), (None, "sure")]
    links = city.rows("SELECT certainty FROM participation_links WHERE municipality_id = :m ORDER BY certainty")
    assert [row["certainty"] for row in links] == ["possible", "sure", "sure", "sure"]  # two by the names of known_person
    phone.pull()
    [body] = [each for each in phone.of_type("encounter") if each["id"] == met["body"]["encounter_id"]]
    assert [(p["called"], p["person_id"], p["certainty"]) for p in body["people"][:3]] == [
        ("Galego", person, "sure"), ("Baixinho", other, "possible"), (None, None, "sure"),
    ]  # fmt: skip


def test_an_old_phone_that_tells_neither_person_nor_certainty_is_taken_in(city):
    phone = city.phone("rua")
    met = phone.encounter(people=2)
    assert not any("person_id" in person for person in met["body"]["people"])
    assert statuses(phone.push(met, phone.encounter())) == ["done", "done"]
    assert present(city, met) == [(None, "sure")] * 2


def test_only_who_was_surely_there_was_met(city):
    phone = city.phone("rua")
    sure, possible = known_person(phone), known_person(phone, "Baixinho")
    long_ago = "UPDATE people SET last_met_at = now() - interval '20 days' WHERE municipality_id = :m RETURNING 1"
    city.rows(long_ago)
    met = phone.encounter(people=2)
    phone.push(met)
    phone.push(link(phone, met, sure), link(phone, met, possible, 1, certainty="possible"))
    rows = city.rows("SELECT id, last_met_at > now() - interval '1 day' AS met FROM people WHERE municipality_id = :m")
    assert {str(row["id"]): row["met"] for row in rows} == {sure: True, possible: False}


def test_a_person_who_is_not_on_the_server_is_told_so_and_holds_back_nobody(city, other_city):
    phone = city.phone("rua")
    foreign = known_person(other_city.phone("rua"))
    met = phone.encounter()
    phone.push(met)
    for person in (str(new_id()), foreign):
        outcomes = phone.push(link(phone, met, person), phone.encounter())
        assert statuses(outcomes) == ["refused", "done"] and code(outcomes) == "encounters.unknown_person"
        wrong = phone.encounter()
        wrong["body"]["people"][0] |= {"person_id": person}
        outcomes = phone.push(phone.encounter(), wrong, phone.encounter())
        assert statuses(outcomes) == ["done", "refused", "done"] and code(outcomes) == "encounters.unknown_person"
    assert present(city, met) == [(None, "sure")]


def test_of_two_phones_that_name_one_another_way_the_later_word_counts_and_both_stay(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    one, two = known_person(phone), known_person(phone, "Baixinho")
    met = phone.encounter()
    phone.push(met)
    now = datetime.now(UTC)
    late = link(mate, met, two, occurred_at=now - timedelta(minutes=2))
    early = link(phone, met, one, occurred_at=now - timedelta(minutes=9))
    assert statuses(mate.push(late)) == ["done"]
    assert statuses(phone.push(early)) == ["done"]  # comes in last, was told first
    assert present(city, met) == [(two, "sure")]
    [count] = city.rows(
        "SELECT count(*) AS n FROM participation_links WHERE municipality_id = :m AND participation_id = :p",
        p=met["body"]["people"][0]["participation_id"],
    )
    assert count["n"] == 2


def test_unlinked_she_counts_as_unknown_again_and_the_reason_stays(city):
    phone = city.phone("rua")
    person = known_person(phone)
    met = phone.encounter()
    phone.push(met)
    now = datetime.now(UTC)
    phone.push(link(phone, met, person, occurred_at=now - timedelta(minutes=5)))
    assert statuses(phone.push(unlink(phone, met))) == ["done"]
    assert present(city, met) == [(None, "sure")]
    rows = city.rows("SELECT reason FROM participation_links WHERE municipality_id = :m AND reason IS NOT NULL")
    assert [row["reason"] for row in rows] == ["wrong_person"]
    # What was told before comes in after: the unlinking still counts.
    phone.push(link(phone, met, person, occurred_at=now - timedelta(minutes=9)))
    assert present(city, met) == [(None, "sure")]


def test_somebody_removed_from_the_middle_takes_nobody_elses_name(city):
    phone = city.phone("rua")
    one, three = known_person(phone, "Primeira"), known_person(phone, "Terceira")
    met = phone.encounter(people=3)
    met["body"]["people"][0]["person_id"] = one
    met["body"]["people"][2]["person_id"] = three
    phone.push(met)
    first, _second, third = met["body"]["people"]
    fixed = correct(phone, met, [{"participation_id": p["participation_id"], "age_band": None, "sex": None} for p in (first, third)])
    assert statuses(phone.push(fixed)) == ["done"]
    assert present(city, fixed) == [(one, "sure"), (three, "sure")]
    # The former record stays as it was, with rows of its own.
    assert present(city, met) == [(one, "sure"), (None, "sure"), (three, "sure")]
    # Corrected again by the ids that this phone still knows.
    again = correct(phone, fixed, [{"participation_id": third["participation_id"], "age_band": None, "sex": None}])
    assert statuses(phone.push(again)) == ["done"]
    assert present(city, again) == [(three, "sure")]


def test_a_correction_of_an_old_phone_keeps_names_by_place_in_the_list(city):
    phone = city.phone("rua")
    person = known_person(phone)
    met = phone.encounter(people=2)
    met["body"]["people"][1]["person_id"] = person
    phone.push(met)
    fixed = correct(phone, met, people=None, people_count=2, outcome="attended_on_site")
    fixed["body"]["people"] = phone.encounter(people=2)["body"]["people"]
    assert statuses(phone.push(fixed)) == ["done"]
    assert present(city, fixed) == [(None, "sure"), (person, "sure")]


def test_told_of_a_record_corrected_meanwhile_it_reaches_the_correction(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    person, late = known_person(phone), known_person(phone, "Tardio")
    met = phone.encounter(people=2)
    phone.push(met)
    ids = [{"participation_id": p["participation_id"], "age_band": None, "sex": None} for p in met["body"]["people"]]
    fixed = correct(phone, met, ids[1:])
    phone.push(fixed)
    assert statuses(mate.push(link(mate, met, person, 1), offer(mate, met, position=1))) == ["done", "done"]
    assert present(city, fixed) == [(person, "sure")]
    # Whoever is no longer in the record keeps what is told of her, in the old one.
    assert statuses(mate.push(link(mate, met, late, 0))) == ["done"]
    assert present(city, fixed) == [(person, "sure")] and present(city, met)[0] == (late, "sure")
    offers = city.rows("SELECT encounter_id FROM offers WHERE municipality_id = :m")
    assert [str(row["encounter_id"]) for row in offers] == [fixed["body"]["encounter_id"]]
    # What was told of the former before still competes by when it was told.
    older = link(phone, fixed, late, occurred_at=datetime.now(UTC) - timedelta(hours=3))
    older["body"]["links"][0]["participation_id"] = ids[1]["participation_id"]
    assert statuses(phone.push(older)) == ["done"]
    assert present(city, fixed) == [(person, "sure")]


def test_people_of_another_record_can_not_be_linked_here(city):
    phone = city.phone("rua")
    person = known_person(phone)
    met, other = phone.encounter(), phone.encounter()
    phone.push(met, other)
    wrong = link(phone, met, person)
    wrong["body"]["links"][0]["participation_id"] = other["body"]["people"][0]["participation_id"]
    outcomes = phone.push(wrong)
    assert statuses(outcomes) == ["refused"] and code(outcomes) == "encounters.unknown_participation"


def test_who_may_link_and_who_may_not(city, other_city):
    phone = city.phone("rua")
    person = known_person(phone)
    met = phone.encounter()
    phone.push(met)
    outcomes = city.phone("pim").push(link(city.phone("pim"), met, person))
    assert statuses(outcomes) == ["refused"] and code(outcomes) == "encounters.not_yours"
    stranger = other_city.phone("rua")
    outcomes = stranger.push(link(stranger, met, person))
    assert statuses(outcomes) == ["refused"] and code(outcomes) == "encounters.unknown"
    assert present(city, met) == [(None, "sure")]


def test_waits_for_the_name_that_makes_the_person(city):
    phone = city.phone("rua")
    met = phone.encounter(people=2)
    told, person = named(phone, met, "Rosa", after=[met["id"]])
    linked = link(phone, met, person, 1, certainty="possible", after=[told["id"]])
    assert statuses(phone.push(linked)) == ["waiting"]
    assert statuses(phone.push(met, told, linked)) == ["done"] * 3
    assert statuses(phone.push(linked)) == ["repeated"]
    assert present(city, met) == [(person, "sure"), (person, "possible")]


def test_a_restricted_person_is_taken_in_and_named_to_nobody(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    person = known_person(phone)
    city.rows("UPDATE people SET restricted_at = now() WHERE municipality_id = :m AND id = :p RETURNING 1", p=person)
    met = phone.encounter()
    met["body"]["people"][0]["person_id"] = person
    again = phone.encounter()
    assert statuses(phone.push(met, again)) == ["done", "done"]
    assert statuses(phone.push(link(phone, again, person))) == ["done"]
    assert present(city, met) == present(city, again) == [(person, "sure")]
    mate.pull()
    people = [p for body in mate.of_type("encounter") for p in body["people"]]
    assert len(people) == 3 and {(p["called"], p["person_id"], p["certainty"]) for p in people} == {(None, None, "sure")}


@pytest.mark.parametrize(
    ("answer", "reason", "problem"),
    [
        ("accepted", None, None),
        ("later", None, None),
        ("refused", "animal", None),
        ("refused", "not_said", None),
        ("unavailable", "no_vacancy", None),
        ("unavailable", None, None),
        ("refused", None, "encounters.reason_missing"),
        ("refused", "no_vacancy", "encounters.reason_misplaced"),
        ("unavailable", "prefers_staying", "encounters.reason_misplaced"),
        ("accepted", "animal", "encounters.reason_misplaced"),
    ],
)
def test_the_answer_to_an_offer_has_four_values_and_no_vacancy_is_no_refusal(city, answer, reason, problem):
    phone = city.phone("rua")
    met = phone.encounter()
    phone.push(met)
    outcomes = phone.push(offer(phone, met, answer, reason))
    assert statuses(outcomes) == ["refused" if problem else "done"]
    rows = city.rows("SELECT answer, reason FROM offers WHERE municipality_id = :m")
    if problem:
        assert code(outcomes) == problem and rows == []
    else:
        assert [(row["answer"], row["reason"]) for row in rows] == [(answer, reason)]
