"""The confidentiality term: before anything else at the desk, on the phone's own screen in the field, kept by version."""

import pytest
from sqlalchemy import text

from tests.make.city import PASSWORD


@pytest.fixture
def newcomers(city):
    """A city in which nobody has accepted the term yet."""
    with city.transaction() as session:
        session.execute(text("UPDATE workers SET term_version = 0, term_accepted_at = NULL"))
    return city


def accepted(city, persona):
    return city.rows("SELECT term_version, term_accepted_at FROM workers WHERE id = :w", w=city.ids[persona])[0]


def test_the_desk_shows_it_before_any_other_page(newcomers):
    client = newcomers.client("abrigo")
    for path in ("/mesa/", "/mesa/vagas", "/conta/"):
        assert client.get(path).location == f"/conta/termo?de={path}"
    page = client.get("/conta/termo?de=/mesa/vagas").get_data(as_text=True)
    assert "Termo de sigilo" in page and "Li e aceito" in page and 'href="/mesa/"' not in page
    form = {"csrf_token": client.csrf, "version": "1", "de": "/mesa/vagas"}
    assert client.post("/conta/termo", data=form).location == "/mesa/vagas"
    assert client.get("/mesa/").status_code == 200
    assert accepted(newcomers, "abrigo")["term_version"] == 1
    lines = newcomers.rows("SELECT worker_id, fields FROM audit_lines WHERE action = 'accounts.accept_term' AND municipality_id = :m")
    assert [(line["worker_id"], line["fields"]) for line in lines] == [(newcomers.ids["abrigo"], ["term_version_1"])]


def test_a_write_at_the_desk_is_held_back_too_and_nothing_is_led_out(newcomers):
    client = newcomers.client("abrigo")
    written = client.post(f"/mesa/vagas/{newcomers.ids['shelter']}", data={"csrf_token": client.csrf, "free_places": 3})
    assert written.location == "/conta/termo?de=/"
    assert newcomers.rows("SELECT 1 FROM vacancy_notes WHERE municipality_id = :m") == []
    form = {"csrf_token": client.csrf, "version": "1", "de": "//mal.example"}
    assert client.post("/conta/termo", data=form).location == "/"


def test_a_live_fragment_leads_the_whole_page_there(newcomers):
    answer = newcomers.client("abrigo").get("/mesa/", headers={"HX-Request": "true"})
    assert answer.status_code == 204 and answer.headers["HX-Redirect"].startswith("/conta/termo")


def test_who_will_not_accept_may_leave_and_choose_a_language(newcomers):
    client = newcomers.client("abrigo")
    assert client.get("/sair").status_code == 200
    assert client.post("/conta/idioma", data={"csrf_token": client.csrf, "locale": "en", "back": "/"}).status_code == 303
    assert client.post("/sair", data={"csrf_token": client.csrf}).status_code == 303


def test_a_redirect_to_it_is_no_refusal_in_the_trail(newcomers):
    newcomers.client("abrigo").get("/mesa/")
    assert newcomers.rows("SELECT 1 FROM audit_lines WHERE municipality_id = :m AND outcome = 'refused'") == []


def test_the_phone_is_told_and_goes_on_working(newcomers):
    """At 23:00 without a signal nobody is stopped: the phone shows the term, the server takes and gives all the same."""
    phone = newcomers.phone("rua")
    assert phone.client.get("/api/v1/session").json["term_pending"] is True
    assert phone.push(phone.encounter())[0]["status"] == "done"
    assert phone.pull()
    term = phone.client.get("/api/v1/account/term").json
    assert (term["version"], term["title"]) == (1, "Termo de sigilo") and "sigilo" in term["text"]
    headers = {"X-CSRF-Token": phone.csrf}
    sent = [phone.client.post("/api/v1/account/term", json={"version": 1}, headers=headers).status_code for _ in range(2)]
    assert sent == [204, 204]
    assert phone.client.get("/api/v1/session").json["term_pending"] is False
    lines = newcomers.rows("SELECT 1 FROM audit_lines WHERE municipality_id = :m AND action = 'accounts.accept_term'")
    assert len(lines) == 1


@pytest.mark.parametrize("version", [0, 2, "1", None, True, 10**9])
def test_another_version_than_the_one_in_force_is_not_accepted(newcomers, version):
    answer = newcomers.client("rua").post("/api/v1/account/term", json={"version": version})
    assert answer.status_code in (409, 422)
    assert accepted(newcomers, "rua")["term_version"] == 0


def test_a_city_s_own_words_ask_everybody_again_and_the_former_stay(city, other_city):
    admin = city.client("admin")
    own = "Eu, que atendo nesta cidade, guardo segredo do que vejo e ouço.\r\n\r\nSempre."
    written = admin.post("/admin/termo", data={"csrf_token": admin.csrf, "title": "Compromisso", "text": own})
    assert written.location == "/admin/termo?feito=term"
    assert admin.get("/admin/").location == "/conta/termo?de=/admin/"
    worker = city.client("rua")
    assert worker.get("/api/v1/session").json["term_pending"] is True
    told = worker.get("/api/v1/account/term").json
    assert (told["version"], told["title"], told["text"]) == (2, "Compromisso", own.replace("\r\n", "\n"))
    assert worker.post("/api/v1/account/term", json={"version": 1}).json["code"] == "accounts.old_term"
    assert other_city.client("rua").get("/api/v1/session").json["term_pending"] is False
    [kept] = city.rows("SELECT version, text FROM confidentiality_terms WHERE municipality_id = :m")
    assert kept["version"] == 2


def test_a_term_too_short_or_too_long_is_refused(city):
    admin = city.client("admin")
    for words in ("curto", "x" * 4001):
        form = {"csrf_token": admin.csrf, "title": "Termo", "text": words}
        assert admin.post("/admin/termo", data=form).status_code == 422
    assert city.client("rua").get("/api/v1/session").json["term_pending"] is False


def test_signing_in_by_page_leads_through_the_term_to_the_place_asked_for(newcomers):
    client = newcomers.client()
    entered = client.post("/entrar", data={"login": newcomers.login("abrigo"), "password": PASSWORD, "de": "/mesa/vagas"})
    assert entered.location == "/mesa/vagas"
    assert client.get(entered.location).location == "/conta/termo?de=/mesa/vagas"
