"""The language on the screen "Eu": at once, everywhere, kept when the app opens again without a network."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import choose, choose_code, control, offline_ready, press, reopened, sign_in
from tests.make.city import PASSWORD

pytestmark = pytest.mark.browser


def locale_of(city, persona):
    return city.rows("SELECT locale FROM workers WHERE id = :id", id=city.ids[persona])[0]["locale"]


def test_the_app_speaks_english_after_the_switch_and_the_server_with_it(city, kept_handset, up):
    page = kept_handset.open()
    sign_in(page, city, "rua")
    expect(page.locator("html")).to_have_attribute("lang", "pt-BR")
    offline_ready(page)
    page.goto("/app/#/eu")
    with page.expect_response(lambda answer: answer.url.endswith("/api/v1/account/locale")) as told:
        choose(page, "English")
    assert told.value.status == 204
    expect(page.get_by_text("Letter size")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert locale_of(city, "rua") == "en"

    page.goto("/app/#/hoje")
    expect(control(page, "Open the shift")).to_be_visible()
    up.stop()
    kept_handset.close()
    page = kept_handset.open()
    expect(control(page, "Open the shift")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    press(page, "Open the shift")
    page.get_by_role("button", name="Open the shift").last.click()
    press(page, "New encounter")
    expect(page.get_by_role("radio", name="In street situation")).to_be_visible()
    expect(page.get_by_role("button", name="Save encounter")).to_be_visible()
    # Every word that a person sees or hears here was translated: Portuguese alone has these.
    said = page.evaluate("document.body.innerText + [...document.querySelectorAll('[aria-label]')].map((x) => x.ariaLabel)")
    assert not re.search(r"\b(não|você|turno|encontro|salvar|celular|guardado)\b", said, re.I), said


def test_a_phone_follows_the_worker_who_signs_in(city, handset):
    client = city.client("rua")
    client.put("/api/v1/account/locale", json={"locale": "es"}, headers={"X-CSRF-Token": client.csrf})
    page = handset.open()
    page.get_by_label("Usuário").fill(city.login("rua"))
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    press(page, "Entrar")
    choose_code(page)
    expect(control(page, "Abrir el turno")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_a_choice_without_a_network_is_told_when_it_returns(city, handset, up):
    page = handset.open()
    sign_in(page, city, "rua")
    offline_ready(page)
    page.goto("/app/#/eu")
    up.stop()
    choose(page, "Español")
    expect(page.get_by_text("Tamaño de la letra")).to_be_visible()
    assert locale_of(city, "rua") == "pt_BR"
    up.start()
    with page.expect_response(lambda answer: answer.url.endswith("/api/v1/account/locale")) as told:
        reopened(page)
    assert told.value.status == 204
    assert locale_of(city, "rua") == "es"
