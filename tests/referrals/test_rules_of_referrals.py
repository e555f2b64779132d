"""The table of moves, whole: every pair of status and move either leads somewhere or is refused by name."""

from datetime import timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from app.core.problems import Problem
from app.referrals import rules
from app.referrals.terms import DECLINE_REASONS, STATUSES
from tests.make.city import instant

EXPECTED = ("sent", "held", "accepted", "on_the_way")
AT_A_DOOR = (*EXPECTED, "declined", "not_arrived", "revoked", "redirected")


def leads(statuses, to):
    return dict.fromkeys(statuses, to)


# (who, move) → {from: to}
ALLOWED = {
    ("clock", "hold"): {"sent": "held"},
    ("clock", "lapse"): {"held": "sent", "accepted": "accepted", "on_the_way": "on_the_way"},
    ("clock", "shut"): leads(EXPECTED, "declined"),
    ("clock", "receive"): leads(EXPECTED, "arrived"),
    ("desk", "accept"): leads(("sent", "held", "declined"), "accepted") | {"on_the_way": "on_the_way"},
    ("desk", "decline"): leads(EXPECTED, "declined"),
    ("desk", "arrive"): leads((*AT_A_DOOR, "in_service"), "arrived"),
    ("desk", "miss"): leads((*EXPECTED, "arrived"), "not_arrived"),
    ("desk", "serve"): leads(("arrived", "ended"), "in_service"),
    ("desk", "end"): leads(("arrived", "in_service"), "ended"),
    ("desk", "appoint"): leads(("sent", "held", "accepted"), "accepted")
    | {same: same for same in ("on_the_way", "arrived", "in_service")},
    ("sender", "set_out"): leads(("sent", "held", "accepted"), "on_the_way"),
    ("sender", "revoke"): leads(EXPECTED, "revoked"),
    ("sender", "redirect"): leads((*EXPECTED, "declined", "not_arrived"), "redirected"),
    ("sender", "plan"): {same: same for same in EXPECTED},
    ("stand_in", "accept"): leads(("sent", "held", "declined"), "accepted") | {"on_the_way": "on_the_way"},
    ("stand_in", "decline"): leads(EXPECTED, "declined"),
    ("stand_in", "arrive"): leads(AT_A_DOOR, "arrived"),
    ("stand_in", "miss"): leads((*EXPECTED, "arrived"), "not_arrived"),
    ("stand_in", "end"): leads((*EXPECTED, "arrived", "in_service", "not_arrived"), "ended"),
}
TOLD = {"sent": "referrals.not_yet_answered"} | {
    status: f"referrals.already_{status}" for status in STATUSES if status != "sent"
}
MOVES = sorted({move for _who, move in ALLOWED})
WHO = ("clock", "desk", "sender", "stand_in")


@pytest.mark.parametrize("held,move,who", list(product(STATUSES, MOVES, WHO)))
def test_every_move_leads_where_it_should_or_is_refused_by_name(held, move, who):
    to = ALLOWED.get((who, move), {}).get(held)
    if to is not None:
        assert rules.next_status(held, move, who=who) == to
    else:
        with pytest.raises(Problem) as refused:
            rules.next_status(held, move, who=who)
        assert refused.value.code == TOLD[held]


def test_every_status_is_reached_and_only_a_door_leads_out_of_those_that_ended():
    reached = {to for moves in ALLOWED.values() for to in moves.values()}
    assert reached | {"sent"} == set(STATUSES)
    out = {held: {move for (_who, move), moves in ALLOWED.items() if held in moves} for held in STATUSES}
    assert out["revoked"] == out["redirected"] == {"arrive"} and out["ended"] == {"serve"}


def test_a_second_desk_is_told_even_when_the_table_would_allow_its_move():
    assert rules.next_status("accepted", "decline", seen="accepted") == "declined"
    with pytest.raises(Problem) as refused:
        rules.next_status("accepted", "decline", seen="sent")
    assert refused.value.code == "referrals.already_accepted"
    assert refused.value.extra == {"status_held": "accepted"}


@pytest.mark.parametrize("reason", [reason for reason in DECLINE_REASONS if reason != "other"])
def test_a_reason_of_the_list_needs_no_words(reason):
    assert rules.check_decline(reason, None) is None


@pytest.mark.parametrize("text", [None, "", "   "])
def test_another_reason_must_be_explained(text):
    with pytest.raises(Problem) as refused:
        rules.check_decline("other", text)
    assert refused.value.code == "referrals.reason_unexplained"
    assert "text" in refused.value.fields
    rules.check_decline("other", "A caldeira quebrou")


def test_what_a_night_closed_before_midnight_is_still_shown_after_it():
    midnight = instant(2026, 11, 22, 3)
    assert rules.closed_since(midnight, instant(2026, 11, 22, 4)) == instant(2026, 11, 21, 16)
    assert rules.closed_since(midnight, instant(2026, 11, 22, 20)) == midnight


def test_an_arrival_told_later_is_believed_within_a_week_and_never_in_the_future():
    now = instant(2026, 11, 22, 8)
    assert rules.arrival_time(None, now) == now
    assert rules.arrival_time(instant(2026, 11, 21, 23), now) == instant(2026, 11, 21, 23)
    # Two clocks differ a little: it is now.
    assert rules.arrival_time(now + timedelta(seconds=90), now) == now
    for wrong in (now + timedelta(days=1), now + timedelta(minutes=3), now - timedelta(days=8)):
        with pytest.raises(Problem) as refused:
            rules.arrival_time(wrong, now)
        assert refused.value.code == "referrals.bad_arrival_time"


def test_a_promise_that_ran_out_is_passed_only_when_the_desk_was_heard_since():
    now, until = instant(2026, 11, 22, 23), instant(2026, 11, 22, 22)
    for status in ("held", "accepted", "on_the_way"):
        assert rules.hold_state(status, now + timedelta(minutes=1), None, now) == "held"
        assert rules.hold_state(status, until, None, now) == "unconfirmed"
        assert rules.hold_state(status, until, until - timedelta(minutes=1), now) == "unconfirmed"
        assert rules.hold_state(status, until, until, now) == "passed"
    assert rules.hold_state("arrived", until, None, now) is None
    assert rules.hold_state("sent", None, None, now) is None


def test_what_is_asked_of_a_house_is_what_she_says_and_what_she_brings():
    assert rules.wanted_of(["women"], True, True, True) == ["animals", "carts", "children", "women"]
    assert rules.wanted_of(["children"], True, False, False) == ["children"]
    assert rules.wanted_of([], False, False, False) == []


def stands(hours):
    """A unit open from `hours[0]` to `hours[1]` o'clock of every day, in UTC."""

    def at(moment):
        opens, closes = (moment.replace(hour=hour, minute=0) for hour in hours)
        if moment < opens:
            return rules.Open(False, opens)
        return rules.Open(True, closes) if moment < closes else rules.Open(False, opens + timedelta(days=1))

    return at


def test_waiting_is_counted_in_the_hours_in_which_the_unit_is_open():
    day = stands((8, 17))
    assert rules.open_time(day, instant(2026, 11, 20, 16), instant(2026, 11, 21, 9)) == timedelta(hours=2)
    assert rules.open_time(day, instant(2026, 11, 20, 18), instant(2026, 11, 21, 7)) == timedelta(0)
    always = lambda _moment: rules.Open(True, None)  # noqa: E731
    assert rules.open_time(always, instant(2026, 11, 20, 18), instant(2026, 11, 20, 20)) == timedelta(hours=2)
    never = lambda _moment: rules.Open(False, None)  # noqa: E731
    assert rules.open_time(never, instant(2026, 11, 20, 18), instant(2026, 11, 20, 20)) == timedelta(0)


def test_hours_that_make_no_sense_do_not_hold_the_clock_for_ever():
    stuck = lambda moment: rules.Open(True, moment)  # noqa: E731
    assert rules.open_time(stuck, instant(2026, 11, 20, 18), instant(2026, 11, 20, 20)) == timedelta(hours=2)


@pytest.mark.parametrize(
    "minutes,done,due", [(9, 0, []), (10, 0, [1]), (20, 0, [1, 2]), (20, 1, [2]), (500, 0, [1, 2, 3]), (500, 3, [])]
)
def test_each_time_the_limit_is_over_the_next_in_line_is_told(minutes, done, due):
    assert list(rules.steps_due(timedelta(minutes=minutes), timedelta(minutes=10), done)) == due


def test_a_team_is_reminded_the_evening_before_and_that_morning():
    zone = ZoneInfo("America/Fortaleza")  # three hours behind UTC
    at = instant(2026, 11, 25, 17)  # 14:00 there
    due = lambda *when: rules.reminders_due(at, zone, instant(*when))  # noqa: E731
    assert due(2026, 11, 24, 19, 59) == []
    assert due(2026, 11, 24, 20) == due(2026, 11, 25, 9, 59) == ["appointment_tomorrow"]
    assert due(2026, 11, 25, 10) == due(2026, 11, 25, 16, 59) == ["appointment_near"]
    assert due(2026, 11, 25, 17) == []
    early = instant(2026, 11, 25, 9, 30)  # 06:30 there
    assert rules.reminders_due(early, zone, instant(2026, 11, 25, 8, 30)) == ["appointment_near"]
