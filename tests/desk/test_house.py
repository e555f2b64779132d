"""The house at the desk: beds at a glance, coming in and going out, the roll-call, kept places; two desks at once."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.ids import new_id
from tests.desk.housed import form, sleeper, stays, with_beds
from tests.make.city import City


@pytest.fixture
def beds(city):
    return with_beds(city)


@pytest.fixture
def desk(city, beds):
    return city.client("abrigo")


def page(client, where="/mesa/casa"):
    answer = client.get(where)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def enter(client, city: City, **fields):
    data = form(client, form_id=str(new_id())) | fields
    return client.post(f"/mesa/entrada/{city.ids['shelter']}", data=data)


def test_the_house_shows_rooms_beds_and_who_sleeps_where(city, desk, beds):
    sleeper(city, "Tião", beds[0])
    shown = page(desk)
    for words in ("Quarto 1", "Quarto 2", "Tião", "Ocupado", "Livre", "3 vagas livres", "1 ocupada"):
        assert words in shown, words
    assert shown.count('class="bed ') == 4


def test_nobody_needs_a_name_to_come_in_and_a_bed_is_found(city, desk):
    answer = enter(desk, city)
    assert answer.status_code == 303 and "feito=entrou" in answer.location
    [stay] = stays(city)
    assert (stay["called"], stay["person_id"], stay["bed"]) == (None, None, "1")
    assert "Sem nome informado" in page(desk)


def test_a_bed_may_be_chosen_and_a_family_comes_in_whole(city, desk, beds):
    enter(desk, city, called="Ana", bed_id=str(beds[3]))
    enter(desk, city, called=["Bia", "Caio", ""], nameless="0", profile=["families"])
    assert {(stay["called"], stay["bed"]) for stay in stays(city)} == {("Ana", "4"), ("Bia", "1"), ("Caio", "2")}
    assert len({stay["party_id"] for stay in stays(city)}) == 2


def test_the_same_form_twice_is_one_person(city, desk):
    once = str(new_id())
    for _tap in range(2):
        assert enter(desk, city, called="Ana", form_id=once).status_code == 303
    assert [stay["called"] for stay in stays(city)] == ["Ana"]


def test_a_bed_taken_meanwhile_is_said_and_what_was_typed_stays(city, desk, beds):
    other = city.client("abrigo")
    enter(other, city, called="Primeira", bed_id=str(beds[0]))
    late = enter(desk, city, called="Segunda", bed_id=str(beds[0]))
    shown = late.get_data(as_text=True)
    assert late.status_code == 409 and "Este leito está ocupado" in shown and 'value="Segunda"' in shown
    assert [stay["called"] for stay in stays(city)] == ["Primeira"]


def test_a_full_house_says_so_and_offers_to_note_who_did_not_fit(city, desk):
    for _n in range(4):
        enter(desk, city)
    full = enter(desk, city, called="Quinta")
    shown = full.get_data(as_text=True)
    assert full.status_code == 409 and "Não há vaga livre" in shown and "Não coube +1" in shown
    assert len(stays(city)) == 4


def test_an_hour_that_has_not_come_is_refused_by_name(city, desk):
    for hour, words in (("25:99", "A hora não foi entendida"), ("amanhã", "A hora não foi entendida")):
        answer = enter(desk, city, called="Ana", hour=hour)
        assert answer.status_code == 422 and words in answer.get_data(as_text=True)
    assert stays(city) == []


def test_who_leaves_frees_the_bed_and_one_tap_takes_it_back(city, desk, beds):
    stay = sleeper(city, "Tião", beds[0])
    answer = desk.post(f"/mesa/estadias/{stay}/saida", data=form(desk, reason="moved_on"))
    assert answer.status_code == 303
    assert "4 vagas livres" in page(desk, answer.location) and "Desfazer" in page(desk, answer.location)
    again = desk.post(f"/mesa/estadias/{stay}/saida", data=form(desk, reason="left"))
    assert again.status_code == 409 and "já está marcada" in again.get_data(as_text=True)
    desk.post(f"/mesa/estadias/{stay}/desfazer-saida", data=form(desk))
    [row] = stays(city)
    assert (row["left_at"], row["bed"]) == (None, "1")


def test_another_bed_a_kept_place_and_the_way_back(city, desk, beds):
    stay = sleeper(city, "Tião", beds[0])
    desk.post(f"/mesa/estadias/{stay}/mudar", data=form(desk, bed_id=str(beds[2])))
    assert stays(city)[0]["bed"] == "3"
    past = (clock.now() - timedelta(days=2)).date().isoformat()
    assert desk.post(f"/mesa/estadias/{stay}/lugar", data=form(desk, on=past)).status_code == 422
    soon = (clock.now() + timedelta(days=2)).date().isoformat()
    desk.post(f"/mesa/estadias/{stay}/lugar", data=form(desk, on=soon, at="21:30", reason="trabalho"))
    assert "lugar guardado até" in page(desk) and "3 vagas livres" in page(desk)
    desk.post(f"/mesa/estadias/{stay}/voltou", data=form(desk))
    told = page(desk, f"/mesa/estadias/{stay}")
    for words in ("Chegou", "Mudou de leito", "Saiu com lugar guardado", "trabalho", "Voltou"):
        assert words in told
    assert "lugar guardado até" not in page(desk)


def test_a_bed_goes_out_of_use_and_back_but_not_under_somebody(city, desk, beds):
    sleeper(city, "Tião", beds[0])
    here = str(city.ids["shelter"])
    under = desk.post(f"/mesa/leitos/{beds[0]}/bloquear", data=form(desk, reason="repair", unidade=here))
    assert under.status_code == 409 and "ocupado" in under.get_data(as_text=True)
    desk.post(f"/mesa/leitos/{beds[1]}/bloquear", data=form(desk, reason="repair", unidade=here, on=""))
    assert "Em conserto" in page(desk) and "1 fora de uso" in page(desk)
    desk.post(f"/mesa/leitos/{beds[1]}/liberar", data=form(desk, unidade=here))
    assert "Em conserto</p>" not in page(desk) and "3 vagas livres" in page(desk)


def test_the_roll_call_in_one_submit(city, desk, beds):
    ana, bia, caio = (sleeper(city, name, bed) for name, bed in zip(("Ana", "Bia", "Caio"), beds[:3], strict=True))
    shown = page(desk, "/mesa/casa/chamada")
    assert shown.index("Ana") < shown.index("Bia") < shown.index("Caio")
    marks = {f"c-{ana}": "here", f"c-{bia}": "gone", "stay_id": [str(ana), str(bia), str(caio)]}
    answer = desk.post(f"/mesa/casa/{city.ids['shelter']}/chamada", data=form(desk, **marks))
    assert answer.status_code == 303
    assert {row["called"]: row["left_at"] is None for row in stays(city)} == {"Ana": True, "Bia": False, "Caio": True}
    seen = "SELECT stay_id FROM stay_events WHERE municipality_id = :m AND kind = 'present'"
    assert [row["stay_id"] for row in city.rows(seen)] == [ana]
    desk.post(f"/mesa/casa/{city.ids['shelter']}/chamada", data=form(desk, stay_id=[str(ana), str(caio)], rest="here"))
    assert {row["stay_id"] for row in city.rows(seen)} == {ana, caio}
    bad = desk.post(f"/mesa/casa/{city.ids['shelter']}/chamada", data=form(desk, **{f"c-{ana}": "dancing"}))
    assert bad.status_code == 422


def test_the_morning_keeps_who_is_marked_and_whoever_came_after_the_page(city, desk, beds):
    ana, bia = sleeper(city, "Ana", beds[0]), sleeper(city, "Bia", beds[1])
    sleeper(city, "Caio", beds[2])  # after the page was drawn
    data = form(desk, stays=[str(ana)], shown=[str(ana), str(bia)])
    desk.post(f"/mesa/casa/{city.ids['shelter']}/manha", data=data)
    assert {row["called"]: row["left_reason"] for row in stays(city)} == {"Ana": None, "Bia": "morning", "Caio": None}


def test_not_fitted_in_one_tap_and_taken_back(city, desk):
    answer = desk.post(f"/mesa/casa/{city.ids['shelter']}/nao-coube", data=form(desk, back="mesa", profile=["women", "children"]))
    assert answer.status_code == 303 and answer.location.startswith("/mesa/?")
    noted = "SELECT id, people_count, profile, reason, taken_back_at FROM turned_away WHERE municipality_id = :m"
    [row] = city.rows(noted)
    assert (row["people_count"], row["profile"], row["reason"]) == (1, ["children", "women"], "full")
    assert f"/mesa/nao-coube/{row['id']}/desfazer" in page(desk, answer.location)
    desk.post(f"/mesa/nao-coube/{row['id']}/desfazer", data=form(desk))
    assert city.rows(noted)[0]["taken_back_at"] is not None
    assert desk.post(f"/mesa/nao-coube/{row['id']}/desfazer", data=form(desk)).status_code == 409


def test_another_house_s_people_are_not_this_desk_s(city, desk, beds, other_city):
    stay = sleeper(city, "Tião", beds[0])
    for client in (city.client("centropop"), other_city.client("abrigo")):
        assert client.get(f"/mesa/estadias/{stay}").status_code == 404
        assert client.post(f"/mesa/estadias/{stay}/saida", data=form(client, reason="left")).status_code in (403, 404)
        assert client.get(f"/mesa/casa?unidade={city.ids['shelter']}").status_code == 404
    assert stays(city)[0]["left_at"] is None


def test_a_coordinator_sees_the_house_and_moves_nobody(city, desk, beds):
    sleeper(city, "Tião", beds[0])
    with city.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE role_grants SET scope_kind = 'unit', scope_id = %s WHERE worker_id = %s",
            (city.ids["shelter"], city.ids["coordenacao"]),
        )
    client = city.client("coordenacao")
    shown = page(client)
    assert "Tião" in shown and "Renovar todos" not in shown and "Tirar de uso" not in shown and "Não coube" not in shown
    assert client.get("/mesa/entrada").status_code == 403


def test_units_of_the_day_have_no_house_and_houses_no_list_of_arrivals(city, desk):
    day = city.client("centropop")
    assert day.get("/mesa/casa").status_code == 404
    assert 'href="/mesa/casa"' not in page(day, "/mesa/") and 'href="/mesa/chegadas"' in page(day, "/mesa/")
    assert desk.get("/mesa/chegadas").status_code == 404
    assert 'href="/mesa/casa"' in page(desk, "/mesa/") and 'href="/mesa/chegadas"' not in page(desk, "/mesa/")
