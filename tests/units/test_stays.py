"""Nights under a roof: leaving, another bed, a kept place, the roll-call, the morning; a clock only warns."""

from datetime import time, timedelta

import pytest

from app.access.problems import Forbidden
from app.core.ids import new_id
from app.units import problems
from app.units.models import Stay
from app.units.service import Guest
from tests.units.house import HOUR, House, now


@pytest.fixture
def house(city):
    return House(city, 3)


def kept(house, stay_id):
    with house.city.transaction() as session:
        return session.get(Stay, (house.city.ibge, stay_id))


def events(house, stay_id):
    rows = house.city.rows("SELECT kind FROM stay_events WHERE municipality_id = :m AND stay_id = :s ORDER BY recorded_at, id", s=stay_id)
    return [row["kind"] for row in rows]


def test_who_leaves_frees_her_bed_from_when_she_left(house):
    at = now()
    [stay] = house.check_in(at=at - 2 * HOUR, on=at - 2 * HOUR)
    left = house.ask("check_out", stay.id, at - HOUR, "left", at)
    assert (left.left_at, left.left_reason, left.left_by) == (at - HOUR, "left", house.city.ids["abrigo"])
    assert [claim["until"] for claim in house.claims()] == [at - HOUR] and house.states(at) == ["free"] * 3
    for verb, args in (("check_out", (at, "left", at)), ("move_guest", (house.beds[1], at)), ("come_back", (at,))):
        with pytest.raises(problems.AlreadyLeft):
            house.ask(verb, stay.id, *args)


def test_leaving_that_cannot_be(house):
    at = now()
    [stay] = house.check_in(at=at - HOUR, on=at)
    with pytest.raises(problems.TimeInFuture):
        house.ask("check_out", stay.id, at + HOUR, "left", at)
    with pytest.raises(problems.LeftBeforeArrival):
        house.ask("check_out", stay.id, at - 2 * HOUR, "left", at)
    with pytest.raises(problems.UnknownReason):
        house.ask("check_out", stay.id, at, "mistake", at)
    with pytest.raises(problems.StayNotFound):
        house.ask("check_out", new_id(), at, "left", at)
    with pytest.raises(Forbidden):
        house.ask("check_out", stay.id, at, "left", at, persona="centropop")


def test_a_leaving_taken_back_gives_her_the_bed_again(house):
    at = now()
    [stay] = house.check_in(on=at - 2 * HOUR)
    with pytest.raises(problems.StillHere):
        house.ask("undo_check_out", stay.id, at)
    house.ask("check_out", stay.id, at - HOUR, "left", at - HOUR)
    house.ask("undo_check_out", stay.id, at)
    assert kept(house, stay.id).left_at is None and events(house, stay.id) == ["arrived", "left", "left_undone"]
    assert [(claim["since"], claim["until"]) for claim in house.claims()] == [(at - 2 * HOUR, at - HOUR), (at - HOUR, None)]


def test_a_leaving_taken_back_puts_nobody_out(city):
    house, at = House(city, 1), now()
    [stay] = house.check_in(on=at - 2 * HOUR)
    house.ask("check_out", stay.id, at - HOUR, "left", at - HOUR)
    [other] = house.check_in(on=at - HOUR / 2)
    house.ask("undo_check_out", stay.id, at)
    assert house.clashes(at).waiting == {stay.id: None} and house.seen(at=at).beds[0].guest.stay_id == other.id


def test_another_bed_and_the_first_for_who_waits(house):
    at = now()
    stays = house.check_in(Guest(), Guest(), Guest(), on=at - HOUR)
    [waiting] = house.check_in(referral_id=house.referral(sent_ago=2 * HOUR), on=at - HOUR)
    for bed in house.beds:
        with pytest.raises(problems.BedOccupied):
            house.ask("move_guest", waiting.id, bed, at)
    house.ask("check_out", stays[1].id, at, "left", at)
    house.ask("move_guest", waiting.id, house.beds[1], at)
    fourth = house.bed("4")
    house.ask("move_guest", stays[0].id, fourth, at)
    assert [guest.guest and guest.guest.stay_id for guest in house.seen(at=at).beds] == [None, waiting.id, stays[2].id, stays[0].id]
    with pytest.raises(problems.BedNotFound):
        house.ask("move_guest", waiting.id, new_id(), at)


def test_a_kept_place_waits_and_past_its_end_the_desk_is_asked(city):
    house, at = House(city, 1, night_ends_at=time(7)), now()
    [stay] = house.check_in(on=at)
    until = at + timedelta(days=2)
    house.ask("keep_place", stay.id, until, "  internação ", at)
    assert house.ask("renew", house.unit_id, None, at) == 0 and house.ask("end_night", house.unit_id, [], at, seen_ids=[stay.id]) == 0
    assert not house.seen(at=until - HOUR).due and house.seen(at=until).due and house.states(until + HOUR) == ["stay"]
    back = house.ask("come_back", stay.id, at + HOUR)
    assert back.absent_from is None and back.absent_until is None and back.due_at > at
    with pytest.raises(problems.NotAbsent):
        house.ask("come_back", stay.id, at)
    with pytest.raises(problems.AbsenceInPast):
        house.ask("keep_place", stay.id, at, None, at)
    with pytest.raises(problems.AbsenceTooLong):
        house.ask("keep_place", stay.id, at + timedelta(days=31), None, at)
    said = city.rows("SELECT reason FROM stay_events WHERE municipality_id = :m AND kind = 'absent'")
    assert [row["reason"] for row in said] == ["internação"]


def test_one_tap_renews_everybody(city):
    house = House(city, 3, night_ends_at=time(7))
    at = now().replace(hour=2, minute=0, second=0, microsecond=0) - timedelta(days=1)  # 23:00 in Fortaleza
    stays = house.check_in(Guest(), Guest(), on=at)
    morning = at + 9 * HOUR
    assert [sleeper.is_due for sleeper in house.seen(at=morning).stays] == [True, True]
    assert house.ask("renew", house.unit_id, None, morning) == 2 and not house.seen(at=morning).due
    assert kept(house, stays[0].id).due_at == at + 8 * HOUR + timedelta(days=1)
    assert house.ask("renew", house.unit_id, [stays[0].id], morning) == 1


def test_the_morning_sends_away_nobody_who_came_after_the_page_was_drawn(house):
    at = now()
    staying, leaving = house.check_in(Guest(), Guest(), on=at - 8 * HOUR)
    [late] = house.check_in(on=at - HOUR / 60)
    assert house.ask("end_night", house.unit_id, [staying.id], at, seen_ids=[staying.id, leaving.id]) == 1
    assert {sleeper.stay_id for sleeper in house.seen(at=at).stays} == {staying.id, late.id}
    assert kept(house, leaving.id).left_reason == "morning"
    # Without what was seen: only whose night is over, and here no night has an end.
    assert house.ask("end_night", house.unit_id, [], at) == 0


def test_the_roll_call_says_here_gone_and_absent_and_names_who_left_meanwhile(house):
    at = now()
    here, gone, absent = house.check_in(Guest(), Guest(), Guest(), on=at - HOUR)
    house.ask("check_out", gone.id, at, "left", at)
    marks = {here.id: "here", gone.id: "gone", absent.id: "absent"}
    assert house.ask("roll_call", house.unit_id, marks, at) == [gone.id]
    assert (kept(house, absent.id).absent_from, kept(house, absent.id).absent_until) == (at, None)
    assert house.states(at).count("stay") == 2  # nobody loses a bed by not being in the room
    house.ask("roll_call", house.unit_id, {absent.id: "here", here.id: "gone"}, at)
    assert events(house, absent.id) == ["arrived", "absent", "back", "present"] and kept(house, here.id).left_reason == "left"
    with pytest.raises(problems.UnknownReason):
        house.ask("roll_call", house.unit_id, {absent.id: "dead"}, at)


def test_the_end_of_a_stay_is_told_days_before_and_ends_nothing(city):
    house, at = House(city, 1, max_stay_days=90), now()
    [stay] = house.check_in(on=at - timedelta(days=1))
    seen = house.seen(at=at + timedelta(days=80))
    assert not seen.term_near and seen.stays[0].days_left == 9
    assert [sleeper.days_left for sleeper in house.seen(at=at + timedelta(days=87)).term_near] == [2]
    assert house.seen(at=at + timedelta(days=100)).term_near[0].days_left < 0 and house.states(at + timedelta(days=100)) == ["stay"]


def test_a_bed_out_of_use(house):
    at = now()
    house.ask("block_bed", house.beds[0], at + HOUR, "repair", at)
    assert house.states(at) == ["block", "free", "free"] and house.states(at + 2 * HOUR) == ["free"] * 3
    assert house.seen(at=at).beds[0].bed.reason == "repair"
    house.ask("unblock_bed", house.beds[0], at + HOUR / 2)
    assert house.states(at + HOUR / 2) == ["free"] * 3
    with pytest.raises(problems.NotBlocked):
        house.ask("unblock_bed", house.beds[0], at + HOUR / 2)
    with pytest.raises(problems.UnknownReason):
        house.ask("block_bed", house.beds[0], None, "ugly", at)
    house.check_in(on=at)
    with pytest.raises(problems.BedOccupied):
        house.ask("block_bed", [bed.bed.id for bed in house.seen(at=at).beds if bed.bed.state == "stay"][0], None, "repair", at)


def test_not_fitted_is_counted_and_taken_back(house):
    at = now()
    row = house.ask("note_turned_away", house.unit_id, 2, ["women", "animals"], "full", at - HOUR, at)
    assert (row.people_count, row.profile, row.at) == (2, ["animals", "women"], at - HOUR)
    assert house.ask("take_back_turned_away", row.id, at).taken_back_at == at
    with pytest.raises(problems.AlreadyTakenBack):
        house.ask("take_back_turned_away", row.id, at)
    for bad, problem in (
        ((0, [], "full", at), problems.NobodyNamed), ((1, ["vip"], "full", at), problems.UnknownProfile),
        ((1, [], "smell", at), problems.UnknownReason), ((1, [], "full", at + HOUR), problems.TimeInFuture),
    ):  # fmt: skip
        with pytest.raises(problem):
            house.ask("note_turned_away", house.unit_id, *bad, at)


def test_a_visit_of_the_day_is_one_a_day_and_gathers_what_she_used(city):
    from tests.people.known import make_person

    house, at, unit = House(city, 0), now().replace(hour=15), city.ids["centro_pop"]
    at = at if at <= now() else at - timedelta(days=1)
    who = make_person(city, "Careca")
    first = house.ask("note_visit", unit, who, None, ["bath"], at, at, persona="centropop")
    again = house.ask("note_visit", unit, who, None, ["meals"], at + HOUR / 2, at + HOUR / 2, persona="centropop")
    assert again.id == first.id and again.services == ["bath", "meals"] and again.at == at
    other = house.ask("note_visit", unit, None, "Seu Zé", [], at, at, persona="centropop")
    assert other.id != first.id
    tomorrow = house.ask("note_visit", unit, who, None, [], at + timedelta(days=1), at + timedelta(days=1), persona="centropop")
    assert tomorrow.id != first.id
    house.ask("take_back_visit", first.id, at, persona="centropop")
    with pytest.raises(problems.CountNotFound):
        house.ask("take_back_visit", new_id(), at, persona="centropop")
    with pytest.raises(problems.UnknownService):
        house.ask("note_visit", unit, who, None, ["spa"], at, at, persona="centropop")


def test_somebody_restricted_is_known_at_the_door_where_she_sleeps_and_nowhere_else(city):
    from app.accounts import service as accounts
    from tests.people.known import make_person

    house, who = House(city, 2), make_person(city, "Sigilosa")
    [stay] = house.check_in(Guest(person_id=who, called="Sigilosa"))
    with city.transaction() as session:
        accounts.grant_role(session, city.ibge, city.ids["coordenacao"], "coordinator", now() - HOUR, "municipality", None)
    assert [sleeper.called for sleeper in house.seen("coordenacao").stays] == ["Sigilosa"]
    city.rows("UPDATE people SET restricted_at = now() WHERE municipality_id = :m AND id = :p RETURNING id", p=who)
    assert [sleeper.called for sleeper in house.seen().stays] == ["Sigilosa"]  # the door
    over = house.seen("coordenacao")
    assert over.stays == [] and [(bed.bed.state, bed.guest) for bed in over.beds] == [("stay", None), ("free", None)]
    with pytest.raises(Forbidden):
        house.ask("keep_place", stay.id, now() + HOUR, None, now(), persona="coordenacao")
