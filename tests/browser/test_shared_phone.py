"""Several workers and several tabs on one phone: nothing is mixed, nobody sees what another met."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.insides import (
    PLANTED,
    Line,
    desk_sign_in,
    encounters,
    everything_delivered,
    everything_on,
    let_go,
    named_encounter,
    noted_encounter,
    on_shift,
    records,
    rows_on,
    shut_rows_on,
    saved_here,
    until,
)
from tests.browser.steps import control, open_shift, press, reopened, sign_in, start_encounter, unlock, unlocked
from tests.make.city import PASSWORD

pytestmark = pytest.mark.browser

def sign_out(page: Page, words: str) -> None:
    page.goto("/app/#/eu")
    page.locator("[data-name=sign-out]").click()
    expect(page.locator("[data-name=sign-out-sheet]").get_by_text(words)).to_be_visible()
    page.locator("[data-name=sign-out-yes]").click()
    expect(page.get_by_label("Senha", exact=True)).to_be_visible()


def test_two_workers_of_one_phone_never_meet(city, handset):
    """Ana leaves with unsent work; Bia works and sends; Ana returns and her work goes, as hers."""
    page = on_shift(city, handset)
    named_encounter(page, "Dona Rosa")
    reopened(page)
    until(page, lambda: "Dona Rosa" in json.dumps(rows_on(page, "pulled")))
    line = Line(handset.context).breaks(lambda route, request: route.abort())
    noted_encounter(page, "Família", PLANTED)
    let_go(page)
    until(page, lambda: len(line.asked) > 0)
    sign_out(page, "2 itens ainda não foram enviados")

    # What was delivered and what was pulled left with her; what is unsent did not.
    ana, bia = city.ids["rua"], city.ids["rua2"]
    assert "Dona Rosa" not in everything_on(page, ana)
    assert [row["type"] for row in rows_on(page, "pulled", ana)] == ["me"]
    assert PLANTED in everything_on(page, ana)
    line.mend()
    expect(page.get_by_text("Há 2 registros de outra pessoa guardados neste celular")).to_be_visible()

    sign_in(page, city, "rua2")
    assert page.get_by_text("A enviar").count() == 0
    open_shift(page)
    saved_here(page, "Criança ou adolescente")
    let_go(page)
    everything_delivered(page)
    for place in ("#/hoje", "#/envio", "#/registros"):
        page.goto(f"/app/{place}")
        expect(page.get_by_text("Equipe Rua").or_(page.get_by_role("heading", level=1)).first).to_be_visible()
        assert PLANTED not in page.content()
    assert PLANTED not in everything_on(page, bia)
    assert [str(row["worker_id"]) for row in encounters(city) if row["situation"] != "street_situation"] == [str(bia)]
    sign_out(page, "Tudo já foi enviado")

    page.get_by_label("Usuário").fill("")
    sign_in_to_open_shift(page, city, "rua")
    everything_delivered(page)
    whose = {row["situation"]: row["worker_id"] for row in encounters(city)}
    assert whose == {"street_situation": ana, "family": ana, "child_or_adolescent": bia}
    assert len(encounters(city)) == 3
    devices = city.rows("SELECT worker_id FROM devices WHERE municipality_id = :m")
    assert sorted(str(row["worker_id"]) for row in devices) == sorted([str(ana), str(bia)])


def sign_in_to_open_shift(page: Page, city, persona: str) -> None:
    """Her shift was never ended, so it is still open."""
    page.get_by_label("Usuário").fill(city.login(persona))
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    press(page, "Entrar")
    expect(control(page, "Novo encontro")).to_be_visible()


def test_a_form_in_another_tab_is_not_saved_as_somebody_elses(city, handset):
    page = on_shift(city, handset)
    form = handset.context.new_page()
    form.goto("/app/")
    unlocked(form)
    start_encounter(form, "Família")
    until(page, lambda: len(rows_on(page, "drafts")) == 1)
    sign_out(page, "Tudo já foi enviado")
    expect(form.get_by_label("Senha", exact=True)).to_be_visible()
    sign_in(page, city, "rua2")
    # The other tab follows her: shut, until she opens it with her code, on a form of her own.
    unlock(form)
    expect(form.get_by_role("radio", name="Família")).to_be_visible()
    expect(form.get_by_role("radio", name="Família")).not_to_be_checked()
    expect(form.get_by_text("Continuando de onde parou")).to_have_count(0)
    expect(page.get_by_text("Há um encontro que não foi salvo")).to_have_count(0)
    sign_out(page, "Tudo já foi enviado")
    sign_in_to_open_shift(page, city, "rua")
    press(page, "Continuar de onde parou")
    expect(page.get_by_role("radio", name="Família")).to_be_checked()


def test_anothers_cookie_carries_nothing_of_this_worker_and_brings_nothing(city, handset):
    """Somebody else signs in at the desk of the same browser while the phone still owes something."""
    page = on_shift(city, handset)
    saved_here(page, "Família")
    desk = handset.context.new_page()
    desk_sign_in(desk, city, "rua2")
    desk.close()
    let_go(page)
    # What she recorded goes under her own name; what is the other's to read does not come.
    until(page, lambda: [row["worker_id"] for row in encounters(city)] == [city.ids["rua"]])
    expect(page.get_by_text("Entre de novo para receber as respostas").first).to_be_visible()
    reopened(page)
    expect(page.get_by_text("Entre de novo para receber as respostas").first).to_be_visible()
    [me] = [row["body"] for row in rows_on(page, "pulled") if row["type"] == "me"]
    assert me["worker"]["id"] == str(city.ids["rua"])
    page.locator("[data-name=sign-in-again]").click()
    sign_in_to_open_shift(page, city, "rua")
    everything_delivered(page)
    assert [row["worker_id"] for row in encounters(city)] == [city.ids["rua"]]


def test_over_an_ended_session_the_next_worker_finds_nothing_of_the_first(city, handset):
    page = on_shift(city, handset)
    named_encounter(page, "Dona Rosa")
    reopened(page)
    until(page, lambda: "Dona Rosa" in json.dumps(rows_on(page, "pulled")))
    city.rows("UPDATE sessions SET ended_at = now() WHERE municipality_id = :m RETURNING id")
    reopened(page)
    page.locator("[data-name=sign-in-again]").click()
    # Of another team: a teammate would be told of her by the server itself.
    sign_in(page, city, "pim")
    assert "Dona Rosa" not in page.content()
    assert "Dona Rosa" not in shut_rows_on(page)


def test_a_device_given_up_as_lost_drops_the_caseload_and_can_still_deliver(city, handset):
    page = on_shift(city, handset)
    named_encounter(page, "Dona Rosa")
    # A server that says nothing of what it was sent: it stays in line.
    line = Line(handset.context)
    line.breaks(line.says(200, '{"outcomes": []}', "application/json"))
    noted_encounter(page, "Família", PLANTED)
    let_go(page)
    until(page, lambda: len(line.asked) > 0)
    # In the phone's own browser the page only shows: a copied cookie must revoke nothing. At a computer it does.
    account = handset.context.new_page()
    account.goto("/conta/")
    expect(account.get_by_text("No navegador do celular esta página só mostra")).to_be_visible()
    assert account.get_by_role("button", name=re.compile("^Revogar")).count() == 0
    account.close()
    desk = city.client("rua")
    [device] = city.rows("SELECT id FROM devices WHERE municipality_id = :m")
    assert desk.post(f"/conta/aparelhos/{device['id']}/revogar", data={"csrf_token": desk.csrf}).status_code == 303

    page.reload()
    unlock(page)
    expect(page.get_by_label("Senha", exact=True)).to_be_visible()
    expect(page.get_by_text("Há 2 registros de outra pessoa guardados neste celular")).to_be_visible()
    assert rows_on(page, "pulled") == [] and rows_on(page, "records") == [] and rows_on(page, "drafts") == []
    assert [row["box"] for row in rows_on(page, "commands")] == [None, None]
    assert rows_on(page, "workers")[0]["vault"] is None
    line.mend()
    page.clock.fast_forward(61_000)
    until(page, lambda: len(encounters(city)) == 2)
    rows = encounters(city)
    assert sorted(row["situation"] for row in rows) == ["family", "street_situation"]
    notes = city.rows("SELECT note FROM encounter_additions WHERE municipality_id = :m AND note IS NOT NULL")
    assert [row["note"] for row in notes] == [PLANTED]


def test_the_other_citys_phone_holds_nothing_of_this_one(city, other_city, handset):
    theirs = other_city.phone("rua")
    [outcome] = theirs.push(theirs.encounter(note=PLANTED))
    assert outcome["status"] == "done"
    page = on_shift(city, handset)
    expect(page.get_by_text("Nenhum registro ainda")).to_be_visible()
    found = everything_on(page)
    assert str(city.ids["shelter"]) in found
    for secret in (PLANTED, str(other_city.ibge), *(str(each) for each in other_city.ids.values())):
        assert secret not in found
    assert records(page, "remote").count() == 0
