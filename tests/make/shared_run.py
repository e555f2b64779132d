"""A plugin of pytest for two runs that share their files: each does the next one that the other has not begun, so that
both end together however long a file takes. `bin/test` starts them, one of them from the end."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("shared run")
    group.addoption("--claims", metavar="FOLDER", help="where the runs note which file is whose")
    group.addoption("--from-the-end", action="store_true", help="begin with the last file")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """pytest's own loop over the tests of the files that are this run's."""
    claims = session.config.option.claims
    if not claims or session.testsfailed or session.config.option.collectonly:
        return None
    mine = _claimed(Path(claims), session.items, session.config.option.from_the_end)
    item = next(mine, None)
    while item is not None:
        following = next(mine, None)  # pytest tears down what the following test doesn't use
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True


def _claimed(claims: Path, items: list[pytest.Item], from_the_end: bool) -> Iterator[pytest.Item]:
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    for path in reversed(files) if from_the_end else files:
        if _claim(claims / "-".join(path.parts[-2:])):
            yield from files[path]


def _claim(mark: Path) -> bool:
    """True for who asks first."""
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True
