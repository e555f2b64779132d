"""Waiting on a slow phone: Chromium at a quarter of the CPU's speed, everything already in the service worker.

    .venv/bin/python bench/phone.py [--times 20] [--slow 4]

Time to usable: from the navigation until the code of the shut phone can be typed. Limit: the load event of an empty page
by the same browser at the same slowness. Save to stored: from the tap on "Salvar encontro" until the screen says
"Guardado no aparelho", which it does after the strict transaction. Limit: a bare strict IndexedDB transaction that
writes as many rows of the same size. Both clocks run inside the page.
"""

import argparse
import re
import statistics
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from city import PASSWORD, WORKER, demonstration
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGS, PHONE, chromium
from tests.browser.steps import choose_code, reopened, unlock

EMPTY = b"""<!doctype html><html lang="pt-BR"><head><meta charset="utf-8"><title>Vazia</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>Vazia</h1></main></body></html>"""
USABLE = """new Promise(done => {
  const seen = () => {
    const button = document.querySelector('[name="code"]')
    const box = button?.getBoundingClientRect()
    if (box && box.width && button.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)))
      requestAnimationFrame(() => done(performance.now()))
    else requestAnimationFrame(seen)
  }
  seen()
})"""
LOADED = """new Promise(done => {
  const seen = () => performance.timing.loadEventEnd ? done(performance.timing.loadEventEnd - performance.timing.navigationStart) : setTimeout(seen, 5)
  seen()
})"""
WATCH_SAVE = """() => {
  window.__saved = new Promise(done => document.addEventListener('click', event => {
    if (!event.target.closest('[data-name="save"]')) return
    const began = performance.now()
    const seen = () => document.querySelector('[data-name="kept"]') ? done(performance.now() - began) : requestAnimationFrame(seen)
    seen()
  }, { capture: true, once: true }))
}"""
# Two rows of about 700 bytes (the record and its command), as a save writes them.
BARE = """() => new Promise((done, failed) => {
  const asked = indexedDB.open('bench', 1)
  asked.onupgradeneeded = () => { asked.result.createObjectStore('a'); asked.result.createObjectStore('b') }
  asked.onerror = () => failed(asked.error)
  asked.onsuccess = () => {
    const base = asked.result
    const began = performance.now()
    const tx = base.transaction(['a', 'b'], 'readwrite', { durability: 'strict' })
    tx.objectStore('a').put({ text: 'x'.repeat(700) }, crypto.randomUUID())
    tx.objectStore('b').put({ text: 'x'.repeat(700) }, crypto.randomUUID())
    tx.oncomplete = () => { const took = performance.now() - began; base.close(); done(took) }
    tx.onabort = () => failed(tx.error)
  }
})"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--times", type=int, default=20)
    options.add_argument("--slow", type=float, default=4)
    chosen = options.parse_args()
    with demonstration() as server, sync_playwright() as play, tempfile.TemporaryDirectory() as profile, empty_page() as empty:
        context = play.chromium.launch_persistent_context(
            str(Path(profile)), executable_path=chromium(), headless=True, chromium_sandbox=False, args=CHROMIUM_ARGS,
            base_url=server.url, permissions=["geolocation"],
            geolocation={"longitude": -35.21, "latitude": -5.79, "accuracy": 12}, **PHONE,
        )  # fmt: skip
        page = context.pages[0]
        enter(page)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": chosen.slow})
        usable, loaded, saved, bare = [], [], [], []
        for _ in range(chosen.times):
            page.goto(empty)
            loaded.append(page.evaluate(LOADED))
            page.goto("/app/")
            usable.append(page.evaluate(USABLE))
            unlock(page)
            saved.append(save(page))
            bare.append(page.evaluate(BARE))
        context.close()
    print(f"at 1/{chosen.slow:g} of the CPU's speed, median of {chosen.times}:")
    pair("time to usable", usable, "an empty page's load", loaded)
    pair("save to stored", saved, "a bare strict transaction", bare)


def enter(page: Page) -> None:
    """Signed in, shift open, everything in the worker's cache."""
    page.goto("/app/")
    page.get_by_label("Usuário").fill(WORKER)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_label("Nome deste celular").fill("Banco de provas")
    page.get_by_role("button", name="Entrar").click()
    choose_code(page)
    page.get_by_role("link", name=re.compile("Abrir o turno")).first.click(timeout=60_000)
    page.get_by_role("button", name="Abrir o turno").last.click()
    expect(page.locator('[data-name="new-encounter"]')).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(3000)
    reopened(page)


def save(page: Page) -> float:
    page.locator('[data-name="new-encounter"]').click()
    page.get_by_role("radio", name="Em situação de rua").check()
    page.evaluate(WATCH_SAVE)
    page.locator('[data-name="save"]').click()
    return page.evaluate("window.__saved")


def pair(name: str, ours: list[float], limit_name: str, limit: list[float]) -> None:
    a, b = statistics.median(ours), statistics.median(limit)
    print(f"{name} {a:.0f} ms ({min(ours):.0f} to {max(ours):.0f}); {limit_name} {b:.0f} ms ({min(limit):.0f} to {max(limit):.0f});"
          f" {a / b:.1f} times")


class empty_page:
    """A page with nothing in it, on a port of its own; gives its address."""

    def __enter__(self) -> str:
        class Empty(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(EMPTY)))
                self.end_headers()
                self.wfile.write(EMPTY)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Empty)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/"

    def __exit__(self, *_):
        self.server.shutdown()


if __name__ == "__main__":
    main()
