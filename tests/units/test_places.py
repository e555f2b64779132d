"""Promises: how long, to whom, what a silent desk's is worth, and whom a bed fits."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from app.units import problems, rules, service
from app.units.service import Guest
from tests.units.house import HOUR, House, now


TAKES = json.loads((Path(__file__).parents[1] / "contract" / "house_takes.json").read_text(encoding="utf-8"))["cases"]


@pytest.fixture
def house(city):
    return House(city, 2)


def test_a_family_is_held_whole_or_not_at_all(house):
    assert house.hold(3)[1].answer == "taken"
    assert house.claims() == []
    assert len(house.hold(2)[1].bed_ids) == 2 and house.hold(1)[1].answer == "taken"


def test_asked_again_it_says_the_same_again(house):
    referral_id, first = house.hold()
    assert house.hold(referral_id=referral_id)[1] == first and len(house.claims()) == 1


def test_a_hold_into_the_past_is_refused(house):
    with pytest.raises(problems.HoldInPast):
        house.hold(until=now() - HOUR, at=now())


def test_expiry_frees_the_bed_only_while_the_desk_was_heard(house):
    at = now()
    referral_id, held = house.hold(at=at - 2 * HOUR, until=at - HOUR)
    assert house.states(at) == ["lapsed", "free"]
    house.hold(at=at)
    assert house.hold(at=at)[1].answer == "unconfirmed"
    with house.city.transaction() as session:
        service.hear(session, house.city.ibge, [house.unit_id], at)
    assert house.states(at) == ["free", "hold"]
    assert house.hold(at=at)[1].bed_ids == held.bed_ids


def test_heard_before_it_ran_out_is_not_heard_since(house):
    at = now()
    house.silent(HOUR + timedelta(minutes=1))
    house.hold(at=at - 2 * HOUR, until=at - HOUR)
    assert house.states(at)[0] == "lapsed"


@pytest.mark.parametrize("status, state", [("revoked", "free"), ("redirected", "free"), ("arrived", "free"), ("not_arrived", "lapsed"), ("on_the_way", "lapsed")])
def test_what_became_of_the_referral_settles_it_and_the_clock_alone_does_not(house, status, state):
    at = now()
    referral_id, _held = house.hold(at=at - 2 * HOUR, until=at - HOUR)
    house.city.rows("UPDATE referrals SET status = :s WHERE municipality_id = :m AND id = :r RETURNING id", s=status, r=referral_id)
    assert house.states(at)[0] == state


def test_what_somebody_gave_up_is_free_whoever_was_heard(house):
    at = now()
    referral_id, _held = house.hold(at=at - HOUR, until=at + HOUR)
    with house.city.transaction() as session:
        assert service.release_places(session, house.city.ibge, referral_id, at - HOUR / 2)
        assert not service.release_places(session, house.city.ibge, referral_id, at)
    assert house.states(at) == ["free", "free"]


def test_a_bed_that_ends_before_the_promise_is_not_promised_and_holds_no_promise_longer(city):
    house, at = House(city, 0), now()
    house.bed("extra 1", is_extra=True, valid_to=at + HOUR)
    assert house.hold(at=at)[1].answer == "taken"
    referral_id, held = house.hold(at=at, until=at + HOUR / 2)
    assert held.answer == "granted"
    with city.transaction() as session:
        assert service.keep_holds_until(session, city.ibge, referral_id, at, at + 5 * HOUR)
    assert house.claims()[0]["until"] == at + HOUR


def test_who_sleeps_in_an_extra_bed_that_has_ended_is_still_there(city):
    house, at = House(city, 0), now()
    house.bed("extra 1", is_extra=True, valid_to=at + HOUR)
    [stay] = house.check_in(on=at)
    assert (house.states(at + 2 * HOUR), house.free(at + 2 * HOUR).total) == (["stay"], 1)
    house.ask("check_out", stay.id, at, "left", at)
    assert house.states(at + 2 * HOUR) == []


def test_a_family_of_both_sexes_gets_no_beds_for_one(city):
    house = House(city, 0)
    for name in "12":
        house.bed(name, room="Ala masculina", receives=["men"])
    assert house.hold(2, ["men", "women", "couples"])[1].answer == "taken"
    house.bed("3", room="Casal", receives=["couples"])
    house.bed("4", room="Casal", receives=["couples"])
    assert len(house.hold(2, ["men", "women", "couples"])[1].bed_ids) == 2


def test_one_wheelchair_in_a_family_asks_for_one_such_bed(city):
    house = House(city, 2)
    assert house.hold(2, ["wheelchair"])[1].answer == "taken"
    accessible = house.bed("adaptado", receives=["wheelchair"])
    assert accessible in house.hold(2, ["wheelchair"])[1].bed_ids


def test_the_smallest_room_that_is_enough_and_the_common_beds_last(city):
    house = House(city, 0)
    big = [house.bed(f"1{n}", room="Grande") for n in range(4)]
    small = [house.bed(f"2{n}", room="Pequeno") for n in range(2)]
    hers = house.bed("30", receives=["women"])
    assert set(house.hold(2)[1].bed_ids) == set(small)
    assert house.hold(1, ["women"])[1].bed_ids == (hers,)
    assert house.hold(1, ["men"])[1].bed_ids == (big[0],)


@pytest.mark.parametrize(
    "receives, wanted, fits",
    [
        ([], ["men"], True), (["women"], ["women"], True), (["women"], ["men"], False), (["women"], [], True),
        (["men"], ["men", "women"], False), (["men", "women"], ["men", "women"], True), (["families"], ["men", "women", "families"], True),
        (["women", "elderly"], ["men", "elderly"], False), (["lgbt"], ["men", "lgbt"], True), (["elderly"], ["men", "elderly"], True),
        (["couples"], ["men"], False),
    ],
)  # fmt: skip
def test_whom_a_bed_fits(receives, wanted, fits):
    assert rules.bed_fits(receives, wanted) is fits
    assert rules.house_takes(receives, wanted) is fits


@pytest.mark.parametrize("case", TAKES, ids=lambda case: case["name"])
def test_whom_a_house_takes_as_the_phone_says(case):
    assert rules.house_takes(case["receives"], case["wanted"]) is case["takes"]


def test_a_closed_house_promises_nothing(city):
    assert House(city, 2, is_active=False).hold()[1].answer == "no_beds"


def test_who_sleeps_without_a_bed_comes_before_who_asks(city):
    house = House(city, 1)
    house.check_in()
    house.check_in(referral_id=house.referral())
    house.bed("2")
    assert house.hold()[1].answer == "taken"
