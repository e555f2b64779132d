"""A cold night: begun by one touch at the desk, told to a phone, lived without signal, read in the bulletin."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import all_sent, choose, home, offline_ready, open_shift, press, sign_in, sign_in_at_desk
from tests.make.beds import house

pytestmark = pytest.mark.browser

COUNT_TAPS = "window.taps = 0; addEventListener('pointerdown', (e) => { if (e.isTrusted) window.taps += 1 }, true)"


def fields(page: Page) -> int:
    """The questions that stand open on the form."""
    asked = "[data-name=place], [data-name=when], [data-name=situation], [data-name=people-count], [data-name=shelter-answer], [data-name^=item-]"
    return page.locator(asked).count()


def test_a_cold_night(city, handset, page):
    house(city, 3)
    phone = handset.open()
    sign_in(phone, city, "rua")
    open_shift(phone)
    offline_ready(phone)
    # A meeting begun before the phone heard of it.
    press(phone, "Novo encontro")
    choose(phone, "Família")
    phone.get_by_role("button", name="Mais um: Quantas pessoas").click()
    expect(phone.get_by_text("Não observado: 2 pessoas")).to_be_visible()

    sign_in_at_desk(page, city, "supervisao")
    page.goto("/painel/operacao/iniciar/cold")
    page.locator(f"[name='agreed:{city.ids['shelter']}']").check()
    page.locator(f"[name='places:{city.ids['shelter']}']").fill("4")
    press(page, "Iniciar agora")
    expect(page.get_by_text("em andamento")).to_be_visible()
    expect(page.get_by_text("4 vagas extras")).to_be_visible()

    # It is told while the form is open: six fields now, and what was typed is still there.
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.locator("[data-name=operation-fields]")).to_be_visible(timeout=60_000)
    expect(phone.get_by_role("radio", name="Família")).to_be_checked()
    expect(phone.locator("[data-name=people-count] input")).to_have_value("2")
    assert fields(phone) == 6
    phone.locator("[data-name=ages]").click()  # “Mais”
    expect(phone.get_by_text("Não observado: 2 pessoas")).to_be_visible()
    press(phone, "Salvar encontro")
    expect(phone.get_by_text("Quer completar?")).to_be_visible()
    home(phone)
    expect(phone.locator("[data-name=operation]")).to_contain_text("Operação frio desde")
    all_sent(phone)

    handset.context.set_offline(True)
    phone.evaluate(COUNT_TAPS)
    press(phone, "Novo encontro")
    choose(phone, "Em situação de rua")
    press(phone, "Salvar encontro")
    expect(phone.get_by_text("Quer completar?")).to_be_visible()
    assert phone.evaluate("taps") == 3  # the common one takes no tap more than on any night
    press(phone, "Novo")
    choose(phone, "Em situação de rua")
    phone.locator("[data-name=shelter-answer] input[value=refused]").click()
    phone.get_by_role("button", name="Mais um: Cobertores").click()
    phone.get_by_role("button", name="Mais um: Cobertores").click()
    press(phone, "Salvar encontro")
    expect(phone.get_by_text("Quer completar?")).to_be_visible()
    handset.context.set_offline(False)
    home(phone)
    all_sent(phone)

    page.reload()
    page.get_by_text("Encerrar a operação").click()
    press(page, "Encerrar agora")
    expect(page.get_by_text("Operação encerrada.")).to_be_visible()
    press(page, "Boletim")
    totals = page.locator(".board-totals")
    expect(totals).to_contain_text("3 abordagens")
    expect(totals).to_contain_text("2 cobertores")
    expect(page.get_by_text("final", exact=True)).to_be_visible()
    [row] = city.rows("SELECT answer, kind, reason FROM offers WHERE municipality_id = :m")
    assert (row["answer"], row["kind"], row["reason"]) == ("refused", "overnight", "not_said")
