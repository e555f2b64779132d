"""Finds PostgreSQL's programs, and the user that the server runs as."""

import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from app.core.cluster.errors import ClusterError

OLDEST = 15
EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "btree_gist", "pgcrypto")


@dataclass(frozen=True)
class Programs:
    folder: Path
    major: int

    def path(self, name: str) -> str:
        return str(self.folder / name)


def find_programs(major: int | None = None) -> Programs:
    """The newest PostgreSQL that has PostGIS; with `major`, exactly that one (a cluster's data binds it)."""
    found = [Programs(folder, number) for folder in _folders() if (number := _major(folder))]
    if not found:
        raise ClusterError(f"falta o PostgreSQL: apt-get install {packages_for(OLDEST)}")
    fit = [p for p in found if p.major == major] if major else [p for p in found if p.major >= OLDEST]
    if not fit and major:
        raise ClusterError(f"os dados são do PostgreSQL {major}, que não está completo aqui: apt-get install {packages_for(major)}")
    if not fit:
        newest = max(p.major for p in found)
        raise ClusterError(f"o PostgreSQL {newest} é antigo: é preciso a versão {OLDEST} ou mais nova, com PostGIS:"
            f" apt-get install {packages_for(OLDEST)}")
    complete = [p for p in fit if not missing_extensions(p)]
    if not complete:
        best = max(fit, key=lambda p: p.major)
        raise ClusterError(
            f"ao PostgreSQL {best.major} falta {', '.join(missing_extensions(best))}:"
            f" apt-get install {packages_for(best.major)}"
        )
    return max(complete, key=lambda p: p.major)


def packages_for(major: int) -> str:
    return f"postgresql-{major} postgresql-contrib postgresql-{major}-postgis-3"


def missing_extensions(programs: Programs) -> list[str]:
    shared = _shared_folder(programs)
    return [name for name in EXTENSIONS if not (shared / "extension" / f"{name}.control").exists()]


def server_user() -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root, which PostgreSQL refuses; None = ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise ClusterError(
            "falta o usuário postgres, com que o banco de dados roda: useradd --system --shell /usr/sbin/nologin postgres"
        ) from None


def _folders() -> list[Path]:
    folders = [p.parent for p in Path("/").glob("usr/lib/postgresql/*/bin/initdb")]
    folders += [p.parent for p in Path("/").glob("usr/pgsql-*/bin/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    needed = ("initdb", "pg_ctl", "postgres", "psql")
    return [f for f in dict.fromkeys(folders) if all((f / name).exists() for name in needed)]


def _major(folder: Path) -> int | None:
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    number = re.search(r"\) (\d+)", said)
    return int(number.group(1)) if number else None


def _shared_folder(programs: Programs) -> Path:
    debian = Path(f"/usr/share/postgresql/{programs.major}")
    if programs.folder == Path(f"/usr/lib/postgresql/{programs.major}/bin"):
        return debian
    try:
        said = subprocess.run([programs.path("pg_config"), "--sharedir"], capture_output=True, text=True, timeout=30)
        return Path(said.stdout.strip() or debian)
    except (OSError, subprocess.TimeoutExpired):
        return debian
