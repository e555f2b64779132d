"""What other pages read: is there a recovery code, and when was the last backup."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from app.core import recovery, safekeeping
from app.core.safekeeping import LastBackup
from tests.make.city import instant


@dataclass
class Here:
    state_dir: Path

    @property
    def keys_dir(self) -> Path:
        return self.state_dir / "keys"


def test_an_installation_without_anything_says_so(tmp_path):
    assert not safekeeping.recovery_ready(Here(tmp_path))
    assert safekeeping.last_backup(Here(tmp_path)) is None


def test_a_code_and_a_backup_are_told(tmp_path):
    here = Here(tmp_path)
    recovery.keep(here.keys_dir, recovery.new())
    made = LastBackup(instant(2026, 11, 27, 3, 15), "vinculo.copia", 123, True)
    safekeeping.note_backup(here, made)
    assert safekeeping.recovery_ready(here)
    assert safekeeping.last_backup(here) == made


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"at": "yesterday"}', b'{"at": "2026-11-27T03:15:00", "file_name": "a", "bytes": 1, "verified": true}'])
def test_a_torn_note_is_no_backup(tmp_path, content):
    (tmp_path / safekeeping.STATUS).write_bytes(content)
    assert safekeeping.last_backup(Here(tmp_path)) is None
