"""Opening and admission, held to the cases that the phone is held to as well; and what only the server does with them."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.units import hours
from app.units.hours import Exceptional, Span, Week

CASES = json.loads((Path(__file__).parents[1] / "contract" / "hours.json").read_text(encoding="utf-8"))


def week_of(told):
    def spans(name):
        return tuple(
            Span(span["weekday"], time.fromisoformat(span["opens"]), time.fromisoformat(span["closes"])) for span in told[name]
        )

    def at(text):
        return time.fromisoformat(text) if text else None

    return Week(
        spans("open"),
        spans("admission"),
        tuple(
            Exceptional(
                each["kind"], date.fromisoformat(each["from_on"]), date.fromisoformat(each["to_on"]), at(each["opens"]), at(each["closes"])
            )
            for each in told["exceptions"]
        ),
        told["holiday_rule"],
        frozenset(map(date.fromisoformat, told["holidays"])),
    )


WEEKS = {name: week_of(told) for name, told in CASES["weeks"].items()}


@pytest.mark.parametrize("case", CASES["standing"], ids=lambda case: case["name"])
def test_how_a_unit_stands(case):
    found = hours.standing(WEEKS[case["week"]], datetime.fromisoformat(case["at"]))
    told = {
        name: value.isoformat(timespec="minutes") if isinstance(value, datetime) else value
        for name, value in ((name, getattr(found, name)) for name in case["expect"])
    }
    assert told == case["expect"]


@pytest.mark.parametrize("case", CASES["open_days"], ids=lambda case: case["name"])
def test_until_which_open_day_somebody_is_expected(case):
    until = hours.open_days(WEEKS[case["week"]], date.fromisoformat(case["from_on"]), case["count"])
    assert until.isoformat() == case["until_on"]


def test_there_are_as_many_cases_as_were_agreed():
    assert len(CASES["standing"]) >= 30
    assert {case["week"] for case in CASES["standing"] + CASES["open_days"]} == set(WEEKS)


def test_a_day_of_23_hours_and_one_of_25_open_by_the_wall_clock():
    """São Paulo as it was in 2018: midnight of 4 November was skipped, the last hour of 17 February came twice."""
    zone = ZoneInfo("America/Sao_Paulo")
    night = Week(tuple(Span(day, time(0), time(6)) for day in range(7)))
    skipped = datetime(2018, 11, 4, 3, 30, tzinfo=UTC).astimezone(zone)
    assert skipped.hour == 1 and hours.standing(night, skipped).is_open
    assert hours.instant_of(datetime(2018, 11, 4, 0), zone) == datetime(2018, 11, 4, 3, tzinfo=UTC)
    late = Week(tuple(Span(day, time(22), time(0)) for day in range(7)))
    for utc_hour in (1, 2):  # 23:30 twice
        twice = datetime(2019, 2, 17, utc_hour, 30, tzinfo=UTC).astimezone(zone)
        assert hours.standing(late, twice).open_until == datetime(2019, 2, 17)


def at(weekday, opens, closes):
    return Span(weekday, time.fromisoformat(opens), time.fromisoformat(closes))


@pytest.mark.parametrize(
    "spans,meets",
    [
        ([at(0, "08:00", "12:00"), at(0, "12:00", "17:00")], False),
        ([at(0, "08:00", "12:00"), at(0, "11:59", "17:00")], True),
        ([at(0, "18:00", "06:00"), at(1, "05:00", "12:00")], True),
        ([at(6, "18:00", "06:00"), at(0, "05:00", "12:00")], True),
        ([at(6, "18:00", "06:00"), at(0, "06:00", "12:00")], False),
        ([at(day, "00:00", "00:00") for day in range(7)], False),
        ([at(0, "07:00", "07:00"), at(1, "06:59", "08:00")], True),
        ([at(3, "08:00", "09:00")], False),
        ([], False),
    ],
)
def test_hours_that_meet_are_found_over_midnight_and_over_the_week(spans, meets):
    assert bool(hours.overlap(spans)) is meets


def test_admission_past_the_opening_is_found():
    opened = [at(day, "18:00", "06:00") for day in range(7)]
    assert hours.outside([at(0, "18:00", "20:30"), at(6, "23:00", "05:00")], opened) is None
    assert hours.outside([at(0, "17:59", "20:30")], opened) == at(0, "17:59", "20:30")
