"""Two technicians at once, by two real connections: one takes a case, one is the first to see it, and two who link the same
two cases from both ends never wait for each other.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from uuid import UUID

import pytest

from app.core import clock
from app.protection.problems import AlreadyLinked, AlreadyTaken
from app.protection.queries.reading import flag_of
from app.protection.service import linking, taking
from tests.make.colleague import another
from tests.make.flags import row_of
from tests.protection.desk import Desk, case, told
from tests.protection.test_case_desk import events

THREADS = 6


@pytest.fixture
def staff(city):
    names = [f"tecnica{number}" for number in range(THREADS)]
    for name in names:
        another(city, name, "technician")
    return names


def at_once(acts):
    """Each in a thread of its own, begun together: what each gave, or the problem it raised."""
    gate = Barrier(len(acts))

    def run(act):
        gate.wait(20)
        try:
            return act()
        except (AlreadyTaken, AlreadyLinked) as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_many_who_take_it_at_once_one_does_and_the_others_are_told_so(city, staff):
    flag_id = UUID(case(city))

    def taker(name):
        def act():
            with city.transaction() as session:
                return taking.take(session, city.actor_in(session, name), flag_id, clock.now()).holder_id

        return act

    given = at_once([taker(name) for name in staff])
    taken = [each for each in given if isinstance(each, UUID)]
    assert len(taken) == 1 and sum(isinstance(each, AlreadyTaken) for each in given) == THREADS - 1
    assert row_of(city, str(flag_id))["holder_id"] == taken[0]
    assert events(city, flag_id).count("taken") == 1


def test_who_waits_for_the_first_sees_what_she_did(city, staff):
    """The second asks while the first one's transaction is open: she waits for it and is refused, or gets it where it failed."""
    for fails in (False, True):
        flag_id = UUID(case(city))
        meet = Barrier(2)

        def first(flag_id=flag_id, fails=fails, meet=meet):
            try:
                with city.transaction() as session:
                    taking.take(session, city.actor_in(session, staff[0]), flag_id, clock.now())
                    meet.wait(20)
                    if fails:
                        raise InterruptedError
            except InterruptedError:
                return None

        def second(flag_id=flag_id, meet=meet):
            meet.wait(20)
            try:
                with city.transaction() as session:
                    return taking.take(session, city.actor_in(session, staff[1]), flag_id, clock.now()).holder_id
            except AlreadyTaken:
                return "taken"

        with ThreadPoolExecutor(2) as pool:
            _one, two = pool.submit(first), pool.submit(second)
            assert two.result(20) == (city.ids[staff[1]] if fails else "taken")
        assert row_of(city, str(flag_id))["holder_id"] == city.ids[staff[1 if fails else 0]]


def test_of_many_who_look_at_once_one_was_the_first(city, staff):
    flag_id = case(city)

    def looker(name):
        def act():
            with city.transaction() as session:
                actor = city.actor_in(session, name)
                taking.note_seen(session, actor, flag_of(session, actor, UUID(flag_id)), clock.now())

        return act

    at_once([looker(name) for name in staff])
    assert events(city, flag_id).count("seen") == 1 and told(city, flag_id, "rua", "case_answered") == 1


def test_two_who_link_the_same_two_from_both_ends_do_not_wait_in_a_ring(city, staff, monkeypatch):
    one, two = UUID(case(city)), UUID(case(city))
    for flag_id, name in ((one, staff[0]), (two, staff[1])):
        Desk(city, name).done(f"/mesa/casos/{flag_id}/assumir")
    meet, working_on = Barrier(2), linking.working_on

    def held(*arguments, **more):
        flag = working_on(*arguments, **more)
        try:
            meet.wait(1)  # each has locked its own, where nothing keeps one of them back
        except BrokenBarrierError:
            pass
        return flag

    monkeypatch.setattr(linking, "working_on", held)

    def linker(name, flag_id, other_id):
        def act():
            with city.transaction() as session:
                linking.link_flag(session, city.actor_in(session, name), flag_id, other_id, clock.now())
                return "linked"

        return act

    given = at_once([linker(staff[0], one, two), linker(staff[1], two, one)])
    assert given.count("linked") == 1 and sum(isinstance(each, AlreadyLinked) for each in given) == 1
