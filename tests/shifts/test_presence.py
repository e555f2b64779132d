"""Where teams were, and how a shift ends: pure rules, in the order of a night."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.shifts.presence import Facts, Present, Said, Sign, Worked, presence_of
from app.shifts.rules import End, Patience, closing_of, end_of, patience_of

NIGHT = datetime(2026, 11, 27, 22, tzinfo=UTC)
TEAM, OTHER, NORTH, SOUTH, A, B = (UUID(int=n) for n in range(1, 7))


def at(hours):
    return NIGHT + timedelta(hours=hours)


def there(worked, said=(), signs=(), since=-48, until=48, now=48):
    """(region, from, to, certain) in hours of the night, of all teams."""
    found = presence_of(Facts(tuple(worked), tuple(said), tuple(signs)), at(since), at(until), at(now))
    hours = lambda when: (when - NIGHT) / timedelta(hours=1)  # noqa: E731
    return [(p.region_id, hours(p.since), hours(p.until), tuple(map(hours, p.certain_at))) for p in found]


def entered(hours, region, shift=A):
    return Said(shift, at(hours), "entered", region)


def sign(hours, region=NORTH, shift=A, team=TEAM):
    return Sign(team, at(hours), region, shift)


SHIFT = Worked(A, TEAM, at(0), at(8))


def test_a_long_attendance_without_a_record_is_presence():
    assert there([SHIFT], [entered(0, NORTH)]) == [(NORTH, 0, 8, ())]


def test_a_record_makes_it_certain_and_tells_the_region_that_nobody_said():
    assert there([SHIFT], [], [sign(2)]) == [(None, 0, 2, ()), (NORTH, 2, 8, (2,))]


def test_the_newest_word_wins_said_or_shown():
    said = [entered(0, NORTH), entered(5, NORTH)]
    assert there([SHIFT], said, [sign(1), sign(3, SOUTH), sign(4, None)]) == [
        (NORTH, 0, 3, (1,)), (SOUTH, 3, 5, (3, 4)), (NORTH, 5, 8, ()),
    ]  # fmt: skip


def test_a_break_cuts_and_a_record_in_it_ends_it():
    breaks = [entered(0, NORTH), Said(A, at(2), "paused"), Said(A, at(3), "resumed"), Said(A, at(5), "paused")]
    assert there([SHIFT], breaks) == [(NORTH, 0, 2, ()), (NORTH, 3, 5, ())]
    assert there([SHIFT], breaks, [sign(6)]) == [(NORTH, 0, 2, ()), (NORTH, 3, 5, ()), (NORTH, 6, 8, (6,))]


def test_two_phones_of_a_team_are_one_presence_and_a_split_team_is_in_two_places():
    mate = Worked(B, TEAM, at(1), at(9))
    both = [entered(0, NORTH), entered(1, NORTH, B)]
    assert there([SHIFT, mate], both) == [(NORTH, 0, 9, ())]
    assert there([SHIFT, mate], [*both, Said(A, at(2), "paused")]) == [(NORTH, 0, 9, ())]
    assert there([SHIFT, mate], [entered(0, NORTH), entered(1, SOUTH, B)]) == [(NORTH, 0, 8, ()), (SOUTH, 1, 9, ())]


def test_two_teams_are_never_joined():
    assert len(there([SHIFT, Worked(B, OTHER, at(0), at(8))], [entered(0, NORTH), entered(0, NORTH, B)])) == 2


def test_a_sign_outside_any_shift_is_presence_at_its_instant_alone():
    assert there([SHIFT], [entered(0, NORTH)], [sign(10), sign(11, SOUTH, None), sign(4, NORTH, None)]) == [
        (NORTH, 0, 8, (4,)), (NORTH, 10, 10, (10,)), (SOUTH, 11, 11, (11,)),
    ]  # fmt: skip


def test_a_sign_that_names_no_shift_moves_the_team_when_it_can_be_of_one_phone_only():
    asked = [sign(3, SOUTH, None)]
    assert there([SHIFT], [entered(0, NORTH)], asked) == [(NORTH, 0, 3, ()), (SOUTH, 3, 8, (3,))]
    both = [entered(0, NORTH), entered(0, NORTH, B)]
    assert there([SHIFT, Worked(B, TEAM, at(0), at(8))], both, asked) == [(NORTH, 0, 8, ()), (SOUTH, 3, 3, (3,))]


def test_what_the_rule_closed_reaches_to_a_later_sign_what_a_worker_closed_does_not():
    forgotten = Worked(A, TEAM, at(0), at(3), by_rule=True)
    assert there([forgotten], [entered(0, NORTH)], [sign(5)]) == [(NORTH, 0, 5, (5,))]


def test_an_open_shift_is_present_until_now_and_nothing_lies_after_it():
    still = Worked(A, TEAM, at(0))
    assert there([still], [entered(0, NORTH)], now=3) == [(NORTH, 0, 3, ())]
    assert there([still], [entered(0, NORTH)], since=4, now=3) == []


def test_a_window_clips_and_keeps_what_was_said_before_it():
    said = [entered(0, NORTH), entered(2, SOUTH)]
    assert there([SHIFT], said, [sign(1), sign(3, SOUTH)], since=3, until=6) == [(SOUTH, 3, 6, (3,))]
    assert there([SHIFT], said, [sign(7, SOUTH, None), sign(9, None, None)], since=6, until=7) == [(SOUTH, 6, 7, (7,))]
    assert there([], [], [sign(7, SOUTH, None)], since=6, until=7) == []


def test_two_signs_of_one_instant_are_read_alike_whichever_arrived_first():
    named, unnamed = Sign(TEAM, at(1), NORTH, A), Sign(TEAM, at(1), SOUTH)
    read = [presence_of(Facts((Worked(A, TEAM, at(0), at(8)),), (), signs), at(0), at(9), at(9)) for signs in ((named, unnamed), (unnamed, named))]
    assert read[0] == read[1]


hour = st.integers(0, 12)
region = st.sampled_from([NORTH, SOUTH, None])
shift = st.tuples(hour, st.one_of(st.none(), hour), st.booleans())
moment = st.tuples(st.sampled_from([A, B]), hour, st.sampled_from(["entered", "paused", "resumed"]), region)
shown = st.tuples(st.sampled_from([A, B, None]), hour, region)


@settings(max_examples=50, deadline=None)
@given(shift, shift, st.lists(moment, max_size=6), st.lists(shown, max_size=6), hour, hour)
def test_presence_is_never_longer_than_the_shifts_nor_negative_nor_twice(one, other, moments, signs, since, until):
    worked = [
        Worked(id_, TEAM, at(start), None if end is None else at(max(start, end)), by_rule and end is not None)
        for id_, (start, end, by_rule) in ((A, one), (B, other))
    ]
    said = [Said(id_, at(when), kind, where if kind == "entered" else None) for id_, when, kind, where in moments]
    shown = [Sign(TEAM, at(when), where, id_) for id_, when, where in signs]
    facts = Facts(tuple(worked), tuple(said), tuple(shown))
    found = presence_of(facts, at(since), at(until), at(12))
    assert all(at(since) <= p.since <= p.until <= max(at(since), at(until)) for p in found)
    assert all(p.since <= when <= p.until for p in found for when in p.certain_at)
    reach = {w.id: max([w.ended_at or at(12), *([x.at for x in (*said, *shown) if x.shift_id == w.id] if w.by_rule else [])]) for w in worked}
    for where in (NORTH, SOUTH, None):
        stretches = [(p.since, p.until) for p in found if p.region_id == where]
        assert all(first[1] < second[0] for first, second in zip(stretches, stretches[1:], strict=False))
        inside = lambda t: any(w.started_at <= t < reach[w.id] for w in worked)  # noqa: E731
        steps = [at(n + 0.5) for n in range(-1, 14)]
        assert [t for t in steps if any(a <= t < b for a, b in stretches) and not inside(t)] == []
    # The same facts told by two phones, in another order, are the same presence.
    twice = Facts((*worked[::-1], *worked), tuple(said[::-1]), tuple(shown[::-1]))
    if len({(s.shift_id, s.at) for s in (*said, *shown)}) == len(said) + len(shown):
        assert presence_of(twice, at(since), at(until), at(12)) == found
    assert all(isinstance(p, Present) for p in found)


@pytest.mark.parametrize(
    ("told", "by_rule", "next_start", "end"),
    [
        ([], None, None, None),
        ([at(6), at(5), at(7)], None, None, End(at(5), "worker")),
        ([], at(14), None, End(at(14), "rule")),
        ([at(16)], at(14), None, End(at(16), "worker")),  # told afterwards: later than the rule's, and right
        ([at(5)], at(14), None, End(at(5), "worker")),
        ([], None, at(4), End(at(4), "next_shift")),
        ([at(8)], None, at(4), End(at(4), "next_shift")),
        ([at(3)], None, at(4), End(at(3), "worker")),
        ([], at(3), at(4), End(at(3), "rule")),
        ([at(-2)], None, None, End(at(0), "worker")),  # a clock that went back
    ],
)
def test_how_a_shift_ends(told, by_rule, next_start, end):
    assert end_of(at(0), told, by_rule, next_start) == end
    assert end_of(at(0), told[::-1], by_rule, next_start) == end


@pytest.mark.parametrize(
    ("planned", "last", "now", "closed"),
    [
        (None, 1, 13.9, None),  # five hours with one family: silence closes nothing
        (None, 1, 14, 3),
        (None, 0, 20, 2),
        (None, 13, 14.5, None),
        (None, 13, 15, 14),
        (None, 15, 16.5, None),  # still at work
        (None, 15, 17, 15),
        (8, 1, 9.9, None),
        (8, 1, 10, 8),
        (8, 9, 10.5, None),
        (8, 9, 11, 9),
        (-1, 1, 14, 3),  # a plan that was over before she came says nothing
    ],
)
def test_where_the_rule_closes_what_nobody_closed(planned, last, now, closed):
    found = closing_of(at(0), None if planned is None else at(planned), at(last), at(now), Patience())
    assert found == (None if closed is None else at(closed))


def test_a_city_sets_its_patience_and_nonsense_sets_nothing():
    assert patience_of({"shift_longest_hours": 10, "shift_quiet_hours": 1.5}) == Patience(timedelta(hours=10), timedelta(hours=1.5))
    for odd in ("10", True, None, 0, -3, 1000):
        assert patience_of({"shift_longest_hours": odd, "shift_quiet_hours": odd}) == Patience()
