"""Who comes in with a referral, all of her party: somebody who is here already or who became one with another loses nobody's bed."""

from datetime import timedelta

import pytest

from app.core import clock
from app.people.service import merge
from app.referrals import service
from app.units import problems
from app.units.service import Guest
from tests.people.known import make_person
from tests.referrals import made
from tests.units.house import House


def arrive(city, referral_id, **more):
    actor = city.actor("abrigo")
    with city.transaction() as session:
        return service.mark_arrived(session, actor, referral_id, clock.now(), **more)


def inside(city):
    return city.rows(
        "SELECT s.person_id, s.called, s.referral_id, EXISTS (SELECT FROM bed_claims c WHERE c.stay_id = s.id AND upper_inf(c.during)) AS bed"
        " FROM stays s WHERE s.municipality_id = :m AND s.left_at IS NULL ORDER BY s.arrived_at, s.id"
    )


def named(city, *person_ids, count=None):
    """A referral for persons who were met together."""
    met = made.encounter(city)
    there = made.present(city, met, *person_ids)
    people = [{"participation_id": at, "person_id": who, "called": None} for at, who in zip(there, person_ids, strict=True)]
    actor = city.actor("rua")
    with city.transaction() as session:
        now = clock.now()
        return service.send_referral(session, actor, made.body(city, met, people_count=count or len(people), people=people), now, now).id


def test_one_who_came_in_before_keeps_nobody_of_her_family_from_their_beds(city):
    house = House(city, 4)
    her, hers = make_person(city, "Rosa"), make_person(city, "Filho da Rosa")
    referral_id = named(city, her, hers, count=3)
    house.check_in(Guest(person_id=her))
    arrive(city, referral_id)
    rows = inside(city)
    assert [row["person_id"] for row in rows].count(her) == 1
    assert len(rows) == 3 and all(row["bed"] for row in rows), rows


def test_two_who_became_one_come_in_as_many_as_were_sent(city):
    House(city, 2)
    one, same = make_person(city, "Zé"), make_person(city, "José")
    referral_id = named(city, one, same)
    with city.transaction() as session:
        merge(session, city.actor_in(session, "creas"), one, same, {}, None, clock.now())
    arrive(city, referral_id)
    rows = inside(city)
    assert len(rows) == 2 and all(row["bed"] for row in rows), rows
    assert [row["person_id"] for row in rows].count(one) == 1


def test_served_by_mistake_and_gone_meanwhile_she_does_not_come_in_again(city):
    house = House(city, 1)
    referral_id, _held = house.hold()
    arrive(city, referral_id)
    actor = city.actor("abrigo")
    with city.transaction() as session:
        service.serve_referral(session, actor, referral_id, clock.now())
    [stay] = city.rows("SELECT id FROM stays WHERE municipality_id = :m")
    now = clock.now()
    house.ask("check_out", stay["id"], now, "left", now)
    arrive(city, referral_id, seen="in_service")
    assert not inside(city)


def test_a_leaving_is_not_taken_back_of_who_came_in_again(city):
    house, her = House(city, 2), make_person(city, "Rosa")
    now = clock.now()
    [first] = house.check_in(Guest(person_id=her), on=now - timedelta(hours=3))
    house.ask("check_out", first.id, now - timedelta(hours=2), "left", now - timedelta(hours=2))
    house.check_in(Guest(person_id=her), on=now - timedelta(hours=1))
    with pytest.raises(problems.AlreadyHere):
        house.ask("undo_check_out", first.id, now)
    assert len(inside(city)) == 1


def test_a_promise_is_never_told_for_longer_than_its_bed_lasts(city):
    house = House(city, 0)
    now = clock.now()
    house.bed("extra 1", is_extra=True, valid_to=now + timedelta(hours=3, minutes=5))
    referral_id = made.sent(city)
    later = now + timedelta(minutes=30)
    actor = city.actor("abrigo")
    with city.transaction() as session:
        service.accept_referral(session, actor, referral_id, later)
    [row] = city.rows("SELECT held_until, arrive_by FROM referrals WHERE municipality_id = :m AND id = :i", i=referral_id)
    assert row["held_until"] == house.claims()[0]["until"] == row["arrive_by"]


def test_where_nobody_answers_at_the_door_no_bed_is_promised_by_the_server(city):
    house = House(city, 1, has_desk=False)
    referral_id = made.sent(city)
    [row] = city.rows("SELECT status, hold_answer, arrive_by FROM referrals WHERE municipality_id = :m AND id = :i", i=referral_id)
    assert (row["status"], row["hold_answer"]) == ("sent", "no_beds") and row["arrive_by"] is not None
    assert not house.claims()


@pytest.mark.parametrize("origin", ["encounter", "visit"])
def test_a_referral_names_only_who_was_there(city, origin):
    stranger = make_person(city, "Estranha")
    met = made.encounter(city) if origin == "encounter" else None
    visit = made.visit(city) if origin == "visit" else None
    people = [{"participation_id": None, "person_id": stranger, "called": "Seu Zé"}]
    actor = city.actor("rua" if met else "pim")
    body = made.body(city, met, visit_id=visit, people=people)
    with city.transaction() as session:
        now = clock.now()
        service.send_referral(session, actor, body, now, now)
    rows = city.rows("SELECT person_id, called FROM referral_people WHERE municipality_id = :m AND referral_id = :r", r=body["referral_id"])
    assert [(row["person_id"], row["called"]) for row in rows] == [(None, "Seu Zé")]
