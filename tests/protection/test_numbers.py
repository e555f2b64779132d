<<<<<<< HEAD
"""Counting without exposing: what coverage may know of flags, by month and region, under the rule of five."""

from datetime import UTC, datetime

import pytest

from app.core import clock
from app.core.ids import new_id
from app.coverage import violations
from app.protection.terms import COUNTED
from tests.make.city import NORTH_POINT, SOUTH_POINT
from tests.make.flags import flag, raise_flag
from tests.make.phone import place

NORTH, SOUTH = place("gps", *NORTH_POINT), place("gps", *SOUTH_POINT)


def numbers(city, month_on=None, persona="supervisao"):
    with city.transaction() as session:
        now = clock.now()
        month_on = month_on or now.astimezone(UTC).date().replace(day=1)
        return violations.numbers_of(session, city.actor_in(session, persona), month_on, now)


def raised(city, north=0, south=0, **facts):
    phone = city.phone("rua")
    commands = [flag(phone, place=where, **facts) for where, count in ((NORTH, north), (SOUTH, south)) for _one in range(count)]
    assert {outcome["status"] for outcome in phone.push(*commands)} == {"done"}
    return [command["body"]["flag_id"] for command in commands]


def test_the_keys_are_those_of_flags():
    assert set(violations.COUNTED) == set(COUNTED)


def test_five_and_more_are_told_by_region_and_for_the_city(city):
    raised(city, north=6, south=5)
    found = numbers(city)
    assert found.city["child_labour"] == 11 and found.city["child_labour_up_to_15"] == 11
    assert found.regions[city.ids["north"]]["child_labour"] == 6
    assert found.regions[city.ids["south"]]["child_labour"] == 5
    assert "violence_woman" not in found.city


def test_a_small_figure_is_hidden_and_another_with_it_so_that_no_subtraction_tells_it(city):
    raised(city, north=6, south=2)
    found = numbers(city)
    # 8 in the city less 6 in the north would tell the 2.
    assert found.regions[city.ids["south"]]["child_labour"] is None
    assert found.regions[city.ids["north"]]["child_labour"] is None
    assert found.city["child_labour"] == 8


def test_one_child_alone_is_nowhere(city):
    raised(city, north=1)
    found = numbers(city)
    assert found.city["child_labour"] is None and found.regions[city.ids["north"]]["child_labour"] is None
    page = city.client("supervisao").get("/painel/sinais").get_data(as_text=True)
    assert "menos de 5" in page and ">1<" not in page


def test_sixteen_and_seventeen_are_child_labour_and_not_the_forms(city):
    raised(city, north=5, age="age_16_17")
    found = numbers(city)
    assert found.city["child_labour"] == 5 and "child_labour_up_to_15" not in found.city


def test_a_known_person_flagged_twice_is_one_and_a_group_is_as_many_as_seen(city):
    phone = city.phone("rua")
    person_id = str(new_id())
    body = {"person_id": person_id, "called": "Bento", "called_kind": "nickname", "age_band": None, "sex": None, "region_id": None}
    assert phone.push(phone.command("people.register", body))[0]["status"] == "done"
    raised(city, north=5)
    twice = [flag(phone, place=NORTH, subject="known", person_id=person_id) for _time in range(2)]
    assert [outcome["status"] for outcome in phone.push(*twice, flag(phone, place=NORTH, people_count=3))] == ["done"] * 3
    found = numbers(city)
    assert found.city["child_labour"] == 5 + 1 + 3 and found.city["flag"] == 8


def test_another_month_and_another_city_count_nothing(city, other_city):
    raised(city, north=6)
    assert numbers(city, datetime(2026, 1, 1).date()).city == {}
    assert numbers(other_city).city == {}


@pytest.mark.parametrize("persona", ["rua", "abrigo", "creas", "coordenacao", "admin", "auditoria"])
def test_only_who_oversees_reads_them(city, persona):
    raise_flag(city.phone("rua"))
    assert city.client(persona).get("/painel/sinais").status_code == 403


def test_a_month_that_is_none_and_one_to_come(city):
    client = city.client("supervisao")
    assert client.get("/painel/sinais?mes=2026-13").status_code == 422
    assert client.get("/painel/sinais?mes=2999-01").status_code == 200
=======
"""Numbers without a gap and without a twin, proved by real connections that send at once, are refused and roll back."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from app.core import clock, seal
from app.protection.communications.problems import AlreadySent
from app.protection.service import communicating
from app.protection.service.communicating import Sending
from tests.make.city import instant
from tests.protection.writer import Writer

THREADS = 8
_CODES = ("guardianship_council", "peti", "creas", "disque_100", "prosecution", "childhood_judge", "labour_inspection", "caps")


def in_order(numbers, first_year=None):
    by_year = {}
    for year, number in numbers:
        by_year.setdefault(year, []).append(number)
    return {year: sorted(found) == list(range(1, len(found) + 1)) for year, found in by_year.items()}


def test_many_send_at_once_and_some_roll_back(city):
    """Each on a connection of its own; a third of them dies after it took its number: no gap, no twin."""
    phone = city.phone()
    cases = [Writer(city, phone=phone) for _ in range(4)]
    drafts = [(case, case.draft(code)) for case in cases for code in _CODES]
    doomed = {one for _case, one in random.Random(7).sample(drafts, 10)}
    random.Random(3).shuffle(drafts)
    gate = Barrier(THREADS)

    class Died(Exception):
        pass

    def send(which):
        mine = drafts[which::THREADS]
        gate.wait(20)
        for case, one in mine:
            try:
                with city.transaction() as session:
                    row = communicating.send(session, city.actor_in(session, "creas"), one, Sending("by_hand"), clock.now())
                    assert row.number
                    if one in doomed:
                        raise Died()
            except Died:
                continue

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(send, range(THREADS)))
    sent = len(drafts) - len(doomed)
    numbers = cases[0].numbers()
    assert len(numbers) == sent == len(set(numbers)) and all(in_order(numbers).values())
    # What rolled back is a draft as before and takes the next number.
    again = [(case, one) for case, one in drafts if one in doomed]
    for case, one in again:
        assert case.row(one)["status"] == "draft" and case.row(one)["number"] is None
        case.send(one)
    assert [number for _year, number in cases[0].numbers()] == list(range(1, len(drafts) + 1))


def test_one_draft_sent_by_eight_at_once_is_sent_once(city):
    case = Writer(city)
    one = case.draft()
    gate = Barrier(THREADS)

    def send(_which):
        gate.wait(20)
        try:
            return case.send(one).number
        except AlreadySent as refused:
            return refused

    with ThreadPoolExecutor(THREADS) as pool:
        given = list(pool.map(send, range(THREADS)))
    assert [each for each in given if isinstance(each, int)] == [1]
    assert case.numbers() == [(given_year(), 1)] and case.events().count("sent") == 1


def given_year():
    return clock.now().astimezone(ZoneInfo("America/Fortaleza")).year


def test_who_sends_second_waits_for_the_first_and_takes_its_number_when_it_fails(city):
    """The first holds number 1 in an open transaction and rolls back; the second, who waited, gets 1 and not 2."""
    phone = city.phone()
    first, second = Writer(city, phone=phone), Writer(city, phone=phone)
    one, two = first.draft(), second.draft()
    held, let_go = Event(), Event()

    class Died(Exception):
        pass

    def hold():
        try:
            with city.transaction() as session:
                row = communicating.send(session, city.actor_in(session, "creas"), one, Sending("by_hand"), clock.now())
                assert row.number == 1
                held.set()
                assert let_go.wait(20)
                raise Died()
        except Died:
            return "died"

    def follow():
        assert held.wait(20)
        return second.send(two).number

    with ThreadPoolExecutor(2) as pool:
        holding, following = pool.submit(hold), pool.submit(follow)
        assert held.wait(20)
        with city.transaction() as session:
            # It really waits: seen by the database, not by a clock of ours.
            for _turn in range(200):
                waiting = session.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO communication_numbers%'"))
                if waiting:
                    break
                session.execute(text("SELECT pg_stat_clear_snapshot(), pg_sleep(0.05)"))
        let_go.set()
        assert holding.result(20) == "died" and following.result(20) == 1
    assert waiting == 1 and first.numbers() == [(given_year(), 1)]


def test_at_new_year_both_years_go_on_without_a_gap(city):
    """Senders of both sides of the city's midnight at once."""
    phone = city.phone()
    cases = [Writer(city, phone=phone) for _ in range(2)]
    drafts = [(case, case.draft(code)) for case in cases for code in _CODES]
    midnight = instant(2027, 1, 1).replace(tzinfo=ZoneInfo("America/Fortaleza"))

    def send(numbered):
        place, (case, one) = numbered
        case.send(one, now=midnight + timedelta(seconds=-1 if place % 2 else 1))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(send, enumerate(drafts)))
    assert in_order(cases[0].numbers()) == {2026: True, 2027: True}
    assert len(cases[0].numbers()) == len(drafts)


def test_each_city_counts_its_own(city, other_city):
    here, there = Writer(city), Writer(other_city)
    assert [here.sent().number, here.sent("peti").number, there.sent().number] == [1, 2, 1]


def test_a_key_shut_in_the_middle_takes_no_number(city, monkeypatch):
    """Everything was checked, the number was taken, and then sealing fails: all of it is undone."""
    case = Writer(city)
    one = case.draft()

    def gone(*_arguments):
        raise seal.KeyLost()

    monkeypatch.setattr(communicating, "close_up", gone)
    with pytest.raises(seal.KeyLost):
        case.send(one)
    monkeypatch.undo()
    assert case.numbers() == [] and case.row(one)["status"] == "draft"
    assert case.send(one).number == 1
>>>>>>> 62d6c1a (Communications to whom must know: four parts from the case's facts, numbered without gaps, one page on paper and in PDF, checked by QR, proved, answered, corrected by another)
