"""What counts of what is told, without a database."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from app.people import ladder
from app.people.ladder import Choice, Told
from tests.make.city import instant

NOON = instant(2026, 11, 20, 12)
TODAY = date(2026, 11, 27)
ANA, BIA = UUID(int=1), UUID(int=2)


def row(number, field, value, hours=0, worker=ANA, received=0.0, back=False):
    told_at = NOON + timedelta(hours=hours)
    return Told(
        UUID(int=number), UUID(int=99), field, value, "told", "sure", told_at, told_at + timedelta(hours=received), worker,
        taken_back_at=NOON if back else None,
    )  # fmt: skip


def called(*rows):
    return ladder.called_of(ladder.counting(rows))


def test_somebody_is_called_by_the_highest_step_that_stands():
    steps = [row(1, "name.alias", "Senhor do carrinho"), row(2, "name.civil", "José da Silva", 1)]
    assert called(*steps) == ("José da Silva", "civil")
    steps.append(row(3, "name.nickname", "Zé", -5))
    assert called(*steps) == ("Zé", "nickname")
    steps.append(row(4, "name.social", "Zélia", -9))
    assert called(*steps) == ("Zélia", "social")


def test_the_last_told_counts_whatever_came_in_last_and_a_tie_goes_by_id():
    early, late = row(1, "name.nickname", "Zé", 1), row(2, "name.nickname", "Tico", 2)
    assert called(late, early) == called(early, late) == ("Tico", "nickname")
    assert called(row(5, "name.nickname", "A"), row(6, "name.nickname", "B")) == ("B", "nickname")


def test_what_is_taken_back_gives_way_to_what_was_known_before():
    assert called(row(1, "name.nickname", "Zé"), row(2, "name.nickname", "Tico", 2, back=True)) == ("Zé", "nickname")
    assert called(row(1, "name.alias", "Zé", back=True)) == (ladder.NAMELESS, "alias")


def test_a_choice_of_a_merge_counts_until_something_newer_is_told():
    rows = [row(1, "name.nickname", "Zé", 1), row(2, "name.nickname", "Tico", 2)]
    chosen = {"name.nickname": Choice(UUID(int=1), NOON + timedelta(hours=3))}
    assert ladder.counting(rows, chosen)["name.nickname"].value == "Zé"
    assert ladder.counting([*rows, row(3, "name.nickname", "Lua", 4)], chosen)["name.nickname"].value == "Lua"
    taken = [row(1, "name.nickname", "Zé", 1, back=True), rows[1]]
    assert ladder.counting(taken, chosen)["name.nickname"].value == "Tico"


@pytest.mark.parametrize(
    ("facts", "age", "estimated", "band", "differ"),
    [
        ({}, None, False, None, False),
        ({"birth_on": "2013-11-28"}, 12, False, "age_0_12", False),
        ({"birth_on": "2013-11-27"}, 13, False, "age_13_17", False),
        ({"age": 59}, 59, True, "age_18_59", False),
        ({"age_band": "age_60_plus"}, None, False, "age_60_plus", False),
        ({"birth_on": "1960-01-01", "age": 40, "age_band": "age_0_12"}, 66, False, "age_60_plus", True),
        ({"birth_on": "1960-01-01", "age": 64}, 66, False, "age_60_plus", False),
        ({"birth_on": "não é data", "age": 20}, 20, True, "age_18_59", False),
    ],
)  # fmt: skip
def test_age_and_band(facts, age, estimated, band, differ):
    counts = ladder.counting([row(at, field, value) for at, (field, value) in enumerate(facts.items(), 1)])
    assert ladder.age_of(counts, TODAY) == (age, estimated)
    assert ladder.band_of(counts, TODAY) == band
    assert ladder.ages_differ(counts, TODAY) is differ


def test_an_age_said_grows_with_the_years():
    said = ladder.counting([row(1, "age", 17, hours=-24 * 800)])
    assert ladder.age_of(said, TODAY) == (19, True)


def test_two_who_did_not_know_of_each_other_disagree_and_who_knew_corrects():
    earlier = row(1, "name.civil", "José", 0, ANA, received=5)
    assert ladder.disagreements([earlier, row(2, "name.civil", "João", 2, BIA)]) == [(earlier, row(2, "name.civil", "João", 2, BIA))]
    assert ladder.disagreements([earlier, row(2, "name.civil", "João", 6, BIA)]) == []
    assert ladder.disagreements([earlier, row(2, "name.civil", "João", 2, ANA)]) == []
    assert ladder.disagreements([earlier, row(2, "name.civil", "José", 2, BIA)]) == []
    assert ladder.disagreements([earlier, row(2, "name.civil", "João", 2, BIA, back=True)]) == []
