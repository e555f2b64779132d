"""Notices in the real browser: turned on, off and bound to each session; shown by the workers; every state looked at.

No push service is asked: what would ask one is the browser's PushManager, which answers in the test's stead.
"""

import json
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import expect

from tests.browser.faces import DESK, FIELD, Walk
from tests.browser.steps import sign_in
from tests.browser.test_faces import NARROW, at_desk
from tests.notices.receiver import b64e

pytestmark = pytest.mark.browser

ENDPOINT = "https://fcm.googleapis.com/fcm/send/of-this-browser"
# A subscription is kept for the browser's life, as a real one is; "no" is the person's answer, or an older one.
STUB = """
(({ permission, keys }) => {
  const kept = 'stubbed-subscription'
  const made = () => ({
    endpoint: '%s', options: { applicationServerKey: null },
    toJSON() { return { endpoint: this.endpoint, expirationTime: null, keys } },
    unsubscribe: async () => { localStorage.removeItem(kept); return true },
  })
  Object.defineProperty(Notification, 'permission', { get: () => localStorage.getItem('stubbed-permission') ?? permission })
  Notification.requestPermission = async () => {
    const said = permission === 'default' ? 'granted' : permission
    localStorage.setItem('stubbed-permission', said)
    return said
  }
  PushManager.prototype.getSubscription = async () => localStorage.getItem(kept) ? made() : null
  PushManager.prototype.subscribe = async (options) => {
    if (!options.userVisibleOnly || options.applicationServerKey.length !== 65) throw new Error('not as it must be')
    localStorage.setItem(kept, '1')
    return made()
  }
})(%s)
"""


def keys():
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return {"p256dh": b64e(point), "auth": b64e(os.urandom(16))}


def stubbed(context, permission="default"):
    context.add_init_script(STUB % (ENDPOINT, json.dumps({"permission": permission, "keys": keys()})))
    return context


def of_city(city):
    return city.rows(
        "SELECT s.worker_id, w.device_id FROM push_subscriptions s JOIN sessions w ON w.id = s.session_id"
        " AND w.municipality_id = s.municipality_id WHERE s.municipality_id = :m AND s.endpoint = :e",
        e=ENDPOINT,
    )


def kept(page, name):
    """A picture to look at, where VINCULO_PICTURES says so."""
    folder = os.environ.get("VINCULO_PICTURES")
    if folder:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=str(Path(folder) / f"{name}-{scheme}.png"), full_page=True)


def test_a_desk_turns_its_browser_on_and_off(city, new_context, up):
    page = stubbed(new_context(viewport={"width": 1280, "height": 800})).new_page()
    at_desk(page, city, "abrigo")
    page.goto("/conta/")
    page.get_by_role("link", name="Avisos").click()
    expect(page.get_by_text("Desligados: você só vê")).to_be_visible()
    expect(page.get_by_text("ligados", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Ativar avisos neste aparelho").click()
    expect(page.get_by_text("ligados", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Onde seus avisos chegam")).to_be_visible()
    assert [row["worker_id"] for row in of_city(city)] == [city.ids["abrigo"]]
    kept(page, "on-wide")
    page.get_by_role("button", name="Desligar neste aparelho").click()
    expect(page.get_by_text("Desligados: você só vê")).to_be_visible()
    assert of_city(city) == []


def test_a_shared_browser_is_bound_to_whoever_signs_in(city, new_context, up):
    page = stubbed(new_context()).new_page()
    at_desk(page, city, "abrigo")
    page.goto("/conta/avisos")
    page.get_by_role("button", name="Ativar avisos neste aparelho").click()
    expect(page.get_by_role("heading", name="Onde seus avisos chegam")).to_be_visible()
    at_desk(page, city, "centropop")
    with page.expect_response("**/api/v1/notices/subscriptions") as answer:
        page.goto("/mesa/")
    assert answer.value.status == 201
    assert [row["worker_id"] for row in of_city(city)] == [city.ids["centropop"]]
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "notices" in request.url else None)
    page.goto("/mesa/")  # once for each session
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if url.endswith("/subscriptions")] == []


def test_a_server_that_refuses_leaves_the_browser_off(city, new_context, up):
    page = stubbed(new_context()).new_page()
    at_desk(page, city, "abrigo")
    page.goto("/conta/avisos")
    page.route("**/api/v1/notices/subscriptions", lambda route: route.abort())
    page.get_by_role("button", name="Ativar avisos neste aparelho").click()
    expect(page.get_by_role("alert")).to_have_text("O servidor não respondeu. Tente de novo.")
    expect(page.get_by_role("button", name="Ativar avisos neste aparelho")).to_be_visible()
    assert of_city(city) == []


@pytest.mark.parametrize("size", [NARROW, {"width": 360, "height": 740}, {"width": 1280, "height": 800}], ids=["narrow", "phone", "wide"])
def test_every_state_of_the_page(city, new_context, up, size):
    wrong = []
    for name, permission in (("off", "default"), ("denied", "denied"), ("unsupported", "default")):
        context = stubbed(new_context(viewport=size), permission)
        if name == "unsupported":
            context.add_init_script("delete window.PushManager")
        page = context.new_page()
        walk = Walk(page, DESK)
        at_desk(page, city, "abrigo")
        page.goto("/conta/avisos?feito=guardado")
        expect(page.locator(f"[data-state={name}]")).to_be_visible()
        walk.look(name)
        kept(page, f"{name}-{size['width']}")
        wrong += walk.wrong
        if name == "off":
            page.get_by_role("button", name="Ativar avisos neste aparelho").click()
            expect(page.get_by_role("heading", name="Onde seus avisos chegam")).to_be_visible()
            walk.look("on")
            kept(page, f"on-{size['width']}")
            page.get_by_role("button", name="Mandar um aviso de teste").click()
            expect(page.get_by_text("Aviso de teste a caminho")).to_be_visible()
            page.get_by_role("button", name="Desligar neste aparelho").click()
            expect(page.get_by_text("Desligados: você só vê")).to_be_visible()
    assert wrong == [], "\n".join(map(str, wrong))


def test_without_javascript_the_page_still_sets_what_it_can(city, new_context, up):
    page = new_context(java_script_enabled=False).new_page()
    at_desk(page, city, "abrigo")
    page.goto("/conta/avisos")
    expect(page.get_by_role("button", name="Ativar avisos neste aparelho")).to_be_hidden()
    page.get_by_label("Das").fill("22:00")
    page.get_by_label("Até as").fill("06:00")
    page.get_by_label("E-mail, para quando").fill("abrigo@cidade.test")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Guardado.")).to_be_visible()
    expect(page.get_by_label("Das")).to_have_value("22:00")


@pytest.mark.parametrize("worker, scope", [("/mesa/sw.js", "/mesa/"), ("/app/sw.js", "/app/")])
def test_both_workers_show_what_is_pushed(city, new_context, up, worker, scope):
    context = new_context()
    context.grant_permissions(["notifications"])
    page = context.new_page()
    tools = context.new_cdp_session(page)
    registered = []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda told: registered.extend(told["registrations"]))
    tools.send("ServiceWorker.enable")
    page.goto("/entrar")
    page.evaluate(
        """async ([worker, scope]) => {
          const registration = await navigator.serviceWorker.register(worker, { scope })
          const started = registration.installing ?? registration.waiting
          if (started) await new Promise((done) => started.addEventListener('statechange', () => started.state === 'activated' && done()))
        }""",
        [worker, scope],
    )
    [found] = {each["registrationId"] for each in registered if each["scopeURL"].endswith(scope)}
    content = {"title": "Novo encaminhamento", "body": "Abra o Vínculo para ver.", "tag": "referral_new", "url": "/mesa/", "lang": "pt-BR"}
    for data in (json.dumps(content), "not what it should be"):
        tools.send("ServiceWorker.deliverPushMessage", {"origin": up.url, "registrationId": found, "data": data})
    shown = page.evaluate(
        """async (scope) => {
          const registration = await navigator.serviceWorker.getRegistration(scope)
          for (let tries = 0; tries < 100; tries++) {
            const shown = await registration.getNotifications()
            if (shown.length === 2) return shown.map((one) => [one.title, one.body, one.tag]).sort()
            await new Promise((done) => setTimeout(done, 50))
          }
          return (await registration.getNotifications()).map((one) => one.title)
        }""",
        scope,
    )
    assert shown == [["Novo encaminhamento", "Abra o Vínculo para ver.", "referral_new"], ["Vínculo", "", "vinculo"]]


def test_a_phone_turns_itself_on_under_eu(city, new_context, up):
    context = stubbed(new_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True))
    page = context.new_page()
    page.goto("/app/")
    sign_in(page, city, "rua")
    page.goto("/app/#/eu")
    walk = Walk(page, FIELD)
    button = page.get_by_role("button", name="Ativar avisos")
    expect(button).to_be_visible()
    walk.look("off")
    kept(page, "phone-off")
    button.click()
    expect(page.get_by_role("button", name="Desligar avisos")).to_be_visible()
    walk.look("on")
    kept(page, "phone-on")
    [row] = of_city(city)
    assert row["worker_id"] == city.ids["rua"] and row["device_id"] is not None
    page.get_by_role("button", name="Mandar um aviso de teste").click()
    expect(page.get_by_text("Aviso de teste a caminho").first).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as ended:
        page.get_by_role("button", name="Desligar avisos").click()
    assert ended.value.status == 204 and of_city(city) == []
    expect(button).to_be_visible()
    assert walk.wrong == [], "\n".join(map(str, walk.wrong))
