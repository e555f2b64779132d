"""The application as bin/run serves it, for browser tests and benchmarks."""

import os
import socket
import subprocess
import urllib.error
import urllib.request

from tests.make import ready


class Server:
    """gunicorn as bin/run starts it, on a port that stays the same when it comes back."""

    def __init__(self, config, workers: int = 1):
        self.config, self.workers = config, workers
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: ready.Running | None = None

    def start(self) -> "Server":
        config = self.config
        environ = os.environ | {
            "DATABASE_URL": config.database_url,
            "DATABASE_OWNER_URL": config.database_owner_url or "",
            "VINCULO_SECRET_KEY": config.secret_key,
            "VINCULO_STATE": str(config.state_dir),
            "VINCULO_TESTING": "1",
            "VINCULO_LOG_LEVEL": "error",
        }
        self.process = ready.start(
            *("gunicorn", "-k", "gthread", "--threads", "8", "--workers", str(self.workers), "--log-level", "error"),
            *("-b", f"127.0.0.1:{self.port}", "wsgi:app"),
            env=dict(environ),
        )
        for _ in range(900):
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=1).read()
                return self
            except (urllib.error.URLError, OSError):
                self._still_starting()
        raise AssertionError("the server did not come up")

    def _still_starting(self) -> None:
        """Wait a moment for the process not to end."""
        assert self.process is not None
        try:
            self.process.wait(0.1)
        except subprocess.TimeoutExpired:
            return
        raise AssertionError("the server ended while starting")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(60)  # longer than gunicorn gives what it has begun
            self.process = None
