"""Telling and taking back, as phones do it: nothing known is lost, the later true change wins, a wrong step goes."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.core import clock
from app.core.ids import new_id
from app.people.jobs import key_names_of
from app.people.service import merge, note_met, undo_merge
from tests.encounters.made import known_person, statuses
from tests.make.city import instant
from tests.make.phone import stamp
from tests.people.made import card, person_on, register, tell, told
from tests.people.shielded import acting


def column(city, person_id, name="called"):
    [row] = city.rows(f"SELECT {name} AS it FROM people WHERE municipality_id = :m AND id = :id", id=person_id)
    return row["it"]


def push(phone, name, body, when=None, **more):
    [outcome] = phone.push(phone.command(name, body, when, **more))
    return outcome


def test_a_nickname_becomes_a_name_step_by_step_and_all_steps_stay(city):
    phone, person_id = city.phone("rua"), str(new_id())
    born = clock.now() - timedelta(hours=5)
    body = {"person_id": person_id, "called": "Senhor do carrinho azul", "called_kind": "alias", "age_band": "age_60_plus", "sex": "male", "region_id": str(city.ids["north"])}
    assert push(phone, "people.register", body, born)["status"] == "done"
    steps = (("nickname", "Zé 🛒"), ("civil", "José Tavares"), ("social", "Zélia"))
    for hours, (kind, name) in enumerate(steps, 1):
        told_now = {"person_id": person_id, "told": [told(f"name.{kind}", name)]}
        assert push(phone, "people.tell", told_now, born + timedelta(hours=hours))["status"] == "done"
        assert column(city, person_id) == ("Zélia" if kind == "social" else "Zé 🛒")
    seen = card(city, person_id, documents=True)
    assert [(row.field, row.value) for row in seen.names] == [
        ("name.social", "Zélia"), ("name.nickname", "Zé 🛒"), ("name.civil", "José Tavares"), ("name.alias", "Senhor do carrinho azul"),
    ]  # fmt: skip
    assert {row.worker_id for row in seen.names} == {city.ids["rua"]}
    assert (seen.age_band, seen.sex) == ("age_60_plus", "male")
    assert {seen.facts[field].source for field in ("age_band", "statistical_sex")} == {"observed"}
    assert [row["n"] for row in city.rows("SELECT count(*) AS n FROM person_told WHERE municipality_id = :m AND plain IS NULL AND field LIKE 'name.%'")] == [0]


def test_of_two_phones_offline_the_later_true_change_wins_per_field_and_both_stay(city):
    person_id = register(city, when=clock.now() - timedelta(days=2))
    first, second = city.phone("rua"), city.phone("rua2")
    noon = clock.now() - timedelta(hours=9)
    later = {"person_id": person_id, "told": [told("name.civil", "José Tavares"), told("animals_count", 1)]}
    earlier = {"person_id": person_id, "told": [told("name.civil", "João Tavares"), told("company", "alone")]}
    # The later one comes in first.
    assert push(first, "people.tell", later, noon + timedelta(hours=1))["status"] == "done"
    assert push(second, "people.tell", earlier, noon)["status"] == "done"
    seen = card(city, person_id, documents=True)
    assert seen.called == "José Tavares" and column(city, person_id) == "José Tavares"
    assert [row.value for row in seen.names if row.field == "name.civil"] == ["José Tavares", "João Tavares"]
    assert (seen.facts["animals_count"].value, seen.facts["company"].value) == (1, "alone")
    body = person_on(first, person_id)
    assert body["called"] == "José Tavares" and body["told"] == {"animals_count": 1, "company": "alone"}


def test_the_same_telling_again_is_kept_once_and_other_content_under_its_id_is_refused(city):
    phone, person_id = city.phone("rua"), register(city)
    item = told("name.nickname", "Tico")
    for _time in range(2):
        assert push(phone, "people.tell", {"person_id": person_id, "told": [item]})["status"] == "done"
    other = push(phone, "people.tell", {"person_id": person_id, "told": [item | {"value": "Teco"}]})
    assert (other["status"], other["problem"]["code"]) == ("refused", "people.told_taken")
    rows = city.rows("SELECT value FROM person_told WHERE municipality_id = :m AND field = 'name.nickname'")
    assert [row["value"] for row in rows] == ["Tico"]


def test_a_wrong_step_is_taken_back_and_stays_with_its_reason(city):
    phone, person_id = city.phone("rua"), register(city)
    [wrong] = tell(city, person_id, told("name.nickname", "Tico"))
    body = {"person_id": person_id, "told_id": wrong, "reason": "wrong_person", "reason_text": "Era o primo."}
    assert push(phone, "people.take_back", body)["status"] == "done"
    assert column(city, person_id) == "Senhor do carrinho azul"
    [row] = city.rows("SELECT * FROM person_told WHERE municipality_id = :m AND id = :id", id=wrong)
    assert row["taken_back_by"] == city.ids["rua"] and row["taken_back_reason"] == "wrong_person: Era o primo."
    before = row["taken_back_at"]
    assert push(city.phone("rua2"), "people.take_back", body)["status"] == "done"
    [row] = city.rows("SELECT * FROM person_told WHERE municipality_id = :m AND id = :id", id=wrong)
    assert (row["taken_back_by"], row["taken_back_at"]) == (city.ids["rua"], before)


def test_who_has_no_name_left_is_called_so(city):
    person_id = register(city, "Tico", "nickname")
    [row] = city.rows("SELECT id FROM person_told WHERE municipality_id = :m AND person_id = :id", id=person_id)
    body = {"person_id": person_id, "told_id": str(row["id"]), "reason": "person_asked", "reason_text": None}
    assert push(city.phone("rua"), "people.take_back", body)["status"] == "done"
    assert column(city, person_id) == "Sem nome" and card(city, person_id).called == "Sem nome"


def test_another_team_takes_nothing_back_and_a_technician_does(city):
    person_id = register(city)
    [item] = tell(city, person_id, told("name.nickname", "Tico"))
    body = {"person_id": person_id, "told_id": item, "reason": "other", "reason_text": None}
    outcome = push(city.phone("pim"), "people.take_back", body)
    assert (outcome["status"], outcome["problem"]["code"]) == ("refused", "people.not_yours")
    assert push(city.phone("rua2"), "people.take_back", body)["status"] == "done"
    [of_pim] = tell(city, person_id, told("company", "couple"), persona="pim")
    answer = city.client("creas").post(
        f"/mesa/pessoas/{person_id}/retirar", data={"told_id": of_pim, "reason": "by_mistake", "reason_text": ""}
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert "company" not in card(city, person_id, sensitive=True).facts


@pytest.mark.parametrize(
    ("item", "code", "field"),
    [
        (told("document.cpf", {"number": "111.111.111-11"}), "people.bad_value", "told.0.value"),
        (told("name.nickname", "x" * 200), "people.bad_value", "told.0.value"),
        (told("birth_on", "2199-01-01"), "people.bad_value", "told.0.value"),
        (told("race", "brown", "observed"), "people.bad_value", "told.0.value"),
        (told("company", "invented"), "people.bad_value", "told.0.value"),
        (told("visa", "x"), "people.unknown_field", "told.0.field"),
        (told("name.nickname", "Zé", "imported"), "core.invalid", "told"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused_and_nothing_of_it_is_kept(city, item, code, field):
    phone, person_id = city.phone("rua"), register(city)
    outcome = push(phone, "people.tell", {"person_id": person_id, "told": [item, told("animals_count", 1)]})
    assert (outcome["status"], outcome["problem"]["code"]) == ("refused", code)
    assert field in outcome["problem"]["fields"]
    assert "animals_count" not in card(city, person_id).facts


@pytest.mark.parametrize("name", ["مريم الصغيرة", "🌻🌻", "'; DROP TABLE people; --", "O'Neil \"Dedé\"", "\u202eéZ", "Ç" * 80])
def test_any_name_is_a_name(city, name):
    phone = city.phone("rua")
    person_id = register(city, name, "social")
    assert person_on(phone, person_id)["called"] == name
    page = city.client("creas").get(f"/mesa/pessoas/{person_id}")
    assert page.status_code == 200 and "DROP TABLE people; --" in page.text or "DROP" not in name


def test_an_age_against_a_birth_date_and_a_number_twice_are_taken_in(city):
    first, second = register(city), register(city, "Outra", "nickname")
    cpf = told("document.cpf", {"state": "has", "number": "52998224725"})
    tell(city, first, cpf, told("birth_on", "1960-01-01"), told("age", 30))
    tell(city, second, cpf | {"told_id": str(new_id())})
    seen = card(city, first, documents=True)
    assert seen.ages_differ and not seen.age_estimated and seen.facts["age"].value == 30
    assert seen.documents["cpf"].value == card(city, second, documents=True).documents["cpf"].value


def test_nobody_and_somebody_ended_are_told_so(city):
    phone = city.phone("rua")
    outcome = push(phone, "people.tell", {"person_id": str(new_id()), "told": [told("age", 30)]})
    assert outcome["problem"]["code"] == "people.unknown"
    person_id = register(city)
    city.rows("UPDATE people SET ended_at = now() WHERE municipality_id = :m AND id = :id RETURNING id", id=person_id)
    outcome = push(phone, "people.tell", {"person_id": person_id, "told": [told("age", 30)]})
    assert outcome["problem"]["code"] == "people.ended"
    assert person_on(phone, person_id) is None


def test_an_encounter_s_name_of_somebody_known_is_another_step(city):
    phone, person_id = city.phone("rua"), register(city, "Zé", "nickname")
    met = phone.encounter()
    [present] = met["body"]["people"]
    named = {"participation_id": present["participation_id"], "person_id": person_id, "called": "José Tavares", "called_kind": "civil"}
    more = {"encounter_id": met["body"]["encounter_id"], "note": None, "needs": [], "outcome": None}
    for name in (named, named | {"called": "Zé", "called_kind": "nickname"}, named):
        body = more | {"addition_id": str(new_id()), "names": [name]}
        statuses = [each["status"] for each in phone.push(met, phone.command("encounters.complete", body, after=[met["id"]]))]
        assert statuses[1] == "done"
    names = [(row.field, row.value) for row in card(city, person_id).names]
    assert names == [("name.nickname", "Zé"), ("name.civil", "José Tavares")]
    assert column(city, person_id) == "Zé"


def test_where_somebody_was_last_seen_follows_the_latest_meeting_whichever_came_in_last(city):
    person_id = register(city, when=instant(2026, 11, 10))
    north, south = city.ids["north"], city.ids["south"]
    with city.transaction() as session:
        actor = city.actor_in(session, "rua")
        of = type(north)(person_id)
        note_met(session, actor, [(of, south, instant(2026, 11, 20)), (of, north, instant(2026, 11, 12))])
        note_met(session, actor, [(of, None, instant(2026, 11, 21)), (of, north, instant(2026, 11, 5))])
    assert column(city, person_id, "region_id") == south
    assert column(city, person_id, "last_met_at") == instant(2026, 11, 21)
    assert column(city, person_id, "first_met_at") == instant(2026, 11, 5)


def test_the_night_keys_names_that_came_without_and_names_who_has_no_row(city):
    kept, old = register(city, "Wellington", "nickname"), register(city, "Sousa", "nickname")
    city.rows("UPDATE person_told SET plain = NULL, sounds = NULL WHERE municipality_id = :m AND person_id = :id RETURNING id", id=kept)
    city.rows("DELETE FROM person_told WHERE municipality_id = :m AND person_id = :id RETURNING id", id=old)
    assert card(city, old).called == "Sousa"  # the columns speak for who has no row
    with city.transaction() as session:
        assert key_names_of(session, city.ibge) == 2
    rows = city.rows("SELECT value, plain, sounds, field FROM person_told WHERE municipality_id = :m ORDER BY plain")
    assert [(row["value"], row["plain"], bool(row["sounds"])) for row in rows] == [("Sousa", "sousa", True), ("Wellington", "wellington", True)]


def test_the_trail_names_fields_and_never_what_was_said(city):
    phone, person_id = city.phone("rua"), register(city)
    push(phone, "people.tell", {"person_id": person_id, "told": [told("name.civil", "Segredoplantado"), told("age", 30)]})
    [line] = city.rows("SELECT * FROM audit_lines WHERE municipality_id = :m AND action = 'people.tell'")
    assert (str(line["subject_id"]), line["fields"]) == (person_id, ["age", "name.civil"])
    assert "Segredoplantado" not in str(city.rows("SELECT * FROM audit_lines WHERE municipality_id = :m"))


def test_a_phone_that_slept_tells_the_instant_of_its_own(city):
    phone, person_id = city.phone("rua"), register(city, when=clock.now() - timedelta(days=9))
    then = clock.now() - timedelta(days=3)
    push(phone, "people.tell", {"person_id": person_id, "told": [told("age", 30)]}, then)
    [row] = city.rows("SELECT told_at FROM person_told WHERE municipality_id = :m AND field = 'age'")
    assert stamp(row["told_at"]) == stamp(then)


def test_a_name_taken_back_is_not_told_again_by_a_completion_of_before(city):
    phone = city.phone("rua")
    person = known_person(phone)
    met = phone.encounter()
    phone.push(met)
    [row] = city.rows("SELECT id, value #>> '{}' AS name FROM person_told WHERE municipality_id = :m AND field LIKE 'name.%'")
    now = clock.now()
    more = phone.command(
        "encounters.complete",
        {
            "encounter_id": met["body"]["encounter_id"], "addition_id": str(new_id()), "note": None,
            "names": [
                {"participation_id": met["body"]["people"][0]["participation_id"], "person_id": person, "called": row["name"]}
            ],
        },
        now - timedelta(minutes=20),
    )
    back = phone.command("people.take_back", {"person_id": person, "told_id": str(row["id"]), "reason": "by_mistake", "reason_text": None})
    assert statuses(phone.push(back)) == ["done"]
    assert statuses(phone.push(more)) == ["done"]
    [called] = city.rows("SELECT called FROM people WHERE municipality_id = :m AND id = :p", p=person)
    assert called["called"] != row["name"]


def test_who_stands_twice_in_a_completion_is_told_both_names(city):
    phone = city.phone("rua")
    met = phone.encounter(people=2)
    phone.push(met)
    person = str(new_id())
    names = [
        {"participation_id": p["participation_id"], "person_id": person, "called": called, "called_kind": kind}
        for p, called, kind in zip(met["body"]["people"], ("Galego", "José de Tal"), ("nickname", "civil"), strict=True)
    ]
    body = {"encounter_id": met["body"]["encounter_id"], "addition_id": str(new_id()), "note": None, "names": names}
    assert statuses(phone.push(phone.command("encounters.complete", body))) == ["done"]
    rows = city.rows("SELECT value #>> '{}' AS v FROM person_told WHERE municipality_id = :m AND field LIKE 'name.%'")
    assert sorted(row["v"] for row in rows) == ["Galego", "José de Tal"]


def test_a_note_told_after_saving_is_taken_in_though_the_person_was_taken_out(city):
    phone = city.phone("rua")
    person = known_person(phone)
    met = phone.encounter()
    phone.push(met)
    city.rows("UPDATE people SET ended_at = now() WHERE municipality_id = :m RETURNING 1")
    more = phone.command(
        "encounters.complete",
        {
            "encounter_id": met["body"]["encounter_id"], "addition_id": str(new_id()), "note": "Pediu um cobertor.",
            "names": [
                {
                    "participation_id": met["body"]["people"][0]["participation_id"], "person_id": person,
                    "called": "Galego",
                }
            ],
        },
    )
    outcome = phone.push(more)
    assert statuses(outcome) == ["done"], outcome
    [kept] = city.rows("SELECT note FROM encounter_additions WHERE municipality_id = :m AND note IS NOT NULL")
    assert kept["note"] == "Pediu um cobertor."
    assert phone.pull().get(("person", person)) is None


def test_a_taking_back_told_on_a_merged_card_is_taken_in_after_the_merge_was_undone(city):
    a, b = register(city, "Zé Preá", "nickname"), register(city, "Tonho Sanfona", "nickname")
    [wrong] = tell(city, b, told("name.nickname", "Apelido errado"))
    with acting(city, "creas") as (session, actor):
        merge_id = merge(session, actor, UUID(a), UUID(b), {}, "mesma pessoa", clock.now())
    phone = city.phone("rua")
    body = phone.pull()[("person", a)]
    assert wrong in [name["id"] for name in body["names"]]
    with acting(city, "supervisao") as (session, actor):
        undo_merge(session, actor, merge_id, "eram duas", clock.now())
    back = phone.command("people.take_back", {"person_id": a, "told_id": wrong, "reason": "by_mistake", "reason_text": None})
    outcome = phone.push(back)
    assert statuses(outcome) == ["done"], outcome
