"""What a test can see of a phone's inside, and what it can do to its network and its clock."""

import json
from collections.abc import Callable
from time import monotonic
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, TimeoutError, expect

from tests.browser.steps import CODE, home, open_shift, press, save_encounter, sign_in, start_encounter, unlocked
from tests.browser.vault import Keys, as_bytes
from tests.make.city import PASSWORD

PUSH = "**/api/v1/sync/push"
PULL = "**/api/v1/sync/pull*"
HOLD_MS = 11_000
PLANTED = "palavra plantada"

# Every row of every database of the phone, as a list of [database, store, row].
_DUMP = """async () => {
  const found = []
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done, fail) => {
      const asked = indexedDB.open(name)
      asked.onsuccess = () => done(asked.result)
      asked.onerror = () => fail(asked.error)
    })
    for (const store of db.objectStoreNames) {
      const rows = await new Promise((done) => {
        const asked = db.transaction(store).objectStore(store).getAll(); asked.onsuccess = () => done(asked.result)
      })
      for (const row of rows) found.push([name, store, row])
    }
    db.close()
  }
  const bytes = (_, value) => value instanceof Uint8Array ? { bytes: Array.from(value) } : value
  return JSON.stringify(found, bytes)
}"""


def rows_on(page: Page, store: str | None = None, owner: object = "", code: str = CODE) -> list[dict[str, Any]]:
    """Rows of one store (of all, without a name) of the databases whose name holds `owner`, opened with the code."""
    found = json.loads(page.evaluate(_DUMP), object_hook=as_bytes)
    keys = Keys([row for name, kind, row in found if name == "vinculo-device" and kind == "workers"], code)
    opened = [(name, kind, keys.open(name, kind, row)) for name, kind, row in found]
    return [row for name, kind, row in opened if str(owner) in name and store in (None, kind)]


def shut_rows_on(page: Page) -> str:
    """Everything in the phone's databases as whoever copies them finds it."""
    found = json.loads(page.evaluate(_DUMP), object_hook=as_bytes)
    return json.dumps(found, ensure_ascii=False, default=lambda value: value.decode("latin-1"))


def everything_on(page: Page, owner: object = "") -> str:
    return json.dumps(rows_on(page, None, owner), ensure_ascii=False, default=lambda value: value.hex())


def states(page: Page, name: str = "encounters.record", owner: object = "") -> list[str]:
    return [row["state"] for row in rows_on(page, "commands", owner) if row["name"] == name]


def until(page: Page, true: Callable[[], bool], timeout_s: int = 45) -> None:
    """Ask again and again for what shows on no screen; each turn through the page delivers the browser's events."""
    give_up_at = monotonic() + timeout_s
    while not true():
        assert monotonic() < give_up_at, "it did not come true in time"
        page.evaluate("new Promise((done) => setTimeout(done, 40))")


def opened(handset) -> Page:
    """The app started on a phone whose clock the test can move."""
    page = handset.open("about:blank")
    page.clock.install()
    page.goto("/app/")
    return unlocked(page)


def on_shift(city, handset, persona: str = "rua", to_be_killed: bool = False) -> Page:
    page = opened(handset)
    sign_in(page, city, persona)
    if to_be_killed:
        # Chromium writes cookies to disk only every 30 s, and when it is closed.
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        handset.close()
        page = opened(handset)
    open_shift(page)
    everything_delivered(page)
    return page


def saved_here(page: Page, situation: str = "Em situação de rua") -> None:
    start_encounter(page, situation)
    save_encounter(page)
    home(page)


def noted_encounter(page: Page, situation: str, note: str) -> None:
    start_encounter(page, situation)
    save_encounter(page)
    page.locator("[data-name=follow-note]").click()
    page.locator("[name=note]").fill(note)
    page.locator("[data-name=follow-save]").click()
    expect(page.locator("[data-name=follow-save]")).to_have_count(0)
    home(page)


def named_encounter(page: Page, name: str) -> None:
    """Delivered, so that the name comes back to the phone as one of its caseload."""
    start_encounter(page, "Em situação de rua")
    save_encounter(page)
    page.locator("[data-name=follow-names]").click()
    page.locator("[name=called]").first.fill(name)
    page.locator("[data-name=follow-save]").click()
    expect(page.locator("[data-name=follow-save]")).to_have_count(0)
    home(page)
    let_go(page)
    everything_delivered(page)


def encounters(city) -> list[dict]:
    return city.rows("SELECT * FROM encounters WHERE municipality_id = :m ORDER BY recorded_at")


def desk_sign_in(page: Page, city, persona: str) -> None:
    """Another tab of the phone's browser, at the desk's door: one browser, one cookie."""
    page.goto("/sair")
    page.get_by_role("button", name="Sair").click()
    page.goto("/entrar")
    page.get_by_label("Nome de acesso").fill(city.login(persona))
    page.get_by_label("Senha").fill(PASSWORD)
    press(page, "Entrar")
    page.wait_for_url(lambda url: "/entrar" not in url)


def let_go(page: Page) -> None:
    """Ten seconds pass on the phone's clock: what was held for *Desfazer* is on its way."""
    page.clock.fast_forward(HOLD_MS)


def records(page: Page, state: str) -> Locator:
    return page.locator(f"[data-name=record][data-state={state}]")


def outbox_items(page: Page, state: str) -> Locator:
    return page.locator(f"[data-name=outbox-item][data-state={state}]")


def send_now(page: Page) -> None:
    """Through the outbox screen, whatever the back-off says."""
    page.goto("/app/#/envio")
    button = page.locator("[data-name=send-now]")
    expect(button.or_(page.get_by_text("Tudo enviado")).first).to_be_visible()
    try:
        button.click(timeout=4_000)
    except TimeoutError:  # it went by itself in that very moment
        expect(button).to_have_count(0)


def everything_delivered(page: Page) -> None:
    sent = page.locator("[data-name=sync-badge][data-unsent='0']").or_(page.get_by_text("Tudo enviado"))
    expect(sent.first).to_be_visible()


class Line:
    """The line between a phone and the server, with a fault of one's choice on pushes."""

    def __init__(self, context: BrowserContext, path: str = PUSH):
        self.context, self.path = context, path
        self.asked: list[dict] = []
        self.answered = 0

    def breaks(self, fault: Callable[[Route, Request], None]) -> "Line":
        def handler(route: Route, request: Request) -> None:
            if request.method == "POST":
                self.asked.append(request.headers)
            fault(route, request)

        self.mend()
        self.context.route(self.path, handler)
        return self

    def mend(self) -> None:
        self.context.unroute(self.path)

    # The faults.
    def loses_the_answer(self, route: Route, request: Request) -> None:
        """The server commits; the phone never hears of it."""
        route.fetch()
        self.answered += 1
        route.abort("connectionreset")

    def keeps_the_answer_back(self, route: Route, request: Request) -> None:
        """The server commits; the answer is still on its way when the test goes on."""
        route.fetch()
        self.answered += 1

    def cuts(self, route: Route, request: Request) -> None:
        answer = route.fetch()
        route.fulfill(status=200, content_type="application/json", body=answer.text()[: len(answer.text()) // 2])
        self.answered += 1

    def says(self, status: int, body: str, content_type: str = "text/html") -> Callable[[Route, Request], None]:
        def fault(route: Route, request: Request) -> None:
            self.answered += 1
            route.fulfill(status=status, content_type=content_type, body=body)

        return fault
