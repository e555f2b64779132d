"""The shut phone: what opening costs its worker, what a save costs, and what guessing costs somebody with a copy.

    .venv/bin/python bench/vault.py [--times 15] [--slow 4] [--people 1000]

A phone of the demonstration with at least so many people in its vault, Chromium at a quarter of the CPU's speed. Unlock:
from the tap on "Abrir" until "Novo encontro" can be hit. Limit: the same rounds of PBKDF2 alone, in the same page; they
run outside the page's throttled thread, so the rest is what the vault itself costs. Save to stored, as bench/phone.py
takes it. Guessing: the rounds that this phone chose, tried by one core of this machine against the copied profile's header.
"""

import argparse
import hashlib
import os
import statistics
import tempfile
import time
from pathlib import Path

from city import demonstration
from phone import BARE, enter, pair, save
from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy import create_engine, text

from tests.browser.conftest import CHROMIUM_ARGS, PHONE, chromium
from tests.browser.insides import rows_on
from tests.browser.steps import CODE, reopened

WATCH_UNLOCK = """() => {
  window.__opened = new Promise(done => document.addEventListener('click', event => {
    if (!event.target.closest('[data-name="unlock"]')) return
    const began = performance.now()
    const seen = () => {
      const button = document.querySelector('[data-name="new-encounter"]')
      const box = button?.getBoundingClientRect()
      if (box && box.width && button.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2))) done(performance.now() - began)
      else requestAnimationFrame(seen)
    }
    seen()
  }, { capture: true, once: true }))
}"""
STRETCH = """async (rounds) => {
  const began = performance.now()
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode('271828'), 'PBKDF2', false, ['deriveBits'])
  await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(16), iterations: rounds }, key, 256)
  return performance.now() - began
}"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--times", type=int, default=15)
    options.add_argument("--slow", type=float, default=4)
    options.add_argument("--people", type=int, default=1000)
    chosen = options.parse_args()
    with demonstration() as server, sync_playwright() as play, tempfile.TemporaryDirectory() as profile:
        crowd(server.config.sqlalchemy_owner_url)
        context = play.chromium.launch_persistent_context(
            str(Path(profile)), executable_path=chromium(), headless=True, chromium_sandbox=False, args=CHROMIUM_ARGS,
            base_url=server.url, permissions=["geolocation"],
            geolocation={"longitude": -35.21, "latitude": -5.79, "accuracy": 12}, **PHONE,
        )  # fmt: skip
        page = context.pages[0]
        enter(page)
        people = held(page, chosen.people)
        [vault] = [row["vault"] for row in rows_on(page, "workers")]
        rounds = vault["code"]["rounds"]
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": chosen.slow})
        opened, stretched, saved, bare = [], [], [], []
        for _ in range(chosen.times):
            opened.append(unlock(page))
            stretched.append(page.evaluate(STRETCH, rounds))
            saved.append(save(page))
            bare.append(page.evaluate(BARE))
            page.goto("/app/#/eu")
            page.locator("[data-name=lock-now]").click()
        context.close()
    print(f"{people} people in the vault, at 1/{chosen.slow:g} of the CPU's speed, median of {chosen.times}:")
    pair("unlock", opened, f"{rounds:,} rounds of PBKDF2 alone", stretched)
    pair("save to stored", saved, "a bare strict transaction", bare)
    guess(rounds)


def crowd(owner_url: str) -> None:
    """The caseload of 90 days instead of 30: the largest that a city may choose."""
    with create_engine(owner_url).begin() as owner:
        owner.execute(text("UPDATE municipalities SET settings = settings || '{\"caseload_days\": 90}'::jsonb"))


def held(page: Page, least: int) -> int:
    """Waits until the caseload is whole; shut, and ready for the first opening."""
    deadline = time.monotonic() + 60
    while (people := sum(row["type"] == "person" for row in rows_on(page, "pulled"))) < least:
        if time.monotonic() > deadline:
            raise SystemExit(f"only {people} people came: give a smaller --people")
        reopened(page)
        page.wait_for_timeout(1500)
    page.goto("/app/#/eu")
    page.locator("[data-name=lock-now]").click()
    return people


def unlock(page: Page) -> float:
    expect(page.locator("[name=code]")).to_be_visible()
    page.goto("/app/#/hoje")
    page.locator("[name=code]").fill(CODE)
    page.evaluate(WATCH_UNLOCK)
    page.locator("[data-name=unlock]").click()
    return page.evaluate("window.__opened")


def guess(rounds: int, tries: int = 20) -> None:
    salt, took = os.urandom(16), []
    for guessed in range(tries):
        began = time.perf_counter()
        hashlib.pbkdf2_hmac("sha256", f"{guessed:06}".encode(), salt, rounds)
        took.append(time.perf_counter() - began)
    each = statistics.median(took)
    print(f"guessing on one core of this machine: {1 / each:.1f} codes/s; ten thousand in {10_000 * each / 60:.0f} min,"
          f" all of six digits in {1e6 * each / 86400:.1f} days, of eight in {1e8 * each / 86400 / 365:.1f} years")


if __name__ == "__main__":
    main()
