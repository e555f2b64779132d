"""What the phone really sends of people and families, and what comes back to it."""

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from app.core.ids import new_id
from app.people.service import merging
from tests.encounters.made import correct, named, present, statuses
from tests.make.phone import place
from tests.people.made import person_on, told


def test_a_correction_as_the_phone_sends_it_moves_no_name_to_somebody_else(city):
    """A phone that sends no ids, in the order of age bands: by the place the child's name would pass to her mother."""
    phone = city.phone("rua")
    met = phone.encounter(people=2)
    met["body"]["people"][0]["age_band"], met["body"]["people"][1]["age_band"] = "age_0_12", "age_18_59"
    child_named, child = named(phone, met, "Bia", 0)
    mother_named, mother = named(phone, met, "Rosa", 1)
    assert statuses(phone.push(met, child_named, mother_named)) == ["done"] * 3
    # The child was counted by mistake. What is left is the adult, under a new number.
    fixed = correct(phone, met, [{"participation_id": str(new_id()), "age_band": "age_18_59", "sex": None}])
    assert statuses(phone.push(fixed)) == ["done"]
    assert present(city, fixed) == [(mother, "sure")]


def test_a_person_named_where_no_place_could_be_told_stays_on_the_phone_that_met_her(city):
    phone = city.phone("rua")
    phone.pull()
    met = phone.encounter(place=place("none", reason="denied"))
    name, person = named(phone, met, "Galego")
    assert statuses(phone.push(met, name)) == ["done", "done"]
    assert person_on(phone, person) is not None


def test_a_person_registered_without_a_region_stays_on_the_phone_that_knows_her(city):
    """regionHere() is null without a fix and without an encounter before."""
    phone = city.phone("rua")
    phone.pull()
    person = str(new_id())
    body = {"person_id": person, "called": "Galego", "called_kind": "nickname", "age_band": None, "sex": None, "region_id": None}
    assert statuses(phone.push(phone.command("people.register", body))) == ["done"]
    assert person_on(phone, person) is not None


def test_a_person_whom_this_team_met_outside_its_regions_stays_on_the_phone_that_met_her(city):
    phone = city.phone("rua")
    phone.pull()
    met = phone.encounter(place=place("gps", -34.95, -5.85))
    name, person = named(phone, met, "Galego")
    assert statuses(phone.push(met, name)) == ["done", "done"]
    assert person_on(phone, person) is not None


def test_a_step_agreed_with_somebody_who_left_the_caseload_still_says_with_whom(city):
    phone = city.phone("rua")
    met = phone.encounter(place=place("none", reason="denied"))
    name, person = named(phone, met, "Galego")
    step = phone.command("tasks.agree", {
        "task_id": str(new_id()), "team_id": str(city.ids["team"]), "person_id": person, "household_id": None, "encounter_id": None,
        "what": "Procurar de novo", "due_on": "2026-12-20", "due_time": "14:30", "place_text": None, "point_id": None, "assignee_id": None,
    })
    assert statuses(phone.push(met, name, step)) == ["done"] * 3
    body = phone.pull()["task", step["body"]["task_id"]]
    assert (body["called"], body["due_time"], body["person_id"]) == ("Galego", "14:30", person)


@pytest.mark.parametrize(("field", "value"), [("sleeps_street", 8), ("age", 130), ("animals_count", 60), ("pregnancy_weeks", 50)])
def test_the_bounds_of_a_number_are_told_to_the_phone(city, field, value):
    """Else it would save what is refused days later."""
    phone = city.phone("rua")
    [form] = [body for (kind, _), body in phone.pull().items() if kind == "ficha"]
    [asked] = [one for group in form["groups"] for one in group["fields"] if one["id"] == field]
    met = phone.encounter()
    name, person = named(phone, met, "Galego")
    phone.push(met, name)
    assert asked["least"] == 0 and asked["most"] < value
    assert statuses(phone.push(phone.command("people.tell", {"person_id": person, "told": [told(field, value)]}))) == ["refused"]
    assert statuses(phone.push(phone.command("people.tell", {"person_id": person, "told": [told(field, asked["most"])]}))) == ["done"]


def _member(called="Bia", **more):
    return {"member_id": str(new_id()), "called": called, "kind": "child", "birth_on": None, "due_on": None, "is_responsible": False, "person_id": None} | more


def _family(phone, *members, **more):
    body = {"household_id": str(new_id()), "called": "Família da Rosa", "team_id": None, "region_id": None, "address_hint": "Casa azul, Rua 1", "members": list(members)}
    return phone.command("people.open_household", body | more)


def _change(phone, home, kind, **more):
    nothing = {"called": None, "region_id": None, "address_hint": None, "member": None, "member_ids": [], "other_id": None, "reason": None}
    body = nothing | {"household_id": home["body"]["household_id"], "event_id": str(new_id()), "kind": kind} | more
    return phone.command("people.change_household", body)


def test_not_she_said_of_a_familys_member_on_the_phone_ends_the_link(city):
    """A null alone leaves it, as does another person's id: another may know more than this phone."""
    street, phone = city.phone("rua"), city.phone("pim")
    met = street.encounter()
    name, person = named(street, met, "Galego")
    street.push(met, name)
    member = _member(person_id=person)
    home = _family(phone, member)
    assert statuses(phone.push(home)) == ["done"]

    def linked_after(**more):
        changed = _change(phone, home, "member_changed", member=member | {"person_id": None} | more)
        assert statuses(phone.push(changed)) == ["done"]
        return phone.pull()["household", home["body"]["household_id"]]["members"][0]["person_id"]

    assert linked_after() == person
    assert linked_after(not_person_id=str(new_id())) == person
    assert linked_after(not_person_id=person) is None


def test_a_family_that_moved_to_a_region_without_an_address_is_not_left_at_the_old_one(city):
    """A new region alone comes with an empty address; null would leave it as it was."""
    phone = city.phone("pim")
    home = _family(phone, region_id=str(city.ids["north"]))
    moved = _change(phone, home, "moved", region_id=str(city.ids["south"]), address_hint="")
    assert statuses(phone.push(home, moved)) == ["done", "done"]
    body = phone.pull()["household", home["body"]["household_id"]]
    assert (body["region_id"], body["address_hint"]) != (str(city.ids["south"]), "Casa azul, Rua 1")


def test_what_was_told_under_an_absorbed_id_can_be_taken_back_by_a_phone_that_still_shows_her_as_one_after_the_undo(city):
    """The phone writes under the survivor's id; the merge was undone meanwhile; the row itself is known by its told_id."""
    phone = city.phone("rua")
    met = phone.encounter(people=2)
    one_named, one = named(phone, met, "Galego", 0)
    two_named, two = named(phone, met, "Baixinho", 1)
    wrong = told("name.nickname", "Engano")
    assert statuses(phone.push(met, one_named, two_named, phone.command("people.tell", {"person_id": two, "told": [wrong]}))) == ["done"] * 4
    now = datetime.now(UTC)
    with city.transaction() as session:
        actor = city.actor_in(session, "creas")
        made = merging.merge(session, actor, UUID(one), UUID(two), {}, "São a mesma pessoa", now)
    phone.pull()
    with city.transaction() as session:
        merging.undo_merge(session, city.actor_in(session, "supervisao"), getattr(made, "id", made), "Não são", now)
    back = phone.command("people.take_back", {"person_id": one, "told_id": wrong["told_id"], "reason": "by_mistake", "reason_text": None})
    outcomes = phone.push(back)
    assert statuses(outcomes) == ["done"]


def _interface(name):
    """Field names of an interface of the phone's contract/pull.ts."""
    text_ = (Path(__file__).parents[2] / "static/src/contract/pull.ts").read_text()
    body = re.search(rf"export interface {name} \{{(.*?)\n\}}", text_, re.S).group(1)
    body = re.sub(r"//.*", "", body)
    body = re.sub(r"\{[^{}]*\}", "", body)
    # What has a question mark comes only when there is something to tell.
    return {found for found in re.findall(r"(\w+):", body)}


def test_every_body_of_a_pull_has_the_fields_that_the_phone_reads(city):
    phone, visitor = city.phone("rua"), city.phone("pim")
    met = phone.encounter()
    name, person = named(phone, met, "Galego")
    step = phone.command("tasks.agree", {
        "task_id": str(new_id()), "team_id": str(city.ids["team"]), "person_id": person, "household_id": None, "encounter_id": met["body"]["encounter_id"],
        "what": "Procurar de novo", "due_on": "2026-12-20", "due_time": None, "place_text": None, "point_id": None, "assignee_id": None,
    })
    phone.push(met, name, phone.referral(met), step)
    visitor.push(visitor.visit(called=None))
    phone.pull()
    visitor.pull()
    missing = {}
    for interface, type_, holder in (
        ("Person", "person", phone), ("Task", "task", phone), ("PulledEncounter", "encounter", phone), ("PulledReferral", "referral", phone),
        ("Household", "household", visitor), ("PulledHomeVisit", "home_visit", visitor),
    ):  # fmt: skip
        bodies = holder.of_type(type_)
        assert bodies, type_
        missing[type_] = sorted(_interface(interface) - set(bodies[0]) - {"points"})
    assert {type_: fields for type_, fields in missing.items() if fields} == {}


def test_the_phones_question_gives_the_shape_of_a_person(city):
    phone = city.phone("rua")
    met = phone.encounter()
    name, person = named(phone, met, "Wellington")
    phone.push(met, name)
    answer = phone.client.post("/api/v1/people/search", json={"q": "uelinton"}, headers={"X-CSRF-Token": phone.csrf})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    [found] = answer.json["results"]
    one = phone.client.get(f"/api/v1/people/{person}").json
    assert _interface("Person") - set(found) == set() == _interface("Person") - set(one)
