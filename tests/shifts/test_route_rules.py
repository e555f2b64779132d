"""Routes, worked out: which nights, which stops, and that what became of a stop depends on no order."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.ids import new_id
from app.shifts.route_plans import rules
from app.shifts.route_plans.problems import RouteDates, RouteHours, WhenMissing
from app.shifts.route_plans.rules import Stop, Times, Word, moved, nights_of, state_of, stops_of
from app.shifts.route_plans.terms import MISS_REASONS, STATES

ZONE = ZoneInfo("America/Fortaleza")
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 21, tzinfo=UTC)
WORDS = st.lists(
    st.builds(
        Word, st.datetimes(datetime(2026, 11, 23), datetime(2026, 11, 24)).map(lambda at: at.replace(tzinfo=UTC)),
        st.sampled_from(list(STATES)), st.none() | st.sampled_from(list(MISS_REASONS)),
    )
)  # fmt: skip


@given(WORDS, st.randoms(use_true_random=False))
def test_what_became_of_a_stop_is_the_same_in_any_order_and_twice(words, dice):
    """Two phones, sent again and in disorder: somebody seen there outweighs nobody, a visit outweighs a miss."""
    found, shuffled = state_of(words), [*words, *words]
    dice.shuffle(shuffled)
    assert state_of(shuffled) == found
    assert (found is None) == (not words)
    if found is not None:
        said = {word.state for word in words}
        assert found.state == next(state for state in ("done", "nobody", "missed") if state in said)
        assert found.at == max(word.at for word in words if word.state == found.state)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=9, unique=True), st.data())
def test_an_order_that_is_changed_loses_and_doubles_no_stop(order, data):
    one, way = data.draw(st.sampled_from(order)), data.draw(st.sampled_from(["up", "down", "out"]))
    after = moved(order, one, way)
    assert [each for each in after if each != one] == [each for each in order if each != one]
    assert (one in after) == (way != "out")
    if one in after:
        assert after.index(one) == min(max(order.index(one) + {"up": -1, "down": 1}[way], 0), len(order) - 1)


def test_nights_by_weekday_by_date_across_midnight_and_with_hours_that_changed():
    route = new_id()
    old = Times(time(18), time(2), frozenset({0, 2}), None, MONDAY - timedelta(days=30), MONDAY + timedelta(days=1))
    new = Times(time(20), time(23), frozenset({2}), None, MONDAY + timedelta(days=2))
    found = nights_of(route, (new, old), None, MONDAY, MONDAY + timedelta(days=8), ZONE)
    local = [(n.on_date.isoformat(), n.starts_at.astimezone(ZONE).hour, n.ends_at.astimezone(ZONE).strftime("%d %H")) for n in found]
    assert local == [("2026-11-23", 18, "24 02"), ("2026-11-25", 20, "25 23")]
    assert nights_of(route, (old,), MONDAY - timedelta(days=1), MONDAY, MONDAY, ZONE) == []
    once = Times(time(9), time(12), frozenset(), MONDAY, MONDAY, MONDAY)
    assert [n.on_date for n in nights_of(route, (once,), None, MONDAY - timedelta(days=9), MONDAY + timedelta(days=9), ZONE)] == [MONDAY]


def test_a_night_keeps_the_stops_that_it_had():
    [night] = nights_of(new_id(), (Times(time(18), time(23), frozenset({0})),), None, MONDAY, MONDAY, ZONE)
    before, after = night.since - timedelta(days=1), night.until + timedelta(minutes=1)
    stood, gone, later, again = (new_id() for _ in range(4))
    stops = [
        Stop(stood, 2, before), Stop(gone, 1, before, night.since - timedelta(hours=1)), Stop(later, 3, after),
        Stop(again, 1, before, night.starts_at), Stop(again, 3, night.starts_at + timedelta(minutes=2)),
    ]  # fmt: skip
    assert [stop.point_id for stop in stops_of(stops, night)] == [stood, again]


@pytest.mark.parametrize(
    ("problem", "wrong"),
    [
        (WhenMissing, {"weekdays": ()}), (RouteDates, {"on_date": MONDAY - timedelta(days=1)}), (RouteDates, {"valid_to": MONDAY - timedelta(days=1)}),
        (RouteHours, {"ends": time(18)}), (RouteHours, {"ends": time(17)}),
    ],
)  # fmt: skip
def test_days_and_hours_that_cannot_be(problem, wrong):
    good = {"weekdays": (0,), "on_date": None, "valid_from": MONDAY, "valid_to": None, "starts": time(18), "ends": time(2), "today": MONDAY}
    rules.check_when(**good)
    with pytest.raises(problem):
        rules.check_when(**good | wrong)
