"""How gunicorn serves Vínculo, under systemd, in a container and by bin/run: for a server of 2 vCPU and 2 GB.

Read before the application: only what gunicorn needs from the environment is read here.
"""

import os
import shutil
import tempfile
from pathlib import Path

# Under systemd the socket is handed over (vinculo-web.socket) and this is passed over.
bind = os.environ.get("VINCULO_BIND") or f"127.0.0.1:{os.environ.get('VINCULO_PORT') or 8000}"

# Each process holds at most 12 connections to the database and two password hashes of 64 MB at once.
worker_class = "gthread"
workers = int(os.environ.get("VINCULO_WEB_WORKERS") or 2)
threads = 8
worker_connections = 400
backlog = 1024  # during a restart new requests wait here, in the socket that systemd keeps open

timeout = 60
graceful_timeout = 25  # longer than the longest statement that the database allows us, 10 s locks included
keepalive = 5
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # a sign of life must not wait for a disk

# Whatever else comes in a head is refused before the application reads a line of it.
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# Headers of a proxy count only from this machine; over a unix socket whoever may open it is the proxy.
forwarded_allow_ips = "127.0.0.1,::1"

# No access log: the application writes one line a request without a word of a person (app/core/logs.py).
accesslog = None
errorlog = "-"
loglevel = "warning"
capture_output = False
control_socket_disable = True
proc_name = "vinculo-web"


def _figures_folder() -> Path:
    """Where the processes put their counts for /metrics: in memory, anew at each start."""
    named = os.environ.get("PROMETHEUS_MULTIPROC_DIR") or os.environ.get("RUNTIME_DIRECTORY")
    if named:
        folder = Path(named.split(":")[0])
        return folder if "PROMETHEUS_MULTIPROC_DIR" in os.environ else folder / "figures"
    return Path(tempfile.mkdtemp(prefix="vinculo-figures-"))


_folder = _figures_folder()
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_folder)


def on_starting(_server) -> None:
    _folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in _folder.glob("*.db"):
        left.unlink(missing_ok=True)


def child_exit(_server, worker) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid, str(_folder))


def on_exit(_server) -> None:
    shutil.rmtree(_folder, ignore_errors=True)
