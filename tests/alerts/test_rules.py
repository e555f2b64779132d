"""When somebody on duty is told (pure), in the order of a night; and what may never ring."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.alerts.ringing import Rung, quiet_until, rings_at
from app.alerts.rules import Asked, Before, Break, Ending, Facts, Limits, Matter, Opened, Plan, due, ending, fresh, learnt, patience
from app.shifts.presence import Present, Worked

NIGHT = datetime(2026, 11, 27, 22, tzinfo=UTC)
TEAM, OTHER, NORTH, SOUTH, EAST, WEST, SHIFT, PLAN, PLAN2, REQUEST = (UUID(int=n) for n in range(1, 11))
ZONE = ZoneInfo("America/Fortaleza")


def at(hours):
    return NIGHT + timedelta(hours=hours)


def limits(late=20, missing=60, target=60, urgent=30):
    minutes = lambda n: timedelta(minutes=n)  # noqa: E731
    return Limits(minutes(late), lambda _region, _at: minutes(missing), lambda is_urgent: minutes(urgent if is_urgent else target))


def plan(team=TEAM, regions=(NORTH,), starts=0, ends=8, id_=PLAN):
    return Plan(id_, team, frozenset(regions), at(starts), at(ends))


def there(since, until, region=NORTH, team=TEAM):
    return Present(team, region, at(since), at(until))


def worked(start, end=None, team=TEAM):
    return Worked(SHIFT, team, at(start), at(end) if end is not None else None)


def rings(facts, hours, **more):
    return [(each.kind, each.region_id, (each.since - NIGHT) / timedelta(hours=1)) for each in due(facts, limits(**more), at(hours))]


OUT = {"plans": (plan(),), "worked": (worked(0),)}


def test_a_team_that_opened_no_shift_is_one_matter_after_the_city_s_patience():
    facts = Facts(plans=(plan(),))
    assert rings(facts, 0.3) == []
    assert rings(facts, 0.34) == [("late", NORTH, 0)]
    assert rings(facts, 7.9) == [("late", NORTH, 0)]  # never told a second time as a missing region
    assert rings(facts, 8) == []
    assert rings(Facts(plans=(plan(),), worked=(worked(-0.3),)), 0.9) == []  # opened before the hour
    assert rings(Facts(plans=(plan(),), worked=(worked(-5, -1),)), 1) == [("late", NORTH, 0)]
    # The crew before takes leave ten minutes after the hour: the next one isn't there by that.
    leaving = Facts(plans=(plan(),), worked=(worked(-8, 0.2),), present=(there(-8, 0.2),))
    assert (rings(leaving, 0.19), rings(leaving, 0.4)) == ([], [("late", NORTH, 0)])
    # Published two hours after its start: nobody is late for what nobody knew.
    told = Facts(plans=(Plan(PLAN, TEAM, frozenset((NORTH,)), at(0), at(8), published_at=at(2)),))
    assert (rings(told, 2.3), rings(told, 2.4)) == ([], [("late", NORTH, 0)])


def test_a_planned_region_without_a_team_rings_after_its_patience_and_says_since_when():
    left = Facts(**OUT, present=(there(0, 2), there(2, 6, SOUTH)))
    assert rings(left, 2.9) == []
    assert rings(left, 3) == [("missing", NORTH, 2)]
    assert rings(Facts(**OUT, present=(there(0, 2), there(2, 6, SOUTH), there(2.5, 2.5, NORTH, OTHER))), 3.2) == []  # whoever came
    assert rings(Facts(**OUT, present=(there(0.5, 6, SOUTH),)), 1.1) == [("missing", NORTH, 0)]


def test_a_long_attendance_a_break_a_request_and_an_unsaid_region_ring_nothing():
    assert rings(Facts(**OUT, present=(there(0, 7),)), 7) == []
    away = (there(0, 1),)
    assert rings(Facts(**OUT, present=away), 3) == [("missing", NORTH, 1)]
    forgotten = Facts(**OUT, present=away, breaks=(Break(TEAM, at(1)),))  # nobody told that it was over
    assert (rings(forgotten, 2.9), rings(forgotten, 3.1)) == ([], [("missing", NORTH, 1)])
    assert rings(Facts(**OUT, present=away, breaks=(Break(TEAM, at(1), at(1.5)),)), 3) == [("missing", NORTH, 1)]
    asked = Asked(REQUEST, "there", False, SOUTH, TEAM, at(0), at(1), at(1))
    assert rings(Facts(**OUT, present=away, asked=(asked,)), 3) == []
    assert rings(Facts(**OUT, present=(there(0, 3, None),)), 3) == []


def test_each_region_of_a_team_of_several_has_its_turn():
    two = {"plans": (plan(regions=(NORTH, SOUTH)),), "worked": (worked(0),)}
    facts = Facts(**two, present=(there(0, 6, NORTH),))
    assert rings(facts, 1.9) == []
    assert rings(facts, 2) == [("missing", SOUTH, 0)]


def test_a_region_says_its_own_patience_in_a_part_of_the_day():
    usual = {"dawn": 90, "morning": 60, "afternoon": 60, "night": 60}
    own = patience(usual, {(NORTH, "dawn"): 30}, ZONE)
    dawn = datetime(2026, 11, 28, 2, tzinfo=ZONE)
    assert [own(NORTH, dawn), own(SOUTH, dawn), own(NORTH, dawn - timedelta(hours=4))] == [timedelta(minutes=n) for n in (30, 90, 60)]


@pytest.mark.parametrize(
    ("status", "minutes", "stage"),
    [("new", 19, None), ("new", 20, "triage"), ("triaged", 39, None), ("triaged", 40, "dispatch"), ("on_the_way", 59, None),
     ("dispatched", 60, "arrival"), ("closed", 600, None), ("guided", 600, None)],
)  # fmt: skip
def test_a_request_rings_at_the_step_that_it_waits_for(status, minutes, stage):
    asked = Asked(REQUEST, status, False, NORTH, TEAM if stage == "arrival" else None, at(0), at(0))
    found = due(Facts(asked=(asked,)), limits(), at(minutes / 60))
    assert [each.stage for each in found] == ([stage] if stage else [])


def opened(kind="missing", since=2.0, opened_at=3.0, **more):
    places = {"late": {"planned_shift_id": PLAN}, "missing": {"planned_shift_id": PLAN, "region_id": NORTH}, "request": {"request_id": REQUEST}}
    keys = {"late": f"late:{PLAN}", "missing": f"missing:{NORTH}", "request": f"request:{REQUEST}"}
    return Opened(keys[kind], kind, at(since), at(opened_at), **places[kind] | more)


def test_only_a_fact_closes_it():
    gone = Facts(**OUT, present=(there(0, 2),))
    alert = opened()
    assert ending(alert, gone, limits(), at(3)) is None
    assert ending(alert, gone, limits(), at(1)) is None  # the clock went back: the reason is gone, no fact came
    back = Facts(**OUT, present=(there(0, 2), there(4, 5)))
    assert ending(alert, back, limits(), at(5)) == Ending("resolved", at(4))
    assert ending(alert, gone, limits(), at(8.1)) == Ending("over", at(8))
    assert ending(alert, Facts(worked=(worked(0),)), limits(), at(5)) == Ending("changed", at(2))
    late = opened("late", 0, 0.4)
    assert ending(late, Facts(plans=(plan(),), worked=(worked(1),)), limits(), at(1.1)) == Ending("resolved", at(1))


def test_a_region_that_the_next_shift_takes_over_stays_one_matter():
    facts = Facts(plans=(plan(ends=4), plan(OTHER, starts=3, id_=PLAN2)), worked=(worked(0, 4), Worked(PLAN2, OTHER, at(3))), present=(there(0, 2),))
    assert ending(opened(), facts, limits(), at(4.5)) is None


def test_what_a_phone_tells_late_annuls_it_and_a_short_visit_that_changes_nothing_does_not():
    alert = opened()  # since 2, rang at 3
    told = Facts(**OUT, present=(there(0, 2.4), there(2.6, 6)))
    assert ending(alert, told, limits(), at(6)) == Ending("late_sync", at(2.6))
    assert learnt(alert, told, limits()) == at(2.6)
    assert learnt(opened(opened_at=4), Facts(**OUT, present=(there(0, 2.4),)), limits()) is None
    late = opened("late", 0, 0.4)
    assert ending(late, Facts(plans=(plan(),), worked=(worked(0.1),)), limits(), at(3)) == Ending("late_sync", at(0.1))
    came = Asked(REQUEST, "there", False, NORTH, TEAM, at(0), at(0.9), at(0.9))
    assert ending(opened("request", 0, 1, stage="arrival"), Facts(asked=(came,)), limits(), at(3)) == Ending("late_sync", at(0.9))


def test_the_same_gap_is_never_opened_twice_and_the_next_one_is():
    key = f"missing:{NORTH}"
    matter = lambda since: Matter(key, "missing", at(since))  # noqa: E731
    assert fresh([matter(2)], {}, at(9)) == [matter(2)]
    assert fresh([matter(2)], {key: Before(at(2), None)}, at(9)) == []
    assert fresh([matter(2)], {key: Before(at(2), at(4))}, at(9)) == []  # a clock that went back sees the old gap again
    assert fresh([matter(5)], {key: Before(at(2), at(4))}, at(9)) == [matter(5)]
    # The plan was taken away by mistake and put back: it rings again. A request that came back to a step: after that step's time.
    assert fresh([matter(2)], {key: Before(at(2), at(2), changed=True)}, at(9)) == [matter(2)]
    step = Matter("request", "request", at(0), patience=timedelta(hours=1))
    assert [fresh([step], {"request": Before(at(0), at(4))}, at(hour)) for hour in (3, 4.9, 5)] == [[], [], [step]]


hour = st.integers(0, 8)
region = st.sampled_from([NORTH, SOUTH, EAST, WEST, None])
stay = st.tuples(st.sampled_from([TEAM, OTHER]), region, hour, hour)


@settings(max_examples=150, deadline=None)
@given(st.lists(stay, max_size=6), st.lists(stay, max_size=4), hour)
def test_a_region_that_nobody_was_planned_for_never_rings(stays, shifts, now):
    """Two teams planned for two of four regions, whatever they did: of the other two nothing is ever said."""
    facts = Facts(
        plans=(plan(), plan(OTHER, (SOUTH,), id_=PLAN2)),
        worked=tuple(Worked(UUID(int=99 + n), team, at(a), at(max(a, b))) for n, (team, _r, a, b) in enumerate(shifts)),
        present=tuple(Present(team, where, at(min(a, b)), at(max(a, b))) for team, where, a, b in stays),
    )
    found = due(facts, limits(), at(now))
    assert {each.region_id for each in found} <= {NORTH, SOUTH}
    assert len({each.key for each in found}) == len(found)
    # Of one plan it is either late or missing, never both.
    assert len({each.planned_shift_id for each in found}) == len(found)
    for each in found:
        assert each.since <= at(now)
        stays_there = [p for p in facts.present if p.region_id == each.region_id and p.since <= at(now) <= p.until]
        assert not stays_there or each.kind == "late"


@pytest.mark.parametrize(
    ("urgent", "quiet", "rung", "waits", "when"),
    [
        (False, None, (), None, 0), (True, 5, (-0.1, -0.2), 0.5, 0), (False, 5, (), None, 5), (False, None, (-0.1,), None, 0),
        (False, None, (-0.1, -0.5), None, 0.5),  # two in the hour are enough: when the older is an hour old
        (False, None, (-0.1, -1.5), None, 0), (False, None, (-0.1, -0.5), 0.5, 0.5), (False, None, (), -0.01, 0),
    ],
)  # fmt: skip
def test_quiet_hours_and_the_hour_s_number_hold_back_what_is_not_urgent(urgent, quiet, rung, waits, when):
    known = Rung(tuple(at(n) for n in rung), None if waits is None else at(waits))
    assert rings_at(NIGHT, urgent, None if quiet is None else at(quiet), known, 2) == at(when)


def test_quiet_hours_end_on_the_city_s_clock():
    local = lambda day, hour: datetime(2026, 11, day, hour, tzinfo=ZONE)  # noqa: E731
    assert quiet_until(23, 6, local(27, 23), ZONE) == local(28, 6) == quiet_until(23, 6, local(28, 2), ZONE)
    assert quiet_until(23, 6, local(28, 6), ZONE) is None and quiet_until(0, 0, local(28, 0), ZONE) is None
    assert quiet_until(12, 14, local(28, 13), ZONE) == local(28, 14)
