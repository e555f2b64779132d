import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core import cluster


def _folder() -> Path:
    # Not tmp_path: as root the server's own user must be able to enter, and pytest's folders are 0700.
    folder = Path(tempfile.mkdtemp(prefix="vinculo-test-"))
    folder.chmod(0o711)
    return folder


@pytest.fixture
def state() -> Iterator[Path]:
    folder = _folder()
    yield folder / "state"
    cluster.stop(folder / "state")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def running() -> Iterator[Path]:
    """A cluster that is up, for the tests that leave it so."""
    folder = _folder()
    cluster.ensure_running(folder / "state", fast_unsafe=True)
    yield folder / "state"
    cluster.stop(folder / "state")
    shutil.rmtree(folder)
