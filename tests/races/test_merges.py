"""Merges on two connections: overlapping ones, and against what a phone sends under the absorbed id."""

from threading import Thread

from app.core import clock
from app.core.ids import new_id
from app.people.problems import AlreadyMerged
from app.people.service import merge, merging, undo_merge
from app.sync import ledger
from tests.make.gate import Gate
from tests.people.known import acting, ends_of, make_people


class Other:
    """Something done in a thread of its own; what it raised or gave."""

    def __init__(self, act):
        self.given = self.raised = None

        def run():
            try:
                self.given = act()
            except Exception as error:
                self.raised = error

        self.thread = Thread(target=run)


def merged(city, survivor, absorbed):
    with acting(city, "creas") as (session, actor):
        return merge(session, actor, survivor, absorbed, {}, None, clock.now())


def people(city, number):
    return make_people(city, [{"names": [("nickname", f"P{n}")]} for n in range(number)])


def at_once(city, monkeypatch, first, second):
    """The first has done its work, and not committed, when the second arrives and has to wait for it."""
    gate = Gate(city, monkeypatch, merging, "_resettle")
    other = Other(second)
    gate.let_in = other.thread.start
    given = first()
    other.thread.join(15)
    assert gate.waited, "the second did not wait for the first"
    return given, other


def test_two_who_absorb_the_same_person_at_once(city, monkeypatch):
    a, b, c = people(city, 3)
    _given, other = at_once(city, monkeypatch, lambda: merged(city, a, c), lambda: merged(city, b, c))
    assert isinstance(other.raised, AlreadyMerged)
    assert ends_of(city, a, b, c) == {a: a, b: b, c: a}


def test_a_ring_closed_by_two_at_once_is_not(city, monkeypatch):
    a, b = people(city, 2)
    _given, other = at_once(city, monkeypatch, lambda: merged(city, a, b), lambda: merged(city, b, a))
    assert isinstance(other.raised, AlreadyMerged)
    assert ends_of(city, a, b) == {a: a, b: a}


def test_a_ring_of_three_closed_at_once_is_not(city, monkeypatch):
    a, b, c = people(city, 3)
    merged(city, b, a)
    _given, other = at_once(city, monkeypatch, lambda: merged(city, c, b), lambda: merged(city, a, c))
    assert isinstance(other.raised, AlreadyMerged)
    assert ends_of(city, a, b, c) == {a: c, b: c, c: c}


def test_overlapping_merges_make_one_chain(city, monkeypatch):
    a, b, c = people(city, 3)
    _given, other = at_once(city, monkeypatch, lambda: merged(city, b, a), lambda: merged(city, c, b))
    assert other.raised is None
    assert ends_of(city, a, b, c) == {a: c, b: c, c: c}


def test_an_undo_and_a_merge_on_top_of_it_at_once(city, monkeypatch):
    a, b, c = people(city, 3)
    inner = merged(city, b, a)

    def undone():
        with acting(city, "supervisao") as (session, actor):
            undo_merge(session, actor, inner, "eram duas", clock.now())

    _given, other = at_once(city, monkeypatch, undone, lambda: merged(city, c, b))
    assert other.raised is None
    assert ends_of(city, a, b, c) == {a: a, b: c, c: c}


def naming(phone, met, person_id, called):
    return phone.command(
        "encounters.complete",
        {
            "encounter_id": met["body"]["encounter_id"],
            "addition_id": str(new_id()),
            "names": [
                {"participation_id": met["body"]["people"][0]["participation_id"], "person_id": str(person_id), "called": called}
            ],
        },
        after=[met["id"]],
    )


def test_a_push_under_the_absorbed_id_while_she_is_absorbed_is_kept_under_it(city, monkeypatch):
    """Neither waits for the other: the push is done before the merge is committed."""
    a, b = people(city, 2)
    phone = city.phone("rua")
    met = phone.encounter()
    other = Other(lambda: [outcome["status"] for outcome in phone.push(met, naming(phone, met, b, "Careca"))])
    inner = merging._resettle

    def through(*arguments):
        inner(*arguments)
        other.thread.start()
        other.thread.join(15)

    monkeypatch.setattr(merging, "_resettle", through)
    merged(city, a, b)
    assert other.given == ["done", "done"]
    assert_met_as(city, a, b)


def test_a_merge_while_a_push_under_the_absorbed_id_is_under_way(city, monkeypatch):
    a, b = people(city, 2)
    phone = city.phone("rua")
    met = phone.encounter()
    other = Other(lambda: merged(city, a, b))
    inner = ledger.Ledger.store

    def through(self):
        inner(self)
        other.thread.start()
        other.thread.join(15)

    monkeypatch.setattr(ledger.Ledger, "store", through)
    assert [outcome["status"] for outcome in phone.push(met, naming(phone, met, b, "Careca"))] == ["done", "done"]
    assert other.raised is None and other.given
    assert_met_as(city, a, b)


def assert_met_as(city, survivor, absorbed):
    """What came under the absorbed id stands under it, and she is the survivor."""
    [row] = city.rows("SELECT person_id FROM participations WHERE municipality_id = :m AND person_id IS NOT NULL")
    assert row["person_id"] == absorbed and ends_of(city, absorbed) == {absorbed: survivor}
    [row] = city.rows(
        "SELECT last_met_at > first_met_at AS met_again FROM people WHERE municipality_id = :m AND id = :b", b=absorbed
    )
    assert row["met_again"]
