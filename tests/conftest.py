"""One database for the whole run, built by the real migrations; every test gets cities of its own.

Rows are committed for real: what keeps tests apart is the tenant key itself, so each test also checks it.
"""

import gc
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask_migrate import upgrade

from app import config as settings
from app import create_app
from app.core import cluster
from tests.make.city import City, make_city, put_away
from tests.make.hashes import make_cheap
from tests.make.owner import forget_owner, keep_owner


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: half a gigabyte that no later collection of garbage goes through."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def config():
    """The test configuration: DATABASE_URL when given (bin/test gives it), else a throw-away cluster."""
    environ = dict(os.environ)
    environ.setdefault("VINCULO_SECRET_KEY", secrets.token_urlsafe(48))
    environ["VINCULO_TESTING"] = "1"
    started = None
    if "DATABASE_URL" not in environ:
        started = Path(tempfile.mkdtemp(prefix="vinculo-test-"))
        started.chmod(0o755)
        environ["VINCULO_STATE"] = str(started)
        environ["DATABASE_URL"], environ["DATABASE_OWNER_URL"] = cluster.ensure_running(started, fast_unsafe=True)
    yield settings.load(environ)
    if started:
        cluster.stop(started)
        shutil.rmtree(started, ignore_errors=True)


@pytest.fixture(scope="session")
def app(config):
    """The application on the migrated database, as the application's own role."""
    made = create_app(config)
    make_cheap()
    with made.app_context():
        upgrade()
    keep_owner(config.sqlalchemy_owner_url)
    yield made
    forget_owner(config.sqlalchemy_owner_url)


@pytest.fixture
def city(app) -> Iterator[City]:
    """A municipality of its own: regions, units, teams and a worker for every role."""
    made = make_city(app)
    yield made
    put_away(made)


@pytest.fixture
def other_city(app) -> Iterator[City]:
    """Another municipality, which must see nothing of the first."""
    made = make_city(app)
    yield made
    put_away(made)
