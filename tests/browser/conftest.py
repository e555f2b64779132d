"""The real application in the real browser: a server that can be stopped, a phone that can be killed."""

import os
import shutil
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browser.steps import unlocked
from tests.make.server import Server
from tests.make.source import ROOT

# A wait ends with what it waits for: only what never comes takes so long, and a busy machine is no fault of a screen.
expect.set_options(timeout=45_000)

CHROMIUM_ARGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No renderer in reserve for a page that may come. The switch takes the place of playwright's own: its list goes on.
    "--disable-features=SpareRendererForSitePerProcess,AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,"
    "HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,OptimizationHints",
]
PLACED = {"permissions": ["geolocation"], "geolocation": {"longitude": -34.95, "latitude": -5.75, "accuracy": 12}}
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "pt-BR",
    "timezone_id": "America/Fortaleza",
}


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "the browser tests need Debian's chromium: apt-get install chromium"
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | {
        "executable_path": chromium(),
        "headless": True,
        "chromium_sandbox": False,
        "args": CHROMIUM_ARGS,
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args, server):
    return browser_context_args | {
        "base_url": server.url,
        "locale": "pt-BR",
        "timezone_id": "America/Fortaleza",
    } | PLACED


@pytest.fixture(scope="session")
def server(app, config):
    """The running application for the whole session; tests that stop it start it again."""
    assert (ROOT / "static" / "dist" / "manifest.json").exists(), "build the front end first: npm run build in static/"
    running = Server(config).start()
    yield running
    running.stop()


@pytest.fixture
def up(server):
    """The server, certainly running at the end of the test."""
    if server.process is None:
        server.start()
    yield server
    if server.process is None:
        server.start()


class Handset:
    """A phone of its own: a context of the run's browser, or, given a folder, a browser on a profile that survives being killed.

    A browser of its own costs a second of computing at each start: only what is killed, or put away and begun again, has one."""

    def __init__(self, playwright: Playwright, url: str, browser: Browser | None = None, folder: Path | None = None):
        assert (browser is None) != (folder is None)
        self.playwright, self.url, self.browser, self.folder = playwright, url, browser, folder
        self.context: BrowserContext | None = None
        self.opened = 0
        self.errors: list[str] = []

    def open(self, path: str = "/app/") -> Page:
        """Start the phone and show a page of the app, opened with the code when it asks for it."""
        self.opened += 1
        self.context = self._context()
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.errors.append(f"pageerror: {error}"))
        page.goto(path)
        return unlocked(page) if path == "/app/" else page

    def _context(self) -> BrowserContext:
        if self.browser:
            assert self.opened == 1, "this phone forgets when it is shut: the test needs `kept_handset`"
            return self.browser.new_context(base_url=self.url, **PLACED, **PHONE)
        return self.playwright.chromium.launch_persistent_context(
            str(self.folder), executable_path=chromium(), headless=True, chromium_sandbox=False, args=CHROMIUM_ARGS,
            base_url=self.url, **PLACED, **PHONE,
        )  # fmt: skip

    def _listen(self, message) -> None:
        if "Content Security Policy" in message.text:
            self.errors.append(message.text)

    def kill(self) -> None:
        """SIGKILL every process of this profile, as when the battery dies."""
        assert self.folder, "only a phone with a profile is killed: the test needs `kept_handset`"
        needle = str(self.folder).encode()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if needle in (entry / "cmdline").read_bytes():
                        os.kill(int(entry.name), signal.SIGKILL)
                except OSError:
                    continue
        try:
            self.context.close()
        except Exception:  # the browser is gone, which was the point
            pass
        self.context = None

    def close(self) -> None:
        if self.context:
            self.context.close()
            self.context = None


@pytest.fixture
def handset(playwright, browser, up):
    """A phone of its own; no page error and no violation of the policy may have happened on it."""
    phone = Handset(playwright, up.url, browser=browser)
    yield phone
    phone.close()
    assert phone.errors == []


@pytest.fixture
def kept_handset(playwright, up, tmp_path):
    """The same with a profile on the disk, for what is killed or put away and begun again."""
    phone = Handset(playwright, up.url, folder=tmp_path / "profile")
    yield phone
    phone.close()
    assert phone.errors == []
