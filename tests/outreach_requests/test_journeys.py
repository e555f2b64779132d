"""From a citizen's words to a team's answer: near, without signal, nobody there, and what is no team's to answer."""

import json
from datetime import timedelta

from app.core import clock
from app.core.ids import new_id
from app.outreach_requests import queries, service
from app.outreach_requests.service import gate
from tests.make.city import NORTH_POINT, SOUTH_POINT
from tests.make.forms import sent
from tests.make.phone import place
from tests.outreach_requests.made import (
    WORDS, answer, ask, closing, events_of, on_phone, row_of, second_team, send,
)  # fmt: skip
from tests.shifts.test_lived import ago


def waited(city, seconds=30):
    """The public form's page, as old as a person needs to fill it in; gives (client, proof)."""
    client = city.app.test_client()
    then = clock.now() - timedelta(seconds=seconds)
    with city.app.app_context():
        return client, gate.token(city.app.config["SECRET_KEY"], city.ibge, then)


def start(city, phone, team):
    body = {"shift_id": str(new_id()), "team_id": str(city.ids[team]), "reference_unit_id": None, "companion_ids": []}
    command = phone.command("shifts.start", body)
    assert phone.push(command)[0]["status"] == "done"
    return command


def test_a_citizen_s_request_is_answered_by_the_nearest_team_on_shift_that_had_no_signal_on_arrival(city):
    second_team(city)
    near, far = city.phone("rua"), city.phone("rua2")
    for phone, team, where in ((near, "team", NORTH_POINT), (far, "team2", SOUTH_POINT)):
        start(city, phone, team)
        seen = phone.encounter(team_id=str(city.ids[team]), place=place("map", lon=where[0], lat=where[1]))
        assert phone.push(seen)[0]["status"] == "done"
    # A citizen asks, without an account.
    client, proof = waited(city)
    told = {"purpose": "self", "description": WORDS, "lon": NORTH_POINT[0], "lat": NORTH_POINT[1], "contact": "84 90000-0000", "proof": proof}
    done = sent(client, f"/pedido/{city.ibge}/", **told)
    assert done.status_code == 200 and "recebid" in done.get_data(as_text=True)
    [row] = city.rows("SELECT * FROM outreach_requests WHERE municipality_id = :m")
    request_id, code = str(row["id"]), row["code"]
    assert (row["channel"], row["status"], row["region_id"], row["taken_by"]) == ("public_form", "new", city.ids["north"], None)
    assert WORDS not in json.dumps(dict(row), default=str) and "90000" not in json.dumps(dict(row), default=str)  # sealed
    follow = lambda: client.post(f"/pedido/{city.ibge}/acompanhar", data={"code": queries.shown(code).lower()}).get_data(as_text=True)  # noqa: E731
    assert "Recebida" in follow()
    # The coordination opens it: the words are there, the nearest team is proposed with its reasons, and she decides.
    desk = city.client("supervisao")
    page = desk.get(f"/mesa/solicitacoes/{request_id}").get_data(as_text=True)
    assert WORDS in page and "perto daqui" in page and "atende esta região" in page
    assert page.index("Equipe Rua") < page.index("Equipe Dois")
    moved = desk.post(f"/mesa/solicitacoes/{request_id}/equipe", data={"team_id": str(city.ids["team"]), "seen": "", "csrf_token": desk.csrf})
    assert moved.status_code == 303
    assert "Em atendimento" in follow()
    # The team's phones hold it, exact and in words; the other team's don't.
    body = on_phone(near)[request_id]
    assert (body["description"], body["status"], round(body["lon"], 4)) == (WORDS, "dispatched", round(NORTH_POINT[0], 4))
    assert "contact" not in body and on_phone(far) == {}
    # Out of signal: all three are told an hour later, each with its own instant.
    asked_at = row["received_at"]
    city.rows("UPDATE outreach_requests SET received_at = received_at - interval '2 hours' WHERE municipality_id = :m RETURNING 1")
    ago = lambda minutes: clock.now() - timedelta(minutes=minutes)  # noqa: E731
    met = near.encounter(people=1, origin="request", request_id=request_id)
    outcomes = near.push(
        answer(near, request_id, "set_out", ago(80)), answer(near, request_id, "arrive", ago(60)), met,
        closing(near, request_id, "found", ["overnight", "food"], ago(30)),
    )  # fmt: skip
    assert [each["status"] for each in outcomes] == ["done"] * 4
    row = row_of(city, request_id)
    assert (row["status"], row["outcome"], row["offers"]) == ("closed", "found", ["food", "overnight"])
    assert 55 <= (asked_at - timedelta(hours=2) - row["arrived_at"]).total_seconds() / -60 <= 65
    assert events_of(city, request_id) == ["on_the_way", "there", "closed", "new", "dispatched"]  # as they happened, before the row's own hours
    assert city.rows("SELECT count(*) AS n FROM request_encounters WHERE municipality_id = :m")[0]["n"] == 1
    # Closed, it is forgotten; and the asker learns that it ended, nothing else.
    assert on_phone(near) == {}
    told = follow()
    assert "Encerrada" in told and "Encontrou" not in told and "Equipe" not in told and WORDS not in told
    page = desk.get(f"/mesa/solicitacoes/{request_id}").get_data(as_text=True)
    assert "equipe no local em 1 h" in page and "o aparelho estava sem sinal" in page and "Pernoite" in page


def test_nobody_there_is_an_answer_and_no_person_is_counted(city):
    phone, request_id = city.phone("rua"), ask(city)
    send(city, request_id)
    assert phone.push(closing(phone, request_id, "nobody_there"))[0]["status"] == "done"
    row = row_of(city, request_id)
    assert (row["status"], row["outcome"]) == ("closed", "nobody_there") and row["arrived_at"] is not None  # she stood there
    assert city.rows("SELECT count(*) AS n FROM encounters WHERE municipality_id = :m")[0]["n"] == 0


def test_a_nuisance_is_answered_with_guidance_and_no_team_can_be_sent(city):
    client, proof = waited(city)
    page = sent(client, f"/pedido/{city.ibge}/", purpose="removal", place_text="na porta da loja", proof=proof)
    assert "Nenhuma equipe é enviada" in page.get_data(as_text=True)
    [row] = city.rows("SELECT * FROM outreach_requests WHERE municipality_id = :m")
    assert row["status"] == "guided" and row["closed_at"] is not None
    desk = city.client("supervisao")
    refused = desk.post(f"/mesa/solicitacoes/{row['id']}/equipe", data={"team_id": str(city.ids["team"]), "csrf_token": desk.csrf})
    assert refused.status_code == 422 and row_of(city, row["id"])["team_id"] is None
    # Somebody does need care there: set right, it is a request like any other.
    right = sent(desk, f"/mesa/solicitacoes/{row['id']}", f"/mesa/solicitacoes/{row['id']}/triagem", purpose="other", people_count="2")
    assert right.status_code == 303 and row_of(city, row["id"])["status"] == "triaged"


def test_handed_on_and_taken_back_the_phones_follow_and_nothing_that_was_done_is_lost(city):
    second_team(city)
    one, two, request_id = city.phone("rua"), city.phone("rua2"), ask(city)
    send(city, request_id)
    assert request_id in on_phone(one)
    send(city, request_id, team="team2", seen="team")
    assert on_phone(one) == {} and on_phone(two)[request_id]["status"] == "dispatched"
    # The first team had arrived without signal: told late, kept, and the second goes on.
    late = answer(one, request_id, "arrive")
    assert one.push(late)[0]["status"] == "done" and one.push(late)[0]["status"] == "repeated"
    assert row_of(city, request_id)["status"] == "dispatched" and events_of(city, request_id)[-1] == "told_late"
    # It answered: whoever was to go next needn't.
    assert one.push(closing(one, request_id, "refused", ["overnight"]))[0]["status"] == "done"
    row = row_of(city, request_id)
    assert (row["status"], row["outcome"], row["team_id"]) == ("closed", "refused", city.ids["team"])
    assert on_phone(two) == {}
    assert not city.rows("SELECT 1 FROM notices WHERE municipality_id = :m AND kind = 'request_sent' AND sent_at IS NULL")
    # The second tells its own end: the first answer stays, this is kept in the history.
    assert two.push(closing(two, request_id, "nobody_there"))[0]["status"] == "done"
    assert row_of(city, request_id)["outcome"] == "refused" and events_of(city, request_id)[-1] == "told_late"
    [stands] = city.rows("SELECT count(*) AS n FROM request_dispatches WHERE municipality_id = :m AND ended_at IS NULL")
    assert stands["n"] == 0


def test_a_team_that_never_had_it_says_nothing_of_it(city):
    second_team(city)
    other, request_id = city.phone("rua2"), ask(city)
    send(city, request_id)
    [told] = other.push(closing(other, request_id))
    assert (told["status"], told["problem"]["code"]) == ("refused", "outreach_requests.not_yours")
    [unknown] = other.push(answer(other, str(new_id()), "arrive"))
    assert unknown["problem"]["code"] == "outreach_requests.not_found"
    # An encounter is never refused for the request that it names.
    assert other.push(other.encounter(team_id=str(city.ids["team2"]), request_id=str(new_id())))[0]["status"] == "done"


def test_contact_is_erased_after_its_term_and_words_with_the_exact_place(city):
    request_id = ask(city, contact="84 90000-0000", purpose="other")
    with city.transaction() as session:
        assert service.forget(session, city.ibge, clock.now() + timedelta(days=29)) == 0
        assert service.forget(session, city.ibge, clock.now() + timedelta(days=31)) == 1
    row = row_of(city, request_id)
    assert row["sealed_contact"] is None and row["sealed_words"] is not None and row["geom"] is not None
    with city.transaction() as session:
        service.forget(session, city.ibge, clock.now() + timedelta(days=91))
    row = row_of(city, request_id)
    assert row["sealed_words"] is None and row["geom"] is None and row["region_id"] == city.ids["north"] and row["cell"]


def test_a_team_that_stands_there_answers_for_itself_though_the_one_before_it_tells_late_that_nobody_was(city):
    second_team(city)
    first, second, request_id = city.phone("rua"), city.phone("rua2"), ask(city, now=ago(3))
    send(city, request_id, now=ago(2.5))
    nobody = closing(first, request_id, "nobody_there", at=ago(2))
    send(city, request_id, team="team2", seen="team", now=ago(1.5))
    second.push(answer(second, request_id, "set_out", ago(1.2)), answer(second, request_id, "arrive", ago(1)))
    assert [each["status"] for each in first.push(nobody)] == ["done"]
    assert row_of(city, request_id)["status"] == "there" and request_id in on_phone(second)
    second.push(closing(second, request_id, "found", at=ago(0.5)))
    row = row_of(city, request_id)
    assert (row["outcome"], row["team_id"]) == ("found", city.ids["team2"]) and "told_late" in events_of(city, request_id)
