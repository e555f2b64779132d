"""The real application in the real browser: a server that can be stopped, a phone that can be killed."""

import os
import shutil
import signal
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

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
]
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
        "permissions": ["geolocation"],
        "geolocation": {"longitude": -34.95, "latitude": -5.75, "accuracy": 12},
    }


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
    """A phone with a profile of its own, which survives being killed."""

    def __init__(self, playwright: Playwright, folder: Path, url: str):
        self.playwright, self.folder, self.url = playwright, folder, url
        self.context: BrowserContext | None = None
        self.errors: list[str] = []

    def open(self, path: str = "/app/") -> Page:
        """Start the browser on its profile and show a page of the app, opened with the code when it asks for it."""
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder),
            executable_path=chromium(),
            headless=True,
            chromium_sandbox=False,
            args=CHROMIUM_ARGS,
            base_url=self.url,
            permissions=["geolocation"],
            geolocation={"longitude": -34.95, "latitude": -5.75, "accuracy": 12},
            **PHONE,
        )
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.errors.append(f"pageerror: {error}"))
        page.goto(path)
        return unlocked(page) if path == "/app/" else page

    def _listen(self, message) -> None:
        if "Content Security Policy" in message.text:
            self.errors.append(message.text)

    def kill(self) -> None:
        """SIGKILL every process of this profile, as when the battery dies."""
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
def handset(playwright, up, tmp_path):
    """A phone of its own; no page error and no violation of the policy may have happened on it."""
    phone = Handset(playwright, tmp_path / "profile", up.url)
    yield phone
    phone.close()
    assert phone.errors == []

