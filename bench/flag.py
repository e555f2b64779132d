"""A flag on a slow phone: what shutting its words costs, and how soon the desk is told with a full outbox before it.

    .venv/bin/python bench/flag.py [--times 11] [--slow 4] [--queued 1000]

Chromium at a quarter of the CPU's speed. Save to stored: from the tap on "Salvar alerta", with 4,000 letters of words,
until the phone says that it is kept. Limit: the same envelope by WebCrypto alone (P-256, HKDF, AES-GCM) in the same page.
Flag to notice: without a network so many ordinary commands are put in line, then a flag is raised; from the moment that the
line is back until a notice of it lies in the database, and until the last of the others has arrived. Limit of the first:
one flag with an empty outbox, taken the same way.
"""

import argparse
import tempfile
import time
from pathlib import Path

import orjson
from city import demonstration
from phone import enter, pair
from playwright.sync_api import BrowserContext, Page, sync_playwright
from sqlalchemy import Engine, create_engine, text

from app.core import envelopes
from app.core.ids import new_id
from tests.browser.conftest import CHROMIUM_ARGS, PHONE, chromium
from tests.browser.insides import rows_on

WATCH = """() => {
  window.__kept = new Promise(done => document.addEventListener('click', event => {
    if (!event.target.closest('[data-name="save-flag"]')) return
    const began = performance.now()
    const seen = () => document.querySelector('[data-name="calls"]') && location.hash.startsWith('#/alertas/') ? done(performance.now() - began) : requestAnimationFrame(seen)
    seen()
  }, { capture: true, once: true }))
}"""
SEAL = """async (point) => {
  const curve = { name: 'ECDH', namedCurve: 'P-256' }
  const bytes = Uint8Array.from(atob(point.replace(/-/g, '+').replace(/_/g, '/')), letter => letter.charCodeAt(0))
  const began = performance.now()
  const theirs = await crypto.subtle.importKey('raw', bytes, curve, false, [])
  const own = await crypto.subtle.generateKey(curve, true, ['deriveBits'])
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own.privateKey, 256)
  const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: new TextEncoder().encode('vinculo/seal/v1/bench') }
  const key = await crypto.subtle.deriveKey(how, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt'])
  await crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, new Uint8Array(8200))
  return performance.now() - began
}"""
# As records made without entering lie there: sealed, in line, in the ordinary lane.
QUEUE = """([name, rows]) => new Promise((done, failed) => {
  const asked = indexedDB.open(name)
  asked.onerror = () => failed(asked.error)
  asked.onsuccess = () => {
    const tx = asked.result.transaction('commands', 'readwrite')
    for (const [id, sealed] of rows) tx.objectStore('commands').add({ id, sealed, over_at: null, box: null })
    tx.oncomplete = () => { asked.result.close(); done() }
  }
})"""
LONG = "Vendia balas entre os carros, sozinha, à noite. " * 41
PUSHES = "**/api/v1/sync/**"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--times", type=int, default=11)
    options.add_argument("--slow", type=float, default=4)
    options.add_argument("--queued", type=int, default=1000)
    chosen = options.parse_args()
    with demonstration() as server, sync_playwright() as play, tempfile.TemporaryDirectory() as profile:
        owner = create_engine(server.config.sqlalchemy_owner_url)
        context = play.chromium.launch_persistent_context(
            str(Path(profile)), executable_path=chromium(), headless=True, chromium_sandbox=False, args=CHROMIUM_ARGS,
            base_url=server.url, permissions=["geolocation"],
            geolocation={"longitude": -35.21, "latitude": -5.79, "accuracy": 12}, **PHONE,
        )  # fmt: skip
        page = context.pages[0]
        enter(page)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": chosen.slow})
        [row] = rows_on(page, "workers")
        saved, sealed = [], []
        for _ in range(chosen.times):
            saved.append(raise_flag(page))
            sealed.append(page.evaluate(SEAL, row["seal_key"]["public"]))
        alone = to_notice(page, context, owner, 0, row)[0]
        first, last = to_notice(page, context, owner, chosen.queued, row)
        context.close()
    print(f"At 1/{chosen.slow:g} of the CPU's speed, median of {chosen.times}:")
    pair("save of a flag with 4,000 letters to stored", saved, "the same envelope by WebCrypto alone", sealed)
    print(f"flag to notice {first:.1f} s with {chosen.queued:,} commands before it; {alone:.1f} s with none; the last of them after {last:.1f} s")


def raise_flag(page: Page) -> float:
    page.goto("/app/#/hoje")
    page.locator("[data-name=new-flag]").click()
    page.locator("[data-name=flag-kinds] input[value=child_labour]").check()
    page.locator("[data-name=flag-age] input[value=age_7_12]").check()
    page.locator("[name=flag-seen]").fill(LONG)
    page.locator("[name=flag-said]").fill(LONG)
    page.evaluate(WATCH)
    page.locator("[data-name=save-flag]").click()
    return page.evaluate("window.__kept")


def to_notice(page: Page, context: BrowserContext, owner: Engine, queued: int, worker: dict) -> tuple[float, float]:
    """Seconds from the line's return until the notice, and until nothing is left to send."""
    wait(lambda: unsent(page) == 0, page)
    context.route(PUSHES, lambda route: route.abort())
    if queued:
        page.evaluate(QUEUE, [f"vinculo-{worker['key']}", ordinary(page, queued, worker)])
    raise_flag(page)
    before = notices(owner)
    page.goto("/app/#/hoje")
    context.unroute(PUSHES)
    began = time.monotonic()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    wait(lambda: notices(owner) > before, page)
    told = time.monotonic() - began
    wait(lambda: unsent(page) == 0, page, 300)
    return told, time.monotonic() - began


def ordinary(page: Page, count: int, worker: dict) -> list[tuple[str, str]]:
    """Encounters of this worker, each in an envelope to the city."""
    key = envelopes.of_point(envelopes.unb64(worker["seal_key"]["public"]))
    ground, now = worker["ground"], time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    place = {"source": "none", "lon": None, "lat": None, "accuracy_m": None, "point_id": None, "text": None, "reason": "unsafe", "fixed_at": None}
    found = []
    for _ in range(count):
        command_id, encounter_id = str(new_id()), str(new_id())
        body = {
            "encounter_id": encounter_id, "shift_id": None, **ground, "situation": "street_situation", "outcome": None, "origin": None, "people_count": 1,
            "people": [{"participation_id": str(new_id()), "age_band": None, "sex": None}], "place": place, "late": False, "recorded_at": now, "note": None,
        }  # fmt: skip
        command = {
            "id": command_id, "worker_id": worker["session"]["worker"]["id"], "name": "encounters.record", "version": 1, "occurred_at": now,
            "after": [], "replaces": None, "body": body, "without_entering": True,
        }  # fmt: skip
        found.append((command_id, envelopes.seal(key, orjson.dumps(command))))
    return found


def unsent(page: Page) -> int:
    return int(page.evaluate("Number(document.querySelector('[data-name=sync-badge]')?.dataset.unsent ?? 0)"))


def notices(owner: Engine) -> int:
    with owner.begin() as session:
        return session.execute(text("SELECT count(*) FROM notices WHERE kind = 'case_new'")).scalar_one()


def wait(true, page: Page, most_s: int = 60) -> None:
    deadline = time.monotonic() + most_s
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit("it did not come true in time")
        page.wait_for_timeout(50)


if __name__ == "__main__":
    main()
