"""Families that several phones tell of: each field by its latest word, and nothing of who is hidden."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.core import clock
from app.core.ids import new_id
from app.people.queries.households import household_page
from app.people.service import restriction
from tests.encounters.made import known_person, statuses
from tests.households.made import change, families, member, of, opening
from tests.people.shielded import REASON, acting


def ago(**how):
    return datetime.now(UTC) - timedelta(**how)


def test_a_birth_date_told_on_one_phone_is_not_wiped_by_a_name_told_on_another(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    child = member("Téo")
    opened = opening(phone, child, team="team", occurred_at=ago(hours=5))
    assert statuses(phone.push(opened)) == ["done"]
    born = change(phone, of(opened), "member_changed", ago(hours=2), member=child | {"birth_on": "2022-03-04"})
    named = change(mate, of(opened), "member_changed", ago(hours=1), member=child | {"called": "Teodoro"})
    assert statuses(phone.push(born)) == ["done"] and statuses(mate.push(named)) == ["done"]
    [row] = families(phone)[of(opened)]["members"]
    assert (row["called"], row["birth_on"]) == ("Teodoro", "2022-03-04")


def test_an_address_told_before_is_kept_when_the_family_moves(city):
    phone = city.phone("rua")
    opened = opening(phone, member(), team="team", occurred_at=ago(hours=5))
    moved = change(phone, of(opened), "moved", ago(hours=1), address_hint="Rua nova")
    assert statuses(phone.push(opened, moved)) == ["done"] * 2
    kept = city.rows(
        "SELECT h::text || COALESCE((SELECT string_agg(e::text, ' ') FROM household_events e WHERE e.municipality_id = h.municipality_id), '') AS t"
        " FROM households h WHERE municipality_id = :m AND id = :h", h=of(opened)
    )
    assert "Perto da feira" in kept[0]["t"]


def test_a_family_opened_by_who_told_no_team_is_on_somebodys_phone(city):
    phone = city.phone("rua")
    opened = opening(phone, member())
    assert statuses(phone.push(opened)) == ["done"]
    assert of(opened) in families(phone)


def test_who_left_is_told_though_the_family_was_divided_meanwhile(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    one, two = member("Téo"), member("Lia")
    opened = opening(phone, one, two, team="team", occurred_at=ago(hours=5))
    phone.push(opened)
    parted = change(mate, of(opened), "divided", ago(hours=2), member_ids=[one["member_id"]], other_id=str(new_id()))
    left = change(phone, of(opened), "member_left", ago(hours=3), member_ids=[one["member_id"], two["member_id"]], reason="viajou")
    assert statuses(mate.push(parted)) == ["done"]
    outcome = phone.push(left)
    assert statuses(outcome) == ["done"], outcome


def test_where_a_restricted_woman_went_is_not_said_by_the_family_that_she_left(city):
    phone = city.phone("rua")
    person = known_person(phone, "Zuleicaplantada")
    her = member("Zuleicaplantada", "adult", person_id=person)
    opened = opening(phone, her, member(), team="team", occurred_at=ago(hours=5))
    left = change(
        phone, of(opened), "member_left", ago(hours=1), member_ids=[her["member_id"]], reason="Zuleicaplantada fugiu para a Rua Segredo 9"
    )
    assert statuses(phone.push(opened, left)) == ["done"] * 2
    with acting(city, "creas") as (session, actor):
        restriction.restrict(session, actor, UUID(person), REASON, clock.now(), ())
    with acting(city, "coordenacao") as (session, actor):
        page = household_page(session, actor, UUID(of(opened)))
    assert "Segredo" not in str(page)


def test_who_answers_for_a_family_is_who_was_told_last(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    one, two = member("Nair", "adult"), member("Lia", "adult")
    opened = opening(phone, one, two, team="team", occurred_at=ago(hours=5))
    phone.push(opened)
    last = change(mate, of(opened), "member_changed", ago(hours=1), member=two | {"is_responsible": True})
    older = change(phone, of(opened), "member_changed", ago(hours=2), member=one | {"is_responsible": True, "called": "Naíra"})
    assert statuses(mate.push(last)) == ["done"] and statuses(phone.push(older)) == ["done"]
    rows = families(phone)[of(opened)]["members"]
    assert {row["called"]: row["is_responsible"] for row in rows} == {"Naíra": False, "Lia": True}


def test_why_others_left_with_a_restricted_woman_is_not_said(city):
    phone = city.phone("rua")
    person = known_person(phone, "Zuleicaplantada")
    her, child = member("Zuleicaplantada", "adult", person_id=person), member("Téo")
    opened = opening(phone, her, child, member("Nair", "adult"), team="team", occurred_at=ago(hours=5))
    ids = [her["member_id"], child["member_id"]]
    left = change(phone, of(opened), "member_left", ago(hours=1), member_ids=ids, reason="Foram para a Rua Segredo 9")
    assert statuses(phone.push(opened, left)) == ["done"] * 2
    with acting(city, "coordenacao") as (session, actor):
        assert "Segredo" in str(household_page(session, actor, UUID(of(opened))))
    with acting(city, "creas") as (session, actor):
        restriction.restrict(session, actor, UUID(person), REASON, clock.now(), ())
    with acting(city, "coordenacao") as (session, actor):
        page = household_page(session, actor, UUID(of(opened)))
    assert "Segredo" not in str(page) and "opened" in {event["kind"] for event in page["events"]}
    assert {each["called"] for each in page["members"]} == {"Téo", "Nair"}


def test_who_moved_on_later_stays_there_when_an_older_division_comes_in(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    one = member("Téo")
    opened = opening(phone, one, member("Nair", "adult"), team="team", occurred_at=ago(hours=5))
    phone.push(opened)
    later = change(mate, of(opened), "divided", ago(hours=1), member_ids=[one["member_id"]], other_id=str(new_id()))
    older = change(phone, of(opened), "divided", ago(hours=2), member_ids=[one["member_id"]], other_id=str(new_id()))
    assert statuses(mate.push(later)) == ["done"] and statuses(phone.push(older)) == ["done"]
    [row] = city.rows("SELECT household_id::text AS h FROM household_members WHERE municipality_id = :m AND id = :i", i=one["member_id"])
    assert row["h"] == later["body"]["other_id"]


def test_a_family_opened_for_no_team_is_changed_by_who_opened_it_alone(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    opened = opening(phone, member())
    assert statuses(phone.push(opened)) == ["done"]
    assert of(opened) not in families(mate)
    assert statuses(phone.push(change(phone, of(opened), "moved", address_hint="Ponte"))) == ["done"]
    assert statuses(mate.push(change(mate, of(opened), "moved", address_hint="Outra"))) == ["refused"]
    assert families(phone)[of(opened)]["address_hint"] == "Ponte"
