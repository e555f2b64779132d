"""The last beds on real connections: asked for by a hundred, checked in, taken away, told of late, all at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.units import problems, service
from app.units.problems import AlreadyCheckedIn, BedInUse, BedOccupied, BedPromised, NoFreeBed
from app.units.service import Asked, Guest
from tests.units.house import HOUR, House, now


def together(*acts):
    """What each gave, or raised, when all began at once on connections of their own."""

    def run(act):
        try:
            return act()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def never_twice(house):
    """No two claims of a bed at one instant; asked of the rows, not of the constraint."""
    rows = house.claims()
    for one in rows:
        for other in rows:
            if one is not other and one["bed_id"] == other["bed_id"]:
                assert (one["until"] and one["until"] <= other["since"]) or (other["until"] and other["until"] <= one["since"])


def test_a_hundred_ask_for_the_last_ten(city):
    house, at = House(city, 10), now()
    asked = [house.referral() for _ in range(20)]

    def ask(referral_id):
        with city.transaction() as session:
            return service.hold_places(session, city.ibge, house.unit_id, referral_id, Asked(1), now()).answer

    # Eight connections at a time is what one process of the server has; bench/last_beds.py asks with a hundred phones.
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, asked))
    assert sorted(answers) == ["granted"] * 10 + ["taken"] * 10
    never_twice(house)
    assert house.free(at + HOUR / 2).promised == 10


def test_a_family_and_a_man_at_the_last_two(city):
    house = House(city, 2)
    family, alone = house.referral(2), house.referral()
    answers = together(lambda: house.hold(2, referral_id=family)[1], lambda: house.hold(referral_id=alone)[1])
    assert [answer.answer for answer in answers] in (["granted", "taken"], ["taken", "granted"])
    assert len(house.claims()) == (2 if answers[0].answer == "granted" else 1)


def test_two_desks_check_in_the_same_referral(city):
    house = House(city, 3)
    referral_id, _held = house.hold()
    given = together(*[lambda: house.check_in(referral_id=referral_id)] * 3)
    assert sorted(isinstance(one, AlreadyCheckedIn) for one in given) == [False, True, True], given
    assert len(house.seen().stays) == 1


def test_two_desks_choose_one_bed(city):
    house = House(city, 2)
    given = together(*[lambda: house.check_in(bed_ids=house.beds[:1])] * 2)
    assert sorted(isinstance(one, BedOccupied) for one in given) == [False, True], given
    never_twice(house)


def test_a_walk_in_against_a_promise_for_the_last_bed(city):
    house = House(city, 1)
    referral_id = house.referral()
    held, came = together(lambda: house.hold(referral_id=referral_id)[1], lambda: house.check_in())
    assert (held.answer == "granted") == isinstance(came, NoFreeBed), (held, came)
    never_twice(house)


def test_who_comes_in_against_her_bed_running_out_and_going_to_another(city):
    """Whichever is first, she has a bed and nobody has it twice."""
    house, at = House(city, 1), now()
    mine, _held = house.hold(at=at - 2 * HOUR, until=at - timedelta(seconds=1))
    house.silent(timedelta())
    other = house.referral()
    came, held = together(
        lambda: house.check_in(at=at - HOUR, on=now(), referral_id=mine), lambda: house.hold(referral_id=other)[1]
    )
    assert isinstance(came, list), came
    never_twice(house)
    assert house.seen().beds[0].guest.stay_id == came[0].id
    assert house.clashes().overtaken == ({other: 1} if held.answer == "granted" else {})


@pytest.mark.parametrize("take", ["remove", "lower"])
def test_a_promise_against_a_bed_taken_away(city, take):
    house = House(city, 1, place_rule="beds" if take == "remove" else "capacity")
    if take == "lower":
        city.rows("UPDATE beds SET is_counted = true WHERE municipality_id = :m RETURNING id")
    referral_id = house.referral()
    away = ("remove_bed", house.unit_id, house.beds[0], now()) if take == "remove" else ("set_capacity", house.unit_id, [((), 0)], now())
    held, gone = together(
        lambda: house.hold(referral_id=referral_id)[1], lambda: house.ask(*away, persona="admin")
    )
    if held.answer == "granted":
        assert isinstance(gone, (BedInUse, problems.PlacesInUse)), gone
        assert house.states() == ["hold"]
    else:
        assert gone is None and house.states() == []


def test_renewing_and_the_morning_against_a_promise(city):
    house = House(city, 2)
    [stay] = house.check_in()
    referral_id = house.referral()
    given = together(
        lambda: house.ask("renew", house.unit_id, None, now()), lambda: house.hold(referral_id=referral_id)[1].answer,
        lambda: house.ask("check_out", stay.id, now(), "left", now()),
    )  # fmt: skip
    assert not [one for one in given if isinstance(one, Exception)], given
    assert house.seen().stays == [] and house.free().promised == 1
    never_twice(house)


def test_a_block_against_who_comes_in(city):
    house = House(city, 1)
    blocked, came = together(
        lambda: house.ask("block_bed", house.beds[0], None, "repair", now()), lambda: house.check_in(Guest(), bed_ids=house.beds)
    )
    assert isinstance(blocked, BedOccupied) != isinstance(came, problems.BedBlocked), (blocked, came)
    never_twice(house)


def test_a_release_against_a_late_truth_that_moves_the_promise(city):
    """The promise that is given up doesn't come back to life in another bed."""
    house, at = House(city, 2), now()
    mine, _held = house.hold(at=at - 2 * HOUR, until=at - HOUR)
    house.silent(timedelta())
    other, _held = house.hold(2, at=at - HOUR / 2)

    def release():
        with city.transaction() as session:
            return service.release_places(session, city.ibge, other, now())

    came, released = together(lambda: house.check_in(at=at - 1.5 * HOUR, on=now(), referral_id=mine), release)
    assert isinstance(came, list) and released is True, (came, released)
    never_twice(house)
    assert house.free(now() + timedelta(seconds=5)).promised == 0


def test_moving_into_a_bed_against_a_promise(city):
    house = House(city, 2)
    [stay] = house.check_in(bed_ids=house.beds[:1])
    referral_id = house.referral()
    moved, held = together(
        lambda: house.ask("move_guest", stay.id, house.beds[1], now()), lambda: house.hold(referral_id=referral_id)[1]
    )
    assert held.answer == "granted" and (not isinstance(moved, Exception) or isinstance(moved, BedPromised)), (moved, held)
    never_twice(house)
