"""The desk's sign-in page, sign-out, one's own sessions and devices, and where each role begins."""

import pytest
from werkzeug.http import parse_cookie

from tests.make.city import PASSWORD


def enter(client, city, persona, password=PASSWORD, **fields):
    return client.post("/entrar", data={"login": city.login(persona), "password": password} | fields)


@pytest.mark.parametrize(
    "persona,first",
    [
        ("rua", "/app/"), ("pim", "/app/"), ("abrigo", "/mesa/"), ("creas", "/mesa/"), ("supervisao", "/painel/"),
        ("coordenacao", "/mesa/hoje"), ("admin", "/admin/"), ("auditoria", "/conta/"),
    ],
)  # fmt: skip
def test_each_role_begins_where_its_work_is(city, persona, first):
    client = city.client()
    assert enter(client, city, persona).location == "/"
    assert client.get("/").location == first


def test_nobody_signed_in_is_asked_to(city):
    client = city.client()
    assert client.get("/").location == "/entrar"
    page = client.get("/entrar").get_data(as_text=True)
    assert 'autocomplete="current-password"' in page and "<html lang=" in page


def test_who_was_led_here_is_led_back(city):
    assert enter(city.client(), city, "abrigo", de="/mesa/vagas").location == "/mesa/vagas"


@pytest.mark.parametrize(
    "elsewhere", ["https://mal.example/", "//mal.example", "/\\mal.example", "javascript:alert(1)", "mesa", "/a\tb"]
)
def test_nobody_is_led_out_of_the_house(city, elsewhere):
    assert enter(city.client(), city, "abrigo", de=elsewhere).location == "/"


def test_a_wrong_password_shows_the_form_again_with_the_same_words_for_all(city):
    client = city.client()
    known, unknown = enter(client, city, "abrigo", "errada"), client.post(
        "/entrar", data={"login": "ninguem", "password": "errada"}
    )
    for answer in (known, unknown):
        assert answer.status_code == 401
        assert "Nome de acesso ou senha não conferem." in answer.get_data(as_text=True)
    assert f'value="{city.login("abrigo")}"' in known.get_data(as_text=True)
    assert "errada" not in known.get_data(as_text=True)
    assert "Set-Cookie" not in known.headers


def test_the_delay_is_told_in_words_and_counted(city):
    client = city.client()
    for _ in range(4):
        answer = enter(client, city, "abrigo", "errada")
    answer = enter(client, city, "abrigo")
    assert answer.status_code == 429
    page = answer.get_data(as_text=True)
    assert "Muitas tentativas seguidas." in page and "segundo" in page and "Ninguém fica bloqueado" in page


def test_an_empty_form_is_explained(city):
    answer = city.client().post("/entrar", data={"login": "", "password": ""})
    assert answer.status_code == 422
    assert "Escreva o nome de acesso e a senha." in answer.get_data(as_text=True)


def test_another_site_s_form_signs_nobody_in(city):
    answer = city.client().post(
        "/entrar",
        data={"login": city.login("abrigo"), "password": PASSWORD},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403 and "Set-Cookie" not in answer.headers


def test_the_cookie_is_out_of_reach_of_scripts(city):
    cookie = enter(city.client(), city, "abrigo").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and parse_cookie(cookie).get("vinculo")


def test_signing_out_ends_the_session_and_wipes_nothing_else(city):
    client = city.client("abrigo")
    assert "Sair" in client.get("/sair").get_data(as_text=True)
    answer = client.post("/sair", data={"csrf_token": client.csrf})
    assert answer.location == "/entrar" and "Clear-Site-Data" not in answer.headers
    ended = city.rows("SELECT ended_at FROM sessions WHERE municipality_id = :m AND worker_id = :w", w=city.ids["abrigo"])
    assert all(row["ended_at"] for row in ended)
    assert client.get("/mesa/").location == "/entrar?de=/mesa/"


def test_signing_out_by_a_link_alone_does_nothing(city):
    client = city.client("abrigo")
    client.get("/sair")
    assert client.get("/mesa/").status_code == 200


def test_own_sessions_are_listed_and_ended(city):
    here, there = city.client("abrigo"), city.client("abrigo")
    page = here.get("/conta/").get_data(as_text=True)
    assert page.count('/encerrar"') == 2 and "/conta/entradas/encerrar-outras" in page and "esta" in page
    rows = city.rows(
        "SELECT id FROM sessions WHERE municipality_id = :m AND worker_id = :w ORDER BY created_at", w=city.ids["abrigo"]
    )
    there_id = rows[-1]["id"]
    answer = here.post(f"/conta/entradas/{there_id}/encerrar", data={"csrf_token": here.csrf})
    assert "Entrada encerrada." in here.get(answer.location).get_data(as_text=True)
    assert there.get("/mesa/").location == "/entrar?de=/mesa/"
    assert here.get("/mesa/").status_code == 200
    somebody = city.client("centropop")
    refused = somebody.post(f"/conta/entradas/{rows[0]['id']}/encerrar", data={"csrf_token": somebody.csrf})
    assert refused.status_code == 404 and here.get("/mesa/").status_code == 200


def test_ending_this_session_leads_to_the_sign_in(city):
    client = city.client("abrigo")
    mine = city.rows("SELECT id FROM sessions WHERE municipality_id = :m AND worker_id = :w", w=city.ids["abrigo"])
    answer = client.post(f"/conta/entradas/{mine[0]['id']}/encerrar", data={"csrf_token": client.csrf})
    assert answer.location == "/entrar"


def test_a_lost_phone_is_revoked_by_its_owner_only(city):
    phone = city.phone("rua")
    desk = city.client("rua")
    assert "Celular de teste" in desk.get("/conta/").get_data(as_text=True)
    address = f"/conta/aparelhos/{phone.device_id}/revogar"
    other = city.client("rua2")
    assert other.post(address, data={"csrf_token": other.csrf}).status_code == 404
    assert desk.post(address, data={"csrf_token": desk.csrf}).location == "/conta/?feito=device"
    assert "revogado" in desk.get("/conta/").get_data(as_text=True)
    rows = city.rows("SELECT revoked_at FROM devices WHERE municipality_id = :m AND id = :i", i=phone.device_id)
    assert rows[0]["revoked_at"] is not None


def test_the_theme_is_remembered_before_and_after_sign_in(city):
    client = city.client()
    client.post("/aparencia", data={"theme": "night", "back": "/entrar"})
    assert 'data-theme="night"' in client.get("/entrar").get_data(as_text=True)
    enter(client, city, "abrigo")
    assert 'data-theme="night"' in client.get("/mesa/").get_data(as_text=True)
    assert 'data-theme="night"' in client.get("/nada").get_data(as_text=True)
    assert client.post("/aparencia", data={"theme": "neon"}).status_code == 422


def test_the_language_is_the_worker_s(city):
    client = city.client("abrigo")
    answer = client.post("/conta/idioma", data={"locale": "es", "back": "/conta/", "csrf_token": client.csrf})
    assert answer.location == "/conta/"
    assert '<html lang="es"' in client.get("/conta/").get_data(as_text=True)


def test_a_demo_city_says_so_on_every_page(city):
    client = city.client("abrigo")
    assert "Demonstração: pessoas" not in client.get("/mesa/").get_data(as_text=True)
    city.rows("UPDATE municipalities SET is_demo = true WHERE id = :m RETURNING id")
    for address in ("/mesa/", "/mesa/vagas", "/conta/", "/sair"):
        assert "Demonstração: pessoas e fatos inventados" in client.get(address).get_data(as_text=True)


def test_the_administrator_lists_workers_and_sees_no_case(city):
    client = city.client("admin")
    page = client.get("/admin/").get_data(as_text=True)
    assert city.login("rua") in page and "Abordagem social" in page and "Equipe Rua" in page
    assert client.get("/mesa/").status_code == 403
    for persona in ("rua", "abrigo", "supervisao", "coordenacao"):
        assert city.client(persona).get("/admin/").status_code == 403


def test_the_list_of_workers_stops_at_the_city(city, other_city):
    assert other_city.login("rua") not in city.client("admin").get("/admin/").get_data(as_text=True)


def test_a_problem_is_a_page_for_a_person(city):
    answer = city.client("abrigo").get("/nada-aqui")
    assert answer.status_code == 404 and "<html" in answer.get_data(as_text=True)
    assert "Ir para o início" in answer.get_data(as_text=True)
