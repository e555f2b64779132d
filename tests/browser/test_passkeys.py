"""A passkey at the desk with a real browser's authenticator (CDP): made, used, given up; and nothing where it can't be."""

import re

import pytest
from playwright.sync_api import expect

from tests.make.city import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"base_url": browser_context_args["base_url"].replace("127.0.0.1", "localhost")}


@pytest.fixture
def desk(new_context, up):
    """A page on `localhost`, a name to which passkeys may be bound; no violation of the policy may happen on it."""
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    assert errors == []


def authenticator(page, verified=True):
    """(CDP session, id) of a phone's or computer's own authenticator, with finger or face."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": verified, "hasPrf": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return cdp, cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def enter(page, city, at=""):
    page.goto(f"{at}/entrar?de=/conta/")
    page.get_by_label("Nome de acesso").fill(city.login("abrigo"))
    page.get_by_label("Senha").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/entrar" not in url)


def make(page, label="Computador da recepção", password=PASSWORD):
    page.locator("summary", has_text="Criar chave de acesso").click()
    page.get_by_label("Nome para reconhecer depois").fill(label)
    page.get_by_label("Sua senha").fill(password)
    page.get_by_role("button", name="Criar", exact=True).click()


def leave(page):
    page.goto("/sair")
    page.get_by_role("main").get_by_role("button", name="Sair").click()
    page.wait_for_url("**/entrar")


def test_made_in_the_account_it_signs_in_without_the_password_and_is_given_up(desk, city):
    authenticator(desk)
    enter(desk, city)
    make(desk, password="errada")
    expect(desk.get_by_role("alert")).to_contain_text("A senha de agora não confere.")
    desk.get_by_label("Sua senha").fill(PASSWORD)
    desk.get_by_role("button", name="Criar", exact=True).click()
    expect(desk.get_by_text("Chave de acesso guardada.")).to_be_visible()
    expect(desk.get_by_text("Computador da recepção").first).to_be_visible()
    leave(desk)
    desk.goto("/entrar?de=/mesa/vagas")
    desk.get_by_role("button", name="Entrar com chave de acesso").click()
    desk.wait_for_url(re.compile(r"//[^/]+/mesa/vagas$"))
    desk.goto("/conta/")
    expect(desk.get_by_role("region", name="Chaves de acesso").get_by_text("usada agora")).to_be_visible()
    desk.get_by_role("button", name=re.compile("^Remover")).click()
    expect(desk.get_by_text("Chave de acesso removida.")).to_be_visible()
    leave(desk)
    desk.get_by_role("button", name="Entrar com chave de acesso").click()
    expect(desk.get_by_role("alert")).to_contain_text("A chave de acesso não foi aceita.")
    expect(desk.get_by_role("button", name="Entrar com chave de acesso")).to_be_enabled()


def test_who_is_not_verified_makes_none_and_is_told_nothing_false(desk, city):
    authenticator(desk, verified=False)
    enter(desk, city)
    make(desk)
    expect(desk.get_by_role("button", name="Criar", exact=True)).to_be_enabled(timeout=70_000)
    desk.goto("/conta/")
    expect(desk.get_by_text("Computador da recepção")).to_have_count(0)


def test_a_server_that_does_not_answer_is_told(desk, city):
    authenticator(desk)
    desk.goto("/entrar")
    desk.route("**/api/v1/session/passkey/options", lambda route: route.abort())
    desk.get_by_role("button", name="Entrar com chave de acesso").click()
    expect(desk.get_by_role("alert")).to_contain_text("O servidor não respondeu.")


def test_an_address_that_is_a_number_offers_none(new_context, up, city):
    page = new_context().new_page()
    enter(page, city, at=up.url)
    expect(page.get_by_role("heading", name="Chaves de acesso")).to_be_visible()
    expect(page.locator("summary", has_text="Criar chave de acesso")).to_be_hidden()


def test_without_javascript_the_password_is_all_there_is(new_context, up, city):
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/entrar?de=/conta/")
    expect(page.get_by_role("button", name="Entrar com chave de acesso")).to_be_hidden()
    page.get_by_label("Nome de acesso").fill(city.login("abrigo"))
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    expect(page.get_by_role("heading", name="Chaves de acesso")).to_be_visible()
    expect(page.locator("summary", has_text="Criar chave de acesso")).to_be_hidden()
