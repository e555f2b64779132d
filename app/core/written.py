"""Small files that must never be half there."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Written beside, flushed to the disk, put in place: readable by its user only."""
    make_private(path.parent)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def make_private(folder: Path) -> None:
    """The folder and every missing one above it, closed to others: mkdir(parents=True) closes only the last."""
    if not folder.exists():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def flush_folder(folder: Path) -> None:
    """So that a name put in place survives a power cut."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
