"""The inbox of a house: what it must always say, answers in one tap, who is at the door found by any name or code."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core import clock
from tests.desk.housed import form, sleeper, stays, with_beds
from tests.referrals import made

HX = {"HX-Request": "true"}


@pytest.fixture
def beds(city):
    return with_beds(city)


@pytest.fixture
def desk(city, beds):
    return city.client("abrigo")


def shown(client, where="/mesa/"):
    return client.get(where).get_data(as_text=True)


def status(city, referral_id):
    return city.rows("SELECT status FROM referrals WHERE municipality_id = :m AND id = :i", i=referral_id)[0]["status"]


def test_free_and_promised_places_are_always_said_with_the_hour(city, desk, beds):
    sleeper(city, "Tião", beds[0])
    made.sent(city, called="Dona Rosa", people_count=2)
    page = shown(desk)
    assert "1 vaga livre" in page and "2 prometidas até" in page and "1 ocupada" in page
    assert "Vaga guardada até" in page and "faltam" in page


def test_past_the_limit_a_tap_is_asked_and_looking_alone_confirms_nothing(city, desk):
    heard = "UPDATE units SET heard_at = now() - interval '9 hours' WHERE municipality_id = :m AND id = :u RETURNING id"
    city.rows(heard, u=city.ids["shelter"])
    for _look in range(2):
        page = shown(desk)
        assert "não confirmado" in page and "há 9 h" in page and "Está certo assim" in page
    answer = desk.post(f"/mesa/vagas/{city.ids['shelter']}", data=form(desk, free_places="4", back="mesa"))
    assert answer.status_code == 303
    page = shown(desk)
    assert "não confirmado" not in page and "confirmado agora" in page
    city.rows(heard, u=city.ids["shelter"])
    assert "Está certo assim" in shown(desk, "/mesa/casa")


def test_a_desk_that_looks_is_heard_once_a_minute(city, desk):
    ask = "SELECT heard_at FROM units WHERE municipality_id = :m AND id = :u"
    city.rows("UPDATE units SET heard_at = now() - interval '5 minutes' WHERE municipality_id = :m AND id = :u RETURNING id", u=city.ids["shelter"])
    desk.get("/mesa/", headers=HX)
    [first] = city.rows(ask, u=city.ids["shelter"])
    assert clock.now() - first["heard_at"] < timedelta(minutes=1)
    desk.get("/mesa/", headers=HX)
    assert city.rows(ask, u=city.ids["shelter"]) == [first]


def test_a_kept_place_waits_for_the_desk_s_word_among_the_new(city, desk):
    sent = made.sent(city, called="Dona Rosa")
    assert status(city, sent) == "held"
    page = desk.get("/mesa/", headers=HX).get_data(as_text=True)
    assert f'data-new="{sent}"' in page and "<title>(1) " in page
    seen = "SELECT seen_at FROM referrals WHERE municipality_id = :m AND id = :i"
    assert city.rows(seen, i=sent)[0]["seen_at"] is not None
    desk.post(f"/mesa/encaminhamentos/{sent}/aceitar", data=form(desk, seen="held"))
    assert status(city, sent) == "accepted" and 'data-new=""' in shown(desk)


def test_declining_is_one_tap_on_the_card(city, desk):
    sent = made.sent(city, called="Dona Rosa")
    page = shown(desk)
    assert f'id="recusar-{sent}-no_place"' in page
    answer = desk.post(
        f"/mesa/encaminhamentos/{sent}/recusar", data=form(desk, seen="held", reason="no_place", back="mesa"), headers=HX
    )
    assert answer.status_code == 200 and "Recusado" in answer.get_data(as_text=True)
    assert status(city, sent) == "declined"


def test_the_second_of_two_desks_is_told_and_changes_nothing(city, desk):
    sent, other = made.sent(city), city.client("abrigo")
    assert desk.post(f"/mesa/encaminhamentos/{sent}/chegou", data=form(desk, seen="held")).status_code == 303
    late = other.post(f"/mesa/encaminhamentos/{sent}/recusar", data=form(other, seen="held", reason="no_place"))
    assert late.status_code == 409 and "já está marcada" in late.get_data(as_text=True)
    again = desk.post(f"/mesa/encaminhamentos/{sent}/chegou", data=form(desk, seen="held"))
    assert again.status_code == 409
    assert [row["called"] for row in stays(city)] == ["Seu Zé"]


def test_who_is_at_the_door_is_found_by_name_or_code(city, desk):
    made.sent(city, called="Dona Rosa Maria")
    made.sent(city, called="Zé")
    [code] = [row["code"] for row in city.rows("SELECT code FROM referrals WHERE municipality_id = :m AND called = 'Zé'")]
    by_name = desk.post("/mesa/procurar", data=form(desk, q="rosa")).get_data(as_text=True)
    assert "Dona Rosa Maria" in by_name and code not in by_name and "1 encaminhamento encontrado" in by_name
    by_code = desk.post("/mesa/procurar", data=form(desk, q=code.lower())).get_data(as_text=True)
    assert code in by_code and "Dona Rosa" not in by_code
    nobody = desk.post("/mesa/procurar", data=form(desk, q="Sebastiana")).get_data(as_text=True)
    assert "Ninguém com este nome" in nobody and "Entrada sem encaminhamento" in nobody
    assert desk.post("/mesa/procurar", data=form(desk, q="x" * 200)).status_code == 422


def test_arriving_takes_the_promised_bed_or_the_one_that_is_chosen(city, desk, beds):
    first, second = made.sent(city, called="Rosa"), made.sent(city, called="Zé")
    desk.post(f"/mesa/encaminhamentos/{first}/chegou", data=form(desk, seen="held"))
    assert f"/mesa/encaminhamentos/{second}" and "escolher o leito" in shown(desk, f"/mesa/encaminhamentos/{second}")
    desk.post(f"/mesa/encaminhamentos/{second}/chegou", data=form(desk, seen="held", bed_id=str(beds[3])))
    assert {row["called"]: row["bed"] for row in stays(city)}["Zé"] == "4"
    assert "2 vagas livres" in shown(desk) and "Aqui agora" in shown(desk)


def test_the_answer_goes_back_to_the_team_and_other_must_be_explained(city, desk):
    sent = made.sent(city)
    where = f"/mesa/encaminhamentos/{sent}"
    desk.post(f"{where}/chegou", data=form(desk, seen="held", back="encaminhamento"))
    assert "Responder à equipe que enviou" in shown(desk, where)
    desk.post(f"{where}/atender", data=form(desk, seen="arrived"))
    assert desk.post(f"{where}/encerrar", data=form(desk, seen="in_service", answer="other", text=" ")).status_code == 422
    desk.post(f"{where}/encerrar", data=form(desk, seen="in_service", answer="sheltered", text="Fica até sexta"))
    assert status(city, sent) == "ended"
    page = shown(desk, where)
    assert "Acolhido" in page and "Fica até sexta" in page


def test_an_appointment_is_set_for_what_needs_no_bed(city):
    sent = made.sent(city, unit="creas_unit", purpose="appointment")
    client = city.client("creas")
    where = f"/mesa/encaminhamentos/{sent}"
    assert "Marcar horário" in shown(client, where)
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    answer = client.post(f"{where}/horario", data=form(client, seen="sent", on=day, at="14:30", note="Trazer o que tiver"))
    assert answer.status_code == 303 and status(city, sent) == "accepted"
    page = shown(client, where)
    assert "14:30" in page and "Trazer o que tiver" in page
    assert client.post(f"{where}/horario", data=form(client, on="2020-01-01", at="10:00")).status_code == 422
    assert client.post(f"{where}/horario", data=form(client, on=day, at="25:00")).status_code == 422


def test_the_same_code_shows_both(city, desk):
    first, second = made.sent(city, called="Rosa"), made.sent(city, called="Zé")
    with city.transaction() as session:
        session.execute(
            text("UPDATE referrals SET code = 'ABCDEF' WHERE municipality_id = :m AND id IN (:a, :b)"),
            {"m": city.ibge, "a": first, "b": second},
        )
    page = shown(desk)
    assert page.count("Mais alguém tem o mesmo código") == 2


def test_past_referrals_cost_the_inbox_nothing(city, desk):
    """The statements are as many with a long history as without."""
    sent = made.sent(city)
    desk.get("/mesa/")
    with city.transaction() as session:
        session.execute(
            text(
                "INSERT INTO referrals SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(),"
                " 'status', 'ended', 'received_at', now() - interval '90 days'))).* FROM referrals r, generate_series(1, 300)"
                " WHERE r.municipality_id = :m AND r.id = :i"
            ),
            {"m": city.ibge, "i": sent},
        )
    page = shown(desk)
    assert page.count('class="card referral') == 1


def test_a_request_that_climbed_says_so_on_its_card(city, desk):
    sent = made.sent(city, called="Dona Rosa")
    for step, words in ((1, "a unidade já foi lembrada"), (2, "a coordenação já foi avisada")):
        city.rows("UPDATE referrals SET escalated = :s WHERE municipality_id = :m AND id = :i RETURNING id", s=step, i=sent)
        assert words in shown(desk)
