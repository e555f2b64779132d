"""Two real connections at once: pushes against pushes, corrections against withdrawals, and a database that dies."""

from threading import Thread

import pytest
from sqlalchemy import create_engine, text

from app.core.ids import new_id
from app.sync import ledger
from tests.make.gate import Gate, waits_for_a_lock
from tests.make.phone import Phone


class Other:
    """A push of another phone in a thread of its own."""

    def __init__(self, phone: Phone, *commands: dict):
        self.answer = None

        def push():
            self.answer = phone.post(list(commands))

        self.thread = Thread(target=push)

    def outcomes(self):
        self.thread.join(15)
        assert self.answer is not None and self.answer.status_code == 200, self.answer
        return [outcome["status"] for outcome in self.answer.json["outcomes"]]


def statuses(outcomes):
    return [outcome["status"] for outcome in outcomes]


def number(city, table):
    return city.rows(f"SELECT count(*) AS n FROM {table} WHERE municipality_id = :m")[0]["n"]


def at_once(city, monkeypatch, first, mine, second, theirs):
    """Outcomes of both: the first has done its work, and not committed, when the second arrives and has to wait."""
    gate = Gate(city, monkeypatch, ledger.Ledger, "store")
    other = Other(second, *theirs)
    gate.let_in = other.thread.start
    outcomes = statuses(first.push(*mine))
    then = other.outcomes()
    assert gate.waited, "the second push did not wait for the first"
    return outcomes, then


def test_the_same_push_over_two_connections_is_done_once(city, monkeypatch):
    one, two = city.phone("rua"), city.phone("rua")
    commands = [one.encounter(people=2) for _ in range(5)]
    first, second = at_once(city, monkeypatch, one, commands, two, commands)
    assert (first, second) == (["done"] * 5, ["repeated"] * 5)
    assert number(city, "encounters") == 5 and number(city, "participations") == 10


def test_one_command_id_of_two_workers_at_once_is_of_the_first(city, monkeypatch):
    one, two = city.phone("rua"), city.phone("rua2")
    mine = one.encounter()
    theirs = two.encounter() | {"id": mine["id"]}
    gate = Gate(city, monkeypatch, ledger.Ledger, "store")
    other = Other(two, theirs)
    gate.let_in = other.thread.start
    assert statuses(one.push(mine)) == ["done"]
    other.thread.join(15)
    # It had begun before the first was there: all of it is put off, and told at the next try.
    assert gate.waited and (other.answer.status_code, other.answer.json["code"]) == (503, "core.busy")
    assert statuses(two.push(theirs)) == ["conflict"]
    assert number(city, "encounters") == 1


def test_one_encounter_of_two_phones_at_once_is_there_once(city, monkeypatch):
    one, two = city.phone("rua"), city.phone("rua2")
    mine = one.encounter(people=3)
    theirs = two.encounter(people=3, encounter_id=mine["body"]["encounter_id"])
    good = two.encounter()
    first, second = at_once(city, monkeypatch, one, [mine], two, [theirs, good])
    assert (first, second) == (["done"], ["refused", "done"])
    assert number(city, "encounters") == 2 and number(city, "participations") == 4


@pytest.mark.parametrize("move", ["correct", "withdraw"])
def test_of_a_correction_and_another_move_at_once_the_second_is_told(city, monkeypatch, move):
    one, two = city.phone("rua"), city.phone("rua2")
    met = one.encounter()
    one.push(met)
    old = met["body"]["encounter_id"]
    fixed = one.encounter(replaces_id=old, reason_text=None) | {"name": "encounters.correct"}
    theirs = {
        "correct": two.encounter(replaces_id=old, reason_text=None) | {"name": "encounters.correct"},
        "withdraw": two.command("encounters.withdraw", {"encounter_id": old, "reason": "by_mistake"}),
    }[move]
    first, second = at_once(city, monkeypatch, one, [fixed], two, [theirs])
    assert (first, second) == (["done"], ["refused"])
    rows = city.rows("SELECT status FROM encounters WHERE municipality_id = :m")
    assert sorted(row["status"] for row in rows) == ["corrected", "valid"]


def test_names_told_while_a_correction_is_written_reach_the_correction(city, monkeypatch):
    one, two = city.phone("rua"), city.phone("rua2")
    met = one.encounter()
    one.push(met)
    fixed = one.encounter(replaces_id=met["body"]["encounter_id"], reason_text=None) | {"name": "encounters.correct"}
    told = two.command(
        "encounters.complete",
        {
            "encounter_id": met["body"]["encounter_id"],
            "addition_id": str(new_id()),
            "names": [
                {
                    "participation_id": met["body"]["people"][0]["participation_id"],
                    "person_id": str(new_id()),
                    "called": "Galego",
                }
            ],
        },
    )
    first, second = at_once(city, monkeypatch, one, [fixed], two, [told])
    assert (first, second) == (["done"], ["done"])
    rows = city.rows(
        "SELECT e.status FROM participations p JOIN encounters e ON e.id = p.encounter_id"
        " WHERE p.municipality_id = :m AND p.person_id IS NOT NULL"
    )
    assert [row["status"] for row in rows] == ["valid"]


def test_a_push_whose_connection_dies_is_put_off_whole_and_done_at_the_next_try(city, monkeypatch):
    phone = city.phone("rua")
    commands = [phone.encounter(), phone.encounter(people_count=5), phone.encounter()]
    inner = ledger.Ledger.store
    monkeypatch.setattr(ledger.Ledger, "store", lambda self: (killed(self.session), inner(self)))
    answer = phone.post(commands)
    assert (answer.status_code, answer.json["code"]) == (503, "core.busy")
    assert number(city, "encounters") == number(city, "sync_commands") == 0
    monkeypatch.setattr(ledger.Ledger, "store", inner)
    assert statuses(phone.push(*commands)) == ["done", "refused", "done"]


def test_a_connection_that_dies_inside_one_command_is_not_the_commands_fault(city, monkeypatch):
    from app.encounters.service import recording as service

    phone = city.phone("rua")
    inner = service.settle
    monkeypatch.setattr(service, "settle", lambda session, *args: (killed(session), inner(session, *args))[1])
    for commands in ([phone.encounter()], [phone.encounter(), phone.encounter()]):
        answer = phone.post(commands)
        assert (answer.status_code, answer.json["code"]) == (503, "core.busy")
    assert number(city, "encounters") == number(city, "sync_commands") == 0


def killed(session) -> None:
    """The session's own connection, ended from outside as an administrator would."""
    pid = session.scalar(text("SELECT pg_backend_pid()"))
    engine = create_engine(session.get_bind().url)
    with engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:p)"), {"p": pid})
        other.commit()
    engine.dispose()


def test_two_phones_that_wait_for_each_other_lose_nothing(city, monkeypatch):
    """A deadlock ends one push, whole; its next try is done."""
    one, two = city.phone("rua"), city.phone("rua2")
    a, b = one.encounter(), one.encounter()
    one.push(a, b)

    def gone(phone, met):
        return phone.command("encounters.withdraw", {"encounter_id": met["body"]["encounter_id"], "reason": "duplicate"})

    mine, theirs = [gone(one, a), gone(one, b)], [gone(two, b), gone(two, a)]
    from app.encounters.service import recording as service

    other = Other(two, *theirs)
    inner, started = service.announce, []

    def through(*arguments):
        inner(*arguments)
        if not started:
            started.append(True)
            other.thread.start()
            # The other holds b and waits for a.
            assert waits_for_a_lock(city)

    monkeypatch.setattr(service, "announce", through)
    answers = [one.post(mine)]
    other.thread.join(20)
    answers.append(other.answer)
    assert sorted(answer.status_code for answer in answers) == [200, 503]
    assert statuses(one.push(*mine)) + statuses(two.push(*theirs)) in (
        ["repeated", "repeated", "refused", "refused"],
        ["refused", "refused", "repeated", "repeated"],
    )
    rows = city.rows("SELECT status FROM encounters WHERE municipality_id = :m")
    assert {row["status"] for row in rows} == {"withdrawn"}
