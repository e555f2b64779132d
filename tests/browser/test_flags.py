"""A flag on the phone: five taps without signal, calls first, words shut at once, and what its author sees afterwards."""

import gzip
import json
import re

import pytest
from playwright.sync_api import Page, expect

from app.protection.models import Flag
from app.protection.queries import facts_of
from tests.browser.conftest import PHONE
from tests.browser.faces import FIELD, judged
from tests.browser.insides import (
    Line,
    everything_delivered,
    everything_on,
    on_shift,
    opened,
    rows_on,
    send_now,
    shut_rows_on,
    until,
)
from tests.browser.steps import choose_code, home, open_shift, save_encounter, sign_in, start_encounter, unlock
from tests.browser.test_vault import _CONTROL, IN_CLEAR, found_in, is_shut
from tests.make.city import PASSWORD
from tests.make.flags import duties, within_case

pytestmark = pytest.mark.browser

SEEN, SAID, CALLED = "Palavra Plantada do Visto", "Palavra Plantada do Dito", "Palavra Plantada do Nome"
OWN = "**/api/v1/protection/flags"
# Fingers, not clicks: a tap on a label makes two of those. The dialler is not opened in a test.
_COUNT = """() => {
  window.taps = 0
  addEventListener('pointerdown', (event) => { if (event.isTrusted) window.taps += 1 }, true)
  addEventListener('click', (event) => { const link = event.target.closest?.('a[href^="tel:"]'); if (link) event.preventDefault() }, true)
}"""


def taps(page: Page) -> int:
    return page.evaluate("window.taps")


def tick(page: Page, question: str, value: str) -> None:
    page.locator(f"[data-name={question}] input[value={value}]").check()


def saved(page: Page) -> None:
    page.locator("[data-name=save-flag]").click()
    expect(page.locator("[data-name=kept]")).to_be_visible()


def no_signal(handset) -> Line:
    return Line(handset.context).breaks(lambda route, request: route.abort())


def flags(city) -> list[dict]:
    return city.rows("SELECT * FROM flags WHERE municipality_id = :m ORDER BY received_at")


def names_in(request) -> list[str]:
    raw = request.post_data_buffer
    sent = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    return [command.get("name", "sealed") for command in sent["commands"]]


def test_five_taps_without_signal_and_it_leaves_before_everything_else(city, handset):
    page = on_shift(city, handset)
    line = no_signal(handset)
    start_encounter(page, "Em situação de rua")
    save_encounter(page)
    home(page)
    page.evaluate(_COUNT)
    page.locator("[data-name=new-flag]").click()
    tick(page, "flag-kinds", "child_labour")
    tick(page, "flag-age", "age_7_12")
    saved(page)
    assert taps(page) == 4
    # Somebody in danger, seldom met: still five.
    page.locator("[data-name=to-today]").click()
    page.evaluate("window.taps = 0")
    page.locator("[data-name=new-flag]").click()
    page.locator("[data-name=more-kinds]").click()
    tick(page, "flag-kinds", "slave_labour")
    tick(page, "flag-age", "age_18_59")
    saved(page)
    assert taps(page) == 5
    page.locator("[data-name=to-today]").click()
    expect(page.locator("[data-name=sync-badge]")).to_contain_text("2 alertas não enviados")
    expect(page.locator("[data-name=record]")).to_have_count(1)
    assert page.locator("main").inner_text().count("Trabalho infantil") == 0

    asked: list[list[str]] = []

    def passes(route, request):
        asked.append(names_in(request))
        route.continue_()

    line.breaks(passes)
    page.clock.fast_forward(11_000)
    send_now(page)
    everything_delivered(page)
    sent = [names for names in asked if names]
    assert sent[0] == ["protection.raise"] and sent.count(["protection.raise"]) >= 2
    assert all("protection.raise" not in names or len(names) == 1 for names in sent)
    assert len(flags(city)) == 2
    page.goto("/app/#/envio")
    expect(page.locator("[data-name=outbox-item]").filter(has_text=re.compile("^Alerta")).first).to_be_visible()
    assert "labour" not in page.content() and "Trabalho infantil" not in page.content()


def test_from_an_encounter_a_child_alone_suggests_it_and_nothing_is_asked_of_her(city, handset):
    page = on_shift(city, handset)
    start_encounter(page, "Criança ou adolescente")
    save_encounter(page)
    expect(page.locator("[data-name=suggest-flag]")).to_be_visible()
    page.evaluate(_COUNT)
    page.locator("[data-name=suggested-flag]").click()
    tick(page, "flag-kinds", "physical")
    expect(page.locator("[data-name=child-rule]")).to_contain_text("Não pergunte. Ouça. Anote só o que foi dito.")
    expect(page.locator("[data-name=choices]")).to_have_count(0)
    expect(page.locator("[data-name=must-be-told]")).to_contain_text("Conselho Tutelar")
    expect(page.locator("input[type=file], [capture]")).to_have_count(0)
    page.locator("[data-name=flag-already-told] input").check()
    expect(page.locator("[data-name=already-told]")).to_contain_text("Já relatou; não repetir")
    saved(page)
    assert taps(page) == 4
    everything_delivered_soon(page)
    [flag] = flags(city)
    with within_case(city) as session:
        from_here = city_facts(session, city, flag["id"])
    assert (from_here.source, from_here.already_told, from_here.place["source"]) == ("encounter", True, "gps")
    # What the screen said is what the municipality owes: of a child, though nobody said of what age.
    assert duties(city, str(flag["id"]))["guardianship_council"]["obligation"] == "mandatory"
    # The record itself says nothing of it.
    page.goto("/app/#/registros")
    assert "lerta" not in page.locator("main").inner_text()


def city_facts(session, city, flag_id):
    return facts_of(session.get(Flag, (city.ibge, flag_id)))


def everything_delivered_soon(page: Page) -> None:
    page.clock.fast_forward(11_000)
    send_now(page)
    everything_delivered(page)


def test_an_adult_decides(city, handset):
    page = on_shift(city, handset)
    page.locator("[data-name=new-flag]").click()
    tick(page, "flag-kinds", "physical")
    tick(page, "flag-age", "age_18_59")
    tick(page, "flag-sex", "female")
    expect(page.locator("[data-name=child-rule]")).to_have_count(0)
    expect(page.locator("[data-name=must-be-told]")).to_have_count(0)
    page.locator("[data-name=choice-ligue_180]").get_by_role("radio", name="Quer", exact=True).check()
    page.locator("[data-name=choice-police_station]").get_by_role("radio", name="Não quer").check()
    saved(page)
    everything_delivered_soon(page)
    [flag] = flags(city)
    with within_case(city) as session:
        chosen = {each["recipient"]: each["answer"] for each in city_facts(session, city, flag["id"]).choices}
    assert chosen == {"ligue_180": "accepted", "police_station": "declined"}


def council_of_two_numbers(city) -> None:
    recipient = "0193a000-0000-7000-8000-0000000000a1"
    city.rows(
        "INSERT INTO protection_recipients (municipality_id, id, code, name, email, address, system_name, is_active, changed_at)"
        " VALUES (:m, :r, 'guardianship_council', 'Conselho Tutelar Norte', '', '', '', true, now()) RETURNING id", r=recipient,
    )  # fmt: skip
    for at, number in enumerate(("84 3200-0001", "84 3200-0002"), 1):
        city.rows(
            "INSERT INTO recipient_phones (municipality_id, id, recipient_id, phone, label, position, weekdays)"
            " VALUES (:m, gen_random_uuid(), :r, :n, '', :p, 127) RETURNING id", r=recipient, n=number, p=at,
        )  # fmt: skip


def with_telephones(city, handset, to_be_killed: bool = False) -> Page:
    council_of_two_numbers(city)
    page = on_shift(city, handset, to_be_killed=to_be_killed)
    until(page, lambda: "3200-0001" in json.dumps(rows_on(page, "pulled"), default=str))
    return page


def test_danger_now_puts_the_calls_first_and_the_next_number_when_nobody_answers(city, handset):
    page = with_telephones(city, handset)
    no_signal(handset)
    page.evaluate(_COUNT)
    page.locator("[data-name=new-flag]").click()
    page.locator("[data-name=danger-now] input").check()
    council = page.locator("[data-recipient=guardianship_council]")
    for code, number in (("police_190", "190"), ("samu_192", "192"), ("disque_100", "100"), ("ligue_180", "180")):
        expect(page.locator(f"[data-recipient={code}] [data-name=call-now]")).to_have_attribute("href", f"tel:{number}")
    expect(council.locator("[data-name=call-now]")).to_have_attribute("href", "tel:8432000001")
    council.locator("[data-name=call-now]").click()
    council.locator("[data-name=call-no_answer]").click()
    expect(council.locator("[data-name=next-number]")).to_contain_text("próximo número")
    expect(council.locator("[data-name=call-now]")).to_have_attribute("href", "tel:8432000002")
    council.locator("[data-name=call-now]").click()
    council.locator("[data-name=call-answered]").click()
    page.locator("[name=call-who]").fill("Conselheira Ana")
    page.locator("[name=call-protocol]").fill("CT-77")
    page.locator("[data-name=call-keep]").click()
    expect(council.locator("[data-name=attempt]")).to_have_count(2)
    tick(page, "flag-kinds", "neglect")
    tick(page, "flag-age", "age_0_6")
    saved(page)
    # Both are in the record, in their order; a third is noted from the flag's own page.
    expect(council.locator("[data-name=attempt]")).to_have_count(2)
    page.locator("[data-recipient=police_190] [data-name=call-now]").click()
    page.locator("[data-recipient=police_190] [data-name=call-busy]").click()
    expect(page.locator("[data-recipient=police_190] [data-name=attempt]")).to_have_count(1)
    Line(handset.context).mend()
    everything_delivered_soon(page)
    calls = city.rows("SELECT outcome FROM flag_calls WHERE municipality_id = :m ORDER BY at")
    assert [call["outcome"] for call in calls] == ["no_answer", "answered", "busy"]


def test_a_call_takes_the_app_away_and_is_noted_all_the_same(city, kept_handset):
    """The dialler covers the app, and a small phone ends it: the question how it went is there again."""
    page = with_telephones(city, kept_handset, to_be_killed=True)
    no_signal(kept_handset)
    page.evaluate(_COUNT)
    page.locator("[data-name=new-flag]").click()
    page.locator("[data-name=danger-now] input").check()
    page.locator("[data-recipient=guardianship_council] [data-name=call-now]").click()
    until(page, lambda: "8432000001" in json.dumps(rows_on(page, "drafts"), default=str) or "3200-0001" in json.dumps(rows_on(page, "drafts"), default=str))
    kept_handset.kill()
    page = opened(kept_handset)
    line = no_signal(kept_handset)
    expect(page.locator("[data-name=unfinished-flag]")).to_be_visible()
    page.locator("[data-name=unfinished-flag] a").click()
    page.evaluate(_COUNT)
    council = page.locator("[data-recipient=guardianship_council]")
    council.locator("[data-name=call-no_answer]").click()
    expect(council.locator("[data-name=call-now]")).to_have_attribute("href", "tel:8432000002")
    tick(page, "flag-kinds", "neglect")
    tick(page, "flag-age", "age_0_6")
    # One more is under way while it is saved: it is noted on the flag's own page.
    council.locator("[data-name=call-now]").click()
    saved(page)
    council.locator("[data-name=call-answered]").click()
    page.locator("[name=call-who]").fill("Conselheira Ana")
    page.clock.fast_forward("02:00")
    expect(page.locator("[name=call-who]")).to_have_value("Conselheira Ana")  # the phone did not shut meanwhile
    page.locator("[data-name=call-keep]").click()
    expect(council.locator("[data-name=attempt]")).to_have_count(2)
    line.mend()
    everything_delivered_soon(page)
    assert [call["outcome"] for call in city.rows("SELECT outcome FROM flag_calls WHERE municipality_id = :m ORDER BY at")] == ["no_answer", "answered"]


def numbers_on(page: Page) -> list[str]:
    return page.locator("[data-name=calls] [data-name=call-now]").evaluate_all("links => links.map((link) => link.getAttribute('href'))")


def test_whom_to_ring_does_not_change_under_the_finger_once_it_is_delivered(city, handset):
    page = with_telephones(city, handset)
    line = no_signal(handset)
    page.evaluate(_COUNT)
    page.locator("[data-name=new-flag]").click()
    tick(page, "flag-kinds", "physical")
    tick(page, "flag-age", "age_7_12")
    saved(page)
    assert numbers_on(page) == ["tel:8432000001"]
    page.locator("[data-name=call-now]").click()
    page.locator("[data-name=call-no_answer]").click()
    assert numbers_on(page) == ["tel:8432000002"]
    line.mend()
    until(page, lambda: all(row["body"] is None for row in rows_on(page, "commands") if row["name"].startswith("protection.")) or bool(page.clock.fast_forward(5_000)), 40)
    expect(page.locator("[data-name=standing]")).to_be_visible()
    assert numbers_on(page) == ["tel:8432000002"]
    expect(page.locator("[data-name=next-number]")).to_contain_text("próximo número")
    # Shut and opened again the phone no longer knows it; which number did not answer comes from the municipality.
    page.reload()
    unlock(page)
    expect(page.locator("[data-recipient=guardianship_council] [data-name=attempt]")).to_have_count(1)
    expect(page.locator("[data-name=calls] h2")).to_have_text("Se houver perigo")
    expect(page.locator("[data-recipient=guardianship_council] [data-name=call-now]")).to_have_attribute("href", "tel:8432000002")


def test_the_numbers_are_there_before_anything_was_ever_pulled(city, handset):
    page = opened(handset)
    Line(handset.context, "**/api/v1/sync/pull*").breaks(lambda route, request: route.abort())
    page.get_by_label("Usuário").fill(city.login("rua"))
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_label("Nome deste celular").fill("Celular novo")
    page.get_by_role("button", name="Entrar").click()
    expect(page.locator("[name=new-code]")).to_be_visible()
    choose_code(page)
    page.locator("[data-name=new-flag]").click()
    page.locator("[data-name=danger-now] input").check()
    expect(page.locator("[data-recipient=samu_192] [data-name=call-now]")).to_have_attribute("href", "tel:192")
    expect(page.locator("[data-recipient=guardianship_council]")).to_contain_text("Sem telefone de plantão")
    tick(page, "flag-kinds", "physical")
    expect(page.locator("[data-name=no-table]")).to_be_visible()
    saved(page)


def test_words_are_nowhere_in_clear_from_the_moment_it_is_saved(city, kept_handset):
    """The drill of a stolen phone, for what a child said: before it was sent and after."""
    page = on_shift(city, kept_handset)
    line = no_signal(kept_handset)
    page.locator("[data-name=new-flag]").click()
    tick(page, "flag-kinds", "sexual_abuse")
    page.locator("[name=flag-called]").fill(CALLED)
    page.locator("[name=flag-seen]").fill(SEEN)
    page.locator("[name=flag-said]").fill(SAID)
    until(page, lambda: SAID in json.dumps(rows_on(page, "drafts"), default=str))
    assert SAID not in shut_rows_on(page)  # a draft lies in the vault's box alone
    saved(page)
    # From here on not even the phone's own code opens them.
    until(page, lambda: not rows_on(page, "drafts"))
    [raised] = [row for row in rows_on(page, "commands") if row["name"] == "protection.raise"]
    assert raised["body"]["words"].startswith("v1.") and raised["state"] in ("queued", "sending")
    for word in (CALLED, SEEN, SAID):
        assert word not in everything_on(page) and word not in page.content()
    line.mend()
    everything_delivered_soon(page)
    until(page, lambda: all(row["body"] is None for row in rows_on(page, "commands") if row["name"] == "protection.raise"))
    assert "sexual_abuse" not in json.dumps(rows_on(page, "commands"), default=str)
    cached = page.evaluate("""async () => {
      const texts = []
      for (const name of await caches.keys()) {
        const cache = await caches.open(name)
        for (const request of await cache.keys()) texts.push(request.url)
      }
      return texts
    }""")
    assert not [url for url in cached if "/api/" in url]
    page.evaluate(_CONTROL, IN_CLEAR)
    kept_handset.close()
    kept_handset.open("about:blank")
    kept_handset.kill()
    assert found_in(kept_handset.folder, IN_CLEAR), "the search finds nothing at all"
    for word in (CALLED, SEEN, SAID):
        assert found_in(kept_handset.folder, word) == [], word


def test_a_draft_survives_the_battery_and_another_flag_does_not_take_its_place_unasked(city, kept_handset):
    page = on_shift(city, kept_handset, to_be_killed=True)
    page.locator("[data-name=new-flag]").click()
    tick(page, "flag-kinds", "missing")
    page.locator("[name=flag-seen]").fill(SEEN)
    until(page, lambda: SEEN in json.dumps(rows_on(page, "drafts"), default=str))
    kept_handset.kill()
    page = opened(kept_handset)
    expect(page.locator("[data-name=unfinished-flag]")).to_be_visible()
    page.locator("[data-name=new-flag]").click()
    expect(page.locator("[data-name=resumed]")).to_be_visible()
    expect(page.locator("[name=flag-seen]")).to_have_value(SEEN)
    page.clock.fast_forward("15:00")
    page.goto("/app/#/hoje")
    page.locator("[data-name=new-flag]").click()
    expect(page.locator("[data-name=kept-flag]")).to_be_visible()
    page.locator("[data-name=kept-drop]").click()
    expect(page.locator("[name=flag-seen]")).to_have_value("")


def test_what_is_added_survives_the_battery_too_and_the_adult_may_choose_later(city, kept_handset):
    page = on_shift(city, kept_handset, to_be_killed=True)
    page.locator("[data-name=new-flag]").click()
    tick(page, "flag-kinds", "physical")
    tick(page, "flag-age", "age_18_59")
    tick(page, "flag-sex", "female")
    page.locator("[data-name=choice-ligue_180]").get_by_role("radio", name="Não quer").check()
    saved(page)
    everything_delivered_soon(page)
    page.goto("/app/#/alertas")
    page.locator("[data-name=flag]").click()
    page.locator("[data-name=complement]").click()
    # What this phone still knows is not asked again.
    page.locator("[data-name=choice-ligue_180]").get_by_role("radio", name="Quer", exact=True).check()
    page.locator("[name=flag-said]").fill(SAID)
    until(page, lambda: SAID in json.dumps(rows_on(page, "drafts"), default=str))
    kept_handset.kill()
    page = opened(kept_handset)
    page.goto("/app/#/alertas")
    page.locator("[data-name=flag]").click()
    page.locator("[data-name=complement]").click()
    expect(page.locator("[name=flag-said]")).to_have_value(SAID)
    page.locator("[data-name=save-complement]").click()
    expect(page.locator("[data-name=standing]")).to_be_visible()
    everything_delivered_soon(page)
    [flag] = flags(city)
    with within_case(city) as session:
        chosen = {each["recipient"]: each["answer"] for each in city_facts(session, city, flag["id"]).choices}
    assert chosen == {"ligue_180": "accepted"}
    assert len(city.rows("SELECT sealed_words FROM flag_complements WHERE municipality_id = :m")) == 1
    until(page, lambda: SAID not in everything_on(page))


def test_its_author_sees_what_to_do_and_who_knows_but_no_word(city, handset):
    page = on_shift(city, handset)
    page.locator("[data-name=new-flag]").click()
    tick(page, "flag-kinds", "alone_in_street")
    saved(page)
    everything_delivered_soon(page)
    flag = flags(city)[0]
    at = flag["received_at"].isoformat()
    told = {
        "flag_id": str(flag["id"]), "occurred_at": at, "received_at": at, "status": "taken", "seen_at": at, "seen_where": "CREAS Norte",
        "guidance": "stay", "guidance_at": at, "mistake": None, "due_at": at,
        "calls": [{"recipient": "guardianship_council", "at": at, "outcome": "answered", "protocol": "CT-9"}],
        "told": [{"recipient": "guardianship_council", "at": at, "state": "received", "protocol": "CT-9"}],
    }  # fmt: skip
    handset.context.route(OWN, lambda route: route.fulfill(json={"flags": [told]}))
    page.goto("/app/#/alertas")
    expect(page.locator("[data-name=flag]")).to_contain_text("Fique com a pessoa")
    page.locator("[data-name=flag]").click()
    expect(page.locator("[data-name=guidance]")).to_contain_text("Fique com a pessoa")
    expect(page.locator("[data-name=seen]")).to_contain_text("Visto em CREAS Norte")
    expect(page.locator("[data-name=told]")).to_contain_text("CT-9")
    # Without the server what was told last stays.
    handset.context.unroute(OWN)
    handset.context.route(OWN, lambda route: route.abort())
    page.goto("/app/#/hoje")
    page.goto("/app/#/alertas")
    expect(page.locator("[data-name=flag]")).to_contain_text("Fique com a pessoa")
    # Esconder, here as everywhere.
    page.locator("[data-name=hide]").click()
    expect(page.locator("[data-name=unhide]")).to_be_visible()
    expect(page).not_to_have_title(re.compile("lerta"))
    assert "lerta" not in page.evaluate("document.body.innerText") and "lerta" not in page.title()
    page.locator("[data-name=unhide]").click()
    page.locator("[data-name=flag]").click()
    page.locator("[data-name=mistake]").click()
    page.get_by_role("radio", name="Era outra pessoa").check()
    page.locator("[data-name=mistake-save]").click()
    everything_delivered_soon(page)
    assert city.rows("SELECT mistake_said_at FROM flags WHERE municipality_id = :m")[0]["mistake_said_at"] is not None


def test_a_shut_phone_takes_in_a_flag_that_nobody_reads_there(city, handset, up):
    page = on_shift(city, handset)
    up.stop()
    page.goto("/app/#/eu")
    page.locator("[data-name=lock-now]").click()
    is_shut(page)
    page.locator("[data-name=without-entering]").click()
    page.locator("[data-name=without-flag]").click()
    page.locator("[data-name=danger-now] input").check()
    expect(page.locator("[data-recipient=police_190] [data-name=call-now]")).to_have_attribute("href", "tel:190")
    tick(page, "flag-kinds", "physical")
    page.locator("[name=flag-said]").fill(SAID)
    # Somebody looks over the shoulder; and a thumb on the wrong button loses nothing.
    page.locator("[data-name=hide]").click()
    expect(page).not_to_have_title(re.compile("lerta"))
    assert "lerta" not in page.evaluate("document.body.innerText")
    page.locator("[data-name=unhide]").click()
    page.locator("[data-name=without-back]").click()
    page.locator("[data-name=without-stay]").click()
    expect(page.locator("[name=flag-said]")).to_have_value(SAID)
    page.locator("[data-name=without-save-flag]").click()
    expect(page.locator("[data-name=lock-unsent]")).to_contain_text("1 registro a enviar")
    assert SAID not in shut_rows_on(page)
    unlock(page)
    page.goto("/app/#/hoje")
    expect(page.locator("[data-name=sync-badge]")).to_contain_text("1 alerta não enviado")
    up.start()
    send_now(page)
    everything_delivered(page)
    assert len(flags(city)) == 1


def test_a_server_of_before_keeps_the_flag_on_the_phone_and_the_phone_says_so(city, handset):
    page = on_shift(city, handset)

    def old(route):
        sent = json.loads(gzip.decompress(raw) if (raw := route.request.post_data_buffer)[:2] == b"\x1f\x8b" else raw)
        problem = {"code": "sync.unknown_command", "title": "Será enviado de novo depois.", "fields": {}}
        outcomes = [{"id": each["id"], "status": "refused", "receipt": None, "problem": problem} for each in sent["commands"]]
        route.fulfill(json={"received_at": sent["sent_at"], "outcomes": outcomes})

    handset.context.route("**/api/v1/sync/push", old)
    page.locator("[data-name=new-flag]").click()
    tick(page, "flag-kinds", "physical")
    saved(page)
    expect(page.locator("[data-name=old-server]")).to_be_visible()
    expect(page.locator("[data-name=calls] [data-name=call-now]").first).to_be_visible()


@pytest.mark.parametrize("size", [{"width": 360, "height": 740}, {"width": 1280, "height": 800}], ids=["360", "1280"])
def test_every_screen_of_a_flag(city, new_context, up, size):
    shape = {name: PHONE[name] for name in ("device_scale_factor", "is_mobile", "has_touch")}
    page = new_context(**shape, viewport=size).new_page()
    page.goto("/app/")
    sign_in(page, city, "rua")
    open_shift(page)
    wrong: list = []

    def look(name: str) -> None:
        wrong.extend((name, *each) for each in judged(page, FIELD, ("light", "dark")))

    page.evaluate(_COUNT)
    page.locator("[data-name=new-flag]").click()
    page.locator("[data-name=danger-now] input").check()
    page.locator("[data-recipient=police_190] [data-name=call-now]").click()
    page.locator("[data-recipient=samu_192] [data-name=call-now]").click()
    page.locator("[data-recipient=samu_192] [data-name=call-answered]").click()
    page.locator("[data-name=note-calls]").click()
    tick(page, "flag-kinds", "child_labour")
    tick(page, "flag-age", "age_7_12")
    for more in ("more-kinds", "more-forms", "more-observed"):
        page.locator(f"[data-name={more}]").click()
    page.locator("[data-name=flag-already-told] input").check()
    look("a child in danger")
    tick(page, "flag-age", "age_18_59")
    tick(page, "flag-kinds", "forced_removal")
    look("an adult")
    saved(page)
    look("kept")
    page.locator("[data-name=mistake]").click()
    look("mistake")
    page.locator("[data-name=mistake-back]").click()
    page.locator("[data-name=complement]").click()
    look("complement")
    page.goto("/app/#/alertas")
    expect(page.locator("[data-name=flag]")).to_be_visible()
    look("flags")
    page.goto("/app/#/hoje")
    expect(page.locator("[data-name=today-flags]")).to_be_visible()
    look("today")
    assert wrong == []
