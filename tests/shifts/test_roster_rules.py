"""The roster's arithmetic: a year of wall times with clock changes, nobody in two places, the same twice."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.shifts.roster import rules
from app.shifts.roster.problems import AbsenceWrong, NoDays, NoHours, PeriodWrong, PlanCancelled, PlanOver
from app.shifts.roster.rules import Facts, Pattern, Proposal, expand, instant, judge, judge_all, span_of

SAO_PAULO, SANTIAGO = ZoneInfo("America/Sao_Paulo"), ZoneInfo("America/Santiago")
TEAM, OTHER = UUID(int=1), UUID(int=2)
WORKERS = [UUID(int=100 + n) for n in range(4)]
# A year in which clocks changed at midnight (São Paulo), at 24:00 (Santiago), and one in which they never do.
YEARS = [(SAO_PAULO, date(2017, 3, 1)), (SANTIAGO, date(2026, 1, 1)), (ZoneInfo("America/Noronha"), date(2026, 1, 1))]


def pattern(number, starts, ends, **more):
    given_ = {"kind": "weekly", "weekdays": frozenset(range(7)), **more}
    return Pattern(id=UUID(int=1000 + number), team_id=TEAM, starts=starts, ends=ends, **given_)


def facts(**more):
    return Facts(active=set(WORKERS), teams={each: [(TEAM, date(2000, 1, 1), None)] for each in WORKERS}, **more)


def overlaps(judged):
    """Pairs of shifts in which one worker, or one vehicle, stands twice at once."""
    spans = {}
    for each in judged:
        for who in (*each.planned, *filter(None, [each.vehicle_id])):
            spans.setdefault(who, []).append(each.proposal.span)
    return [
        (one, other)
        for of in spans.values()
        for one, other in zip(sorted(of), sorted(of)[1:], strict=False)
        if other[0] < one[1]
    ]


minutes = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))


@settings(max_examples=25, deadline=None)
@given(place=st.sampled_from(YEARS), cuts=st.lists(minutes, min_size=1, max_size=4, unique=True))
def test_shifts_that_tile_the_day_leave_no_hole_and_no_overlap_over_a_year(place, cuts):
    zone, first = place
    cuts = sorted(cuts)
    tiling = [pattern(n, start, cuts[(n + 1) % len(cuts)]) for n, start in enumerate(cuts)]
    found = expand(tiling, first, first + timedelta(days=365), zone)
    assert all(one.ends_at == other.starts_at for one, other in zip(found, found[1:], strict=False))
    whole = instant(first + timedelta(days=366), cuts[0], zone) - instant(first, cuts[0], zone)
    assert sum((each.ends_at - each.starts_at for each in found), timedelta()) == whole


random_patterns = st.lists(
    st.builds(
        lambda n, starts, ends, days, cycle, members: pattern(
            n, starts, ends, member_ids=tuple(members), vehicle_id=UUID(int=500 + n % 2),
            **({"kind": "cycle", "weekdays": frozenset(), "cycle_days": cycle, "anchor_on": date(2017, 1, cycle)} if cycle else {"weekdays": days}),
        ),
        st.integers(0, 5), minutes, minutes, st.frozensets(st.integers(0, 6), min_size=1), st.none() | st.integers(2, 5),
        st.lists(st.sampled_from(WORKERS), max_size=3),
    ),
    min_size=1, max_size=5, unique_by=lambda each: each.id,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(patterns=random_patterns, place=st.sampled_from(YEARS), length=st.integers(1, 60))
def test_nobody_is_in_two_places_and_expanding_again_adds_nothing(patterns, place, length):
    zone, first = place
    # Around a change of clocks.
    first = first.replace(month=10 if zone is SAO_PAULO else 3, day=1)
    last = first + timedelta(days=length)
    found = expand(patterns, first, last, zone)
    judged = judge_all(found, facts())
    assert overlaps(judged) == []
    for each in judged:
        left_out = set(each.proposal.member_ids) - set(each.planned) - set(each.absent)
        assert left_out == {one.worker_id for one in each.conflicts if one.kind == "overlap"}
    standing = {(each.key, each.on_date) for each in found}
    assert expand(patterns, first, last, zone, standing) == []
    middle = first + timedelta(days=length // 2)
    halves = expand(patterns, first, middle, zone) + expand(patterns, middle + timedelta(days=1), last, zone)
    assert {(each.key, each.span) for each in halves} == {(each.key, each.span) for each in found}


def test_a_night_across_the_change_is_an_hour_longer_or_shorter():
    def hours(on, starts, ends, zone=SAO_PAULO):
        begun, over = span_of(on, time.fromisoformat(starts), time.fromisoformat(ends), zone)
        return (over - begun) / timedelta(hours=1)

    # São Paulo 2017-18: midnight of 15 October didn't exist, the hour before midnight of 17 February was twice.
    assert hours(date(2017, 10, 14), "19:00", "07:00") == 11
    assert hours(date(2018, 2, 17), "19:00", "07:00") == 13
    assert hours(date(2018, 2, 17), "17:00", "23:30") == 6.5  # the first of two
    assert hours(date(2017, 10, 16), "08:00", "08:00") == 24
    # Within the missing hour there is no shift, and what ends in it ends with the change.
    assert span_of(date(2017, 10, 15), time(0, 10), time(0, 50), SAO_PAULO) is None
    assert instant(date(2017, 10, 15), time(0, 30), SAO_PAULO) == datetime(2017, 10, 15, 3, tzinfo=UTC)
    assert hours(date(2017, 10, 14), "22:00", "00:30") == 2
    with pytest.raises(NoHours):
        rules.check_span(date(2017, 10, 15), time(0, 10), time(0, 50), SAO_PAULO)


def test_twelve_by_thirty_six_alternates_over_the_ends_of_months_and_years():
    one, other = (
        pattern(n, time(19), time(7), kind="cycle", cycle_days=2, anchor_on=date(2026, 12, 30 + n)) for n in (0, 1)
    )
    days_of = [(each.key, each.on_date) for each in expand([one, other], date(2026, 12, 29), date(2027, 1, 2), SAO_PAULO)]
    assert [key for key, _on in days_of] == [other.id, one.id, other.id, one.id, other.id]
    assert [on for _key, on in days_of] == rules.days_between(date(2026, 12, 29), date(2027, 1, 2))
    ended = pattern(3, time(8), time(17), valid_from=date(2026, 12, 31), valid_to=date(2027, 1, 1))
    assert len(expand([ended], date(2026, 12, 1), date(2027, 2, 1), SAO_PAULO)) == 2


def proposal(members=WORKERS[:1], starts=8, ends=17, on=date(2026, 11, 23), **more):
    day = datetime.combine(on, time(), UTC)
    return Proposal(
        UUID(int=9), TEAM, on, day + timedelta(hours=starts), day + timedelta(hours=ends), tuple(members), **more
    )


def kinds(judged):
    return [each.kind for each in judged.conflicts]


def test_a_holiday_is_any_day_a_day_off_or_a_sunday():
    """A Wednesday that is a holiday: by what each pattern says of holidays. Of Sundays and of week days, the one or the other works."""
    wednesday = date(2026, 6, 3)
    week = {"weekdays": frozenset(range(5)), "valid_from": wednesday, "valid_to": wednesday}
    shared = {"starts": time(8), "ends": time(17)}
    patterns = [
        pattern(1, **shared, **week), pattern(2, **shared, **week, on_holidays="off"), pattern(3, **shared, **week, on_holidays="sunday"),
        pattern(4, time(9), time(12), **{**week, "weekdays": frozenset({6})}, on_holidays="sunday"),
        pattern(5, **shared, kind="cycle", cycle_days=2, anchor_on=wednesday, on_holidays="off"),
    ]  # fmt: skip
    worked = lambda days: {each.key.int - 1000 for each in expand(patterns, wednesday, wednesday, SAO_PAULO, holidays=days)}  # noqa: E731
    assert worked({wednesday}) == {1, 4}
    assert worked({date(2026, 6, 4)}) == worked(()) == {1, 2, 3, 5}


def test_what_stands_in_the_way_is_told_by_person_and_shift():
    on, who = date(2026, 11, 23), WORKERS[0]
    elsewhere = UUID(int=77)
    night = (datetime(2026, 11, 23, 16, tzinfo=UTC), datetime(2026, 11, 23, 22, tzinfo=UTC))
    taken = judge(proposal([who, WORKERS[1], WORKERS[2]]), facts(taken={who: [(night, elsewhere)]}))
    assert taken.planned == tuple(WORKERS[1:3])
    assert taken.refused == [rules.Conflict("overlap", who, elsewhere, night)]
    # Touching ends are no overlap, but too little rest: a warning, and she is in.
    after = (datetime(2026, 11, 23, 17, tzinfo=UTC), datetime(2026, 11, 23, 22, tzinfo=UTC))
    tired = judge(proposal([who, WORKERS[1]]), facts(taken={who: [(after, elsewhere)]}))
    assert (tired.planned, kinds(tired), tired.refused) == (tuple(WORKERS[:2]), ["rest"], [])
    away = judge(proposal([who]), facts(away={who: [(on, on)]}))
    assert (away.planned, away.absent, kinds(away)) == ((), (who,), ["absent", "no_member"])
    assert kinds(judge(proposal([who]), facts(away={who: [(date(2026, 11, 24), date(2026, 11, 30))]}))) == ["alone"]
    gone = facts()
    gone.teams[who] = [(TEAM, date(2000, 1, 1), on)]  # her first day outside
    gone.teams[WORKERS[1]] = [(OTHER, date(2000, 1, 1), None)]
    gone.active.discard(WORKERS[2])
    assert kinds(judge(proposal(WORKERS[:3]), gone)) == ["left_team", "other_team", "inactive", "alone"]
    van = UUID(int=5)
    busy = facts(vehicles={van: [(night, elsewhere)]})
    driven = judge(proposal(WORKERS[:2], vehicle_id=van), busy)
    assert (driven.vehicle_id, driven.refused) == (None, [rules.Conflict("vehicle", None, elsewhere, night)])
    assert kinds(judge(proposal(WORKERS[:3], vehicle_id=van), facts(seats={van: 2}))) == ["seats"]


@pytest.mark.parametrize(
    ("members", "standing"),
    [
        ([], "empty"), ([("absent", False)], "empty"), ([("planned", False)], "alone"), ([("swapped", True), ("planned", False)], "alone"),
        ([("planned", False), ("absent", False)], "short"), ([("planned", False), ("planned", False)], "whole"),
        ([("absent", True), ("planned", False), ("planned", False)], "whole"), ([("removed", False), ("cancelled", False)], "empty"),
    ],
)  # fmt: skip
def test_how_a_shift_is_manned(members, standing):
    assert rules.standing_of(members) == standing


def test_what_is_refused():
    day = date(2026, 11, 23)
    for wrong in (day - timedelta(days=1), day + timedelta(days=100)):
        with pytest.raises(PeriodWrong):
            rules.check_period(day, wrong)
    rules.check_period(day, day + timedelta(days=99))
    with pytest.raises(AbsenceWrong):
        rules.check_absence(day, day - timedelta(days=1))
    for kind, weekdays, cycle, anchor in (("weekly", [], 2, day), ("cycle", [1], 2, None), ("cycle", [1], None, day)):
        with pytest.raises(NoDays):
            rules.check_pattern(kind, weekdays, cycle, anchor)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    with pytest.raises(PlanOver):
        rules.check_open("published", now, now)
    with pytest.raises(PlanCancelled):
        rules.check_open("cancelled", now + timedelta(hours=1), now)
