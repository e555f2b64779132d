"""Draws the PNG icons of the installed app from vinculo.svg.

    .venv/bin/python static/assets/icons/render.py

Needs the test requirements (playwright) and Debian's chromium. The PNGs are committed: a phone needs them, a build does not
need a browser.
"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
OUT = HERE.parent / "public" / "icons"
SVG = (HERE / "vinculo.svg").read_text()

# A maskable icon is cut by the phone to a circle or a square: ground to the edges, the sign within the safe 80 %.
MASKABLE = SVG.replace('rx="112"', "").replace('<g id="sign"', '<g id="sign" transform="translate(256 256) scale(.78) translate(-256 -256)"')

PICTURES = {"icon-192": (SVG, 192), "icon-512": (SVG, 512), "maskable-512": (MASKABLE, 512), "apple-touch-icon": (MASKABLE, 180)}


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), chromium_sandbox=False)
        for name, (svg, side) in PICTURES.items():
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:{side}px}}</style>{svg}")
            page.screenshot(path=OUT / f"{name}.png", omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
