"""A day at the Centro POP: who is known comes in by one tap, services are chips, a mistake is taken back."""

from datetime import timedelta

from sqlalchemy import text

from app.core import clock
from app.referrals import service as referrals
from app.units import service
from tests.desk.housed import form
from tests.people.known import make_person
from tests.referrals import made

VISITS = "SELECT id, person_id, called, services, taken_back_at, referral_id FROM unit_visits WHERE municipality_id = :m ORDER BY at, id"


def came(city, called, days=0):
    at = clock.now() - timedelta(days=days)
    with city.transaction() as session:
        return service.note_visit(session, city.actor_in(session, "centropop"), city.ids["centro_pop"], None, called, [], at, at).id


def test_who_came_before_is_one_tap_away(city):
    came(city, "Marlene", days=3)
    client = city.client("centropop")
    shown = client.get("/mesa/chegadas").get_data(as_text=True)
    assert "Marlene" in shown and "Ninguém ainda hoje" in shown
    answer = client.post(f"/mesa/chegadas/{city.ids['centro_pop']}", data=form(client, called="Marlene"))
    assert answer.status_code == 303
    shown = client.get(answer.location).get_data(as_text=True)
    # In the list of today, and no longer among those who may still come.
    assert "Chegada anotada" in shown and "Quem chegar hoje aparece aqui amanhã" in shown
    assert [row["called"] for row in city.rows(VISITS)] == ["Marlene", "Marlene"]


def test_services_are_chips_that_may_be_changed(city):
    visit = came(city, "Marlene")
    client = city.client("centropop")
    client.post(f"/mesa/chegadas/visitas/{visit}/servicos", data=form(client, services=["bath", "meals"]))
    assert city.rows(VISITS)[0]["services"] == ["bath", "meals"]
    client.post(f"/mesa/chegadas/visitas/{visit}/servicos", data=form(client, services="laundry"))
    assert city.rows(VISITS)[0]["services"] == ["laundry"]
    assert client.post(f"/mesa/chegadas/visitas/{visit}/servicos", data=form(client, services="spa")).status_code == 422
    assert "Lavanderia" in client.get("/mesa/chegadas").get_data(as_text=True)


def test_only_what_the_unit_gives_is_offered(city):
    with city.transaction() as session:
        session.execute(
            text("INSERT INTO unit_services (municipality_id, id, unit_id, service, note) VALUES (:m, gen_random_uuid(), :u, 'bath', '')"),
            {"m": city.ibge, "u": city.ids["centro_pop"]},
        )
    came(city, "Marlene")
    shown = city.client("centropop").get("/mesa/chegadas").get_data(as_text=True)
    assert 'value="bath"' in shown and 'value="laundry"' not in shown


def test_nobody_needs_a_name_and_a_mistake_is_taken_back(city):
    client = city.client("centropop")
    client.post(f"/mesa/chegadas/{city.ids['centro_pop']}", data=form(client, called=""))
    [row] = city.rows(VISITS)
    assert row["called"] is None and "Sem nome informado" in client.get("/mesa/chegadas").get_data(as_text=True)
    client.post(f"/mesa/chegadas/visitas/{row['id']}/desfazer", data=form(client))
    assert "Ninguém ainda hoje" in client.get("/mesa/chegadas").get_data(as_text=True)


def test_who_was_sent_arrives_by_the_same_list(city):
    sent = made.sent(city, unit="centro_pop", called="Dona Rosa", purpose="service")
    client = city.client("centropop")
    shown = client.get("/mesa/chegadas").get_data(as_text=True)
    assert "Dona Rosa" in shown and "encaminhada" in shown
    answer = client.post(f"/mesa/chegadas/encaminhamentos/{sent}", data=form(client, seen="sent"))
    assert answer.status_code == 303
    shown = client.get("/mesa/chegadas").get_data(as_text=True)
    [row] = city.rows(VISITS)
    assert (row["called"], row["referral_id"]) == ("Dona Rosa", sent) and "encaminhada" not in shown


def test_another_unit_s_list_is_closed(city):
    visit = came(city, "Marlene")
    client = city.client("abrigo")
    assert client.post(f"/mesa/chegadas/{city.ids['centro_pop']}", data=form(client, called="X")).status_code == 403
    assert client.post(f"/mesa/chegadas/visitas/{visit}/desfazer", data=form(client)).status_code in (403, 404)


def test_each_of_a_party_came_and_who_is_on_the_list_already_is_counted_once(city):
    rosa = make_person(city, "Rosa")
    met = made.encounter(city)
    [there] = made.present(city, met, rosa)
    now = clock.now()
    body = made.body(
        city, met, unit="centro_pop", people_count=3, purpose="service",
        people=[{"participation_id": there, "person_id": rosa, "called": None}],
    )  # fmt: skip
    actor = city.actor("rua")
    with city.transaction() as session:
        sent = referrals.send_referral(session, actor, body, now, now).id
    client = city.client("centropop")
    client.post(f"/mesa/chegadas/{city.ids['centro_pop']}", data=form(client, person_id=rosa))
    assert client.post(f"/mesa/chegadas/encaminhamentos/{sent}", data=form(client, seen="sent")).status_code == 303
    rows = city.rows(VISITS)
    assert len(rows) == 3 and [row["person_id"] for row in rows].count(rosa) == 1
    assert {row["referral_id"] for row in rows} == {sent}
