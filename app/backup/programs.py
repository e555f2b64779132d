"""pg_dump, pg_restore and psql, of the server's own version and without a password among their arguments."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from psycopg import pq

NEEDED = ("pg_dump", "pg_restore", "psql")
_PATH = "/usr/local/bin:/usr/bin:/bin"


class ProgramFailed(Exception):
    """One line in Portuguese: a program that is missing, or what it said when it failed."""


@dataclass(frozen=True)
class Clients:
    """A folder that holds all three, and their major version."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        return str(self.folder / name)


def find_clients(server: int) -> Clients:
    """Programs of the server's major version, else the nearest newer: older ones refuse to work with it."""
    found = [Clients(folder, major) for folder in _folders() if (major := _major(folder))]
    fit = [clients for clients in found if clients.major >= server]
    if not fit:
        has = f"aqui há o {max(c.major for c in found)}" if found else "aqui não há nenhum"
        raise ProgramFailed(
            f"faltam pg_dump, pg_restore e psql do PostgreSQL {server} ou mais novo ({has}): apt-get install postgresql-client-{server}"
        )
    return min(fit, key=lambda clients: clients.major)


def environment(url: str) -> dict[str, str]:
    """What a program needs to reach this database: arguments are shown to every user of the machine by ps."""
    wanted = {option.keyword: option for option in pq.Conninfo.parse(url.encode()) if option.val is not None}
    connection = {option.envvar.decode(): option.val.decode() for option in wanted.values() if option.envvar and option.val}
    plain = {"PATH": _PATH, "LC_ALL": "C.UTF-8", "PGOPTIONS": "-c client_min_messages=error -c statement_timeout=0"}
    return plain | connection


def reason(stderr: bytes) -> str:
    """Why a program failed: its first error, never a line that may quote a row."""
    lines = [line.strip() for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line for line in lines if re.search(r"\b(error|ERROR|FATAL|PANIC)\b", line)]
    return (errors or lines or ["sem motivo dado"])[0][:300]


def _folders() -> list[Path]:
    folders = [p.parent for p in Path("/").glob("usr/lib/postgresql/*/bin/pg_dump")]
    folders += [p.parent for p in Path("/").glob("usr/pgsql-*/bin/pg_dump")]
    on_path = shutil.which("pg_dump", path=_PATH)
    if on_path:
        folders.append(Path(on_path).parent)
    return [folder for folder in dict.fromkeys(folders) if all((folder / name).exists() for name in NEEDED)]


def _major(folder: Path) -> int | None:
    try:
        said = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, timeout=30, env={"PATH": _PATH})
    except (OSError, subprocess.TimeoutExpired):
        return None
    number = re.search(r"\) (\d+)", said.stdout)
    return int(number.group(1)) if number else None
