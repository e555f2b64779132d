"""Pure rules: presets that can't be read, when it ends, its hours, numbers that nobody can work out."""

from datetime import UTC, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.ids import new_id
from app.operations import rules
from app.operations.problems import EndsBeforeNow
from app.operations.rules import Plan
from app.units.hours import Exceptional, Span, Week, standing, with_added

NATAL = ZoneInfo("America/Fortaleza")


def plan(**more) -> Plan:
    return Plan(**{"kind": "cold", "trigger": "13 °C", "opens": time(18), "closes": time(7), "closing": "by_hour", "ends": time(7), "nights": 1} | more)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 7, day, hour, minute, tzinfo=NATAL).astimezone(UTC)


def test_a_night_ends_on_the_morning_after_whenever_it_began():
    for begun, nights, ends in (
        (local(10, 19), 1, local(11, 7)), (local(10, 19), 3, local(13, 7)),
        (local(11, 2), 1, local(11, 7)), (local(10, 7), 1, local(11, 7)),
    ):  # fmt: skip
        assert rules.end_of(plan(nights=nights), begun, begun, NATAL) == ends
    assert rules.end_of(plan(closing="by_hand"), local(10, 19), local(10, 19), NATAL) == local(10, 19) + timedelta(days=30)
    with pytest.raises(EndsBeforeNow):
        rules.end_of(plan(), local(10, 19), local(12, 8), NATAL)


def test_a_preset_comes_back_as_it_was_kept_and_a_broken_one_is_the_example():
    kept = plan(items=("blanket",), nights=2)
    assert rules.preset_of({"operations": {"cold": rules.written(kept)}}, "cold") == kept
    for broken in (None, 3, {"cold": 5}, {"cold": {"trigger": 1}}, {"cold": rules.written(kept) | {"opens": "25:00"}}):
        assert rules.preset_of({"operations": broken}, "cold").is_example


def test_a_preset_written_by_hand_out_of_its_bounds_lends_what_may_be_lent():
    unit = str(new_id())
    kept = rules.written(plan()) | {"opens": "18:00+03:00", "nights": 900, "units": {unit: {"places": 100_000, "opens": "18:00", "closes": None}}}
    found = rules.preset_of({"operations": {"cold": kept}}, "cold")
    assert (found.opens, found.nights) == (time(18), 30)
    assert [(each.places, each.opens, each.closes) for each in found.units] == [(300, None, None)]


def test_small_numbers_that_together_leave_no_choice_are_hidden_with_another():
    assert rules.suppressed([1, 1, 1, 1, 1, 9]) == [None] * 6
    assert rules.suppressed([1, 1, 1, 1, 1, 9, 12]) == [None] * 6 + [12]
    # Nothing else to hide: places that were empty, so that none is known to have been filled.
    assert rules.suppressed([1, 1, 1, 1, 1, 0, 0]) == [None] * 7
    assert rules.suppressed([3, 0, 0]) == [None, 0, 0] and rules.suppressed([4, 1, 0]) == [None, None, 0]


def test_hours_are_the_clocks_own_and_a_bulletin_rests_between_them():
    hours = rules.hours_between(local(10, 18, 20), local(10, 21, 5))
    assert [(b, e) for b, e in hours] == [
        (local(10, 18, 20), local(10, 19)), (local(10, 19), local(10, 20)), (local(10, 20), local(10, 21)), (local(10, 21), local(10, 21, 5)),
    ]  # fmt: skip
    assert rules.told_until(local(10, 18, 20), local(11, 7), local(10, 18, 50)) is None
    assert rules.told_until(local(10, 18, 20), local(11, 7), local(10, 20, 50)) == local(10, 20)
    assert rules.told_until(local(10, 18, 20), local(11, 7, 10), local(11, 9)) == local(11, 7, 10)


@given(st.lists(st.integers(0, 30), max_size=6))
def test_no_small_number_is_the_difference_to_the_sum(numbers):
    shown = rules.suppressed(numbers)
    assert all(seen in (None, number) for seen, number in zip(shown, numbers, strict=True))
    hidden = [number for seen, number in zip(shown, numbers, strict=True) if seen is None]
    assert all(number not in range(1, 5) for number in shown if number is not None)
    total = sum(numbers)
    if hidden and rules.small(total) is not None:
        # Whoever knows the sum and what is shown finds more than one way to fill each place.
        rest = total - sum(number for number in shown if number is not None)
        ways = [way for way in product(range(1, min(rest, 35) + 1), repeat=min(len(hidden), 3)) if sum(way) == rest] if len(hidden) < 4 else [1, 2]
        assert len(ways) > 1 or len(hidden) == len([n for n in numbers if n])


def test_hours_that_are_lent_come_on_top_and_a_shut_house_stays_shut():
    day = datetime(2026, 7, 10).date()  # a Friday
    house = Week(open=tuple(Span(weekday, time(8), time(17)) for weekday in range(7)))
    lent = [Exceptional(kind, day, day, time(18), time(7), "frio") for kind in ("open", "admission")]
    both = with_added(house, lent)
    for hour, is_open in ((7, False), (9, True), (17, False), (20, True)):
        found = standing(both, datetime(2026, 7, 10, hour, 30))
        assert (found.is_open, found.admits) == (is_open, is_open), hour
    assert standing(both, datetime(2026, 7, 11, 6)).is_open
    assert not standing(both, datetime(2026, 7, 11, 20)).is_open
    shut = Week(open=house.open, exceptions=(Exceptional("open", day, day, reason="obra"),))
    assert not standing(with_added(shut, lent), datetime(2026, 7, 10, 20)).is_open
    assert standing(with_added(Week(), lent), datetime(2026, 7, 10, 20)).is_open is None
