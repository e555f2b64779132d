"""The basemap of Santa Maria: baking it, its size, and drawing it on a phone without signal at a quarter of the CPU's speed.

    .venv/bin/python bench/basemap.py [--layers FOLDER] [--times 7] [--slow 4]

Needs the layers of Santa Maria (bairros, streets, blocks_1 and blocks_2 .geojson). Baking: as the application's role, against
the bare SQL of the same tiles. Drawing: from the tap on "Marcar no mapa" until the map, its first tile and its names stand,
against the same map before the file is on the phone.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from city import PASSWORD, WORKER, demonstration
from playwright.sync_api import sync_playwright

import tests.browser.steps as steps
from app import create_app
from app.core import clock
from app.core.db import transaction
from app.territory.basemap import service, tiles
from tests.browser.conftest import CHROMIUM_ARGS, PHONE, chromium
from tests.make.source import ROOT

CITY, HERE = 2408102, {"longitude": -53.8065, "latitude": -29.6865, "accuracy": 30}
LAYERS = [("bairros", "region"), ("bairros", "neighbourhood"), ("streets", "street"), ("blocks_1", "block"), ("blocks_2", "block")]
# From the click on: when each stage is first seen.
WATCH = """() => {
  const seen = window.seen = {}
  document.addEventListener('click', () => { seen.click ??= performance.now() }, { capture: true, once: true })
  const look = () => {
    const box = document.querySelector('.leaflet-container')
    if (box) seen.map ??= performance.now()
    if (box && box.querySelector('.leaflet-tile-loaded')) seen.tile ??= performance.now()
    if (box && box.dataset.streets) seen.names ??= performance.now()
    else requestAnimationFrame(look)
  }
  look()
}"""


class Persona:
    """The demonstration's sign-ins are their roles."""

    def login(self, persona: str) -> str:
        return persona


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--layers", type=Path, default=ROOT.parent / "shared" / "data" / "santa-maria")
    options.add_argument("--times", type=int, default=7)
    options.add_argument("--slow", type=float, default=4)
    chosen = options.parse_args()
    if not chosen.layers.is_dir():
        raise SystemExit(f"the layers of Santa Maria are not at {chosen.layers}")
    with demonstration() as server, sync_playwright() as play:
        bring(server.config, chosen.layers)
        bake(server.config)
        draw(play, server.url, chosen)


def bring(config, folder: Path) -> None:
    environ = os.environ | {
        "DATABASE_URL": config.database_url, "VINCULO_SECRET_KEY": config.secret_key, "VINCULO_STATE": str(config.state_dir),
    }  # fmt: skip
    known = set()
    for name, layer in LAYERS:
        more = ["--add"] if layer in known else []
        known.add(layer)
        command = ["territory", "import", str(folder / f"{name}.geojson"), "--layer", layer, "--municipality", str(CITY), *more]
        subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *command], cwd=ROOT, env=environ, check=True, stdout=subprocess.DEVNULL)


def bake(config) -> None:
    took, bare = [], []
    with create_app(config).app_context():
        for _turn in range(3):
            begun = time.perf_counter()
            with transaction(CITY) as session:
                found = service.bake(session, CITY, clock.now(), anew=True).basemap
            took.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            with transaction(CITY) as session:
                tiles.cut(session, CITY)
            bare.append(time.perf_counter() - begun)
    mine, limit = statistics.median(took), statistics.median(bare)
    print(f"basemap of Santa Maria: {found.size_bytes / 1e6:.2f} MB, {found.tile_count} tiles, baked in {mine:.1f} s"
          f" ({min(took):.1f} to {max(took):.1f}); bare SQL of the same tiles {limit:.1f} s: {mine / limit:.2f} ×")  # fmt: skip


def draw(play, url: str, chosen) -> None:
    steps.PASSWORD = PASSWORD
    browser = play.chromium.launch(executable_path=chromium(), headless=True, chromium_sandbox=False, args=CHROMIUM_ARGS)
    context = browser.new_context(base_url=url, permissions=["geolocation"], geolocation=HERE, **PHONE)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto("/app/")
    steps.sign_in(page, Persona(), WORKER)
    steps.offline_ready(page)
    speed = context.new_cdp_session(page)

    def opened(until: str) -> dict[str, float]:
        speed.send("Emulation.setCPUThrottlingRate", {"rate": chosen.slow})
        page.locator("[data-name=place-strip]").click()
        page.locator("[data-name=way-map]").wait_for()
        page.evaluate(WATCH)
        page.locator("[data-name=way-map]").click()
        page.locator(until).wait_for()
        page.wait_for_timeout(300)
        seen = page.evaluate("window.seen")
        speed.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        page.locator("[data-name=place-cancel]").click()
        return {stage: at - seen["click"] for stage, at in seen.items()}

    def encounter() -> None:
        page.goto("/app/#/encontro")
        page.locator("[data-name=place-strip]").wait_for()

    encounter()
    without = [opened(".leaflet-container")["map"] for _ in range(chosen.times)]
    page.goto("/app/#/eu")
    page.locator("[data-name=map-fetch]").click()
    page.locator("[data-name=map-anyway]").click()
    page.locator("[data-name=map-drop]").wait_for()
    context.set_offline(True)
    encounter()
    found = [opened(".leaflet-container[data-streets=drawn]") for _ in range(chosen.times)]
    context.set_offline(False)
    browser.close()
    limit = statistics.median(without)
    for stage in ("map", "tile", "names"):
        times = [each[stage] for each in found]
        print(f"{stage}: {statistics.median(times):.0f} ms ({min(times):.0f} to {max(times):.0f}); without the file the map stands"
              f" after {limit:.0f} ms: {statistics.median(times) / limit:.1f} ×")  # fmt: skip


if __name__ == "__main__":
    main()
