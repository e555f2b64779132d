"""A whole installation of its own: state folder, private cluster, commands as an operator types them."""

import atexit
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

from app import config as settings
from app import create_app
from app.core import cluster, seal
from tests.make import ready


@cache
def _empty() -> Path:
    """The state folder of an installation that nothing happened to, shut down: each machine begins as a copy of it,
    which takes a tenth of the time of a database made anew.
    """
    folder = Path(tempfile.mkdtemp(prefix="vinculo-test-"))
    folder.chmod(0o711)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    cluster.ensure_running(folder / "state", fast_unsafe=True)
    cluster.stop(folder / "state")
    return folder / "state"


class Machine:
    """Fresh and empty; `remove` ends it."""

    def __init__(self, **environ: str):
        # Not tmp_path: as root the server's own user must be able to enter, and pytest's folders are 0700.
        self.folder = Path(tempfile.mkdtemp(prefix="vinculo-test-"))
        self.folder.chmod(0o711)
        self.state = self.folder / "state"
        self.environ = {"VINCULO_STATE": str(self.state), "VINCULO_TESTING": "1", "VINCULO_LOG_LEVEL": "error"} | environ
        # Not copytree: as root the files belong to the server's own user.
        subprocess.run(["cp", "-a", _empty(), self.state], check=True)
        cluster.ensure_running(self.state, fast_unsafe=True)

    @property
    def config(self):
        return settings.load(self.environ)

    def app(self):
        """The application of this installation. It takes the keyring of the process: see `own_keyring`."""
        return create_app(self.config)

    def flask(self, *arguments: str, typed: str = "", **environ: str) -> subprocess.CompletedProcess:
        """A command, as `.venv/bin/flask --app wsgi …`."""
        return ready.run("flask", "--app", "wsgi", *arguments, env=self.environment(**environ), typed=typed)

    def begin(self, *arguments: str, **streams: IO) -> ready.Running:
        """The same, running: whoever began it ends it. What it says goes nowhere unless `stdout` or `stderr` is given."""
        with open(os.devnull, "wb") as nowhere:
            streams = {"stdout": nowhere, "stderr": nowhere} | streams
            return ready.start("flask", "--app", "wsgi", *arguments, env=self.environment(), **streams)

    def environment(self, **environ: str) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("VINCULO_", "PG", "DATABASE_", "FLASK_"))}
        return clean | self.environ | environ

    def set_up(self) -> str:
        """The schema and a recovery code, which it gives."""
        assert self.flask("db", "upgrade").returncode == 0
        return code_in(self.flask("keys", "code", "--new").stdout)

    def remove(self) -> None:
        cluster.stop(self.state)
        shutil.rmtree(self.folder, ignore_errors=True)


def code_in(said: str) -> str:
    """The recovery code in what a command printed."""
    [code] = [line.strip() for line in said.splitlines() if line.startswith("    ")]
    return code


def the_line(result: subprocess.CompletedProcess) -> str:
    """What a command that refuses says: one line."""
    assert result.returncode == 1, result.stdout + result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    return result.stderr.strip()


@contextmanager
def own_keyring():
    """The keyring belongs to the process: an app made inside must not leave its own behind."""
    before = seal.keyring.folder, seal.keyring.secret
    try:
        yield
    finally:
        seal.keyring.folder, seal.keyring.secret = before
