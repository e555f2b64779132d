"""The phone's own memory: full, cleared, exported, forgotten, and a clock that is wrong."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.insides import (
    PLANTED,
    Line,
    encounters,
    everything_delivered,
    everything_on,
    let_go,
    named_encounter,
    noted_encounter,
    on_shift,
    opened,
    outbox_items,
    records,
    rows_on,
    saved_here,
    send_now,
    states,
    until,
)
from tests.browser.steps import home, open_shift, press, reopened, save_encounter, sign_in, start_encounter, unlock

pytestmark = pytest.mark.browser


# Ballast in a database of its own, in ever smaller pieces, until not a hundred bytes more go in.
FILL = """async () => {
  const db = await new Promise((done) => {
    const asked = indexedDB.open('ballast')
    asked.onupgradeneeded = () => asked.result.createObjectStore('ballast', { autoIncrement: true })
    asked.onsuccess = () => done(asked.result)
  })
  for (let size = 65536, pieces = 0; pieces < 300; pieces++) {
    const full = await new Promise((done) => {
      const tx = db.transaction('ballast', 'readwrite')
      tx.objectStore('ballast').add(crypto.getRandomValues(new Uint8Array(size)))
      tx.oncomplete = () => done(null)
      tx.onabort = () => done(tx.error.name)
    })
    if (full && size < 100) return full
    if (full) size = Math.floor(size / 4)
  }
  return 'never full'
}"""


@pytest.fixture
def full(up, browser, browser_context_args):
    """A phone with three megabytes (an ordinary context: a persistent one ignores the limit), and what makes room."""
    context = browser.new_context(**(browser_context_args | PHONE))
    page = context.new_page()
    page.clock.install()
    disk = context.new_cdp_session(page)
    # Before the first write: afterwards Chromium believes its own figure of free space for half a minute.
    disk.send("Storage.overrideQuotaForOrigin", {"origin": up.url, "quotaSize": 3_000_000})
    page.goto("/app/")
    yield page, lambda: disk.send("Storage.overrideQuotaForOrigin", {"origin": up.url})
    context.close()


def test_a_full_phone_says_that_nothing_was_kept_and_keeps_the_form(city, full):
    page, make_room = full
    sign_in(page, city, "rua")
    open_shift(page)
    everything_delivered(page)
    start_encounter(page, "Família")
    until(page, lambda: len(rows_on(page, "drafts")) == 1)
    assert page.evaluate(FILL) == "QuotaExceededError"
    press(page, "Salvar encontro")
    expect(page.get_by_role("heading", name="Não foi guardado")).to_be_visible()
    expect(page.get_by_text("O celular está sem espaço").first).to_be_visible()
    assert states(page) == [] and len(rows_on(page, "drafts")) == 1
    press(page, "Voltar ao formulário")
    expect(page.get_by_role("radio", name="Família")).to_be_checked()
    make_room()
    press(page, "Salvar encontro")
    expect(page.get_by_text("Quer completar?")).to_be_visible()
    home(page)
    let_go(page)
    everything_delivered(page)
    assert [row["situation"] for row in encounters(city)] == ["family"]


def test_what_a_full_phone_holds_can_still_be_sent(city, full):
    page, _make_room = full
    sign_in(page, city, "rua")
    open_shift(page)
    saved_here(page, "Família")
    assert page.evaluate(FILL) == "QuotaExceededError"
    let_go(page)
    everything_delivered(page)
    assert [row["situation"] for row in encounters(city)] == ["family"]


def test_the_outbox_goes_out_as_a_sealed_file_and_arrives_once(city, handset, tmp_path):
    page = on_shift(city, handset)
    line = Line(handset.context).breaks(lambda route, request: route.abort())
    noted_encounter(page, "Família", PLANTED)
    let_go(page)
    until(page, lambda: len(line.asked) > 0)
    page.goto("/app/#/envio")
    with page.expect_download() as download:
        page.locator("[data-name=export]").click()
    file = tmp_path / "caixa.vinculo"
    download.value.save_as(file)
    body = file.read_text()
    ours = json.dumps([row["body"] for row in rows_on(page, "commands") if row["body"]])
    assert PLANTED in ours
    for plain in (PLANTED, "family", "situation", "encounters", *re.findall(r"[0-9a-f-]{36}", ours)):
        assert plain not in body
    result = city.app.test_cli_runner().invoke(args=["sync", "import", str(file)])
    assert (result.exit_code, "done: 2" in result.output) == (0, True), result.output
    expect(outbox_items(page, "queued")).to_have_count(2)
    line.mend()
    send_now(page)
    everything_delivered(page)
    assert len(encounters(city)) == 1
    verdicts = {row["name"]: row["verdict"] for row in rows_on(page, "commands")}
    assert verdicts == {"shifts.start": "done", "encounters.record": "repeated", "encounters.complete": "repeated"}


def test_what_was_delivered_is_readable_by_the_city_alone(city, handset):
    page = on_shift(city, handset)
    noted_encounter(page, "Família", PLANTED)
    assert PLANTED in everything_on(page)
    let_go(page)
    everything_delivered(page)
    until(page, lambda: PLANTED not in everything_on(page))
    sent = rows_on(page, "commands")
    assert {row["body"] is None and row["sealed"].startswith("v1.") for row in sent} == {True}


def test_a_restored_server_gets_the_last_days_again_once(city, handset):
    page = on_shift(city, handset)
    saved_here(page, "Família")
    saved_here(page, "Em situação de rua")
    let_go(page)
    everything_delivered(page)
    until(page, lambda: all(row["body"] is None for row in rows_on(page, "commands")))
    # The backup was older than the first encounter; the second it has.
    lost = encounters(city)[0]
    for table, column in (("participations", "encounter_id"), ("encounters", "id")):
        city.rows(f"DELETE FROM {table} WHERE municipality_id = :m AND {column} = :i RETURNING id", i=lost["id"])
    city.rows(
        "DELETE FROM sync_commands WHERE municipality_id = :m AND receipt = :r RETURNING id", r=lost["receipt"]
    )
    city.rows("UPDATE municipalities SET sync_epoch = sync_epoch + 1 WHERE id = :m RETURNING id")
    reopened(page)
    until(page, lambda: len(encounters(city)) == 2)
    everything_delivered(page)
    assert [(row["situation"], row["id"]) for row in encounters(city)] == [
        ("family", lost["id"]),
        ("street_situation", encounters(city)[1]["id"]),
    ]
    assert len(city.rows("SELECT id FROM shifts WHERE municipality_id = :m")) == 1
    expect(records(page, "delivered")).to_have_count(2)


def test_a_cleared_storage_is_said_until_it_was_read(city, handset):
    page = on_shift(city, handset)
    line = Line(handset.context).breaks(lambda route, request: route.abort())
    saved_here(page, "Família")
    let_go(page)
    until(page, lambda: len(line.asked) > 0)
    page.evaluate(
        """async () => {
          for (const { name } of await indexedDB.databases()) {
            await new Promise((done) => {
              const gone = indexedDB.deleteDatabase(name)
              gone.onsuccess = gone.onerror = done
            })
          }
        }"""
    )
    reopened(page)
    expect(page.get_by_text("O navegador apagou o que estava guardado neste celular")).to_be_visible()
    expect(page.get_by_text("1 registro ainda não tinha sido enviado")).to_be_visible()
    # The cookie is still there, but alone it opens nothing. It stands there until she has read it.
    sign_in(page, city, "rua")
    reopened(page)
    press(page, "Entendi")
    until(page, lambda: "vanished_unsent" not in [row["key"] for row in rows_on(page, "meta")])
    reopened(page)
    expect(page.locator("[data-name=open-shift]")).to_be_visible()
    expect(page.get_by_text("O navegador apagou")).to_have_count(0)


def test_a_wrong_clock_is_said_once_and_the_record_has_the_right_time(city, handset):
    page = handset.open("about:blank")
    page.clock.install(time=datetime.now(UTC) + timedelta(minutes=20))
    page.goto("/app/")
    sign_in(page, city, "rua")
    expect(page.get_by_text("O relógio do celular está 20 minutos adiantado")).to_be_visible()
    press(page, "Entendi")
    until(page, lambda: "clock_seen" in [row["key"] for row in rows_on(page, "meta")])
    open_shift(page)
    saved_here(page, "Família")
    let_go(page)
    everything_delivered(page)
    reopened(page)
    expect(records(page, "delivered")).to_have_count(1)
    expect(page.get_by_text("O relógio do celular está")).to_have_count(0)
    [row] = encounters(city)
    assert abs((row["occurred_at"] - row["received_at"]).total_seconds()) < 60
    assert (row["device_at"] - row["occurred_at"]).total_seconds() > 19 * 60
    assert row["time_uncertain"] is False


def test_the_caseload_fades_on_the_phone_by_itself_without_a_server(city, kept_handset):
    page = on_shift(city, kept_handset, to_be_killed=True)
    named_encounter(page, "Dona Rosa")
    reopened(page)
    until(page, lambda: "Dona Rosa" in json.dumps(rows_on(page, "pulled")))
    kept_handset.close()
    page = kept_handset.open("about:blank")
    page.clock.install(time=datetime.now(UTC) + timedelta(days=8))
    kept_handset.context.set_offline(True)
    page.goto("/app/")
    # Seven days without a word from the server are enough, and nobody has to open the phone for that.
    expect(page.get_by_label("Código deste celular")).to_be_visible()
    page.clock.fast_forward(61_000)
    until(page, lambda: "Dona Rosa" not in everything_on(page))
    unlock(page)
    expect(page.get_by_text("Turno aberto há", exact=True)).to_be_visible()
    assert [row["type"] for row in rows_on(page, "pulled") if row["type"] in ("person", "encounter")] == []


def test_a_better_fix_within_the_hold_amends_the_place(city, handset):
    page = opened(handset)
    sign_in(page, city, "rua")
    handset.context.set_geolocation({"longitude": -34.95, "latitude": -5.75, "accuracy": 180})
    open_shift(page)
    start_encounter(page, "Família")
    place = page.locator("[data-name=place]")
    expect(place).to_have_attribute("data-state", "searching")
    expect(page.get_by_text(re.compile("Procurando…"))).to_be_visible()
    page.clock.fast_forward(21_000)
    expect(place).to_have_attribute("data-state", "low")
    expect(page.get_by_text("Local aproximado: 180 m")).to_be_visible()
    save_encounter(page)
    handset.context.set_geolocation({"longitude": -34.9501, "latitude": -5.7501, "accuracy": 9})
    until(page, lambda: [row["body"]["place"]["accuracy_m"] for row in rows_on(page, "records")] == [9])
    home(page)
    page.clock.fast_forward(21_000)
    everything_delivered(page)
    assert [row["accuracy_m"] for row in encounters(city)] == [9]
