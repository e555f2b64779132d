"""Journeys of a referral between phones and units: who gets the last bed, who does not come, who answers by phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.core import clock
from app.referrals import service
from tests.browser.conftest import Handset
from tests.browser.steps import all_sent, home, offline_ready, open_shift, press, sign_in, start_encounter
from tests.units.house import House

pytestmark = pytest.mark.browser

SOON = 60_000


@pytest.fixture
def phones(playwright, browser, up):
    """Two teams' phones, each a phone that knows nothing of the other."""
    both = [Handset(playwright, up.url, browser=browser) for _ in range(2)]
    yield both
    for phone in both:
        phone.close()
        assert phone.errors == []


def on_shift(city, phone: Handset, persona: str, device: str) -> Page:
    page = phone.open()
    sign_in(page, city, persona, device)
    open_shift(page)
    return page


def refer(page: Page, unit: str) -> None:
    """A man in street situation, who accepts to go."""
    start_encounter(page, "Em situação de rua")
    press(page, "Abrigo")
    press(page, re.compile(unit))
    press(page, "Sim")
    press(page, "Salvar e encaminhar")
    expect(page.locator("[data-name=code]")).to_be_visible()


def test_the_last_bed_and_two_teams_without_signal(city, phones):
    House(city, 1)
    pages = [on_shift(city, phone, persona, persona) for phone, persona in zip(phones, ("rua", "rua2"), strict=True)]
    for phone, page in zip(phones, pages, strict=True):
        offline_ready(page)
        phone.context.set_offline(True)
        refer(page, "shelter")
        # Whatever figure it holds, no phone claims the bed.
        expect(page.get_by_text("A vaga ainda não está guardada")).to_be_visible()
    for phone in phones:
        phone.context.set_offline(False)
    kept = [page.get_by_text(re.compile(r"Vaga guardada até \d\d:\d\d")).first for page in pages]
    gone = [page.get_by_text("A vaga foi ocupada").first for page in pages]
    for one, other in zip(kept, gone, strict=True):
        expect(one.or_(other).first).to_be_visible(timeout=SOON)
    assert sorted((one.is_visible(), other.is_visible()) for one, other in zip(kept, gone, strict=True)) == [(False, True), (True, False)]
    claims = city.rows("SELECT kind FROM bed_claims WHERE municipality_id = :m")
    assert [row["kind"] for row in claims] == ["hold"]
    # Who has none chooses another unit, and the chain is kept.
    without = pages[0 if gone[0].is_visible() else 1]
    press(without, "Escolher outra unidade")
    press(without, re.compile("centro_pop"))
    press(without, "Sim")
    press(without, "Encaminhar")
    expect(without.get_by_text("Antes: shelter")).to_be_visible()
    home(without)
    all_sent(without)
    statuses = city.rows("SELECT status FROM referrals WHERE municipality_id = :m ORDER BY status")
    assert [row["status"] for row in statuses] == ["held", "redirected", "sent"]


def test_who_does_not_arrive_frees_the_bed_for_the_next(city, phones):
    House(city, 1)
    first, second = (on_shift(city, phone, persona, persona) for phone, persona in zip(phones, ("rua", "rua2"), strict=True))
    refer(first, "shelter")
    expect(first.get_by_text(re.compile("Vaga guardada até")).first).to_be_visible(timeout=SOON)
    press(first, "Saiu: está a caminho")
    expect(first.locator("[data-name=answer]")).to_contain_text("A caminho")
    home(first)
    all_sent(first)
    [row] = city.rows("SELECT id, status FROM referrals WHERE municipality_id = :m")
    assert row["status"] == "on_the_way"
    actor = city.actor("abrigo")
    with city.transaction() as session:
        service.mark_not_arrived(session, actor, row["id"], clock.now())
    refer(second, "shelter")
    expect(second.get_by_text(re.compile("Vaga guardada até")).first).to_be_visible(timeout=SOON)
    first.evaluate("window.dispatchEvent(new Event('online'))")
    # The list of a shared team also holds the second's.
    first.locator(f"[data-name=referral][data-id='{row['id']}']").click()
    expect(first.get_by_text("A pessoa não chegou")).to_be_visible(timeout=SOON)
    expect(first.get_by_text("Escolher outra unidade")).to_be_visible()


def test_a_hospital_without_login_answers_by_phone(city, handset):
    city.rows(
        "UPDATE units SET name = 'Hospital Central', kind = 'health_unit', has_desk = false, is_outside = true, phone = '84 3232 7500'"
        " WHERE municipality_id = :m AND id = :i RETURNING id",
        i=city.ids["centro_pop"],
    )
    page = on_shift(city, handset, "rua", "rua")
    start_encounter(page, "Em situação de rua")
    press(page, "Abrigo")
    page.get_by_label("Saúde", exact=True).click()
    press(page, re.compile("Hospital Central"))
    expect(page.get_by_text("Quando a unidade responder, anote aqui a resposta")).to_be_visible()
    press(page, "Sim")
    press(page, "Salvar e encaminhar")
    expect(page.get_by_text("Ligue para a unidade e anote aqui a resposta")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Desfazer"))).to_have_count(0, timeout=SOON)
    press(page, "Anotar a resposta da unidade")
    page.get_by_label("Não pode receber").click()
    press(page, "Salvar resposta")
    expect(page.get_by_text("Escolha o que a unidade respondeu.")).to_be_visible()
    page.get_by_label("Sem vaga").click()
    page.get_by_label(re.compile("Quem respondeu")).fill("Recepção")
    press(page, "Salvar resposta")
    expect(page.get_by_text("A unidade não pode receber")).to_be_visible()
    home(page)
    all_sent(page)
    [row] = city.rows("SELECT status, decline_reason, purpose FROM referrals WHERE municipality_id = :m")
    assert (row["status"], row["decline_reason"], row["purpose"]) == ("declined", "no_place", "health")
