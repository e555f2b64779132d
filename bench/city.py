"""The demonstration on a throw-away cluster behind the real server, for the figures that need a lived-in city."""

import http.client
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app import config as settings  # noqa: E402
from app.core import cluster  # noqa: E402
from tests.make.server import Server  # noqa: E402
from tests.make.source import ROOT  # noqa: E402

SECRET = "a bench needs a secret of some 48 different letters"
PASSWORD = "senha-da-demonstração"
WORKER = "rua"  # on the street, in a team of the demonstration


@contextmanager
def demonstration(workers: int = 2) -> Iterator[Server]:
    """A running server with the whole demonstration loaded."""
    if not (ROOT / "static" / "dist" / "manifest.json").exists():
        raise SystemExit("build the front end first: npm run build in static/")
    with tempfile.TemporaryDirectory(prefix="vinculo-bench-") as folder:
        state = Path(folder)
        state.chmod(0o755)
        app_url, owner_url = cluster.ensure_running(state)
        environ = {
            "DATABASE_URL": app_url,
            "DATABASE_OWNER_URL": owner_url,
            "VINCULO_SECRET_KEY": SECRET,
            "VINCULO_STATE": str(state),
            "VINCULO_DEMO_PASSWORD": PASSWORD,
            "VINCULO_LOG_LEVEL": "error",
        }
        try:
            for command in (("db", "upgrade"), ("demo", "load")):
                flask = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
                subprocess.run(flask, cwd=ROOT, env=os.environ | environ, check=True, stdout=subprocess.DEVNULL)
            server = Server(settings.load(environ), workers=workers).start()
            try:
                yield server
            finally:
                server.stop()
        finally:
            cluster.stop(state)


@dataclass
class Bytes:
    """What went over the line: bodies as transferred, heads beside them."""

    up: int = 0
    down: int = 0
    heads: int = 0

    def __add__(self, other: "Bytes") -> "Bytes":
        return Bytes(self.up + other.up, self.down + other.down, self.heads + other.heads)


class Line:
    """One kept-alive client that asks for gzip as a phone does, and counts what really passes."""

    def __init__(self, url: str):
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port)
        self.headers = {"Accept-Encoding": "gzip", "Accept-Language": "pt-BR"}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[http.client.HTTPResponse, bytes, Bytes]:
        """The answer, its body as transferred, and the bytes of the exchange. Raises on a refusal."""
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body, sent)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {content[:300]!r}")
        heads = len(path) + sum(len(f"{name}: {value}\r\n") for name, value in [*sent.items(), *answer.getheaders()])
        return answer, content, Bytes(len(body or b""), len(content), heads)


def kib(count: int) -> str:
    return f"{count / 1024:6.1f} KiB"
