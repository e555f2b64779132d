"""Finding somebody among 5,000 people on a slow phone without signal: from the letter typed until the answers are painted.

    .venv/bin/python bench/person_search.py [--people 5000] [--times 5] [--slow 4]

The real app with so many people in its vault, Chromium at a quarter of the CPU's speed, the line cut. Each query is typed
as a whole and timed inside the page: from the input event until the frame that shows the answers is painted. Limit in the same run:
a plain `includes()` over the same names, which forgives nothing, and an empty frame of the same browser. The first query
is also asked in the moment in which the screen opens, when its index is not made yet.
"""

import argparse
import random
import statistics
import tempfile
from pathlib import Path

import first_pull
import invented
from city import PASSWORD, WORKER, demonstration
from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy import create_engine, text

from app.core.ids import new_id
from tests.browser.conftest import CHROMIUM_ARGS, PHONE, chromium
from tests.browser.steps import choose_code

QUERIES = {
    "begins": "mar", "whole name": "joão", "sounds alike": "uelinton", "two words": "francisca sousa", "letters swapped": "ramiundo",
    "two wrong letters": "severyna pereyra", "nobody": "xyzzyx", "nickname": "galego", "described": "carrinho 77", "one letter": "a",
}  # fmt: skip
ASK = """query => new Promise(done => {
  const box = document.querySelector('[name=person-search]')
  const began = performance.now()
  box.value = query
  box.dispatchEvent(new Event('input', { bubbles: true }))
  requestAnimationFrame(() => setTimeout(() => done([performance.now() - began, document.querySelectorAll('[data-name=person]').length])))
})"""
FRAME = "() => new Promise(done => { const began = performance.now(); requestAnimationFrame(() => setTimeout(() => done(performance.now() - began))) })"
PLAIN = """([names, query]) => { const began = performance.now(); const found = names.filter(name => name.toLowerCase().includes(query)); return [performance.now() - began, found.length] }"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--people", type=int, default=5000)
    options.add_argument("--times", type=int, default=5)
    options.add_argument("--slow", type=float, default=4)
    chosen = options.parse_args()
    with demonstration() as server, sync_playwright() as play, tempfile.TemporaryDirectory() as profile:
        names = crowd(server.config.sqlalchemy_owner_url, chosen.people)
        context = play.chromium.launch_persistent_context(
            str(Path(profile)), executable_path=chromium(), headless=True, chromium_sandbox=False, args=CHROMIUM_ARGS, base_url=server.url, **PHONE,
        )  # fmt: skip
        page = context.pages[0]
        enter(page, chosen.people)
        context.set_offline(True)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": chosen.slow})
        cold, ours, plain, frames = [], {name: [] for name in QUERIES}, {name: [] for name in QUERIES}, []
        for _ in range(chosen.times):
            page.evaluate("location.hash = '#/hoje'")
            expect(page.locator("[data-name=people]")).to_have_count(1)
            page.evaluate("location.hash = '#/pessoas'")
            page.wait_for_selector("[name=person-search]")
            cold.append(page.evaluate(ASK, "maria")[0])
            page.wait_for_timeout(1500)  # the index of a change is made by now
            for name, query in QUERIES.items():
                ours[name].append(page.evaluate(ASK, query))
                plain[name].append(page.evaluate(PLAIN, [names, query]))
                frames.append(page.evaluate(FRAME))
        context.close()
    say(chosen, cold, ours, plain, frames)


def say(chosen, cold, ours, plain, frames) -> None:
    print(f"{chosen.people} people at 1/{chosen.slow:g} of the CPU's speed, {chosen.times} times; ms, median (slowest); answers shown")
    print(f"an empty frame {statistics.median(frames):.0f}; the query in the moment of opening {statistics.median(cold):.0f} ({max(cold):.0f})")
    every, limits = [], []
    for name, query in QUERIES.items():
        took = [each[0] for each in ours[name]]
        limit = [each[0] for each in plain[name]]
        every += took
        limits += limit
        print(f"  {name:18} {query:18} {statistics.median(took):6.0f} ({max(took):.0f}) {ours[name][0][1]:3}   includes() {statistics.median(limit):6.1f}, {plain[name][0][1]} found")
    print(f"all queries: {statistics.median(every):.0f} ms, slowest {max(every):.0f}; includes() without painting {statistics.median(limits):.1f}")


def crowd(owner_url: str, people: int) -> list[str]:
    """The caseload, its rows committed and analysed; every name in it."""
    luck = random.Random(5)
    engine = create_engine(owner_url)
    with engine.begin() as owner:
        owner.execute(text(first_pull.SET_ASIDE))
        team = dict(owner.execute(text(first_pull.TEAM), {"login": WORKER}).mappings().first())
        firsts = invented._FEMALE + invented._MALE
        names = [
            f"{luck.choice(firsts)} {luck.choice(invented._SURNAMES)}" if luck.random() < 0.7 else luck.choice(invented._NICKNAMES)
            for _ in range(people)
        ]
        of = [team["regions"][n % len(team["regions"])] for n in range(people)]
        given = team | {"ids": [new_id() for _ in range(people)], "of": of, "names": names}
        owner.execute(text(first_pull.PEOPLE), given)
        owner.execute(text(first_pull.TOLD), given)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
        owner.execute(text("ANALYZE"))
    engine.dispose()
    return names + [f"o do carrinho {n}" for n in range(1, people + 1)] + [f"{name} da Silva" for name in names[::3]]


def enter(page: Page, people: int) -> None:
    """Signed in, everybody in the vault, everything in the worker's cache."""
    page.goto("/app/")
    page.get_by_label("Usuário").fill(WORKER)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_label("Nome deste celular").fill("Banco de provas")
    page.get_by_role("button", name="Entrar").click()
    choose_code(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.locator("a[data-name=people]").click(timeout=60_000)
    expect(page.locator("[data-name=more-people]")).to_contain_text(str(people - 20), timeout=300_000)


if __name__ == "__main__":
    main()
