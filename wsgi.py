"""The door for gunicorn and for `flask --app wsgi`: starts the private cluster when it is down, then makes the app."""

import sys

from app import config as settings
from app import create_app
from app.core import cluster

try:
    config = settings.load()
    if config.private_cluster:
        cluster.ensure_running(config.state_dir)
except (settings.ConfigError, cluster.ClusterError) as error:
    sys.exit(f"vinculo: {error}")

app = create_app(config)
