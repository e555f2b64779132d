"""The table of moves, whole: every pair of status and move either leads somewhere or is refused by name."""

from itertools import product

import pytest

from app.core.problems import Problem
from app.referrals import rules
from app.referrals.terms import DECLINE_REASONS, STATUSES
from tests.make.city import instant

ALLOWED = {
    ("sent", "accept"): "accepted",
    ("sent", "decline"): "declined",
    ("sent", "arrive"): "arrived",
    ("sent", "miss"): "not_arrived",
    ("sent", "revoke"): "revoked",
    ("accepted", "decline"): "declined",
    ("accepted", "arrive"): "arrived",
    ("accepted", "miss"): "not_arrived",
    ("accepted", "revoke"): "revoked",
    ("declined", "accept"): "accepted",
    ("declined", "arrive"): "arrived",
    ("not_arrived", "arrive"): "arrived",
    ("arrived", "miss"): "not_arrived",
}
TOLD = {
    "sent": "referrals.not_yet_answered",
    "accepted": "referrals.already_accepted",
    "declined": "referrals.already_declined",
    "arrived": "referrals.already_arrived",
    "not_arrived": "referrals.already_not_arrived",
    "revoked": "referrals.already_revoked",
}
MOVES = ["accept", "decline", "arrive", "miss", "revoke"]


@pytest.mark.parametrize("held,move", list(product(STATUSES, MOVES)))
def test_every_move_leads_where_it_should_or_is_refused_by_name(held, move):
    if (held, move) in ALLOWED:
        assert rules.next_status(held, move) == ALLOWED[held, move]
    else:
        with pytest.raises(Problem) as refused:
            rules.next_status(held, move)
        assert refused.value.code == TOLD[held]


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
