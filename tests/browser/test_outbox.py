"""Nothing saved is lost and nothing is sent twice: killed, cut off, lied to by the network."""

import gzip
import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.insides import (
    PUSH,
    Line,
    desk_sign_in,
    encounters,
    everything_delivered,
    let_go,
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
from tests.browser.steps import home, press, reopened, save_encounter, start_encounter, unlock, unlocked
from tests.make.city import PASSWORD

pytestmark = pytest.mark.browser

PORTAL = "<!doctype html><title>Wi-Fi grátis</title><p>Aceite os termos</p>"


def commands_of(request) -> list[dict]:
    raw = request.post_data_buffer
    return json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)["commands"]


@pytest.mark.parametrize("after_ms", [0, 4, 15, 60])
def test_killed_in_the_moment_of_saving_it_is_saved_or_still_a_draft(city, kept_handset, server, after_ms):
    """Never neither, never both: the record, its command and the end of its draft are one write."""
    page = on_shift(city, kept_handset, to_be_killed=True)
    kept_handset.context.set_offline(True)
    start_encounter(page, "Família")
    until(page, lambda: [row["kind"] for row in rows_on(page, "drafts")] == ["encounter"])
    # The battery dies some milliseconds after the tap, whatever the page is doing then.
    page.evaluate(
        """(ms) => new Promise((done) => {
          document.querySelector('[data-name=save]').click()
          const start = performance.now()
          const queue = new MessageChannel()
          const wait = () => (performance.now() - start >= ms ? done() : queue.port2.postMessage(0))
          queue.port1.onmessage = wait
          wait()
        })""",
        after_ms,
    )
    kept_handset.kill()
    page = opened(kept_handset)
    expect(page.get_by_text("Turno aberto há", exact=True)).to_be_visible()
    saved = states(page)
    drafts = [row["kind"] for row in rows_on(page, "drafts")]
    assert (len(saved), drafts) in [(1, []), (0, ["encounter"])]
    assert len(rows_on(page, "records")) == len(saved)
    if not saved:
        press(page, "Continuar de onde parou")
        expect(page.get_by_role("radio", name="Família")).to_be_checked()
        save_encounter(page)
        home(page)
    let_go(page)
    everything_delivered(page)
    assert [row["situation"] for row in encounters(city)] == ["family"]


def test_killed_while_sending_it_goes_again_and_arrives_once(city, kept_handset):
    page = on_shift(city, kept_handset, to_be_killed=True)
    line = Line(kept_handset.context).breaks(lambda route, request: line.keeps_the_answer_back(route, request))
    saved_here(page)
    saved_here(page, "Família")
    let_go(page)
    expect(records(page, "sending")).to_have_count(2)
    until(page, lambda: line.answered == 1)
    assert len(encounters(city)) == 2
    kept_handset.kill()
    page = kept_handset.open()
    everything_delivered(page)
    assert len(encounters(city)) == 2
    expect(records(page, "delivered")).to_have_count(2)


def test_killed_while_sending_and_taken_back_the_server_hears_of_it(city, kept_handset):
    """What may have arrived is no longer only this phone's: taking it back must reach the server."""
    page = on_shift(city, kept_handset, to_be_killed=True)
    line = Line(kept_handset.context).breaks(lambda route, request: line.keeps_the_answer_back(route, request))
    saved_here(page)
    let_go(page)
    until(page, lambda: line.answered == 1)
    kept_handset.kill()
    page = kept_handset.open("/app/sw.js")
    Line(kept_handset.context).breaks(lambda route, request: route.abort())
    page.goto("/app/")
    unlock(page)
    expect(page.get_by_text("1 a enviar").first).to_be_visible()
    page.locator("[data-name=record]").click()
    press(page, "Retirar")
    page.get_by_label("Registrado por engano").check()
    page.locator("[data-name=withdraw-yes]").click()
    until(page, lambda: "encounters.withdraw" in [row["name"] for row in rows_on(page, "commands")])
    Line(kept_handset.context).mend()
    send_now(page)
    everything_delivered(page)
    assert [row["status"] for row in encounters(city)] == ["withdrawn"]


def test_an_answer_lost_after_the_server_committed_doubles_nothing(city, handset):
    page = on_shift(city, handset)
    line = Line(handset.context).breaks(lambda route, request: line.loses_the_answer(route, request))
    saved_here(page)
    let_go(page)
    until(page, lambda: line.answered >= 1)
    expect(records(page, "queued")).to_have_count(1)
    assert len(encounters(city)) == 1
    line.mend()
    send_now(page)
    everything_delivered(page)
    expect(outbox_items(page, "delivered").first.get_by_text(re.compile("^Recibo "))).to_be_visible()
    [row] = encounters(city)
    expect(page.locator("main")).to_contain_text(row["receipt"])


def test_whatever_the_network_says_that_is_not_an_answer_loses_nothing(city, handset):
    """A failing server, a cut body, a captive portal, a proxy's own refusal: all the same, it stays in line."""
    page = on_shift(city, handset)
    line = Line(handset.context).breaks(lambda route, request: route.abort())
    saved_here(page)
    let_go(page)
    until(page, lambda: len(line.asked) >= 1)
    page.goto("/app/#/envio")
    problem = json.dumps({"type": "about:blank", "title": "x", "status": 500, "code": "core.failed"})
    for fault in (
        line.says(500, problem, "application/problem+json"),
        line.says(502, "<h1>Bad gateway</h1>"),
        line.says(200, PORTAL),
        line.says(403, PORTAL),
        line.says(200, "{}", "application/json"),
        line.says(200, '{"received_at": "2026-11-22T00:00:00.000Z", "outcomes": []}', "application/json"),
        line.says(200, '{"outcomes": [{"id": "x", "status": "deleted"}, null, 7]}', "application/json"),
        line.says(404, PORTAL),
        line.cuts,
    ):
        before = line.answered
        line.breaks(fault)
        page.locator("[data-name=send-now]").click()
        until(page, lambda before=before: line.answered > before)
        expect(outbox_items(page, "queued")).to_have_count(1)
        expect(page.locator("[data-name=send-now]")).to_have_text("Enviar agora")
    [row] = [row for row in rows_on(page, "commands") if row["name"] == "encounters.record"]
    assert row["body"]["situation"] == "street_situation"
    line.mend()
    page.locator("[data-name=send-now]").click()
    everything_delivered(page)
    assert len(encounters(city)) == 1


def test_a_silent_server_blocks_nothing(city, handset):
    page = on_shift(city, handset)
    line = Line(handset.context).breaks(lambda route, request: None)
    saved_here(page)
    let_go(page)
    until(page, lambda: len(line.asked) >= 1)
    page.clock.fast_forward(5_500)
    expect(page.get_by_role("link", name=re.compile("1 a enviar"))).to_be_visible()
    saved_here(page, "Família")
    expect(records(page, "sending")).to_have_count(1)
    # The request is given up after its time, and goes again.
    page.clock.fast_forward(90_000)
    line.mend()
    send_now(page)
    everything_delivered(page)
    assert [row["situation"] for row in encounters(city)] == ["street_situation", "family"]


def test_a_batch_too_large_for_a_proxy_is_halved_until_it_goes(city, handset):
    page = on_shift(city, handset)
    sizes: list[int] = []

    def narrow(route, request):
        sizes.append(len(commands_of(request)))
        if sizes[-1] > 1:
            route.fulfill(status=413, content_type="text/html", body="<h1>Request Entity Too Large</h1>")
        else:
            route.continue_()

    Line(handset.context).breaks(narrow)
    for situation in ("Em situação de rua", "Família", "Criança ou adolescente"):
        saved_here(page, situation)
    let_go(page)
    everything_delivered(page)
    assert sizes[0] == 3 and sizes[-3:] == [1, 1, 1]
    assert [row["situation"] for row in encounters(city)] == ["street_situation", "family", "child_or_adolescent"]


def test_a_session_that_ended_holds_back_the_answers_not_the_work(city, handset):
    page = on_shift(city, handset)
    city.rows("UPDATE sessions SET ended_at = now() WHERE municipality_id = :m RETURNING id")
    saved_here(page)
    let_go(page)
    expect(page.get_by_text("Entre de novo para receber as respostas").first).to_be_visible()
    everything_delivered(page)
    saved_here(page, "Família")
    reopened(page)
    page.locator("[data-name=sign-in-again]").click()
    expect(page.get_by_label("Usuário")).to_have_value(city.login("rua"))
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    press(page, "Entrar")
    let_go(page)
    everything_delivered(page)
    assert [row["situation"] for row in encounters(city)] == ["street_situation", "family"]
    assert len(city.rows("SELECT id FROM devices WHERE municipality_id = :m")) == 1


def test_a_token_that_changed_is_asked_for_and_the_work_goes(city, handset):
    """The same worker signed in at the desk of this browser: the cookie is new, the phone's token is old."""
    page = on_shift(city, handset)
    desk = handset.context.new_page()
    desk_sign_in(desk, city, "rua")
    desk.close()
    saved_here(page)
    let_go(page)
    everything_delivered(page)
    assert len(encounters(city)) == 1


def test_two_tabs_save_and_send_at_once_and_each_record_arrives_once(city, handset):
    page = on_shift(city, handset)
    second = handset.context.new_page()
    second.clock.install()
    second.goto("/app/")
    unlocked(second)
    expect(second.get_by_text("O Vínculo está aberto em outra aba")).to_be_visible()
    sent: list[str] = []

    def count(route, request):
        sent.extend(command["id"] for command in commands_of(request))
        route.continue_()

    handset.context.route(PUSH, count)
    saved_here(page, "Em situação de rua")
    saved_here(second, "Família")
    saved_here(page, "Outra situação")
    saved_here(second, "Criança ou adolescente")
    let_go(page)
    let_go(second)
    for tab in (page, second):
        everything_delivered(tab)
        expect(records(tab, "delivered")).to_have_count(4)
    assert len(sent) == len(set(sent)) == 4
    found = sorted(row["situation"] for row in encounters(city))
    assert found == ["child_or_adolescent", "family", "other", "street_situation"]
