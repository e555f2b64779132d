"""A step goes from one team to another: both teams' phones learn it, and what the first did without signal is taken in."""

from datetime import timedelta

import pytest

from app.accounts import service as accounts
from app.core import clock
from app.core.ids import new_id
from tests.encounters.made import code, known_person, statuses
from tests.make.forms import form_of
from tests.outreach_requests.made import ask, on_phone, second_team, send
from tests.tasks.made import agree, close, tasks_on


@pytest.fixture
def two(city):
    """A city with two street teams, both under `coordenacao`."""
    team2 = second_team(city)
    with city.transaction() as session:
        since = clock.now() - timedelta(days=9)
        accounts.grant_role(session, city.ibge, city.ids["coordenacao"], "coordinator", since, "team", team2)
    return city


def hand(city, client, task, to="team2", **more):
    sent = {"team_id": str(city.ids[to]), "seen": str(city.ids["team"]), "reason": "near"} | more
    return client.post(f"/mesa/combinados/{task['body']['task_id']}/passar", data=sent)


def test_it_leaves_one_teams_phones_and_comes_to_the_others(two):
    first, second, desk = two.phone("rua"), two.phone("rua2"), two.client("coordenacao")
    task = agree(first, person_id=known_person(first), assignee_id=str(two.ids["rua"]))
    its = task["body"]["task_id"]
    first.push(task)
    assert its in tasks_on(first) and its not in tasks_on(second)
    where = f"/mesa/combinados/{its}"
    page = desk.get(where).text
    assert "Equipe Dois" in page
    # As the browser sends it: the hidden fields of the form itself.
    form = form_of(page, f"{where}/passar") | {"team_id": str(two.ids["team2"]), "reason": "near"}
    assert desk.post(f"{where}/passar", data=form).headers["Location"].endswith("feito=passado")
    assert its not in tasks_on(first)
    body = tasks_on(second)[its]
    # Whoever was to go isn't of the new team.
    assert (body["team_id"], body["assignee_id"], body["handed_from"]) == (str(two.ids["team2"]), None, "Equipe Rua")
    assert "Passou de Equipe Rua para Equipe Dois" in desk.get(where).text
    [line] = two.rows("SELECT worker_id, fields FROM audit_lines WHERE municipality_id = :m AND action = 'tasks.hand'")
    assert line["worker_id"] == two.ids["coordenacao"]
    # Closed by the first team, which knew nothing of it; the other's answer is told as a quarrel only where it is one.
    assert statuses(first.push(close(first, task, "not_found", "Não estava lá."))) == ["done"]
    assert tasks_on(second)[its]["status"] == "not_found"
    assert statuses(second.push(close(second, task))) == ["done"]
    assert code(first.push(close(first, task, "cancelled"))) == "tasks.already_closed"


def test_twice_out_of_order_and_out_of_reach_are_refused(two, other_city):
    phone, desk = two.phone("rua"), two.client("coordenacao")
    task, alone = agree(phone), agree(phone, team=None)
    phone.push(task, alone)
    refused = {
        "elsewhere": hand(two, other_city.client("coordenacao"), task), "nowhere": hand(two, desk, {"body": {"task_id": str(new_id())}}),
        "other kind": hand(two, desk, task, "pim_team"), "nobody's": hand(two, desk, alone), "itself": hand(two, desk, task, "team"),
        "no reason": hand(two, desk, task, reason=""), "old page": hand(two, desk, task, seen=str(two.ids["pim_team"])),
        "a worker": hand(two, two.client("rua"), task), "who oversees": hand(two, two.client("supervisao"), task),
    }  # fmt: skip
    assert {name: answer.status_code for name, answer in refused.items()} == {
        "elsewhere": 422, "nowhere": 422, "other kind": 403, "nobody's": 409, "itself": 409, "no reason": 422, "old page": 409,
        "a worker": 403, "who oversees": 403,
    }  # fmt: skip
    assert hand(two, desk, task).status_code == 303
    assert hand(two, desk, task).status_code == 409  # the same tap again
    assert hand(two, desk, task, "team").status_code == 409  # from a page of before
    assert hand(two, desk, task, "team", seen=str(two.ids["team2"])).status_code == 303  # and back
    assert phone.push(close(phone, task))[0]["status"] == "done" and hand(two, desk, task).status_code == 409
    assert len(two.rows("SELECT 1 FROM task_handovers WHERE municipality_id = :m")) == 2


def test_a_request_goes_to_another_team_only_with_a_reason(two):
    desk, first, second = two.client("coordenacao"), two.phone("rua"), two.phone("rua2")
    request = ask(two)
    send(two, request)
    where = f"/mesa/solicitacoes/{request}"
    form = form_of(desk.get(where).text, f"{where}/equipe") | {"team_id": str(two.ids["team2"])}
    assert desk.post(f"{where}/equipe", data=form).status_code == 422 and request in on_phone(first)
    assert desk.post(f"{where}/equipe", data=form | {"reason": "shift_over"}).status_code == 303
    assert request not in on_phone(first) and request in on_phone(second)
    assert "O plantão da equipe acabou" in desk.get(where).text
