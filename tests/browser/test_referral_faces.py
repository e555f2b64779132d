"""Every screen of a referral on the phone, with long names and large letters: axe, the ruler, the finger; how few taps a bed takes."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.core import clock
from app.referrals import service
from tests.browser.conftest import PHONE
from tests.browser.faces import FIELD, Walk
from tests.browser.steps import open_shift, press, sign_in
from tests.referrals import made
from tests.units.house import House

pytestmark = pytest.mark.browser

LONG = "Unidade de Acolhimento Institucional para Adultos e Famílias em Situação de Rua Irmã Dulce dos Pobres"


@pytest.fixture
def phone(new_context, up, request):
    """As small as is sold, or with the letters twice as large; no error and no violation of the policy may have happened on it."""
    shape = {name: PHONE[name] for name in ("device_scale_factor", "is_mobile", "has_touch")}
    page = new_context(**shape, viewport={"width": 320, "height": 640}).new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto("/app/")
    yield page
    assert errors == []


def realistic(city) -> dict:
    """A shelter with beds and a very long name, one without room, one that answers by phone; referrals in every state."""
    House(city, 3)
    city.rows(
        "UPDATE units SET name = :n, address = 'Avenida Coronel Estevam de Albuquerque Maranhão, 1.280, fundos', phone = '(84) 3232-0000',"
        " hours_text = '18h às 6h', receives = '[\"men\", \"women\", \"families\"]', entry_conditions = '[\"needs_document\", \"search\"]'"
        " WHERE municipality_id = :m AND id = :u RETURNING id",
        n=LONG, u=city.ids["shelter"],
    )  # fmt: skip
    ids = {name: made.sent(city, called="Maria das Dores da Conceição") for name in ("sent", "accepted", "declined", "gone", "arrived")}
    ids["by_phone"] = made.sent(city, unit="centro_pop", purpose="service")
    city.rows("UPDATE units SET has_desk = false WHERE municipality_id = :m AND id = :u RETURNING id", u=city.ids["centro_pop"])
    desk = city.actor("abrigo")
    with city.transaction() as session:
        service.accept_referral(session, desk, ids["accepted"], clock.now())
        service.decline_referral(session, desk, ids["declined"], clock.now(), "no_place", proposed_unit_id=city.ids["centro_pop"])
        service.mark_arrived(session, desk, ids["arrived"], clock.now())
    city.rows(
        "UPDATE referrals SET status = 'held', held_until = :t, hold_answer = 'granted' WHERE municipality_id = :m AND id = :r RETURNING id",
        t=clock.now() - timedelta(minutes=20), r=ids["gone"],
    )  # fmt: skip
    return ids


def every_screen(phone: Page, city, ids: dict, look) -> None:
    for name in ("sent", "accepted", "declined", "gone", "arrived", "by_phone"):
        phone.goto(f"/app/#/encaminhamento/{ids[name]}")
        expect(phone.locator("[data-name=code]")).to_be_visible()
        if name in ("sent", "accepted", "gone", "by_phone"):
            expect(phone.locator("[data-name=qr]")).to_be_visible()
        look(f"referral {name}")
    phone.locator("[data-name=tell-answer]").click()
    phone.get_by_role("radio", name="Não pode receber").click()
    look("an answer by phone")
    phone.goto(f"/app/#/encaminhamento/{ids['sent']}")
    phone.locator("[data-name=revoke]").click()
    expect(phone.locator("dialog[open]")).to_be_visible()
    look("cancelling")
    phone.keyboard.press("Escape")
    phone.locator("[data-name=trip]").click()
    expect(phone.locator("[data-name=stop]").nth(1)).to_be_visible()
    phone.locator("[data-name=stop]").nth(1).click()
    look("trip")
    phone.goto(f"/app/#/encaminhamento/{ids['accepted']}/papel")
    expect(phone.locator("[data-name=via] [data-name=qr]")).to_be_visible()
    look("slip")
    phone.goto(f"/app/#/encaminhamento/{ids['declined']}/papel")
    expect(phone.locator("[data-name=no-slip]")).to_be_visible()
    look("no slip")
    phone.goto(f"/app/#/reencaminhar/{ids['declined']}")
    expect(phone.locator("[data-name=unit]").first).to_be_visible()
    look("another unit")
    phone.locator("[data-name=unit]").first.click()
    expect(phone.locator("dialog[open]")).to_be_visible()
    look("accepted?")
    phone.locator("[data-name=accepted]").click()
    expect(phone.locator("[data-name=save-referral]")).to_be_visible()
    look("referral form")
    phone.locator("summary").click()
    look("referral form, all of it")
    phone.goto("/app/#/hoje")
    expect(phone.locator("[data-name=referral]").first).to_be_visible()
    look("today")


@pytest.mark.parametrize("letters", ["normal", "largest"])
def test_every_screen_of_a_referral(city, phone, letters):
    ids = realistic(city)
    walk = Walk(phone, FIELD)
    sign_in(phone, city, "rua")
    if letters == "largest":
        phone.evaluate("document.documentElement.dataset.size = 'largest'")
    every_screen(phone, city, ids, walk.look)
    assert walk.wrong == [], "\n".join(map(str, walk.wrong))


def test_letters_twice_as_large_cut_nothing_off(city, phone):
    ids = realistic(city)
    phone.set_viewport_size({"width": 360, "height": 740})
    sign_in(phone, city, "rua")
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    cut = []

    def look(name: str) -> None:
        wide = phone.evaluate("[...document.querySelectorAll('main, dialog[open]')].filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map((e) => [e.tagName, e.scrollWidth])")
        cut.extend((name, *each) for each in wide)

    every_screen(phone, city, ids, look)
    assert cut == []


def test_a_referral_with_a_bed_takes_six_taps_from_today(city, phone):
    House(city, 2)
    sign_in(phone, city, "rua")
    open_shift(phone)
    phone.goto("/app/#/hoje")
    expect(phone.get_by_role("button", name="Novo encontro").or_(phone.get_by_role("link", name="Novo encontro")).first).to_be_visible()
    phone.evaluate("document.addEventListener('click', (event) => { if (event.isTrusted) sessionStorage.taps = Number(sessionStorage.taps ?? 0) + 1 }, true)")
    press(phone, "Novo encontro")
    phone.get_by_role("radio", name="Em situação de rua").click()
    press(phone, "Abrigo")
    press(phone, re.compile(f"shelter {city.ibge}"))
    press(phone, "Sim")
    press(phone, "Salvar e encaminhar")
    expect(phone.locator("[data-name=code]")).to_be_visible()
    assert int(phone.evaluate("sessionStorage.taps")) <= 6
    expect(phone.get_by_text(re.compile(r"Vaga guardada até \d\d:\d\d")).first).to_be_visible(timeout=60_000)


def test_a_visit_s_referral_says_for_whom_of_the_family_and_why(city, phone):
    sign_in(phone, city, "pim")
    press(phone, "Nova visita")
    press(phone, re.compile("Família da Rosa"))
    phone.get_by_role("radio", name="Feita").click()
    phone.get_by_role("checkbox", name="Bia").click()
    press(phone, "Salvar visita")
    phone.locator("[data-name=refer]").click()
    press(phone, re.compile(f"shelter {city.ibge}"))
    press(phone, "Sim")
    phone.get_by_role("checkbox", name="Bia").click()
    phone.get_by_role("checkbox", name="Proteção").click()
    phone.locator("[name=called]").fill("Rosa")
    # To another unit: what was written stays.
    phone.locator("[data-name=other-unit]").click()
    press(phone, re.compile(f"shelter {city.ibge}"))
    press(phone, "Sim")
    expect(phone.locator("[name=called]")).to_have_value("Rosa")
    press(phone, "Encaminhar")
    expect(phone.locator("[data-name=code]")).to_be_visible()
    expect(phone.get_by_text(re.compile("Vaga guardada|recebeu o aviso|não está confirmada|foi ocupada")).first).to_be_visible(timeout=60_000)
    sent = city.rows("SELECT id, reasons, with_children FROM referrals WHERE municipality_id = :m")[0]
    assert sent["reasons"] == ["protection"] and sent["with_children"]
    going = city.rows("SELECT called, person_id FROM referral_people WHERE municipality_id = :m AND referral_id = :r", r=sent["id"])
    assert [bool(one["called"] or one["person_id"]) for one in going] == [True]


def test_a_slip_is_sent_as_a_picture_with_the_words_and_nothing_of_the_person(city, phone):
    sent = made.sent(city, called="Nomeplantado", code="K7M2QX", reasons=["rights"])
    sign_in(phone, city, "rua")
    phone.goto(f"/app/#/encaminhamento/{sent}/papel")
    expect(phone.locator("[data-name=via] [data-name=qr]")).to_be_visible()
    phone.evaluate("""() => {
      navigator.canShare = (what) => what.files.length === 1
      navigator.share = async (what) => {
        const bitmap = await createImageBitmap(what.files[0])
        document.body.dataset.shared = JSON.stringify({ text: what.text, type: what.files[0].type, name: what.files[0].name, width: bitmap.width, height: bitmap.height })
      }
    }""")
    phone.locator("[data-name=share]").click()
    expect(phone.locator("body")).to_have_attribute("data-shared", re.compile("image/png"))
    shared = phone.locator("body").get_attribute("data-shared")
    assert "K7M2QX" in shared and '"width":720' in shared and "Nomeplantado" not in shared and "Direitos violados" not in shared
    # Where no picture can be sent, the words go alone.
    phone.evaluate("() => { navigator.canShare = () => false; navigator.share = async (what) => { document.body.dataset.shared = JSON.stringify(Object.keys(what)) } }")
    phone.locator("[data-name=share]").click()
    expect(phone.locator("body")).to_have_attribute("data-shared", '["title","text"]')
