"""Two who join the same records at once, over two connections: one is done, the other is told."""

from app.sync import ledger
from tests.encounters.made import join
from tests.make.gate import Gate
from tests.races.test_two_pushes import Other, statuses


def test_of_two_joins_at_once_one_counts_and_the_second_is_told(city, monkeypatch):
    one, two = city.phone("rua"), city.phone("rua2")
    first, second = one.encounter(), two.encounter()
    one.push(first), two.push(second)
    gate = Gate(city, monkeypatch, ledger.Ledger, "store")
    other = Other(two, join(two, second, first))  # the other way round: a ring, were both done
    gate.let_in = other.thread.start
    assert statuses(one.push(join(one, first, second))) == ["done"]
    assert other.outcomes() == ["refused"] and gate.waited
    rows = city.rows("SELECT status FROM encounters WHERE municipality_id = :m ORDER BY status")
    assert [row["status"] for row in rows] == ["joined", "valid"]
    assert len(city.rows("SELECT 1 FROM encounter_joins WHERE municipality_id = :m")) == 1
