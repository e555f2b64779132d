"""The shelter's desk in a real browser: live without losing the reader's place, and whole without JavaScript."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from tests.make.city import PASSWORD
from tests.referrals import made

pytestmark = pytest.mark.browser


def enter(page, city, persona="abrigo", where="/mesa/"):
    page.goto(f"/entrar?de={where}")
    page.get_by_label("Nome de acesso").fill(city.login(persona))
    page.get_by_label("Senha").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/entrar" not in url)


@pytest.fixture
def desk(new_context, up, city):
    """A page of the shelter's desk; no error and no violation of the policy may have happened on it."""
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    enter(page, city)
    yield page
    assert errors == []


def test_a_new_referral_is_told_and_the_reader_keeps_the_place(desk, city):
    first = made.sent(city, called="Seu Raimundo")
    expect(desk.locator(f"#r-{first}")).to_be_visible()
    button = desk.locator(f"#chegou-{first}")
    button.focus()
    made.sent(city, called="Dona Zefa", people_count=2)
    expect(desk.locator("#announced")).to_have_text("Encaminhamento novo: Dona Zefa, 2 pessoas")
    expect(desk).to_have_title("(2) Encaminhamentos · Vínculo")
    expect(button).to_be_focused()


def test_an_answer_by_the_keyboard_alone_moves_the_card_and_the_focus_with_it(desk, city):
    sent = made.sent(city, called="Seu Raimundo")
    card = desk.locator(f"#r-{sent}")
    expect(card).to_be_visible()
    desk.locator(f"#aceitar-{sent}").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#told")).to_contain_text("Aceito.")
    expect(desk.locator("section[aria-labelledby=coming]").locator(f"#r-{sent}")).to_be_visible()
    expect(card.locator("h3")).to_be_focused()
    desk.locator(f"#chegou-{sent}").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("section[aria-labelledby=here]").locator(f"#r-{sent}")).to_contain_text("Chegou")
    history = city.rows(
        "SELECT status FROM referral_events WHERE municipality_id = :m AND referral_id = :i ORDER BY at", i=sent
    )
    assert [row["status"] for row in history] == ["sent", "accepted", "arrived"]


def test_a_second_tap_is_not_a_second_answer(desk, city):
    sent = made.sent(city)
    expect(desk.locator(f"#r-{sent}")).to_be_visible()
    desk.evaluate(f"() => {{ const b = document.getElementById('chegou-{sent}'); b.click(); b.click(); b.click() }}")
    expect(desk.locator("#told")).to_contain_text("Chegada marcada.")
    expect(desk.locator("#told")).not_to_contain_text("já está")
    events = city.rows("SELECT 1 FROM referral_events WHERE municipality_id = :m AND referral_id = :i", i=sent)
    assert len(events) == 2


def test_two_desks_and_the_later_one_is_told(desk, city, new_context):
    sent = made.sent(city)
    expect(desk.locator(f"#r-{sent}")).to_be_visible()
    desk.evaluate("() => document.querySelector('[data-poll]').removeAttribute('data-poll')")
    other = new_context().new_page()
    enter(other, city)
    other.locator(f"#chegou-{sent}").click()
    expect(other.locator("#told")).to_contain_text("Chegada marcada.")
    desk.locator(f"#aceitar-{sent}").click()
    expect(desk.locator("#told [role=alert]")).to_contain_text("A chegada já está marcada")


def test_a_silent_server_is_said_and_the_page_goes_on_by_itself(desk, city):
    desk.context.set_offline(True)
    expect(desk.locator("#lost")).to_be_visible()
    desk.context.set_offline(False)
    expect(desk.locator("#lost")).to_be_hidden()


def test_a_session_ended_elsewhere_leads_to_the_sign_in_and_back(desk, city):
    with city.transaction() as session:
        session.execute(text("UPDATE sessions SET ended_at = now() WHERE municipality_id = :m"), {"m": city.ibge})
    desk.wait_for_url("**/entrar?de=/mesa/")
    expect(desk.get_by_role("heading", name="Entrar")).to_be_visible()


def test_the_theme_changes_at_once_and_stays(desk):
    desk.locator("details.menu summary").click()
    desk.get_by_role("button", name="Noite").click()
    expect(desk.locator("html")).to_have_attribute("data-theme", "night")
    # Asked of the browser's own process: a reload in the same instant may overtake a cookie that a script sets.
    assert desk.evaluate("cookieStore.get('vinculo_theme').then(cookie => cookie.value)") == "night"
    desk.reload()
    expect(desk.locator("html")).to_have_attribute("data-theme", "night")


def test_the_whole_desk_works_without_javascript(new_context, up, city):
    accepted, declined = made.sent(city, called="Vai"), made.sent(city, called="Fica")
    page = new_context(java_script_enabled=False).new_page()
    enter(page, city)
    page.locator(f"#aceitar-{accepted}").click()
    expect(page.locator("#told")).to_contain_text("Aceito.")
    page.locator(f"#x-{declined} > summary").click()
    page.locator(f"#r-{declined}").get_by_role("link", name="Outro motivo").click()
    page.get_by_label("Sem vaga").check()
    page.get_by_label("Propor outra unidade").select_option(str(city.ids["centro_pop"]))
    page.get_by_role("button", name="Recusar este encaminhamento").click()
    expect(page.locator("#told")).to_contain_text("Recusado.")
    expect(page.locator("main")).to_contain_text("Unidade proposta")
    page.get_by_role("link", name="Vagas").click()
    page.get_by_label("Outro número").fill("7")
    page.get_by_role("button", name="Guardar").click()
    expect(page.locator("main")).to_contain_text("7 vagas · agora")
    page.get_by_role("button", name="Ainda 7").click()
    rows = city.rows("SELECT free_places FROM vacancy_notes WHERE municipality_id = :m")
    assert [row["free_places"] for row in rows] == [7, 7]
