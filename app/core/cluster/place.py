"""Where a cluster's files and socket are, who owns them, and which processes live on them."""

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.core.cluster.errors import ClusterError
from app.core.cluster.programs import server_user

PORT = 5432  # only part of the socket's name: nothing listens on the network
LONGEST_SOCKET = 107  # bytes of sun_path, the closing zero aside
LONGEST_STATE = 900  # PostgreSQL's own paths end at 1023 bytes, and it appends to ours
ROOM_NEEDED = 300 * 2**20


@dataclass(frozen=True)
class Place:
    state: Path

    @property
    def folder(self) -> Path:
        return self.state / "cluster"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgresql.log"

    @property
    def stamp(self) -> Path:
        """Written when roles, database and extensions are all there."""
        return self.folder / "set-up"

    @property
    def socket_folder(self) -> Path:
        inside = self.folder / "run"
        full = len(os.fsencode(inside)) + len(f"/.s.PGSQL.{PORT}")
        # PostgreSQL reads the setting as a list, so a comma or a quote in the path would split it.
        if full <= LONGEST_SOCKET and re.fullmatch(r"[\w./+-]+", str(inside), re.ASCII):
            return inside
        name = hashlib.sha256(os.fsencode(self.state)).hexdigest()[:12]
        return Path(f"/tmp/vinculo-{os.geteuid()}-{name}")

    def major(self) -> int | None:
        try:
            return int((self.data / "PG_VERSION").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def postmaster(self) -> tuple[int, bool] | None:
        """Process and readiness as the pid file tells; None without the file or when the process is not our server."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
        except (OSError, ValueError, IndexError):
            return None
        if not _lives_in(pid, self.data):
            return None
        return pid, len(lines) > 7 and lines[7].strip() == "ready"

    def processes(self) -> list[int]:
        """Every server process works in the data folder; a reused pid does not."""
        return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and _lives_in(int(p.name), self.data)]

    def kill_processes(self) -> None:
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def wait_empty(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while self.processes():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def prepare(self) -> None:
        if len(os.fsencode(self.state)) > LONGEST_STATE:
            raise ClusterError(f"VINCULO_STATE é longo demais: {len(os.fsencode(self.state))} bytes, cabem {LONGEST_STATE}")
        owner = server_user()
        try:
            self.state.mkdir(parents=True, exist_ok=True, mode=0o711 if owner else 0o700)
            if owner and self.state.stat().st_uid == 0 and not self.state.stat().st_mode & stat.S_IXOTH:
                self.state.chmod(self.state.stat().st_mode | stat.S_IXOTH)
            self._make(self.folder, owner)
            self._make(self.socket_folder, owner)
        except PermissionError as error:
            raise ClusterError(
                f"sem permissão para escrever em {self.state}: entre como o dono, ou indique outra pasta em VINCULO_STATE"
            ) from error
        except OSError as error:
            raise ClusterError(f"não é possível criar {self.state}: {error.strerror}") from error
        if owner and subprocess.run(["/bin/test", "-w", self.folder], cwd="/", **as_server(owner)).returncode:
            raise ClusterError(
                f"o usuário {owner.pw_name}, com que o banco de dados roda, não entra em {self.state}:"
                " indique em VINCULO_STATE uma pasta como /var/lib/vinculo"
            )

    def check_room(self) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < ROOM_NEEDED:
            raise ClusterError(
                f"disco cheio em {self.state}: há {free // 2**20} MB livres, são precisos {ROOM_NEEDED // 2**20} MB"
            )

    @contextmanager
    def locked(self, seconds: float = 180) -> Iterator[None]:
        """One start, stop or set-up at a time, whichever process asks."""
        with open(self.state / "cluster.lock", "a") as file:
            end = time.monotonic() + seconds
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > end:
                        raise ClusterError(f"outro comando ocupa {file.name}: espere que termine, ou encerre-o") from None
                    time.sleep(0.05)
            yield

    @staticmethod
    def _make(folder: Path, owner: pwd.struct_passwd | None) -> None:
        uid, gid = (owner.pw_uid, owner.pw_gid) if owner else (os.geteuid(), os.getegid())
        try:
            folder.mkdir(mode=0o700)
            os.chown(folder, uid, gid)
        except FileExistsError:
            # In /tmp anybody may have made it before us: a link or a stranger's folder is refused.
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (uid, os.geteuid()) or found.st_mode & 0o022:
                raise ClusterError(f"{folder} é de outro usuário: apague-a, ou indique outra pasta em VINCULO_STATE") from None
            if found.st_uid != uid:
                os.chown(folder, uid, gid)


def place_of(state_dir: Path) -> Place:
    return Place(Path(os.path.realpath(state_dir)))


def as_server(owner: pwd.struct_passwd | None) -> dict:
    """Arguments of subprocess: the server's user when we are root, and an environment without PG… of ours."""
    env = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
    if owner is None:
        return {"env": env}
    return {"env": env, "user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _lives_in(pid: int, folder: Path) -> bool:
    try:
        return os.readlink(f"/proc/{pid}/cwd") == str(folder)
    except OSError:
        return False
