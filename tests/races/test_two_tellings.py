"""Two phones tell of one person at once, over two connections: both stay, and what she is called is what counts."""

from datetime import timedelta
from threading import Thread

from app.core import clock
from app.people.service import telling
from tests.make.gate import Gate
from tests.people.made import card, register, told


def tells(phone, person_id, name, when):
    return phone.command("people.tell", {"person_id": person_id, "told": [told("name.nickname", name)]}, when)


def test_whoever_commits_last_does_not_write_over_the_later_word(city, monkeypatch):
    person_id = register(city, when=clock.now() - timedelta(days=1))
    one, two = city.phone("rua"), city.phone("rua2")
    early, late = clock.now() - timedelta(hours=3), clock.now() - timedelta(hours=1)
    answers = {}
    other = Thread(target=lambda: answers.update(other=two.push(tells(two, person_id, "Tico", early))))
    # The first has projected her name, and not committed, when the second arrives.
    gate = Gate(city, monkeypatch, telling, "project")
    gate.let_in = other.start
    assert [each["status"] for each in one.push(tells(one, person_id, "Lua", late))] == ["done"]
    other.join(15)
    assert gate.waited, "the second did not wait: it would project without the first's word"
    assert [each["status"] for each in answers["other"]] == ["done"]
    [row] = city.rows("SELECT called FROM people WHERE municipality_id = :m AND id = :id", id=person_id)
    assert row["called"] == "Lua"
    assert [step.value for step in card(city, person_id).names if step.field == "name.nickname"] == ["Lua", "Tico"]
