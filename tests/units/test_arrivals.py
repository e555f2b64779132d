"""Coming in: the promised bed becomes a stay's, a late truth wins over a release, and nobody who sleeps is sent away."""

from datetime import time, timedelta

import pytest

from app.access.problems import Forbidden
from app.core.ids import new_id
from app.units import problems
from app.units.service import Guest
from tests.people.known import make_person
from tests.units.house import HOUR, House, now

MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(city):
    return House(city, 3)


def test_a_promise_becomes_a_stay_from_when_she_came(house):
    at = now()
    referral_id, held = house.hold(at=at - HOUR)
    [stay] = house.check_in(Guest(called="  Dona Lua "), at=at - 20 * MINUTE, on=at, referral_id=referral_id)
    assert (stay.called, stay.referral_id, stay.arrived_at, stay.recorded_at) == ("Dona Lua", referral_id, at - 20 * MINUTE, at)
    [hold, slept] = house.claims(held.bed_ids[0])
    assert (hold["kind"], hold["until"], hold["reason"]) == ("hold", at - 20 * MINUTE, "released")
    assert (slept["kind"], slept["stay_id"], slept["since"], slept["until"]) == ("stay", stay.id, at - 20 * MINUTE, None)
    assert house.states(at) == ["stay", "free", "free"]
    told = house.city.rows("SELECT action, subject_id, fields FROM audit_lines WHERE municipality_id = :m AND action = 'units.check_in'")
    assert [row["subject_id"] for row in told] == [stay.id] and "Lua" not in str(told)


def test_who_comes_from_the_street_gets_a_free_bed_that_fits_and_is_refused_by_name_without_one(house):
    house.bed("só mulheres", receives=["women"])
    [stay] = house.check_in(Guest(profile=["women"]))
    assert house.seen().stays[0].bed_name == "só mulheres"  # the bed that is for nobody else first
    house.hold(2)
    assert stay.party_id and house.check_in(Guest(profile=["men"]))
    with pytest.raises(problems.NoFreeBed):
        house.check_in(Guest(profile=["men"]))
    assert house.free().promised == 2


def test_a_man_is_not_put_into_a_bed_for_women(city):
    house = House(city, 0)
    house.bed("1", receives=["women"])
    with pytest.raises(problems.NoFreeBed):
        house.check_in(Guest(profile=["men"]))


def test_a_family_comes_in_as_one_party_and_whole_or_not_at_all(house):
    stays = house.check_in(Guest(called="Ana"), Guest(called="Bia"))
    assert len({stay.party_id for stay in stays}) == 1 and len({stay.id for stay in stays}) == 2
    with pytest.raises(problems.NoFreeBed):
        house.check_in(Guest(), Guest())
    assert house.states() == ["stay", "stay", "free"]


def test_who_of_the_family_follows_later_has_her_bed_until_the_promise_ends(house):
    at = now()
    referral_id, held = house.hold(3, at=at)
    [first, _second] = house.check_in(Guest(), Guest(), referral_id=referral_id, on=at)
    assert house.states(at).count("hold") == 1
    [third] = house.check_in(Guest(), party_id=first.party_id, bed_ids=[held.bed_ids[2]], on=at + HOUR * 4)
    assert third.party_id == first.party_id and house.states(at + HOUR * 4) == ["stay"] * 3


def test_more_come_than_were_promised(house):
    referral_id, _held = house.hold(1)
    assert len(house.check_in(Guest(), Guest(), referral_id=referral_id)) == 2
    assert house.free().occupied == 2


def test_an_arrival_by_referral_is_a_fact_also_without_any_bed(house):
    house.check_in(Guest(), Guest(), Guest())
    [stay] = house.check_in(Guest(called="Sem leito"), referral_id=house.referral())
    assert [sleeper.called for sleeper in house.seen().waiting_for_bed] == ["Sem leito"]
    assert house.clashes().waiting == {stay.id: stay.referral_id}


# --- late truth


def late(house, at, people=1):
    """A promise that ran out an hour ago while nobody at the desk was heard; (referral, answer)."""
    found = house.hold(people, at=at - 3 * HOUR, until=at - HOUR)
    house.silent()
    return found


def test_told_late_with_its_true_time_it_wins_over_the_release(house):
    at = now()
    referral_id, held = late(house, at)
    assert house.states(at)[0] == "lapsed"
    [stay] = house.check_in(Guest(), at=at - 2 * HOUR, on=at, referral_id=referral_id)
    [slept] = [claim for claim in house.claims(held.bed_ids[0]) if claim["kind"] == "stay"]
    assert (slept["stay_id"], slept["since"]) == (stay.id, at - 2 * HOUR)


def test_who_was_promised_the_bed_meanwhile_gets_another(house):
    at = now()
    referral_id, held = late(house, at)
    house.silent(timedelta())  # heard: the bed was free again
    [bed_id] = held.bed_ids
    other, others = house.hold(3, at=at - HOUR / 2)
    assert set(others.bed_ids) == set(house.beds)
    extra = house.bed("4")
    house.check_in(Guest(), at=at - 2 * HOUR, on=at, referral_id=referral_id)
    assert {claim["bed_id"] for claim in house.claims() if claim["referral_id"] == other} == {*house.beds, extra} - {bed_id}
    assert house.states(at) == ["stay", "hold", "hold", "hold"] and not house.clashes(at).overtaken


def test_where_no_other_is_free_both_are_told_and_the_sleeper_stays(house):
    at = now()
    referral_id, held = late(house, at)
    house.silent(timedelta())
    other, _others = house.hold(3, at=at - HOUR / 2)
    [stay] = house.check_in(Guest(), at=at - 2 * HOUR, on=at, referral_id=referral_id)
    clashes = house.clashes(at)
    assert (clashes.waiting, clashes.overtaken) == ({}, {other: 1})
    assert house.seen(at=at).overtaken == [other]
    [_old, lost, slept] = house.claims(held.bed_ids[0])
    assert (lost["reason"], lost["until"]) == ("overtaken", at)
    assert (slept["stay_id"], slept["since"]) == (stay.id, at)  # the bed was truly another's until now
    told = house.city.rows("SELECT entity_id FROM changes WHERE municipality_id = :m AND type = 'referral' ORDER BY seq DESC LIMIT 1")
    assert told[0]["entity_id"] == other


def test_the_next_bed_is_for_who_lost_hers_and_for_nobody_new(house):
    at = now()
    referral_id, _held = late(house, at)
    house.silent(timedelta())
    other, _others = house.hold(3, at=at - HOUR / 2)
    house.check_in(Guest(), at=at - 2 * HOUR, on=at, referral_id=referral_id)
    house.bed("4")
    assert (house.free(at).free, house.free(at).owed, house.free(at).to_give) == (1, 1, 0)
    assert house.hold(at=at)[1].answer == "taken"
    house.check_in(Guest(), Guest(), Guest(), on=at, referral_id=other)
    assert house.states(at) == ["stay"] * 4


def test_where_somebody_sleeps_in_it_the_late_one_waits(city):
    house, at = House(city, 1), now()
    referral_id, held = late(house, at)
    [there] = house.check_in(Guest(called="Já dorme"), on=at - HOUR / 2)
    [stay] = house.check_in(Guest(), at=at - 2 * HOUR, on=at, referral_id=referral_id)
    assert house.clashes(at).waiting == {stay.id: referral_id}
    assert [sleeper.stay_id for sleeper in house.seen(at=at).stays if sleeper.bed_id] == [there.id]


def test_who_came_after_the_promise_ran_out_takes_no_bed_from_who_is_on_the_way(city):
    house, at = House(city, 1), now()
    referral_id, _held = late(house, at)
    house.silent(timedelta())
    other, answer = house.hold(at=at - HOUR / 2)
    assert answer.answer == "granted"
    [stay] = house.check_in(Guest(), at=at - MINUTE, on=at, referral_id=referral_id)
    assert house.clashes(at).waiting == {stay.id: referral_id} and house.states(at) == ["hold"]


def test_the_night_sheet_says_who_slept_there_without_any_referral(city):
    house, at = House(city, 1), now()
    other, _answer = house.hold(at=at - HOUR)
    [stay] = house.check_in(Guest(called="Da folha"), at=at - 5 * HOUR, on=at)
    assert house.clashes(at).waiting == {stay.id: None}
    [second] = house.check_in(Guest(called="No leito 1"), at=at - 5 * HOUR, on=at, bed_ids=house.beds)
    assert house.clashes(at).overtaken == {other: 1}
    assert house.seen(at=at).beds[0].guest.stay_id == second.id
    with pytest.raises(problems.BedOccupied):
        house.check_in(Guest(), at=at - 4 * HOUR, on=at, bed_ids=house.beds)


def test_a_bed_that_was_slept_in_until_nine_is_hers_from_nine(city):
    house, at = House(city, 1), now()
    [before] = house.check_in(Guest(), at=at - 5 * HOUR, on=at - 5 * HOUR)
    house.ask("check_out", before.id, at - HOUR, "left", at - HOUR)
    [stay] = house.check_in(Guest(), at=at - 2 * HOUR, on=at)
    assert stay.arrived_at == at - 2 * HOUR
    assert [claim["since"] for claim in house.claims()] == [at - 5 * HOUR, at - HOUR]


# --- times and other bad input


def test_times_that_cannot_be(house):
    at = now()
    with pytest.raises(problems.TimeInFuture):
        house.check_in(at=at + HOUR, on=at)
    with pytest.raises(problems.TimeInFuture):
        house.check_in(at=at + timedelta(days=1), on=at)
    with pytest.raises(problems.TimeTooOld):
        house.check_in(at=at - timedelta(days=5), on=at)
    assert house.check_in(at=at + MINUTE, on=at)[0].arrived_at == at  # a desk's clock, a little ahead


def test_she_may_come_before_the_referral_was_written_but_not_by_a_day(house):
    at = now()
    with pytest.raises(problems.ArrivalBeforeSent):
        house.check_in(at=at - timedelta(days=1), on=at, referral_id=house.referral())
    [stay] = house.check_in(at=at - HOUR, on=at, referral_id=house.referral())
    assert stay.arrived_at == at - HOUR


def test_two_desks_mark_one_referral(house):
    referral_id, _held = house.hold()
    house.check_in(referral_id=referral_id)
    with pytest.raises(problems.AlreadyCheckedIn):
        house.check_in(referral_id=referral_id)


def test_who_is_here_does_not_come_in_again_under_another_record_neither(house):
    who, same = make_person(house.city, "Careca"), make_person(house.city, "Zé Careca")
    with house.city.transaction() as session:
        from app.people.service import merge

        merge(session, house.city.actor_in(session, "creas"), who, same, {}, None, now())
    house.check_in(Guest(person_id=who))
    for again in (who, same):
        with pytest.raises(problems.AlreadyHere):
            house.check_in(Guest(person_id=again))
    with pytest.raises(problems.AlreadyHere):
        other = make_person(house.city, "Duas vezes")
        house.check_in(Guest(person_id=other), Guest(person_id=other))


def test_refused_by_name(house, other_city):
    with pytest.raises(problems.NobodyNamed):
        house.ask("check_in", house.unit_id, [], now(), now())
    with pytest.raises(problems.UnknownProfile):
        house.check_in(Guest(profile=["vip"]))
    with pytest.raises(problems.BedsForEach):
        house.check_in(Guest(), Guest(), bed_ids=[house.beds[0], house.beds[0]])
    with pytest.raises(problems.BedNotFound):
        house.check_in(Guest(), bed_ids=[new_id()])
    with pytest.raises(problems.ReferralElsewhere):
        house.check_in(referral_id=new_id())
    with pytest.raises(problems.UnitNotFound):
        house.ask("check_in", other_city.ids["shelter"], [Guest()], now(), now())
    with pytest.raises(problems.NoBeds):
        house.ask("check_in", house.city.ids["centro_pop"], [Guest()], now(), now(), persona="centropop")
    for stranger in ("centropop", "rua", "supervisao", "admin"):
        with pytest.raises(Forbidden):
            house.ask("check_in", house.unit_id, [Guest()], now(), now(), persona=stranger)
    assert house.states() == ["free"] * 3


def test_a_bed_that_is_anothers_is_named(house):
    house.hold(1)
    [promised] = [bed.bed.id for bed in house.seen().beds if bed.bed.state == "hold"]
    with pytest.raises(problems.BedPromised):
        house.check_in(bed_ids=[promised])
    house.ask("block_bed", house.beds[2], None, "repair", now())
    with pytest.raises(problems.BedBlocked):
        house.check_in(bed_ids=[house.beds[2]])


def test_a_unit_that_closed_while_she_was_on_the_way_still_has_her(house):
    referral_id, _held = house.hold()
    House(house.city, 0, is_active=False)
    with pytest.raises(problems.UnitInactive):
        house.check_in()
    assert house.check_in(referral_id=referral_id)


def test_an_arrival_marked_by_mistake_never_was(house):
    referral_id, _held = house.hold(2)
    house.check_in(Guest(), Guest(), referral_id=referral_id)
    assert house.ask("take_back_check_in", referral_id, now()) == 2
    assert house.states() == ["free"] * 3 and house.seen().stays == []
    assert len(house.check_in(Guest(), Guest(), referral_id=referral_id)) == 2


def test_a_night_ends_in_the_next_local_morning(city):
    house = House(city, 3, night_ends_at=time(7))
    at = now().replace(hour=2, minute=0, second=0, microsecond=0) - timedelta(days=1)  # 23:00 in Fortaleza
    [stay] = house.check_in(at=at, on=at)
    assert stay.due_at == at + 8 * HOUR
    assert not house.seen(at=at + 7 * HOUR).due and house.seen(at=at + 9 * HOUR).due
    assert house.states(at + timedelta(days=3)).count("stay") == 1  # a clock only warns
