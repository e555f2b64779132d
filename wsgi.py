"""The door for gunicorn and for `flask --app wsgi`: starts the private cluster when it is down, then makes the app."""

import sys

import click
from sqlalchemy.exc import OperationalError

from app import UnsafeDatabaseRole, create_app, refuse_unsafe_role
from app import config as settings
from app.core import cluster


def _refuse(line: object) -> None:
    print(f"vinculo: {line}", file=sys.stderr, flush=True)
    sys.exit(4)  # gunicorn's code for an application that can't be loaded: it ends, instead of trying for ever


def _serves() -> bool:
    """A web process, not another command of flask's."""
    command = click.get_current_context(silent=True)
    return command is None or command.info_name == "run"


try:
    config = settings.load()
    if config.private_cluster:
        cluster.ensure_running(config.state_dir)
    app = create_app(config)
    if _serves():
        refuse_unsafe_role(app)
except (settings.ConfigError, cluster.ClusterError, UnsafeDatabaseRole) as error:
    _refuse(error)
except OperationalError as error:
    _refuse(f"o banco de dados não responde: {str(error.orig).splitlines()[0]}")
