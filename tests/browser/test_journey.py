"""The main job, end to end: registered without signal, on the board and in the shelter's inbox."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    all_sent,
    choose,
    control,
    home,
    offline_ready,
    open_shift,
    press,
    reopened,
    save_encounter,
    sign_in,
    sign_in_at_desk,
    start_encounter,
)

pytestmark = pytest.mark.browser


def test_the_street_journey(city, other_city, kept_handset, server, browser, browser_context_args):
    """Three encounters and a referral without signal, SIGKILL, dead server, and everything arrives once."""
    page = kept_handset.open()
    sign_in(page, city, "rua")
    offline_ready(page)
    # Installed, closed and opened from the home screen; Chromium writes cookies to disk only every 30 s.
    kept_handset.close()
    page = kept_handset.open()
    open_shift(page)
    all_sent(page)

    server.stop()
    kept_handset.context.set_offline(True)
    # A man in street situation, who accepts a shelter.
    start_encounter(page, "Em situação de rua")
    press(page, "Abrigo")
    press(page, re.compile(f"shelter {city.ibge}"))
    press(page, "Sim")
    page.get_by_label("Nome para a porta").fill("Seu Zé")
    press(page, "Salvar e encaminhar")
    code = page.get_by_text(re.compile(r"^[2-9A-HJKMNP-Z]{6}$")).first.inner_text()
    expect(page.get_by_text("A vaga ainda não está guardada")).to_be_visible()
    home(page)
    # A family of four with age bands.
    start_encounter(page, "Família")
    for _ in range(3):
        page.get_by_role("button", name=re.compile("Mais um: Quantas pessoas")).click()
    for band, times in (("0 a 12", 2), ("18 a 59", 1)):
        for _ in range(times):
            page.get_by_role("button", name=re.compile(f"Mais um: .*{band}")).click()
    expect(page.get_by_text(re.compile("não observad", re.I)).first).to_be_visible()
    save_encounter(page)
    home(page)
    # Somebody who would not talk.
    start_encounter(page, "Não quis conversar")
    save_encounter(page)

    kept_handset.kill()
    page = kept_handset.open()
    expect(page.get_by_text(re.compile("[1-9] a enviar")).first).to_be_visible()
    expect(page.get_by_text("A enviar").first).to_be_visible()
    expect(page.get_by_text("Família · 4 pessoas")).to_be_visible()
    expect(page.get_by_text("Não quis conversar").first).to_be_visible()
    assert city.rows("SELECT id FROM encounters WHERE municipality_id = :m") == []

    server.start()
    all_sent(page)
    rows = city.rows("SELECT * FROM encounters WHERE municipality_id = :m ORDER BY occurred_at")
    assert [row["situation"] for row in rows] == ["street_situation", "family", None]
    assert [row["outcome"] for row in rows][2] == "declined_to_talk"
    assert [row["people_count"] for row in rows] == [1, 4, 1]
    assert {row["region_id"] for row in rows} == {city.ids["north"]}
    bands = city.rows(
        "SELECT p.age_band FROM participations p WHERE p.encounter_id = :i ORDER BY p.position", i=rows[1]["id"]
    )
    assert sorted(str(row["age_band"]) for row in bands) == ["None", "age_0_12", "age_0_12", "age_18_59"]
    shifts = city.rows("SELECT id FROM shifts WHERE municipality_id = :m")
    assert {row["shift_id"] for row in rows} == {shifts[0]["id"]} and len(shifts) == 1
    [referral] = city.rows("SELECT code, encounter_id FROM referrals WHERE municipality_id = :m")
    assert (referral["code"], referral["encounter_id"]) == (code, rows[0]["id"])

    desk = browser.new_context(**browser_context_args)
    inbox = desk.new_page()
    sign_in_at_desk(inbox, city, "abrigo")
    expect(inbox.get_by_text("Seu Zé").first).to_be_visible()
    expect(inbox.get_by_text(code).first).to_be_visible()
    inbox.get_by_role("button", name=re.compile("^Aceitar")).first.click()
    expect(inbox.get_by_role("button", name=re.compile("^Chegou")).first).to_be_visible()
    inbox.get_by_role("button", name=re.compile("^Chegou")).first.click()
    expect(inbox.get_by_text("Ninguém a caminho")).to_be_visible()
    [referral] = city.rows("SELECT status, arrived_at FROM referrals WHERE municipality_id = :m")
    assert referral["status"] == "arrived" and referral["arrived_at"]
    desk.close()

    reopened(page)
    expect(page.get_by_text("Chegou").first).to_be_visible()

    panel = browser.new_context(**browser_context_args)
    board = panel.new_page()
    sign_in_at_desk(board, city, "supervisao")
    row = board.get_by_role("row").filter(has=board.get_by_role("rowheader", name="North"))
    expect(row).to_contain_text("3")
    expect(row).to_contain_text("Equipe Rua")
    panel.close()

    stranger = browser.new_context(**browser_context_args)
    elsewhere = stranger.new_page()
    sign_in_at_desk(elsewhere, other_city, "supervisao")
    expect(elsewhere.get_by_role("row").filter(has_text="Total")).to_contain_text("0")
    assert "Equipe Rua" not in elsewhere.get_by_role("table").first.inner_text()
    stranger.close()


def test_the_visitor_journey(city, kept_handset, server):
    """A visitor without signal: a family of the own list and one called by a name; killed, then delivered once."""
    page = kept_handset.open()
    sign_in(page, city, "pim")
    offline_ready(page)
    kept_handset.close()
    page = kept_handset.open()
    kept_handset.context.set_offline(True)
    press(page, "Nova visita")
    press(page, re.compile("Família da Rosa"))
    choose(page, "Feita")
    page.get_by_role("checkbox", name="Bia").check()
    press(page, "Salvar visita")
    expect(page.get_by_role("button", name=re.compile("Desfazer"))).to_be_visible()
    home(page)
    press(page, "Nova visita")
    page.get_by_label("Não está na lista?").fill("Família do portão azul")
    press(page, "Usar este nome")
    choose(page, "Ninguém em casa")
    press(page, "Salvar visita")
    expect(page.get_by_role("button", name=re.compile("Desfazer"))).to_be_visible()
    kept_handset.kill()
    page = kept_handset.open()
    expect(page.get_by_text(re.compile("[1-9] a enviar")).first).to_be_visible()
    all_sent(page)
    visits = city.rows("SELECT * FROM home_visits WHERE municipality_id = :m ORDER BY occurred_at")
    assert [visit["result"] for visit in visits] == ["done", "nobody_home"]
    assert visits[0]["household_id"] == city.ids["household"]
    assert visits[0]["member_ids"] == [str(city.ids["child"])]
    assert visits[0]["region_id"] == city.ids["north"]
    assert (visits[1]["household_id"], visits[1]["called"]) == (None, "Família do portão azul")


def test_three_taps_make_an_encounter_and_six_a_referral(city, handset):
    page = handset.open()
    sign_in(page, city, "rua")
    open_shift(page)
    page.evaluate("window.__taps = 0; document.addEventListener('click', e => { if (e.isTrusted) window.__taps++ }, true)")
    control(page, "Novo encontro").click()
    page.get_by_role("radio", name="Em situação de rua").check()
    press(page, "Salvar encontro")
    expect(page.get_by_text("Guardado no aparelho").first).to_be_visible()
    assert page.evaluate("window.__taps") == 3
    home(page)
    page.evaluate("window.__taps = 0")
    control(page, "Novo encontro").click()
    page.get_by_role("radio", name="Em situação de rua").check()
    press(page, "Abrigo")
    press(page, re.compile(f"shelter {city.ibge}"))
    press(page, "Sim")
    press(page, "Salvar e encaminhar")
    expect(page.get_by_text("Código para mostrar na porta")).to_be_visible()
    assert page.evaluate("window.__taps") == 6
