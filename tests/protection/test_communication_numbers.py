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
