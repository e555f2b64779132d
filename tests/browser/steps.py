"""What a worker does on the screens, in their words: the vocabulary of the journeys."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.make.city import PASSWORD, City

CODE = "271828"


def press(page: Page, name: str) -> None:
    """Tap a control by its words, button or link alike."""
    control(page, name).click()


def control(page: Page, name: str | re.Pattern) -> Locator:
    return page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first


def sign_in(page: Page, city: City, persona: str, device: str = "Celular de teste") -> None:
    """Through the field app's sign-in screen."""
    page.get_by_label("Usuário").fill(city.login(persona))
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_label("Nome deste celular").fill(device)
    press(page, "Entrar")
    # The team's information is on the phone: only then can it go without signal.
    ready = control(page, re.compile("Abrir o turno|Nova visita"))
    new_code = page.locator("[name=new-code]")
    expect(ready.or_(new_code).first).to_be_visible()
    if new_code.is_visible():
        choose_code(page)
    expect(ready).to_be_visible()


def choose_code(page: Page, code: str = CODE) -> None:
    page.locator("[name=new-code]").fill(code)
    page.locator("[name=new-code-again]").fill(code)
    page.locator("[data-name=keep-code]").click()
    expect(page.locator("[name=new-code-again]")).to_have_count(0)


def unlock(page: Page, code: str = CODE) -> None:
    field = page.locator("[name=code]")
    field.fill(code)
    page.locator("[data-name=unlock]").click()
    expect(field).to_have_count(0)


def unlocked(page: Page) -> Page:
    """Whatever the app began with: the code is given when it asks for one."""
    field = page.locator("[name=code]")
    expect(field.or_(page.locator("[data-name=sign-in], [data-name=me], [data-name=save]")).first).to_be_visible()
    if field.is_visible():
        unlock(page)
    return page


def reopened(page: Page) -> Page:
    page.reload()
    return unlocked(page)


def sign_in_at_desk(page: Page, city: City, persona: str) -> None:
    page.goto("/entrar")
    page.get_by_label("Nome de acesso").fill(city.login(persona))
    page.get_by_label("Senha").fill(PASSWORD)
    press(page, "Entrar")
    page.wait_for_url(re.compile("/(mesa|painel|admin)"))


def offline_ready(page: Page) -> None:
    """Until the worker holds everything that the app needs without a network."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    reopened(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def open_shift(page: Page) -> None:
    press(page, "Abrir o turno")
    expect(page.get_by_text("Unidade de referência")).to_be_visible()
    page.get_by_role("button", name="Abrir o turno").last.click()
    expect(page.get_by_text("Turno aberto há", exact=True)).to_be_visible()


def start_encounter(page: Page, situation: str) -> None:
    press(page, "Novo encontro")
    choose(page, situation)


def choose(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).or_(control(page, name)).first.click()


def save_encounter(page: Page) -> None:
    press(page, "Salvar encontro")
    # Not the words of the live region: those of the save before may still stand there.
    expect(page.get_by_text("Quer completar?")).to_be_visible()


def home(page: Page) -> None:
    press(page, "Ir para Hoje")


def all_sent(page: Page) -> None:
    """The badge says so; holds of the undo must end first."""
    expect(page.get_by_text("Tudo enviado").first).to_be_visible(timeout=45_000)
