"""What the server refuses and what the worker takes back: said with its reason, mended, given up, undone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.insides import (
    encounters,
    everything_delivered,
    let_go,
    on_shift,
    outbox_items,
    records,
    rows_on,
    saved_here,
    states,
    until,
)
from tests.browser.steps import choose, control, home, press, save_encounter, start_encounter

pytestmark = pytest.mark.browser


def test_a_refused_record_says_why_is_corrected_and_goes(city, handset):
    page = on_shift(city, handset)
    start_encounter(page, "Em situação de rua")
    page.locator("[data-name=place-strip]").click()
    press(page, "Ponto conhecido")
    press(page, re.compile("Viaduto"))
    # While there was no signal the point was deleted in the city's list.
    city.rows("DELETE FROM concentration_points WHERE municipality_id = :m RETURNING id")
    save_encounter(page)
    home(page)
    saved_here(page, "Família")
    let_go(page)
    expect(page.get_by_text("1 registro precisa de você")).to_be_visible()
    expect(records(page, "delivered")).to_have_count(1)
    press(page, "Ver o motivo")
    [refused] = [row for row in rows_on(page, "commands") if row["state"] == "needs_you"]
    sentence = refused["problem"]["title"]
    expect(outbox_items(page, "needs_you").get_by_text(sentence)).to_be_visible()
    # Judged anew, it is refused anew; nothing was lost by asking.
    press(page, "Tentar de novo")
    expect(outbox_items(page, "needs_you").get_by_text("2 tentativas")).to_be_visible()
    press(page, "Corrigir")
    page.locator("[data-name=place-strip]").click()
    page.locator("[data-name=place-none], [data-name=way-none]").or_(control(page, "Sem local")).first.click()
    choose(page, "Em deslocamento")
    press(page, "Salvar correção")
    expect(page.get_by_text("Correção guardada no aparelho").first).to_be_visible()
    expect(page.get_by_role("heading", name="Encontro", exact=True)).to_be_visible()
    page.goto("/app/#/envio")
    everything_delivered(page)
    rows = encounters(city)
    assert sorted((row["situation"], row["place_source"], row["status"]) for row in rows) == [
        ("family", "gps", "valid"),
        ("street_situation", "none", "valid"),
    ]


def test_a_refused_record_given_up_reaches_nobody_and_stays_said(city, handset):
    page = on_shift(city, handset)
    start_encounter(page, "Em situação de rua")
    page.locator("[data-name=place-strip]").click()
    press(page, "Ponto conhecido")
    press(page, re.compile("Viaduto"))
    city.rows("DELETE FROM concentration_points WHERE municipality_id = :m RETURNING id")
    save_encounter(page)
    home(page)
    let_go(page)
    press(page, "Ver o motivo")
    press(page, "Desistir")
    page.locator("[data-name=give-up-yes]").click()
    everything_delivered(page)
    expect(outbox_items(page, "withdrawn")).to_have_count(1)
    assert encounters(city) == []
    [told] = city.rows("SELECT status FROM sync_commands WHERE municipality_id = :m AND name = 'encounters.record'")
    assert told["status"] == "withdrawn"
    page.goto("/app/#/hoje")
    expect(page.get_by_text("Retirado").first).to_be_visible()


def test_a_double_tap_saves_one_record(city, handset):
    page = on_shift(city, handset)
    start_encounter(page, "Família")
    page.evaluate("() => { const save = document.querySelector('[data-name=save]'); save.click(); save.click() }")
    expect(page.get_by_text("Quer completar?")).to_be_visible()
    assert len(states(page)) == 1


def test_undone_with_what_was_added_meanwhile_leaves_no_trace(city, handset):
    page = on_shift(city, handset)
    start_encounter(page, "Família")
    save_encounter(page)
    page.locator("[data-name=follow-note]").click()
    page.locator("[name=note]").fill("Pediu cobertor.")
    page.locator("[data-name=follow-save]").click()
    until(page, lambda: len(rows_on(page, "commands")) == 3)
    page.get_by_role("button", name=re.compile("^Desfazer")).click()
    expect(page.get_by_role("radio", name="Família")).to_be_checked()
    assert [row["name"] for row in rows_on(page, "commands")] == ["shifts.start"]
    press(page, "Descartar")
    page.goto("/app/#/hoje")
    let_go(page)
    everything_delivered(page)
    assert encounters(city) == []
    names = [row["name"] for row in city.rows("SELECT name FROM sync_commands WHERE municipality_id = :m")]
    assert names == ["shifts.start"]
