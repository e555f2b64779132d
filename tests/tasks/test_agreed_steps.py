"""What, when, where, who: agreed offline, seen by the team, closed by whoever was there."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.ids import new_id
from app.tasks import queries
from tests.encounters.made import code, known_person, statuses
from tests.make.forms import form_of
from tests.tasks.made import agree, close, late_by, tasks_on, today


def test_agreed_by_one_phone_it_is_on_the_teams_phones_and_closed_by_another(city):
    one, two = city.phone("rua"), city.phone("rua2")
    person = known_person(one)
    task = agree(one, person_id=person, due_time="09:30", place_text="Na porta do mercado", assignee_id=str(city.ids["rua2"]))
    assert statuses(one.push(task)) == ["done"] and statuses(one.push(task)) == ["repeated"]
    body = tasks_on(two)[task["body"]["task_id"]]
    assert body["called"] == "Galego" and body["person_id"] == person
    assert (body["due_time"], body["place_text"], body["author_name"]) == ("09:30", "Na porta do mercado", "Rua")
    assert (body["status"], body["closed_at"]) == ("open", None)
    assert statuses(two.push(close(two, task, "not_found", "Não estava."))) == ["done"]
    assert tasks_on(one)[task["body"]["task_id"]]["status"] == "not_found"


def test_of_two_who_close_the_same_result_is_no_quarrel_and_another_is_told(city):
    one, two = city.phone("rua"), city.phone("rua2")
    task = agree(one)
    one.push(task)
    first = close(one, task, "done", "Foi comigo.")
    assert statuses(one.push(first)) == ["done"] and statuses(two.push(close(two, task))) == ["done"]
    assert code(two.push(close(two, task, "cancelled"))) == "tasks.already_closed"
    [row] = city.rows("SELECT status, close_text, closed_by FROM tasks WHERE municipality_id = :m")
    assert (row["status"], row["close_text"], row["closed_by"]) == ("done", "Foi comigo.", city.ids["rua"])


def test_moved_to_another_day_the_old_one_closes_and_a_new_one_stands(city):
    phone = city.phone("rua")
    task = agree(phone)
    phone.push(task)
    moved, again = close(phone, task, "moved"), agree(phone, due_on=today() + timedelta(days=5))
    assert statuses(phone.push(moved, again)) == ["done", "done"]
    found = tasks_on(phone)
    assert [found[t["body"]["task_id"]]["status"] for t in (task, again)] == ["moved", "open"]


def test_a_closed_one_leaves_the_phones_after_three_days(city):
    phone = city.phone("rua")
    task = agree(phone)
    phone.push(task, close(phone, task))
    assert task["body"]["task_id"] in tasks_on(phone)
    city.rows("UPDATE tasks SET closed_at = now() - interval '4 days' WHERE municipality_id = :m RETURNING 1")
    fresh = city.phone("rua")
    assert tasks_on(fresh) == {}


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("what", "  ", "tasks.nothing_agreed"),
        ("due_on", "2090-01-01", "tasks.day_unlikely"),
        ("due_on", "2026-02-30", "core.invalid"),
        ("due_time", "25:00", "core.invalid"),
        ("person_id", str(new_id()), "tasks.unknown_person"),
        ("household_id", str(new_id()), "tasks.unknown_family"),
        ("encounter_id", str(new_id()), "tasks.unknown_encounter"),
        ("assignee_id", str(new_id()), "tasks.unknown_assignee"),
        ("point_id", str(new_id()), "tasks.unknown_point"),
        ("team_id", str(new_id()), "tasks.not_yours"),
    ],
)
def test_what_can_not_be_kept_is_told_and_holds_back_nobody(city, field, value, problem):
    phone = city.phone("rua")
    outcomes = phone.push(agree(phone, **{field: value}), agree(phone))
    assert statuses(outcomes) == ["refused", "done"] and code(outcomes) == problem


def test_names_of_any_letters_and_a_day_that_has_passed_are_taken_in(city):
    phone = city.phone("rua")
    words = "مرحبا 🛒 '; DROP TABLE tasks; --"
    task = agree(phone, words, due_on=late_by(3))
    assert statuses(phone.push(task)) == ["done"]
    assert tasks_on(phone)[task["body"]["task_id"]]["what"] == words


def test_another_team_neither_sees_nor_closes_it(city, other_city):
    phone, visitor, stranger = city.phone("rua"), city.phone("pim"), other_city.phone("rua")
    task = agree(phone)
    phone.push(task)
    assert tasks_on(visitor) == {} and tasks_on(stranger) == {}
    assert code(visitor.push(close(visitor, task))) == "tasks.not_yours"
    assert code(stranger.push(close(stranger, task))) == "tasks.unknown"
    assert code(visitor.push(agree(visitor))) == "tasks.not_yours"  # of the street's team
    assert code(phone.push(close(phone, {"body": {"task_id": str(new_id())}}))) == "tasks.unknown"


def test_a_visitor_keeps_her_own_of_a_family(city):
    visitor = city.phone("pim")
    task = agree(visitor, team=None, household_id=str(city.ids["household"]))
    assert statuses(visitor.push(task)) == ["done"]
    assert tasks_on(visitor)[task["body"]["task_id"]]["called"] == "Família da Rosa"
    assert tasks_on(city.phone("rua")) == {}


def test_of_a_restricted_person_it_is_nowhere_and_still_taken_in_and_closed(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    person = known_person(phone)
    task = agree(phone, person_id=person)
    phone.push(task)
    city.rows("UPDATE people SET restricted_at = now() WHERE municipality_id = :m AND id = :p RETURNING 1", p=person)
    assert tasks_on(mate) == {}
    again = agree(phone, person_id=person)
    assert statuses(phone.push(again, close(phone, task))) == ["done", "done"]
    assert tasks_on(mate) == {}
    with city.transaction() as session:
        actor = city.actor_in(session, "coordenacao")
        assert queries.at_desk(session, actor, datetime.now(UTC)) == []
        assert queries.of_person(session, actor, [person]) == []


def test_rights_count_when_it_was_agreed_not_when_it_came_in(city):
    phone = city.phone("rua")
    city.rows(
        "UPDATE role_grants SET valid_to = now() - interval '1 hour' WHERE municipality_id = :m AND worker_id = :w RETURNING 1",
        w=city.ids["rua"],
    )
    before = datetime.now(UTC) - timedelta(hours=2)
    outcomes = phone.push(agree(phone, occurred_at=before), agree(phone))
    assert statuses(outcomes) == ["done", "refused"]


def test_who_oversees_counts_what_is_late_by_team_without_a_name(city):
    phone = city.phone("rua")
    phone.push(agree(phone, due_on=late_by(1)), agree(phone, due_on=late_by(10)), agree(phone), agree(phone, due_on=today()))
    with city.transaction() as session:
        for persona in ("coordenacao", "supervisao"):
            rows = queries.overdue(session, city.actor_in(session, persona), datetime.now(UTC))
            [row] = [row for row in rows if row["team_id"] == city.ids["team"]]
            assert (row["number"], row["week"], row["oldest_on"]) == (2, 1, late_by(10)), persona
            assert set(row) == {"team_id", "team", "number", "oldest_on", "week"}


def test_what_was_done_counts_over_a_not_found_that_came_in_first(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    agreed = agree(phone, occurred_at=datetime.now(UTC) - timedelta(hours=9))
    phone.push(agreed)
    missed = close(mate, agreed, "not_found", occurred_at=datetime.now(UTC) - timedelta(hours=5))
    done = close(phone, agreed, "done", "Entregue", occurred_at=datetime.now(UTC) - timedelta(hours=1))
    assert statuses(mate.push(missed)) == ["done"]
    outcome = phone.push(done)
    assert statuses(outcome) == ["done"], outcome
    [row] = city.rows("SELECT status, close_text, closed_by FROM tasks WHERE municipality_id = :m")
    assert (row["status"], row["close_text"], row["closed_by"]) == ("done", "Entregue", city.ids["rua"])
    assert code(mate.push(close(mate, agreed, "cancelled"))) == "tasks.already_closed"


def test_a_second_tap_at_the_desk_agrees_nothing_twice(city):
    phone, desk = city.phone("rua"), city.client("coordenacao")
    task = agree(phone)
    phone.push(task)
    where, away = f"/mesa/combinados/{task['body']['task_id']}/encerrar", str(today() + timedelta(days=2))
    assert [desk.post(where, data={"result": "moved", "due_on": away}).status_code for _ in range(2)] == [303, 303]
    assert desk.post(where, data={"result": "moved", "due_on": str(today() + timedelta(days=3))}).status_code == 409
    held = form_of(desk.get("/mesa/combinados/novo").text, "/mesa/combinados") | {"what": "Levar o cobertor", "due_on": away, "team_id": str(city.ids["team"])}
    for what in ("Levar o cobertor", "Levar o cobertor", "Levar o café"):
        assert desk.post("/mesa/combinados", data=held | {"what": what}).status_code == 303
    assert sorted(row["what"] for row in city.rows("SELECT what FROM tasks WHERE municipality_id = :m AND status = 'open'")) == [
        "Levar a certidão", "Levar o café", "Levar o cobertor",
    ]  # fmt: skip
