"""The pages on which a house says how it works: plain forms, refused with a sentence, read by who may."""

import re
from datetime import timedelta

import pytest

from app.core import clock
from app.core.days import today_of
from app.units import queries, service
from tests.make.beds import beds, house, stay
from tests.make.colleague import another
from tests.make.forms import sent
from tests.people.made import register
from tests.people.shielded import acting, make_shielded


@pytest.fixture
def casa(city):
    """A signed-in coordinator of the shelter."""
    another(city, "casa", "coordinator", scope="shelter")
    return city.client("casa")


def post(client, address, **form):
    return client.post(address, data=form | {"csrf_token": client.csrf})


def body(city):
    with city.transaction() as session:
        return queries.for_phone(session, city.ibge, [city.ids["shelter"]])[0]


def test_the_only_house_opens_by_itself_and_says_how_it_stands(city, casa):
    here = f"/mesa/unidade/{city.ids['shelter']}"
    answer = casa.get("/mesa/unidade/")
    assert (answer.status_code, answer.location) == (303, here)
    page = casa.get(here).get_data(as_text=True)
    assert "Ninguém disse ainda quando abre" in page and 'name="open_6"' in page
    assert 'href="/mesa/unidade/"' in page


@pytest.mark.parametrize(
    "typed,told",
    [
        ("18:00-06:00", [("18:00", "06:00")]), ("8h às 12h, 13h às 17h", [("08:00", "12:00"), ("13:00", "17:00")]),
        ("das 8h30 às 17h", [("08:30", "17:00")]), ("24h", [("00:00", "00:00")]), ("fechada", []), ("", []),
        ("8-12 e 13-17", [("08:00", "12:00"), ("13:00", "17:00")]), ("18:00–24:00", [("18:00", "00:00")]),
    ],
)  # fmt: skip
def test_hours_are_understood_as_people_write_them(city, casa, typed, told):
    here = f"/mesa/unidade/{city.ids['shelter']}"
    answer = post(casa, f"{here}/horario", holiday_rule="closed", open_2=typed)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert [(span["opens"], span["closes"]) for span in body(city)["hours"]["open"]] == told
    assert casa.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    "form,words",
    [
        ({"open_0": "de manhã"}, "Escreva assim"), ({"open_0": "25:00-26:00"}, "Escreva assim"),
        ({"open_0": "8-12, 11-17"}, "segunda-feira"), ({"open_0": "8-12", "admission_0": "8-14"}, "segunda-feira"),
        ({"holiday_rule": "talvez"}, "feriado"),
    ],
)  # fmt: skip
def test_hours_that_say_nothing_are_refused_with_a_sentence(city, casa, form, words):
    answer = post(casa, f"/mesa/unidade/{city.ids['shelter']}/horario", **({"holiday_rule": "closed"} | form))
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True) or "holiday_rule" in form
    assert body(city)["hours"]["open"] == []


def test_every_section_is_kept_and_shown_again(city, casa):
    here = f"/mesa/unidade/{city.ids['shelter']}"
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    for section, form in (
        ("recebe", {"receives": ["women", "families"], "services": "bath", "entry_conditions": "needs_document"}),
        ("especiais", {"kind": "open", "from_on": day, "to_on": "", "hours": "16:00-10:00", "reason": "operação de frio"}),
        ("contatos", {"name": "Portaria da noite", "phone": "(84) 3200-0009", "email": "", "worker_id": ""}),
        ("prazos", {"hold_minutes": "45", "figure_minutes": "", "night_ends_at": "06:30"}),
    ):
        answer = post(casa, f"{here}/{section}", **form)
        assert answer.status_code == 303, answer.get_data(as_text=True)
    page = casa.get(here).get_data(as_text=True)
    for words in ("operação de frio", "16:00–10:00", "Portaria da noite", 'value="45"', 'value="06:30"'):
        assert words in page, words
    assert body(city)["services"] == ["bath"] and body(city)["hold_minutes"] == 45


def test_places_by_number_then_by_rooms(city, casa):
    here = f"/mesa/unidade/{city.ids['shelter']}/lugares"
    assert post(casa, here, place_rule="capacity").status_code == 303
    assert post(casa, f"{here}/numero", for_0="men", count_0="3", for_1="women", count_1="2").status_code == 303
    assert "5 vagas livres" in casa.get(here).get_data(as_text=True)
    sleeper = beds(city)[0]
    stay(city, sleeper["id"])
    low = post(casa, f"{here}/numero", for_0="women", count_0="2")
    assert low.status_code == 409 and "1 vaga está ocupada" in low.get_data(as_text=True)
    kept = post(casa, f"{here}/leitos/{sleeper['id']}/retirar")
    assert kept.status_code == 409 and "ocupado, prometido" in kept.get_data(as_text=True)
    until = (clock.now() + timedelta(days=2)).date().isoformat()
    assert post(casa, f"{here}/extras", count="4", until_on=until, until_time="08:00").status_code == 303
    assert "extra 4" in casa.get(here).get_data(as_text=True)


def test_rooms_and_beds_are_included_changed_and_taken_away(city, casa):
    here = f"/mesa/unidade/{city.ids['shelter']}/lugares"
    post(casa, here, place_rule="beds")
    assert post(casa, f"{here}/quartos", name="Quarto das flores", beds="2", receives=["women"]).status_code == 303
    page = casa.get(here).get_data(as_text=True)
    assert "Quarto das flores" in page and "2 vagas livres" in page
    twice = post(casa, f"{here}/quartos", name="Quarto das flores", beds="1")
    assert twice.status_code == 409 and "Já há um quarto com este nome" in twice.get_data(as_text=True)
    bed = beds(city)[0]["id"]
    assert post(casa, f"{here}/leitos/{bed}", name="Beliche", room_id="", receives="wheelchair").status_code == 303
    assert "Beliche" in casa.get(here).get_data(as_text=True)
    assert post(casa, f"{here}/leitos/{bed}/retirar").status_code == 303
    assert len(beds(city)) == 1


def test_another_s_house_is_shut_and_the_administrator_s_are_open(city, casa):
    other = f"/mesa/unidade/{city.ids['centro_pop']}"
    for address in (other, f"{other}/lugares", f"{other}/suspensoes"):
        assert casa.get(address).status_code == 403
    admin = city.client("admin")
    assert admin.get(other).status_code == admin.get(f"{other}/lugares").status_code == 200
    assert admin.get(f"{other}/suspensoes").status_code == 403
    assert city.client("abrigo").get(f"/mesa/unidade/{city.ids['shelter']}").status_code == 403


def test_the_administrator_says_where_a_unit_is_and_who_answers(city):
    admin = city.client("admin")
    here = f"/admin/unidades/{city.ids['shelter']}"
    form = {"name": "Casa", "kind": "shelter", "lat": "-5,79", "lon": "-35.2", "has_desk": "0", "is_outside": "1", "email": "casa@exemplo.org"}
    assert post(admin, here, **form).status_code == 303
    told = body(city)
    assert (told["lat"], told["lon"], told["has_desk"], told["is_outside"], told["email"]) == (-5.79, -35.2, False, True, "casa@exemplo.org")
    page = admin.get(here).get_data(as_text=True)
    assert 'value="-5.79"' in page and "Horários, condições e contatos" in page
    for wrong in ({"lon": ""}, {"lat": "95"}, {"email": "sem arroba"}, {"federal_unit_code": "12"}):
        assert post(admin, here, **(form | wrong)).status_code == 422


def test_a_unit_with_somebody_inside_is_not_closed(city):
    house(city, 1)
    stay(city, beds(city)[0]["id"])
    answer = post(city.client("admin"), f"/admin/unidades/{city.ids['shelter']}/fechar")
    assert answer.status_code == 409 and "1 pessoa está dentro" in answer.get_data(as_text=True)


def test_holidays_are_kept_once(city):
    admin = city.client("admin")
    day = (clock.now() + timedelta(days=20)).date().isoformat()
    assert post(admin, "/admin/feriados", on_date=day, name="Padroeira").status_code == 303
    assert post(admin, "/admin/feriados", on_date=day, name="De novo").status_code == 409
    page = admin.get("/admin/feriados").get_data(as_text=True)
    assert "Padroeira" in page
    [row] = city.rows("SELECT id FROM holidays WHERE municipality_id = :m")
    assert post(admin, f"/admin/feriados/{row['id']}/retirar").status_code == 303
    assert "Padroeira" not in admin.get("/admin/feriados").get_data(as_text=True)


# -- suspensions -------------------------------------------------------------------------------------------------------


def test_a_suspension_is_decided_printed_appealed_and_ended(city, casa):
    person = register(city, "Zefa do carrinho", "nickname")
    here = f"/mesa/unidade/{city.ids['shelter']}/suspensoes"
    assert casa.get(f"/mesa/unidade/?pessoa={person}").location == f"{here}?pessoa={person}"
    page = casa.get(f"{here}?pessoa={person}").get_data(as_text=True)
    assert "Zefa do carrinho" in page and "Decidir a suspensão" in page
    with city.transaction() as session:
        today = today_of(session, city.ibge, clock.now())
    until = today + timedelta(days=9)
    form = {"person_id": person, "reason": "damage", "reason_text": "", "from_on": today.isoformat(), "until_on": until.isoformat()}
    assert post(casa, here, **form).status_code == 303
    again = post(casa, here, **form)
    assert again.status_code == 409 and "já tem uma suspensão" in again.get_data(as_text=True)
    [row] = city.rows("SELECT id FROM unit_suspensions WHERE municipality_id = :m")
    paper = casa.get(f"{here}/{row['id']}").get_data(as_text=True)
    for words in ("Zefa do carrinho", "Dano à casa", "Disque 100", "Vale só aqui", "Você pode discordar"):
        assert words in paper, words
    assert post(casa, f"{here}/{row['id']}/recurso", words="Não fui eu.").status_code == 303
    assert "Não fui eu." in casa.get(here).get_data(as_text=True)
    assert post(casa, f"{here}/{row['id']}/terminar").status_code == 303
    assert post(casa, f"{here}/{row['id']}/terminar").status_code == 409
    assert "Ninguém: a unidade recebe todas as pessoas" in casa.get(here).get_data(as_text=True)


def test_a_technician_of_the_house_reads_and_decides_nothing(city, casa):
    another(city, "tecnica", "technician", scope="shelter")
    client = city.client("tecnica")
    person = register(city, "Zefa", "nickname")
    here = f"/mesa/unidade/{city.ids['shelter']}/suspensoes"
    page = client.get(f"{here}?pessoa={person}").get_data(as_text=True)
    assert "Suspensões" in page and "Decidir a suspensão" not in page
    day = clock.now().date().isoformat()
    answer = post(client, here, person_id=person, reason="threat", from_on=day, until_on=day)
    assert answer.status_code == 403


def test_a_person_unknown_or_of_another_city_is_not_found(city, other_city, casa):
    foreign = register(other_city, "Zefa", "nickname")
    here = f"/mesa/unidade/{city.ids['shelter']}/suspensoes"
    assert casa.get(f"{here}?pessoa={foreign}").status_code == 404


def test_a_long_page_says_in_a_line_how_each_section_stands_and_opens_the_one_just_kept(city):
    client, where = city.client("admin"), f"/mesa/unidade/{city.ids['shelter']}"
    shown = client.get(where).get_data(as_text=True)
    # Nobody said yet when it opens: that is asked first.
    assert re.findall(r'fold" open>\s*<summary><h2 id="(\w+)"', shown) == ["horario"] and "ninguém disse ainda" in shown
    kept = sent(client, where, f"{where}/contatos", name="Portaria", phone="84 3200-0001")
    assert kept.headers["Location"] == f"{where}?feito=contato#contatos"
    shown = client.get(kept.headers["Location"]).get_data(as_text=True)
    assert re.findall(r'fold" open>\s*<summary><h2 id="(\w+)"', shown) == ["contatos"] and ">Portaria</span></summary>" in shown


def test_the_paper_of_a_suspension_that_ended_says_so_and_so_does_her_own_paper(city):
    her = make_shielded(city)
    unit, today = city.ids["shelter"], clock.now().date()
    with city.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE role_grants SET scope_kind = 'municipality', scope_id = NULL WHERE worker_id = %s", (city.ids["coordenacao"],)
        )
    with acting(city, "coordenacao") as (session, actor):
        told = {"from_on": today - timedelta(days=1), "until_on": today + timedelta(days=4), "reason": "theft", "reason_text": "Levou <b>dois</b>"}
        row = service.suspend(session, actor, unit, [her.person_id], told, clock.now())
        service.note_appeal(session, actor, unit, row.id, "Não fui eu.", clock.now())
    client, paper = city.client("coordenacao"), f"/mesa/unidade/{unit}/suspensoes/{row.id}"
    shown = client.get(paper).get_data(as_text=True)
    assert "decidiu não receber você até" in shown and "&lt;b&gt;dois" in shown
    hers = client.get(f"/mesa/pessoas/{her.person_id}/dados").get_data(as_text=True)
    for said in ("shelter", "furto", "&lt;b&gt;dois", "Não fui eu.", "vale hoje"):
        assert said in hers, said
    assert client.post(f"{paper}/terminar", data={"csrf_token": client.csrf}).status_code == 303
    shown = client.get(paper).get_data(as_text=True)
    assert "esta unidade recebe você de novo" in shown and "decidiu não receber você até" not in shown
    hers = client.get(f"/mesa/pessoas/{her.person_id}/dados").get_data(as_text=True)
    assert "terminada antes, em" in hers and "vale hoje" not in hers
