"""The shut phone: what a copied profile tells, when it shuts, what may be done without the code, and the ways back."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.accounts.service import codes
from app.core import clock
from tests.browser.conftest import PHONE
from tests.browser.insides import (
    PLANTED,
    Line,
    encounters,
    everything_delivered,
    let_go,
    named_encounter,
    noted_encounter,
    on_shift,
    rows_on,
    saved_here,
    shut_rows_on,
    until,
)
from tests.browser.steps import (
    CODE,
    choose_code,
    control,
    open_shift,
    press,
    reopened,
    sign_in,
    start_encounter,
    unlock,
    unlocked,
)
from tests.make.city import PASSWORD

pytestmark = pytest.mark.browser

NEW_CODE = "918273"
NEW_PASSWORD = "girassol-na-janela-7"
IN_CLEAR = "controle em claro"

# A word written as the vault must never write: the search has to find it.
_CONTROL = """async (word) => {
  const db = await new Promise((done) => {
    const asked = indexedDB.open('control')
    asked.onupgradeneeded = () => asked.result.createObjectStore('rows', { autoIncrement: true })
    asked.onsuccess = () => done(asked.result)
  })
  await new Promise((done) => {
    const tx = db.transaction('rows', 'readwrite', { durability: 'strict' })
    tx.objectStore('rows').add({ word })
    tx.oncomplete = done
  })
  db.close()
}"""


def is_shut(page: Page) -> None:
    expect(page.locator("[data-name=lock-worker]")).to_be_visible()
    expect(page.locator("[name=code]")).to_be_visible()


def found_in(folder: Path, word: str) -> list[str]:
    """Files of a profile that hold a word, in any of the ways in which a browser writes text."""
    shapes = [word.encode(), word.encode("utf-16-le"), json.dumps(word).strip('"').encode(), word.encode("latin-1", "ignore")]
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(files) > 20
    return [path.name for path in files if any(shape and shape in path.read_bytes() for shape in shapes)]


def test_a_copied_profile_tells_no_name_no_place_no_note(city, kept_handset):
    """The drill of a stolen phone: used for a shift, killed, and every byte of its folder searched."""
    page = on_shift(city, kept_handset)
    named_encounter(page, "Rosa do Chapéu Plantada")
    reopened(page)
    until(page, lambda: "Rosa do Chapéu Plantada" in json.dumps(rows_on(page, "pulled"), default=str, ensure_ascii=False))
    line = Line(kept_handset.context).breaks(lambda route, request: route.abort())
    noted_encounter(page, "Família", PLANTED)
    # What is known of people without signal: a family with somebody in it, a step agreed with it.
    page.goto("/app/#/familia/nova")
    page.locator("[data-name=add-member]").click()
    page.locator("[name=member-called]").fill("Membro Plantado da Casa")
    page.locator("[data-name=member-kind]").get_by_role("radio", name="Adulto").check()
    page.locator("[data-name=member-keep]").click()
    page.locator("[name=address]").fill("Viela do Endereço Plantado")
    page.locator("[data-name=save-family]").click()
    page.locator("[data-name=agree]").click()
    page.locator("[name=what]").fill("Combinado Plantado na Feira")
    page.locator("[data-name=day-0]").click()
    page.locator("[data-name=save-task]").click()
    until(page, lambda: "Combinado Plantado" in json.dumps(rows_on(page, "commands"), default=str, ensure_ascii=False))
    page.goto("/app/#/hoje")
    start_encounter(page, "Criança ou adolescente")
    page.locator("[data-name=place]").click()
    page.get_by_text("Rua e número").click()
    page.locator("[name=place-text]").fill("Beco da Palavra Plantada 77")
    page.locator("[data-name=place-use]").click()
    until(page, lambda: "Beco da Palavra" in json.dumps(rows_on(page, "drafts"), default=str))
    until(page, lambda: len(line.asked) > 0)
    page.evaluate(_CONTROL, IN_CLEAR)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept_handset.close()  # written out in full, as by a phone that is put away
    kept_handset.open("about:blank")
    kept_handset.kill()
    assert found_in(kept_handset.folder, IN_CLEAR), "the search finds nothing at all"
    told = ("Membro Plantado da Casa", "Viela do Endereço Plantado", "Combinado Plantado na Feira")
    for word in ("Rosa do Chapéu Plantada", "Chapéu Plantada", PLANTED, "Beco da Palavra Plantada", *told, CODE, PASSWORD):
        assert found_in(kept_handset.folder, word) == [], word


def test_what_lies_in_the_databases_is_shut_and_opens_with_the_code_alone(city, handset):
    page = on_shift(city, handset)
    named_encounter(page, "Dona Rosa")
    reopened(page)
    until(page, lambda: "Dona Rosa" in json.dumps(rows_on(page, "pulled"), default=str))
    raw = shut_rows_on(page)
    for word in ("Dona Rosa", "encounters.record", "Viaduto", "street_situation", "Equipe Rua"):
        assert word not in raw
    assert "Dona Rosa" not in json.dumps(rows_on(page, code="000000"), default=str)


def test_it_shuts_by_itself_but_never_in_the_middle_of_a_form(city, handset):
    page = on_shift(city, handset)
    named_encounter(page, "Dona Rosa")
    page.clock.fast_forward("05:10")
    is_shut(page)
    expect(page).not_to_have_title(re.compile("Rosa"))
    assert "Rosa" not in page.content() and "Rosa" not in page.title()
    unlock(page)

    # Put away: one minute.
    page.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });"
                  " document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.fast_forward("01:10")
    page.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });"
                  " document.dispatchEvent(new Event('visibilitychange'))")
    is_shut(page)
    unlock(page)
    page.locator("[data-name=hide]").click()
    page.clock.fast_forward("01:10")
    page.locator("[data-name=unhide]").click()
    is_shut(page)
    unlock(page)

    start_encounter(page, "Família")
    page.clock.fast_forward("20:00")
    expect(page.get_by_role("radio", name="Família")).to_be_checked()
    # Left lying for half an hour it shuts too, and comes back as it was.
    page.clock.fast_forward("15:00")
    is_shut(page)
    unlock(page)
    expect(page.get_by_role("radio", name="Família")).to_be_checked()


def test_wrong_codes_wait_longer_and_longer_also_after_a_kill(city, kept_handset):
    page = on_shift(city, kept_handset, to_be_killed=True)
    kept_handset.kill()
    page = kept_handset.open("about:blank")
    page.goto("/app/")

    def wrong() -> None:
        page.locator("[name=code]").fill("999999")
        page.locator("[data-name=unlock]").click()
        expect(page.locator("[name=code]")).to_have_value("")  # the phone has answered, and takes the next
        expect(page.get_by_text("O código não confere.").last).to_be_visible()

    for failures in range(1, 5):
        expect(page.locator("[data-name=unlock]")).to_be_enabled()
        wrong()
        until(page, lambda count=failures: rows_on(page, "workers")[0]["vault"]["failures"] == count)
    [vault] = [row["vault"] for row in rows_on(page, "workers")]
    assert vault["failures"] == 4
    kept_handset.kill()
    page = kept_handset.open("about:blank")
    page.clock.install()
    page.goto("/app/")
    page.locator("[name=code]").fill(CODE)
    assert rows_on(page, "workers")[0]["vault"]["failures"] == 4
    page.clock.fast_forward("00:05")
    unlock(page)
    [vault] = [row["vault"] for row in rows_on(page, "workers")]
    assert (vault["failures"], vault["failed_at"]) == (0, None)


def test_recorded_without_entering_it_is_read_by_the_city_alone(city, handset, up):
    page = on_shift(city, handset)
    up.stop()
    page.goto("/app/#/eu")
    page.locator("[data-name=lock-now]").click()
    is_shut(page)
    page.locator("[data-name=without-entering]").click()
    page.get_by_role("radio", name="Família").click()
    page.locator("[name=note]").fill(PLANTED)
    page.locator("[data-name=without-save]").click()
    expect(page.locator("[data-name=lock-unsent]")).to_contain_text("1 registro a enviar")
    rows = [row for row in rows_on(page, "commands") if row.get("over_at") is None and row.get("box", 0) is None]
    assert len(rows) == 1 and rows[0]["sealed"].startswith("v1.")
    assert PLANTED not in shut_rows_on(page)
    # Not even its worker reads it afterwards.
    unlock(page)
    assert PLANTED not in page.content()
    page.goto("/app/#/envio")
    expect(page.get_by_text("Registro fechado: só a central lê").first).to_be_visible()
    up.start()
    page.locator("[data-name=send-now]").click()
    everything_delivered(page)
    [row] = encounters(city)
    assert (row["worker_id"], row["situation"], row["note"], row["without_entering"]) == (
        city.ids["rua"], "family", PLANTED, True,
    )


def test_a_shut_phone_goes_on_sending(city, handset):
    page = on_shift(city, handset)
    line = Line(handset.context).breaks(lambda route, request: route.abort())
    noted_encounter(page, "Família", PLANTED)
    let_go(page)
    until(page, lambda: len(line.asked) > 0)
    page.goto("/app/#/eu")
    page.locator("[data-name=lock-now]").click()
    is_shut(page)
    line.mend()
    page.clock.fast_forward("02:00")
    until(page, lambda: len(encounters(city)) == 1)
    expect(page.locator("[data-name=lock-unsent]")).to_have_count(0)
    # Opened again, the phone knows that it arrived, and sends nothing twice.
    unlock(page)
    page.goto("/app/#/hoje")
    everything_delivered(page)
    page.clock.fast_forward("01:00")
    assert len(encounters(city)) == 1
    notes = city.rows("SELECT note FROM encounter_additions WHERE municipality_id = :m AND note IS NOT NULL")
    assert [row["note"] for row in notes] == [PLANTED]


def test_one_workers_unsent_work_goes_under_her_name_while_another_works(city, handset):
    page = on_shift(city, handset)
    line = Line(handset.context).breaks(lambda route, request: route.abort())
    saved_here(page, "Família")
    let_go(page)
    until(page, lambda: len(line.asked) > 0)
    page.goto("/app/#/eu")
    page.locator("[data-name=lock-now]").click()
    page.locator("[data-name=somebody-else]").click()
    line.mend()
    sign_in(page, city, "rua2")
    open_shift(page)
    saved_here(page, "Criança ou adolescente")
    page.clock.fast_forward("02:00")
    everything_delivered(page)
    until(page, lambda: len(encounters(city)) == 2)
    whose = {row["situation"]: row["worker_id"] for row in encounters(city)}
    assert whose == {"family": city.ids["rua"], "child_or_adolescent": city.ids["rua2"]}
    # The first one's turn again: her own code, her own work, delivered.
    page.goto("/app/#/eu")
    page.locator("[data-name=lock-now]").click()
    page.locator("[data-name=other-worker]").click()
    expect(page.locator("[data-name=lock-worker]")).to_have_text("Rua")
    unlock(page)
    page.goto("/app/#/hoje")
    expect(page.get_by_text("Família").first).to_be_visible()
    assert page.get_by_text("Criança ou adolescente").count() == 0
    everything_delivered(page)
    assert len(encounters(city)) == 2


def forget_code(page: Page, city) -> None:
    page.locator("[data-name=forgot-code]").click()
    expect(page.get_by_label("Usuário")).to_have_value(city.login("rua"))
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    press(page, "Entrar")
    expect(page.get_by_role("heading", name="Código novo")).to_be_visible()
    choose_code(page, NEW_CODE)


def test_a_forgotten_code_costs_nothing_that_was_not_sent(city, handset):
    page = on_shift(city, handset)
    line = Line(handset.context).breaks(lambda route, request: route.abort())
    noted_encounter(page, "Família", PLANTED)
    let_go(page)
    until(page, lambda: len(line.asked) > 0)
    start_encounter(page, "Criança ou adolescente")
    # Beside what was not added to the one before: nothing, kept as a draft too.
    until(page, lambda: "encounter" in [row["kind"] for row in rows_on(page, "drafts")])
    page.reload()
    is_shut(page)
    forget_code(page, city)
    # Everything is there, readable to its own worker again, the half-filled form too.
    expect(page.get_by_text("2 a enviar").first).to_be_visible()
    expect(page.get_by_text("Há um encontro que não foi salvo")).to_be_visible()
    page.reload()
    unlock(page, NEW_CODE)
    line.mend()
    page.clock.fast_forward("02:00")
    everything_delivered(page)
    assert [row["situation"] for row in encounters(city)] == ["family"]
    assert len(rows_on(page, "pulled", code=NEW_CODE)) > 1
    assert "body" not in json.dumps([row for row in rows_on(page, "pulled", code=CODE)], default=str)


def test_a_city_that_lost_its_key_still_gets_what_a_forgotten_code_shut_away(city, handset):
    """Nothing gives the data key back: what is unsent goes sealed, the rest comes anew from the server."""
    page = on_shift(city, handset)
    line = Line(handset.context).breaks(lambda route, request: route.abort())
    noted_encounter(page, "Família", PLANTED)
    let_go(page)
    until(page, lambda: len(line.asked) > 0)
    page.reload()
    is_shut(page)
    handset.context.route("**/api/v1/account/vault/open", lambda route: route.fulfill(status=422, content_type="application/problem+json", body="{}"))
    page.locator("[data-name=forgot-code]").click()
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    press(page, "Entrar")
    choose_code(page, NEW_CODE)
    line.mend()
    page.clock.fast_forward("02:00")
    until(page, lambda: len(encounters(city)) == 1)
    everything_delivered(page)
    notes = city.rows("SELECT note FROM encounter_additions WHERE municipality_id = :m AND note IS NOT NULL")
    assert [row["note"] for row in notes] == [PLANTED]


def test_a_forgotten_password_at_23_with_three_unsent_encounters(city, handset):
    page = on_shift(city, handset)
    city.rows("UPDATE sessions SET ended_at = now() WHERE municipality_id = :m RETURNING id")
    reopened(page)
    expect(page.locator("[data-name=sign-in-again]")).to_be_visible()
    line = Line(handset.context).breaks(lambda route, request: route.abort())
    for situation in ("Em situação de rua", "Família", "Criança ou adolescente"):
        saved_here(page, situation)
    let_go(page)
    until(page, lambda: len(line.asked) > 0)
    reopened(page)
    expect(page.get_by_text("3 a enviar").first).to_be_visible()
    page.locator("[data-name=sign-in-again]").click()
    page.locator("[data-name=sign-in-by-code]").click()
    with city.transaction() as session:
        coordinator = city.actor_in(session, "coordenacao")
        given = codes.give_code(session, coordinator, city.ids["rua"], clock.now(), city.app.config["SECRET_KEY"])
    page.get_by_label("Usuário").fill(city.login("rua"))
    page.get_by_label("Código", exact=True).fill("AAAA-AAAA")
    page.get_by_label("Senha nova").fill(NEW_PASSWORD)
    page.locator("[data-name=by-code]").click()
    expect(page.locator("[data-name=by-code-trouble]")).to_be_visible()
    page.get_by_label("Código", exact=True).fill(codes.shown(given.code))
    page.locator("[data-name=by-code]").click()
    expect(page.get_by_text(re.compile("Código dado por Coordenacao")).first).to_be_visible()
    expect(page.get_by_text("3 a enviar").first).to_be_visible()
    line.mend()
    page.clock.fast_forward("02:00")
    everything_delivered(page)
    assert sorted(str(row["situation"]) for row in encounters(city)) == ["child_or_adolescent", "family", "street_situation"]
    assert city.app.test_client().post("/api/v1/session", json={"login": city.login("rua"), "password": PASSWORD}).status_code == 401


@pytest.fixture
def fingerprint(up, browser, browser_context_args):
    """A phone on localhost (a passkey needs a name, not a number) whose keeper of passkeys gives a secret (PRF)."""
    context = browser.new_context(**(browser_context_args | PHONE | {"base_url": up.url.replace("127.0.0.1", "localhost")}))
    page = context.new_page()
    keeper = context.new_cdp_session(page)
    keeper.send("WebAuthn.enable")
    keeper.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "hasPrf": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }})
    page.goto("/app/")
    yield page
    context.close()


def test_a_fingerprint_opens_the_phone_without_signal_and_signs_in(city, fingerprint, up):
    page = fingerprint
    sign_in(page, city, "rua")
    page.goto("/app/#/eu")
    page.locator("[data-name=add-passkey]").click()
    page.get_by_label("Sua senha").fill("errada-mesmo-1")
    page.locator("[data-name=new-passkey-go]").click()
    expect(page.get_by_text("A senha não confere.").last).to_be_visible()
    page.get_by_label("Sua senha").fill(PASSWORD)
    page.locator("[data-name=new-passkey-go]").click()
    expect(page.get_by_text("Pronto: este celular abre com a digital ou o rosto.").first).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    reopened(page)
    up.stop()
    page.reload()
    is_shut(page)
    page.locator("[data-name=unlock-passkey]").click()
    expect(page.get_by_text("Fechadura deste celular")).to_be_visible()
    page.goto("/app/#/hoje")
    expect(control(page, "Abrir o turno")).to_be_visible()
    up.start()
    # The same passkey signs in on a phone where she left.
    page.goto("/app/#/eu")
    page.locator("[data-name=sign-out]").click()
    page.locator("[data-name=sign-out-yes]").click()
    expect(page.locator("[data-name=sign-in-passkey]")).to_be_visible()
    page.locator("[data-name=sign-in-passkey]").click()
    expect(control(page, "Abrir o turno")).to_be_visible()
    unlocked(page)
