"""bin/run from its start to Ctrl-C: up, mended when something dies, and nothing left behind."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core import cluster
from app.core.cluster import place
from tests.make.machine import Machine

ROOT = Path(__file__).resolve().parents[2]


class Run:
    """One bin/run with a state and a port of its own."""

    def __init__(self, state: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.state = state
        self.said = state.parent / f"said-{self.port}"
        env = {k: v for k, v in os.environ.items() if not k.startswith(("VINCULO_", "DATABASE_"))}
        env |= {"VINCULO_STATE": str(state), "VINCULO_PORT": str(self.port)}
        with open(self.said, "w") as out:
            self.process = subprocess.Popen(
                [sys.executable, ROOT / "bin" / "run", "--no-demo"],
                cwd="/", env=env, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def wait_up(self, seconds: float = 240) -> None:
        assert until(lambda: "no ar em" in self.text() or self.process.poll() is not None, seconds), self.text()
        assert self.process.poll() is None, self.text()

    def text(self) -> str:
        return self.said.read_text()

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def descendants(self) -> set[int]:
        parents = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and (found := parent_of(int(entry.name))):
                parents[int(entry.name)] = found
        found, more = set(), {self.process.pid}
        while more:
            more = {pid for pid, parent in parents.items() if parent in more} - found
            found |= more
        return found

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture
def run(state):
    made = []

    def start() -> Run:
        made.append(Run(state))
        return made[-1]

    state.parent.mkdir(exist_ok=True)
    yield start
    for one in made:
        if one.process.poll() is None:
            one.stop(signal.SIGTERM)


@pytest.fixture(scope="module")
def stood() -> Iterator[Path]:
    """The state folder of an installation that was up before, shut down."""
    made = Machine()
    assert made.flask("db", "upgrade").returncode == 0
    cluster.stop(made.state)
    yield made.state
    made.remove()


@pytest.fixture
def again(run, state, stood):
    """bin/run where it stood before: that it begins with nothing is the first test's alone, and takes much longer."""
    subprocess.run(["cp", "-a", stood, state], check=True)
    return run


def test_up_and_down_twice(run):
    first = run()
    first.wait_up()
    assert first.ready()
    children = first.descendants()
    assert len(children) > 5, "server, worker and database are expected below bin/run"
    assert first.stop() == 0
    assert "Encerrando" in first.text()
    assert not {pid for pid in children if Path(f"/proc/{pid}").exists()}, "a process was left"

    second = run()
    second.wait_up()
    assert second.ready()
    # What makes it quick: nothing is installed or built again. (Seconds would measure the machine's other work.)
    steps = [line.split(" …")[0].strip() for line in second.text().splitlines() if " … " in line]
    assert steps == ["Banco de dados", "Esquema do banco (migrações)", "Servidor web e executor de tarefas"]
    assert second.stop(signal.SIGTERM) == 0


def test_what_dies_is_started_again_and_still_nothing_is_left(again):
    one = again()
    one.wait_up()
    database = place.place_of(one.state).postmaster()[0]
    os.kill(database, signal.SIGKILL)
    assert until(lambda: cluster.is_running(one.state) and place.place_of(one.state).postmaster()[0] != database)
    assert until(one.ready), one.text()

    web = next(pid for pid in one.descendants() if parent_of(pid) == one.process.pid and "gunicorn" in command_of(pid))
    os.kill(web, signal.SIGKILL)
    assert until(lambda: "servidor web caiu" in one.text())
    assert until(one.ready), one.text()

    # The worker of the jobs may have gone down with the database, and be about to be started again.
    assert until(lambda: any("jobs work" in command_of(pid) for pid in one.descendants())), one.text()
    worker = next(pid for pid in one.descendants() if "jobs work" in command_of(pid))
    children = one.descendants()
    os.kill(worker, signal.SIGKILL)
    assert one.stop() == 0
    assert not {pid for pid in children if Path(f"/proc/{pid}").exists()}, "a process was left"


def test_the_last_of_two_stops_the_database(again):
    first = again()
    first.wait_up()
    second = again()
    second.wait_up()
    assert first.stop() == 0
    assert second.ready(), "the first took the database along"
    assert second.stop() == 0
    assert place.place_of(second.state).processes() == []


def test_a_database_that_another_command_started_stays_up(again, state):
    cluster.ensure_running(state, fast_unsafe=True)
    one = again()
    one.wait_up()
    assert one.stop() == 0
    assert cluster.is_running(state)


def parent_of(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return None


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def until(true, seconds: float = 90) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        threading.Event().wait(0.05)
    return False
