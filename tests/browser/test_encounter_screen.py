"""The screen of an encounter: how many taps it takes, and what it says and keeps in each state of the place."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import all_sent, choose, home, open_shift, press, reopened, sign_in

pytestmark = pytest.mark.browser

NEAR = {"longitude": -34.95, "latitude": -5.75}
COUNT_TAPS = "window.taps = 0; addEventListener('pointerdown', (e) => { if (e.isTrusted) window.taps += 1 }, true)"
# Ended by what it has just written: it can not have been kept before, however slow the machine is.
REFUSE_WRITES = """() => {
  const writes = IDBObjectStore.prototype
  const { add, put } = writes
  const refused = (write) => function (...given) {
    const asked = write.apply(this, given)
    const tx = this.transaction
    if (tx.objectStoreNames.contains('commands')) asked.addEventListener('success', () => { try { tx.abort() } catch { } })
    return asked
  }
  Object.assign(writes, { add: refused(add), put: refused(put) })
  window.allowWrites = () => { Object.assign(writes, { add, put }) }
}"""


def on_shift(city, handset) -> Page:
    page = handset.open()
    sign_in(page, city, "rua")
    open_shift(page)
    return page


def place(page: Page):
    return page.locator("[data-name=place]")


def encounters(city):
    return city.rows("SELECT * FROM encounters WHERE municipality_id = :m ORDER BY occurred_at")


def test_an_encounter_takes_three_taps_and_a_referral_six(city, handset):
    page = on_shift(city, handset)
    page.evaluate(COUNT_TAPS)
    press(page, "Novo encontro")
    choose(page, "Em situação de rua")
    press(page, "Salvar encontro")
    expect(page.get_by_text("Quer completar?")).to_be_visible()
    assert page.evaluate("taps") == 3

    home(page)
    page.evaluate("taps = 0")
    press(page, "Novo encontro")
    choose(page, "Em situação de rua")
    press(page, "Abrigo")
    page.locator("[data-name=unit]").first.click()
    press(page, "Sim")
    press(page, "Salvar e encaminhar")
    expect(page.locator("[data-name=code]")).to_have_text(re.compile("^[2-9A-HJKMNP-Z]{6}$"))
    assert page.evaluate("taps") == 6


def test_the_common_encounter_needs_no_scrolling(city, handset):
    page = on_shift(city, handset)
    press(page, "Novo encontro")
    choose(page, "Em situação de rua")
    expect(place(page)).to_have_attribute("data-state", "fix")
    # What still stands below the bar when the shift was opened a moment ago goes by itself.
    expect(page.locator(".toast")).to_have_count(0)
    room = page.evaluate("(() => { const m = document.querySelector('main'); return m.clientHeight - m.scrollHeight })()")
    assert room >= 0


def test_a_rough_fix_is_said_and_kept_as_a_radius(city, handset):
    page = handset.open()
    sign_in(page, city, "rua")
    # Before the shift, which warms the GPS up: a good fix of the last seconds would rightly win.
    handset.context.set_geolocation({**NEAR, "accuracy": 2300})
    open_shift(page)
    press(page, "Novo encontro")
    expect(place(page)).to_have_attribute("data-state", "approximate")
    expect(page.get_by_text("O celular só deu a região")).to_be_visible()
    press(page, "Salvar encontro")
    expect(page.get_by_text("Quer completar?")).to_be_visible()
    home(page)
    all_sent(page)
    [row] = encounters(city)
    assert (row["place_source"], row["accuracy_m"]) == ("gps", 2300)


def test_without_permission_the_encounter_is_saved_all_the_same(city, handset):
    page = on_shift(city, handset)
    handset.context.clear_permissions()
    reopened(page)
    press(page, "Novo encontro")
    expect(place(page)).to_have_attribute("data-state", "no_signal")
    press(page, "Rua e número")
    page.get_by_label("Rua, número ou referência").fill("Rua Mossoró, perto do 300")
    press(page, "Usar")
    press(page, "Salvar encontro")
    expect(page.get_by_text("Quer completar?")).to_be_visible()
    press(page, "Novo")
    press(page, "Salvar encontro")
    expect(page.get_by_text("Quer completar?")).to_be_visible()
    home(page)
    all_sent(page)
    assert [(row["place_source"], row["place_text"], row["no_place_reason"]) for row in encounters(city)] == [
        ("address", "Rua Mossoró, perto do 300", None),
        ("none", None, "denied"),
    ]


def test_what_was_before_never_takes_the_place_of_now(city, handset):
    page = on_shift(city, handset)
    press(page, "Novo encontro")
    expect(place(page)).to_have_attribute("data-state", "fix")
    press(page, "Foi antes")
    choose(page, "Há 1 h")
    expect(place(page)).to_have_attribute("data-state", "ask_where")
    page.locator("[data-name=place-none]").click()
    choose(page, "Em deslocamento")
    press(page, "Salvar encontro")
    expect(page.get_by_text("Quer completar?")).to_be_visible()
    home(page)
    all_sent(page)
    [row] = encounters(city)
    assert (row["place_source"], row["no_place_reason"], row["recorded_late"]) == ("none", "moving", True)


def test_a_killed_phone_comes_back_to_the_form_as_it_was(city, kept_handset):
    page = on_shift(city, kept_handset)
    press(page, "Novo encontro")
    choose(page, "Família")
    page.get_by_role("button", name="Mais um: Quantas pessoas").click()
    # The draft is on the disk once it can be read back.
    expect(page.get_by_text("Não observado: 2 pessoas")).to_be_visible()
    page.evaluate("new Promise((done) => requestIdleCallback(() => setTimeout(done, 300)))")
    kept_handset.kill()
    page = kept_handset.open()
    press(page, "Continuar de onde parou")
    expect(page.get_by_text("Continuando de onde parou")).to_be_visible()
    expect(page.get_by_role("radio", name="Família")).to_be_checked()
    expect(page.get_by_text("Não observado: 2 pessoas")).to_be_visible()
    press(page, "Descartar")
    expect(page.get_by_role("radio", name="Família")).not_to_be_checked()
    page.goto("/app/#/hoje")
    expect(page.get_by_text("Há um encontro que não foi salvo")).to_have_count(0)


def test_a_save_that_failed_is_said_and_the_form_stays(city, handset):
    page = on_shift(city, handset)
    all_sent(page)  # what is on its way would fail too, and be sent again only after a while
    press(page, "Novo encontro")
    choose(page, "Não quis conversar")
    page.evaluate(REFUSE_WRITES)
    press(page, "Salvar encontro")
    expect(page.get_by_role("heading", name="Não foi guardado")).to_be_visible()
    press(page, "Voltar ao formulário")
    expect(page.get_by_role("radio", name="Não quis conversar")).to_be_checked()
    press(page, "Salvar encontro")
    expect(page.get_by_role("heading", name="Não foi guardado")).to_be_visible()
    page.evaluate("allowWrites()")
    press(page, "Tentar de novo")
    expect(page.get_by_text("Quer completar?")).to_be_visible()
    home(page)
    all_sent(page)
    assert [row["outcome"] for row in encounters(city)] == ["declined_to_talk"]


def test_undone_within_ten_seconds_nothing_was_registered(city, handset):
    page = on_shift(city, handset)
    press(page, "Novo encontro")
    choose(page, "Não localizado")
    press(page, "Salvar encontro")
    page.get_by_role("button", name=re.compile("^Desfazer")).click()
    # The form comes back as it was, to be mended or let go.
    expect(page.get_by_role("radio", name="Não localizado")).to_be_checked()
    press(page, "Descartar")
    page.goto("/app/#/hoje")
    all_sent(page)
    assert encounters(city) == []
