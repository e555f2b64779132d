"""The server speaks the worker's language: problems, fields, desk pages, dates and numbers."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from flask_babel import force_locale
from sqlalchemy import text

from app.core import days
from app.core.http import answer
from tests.architecture.test_words import problems
from tests.make.city import PASSWORD

LOCALES = ("pt_BR", "en", "es")
NATAL = ZoneInfo("America/Fortaleza")


def speak(city, persona, locale):
    client = city.client(persona)
    done = client.put("/api/v1/account/locale", json={"locale": locale}, headers={"X-CSRF-Token": client.csrf})
    assert done.status_code == 204
    return client


def test_every_problem_has_a_sentence_of_its_own_in_three_languages(app):
    silent = []
    for cls in problems():
        said = set()
        for locale in LOCALES:
            with app.test_request_context("/api/v1/x", headers={"Accept-Language": locale.replace("_", "-")}):
                problem = cls.__new__(cls)
                problem.fields, problem.extra = {}, {}
                said.add(answer(problem).get_json(force=True)["title"])
        if len(said) != len(LOCALES) or not all(title.endswith((".", "!", "?")) for title in said):
            silent.append((cls.code, sorted(said)))
    assert silent == []


@pytest.mark.parametrize(
    "locale,title,field",
    [
        ("pt_BR", "Há campos que precisam de correção.", "Falta preencher."),
        ("en", "Some fields need to be corrected.", "This still has to be filled in."),
        ("es", "Hay campos que necesitan corrección.", "Falta completar."),
    ],
)
def test_a_refusal_is_told_in_the_workers_language_not_the_browsers(city, locale, title, field):
    client = speak(city, "rua", locale)
    refused = client.post(
        "/api/v1/sync/push", json={}, headers={"X-CSRF-Token": client.csrf, "Accept-Language": "fr, en;q=0.5"}
    )
    assert refused.status_code == 422
    assert refused.json["title"] == title
    assert field in str(refused.json["fields"])


@pytest.mark.parametrize(
    "asked,title",
    [
        ("pt-BR", "Nome de acesso ou senha não conferem."), ("pt-PT,pt;q=0.9", "Nome de acesso ou senha não conferem."),
        ("en-GB,en;q=0.9", "User name or password is not right."), ("es-UY", "El nombre de acceso o la contraseña no coinciden."),
        ("ja", "Nome de acesso ou senha não conferem."), ("", "Nome de acesso ou senha não conferem."),
    ],
)  # fmt: skip
def test_before_signing_in_the_browsers_language_counts(city, asked, title):
    refused = city.client().post(
        "/api/v1/session", json={"login": f"x-{city.tag}", "password": "errada", "device": None},
        headers={"Accept-Language": asked},
    )  # fmt: skip
    assert refused.json["title"] == title


@pytest.mark.parametrize(
    "locale,lang,words", [("pt_BR", "pt-BR", "Vagas livres agora"), ("en", "en", "Free places now"), ("es", "es", "Plazas libres ahora")]
)
def test_the_desk_changes_its_language_from_the_account_page(city, locale, lang, words):
    client = city.client()
    client.post("/entrar", data={"login": city.login("abrigo"), "password": PASSWORD})
    page = client.get("/conta/").get_data(as_text=True)
    form = page[page.index('action="/conta/idioma"') :]
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]
    assert re.search(rf'name="locale" value="{locale}" lang="{lang}"', form)
    done = client.post("/conta/idioma", data={"csrf_token": token, "back": "/conta/", "locale": locale})
    assert (done.status_code, done.location) == (303, "/conta/")
    assert f'<html lang="{lang}"' in client.get("/conta/").get_data(as_text=True)
    inbox = client.get("/mesa/").get_data(as_text=True)
    assert f'<html lang="{lang}"' in inbox and words in inbox
    lost = client.get(f"/mesa/encaminhamentos/{city.ids['abrigo']}").get_data(as_text=True)
    assert f'<html lang="{lang}"' in lost
    with city.transaction() as session:
        kept = session.scalar(text("SELECT locale FROM workers WHERE id = :id"), {"id": city.ids["abrigo"]})
    assert kept == locale


def test_a_language_that_nobody_speaks_is_refused(city):
    client = city.client("rua")
    refused = client.put("/api/v1/account/locale", json={"locale": "fr"}, headers={"X-CSRF-Token": client.csrf})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "locale,short,long,only",
    [
        ("pt_BR", "03/04 22:10", "03/04/2026 22:10", "03/04/2026"),
        ("en", "3 Apr 22:10", "3 Apr 2026 22:10", "3 Apr 2026"),
        ("es", "03/04 22:10", "03/04/2026 22:10", "03/04/2026"),
    ],
)
def test_days_and_hours_are_written_in_the_language(app, locale, short, long, only):
    at, now = datetime(2026, 4, 4, 1, 10, tzinfo=UTC), datetime(2026, 4, 8, 12, tzinfo=UTC)
    with app.test_request_context(), force_locale(locale):
        assert days.hour(NATAL, now, at) == short
        assert days.day_and_hour(NATAL, at) == long
        assert days.day(date(2026, 4, 3)) == only


@pytest.mark.parametrize("locale,one,many", [("pt_BR", "há 2 dias", "12.000"), ("en", "2 days ago", "12,000"), ("es", "hace 2 días", "12.000")])
def test_ages_and_figures_too(app, locale, one, many):
    with app.test_request_context(), force_locale(locale):
        assert days.ago(datetime(2026, 4, 8, 12, tzinfo=UTC), datetime(2026, 4, 6, 11, tzinfo=UTC)) == one
        assert app.jinja_env.filters["numberformat"](12000) == many


def test_the_phones_shell_is_the_same_in_every_language(city):
    """Its bytes name the build: a phone that changes its language must not be offered a new version."""
    shells = {
        city.client().get("/app/", headers={"Accept-Language": asked}).get_data() for asked in ("pt-BR", "en", "es")
    }
    workers = {speak(city, "rua", locale).get("/app/sw.js").get_data() for locale in LOCALES}
    assert len(shells) == len(workers) == 1
