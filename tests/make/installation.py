"""An installation's processes as systemd and Caddy would run them, read from `deploy/` and started on loopback."""

import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.make.source import ROOT

UNITS = ROOT / "deploy" / "systemd"
HARDENING = UNITS / "vinculo-.service.d" / "10-fechado.conf"
CURRENT = "/opt/vinculo/current"


class Unit:
    """A unit file with what holds for all services; a setting is the list of its values."""

    def __init__(self, name: str):
        self.name = name
        self.settings: dict[str, list[str]] = {}
        files = [HARDENING] if name.endswith(".service") else []
        for path in [*files, UNITS / name]:
            for line in path.read_text().splitlines():
                key, mark, value = line.partition("=")
                if mark and not line.startswith(("#", ";")):
                    self.settings.setdefault(key.strip(), []).append(value.strip())

    def first(self, key: str) -> str:
        return self.settings[key][-1]

    def command(self) -> list[str]:
        """ExecStart with this clone in the place of the installed version."""
        words = shlex.split(self.first("ExecStart"))
        return [sys.executable if word.endswith("/.venv/bin/python") else word for word in words]

    def environ(self, credentials: Path) -> dict[str, str]:
        """Environment= with the folder of credentials in its place."""
        pairs = (pair for line in self.settings.get("Environment", []) for pair in shlex.split(line))
        return dict(pair.replace("%d", str(credentials)).split("=", 1) for pair in pairs)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Process:
    """A program that is up, with what it says kept for whoever asks why it isn't."""

    command: list[str]
    environ: dict[str, str]
    said: Path
    cwd: Path = ROOT
    more: dict = field(default_factory=dict)
    running: subprocess.Popen | None = None

    def start(self, ready: Callable[[], bool], seconds: float = 60) -> "Process":
        with open(self.said, "ab") as out:
            self.running = subprocess.Popen(
                self.command, cwd=self.cwd, env=self.environ, stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, **self.more,
            )  # fmt: skip
        for _ in range(int(seconds * 10)):
            if ready():
                return self
            try:
                self.running.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            break
        self.stop()
        raise AssertionError(f"{self.command[0]} did not come up: {self.said.read_text()[-2000:]}")

    def stop(self, seconds: float = 40) -> None:
        if self.running and self.running.poll() is None:
            self.running.terminate()
            try:
                self.running.wait(seconds)
            except subprocess.TimeoutExpired:
                self.running.kill()
                self.running.wait()
        self.running = None


class Web:
    """The web service as its unit starts it: socket handed over, secrets as files, settings from a file.

    The socket stays open between two starts, as systemd keeps it; `address` is its path (unix) or None with a port.
    """

    def __init__(self, folder: Path, config, cwd: Path = ROOT, **settings: str):
        credentials = folder / "credentials"
        credentials.mkdir()
        (credentials / "database_url").write_text(config.database_url + "\n")
        (credentials / "secret_key").write_text(config.secret_key + "\n")
        own = {"VINCULO_STATE": str(config.state_dir), "VINCULO_LOG_LEVEL": "info"}
        self._open(folder, cwd, own | settings)

    @classmethod
    def as_installed(cls, folder: Path, etc: Path, state: Path) -> "Web":
        """From what docs/instalar.md made: its settings, and the secrets that the unit asks systemd for."""
        made = cls.__new__(cls)
        credentials = folder / "credentials"
        credentials.mkdir()
        for asked in Unit("vinculo-web.service").settings["LoadCredential"]:
            name, _colon, path = asked.partition(":")
            (credentials / name).write_bytes((etc / Path(path).relative_to("/etc/vinculo")).read_bytes())
        lines = (etc / "vinculo.env").read_text().splitlines()
        made._open(folder, ROOT, dict(line.split("=", 1) for line in lines if line) | {"VINCULO_STATE": str(state)})
        return made

    def _open(self, folder: Path, cwd: Path, settings: dict[str, str]) -> None:
        self.folder, self.cwd = folder, cwd
        self.unit = Unit("vinculo-web.service")
        self.path = folder / "web.sock"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.bind(str(self.path))
        self.socket.listen(1024)
        os.chmod(self.path, 0o666)
        self.environ = {"PATH": os.environ["PATH"], "RUNTIME_DIRECTORY": str(folder / "runtime")}
        self.environ |= self.unit.environ(folder / "credentials") | settings
        self.process: Process | None = None

    def start(self) -> "Web":
        descriptor = self.socket.fileno()

        def hand_over() -> None:
            if descriptor != 3:
                os.dup2(descriptor, 3)
            os.set_inheritable(3, True)

        # systemd names the process that the socket is for, which only exists once it runs: hence the shell.
        command = ["/bin/sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', "sh", *self.unit.command()]
        self.process = Process(
            command, self.environ, self.folder / "web.log", self.cwd, {"preexec_fn": hand_over, "close_fds": False}
        )
        self.process.start(lambda: self.get("/healthz") == 200)
        return self

    def get(self, path: str, **headers: str) -> int:
        """Status of a request made on this machine, without a proxy; 0 when nobody answers in time."""
        return self.read(path, **headers)[0]

    def read(self, path: str, **headers: str) -> tuple[int, str]:
        """The same with what was answered."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(15)
            try:
                line.connect(str(self.path))
                lines = [f"GET {path} HTTP/1.1", "Host: local", "Connection: close"]
                lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
                line.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
                head, _, body = b"".join(iter(lambda: line.recv(65536), b"")).partition(b"\r\n\r\n")
                return int(head.split()[1]), body.decode()
            except (OSError, IndexError, ValueError):
                return 0, ""

    def restart(self) -> None:
        """`systemctl restart`: the old process ends what it has begun, the new one takes what waits in the socket."""
        assert self.process
        self.process.stop()
        self.start()

    def stop(self) -> None:
        if self.process:
            self.process.stop()
        self.socket.close()


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket, and that another user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="vi-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def caddyfile_by(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """deploy/tls with its Caddyfile in this folder."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "VINCULO_CADDYFILE": str(folder / "Caddyfile")}
    return subprocess.run(
        [ROOT / "deploy" / "tls", *arguments], env=environ, capture_output=True, text=True, timeout=60
    )


class Caddy:
    """Caddy with the file that deploy/tls wrote, on ports of its own."""

    def __init__(self, folder: Path, upstream: str):
        self.folder, self.port, self.plain_port = folder, free_port(), free_port()
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "VINCULO_UPSTREAM": upstream,
            "VINCULO_HTTPS_PORT": str(self.port),
            "VINCULO_HTTP_PORT": str(self.plain_port),
            "VINCULO_CADDY_ADMIN": f"127.0.0.1:{free_port()}",
        }
        command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
        self.process = Process(command, environ, folder / "caddy.log", folder)

    @property
    def own_authority(self) -> Path:
        return self.folder / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"

    def start(self, ready: Callable[[], bool]) -> "Caddy":
        self.process.start(ready)
        return self

    def stop(self) -> None:
        self.process.stop()
