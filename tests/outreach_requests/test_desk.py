"""The desk: taken in on one screen, triaged, joined, sent; each refusal by its name and nothing typed lost."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core import clock, days, seal
from app.core.ids import new_id
from app.core.problems import Problem
from app.outreach_requests import queries, service
from tests.make.city import NORTH_POINT, OUTSIDE_POINT, square
from tests.make.forms import form_of
from tests.outreach_requests.made import WORDS, ask, events_of, row_of, second_team, send

NEW = "/mesa/solicitacoes/nova"


def streets(city, *names):
    """A layer of streets, each a short line in the north; and a neighbourhood that holds them."""
    with city.transaction() as session:
        for layer in ("street", "neighbourhood"):
            edition = new_id()
            session.execute(
                text(
                    "INSERT INTO territory_editions (municipality_id, id, layer, number, file_name, imported_at, report, is_current)"
                    " VALUES (:m, :e, :layer, 1, 'x', now(), '{}', true)"
                ),
                {"m": city.ibge, "e": edition, "layer": layer},
            )
            west, south = NORTH_POINT
            shapes = [("Centro", square(west - 0.01, south - 0.01, 0.02))] if layer == "neighbourhood" else [
                (name, f"SRID=4326;LINESTRING({west} {south + 0.001 * at}, {west + 0.002} {south + 0.001 * at})") for at, name in enumerate(names)
            ]
            for name, geom in shapes:
                session.execute(
                    text(
                        "INSERT INTO territory_shapes (municipality_id, id, edition_id, layer, name, geom)"
                        " VALUES (:m, :i, :e, :layer, :name, ST_GeomFromEWKT(:geom))"
                    ),
                    {"m": city.ibge, "i": new_id(), "e": edition, "layer": layer, "name": name, "geom": geom},
                )


def form(client, **told):
    """What a browser sends: every field of the page, the empty ones too."""
    held = form_of(client.get(NEW).get_data(as_text=True), NEW)
    assert {"people_count", "lon", "lat"} <= held.keys()
    return held | {"channel": "156", "purpose": "other"} | told


def test_a_street_is_found_in_the_city_s_own_layers_and_two_alike_are_asked(city):
    streets(city, "Rua das Flores", "Rua das Flores Novas", "Avenida Brasil")
    desk = city.client("centropop")
    typed = form(desk, street="flores nov", description=WORDS)
    assert desk.post(NEW, data=typed).status_code == 303  # one fits
    typed = form(desk, street="FLORES", description=WORDS, contact="84 9")
    page = desk.post(NEW, data=typed).get_data(as_text=True)
    assert "Qual destas ruas?" in page and WORDS in page and "84 9" in page
    done = desk.post(NEW, data=typed | {"street_choice": "Rua das Flores"})
    row = row_of(city, typed["form_id"])
    assert (row["place_kind"], row["street"], row["neighbourhood"], row["region_id"]) == ("street", "Rua das Flores", "Centro", city.ids["north"])
    assert row["cell"] and row["geom"]
    # Who takes in and doesn't triage sees the code of her own, and no other.
    page = desk.get(done.location).get_data(as_text=True)
    assert queries.shown(row["code"]) in page and WORDS not in page
    other = ask(city, purpose="other")
    assert queries.shown(row_of(city, other)["code"]) not in desk.get(f"{NEW}?feito={other}").get_data(as_text=True)
    assert desk.get(f"/mesa/solicitacoes/{other}").status_code == 403
    # A street that no layer knows is kept as it was written, sealed; a neighbourhood alone gives a region and no point.
    typed = form(desk, street="Beco do Zé", neighbourhood="centro")
    assert desk.post(NEW, data=typed).status_code == 303
    row = row_of(city, typed["form_id"])
    assert (row["place_kind"], row["street"], row["geom"], row["neighbourhood"], row["region_id"]) == ("neighbourhood", None, None, "Centro", city.ids["north"])
    assert "Beco do Zé" in city.client("supervisao").get(f"/mesa/solicitacoes/{row['id']}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("told", "status", "words"),
    [
        ({}, 422, "Diga onde é"),
        ({"lon": str(OUTSIDE_POINT[0]), "lat": str(OUTSIDE_POINT[1])}, 422, "fora deste município"),
        ({"point_id": str(new_id())}, 422, "não existe mais"),
        ({"place_text": "x", "description": "a" * 1001}, 422, "Passa do limite de 1000"),
        ({"place_text": "x", "purpose": "retirar"}, 422, "Não é uma das opções"),
        ({"place_text": "x", "lon": "abc"}, 422, "Deve ser um número"),
        ({"place_text": "x", "people_count": "0"}, 422, "Deve ser de 1 a 300"),
        ({"place_text": "x\x00"}, 422, "não podem ser guardados"),
        ({"place_text": "x", "hour": "25:00"}, 422, "O valor não é válido"),
        ({"place_text": "x", "form_id": "1"}, 422, "precisam de correção"),
    ],
)
def test_what_can_not_be_taken_in_is_told_beside_it_and_what_was_typed_stays(city, told, status, words):
    desk = city.client("supervisao")
    answer = desk.post(NEW, data=form(desk, contact="84 7777", is_urgent="true", channel="network") | told)
    page = answer.get_data(as_text=True)
    assert answer.status_code == status and words in page
    again = form_of(page, NEW)
    assert again["contact"] == "84 7777" and again["description"] == told.get("description", "")
    assert re.search(r'value="network" checked', page) and re.search(r'name="is_urgent" value="true" checked', page)
    # The page that came back is sent again as it stands, once it is set right: one request, with what was typed the first time.
    mended = {"people_count": "", "hour": "", "lon": "", "lat": "", "description": WORDS, "place_text": "x", "point_id": ""}
    assert desk.post(NEW, data=again | mended | {"channel": "network", "purpose": "other"}).status_code == 303
    [row] = city.rows("SELECT channel, sealed_contact FROM outreach_requests WHERE municipality_id = :m")
    assert row["channel"] == "network" and row["sealed_contact"]


def test_a_triage_that_is_refused_comes_back_as_it_was_typed(city):
    request_id, desk = ask(city), city.client("supervisao")
    path = f"/mesa/solicitacoes/{request_id}"
    held = form_of(desk.get(path).get_data(as_text=True), f"{path}/triagem")
    answer = desk.post(f"{path}/triagem", data=held | {"purpose": "group", "people_count": "301", "is_urgent": "true"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Deve ser de 1 a 300" in page and WORDS in page
    assert form_of(page, f"{path}/triagem")["people_count"] == "301"
    assert re.search(r'value="group" selected', page) and re.search(r'name="is_urgent" value="true" checked', page)
    assert row_of(city, request_id)["status"] == "new"
    assert "Falta preencher" in desk.post(f"{path}/fora", data={"csrf_token": desk.csrf}).get_data(as_text=True)


def test_the_same_page_twice_and_the_same_protocol_twice_are_one(city):
    desk = city.client("supervisao")
    typed = form(desk, place_text="na ponte", origin="156-0001")
    assert [desk.post(NEW, data=typed).status_code for _ in range(2)] == [303, 303]
    again = desk.post(NEW, data=form(desk, place_text="na ponte", origin="156-0001 "))
    assert "ja_estava" in again.location
    assert city.rows("SELECT count(*) AS n FROM outreach_requests WHERE municipality_id = :m")[0]["n"] == 1


def test_the_inbox_says_late_first_and_never_a_word_nor_a_street(city):
    now = clock.now()
    fresh, late = ask(city), ask(city, received_at=now - timedelta(minutes=70), purpose="group")
    urgent = ask(city, is_urgent=True, purpose="self")
    city.rows("UPDATE outreach_requests SET street = 'Rua Secreta' WHERE municipality_id = :m RETURNING 1")
    desk = city.client("coordenacao")
    page = desk.get("/mesa/solicitacoes").get_data(as_text=True)
    at = [page.index(f"/mesa/solicitacoes/{each}") for each in (late, urgent, fresh)]
    assert at == sorted(at) and "espera há 1 h 10, meta" in page
    assert WORDS not in page and "Rua Secreta" not in page
    assert "(3) Solicitações" in page
    south = ask(city, lon=NORTH_POINT[0], lat=NORTH_POINT[1] - 0.1)
    only = desk.get(f"/mesa/solicitacoes?regiao={city.ids['south']}").get_data(as_text=True)
    assert south in only and fresh not in only


def test_a_coordination_works_with_the_regions_of_its_teams_and_with_what_lies_in_none(city):
    second_team(city)
    with city.transaction() as session:
        session.execute(
            text("UPDATE role_grants SET scope_id = :t WHERE municipality_id = :m AND worker_id = :w"),
            {"m": city.ibge, "t": city.ids["team2"], "w": city.ids["coordenacao"]},
        )
    north, nowhere = ask(city), ask(city, place_text="perto do mercado")
    desk = city.client("coordenacao")
    page = desk.get("/mesa/solicitacoes").get_data(as_text=True)
    assert nowhere in page and north not in page
    assert desk.get(f"/mesa/solicitacoes/{north}").status_code == 404
    for act, more in (("triagem", {"purpose": "other"}), ("fora", {"reason": "no_place"}), ("equipe", {"team_id": str(city.ids["team"])}), ("tirar", {})):
        assert desk.post(f"/mesa/solicitacoes/{north}/{act}", data=more | {"csrf_token": desk.csrf}).status_code == 404, act


def test_two_that_may_be_one_are_proposed_joined_by_a_person_and_parted_again(city):
    first = ask(city)
    second = ask(city, lon=NORTH_POINT[0] + 0.0009, is_urgent=True, lat=NORTH_POINT[1])  # some 100 m away
    ask(city, lon=NORTH_POINT[0] + 0.003, lat=NORTH_POINT[1])  # 330 m
    ask(city, purpose="self")
    desk = city.client("supervisao")
    page = desk.get(f"/mesa/solicitacoes/{second}").get_data(as_text=True)
    assert "Pode ser a mesma <span class=\"count\">1</span>" in page and first in page and "a 100 m" in page and "mesmo tipo" in page
    post = lambda id_, act, **told: desk.post(f"/mesa/solicitacoes/{id_}/{act}", data=told | {"csrf_token": desk.csrf})  # noqa: E731
    assert post(second, "juntar", other_id=first).status_code == 303
    assert row_of(city, second)["status"] == "duplicate" and row_of(city, first)["is_urgent"]
    assert post(second, "juntar", other_id=first).status_code == 409
    assert post(first, "juntar", other_id=first).status_code == 422
    # Who asked the second follows the first: it is the same request.
    send(city, first)
    with city.transaction() as session:
        assert queries.by_code(session, city.ibge, row_of(city, second)["code"], clock.now()).state == "in_service"
    assert post(second, "separar").status_code == 303 and row_of(city, second)["status"] == "new"
    assert post(second, "separar").status_code == 409
    assert events_of(city, second) == ["new", "duplicate", "undone"]


def test_two_who_decide_at_once_do_not_both_send(city):
    second_team(city)
    request_id, told, ready = ask(city), [], threading.Barrier(2)

    def decide(team):
        try:
            with city.transaction() as session:
                actor = city.actor_in(session, "supervisao")
                ready.wait(10)
                service.dispatch(session, actor, request_id, city.ids[team], clock.now(), None)
            told.append("done")
        except Problem as problem:
            told.append(problem.code)

    threads = [threading.Thread(target=decide, args=(team,)) for team in ("team", "team2")]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert sorted(told) == ["done", "outreach_requests.decided_by_another"]
    assert city.rows("SELECT count(*) AS n FROM request_dispatches WHERE municipality_id = :m AND ended_at IS NULL")[0]["n"] == 1


def test_what_is_sent_and_taken_back_waits_again(city):
    request_id, desk = ask(city), city.client("supervisao")
    post = lambda act, **told: desk.post(f"/mesa/solicitacoes/{request_id}/{act}", data=told | {"csrf_token": desk.csrf})  # noqa: E731
    assert post("tirar").status_code == 409
    assert post("equipe", team_id=str(city.ids["pim_team"])).status_code == 422
    assert post("equipe", team_id=str(city.ids["team"])).status_code == 303
    assert post("equipe", team_id=str(city.ids["team"])).status_code == 409
    assert post("fora", reason="no_place").status_code == 409
    assert post("triagem", purpose="removal").status_code == 409
    assert post("tirar").status_code == 303
    row = row_of(city, request_id)
    assert (row["status"], row["team_id"], row["dispatched_at"]) == ("triaged", None, None)
    assert post("fora", reason="no_place").status_code == 303
    assert (row_of(city, request_id)["status"], row_of(city, request_id)["out_reason"]) == ("out_of_scope", "no_place")
    page = desk.get(f"/mesa/solicitacoes/{request_id}").get_data(as_text=True)
    assert "Sem lugar que dê para achar" in page and "Tirada da equipe" in page


def test_words_of_a_child_propose_an_alert_and_make_none(city):
    request_id = ask(city, description="criança trabalhando no semáforo")
    page = city.client("supervisao").get(f"/mesa/solicitacoes/{request_id}").get_data(as_text=True)
    assert "não é um alerta" in page
    assert city.rows("SELECT count(*) AS n FROM flags WHERE municipality_id = :m")[0]["n"] == 0
    # Whoever reads what was written leaves a line.
    [line] = city.rows("SELECT fields FROM audit_lines WHERE municipality_id = :m AND action = 'outreach_requests.triage'")
    assert line["fields"] == ["contact", "description"]


def test_a_lost_key_hides_the_words_and_holds_up_nothing(city, monkeypatch):
    request_id = ask(city)
    monkeypatch.setattr(seal, "open_sealed", lambda *_a: (_ for _ in ()).throw(seal.KeyLost()))
    page = city.client("supervisao").get(f"/mesa/solicitacoes/{request_id}").get_data(as_text=True)
    assert "a chave de lacre não abre agora" in page and WORDS not in page
    send(city, request_id)
    phone = city.phone("rua")
    phone.pull()
    [body] = phone.of_type("request")
    assert body["words_shut"] and body["description"] is None and body["lon"]


def test_triage_goes_as_the_page_sends_it(city):
    """A form's empty number is no number: nobody knows how many there are."""
    request_id = ask(city)
    client = city.client("supervisao")
    path = f"/mesa/solicitacoes/{request_id}"
    held = form_of(client.get(path).get_data(as_text=True), f"{path}/triagem")
    assert held["people_count"] == ""
    assert client.post(f"{path}/triagem", data=held | {"purpose": "other"}).status_code == 303
    row = row_of(city, request_id)
    assert row["status"] == "triaged" and row["people_count"] is None


def test_a_page_gone_back_to_and_filled_in_for_another_call_is_another_request(city):
    desk = city.client("supervisao")
    typed = form(desk, place_text="na ponte")
    other = typed | {"place_text": "no mercado", "description": "outra ligação"}
    places = [desk.post(NEW, data=each).location for each in (typed, other, typed, other)]
    assert places[0] != places[1] and places[:2] == places[2:]
    assert city.rows("SELECT count(*) AS n FROM outreach_requests WHERE municipality_id = :m")[0]["n"] == 2


def test_an_hour_a_little_ahead_of_the_server_s_is_now_and_not_yesterday(city):
    desk = city.client("supervisao")
    with city.transaction() as session:
        ahead = (clock.now() + timedelta(minutes=3)).astimezone(days.zone_of(session, city.ibge))
    typed = form(desk, place_text="na ponte", hour=f"{ahead:%H:%M}")
    assert desk.post(NEW, data=typed).status_code == 303
    assert clock.now() - row_of(city, typed["form_id"])["received_at"] < timedelta(minutes=5)


def test_who_asked_what_was_joined_twice_over_follows_the_one_that_stands(city):
    first, second, third = ask(city), ask(city), ask(city)
    for kept, joined in ((second, first), (third, second)):
        with city.transaction() as session:
            service.join(session, city.actor_in(session, "supervisao"), kept, joined, clock.now())
    with city.transaction() as session:
        assert queries.by_code(session, city.ibge, row_of(city, first)["code"], clock.now()).state == "received"
