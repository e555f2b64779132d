"""What a request may become, when two may be one, which team is proposed: without a database."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.problems import Problem
from app.outreach_requests import rules, sheet
from app.outreach_requests.rules import Candidate, Spot
from app.outreach_requests.service import gate
from app.outreach_requests.terms import OPEN, STATUSES, WITH_TEAM
from tests.make.city import instant

NOON = instant(2026, 11, 28, 15)


def code_of(call, *args):
    with pytest.raises(Problem) as caught:
        call(*args)
    return caught.value.code.partition(".")[2]


def test_nuisance_is_answered_with_guidance_and_never_dispatched():
    assert rules.first_status("removal") == "guided" and rules.first_status("self") == "new"
    assert code_of(rules.check_dispatch, "guided", "removal") == "never_dispatched"
    assert code_of(rules.check_dispatch, "new", "removal") == "never_dispatched"
    assert rules.check_triage("guided", "other") == "triaged"  # somebody needs care there after all
    assert rules.check_triage("new", "removal") == "guided"
    assert code_of(rules.check_triage, "on_the_way", "removal") == "with_team"
    assert code_of(rules.check_guidance, "new", "other") == "not_guidance"


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_each_status_lets_through_what_it_may(status):
    assert (status in OPEN) == _passes(rules.check_dispatch, status, "other")
    assert (status in WITH_TEAM) == _passes(rules.check_taking_back, status)
    assert (status in ("new", "triaged")) == _passes(rules.check_leaving_out, status)
    assert (status in OPEN | {"guided", "out_of_scope"}) == _passes(rules.check_triage, status, "other")


def _passes(call, *args):
    try:
        call(*args)
    except Problem:
        return False
    return True


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["on_the_way", "there", "closed"]), max_size=8))
def test_whatever_order_phones_tell_in_the_state_goes_forward_and_ends_as_the_furthest(moves):
    status = "dispatched"
    order = ["dispatched", "on_the_way", "there", "closed"]
    for move in moves:
        status = rules.after_move(status, move) or status
    assert status == max(["dispatched", *moves], key=order.index)


def test_what_is_answered_after_it_was_taken_back_is_answered():
    assert rules.after_move("triaged", "closed") == "closed" and rules.after_move("triaged", "there") is None
    assert {rules.after_move(each, "closed") for each in ("guided", "duplicate", "out_of_scope", "closed")} == {None}


def test_the_asker_is_told_three_states_and_no_more():
    assert {rules.followed(status) for status in STATUSES} == {"received", "in_service", "ended"}
    assert rules.followed("closed") == rules.followed("guided") == rules.followed("out_of_scope")


@pytest.mark.parametrize(
    ("words", "signs"),
    [
        ("Uma CRIANÇA pedindo no sinal", {"child"}), ("meninos dormindo", {"child"}), ("Homem foi esfaqueado", {"violence"}),
        ("bebê com a mãe que apanha", {"child", "violence"}), ("Senhor com cobertor e cachorro", set()), ("", set()),
    ],
)  # fmt: skip
def test_words_propose_an_alert_and_nothing_else(words, signs):
    assert rules.signs_in(words) == signs


def spot(minutes=0, **told):
    return Spot(**{"purpose": "other", "received_at": NOON + timedelta(minutes=minutes)} | told)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (spot(30, metres=150), True), (spot(30, metres=151), False), (spot(120, metres=10), True), (spot(121, metres=10), False),
        (spot(-119, metres=0), True), (spot(5, metres=10, purpose="self"), False), (spot(5), False),
        (spot(5, street="Rua A"), True), (spot(5, street="Rua A", metres=2000), False), (spot(5, street="Rua B", metres=None), False),
    ],
)  # fmt: skip
def test_two_may_be_one_near_in_place_and_time_and_of_one_kind(other, same):
    assert bool(rules.alike(spot(street="Rua A", metres=0.0), other)) is same


def test_why_two_may_be_one_is_said():
    point = uuid4()
    reasons = dict(rules.alike(spot(known_point_id=point), spot(12, known_point_id=point, metres=3)))
    assert reasons == {"same_point": 0, "same_purpose": 0, "minutes": 12}
    assert dict(rules.alike(spot(), spot(7, metres=42.4)))["metres"] == 42


def team(name, km=1.0, load=0, covers=True, since=NOON):
    return Candidate(uuid4(), name, since, km, NOON if km is not None else None, covers, load)


def order(*teams):
    return [each.candidate.name for each in rules.proposed(teams)]


def test_the_nearest_free_team_of_the_region_is_proposed_first():
    assert order(team("longe", 9), team("perto", 1)) == ["perto", "longe"]
    assert order(team("perto e cheia", 1, load=3), team("longe e livre", 9)) == ["longe e livre", "perto e cheia"]
    assert order(team("de outra", 2, covers=False), team("da região", 3)) == ["da região", "de outra"]
    assert order(team("sem turno", 0, since=None), team("calada", None, covers=False, load=4)) == ["calada", "sem turno"]
    assert order(team("b"), team("a")) == ["a", "b"]  # a tie is settled the same way each time


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.one_of(st.none(), st.floats(0, 60)), st.integers(0, 30), st.booleans(), st.booleans()), max_size=12))
def test_every_team_is_in_the_proposal_with_its_reasons(teams):
    made = [team(str(at), km, load, covers, NOON if on else None) for at, (km, load, covers, on) in enumerate(teams)]
    found = rules.proposed(made)
    assert {each.candidate.name for each in found} == {each.name for each in made}
    assert all({"load"} < {kind for kind, _n in each.reasons} for each in found)
    shifts = [each.is_on_shift for each in found]
    assert shifts == sorted(shifts, reverse=True)


def test_minutes_to_answer_run_from_the_asking():
    assert rules.minutes_to_answer(NOON, NOON + timedelta(minutes=42, seconds=59)) == 42
    assert rules.minutes_to_answer(NOON, None) is None and rules.minutes_to_answer(NOON, NOON - timedelta(hours=1)) == 0
    assert rules.target_minutes({}, True) == 30 and rules.target_minutes({"request_minutes": 90}, False) == 90


def test_a_request_of_tomorrow_or_of_last_month_is_refused():
    assert rules.check_asked(NOON + timedelta(minutes=3), NOON) == NOON
    for away in (timedelta(minutes=6), -timedelta(days=8)):
        assert code_of(rules.check_asked, NOON + away, NOON) == "asked_in_the_future"


def test_waiting_doubles_and_has_an_end():
    assert [gate.patience(left) for left in (6, 1, 0, -1, -2, -4)] == [4, 4, 8, 16, 32, 60]
    assert gate.network_of("203.0.113.9") == gate.network_of("203.0.113.200") != gate.network_of("203.0.114.1")
    assert gate.network_of("::ffff:203.0.113.9") == gate.network_of("203.0.113.9") != gate.network_of("::ffff:198.51.100.1")
    assert gate.network_of("2001:db8:1::1") == gate.network_of("2001:db8:1:ffff::9") and gate.network_of("<x>") == ""


@pytest.mark.parametrize(
    ("day", "hour", "said"),
    [
        ("28/11/2026 07:40", "", (7, 40)), ("28/11/2026", "7h05", (7, 5)), ("2026-11-28 23:59", "", (23, 59)), ("2026-11-28T10:00:00", "", (10, 0)),
        ("31/02/2026", "", None), ("ontem", "", None), ("28/11/2026", "25:00", None),
    ],
)  # fmt: skip
def test_days_as_call_centres_write_them(day, hour, said):
    found = sheet.instant_of(day, hour, NOON.tzinfo, NOON)
    assert (found and (found.hour, found.minute)) == said
    assert found is None or found.date() == datetime(2026, 11, 28).date()


def test_a_day_without_an_hour_makes_nobody_wait_since_midnight():
    said = f"{NOON:%d/%m/%Y}"
    assert sheet.instant_of(said, "", NOON.tzinfo, NOON) == NOON
    assert sheet.instant_of(said, "10:30", NOON.tzinfo, NOON) == NOON.replace(hour=10, minute=30, second=0, microsecond=0)
