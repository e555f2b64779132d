"""Days are the city's own, whatever the server's; a cell never says exactly how many."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.coverage import rules
from app.coverage.problems import BadPeriod

FORTALEZA = ZoneInfo("America/Fortaleza")  # UTC-3
RIO_BRANCO = ZoneInfo("America/Rio_Branco")  # UTC-5
# 01:30 in UTC of the 22nd: still the evening of the 21st in Brazil.
EVENING = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)


def test_today_begins_at_the_citys_own_midnight():
    east, west = (rules.period_of("today", EVENING, zone) for zone in (FORTALEZA, RIO_BRANCO))
    assert east.since == datetime(2026, 11, 21, 3, tzinfo=UTC)
    assert west.since == datetime(2026, 11, 21, 5, tzinfo=UTC)
    assert east.since_on == east.until_on == date(2026, 11, 21)
    assert east.until > EVENING


def test_right_after_midnight_today_is_only_minutes_long():
    now = datetime(2026, 11, 22, 3, 2, tzinfo=UTC)
    period = rules.period_of("today", now, FORTALEZA)
    assert period.since == datetime(2026, 11, 22, 3, tzinfo=UTC) and period.since_on == date(2026, 11, 22)


def test_days_count_today_and_24h_slides():
    week = rules.period_of("7d", EVENING, FORTALEZA)
    assert week.since == datetime(2026, 11, 15, 3, tzinfo=UTC)
    assert rules.period_of("30d", EVENING, FORTALEZA).since_on == date(2026, 10, 23)
    assert rules.period_of("24h", EVENING, FORTALEZA).since == EVENING - timedelta(hours=24)


def test_dates_include_both_days_and_one_may_stand_for_both():
    period = rules.period_of("dates", EVENING, FORTALEZA, date(2026, 11, 1), date(2026, 11, 2))
    assert period.since == datetime(2026, 11, 1, 3, tzinfo=UTC)
    assert period.until == datetime(2026, 11, 3, 3, tzinfo=UTC)
    single = rules.period_of("dates", EVENING, FORTALEZA, until_on=date(2026, 11, 2))
    assert single.until - single.since == timedelta(days=1)


def test_a_day_of_25_hours_is_whole():
    # Summer time ended in São Paulo on 18 February 2018: that Saturday had 25 hours.
    period = rules.period_of(
        "dates", EVENING, ZoneInfo("America/Sao_Paulo"), date(2018, 2, 17), date(2018, 2, 17)
    )
    assert period.until - period.since == timedelta(hours=25)


@pytest.mark.parametrize(
    ("since_on", "until_on"),
    [
        (None, None),
        (date(2026, 11, 3), date(2026, 11, 2)),
        (date(2026, 11, 21), date(2026, 11, 22)),  # tomorrow, in the city
        (date(2025, 11, 20), date(2026, 11, 21)),  # 367 days
    ],
)
def test_days_that_make_no_sense_are_refused(since_on, until_on):
    with pytest.raises(BadPeriod):
        rules.period_of("dates", EVENING, FORTALEZA, since_on, until_on)


def test_the_map_rests_between_full_hours():
    one, other = (
        rules.map_period("24h", EVENING.replace(minute=minute), FORTALEZA) for minute in (3, 58)
    )
    assert one == other and one.until == EVENING.replace(minute=0)
    empty = rules.map_period("today", datetime(2026, 11, 22, 3, 40, tzinfo=UTC), FORTALEZA)
    assert empty.since == empty.until


def test_fewer_people_than_the_least_have_no_class():
    assert [rules.people_class(n, 5) for n in (0, 1, 4)] == [None, None, None]
    assert rules.people_class(5, 5) == rules.people_class(9, 5) == (5, 9)
    assert rules.people_class(10, 5) == (10, 19) and rules.people_class(49, 5) == (20, 49)
    assert rules.people_class(50, 5) == rules.people_class(5000, 5) == (50, None)
    assert rules.people_class(7, 8) is None and rules.people_class(8, 8) == (8, 15)


def test_classes_leave_no_gap():
    for least in (5, 6, 11):
        for people in range(least, 15 * least):
            low, high = rules.people_class(people, least)
            assert low <= people and (high is None or people <= high)


@pytest.mark.parametrize(("setting", "least"), [(None, 5), (3, 5), (0, 5), (True, 5), ("9", 5), (9, 9)])
def test_a_city_may_ask_for_more_people_never_for_fewer(setting, least):
    assert rules.least_people({} if setting is None else {"map_min_people": setting}) == least
