"""Making a copy: written encrypted as it is read, read back from the disk, and only then given its name."""

import errno
import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import psycopg

from app.backup import dump
from app.backup.container import NotABackup, Opening, Sealing
from app.backup.opened import Manifest, examined, is_place
from app.backup.parts import BLOCK, DATABASE, FILE, MANIFEST, write_end, write_part
from app.backup.programs import ProgramFailed, find_clients
from app.core import recovery, safekeeping
from app.core.safekeeping import LastBackup
from app.core.written import flush_folder

SUFFIX = ".copia"
_NAME = re.compile(r"vinculo-\d{4}-\d\d-\d\d-\d{6}\.copia")
_PART = ".vinculo-*.part"
# A cluster's own: another cluster has others.
_NOT_COPIED = {"owner_password", "web_password"}
_SECRET = "secrets/secret_key"


class NotMade(Exception):
    """One line in Portuguese that says why there is no copy and what to do."""


def create(config: Any, owner_url: str, folder: Path, now: datetime) -> LastBackup:
    """Make a verified copy in `folder`. Raises NotMade; whatever happens, no half of a copy bears its name."""
    public = recovery.public_key(config.keys_dir)
    if public is None:
        raise NotMade("não há código de recuperação, e sem ele ninguém abriria a cópia: faça um com keys code --new")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(config.state_dir):
            _sweep(folder)
            path = folder / f"vinculo-{now:%Y-%m-%d-%H%M%S}{SUFFIX}"
            if path.exists():
                raise NotMade(f"já existe {path}: tente de novo daqui a um segundo")
            with _draft(path) as (draft, file):
                key = _write(config, owner_url, now, Sealing(file, public, now.isoformat(), config.version))
                file.flush()
                os.fsync(file.fileno())
                try:
                    examined(draft, key)
                except NotABackup as error:
                    raise NotMade(f"a cópia foi escrita mas não confere ({error}): confira o disco de {folder}") from error
                made = LastBackup(now, path.name, draft.stat().st_size, True)
                draft.rename(path)
            flush_folder(folder)
            safekeeping.note_backup(config, made)
            return made
    except ProgramFailed as error:
        raise NotMade(str(error)) from error
    except psycopg.OperationalError as error:
        raise NotMade(f"o banco de dados não responde: {str(error).splitlines()[0]}") from error
    except psycopg.Error as error:
        raise NotMade(f"o banco de dados recusa: {error.sqlstate} {type(error).__name__}") from error
    except OSError as error:
        raise NotMade(_told(error, folder)) from error


def retire(config: Any, folder: Path, keep: int) -> list[str]:
    """Remove this installation's older copies, so that `keep` are left; gives their names. Raises NotMade."""
    public = recovery.public_key(config.keys_dir)
    ours = [path for path in sorted(folder.iterdir()) if _NAME.fullmatch(path.name) and public and _kid_of(path) == public.kid]
    gone = ours[: max(0, len(ours) - keep)]
    try:
        for path in gone:
            path.unlink()
        if gone:
            flush_folder(folder)
    except OSError as error:
        raise NotMade(f"a nova está feita, mas as antigas não puderam ser apagadas: {error.strerror}") from error
    return [path.name for path in gone]


def _write(config: Any, owner_url: str, now: datetime, sealing: Sealing) -> bytes:
    """Manifest, files, database; gives the content key."""
    with dump.snapshot(owner_url) as taken:
        clients = find_clients(taken.server)
        # After the snapshot: a key's files are there before the row that names it.
        files = _files(config.state_dir)
        manifest = Manifest(
            created_at=now.isoformat(), version=config.version, schema=taken.schema, server=taken.server,
            client=clients.major, cities=taken.cities, keys=taken.keys, files=[_SECRET, *files], counts=taken.counts,
            bound=taken.bound,
        )  # fmt: skip
        write_part(sealing, MANIFEST, [orjson.dumps(manifest)])
        write_part(sealing, FILE + _SECRET, [config.secret_key.encode()])
        for name in files:
            write_part(sealing, FILE + name, _read(config.state_dir / name))
        write_part(sealing, DATABASE, dump.dumped(clients, owner_url, taken))
        write_end(sealing)
        sealing.close()
    return sealing.key


def _files(state: Path) -> list[str]:
    """Keys, files and secrets by their path in the state folder; links and drafts aside."""
    found = []
    for place in ("keys", "files", "secrets"):
        for path in sorted((state / place).rglob("*")):
            name = path.relative_to(state).as_posix()
            if path.is_symlink() or not path.is_file() or path.name.startswith(".") or name == _SECRET:
                continue
            if place == "secrets" and path.name in _NOT_COPIED:
                continue
            if not is_place(name):
                raise NotMade(f"o nome {str(state / name)!r} não cabe numa cópia: tem um caractere que não se vê")
            found.append(name)
    return found


def _read(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            yield block


@contextmanager
def _draft(path: Path) -> Iterator[tuple[Path, Any]]:
    """A hidden file beside, ours while we hold its lock; gone unless it was given its name."""
    draft = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield draft, file
        finally:
            draft.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """What a killed copy left; one that another installation is writing is locked."""
    for draft in folder.glob(_PART):
        with open(draft, "rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            draft.unlink(missing_ok=True)


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    with open(state / "backup.lock", "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotMade("outra cópia está sendo feita agora: espere que termine") from None
        yield


def _kid_of(path: Path) -> str | None:
    try:
        with open(path, "rb") as file:
            return Opening(file).header.recovery_kid
    except (OSError, NotABackup):
        return None


def _told(error: OSError, folder: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"não há espaço em {folder}: libere espaço ou indique outra pasta com --to"
    return f"não é possível escrever ou ler {error.filename or folder}: {error.strerror}"
