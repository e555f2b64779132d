"""Two who plan at once, on real connections: a worker and a vehicle are in one place, by the lock and behind it by a constraint."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg.types.range import TimestamptzRange
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.http import by_constraint
from app.core.ids import new_id
from app.shifts.roster import problems
from tests.shifts.made import Roster, in_days


def together(*acts):
    def run(act):
        try:
            return act()
        except Exception as error:
            return type(error)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_planners_give_a_worker_and_a_vehicle_once(city):
    one, other = Roster(city), Roster(city, "supervisao")
    van = one.vehicle()
    acts = [
        lambda: one.by_hand(in_days(1), members=("rua",), vehicle=van),
        lambda: other.by_hand(in_days(1), "12:00", "20:00", members=("rua",)),
        lambda: other.by_hand(in_days(1), "13:00", "21:00", members=("rua2",), vehicle=van),
        lambda: one.by_hand(in_days(1), "16:00", "22:00", members=("rua2",)),
    ]
    answers = together(*acts)
    assert {each for each in answers if isinstance(each, type)} <= {problems.PlannedTwice, problems.VehicleBusy}
    rows = city.rows(
        "SELECT a.worker_id FROM planned_shift_members a JOIN planned_shift_members b ON a.worker_id = b.worker_id AND a.id < b.id"
        " AND a.during && b.during WHERE a.municipality_id = :m AND a.state = 'planned' AND b.state = 'planned'"
    )
    assert rows == []
    assert 1 <= sum(not isinstance(each, type) for each in answers) <= 3


def test_planning_the_same_days_at_once_makes_each_shift_once(city):
    one, other = Roster(city), Roster(city, "supervisao")
    one.pattern()
    counts = [each.shifts for each in together(one.planned, other.planned, one.planned)]
    assert sorted(counts) == [0, 0, 7]


def test_behind_the_lock_stands_a_constraint(city):
    roster = Roster(city)
    shift, other = roster.by_hand(in_days(1), members=("rua",)), roster.by_hand(in_days(1), members=())
    span = roster.turn(shift)
    with pytest.raises(IntegrityError) as refused:
        with city.transaction() as session:
            session.execute(
                text(
                    "INSERT INTO planned_shift_members (municipality_id, id, planned_shift_id, worker_id, during, state, changed_at)"
                    " VALUES (:m, :i, :s, :w, :d, 'planned', :n)"
                ),
                {
                    "m": city.ibge, "i": new_id(), "s": other, "w": city.ids["rua"], "n": clock.now(),
                    "d": TimestamptzRange(span.starts_at, span.ends_at),
                },
            )  # fmt: skip
    assert "ex_planned_shift_members_once" in str(refused.value)
    assert isinstance(by_constraint("ex_planned_shift_members_once"), problems.PlannedTwice)
