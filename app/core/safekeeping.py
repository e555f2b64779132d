"""Whether this installation could come back: read from the state folder alone, for whoever tells what is missing."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import orjson

from app.core import recovery
from app.core.written import write_whole

STATUS = "backup.json"


class Installation(Protocol):
    """What of a Config is needed here."""

    @property
    def state_dir(self) -> Path: ...

    @property
    def keys_dir(self) -> Path: ...


@dataclass(frozen=True)
class LastBackup:
    """The last backup that this installation finished; `verified` when it was read back and found whole."""

    at: datetime
    file_name: str
    bytes: int
    verified: bool


def recovery_ready(config: Installation) -> bool:
    """True when a recovery code was made: without one, no backup can be made and a lost secret loses what is sealed."""
    return recovery.public_key(config.keys_dir) is not None


def last_backup(config: Installation) -> LastBackup | None:
    """None before the first (and when its note is torn)."""
    try:
        noted = orjson.loads((config.state_dir / STATUS).read_bytes())
        at = datetime.fromisoformat(noted["at"])
        if at.tzinfo is None:
            return None
        return LastBackup(at, str(noted["file_name"]), int(noted["bytes"]), noted["verified"] is True)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note_backup(config: Installation, made: LastBackup) -> None:
    """Keep what `last_backup` tells."""
    write_whole(config.state_dir / STATUS, orjson.dumps(made))
