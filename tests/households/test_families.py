"""Families: opened, told of, divided, joined, closed, on the phones of who keeps them and nobody else's."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.core.ids import new_id
from app.home_visits import queries as visits
from app.people.queries import households_of_person
from tests.encounters.made import code, known_person, statuses
from tests.households.made import change, families, member, of, opening


def ago(minutes):
    return datetime.now(UTC) - timedelta(minutes=minutes)


def called(body):
    return sorted(each["called"] for each in body["members"])


def test_a_visitor_opens_a_family_and_only_her_phone_has_it(city):
    visitor = city.phone("pim")
    due = (date.today() + timedelta(days=90)).isoformat()
    opened = opening(visitor, member("Rosa", "pregnant", due_on=due, is_responsible=True), member(birth_on="2025-03-01"))
    assert statuses(visitor.push(opened)) == ["done"] and statuses(visitor.push(opened)) == ["repeated"]
    body = families(visitor)[of(opened)]
    assert [(m["called"], m["kind"], m["due_on"], m["is_responsible"]) for m in body["members"]] == [
        ("Rosa", "pregnant", due, True), ("Téo", "child", None, False),
    ]  # fmt: skip
    assert body["address_hint"] == "Perto da feira"
    street = city.phone("rua")
    assert families(street) == {}
    assert statuses(visitor.push(change(visitor, of(opened), "moved", address_hint="Rua de baixo"))) == ["done"]
    # Nor is the street's phone told to forget what it never had.
    page = street.client.get("/api/v1/sync/pull", query_string={"cursor": street.cursor}).json
    assert [gone for gone in page["forget"] if gone["type"] == "household"] == []


def test_a_family_met_in_the_street_belongs_to_the_team(city):
    one, two = city.phone("rua"), city.phone("rua2")
    opened = opening(one, member(), team="team")
    assert statuses(one.push(opened)) == ["done"]
    assert of(opened) in families(two) and of(opened) not in families(city.phone("pim"))
    assert statuses(two.push(change(two, of(opened), "member_came", member=member("Bia")))) == ["done"]
    assert called(families(one)[of(opened)]) == ["Bia", "Téo"]


def test_after_the_birth_the_mother_is_an_adult_and_the_child_is_there(city):
    visitor = city.phone("pim")
    mother = member("Rosa", "pregnant", due_on=date.today().isoformat())
    opened = opening(visitor, mother)
    visitor.push(opened)
    born = change(visitor, of(opened), "member_came", member=member("Ana", "child", birth_on=date.today().isoformat()))
    changed = change(visitor, of(opened), "member_changed", member=mother | {"kind": "adult"})
    assert statuses(visitor.push(born, changed)) == ["done", "done"]
    found = {m["called"]: (m["kind"], m["due_on"]) for m in families(visitor)[of(opened)]["members"]}
    assert found == {"Rosa": ("adult", None), "Ana": ("child", None)}


def test_of_two_phones_the_later_word_on_each_field_counts_and_both_events_stay(city):
    one, two = city.phone("rua"), city.phone("rua2")
    opened = opening(one, team="team", occurred_at=ago(60))
    one.push(opened)
    late = change(two, of(opened), "corrected", ago(5), called="Família da Rosa")
    early = change(one, of(opened), "corrected", ago(20), called="Família do Zé", address_hint="Atrás da igreja")
    assert statuses(two.push(late)) == ["done"] and statuses(one.push(early)) == ["done"]
    body = families(one)[of(opened)]
    assert (body["called"], body["address_hint"]) == ("Família da Rosa", "Atrás da igreja")
    rows = city.rows("SELECT kind FROM household_events WHERE municipality_id = :m AND kind = 'corrected'")
    assert len(rows) == 2


def test_of_a_member_too_the_later_word_counts(city):
    one, two = city.phone("rua"), city.phone("rua2")
    child = member("Téo")
    opened = opening(one, child, team="team", occurred_at=ago(60))
    one.push(opened)
    two.push(change(two, of(opened), "member_changed", ago(5), member=child | {"called": "Teodoro"}))
    assert statuses(one.push(change(one, of(opened), "member_changed", ago(20), member=child | {"called": "Teo"}))) == ["done"]
    assert called(families(one)[of(opened)]) == ["Teodoro"]


def test_who_left_is_listed_no_longer_and_may_come_back(city):
    visitor = city.phone("pim")
    one, two = member("Ana"), member("Bia")
    opened = opening(visitor, one, two, occurred_at=ago(60))
    visitor.push(opened)
    left = change(visitor, of(opened), "member_left", ago(30), member_ids=[one["member_id"]], reason="Foi morar com a avó")
    assert statuses(visitor.push(left)) == ["done"]
    assert called(families(visitor)[of(opened)]) == ["Bia"]
    back = change(visitor, of(opened), "member_came", ago(10), member=one)
    assert statuses(visitor.push(back)) == ["done"]
    assert called(families(visitor)[of(opened)]) == ["Ana", "Bia"]


def test_divided_and_joined_again_visits_keep_their_family_and_reach_the_person(city):
    visitor = city.phone("pim")
    person = known_person(city.phone("rua"), "Rosa")
    one, two = member("Rosa", "adult", person_id=person), member("Bia")
    opened = opening(visitor, one, two, occurred_at=ago(90))
    seen = visitor.visit(ago(80), household_id=of(opened), member_ids=[one["member_id"]])
    assert statuses(visitor.push(opened, seen)) == ["done", "done"]
    other = str(new_id())
    divided = change(visitor, of(opened), "divided", ago(60), other_id=other, member_ids=[one["member_id"]], called="Casa da Rosa")
    assert statuses(visitor.push(divided)) == ["done"]
    found = families(visitor)
    assert (called(found[of(opened)]), called(found[other])) == (["Bia"], ["Rosa"])
    assert found[other]["called"] == "Casa da Rosa"
    again = visitor.visit(ago(50), household_id=other, member_ids=[one["member_id"]])
    visitor.push(again)
    rows = city.rows("SELECT household_id FROM home_visits WHERE municipality_id = :m ORDER BY occurred_at")
    assert [str(row["household_id"]) for row in rows] == [of(opened), other]
    with city.transaction() as session:
        line = visits.timeline_of(session, city.ibge, [person])
        assert [str(item["id"]) for item in line] == [again["body"]["visit_id"], seen["body"]["visit_id"]]
        last = visits.last_contacts(session, city.ibge, [person], 1)
        assert [str(item["id"]) for item in list(last.values())[0]] == [again["body"]["visit_id"]]
        [[home]] = households_of_person(session, city.ibge, [person]).values()
        assert (str(home["id"]), home["member"]) == (other, "Rosa")
    joined = change(visitor, of(opened), "joined", ago(40), other_id=other)
    assert statuses(visitor.push(joined)) == ["done"]
    found = families(visitor)
    assert called(found[of(opened)]) == ["Bia", "Rosa"] and other not in found
    # What was told of the joined one before it was known arrives where it lives now; its visits where they were made.
    late = change(visitor, other, "member_came", ago(45), member=member("Caio"))
    visit = visitor.visit(ago(45), household_id=other, member_ids=[one["member_id"]])
    assert statuses(visitor.push(late, visit)) == ["done", "done"]
    assert called(families(visitor)[of(opened)]) == ["Bia", "Caio", "Rosa"]
    with city.transaction() as session:
        assert len(visits.timeline_of(session, city.ibge, [person])) == 3


def test_closed_it_leaves_the_phone_and_what_happened_stays(city):
    visitor = city.phone("pim")
    opened = opening(visitor, member())
    visitor.push(opened)
    assert of(opened) in families(visitor)
    assert statuses(visitor.push(change(visitor, of(opened), "closed", reason="Mudou de cidade"))) == ["done"]
    assert of(opened) not in families(visitor)
    kinds = city.rows("SELECT kind FROM household_events WHERE municipality_id = :m ORDER BY at, id")
    assert {row["kind"] for row in kinds} == {"opened", "set:member", "closed"}


def test_the_same_event_under_another_command_is_told_once(city):
    visitor = city.phone("pim")
    opened = opening(visitor)
    visitor.push(opened)
    came = change(visitor, of(opened), "member_came", member=member())
    assert statuses(visitor.push(came, came | {"id": str(new_id())})) == ["done", "done"]
    [row] = city.rows("SELECT count(*) AS n FROM household_members WHERE municipality_id = :m AND household_id = :h", h=of(opened))
    assert row["n"] == 1


def test_waits_for_the_family_it_speaks_of(city):
    visitor = city.phone("pim")
    opened = opening(visitor)
    came = change(visitor, of(opened), "member_came", after=[opened["id"]], member=member())
    assert statuses(visitor.push(came)) == ["waiting"]
    assert statuses(visitor.push(opened, came)) == ["done", "done"]


def test_nobody_changes_the_family_of_another(city, other_city):
    visitor = city.phone("pim")
    opened = opening(visitor, member())
    visitor.push(opened)
    for phone, problem in (
        (city.phone("rua"), "people.not_your_family"), (other_city.phone("pim"), "people.unknown_family"),
    ):  # fmt: skip
        assert code(phone.push(change(phone, of(opened), "closed"))) == problem
    street = city.phone("rua")
    theirs = opening(street, team="team")
    street.push(theirs)
    assert code(visitor.push(change(visitor, of(theirs), "closed"))) == "people.not_your_family"
    assert code(visitor.push(change(visitor, of(opened), "joined", other_id=of(theirs)))) == "people.not_your_family"
    assert code(visitor.push(opening(visitor, team="team"))) == "people.not_your_family"


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ([member(birth_on="2031-01-01")], "people.unlikely_birth"),
        ([member(birth_on="1700-01-01")], "people.unlikely_birth"),
        ([member("Rosa", "pregnant", due_on="2040-01-01")], "people.unlikely_due"),
        ([member(is_responsible=True), member(is_responsible=True)], "people.several_responsible"),
        ([member(person_id=str(new_id()))], "people.unknown_person_of_family"),
        ([member("")], "core.invalid"),
        ([member("x" * 200)], "core.invalid"),
        ([member(birth_on="2026-02-30")], "core.invalid"),
    ],
)
def test_what_can_not_be_is_told_and_leaves_nothing(city, members, problem):
    visitor = city.phone("pim")
    assert code(visitor.push(opening(visitor, *members))) == problem
    assert city.rows("SELECT 1 FROM households WHERE municipality_id = :m AND called = 'Família da barraca azul'") == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("member_came", {}), ("member_left", {}), ("divided", {"other_id": str(new_id())}), ("joined", {}),
        ("corrected", {}), ("corrected", {"called": ""}),
    ],
)  # fmt: skip
def test_a_change_without_what_changed_is_told_so(city, kind, body):
    visitor = city.phone("pim")
    assert code(visitor.push(change(visitor, city.ids["household"], kind, **body))) == "people.change_incomplete"


def test_names_of_any_letters_are_taken_in(city):
    visitor = city.phone("pim")
    opened = opening(visitor, member("عائشة"), called="Família 🏠 d'Ávila; --")
    assert statuses(visitor.push(opened)) == ["done"]
    assert families(visitor)[of(opened)]["called"] == "Família 🏠 d'Ávila; --"


def test_with_a_restricted_person_in_it_the_family_is_hidden_and_still_taken_in(city):
    visitor = city.phone("pim")
    person = known_person(city.phone("rua"))
    opened = opening(visitor, member("Rosa", "adult", person_id=person), member("Bia"))
    visitor.push(opened)
    assert of(opened) in families(visitor)
    city.rows("UPDATE people SET restricted_at = now() WHERE municipality_id = :m AND id = :p RETURNING 1", p=person)
    late = change(visitor, of(opened), "moved", address_hint="Rua de cima")
    visit = visitor.visit(household_id=of(opened))
    assert statuses(visitor.push(late, visit)) == ["done", "done"]
    # Told of, it is a change that this phone may no longer see: it forgets what it had.
    assert of(opened) not in families(visitor)
    assert statuses(visitor.push(opening(visitor, member("Zé", "adult", person_id=person)))) == ["done"]
    [row] = city.rows("SELECT address_hint FROM households WHERE municipality_id = :m AND id = :h", h=of(opened))
    assert row["address_hint"] == "Rua de cima"
