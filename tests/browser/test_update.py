"""A new version is offered and never takes over an open form; nothing but our own files is kept as the app."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.insides import everything_delivered, rows_on, until
from tests.browser.steps import home, offline_ready, open_shift, reopened, save_encounter, sign_in, start_encounter, unlock, unlocked
from tests.make.source import ROOT

pytestmark = pytest.mark.browser

# A file that follows the first visit.
LATE_FILE = "**/static/assets/leaflet-map-*.js"
COMPILED = ROOT / "static" / "dist" / "sw.js"
LOOK = "navigator.serviceWorker.getRegistration('/app/').then((found) => found.update()).then(() => true, () => false)"
WAITING = "navigator.serviceWorker.getRegistration('/app/').then((found) => found.waiting !== null)"


@pytest.fixture
def new_version():
    """A worker of other bytes, as a new build has."""
    before = COMPILED.read_bytes()

    def publish() -> None:
        COMPILED.write_bytes(before + b"\n// the next version\n")

    yield publish
    COMPILED.write_bytes(before)


def test_a_new_version_waits_until_it_is_accepted_and_never_touches_a_form(city, handset, new_version):
    page = handset.open()
    sign_in(page, city, "rua")
    offline_ready(page)
    open_shift(page)
    everything_delivered(page)
    start_encounter(page, "Família")
    until(page, lambda: len(rows_on(page, "drafts")) == 1)
    page.evaluate("window.samePage = true")
    new_version()
    assert page.evaluate(LOOK)
    until(page, lambda: page.evaluate(WAITING))
    # Over the form nothing is offered and nothing happens.
    expect(page.get_by_role("radio", name="Família")).to_be_checked()
    assert page.locator("[data-name=update-ready]").count() == 0
    save_encounter(page)
    assert page.evaluate("window.samePage") is True
    home(page)
    expect(page.locator("[data-name=update-ready]")).to_be_visible()
    with page.expect_navigation():
        page.locator("[data-name=update]").click()
    unlock(page)
    expect(page.get_by_text("Turno aberto há", exact=True)).to_be_visible()
    assert page.evaluate("window.samePage") is None
    until(page, lambda: not page.evaluate(WAITING))
    expect(page.locator("[data-name=update-ready]")).to_have_count(0)
    assert [row["state"] for row in rows_on(page, "commands") if row["name"] == "encounters.record"] == ["held"]


def test_accepted_in_one_tab_the_form_in_the_other_stays(city, handset, new_version):
    page = handset.open()
    sign_in(page, city, "rua")
    offline_ready(page)
    open_shift(page)
    form = handset.context.new_page()
    form.goto("/app/")
    unlocked(form)
    start_encounter(form, "Família")
    form.evaluate("window.samePage = true")
    new_version()
    assert page.evaluate(LOOK)
    with page.expect_navigation():
        page.locator("[data-name=update]").click()
    unlock(page)
    expect(page.get_by_text("Turno aberto há", exact=True)).to_be_visible()
    until(page, lambda: not page.evaluate(WAITING))
    assert form.evaluate("window.samePage") is True
    save_encounter(form)


CACHED = """async () => {
  const found = []
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const asked of await cache.keys()) {
      found.push([new URL(asked.url).pathname, await (await cache.match(asked)).text()])
    }
  }
  return found
}"""


def test_a_captive_portals_page_is_never_kept_as_part_of_the_app(city, handset):
    """It answers 200 to everything: kept once under a hashed name, it would be the app without signal for good."""
    handset.open("about:blank")
    portal = "<!doctype html><p>Aceite os termos</p>"

    asked: list[str] = []

    def says_yes(route, request):
        asked.append(request.url)
        route.fulfill(status=200, content_type="text/html", body=portal)

    handset.context.route(LATE_FILE, says_yes)
    page: Page = handset.context.pages[0]
    page.goto("/app/")
    sign_in(page, city, "rua")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, lambda: len(asked) > 0)
    handset.context.unroute(LATE_FILE)
    reopened(page)
    until(page, lambda: any("/assets/leaflet-map-" in path and path.endswith(".js") for path, _body in page.evaluate(CACHED)))
    assert [path for path, body in page.evaluate(CACHED) if "Aceite os termos" in body] == []
