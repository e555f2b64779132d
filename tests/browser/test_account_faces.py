"""One's own account, the second step and a lost phone, looked at as every other page: axe, the ruler and the finger."""

import re

import pytest
from playwright.sync_api import expect

from tests.accounts.test_passkeys import add
from tests.accounts.test_totp import at, turned_on
from tests.browser.faces import DESK, Walk
from tests.browser.test_faces import NARROW, at_desk
from tests.browser.test_passkeys import browser_context_args  # noqa: F401  (a name, to which passkeys may be bound)
from tests.make.city import PASSWORD
from tests.make.passkey import Authenticator
from tests.sync.test_lost_phone import met, report

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [NARROW, {"width": 1280, "height": 800}], ids=["narrow", "wide"])
def test_every_page_of_the_account_and_of_a_lost_phone(city, new_context, up, size):
    lost, kept = city.phone("rua", vault=True), city.phone("rua")
    met(lost, "Seu Raimundo do viaduto")
    lost.post([], waiting=12)
    assert add(city.client("rua"), Authenticator(), "Celular da equipe noturna").status_code == 201
    report(city.client("coordenacao"), lost)
    page = new_context(viewport=size).new_page()
    walk = Walk(page, DESK)

    def look(path):
        page.goto(path)
        walk.look(path)

    look("/entrar")
    expect(page.get_by_role("button", name="Entrar com chave de acesso")).to_be_visible()
    at_desk(page, city, "rua")
    look("/conta/")
    page.locator("summary", has_text="Criar chave de acesso").click()
    page.locator("summary", has_text="Não uso mais").click()
    walk.look("account, opened")
    look(f"/aparelhos/{kept.device_id}/perdido")
    look(f"/aparelhos/{lost.device_id}/perdido")
    at_desk(page, city, "coordenacao")
    look("/aparelhos/")
    look(f"/aparelhos/{lost.device_id}/perdido")
    expect(page.get_by_text("Seu Raimundo do viaduto")).to_be_visible()
    at_desk(page, city, "admin")
    look("/conta/segundo-passo")
    page.get_by_label("Sua senha").fill(PASSWORD)
    page.get_by_role("button", name="Começar").click()
    expect(page.locator(".qr")).to_be_visible()
    walk.look("second step begun")
    page.get_by_label(re.compile("seis números")).fill("000000")
    page.get_by_role("button", name="Ativar").click()
    expect(page.get_by_role("alert")).to_be_visible()
    walk.look("second step, wrong code")
    assert walk.wrong == [], "\n".join(map(str, walk.wrong))


def test_the_second_step_is_turned_on_and_asked_without_a_script(city, new_context, up):
    page = new_context(viewport=NARROW, java_script_enabled=False).new_page()
    _client, authenticator, _paper = turned_on(city)
    page.goto("/entrar?de=/conta/")
    page.get_by_label("Nome de acesso").fill(city.login("admin"))
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.get_by_label(re.compile("seis números")).fill("000000")
    page.get_by_role("button", name="Entrar", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("O código não confere")
    page.get_by_label(re.compile("seis números")).fill(at(authenticator))
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.wait_for_url("**/conta/")
    expect(page.get_by_role("region", name="Segunda etapa ao entrar")).to_contain_text("ligada")
