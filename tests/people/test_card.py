"""The card: one reading for page, phone and print; what of it reaches whom, and what a phone holds."""

import json
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event

from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.people import queries, service
from tests.people.made import at, card, person_on, register, tell, told

PAGE = Path(__file__).parents[1] / "contract" / "pull_page.json"


def as_id(text):
    return type(new_id())(text)


def merged(city, survivor, absorbed, **choices):
    chosen = {field.replace("__", "."): as_id(told_id) for field, told_id in choices.items()}
    with city.transaction() as session:
        actor = city.actor_in(session, "creas")
        return service.merge(session, actor, as_id(survivor), as_id(absorbed), chosen, "A mesma pessoa.", clock.now())


def test_a_phone_gets_exactly_what_the_contract_says(city):
    phone, person_id = city.phone("rua"), register(city, "Dona Rosa", "nickname", sex="female", age_band="age_60_plus")
    tell(city, person_id, told("document.cpf", {"state": "has", "number": "52998224725"}), told("animals_count", 2), told("gender_identity", "trans_woman"))
    body = person_on(phone, person_id)
    [agreed] = [change["body"] for change in json.loads(PAGE.read_text())["changes"] if change["type"] == "person"]
    assert set(body) == set(agreed) and set(body["names"][0]) == set(agreed["names"][0])
    # Sensitive answers and documents never leave; that they were given does, so that nobody asks twice.
    assert body["told"] == {"age_band": "age_60_plus", "statistical_sex": "female", "animals_count": 2}
    assert body["asked"] == ["age_band", "animals_count", "document.cpf", "gender_identity", "statistical_sex"]
    assert "52998224725" not in json.dumps(phone.entities[("person", person_id)])


def test_a_civil_name_never_reaches_a_phone_where_a_social_one_stands(city):
    phone, person_id = city.phone("rua"), register(city, "Nomecivilplantado", "civil")
    assert person_on(phone, person_id)["called"] == "Nomecivilplantado"
    [social] = tell(city, person_id, told("name.social", "Renata"))
    assert "Nomecivilplantado" not in json.dumps(person_on(phone, person_id))
    assert person_on(phone, person_id)["called"] == "Renata"
    answer = phone.client.get(f"/api/v1/people/{person_id}")
    assert answer.json["called"] == "Renata" and "Nomecivilplantado" not in answer.text
    assert "Nomecivilplantado" not in phone.client.get(f"/mesa/pessoas/{person_id}").text
    for persona in ("creas", "coordenacao"):
        assert "Nomecivilplantado" in city.client(persona).get(f"/mesa/pessoas/{person_id}").text
    body = {"person_id": person_id, "told_id": social, "reason": "by_mistake", "reason_text": None}
    [outcome] = phone.push(phone.command("people.take_back", body))
    assert outcome["status"] == "done"
    assert person_on(phone, person_id)["called"] == "Nomecivilplantado"


def test_a_merged_card_is_the_union_and_a_choice_gives_way_to_what_is_told_later(city):
    phone = city.phone("rua")
    first, second = register(city, "Zé", "nickname"), register(city, "Tico", "nickname", when=clock.now())
    [animals] = tell(city, first, told("animals_count", 3), when=clock.now() - timedelta(hours=4))
    tell(city, second, told("animals_count", 1), told("company", "couple"), when=clock.now() - timedelta(hours=2))
    assert {key for key in phone.pull() if key[0] == "person"} == {("person", first), ("person", second)}
    merged(city, first, second, animals_count=animals)
    body = person_on(phone, first)
    assert body["also"] == [second] and body["called"] == "Tico"
    assert [name["value"] for name in body["names"]] == ["Tico", "Zé"]
    assert body["told"] == {"animals_count": 3, "company": "couple"}
    assert ("person", second) not in phone.entities
    # Told under the absorbed id by a phone that knew only that one: it stays there, and counts for her.
    late = city.phone("rua2")
    [outcome] = late.push(late.command("people.tell", {"person_id": second, "told": [told("animals_count", 5)]}))
    assert outcome["status"] == "done"
    assert person_on(phone, first)["told"]["animals_count"] == 5
    [row] = city.rows("SELECT person_id FROM person_told WHERE municipality_id = :m AND value = '5'")
    assert str(row["person_id"]) == second
    # The columns of each stay her own.
    called = city.rows("SELECT called FROM people WHERE municipality_id = :m ORDER BY called")
    assert [row["called"] for row in called] == ["Tico", "Zé"]


def test_who_was_met_under_any_of_her_ids_is_in_the_caseload(city):
    phone = city.phone("rua")
    old, lately = register(city, "Zé", "nickname", when=clock.now() - timedelta(days=60)), register(city, "Tico", "nickname")
    assert person_on(phone, old) is None
    merged(city, old, lately)
    assert person_on(phone, old)["also"] == [lately]
    fresh = city.phone("rua2")
    assert {key[1] for key in fresh.pull(limit=1) if key[0] == "person"} == {old}


def test_a_visitor_holds_the_members_of_the_own_families_and_nobody_of_the_street(city):
    child, stranger = register(city, "Bia", "nickname"), register(city)
    city.rows(
        "INSERT INTO household_member_people (municipality_id, id, person_id, linked_at, worker_id)"
        " VALUES (:m, :member, :person, now(), :worker) RETURNING id",
        member=city.ids["child"], person=child, worker=city.ids["pim"],
    )  # fmt: skip
    phone = city.phone("pim")
    assert person_on(phone, child)["called"] == "Bia"
    assert person_on(phone, stranger) is None


def test_nobody_of_another_city(city, other_city):
    person_id = register(city)
    assert person_on(other_city.phone("rua"), person_id) is None
    assert other_city.client("creas").get(f"/mesa/pessoas/{person_id}").status_code == 404
    assert other_city.phone("rua").client.get(f"/api/v1/people/{person_id}").status_code == 404
    phone = other_city.phone("rua")
    [outcome] = phone.push(phone.command("people.tell", {"person_id": person_id, "told": [told("age", 30)]}))
    assert outcome["problem"]["code"] == "people.unknown"
    assert "age" not in card(city, person_id).facts


def test_a_person_online_is_the_same_as_by_pull_and_leaves_a_line(city):
    phone, person_id = city.phone("rua"), register(city)
    answer = phone.client.get(f"/api/v1/people/{person_id}")
    assert answer.json == person_on(phone, person_id)
    lines = city.rows("SELECT subject_id FROM audit_lines WHERE municipality_id = :m AND action = 'people.read'")
    assert [str(line["subject_id"]) for line in lines] == [person_id]
    assert phone.client.get(f"/api/v1/people/{new_id()}").json["code"] == "people.unknown"


def test_two_hundred_persons_are_read_with_as_many_statements_as_two(city, app):
    people = [
        {"person_id": new_id(), "called": f"Pessoa {n}", "called_kind": "alias", "age_band": None, "sex": None, "region_id": city.ids["north"]}
        for n in range(200)
    ]
    with city.transaction() as session:
        actor = city.actor_in(session, "rua")
        service.register_people(session, actor, people, at())
        counted: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
        counts = []
        for few in (people[:2], people):
            counted.clear()
            ids = [person["person_id"] for person in few]
            assert len(queries.caseload(session, actor, {city.ids["north"]}, 30, clock.now(), ids)) == len(few)
            counts.append(len(counted))
    assert counts[0] == counts[1] <= 12


def test_the_ficha_comes_in_the_worker_s_language_and_anew_when_it_changes(city):
    phone = city.phone("rua")
    [body] = [body for (kind, _id), body in phone.pull().items() if kind == "ficha"]
    assert [group["id"] for group in body["groups"]] == ["who", "origin", "documents", "street", "health", "support"]
    fields = {field["id"]: field for group in body["groups"] for field in group["fields"]}
    assert fields["race"]["self_declared"] and not fields["race"]["on_phone"] and fields["race"]["sensitive"]
    assert [option["code"] for option in fields["document.cpf"]["options"]] == ["has", "lost", "never", "unknown", "not_said"]
    before = phone.cursor
    phone.client.post("/conta/idioma", data={"locale": "en", "back": "/", "csrf_token": phone.csrf})
    answer = phone.client.get("/api/v1/sync/pull", query_string={"limit": 200, "cursor": before})
    assert answer.json["reset"] is True
    assert "ficha" in {change["type"] for change in answer.json["changes"]}
