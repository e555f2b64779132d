"""A private PostgreSQL + PostGIS cluster under one state directory. Standard library only: `bin/run` uses it too.

The state directory holds `secrets/` (0700: passwords and the secret key, made once), `cluster/` (data, log, socket;
belongs to the user that the server runs as) and `cluster.lock`. As root the server steps down to `postgres`.
"""

from app.core.cluster.errors import ClusterError
from app.core.cluster.programs import find_programs
from app.core.cluster.secret_files import secret_key
from app.core.cluster.server import ask, ensure_running, identity, is_running, stop, urls

__all__ = [
    "ClusterError",
    "ask",
    "ensure_running",
    "find_programs",
    "identity",
    "is_running",
    "secret_key",
    "stop",
    "urls",
]
