"""A referral tells nobody but the door that expects her of somebody restricted, whatever is said of her afterwards."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.ids import new_id
from app.referrals import queries, service
from tests.make.beds import house
from tests.people.shielded import make_shielded
from tests.referrals.test_places_at_the_push import send


@pytest.fixture
def her(city):
    house(city, 2)
    shielded = make_shielded(city)
    return shielded


def held_by(phone):
    phone.pull()
    return {body["id"] for body in phone.of_type("referral")}


def test_unlinked_by_a_phone_that_does_not_see_her_she_stays_hidden(city, her):
    phone = her.phones["rua"]
    assert her.referral_id in held_by(phone)
    her.restrict("creas")
    assert her.referral_id not in held_by(phone)
    unlink = phone.command(
        "encounters.unlink", {"encounter_id": her.encounter_id, "participation_id": her.participation_id, "reason": "by_mistake"}
    )
    phone.push(unlink)
    assert her.referral_id not in held_by(phone) and her.referral_id not in held_by(city.phone("rua2"))
    # The door that expects her has her still.
    with city.transaction() as session:
        assert queries.is_shown(session, city.actor_in(session, "abrigo"), her.referral_id)


def test_for_whom_it_is_hides_it_too(city, her):
    phone = her.phones["rua"]
    met = phone.encounter()
    met["body"]["people"][0] |= {"person_id": str(her.person_id), "certainty": "sure"}
    named = send(phone, met, people=[{"participation_id": None, "person_id": str(her.person_id), "called": None}])
    assert [outcome["status"] for outcome in phone.push(met, named)] == ["done", "done"]
    id_ = named["body"]["referral_id"]
    assert id_ in held_by(phone)
    her.restrict("creas")
    assert id_ not in held_by(phone) and id_ not in held_by(city.phone("rua"))


def test_of_her_nobody_but_the_door_is_told(city, her):
    her.restrict("creas")
    actor = city.actor("abrigo")
    with city.transaction() as session:
        service.accept_referral(session, actor, her.referral_id, clock.now())
        service.mark_arrived(session, actor, her.referral_id, clock.now())
    told = city.rows(
        "SELECT w.login, n.kind FROM notices n JOIN workers w ON w.municipality_id = n.municipality_id AND w.id = n.worker_id"
        " WHERE n.municipality_id = :m AND n.subject_id = :i AND n.kind <> 'referral_new'",
        i=her.referral_id,
    )
    assert {each["login"].split("-")[0] for each in told} <= {"abrigo"}


def test_the_climb_for_her_stays_at_the_door_whatever_contact_was_named(city, her):
    """The second contact of a unit may be anybody: here somebody of another one."""
    city.rows(
        "INSERT INTO unit_contacts (municipality_id, id, unit_id, position, name, phone, email, worker_id) VALUES"
        " (:m, :a, :u, 1, 'A', '', '', NULL), (:m, :b, :u, 2, 'B', '', '', :second) RETURNING id",
        a=new_id(), b=new_id(), u=city.ids["shelter"], second=city.ids["centropop"],
    )  # fmt: skip
    her.restrict("creas")
    with city.transaction() as session:
        assert service.watch_city(session, city.ibge, clock.now() + timedelta(hours=3))["escalated"] == 3
    told = city.rows(
        "SELECT w.login, n.step FROM notices n JOIN workers w ON w.municipality_id = n.municipality_id AND w.id = n.worker_id"
        " WHERE n.municipality_id = :m AND n.subject_id = :i AND n.kind = 'referral_waiting' AND n.step > 0",
        i=her.referral_id,
    )
    assert {(each["login"].split("-")[0], each["step"]) for each in told} == {("abrigo", 1), ("abrigo", 2), ("abrigo", 3)}
