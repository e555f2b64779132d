"""Bringing a copy back, whole or not at all: read to its last byte first, then one transaction of the database, and the
files put in their place when that one needs only its COMMIT.
"""

import os
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from app.backup import dump, keys
from app.backup.afterwards import resending, statements
from app.backup.container import NotABackup
from app.backup.opened import Manifest, examined, opened, parts_of
from app.backup.parts import BLOCK, DATABASE, FILE
from app.backup.programs import Clients, ProgramFailed, environment, find_clients, reason
from app.core import seal
from app.core.envelopes import NotOpened
from app.core.seal import KeyLost
from app.core.written import flush_folder, make_private, write_whole

_STAGE = ".restoring"
_MOVING = "moving"
_SECRET = Path("secrets/secret_key")
# Made by the new cluster's own set-up.
_OTHERS = re.compile(r"^\d+; \d+ \d+ (SCHEMA - |COMMENT - SCHEMA |EXTENSION - |COMMENT - EXTENSION )")
_WEB_ROLE = (
    "SELECT bool_or(r.rolsuper OR r.rolbypassrls), bool_or(r.rolname = 'vinculo_app')"
    " FROM pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER')"
)


class NotRestored(Exception):
    """One line in Portuguese that says why nothing was changed, and what to do."""


@dataclass(frozen=True)
class Restored:
    """`bound`: the web server's role sees nobody without a city, as it must."""

    manifest: Manifest
    same_secret: bool
    lost_keys: list[str]
    bound: bool


def restore(config: Any, path: Path, code: EllipticCurvePrivateKey, known: Collection[str], now: datetime) -> Restored:
    """Bring a copy back into an empty database and an empty state folder. `known` are the migrations of this program.

    Raises NotABackup for what is wrong with the copy, NotRestored for what is wrong here; then nothing was changed.
    """
    try:
        _, key = opened(path, code)
        manifest = examined(path, key)
        if manifest.schema not in known:
            raise NotABackup(f"a cópia é de uma versão mais nova do Vínculo ({manifest.version}): atualize o programa antes")
        _check_database(config, manifest)
        with _stage(config, now) as stage:
            same_secret, lost = _stage_files(config, path, key, code, stage)
            _bring_back(config, path, key, manifest, now, stage, same_secret)
    except ProgramFailed as error:
        raise NotRestored(str(error)) from error
    except psycopg.OperationalError as error:
        raise NotRestored(f"o banco de dados não responde: {str(error).splitlines()[0]}") from error
    except psycopg.Error as error:
        raise NotRestored(f"o banco de dados recusa: {error.sqlstate} {type(error).__name__}") from error
    except OSError as error:
        raise NotRestored(f"não é possível ler ou escrever {error.filename or config.state_dir}: {error.strerror}") from error
    return Restored(manifest, same_secret, lost, _is_bound(config))


def resend(owner_url: str, now: datetime) -> list[int]:
    """After a database came back by other means than `restore`: phones push their last seven days again. Gives the cities."""
    with psycopg.connect(owner_url) as owner:
        cities = [row[0] for row in owner.execute("SELECT id FROM municipalities ORDER BY 1")]
        owner.execute(resending("backup.resend", cities, now).encode())
    return cities


# -- what must be so before anything is touched ----------------------------------------------------------------


def _check_database(config: Any, manifest: Manifest) -> None:
    with psycopg.connect(config.database_owner_url) as owner:
        if dump.tables(owner):
            raise NotRestored(
                "o banco já tem tabelas, e uma cópia só volta para um banco vazio: indique uma pasta nova em VINCULO_STATE"
                " (ou, num servidor de banco seu, um banco recém-criado), sem “db upgrade” antes"
            )
        server = owner.info.server_version // 10000
        if server < manifest.server:
            raise NotRestored(f"a cópia é do PostgreSQL {manifest.server} e este é o {server}: use um igual ou mais novo")
        missing = [name for name in ("postgis", "pg_trgm", "unaccent", "btree_gist", "pgcrypto") if not _has(owner, name)]
        if missing:
            raise NotRestored(f"falta no banco: CREATE EXTENSION {', '.join(missing)}")
    with psycopg.connect(config.database_url) as web:
        above, member = web.execute(_WEB_ROLE).fetchone() or (None, None)
        if above:
            raise NotRestored("DATABASE_URL usa um papel que passa por cima da segurança por linha: dê ao servidor um papel próprio")
        if not member:
            raise NotRestored("o papel de DATABASE_URL não é membro de vinculo_app: CREATE ROLE vinculo_app NOLOGIN; GRANT vinculo_app TO …")


def _has(owner: psycopg.Connection, extension: str) -> bool:
    return owner.execute("SELECT FROM pg_extension WHERE extname = %s", [extension]).rowcount == 1


@contextmanager
def _stage(config: Any, now: datetime) -> Iterator[Path]:
    """A folder for what will be put in place; its presence tells of a restore that was cut off."""
    stage = config.state_dir / _STAGE
    if (stage / _MOVING).exists():
        # It had begun to put files in place and the database is empty: they were its own. Moved, all the same: a key
        # is not for us to delete.
        for name in ("keys", "files"):
            if (config.state_dir / name).exists():
                (config.state_dir / name).rename(config.state_dir / f"{name}.interrupted-{now:%Y%m%d%H%M%S}")
    shutil.rmtree(stage, ignore_errors=True)
    for name in ("keys", "files"):
        folder = config.state_dir / name
        if folder.exists() and any(folder.iterdir()):
            raise NotRestored(f"{folder} não está vazia, e uma cópia só volta para uma pasta de estado nova: indique outra em VINCULO_STATE")
    stage.mkdir(mode=0o700, parents=True)
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


# -- files ------------------------------------------------------------------------------------------------------


def _stage_files(config: Any, path: Path, key: bytes, code: EllipticCurvePrivateKey, stage: Path) -> tuple[bool, list[str]]:
    """Write the copy's files beside their places; the keys wrapped under the secret that will be in use."""
    for name, blocks in parts_of(path, key):
        if name.startswith(FILE):
            target = stage / name.removeprefix(FILE)
            make_private(target.parent)
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for block in blocks:
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
        elif name == DATABASE:
            break  # the last part
        else:
            for _block in blocks:
                pass
    theirs = (stage / _SECRET).read_text("utf-8")
    same = theirs == config.secret_key or _own_secret(config)
    lost = [] if same else _wrap_anew(stage / "keys", theirs, config.secret_key, code)
    if same:
        lost = [_name(file) for file in sorted(stage.glob("keys/*/*.key")) if not _opens(file, theirs)]
    return same, lost


def _own_secret(config: Any) -> bool:
    """Whether the secret in use is the file that the state folder makes for itself, and may be the copy's instead."""
    try:
        made = config.private_cluster and (config.state_dir / _SECRET).read_text("ascii").strip()
    except OSError:
        return False
    return made == config.secret_key


def _wrap_anew(folder: Path, theirs: str, ours: str, code: EllipticCurvePrivateKey) -> list[str]:
    """Every key under the present secret; gives those that neither the old secret nor the code opens."""
    lost = []
    for file in sorted({path.with_suffix(".key") for path in folder.glob("*/*") if path.suffix in (".key", ".recovery")}):
        try:
            private = seal.unwrap(file, theirs.encode())
        except (KeyLost, NotOpened):
            try:
                private = keys.opened_by(code, file.with_suffix(".recovery"))
            except NotOpened:
                lost.append(_name(file))
                continue
        write_whole(file, seal.wrap(private, file.stem, ours.encode()))
    return lost


def _opens(file: Path, secret: str) -> bool:
    try:
        seal.unwrap(file, secret.encode())
    except (KeyLost, NotOpened):
        return False
    return True


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def _put_in_place(config: Any, stage: Path, same_secret: bool) -> None:
    write_whole(stage / _MOVING, b"")
    for name in ("keys", "files"):
        if (stage / name).exists():
            target = config.state_dir / name
            if target.exists():
                target.rmdir()
            (stage / name).rename(target)
    if same_secret and _own_secret(config):
        (stage / _SECRET).rename(config.state_dir / _SECRET)
    for other in sorted((stage / "secrets").glob("*")):
        if other.name != _SECRET.name:
            other.rename(config.state_dir / "secrets" / other.name)
    flush_folder(config.state_dir)


def _take_back(config: Any) -> None:
    """Unless the database had committed all the same, and only its answer was lost."""
    with psycopg.connect(config.database_owner_url) as owner:
        if not dump.tables(owner):
            for name in ("keys", "files"):
                shutil.rmtree(config.state_dir / name, ignore_errors=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Files and COMMIT belong together: a signal waits."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# -- database ----------------------------------------------------------------------------------------------------


def _bring_back(
    config: Any, path: Path, key: bytes, manifest: Manifest, now: datetime, stage: Path, same_secret: bool
) -> None:
    clients = find_clients(max(manifest.client, manifest.server))
    contents = dump.listed(clients, _database(path, key))
    chosen = "\n".join(line for line in contents.splitlines() if not _OTHERS.match(line))
    with _Psql(clients, config.database_owner_url) as psql:
        psql.say("BEGIN;\n")
        for block in _script(clients, _database(path, key), chosen):
            psql.write(block)
        psql.say(statements(manifest.counts, manifest.bound, manifest.cities, now))
        psql.hear("ready")
        with _uninterrupted():
            try:
                _put_in_place(config, stage, same_secret)
                psql.say("COMMIT;\n")
                psql.hear("committed")
            except BaseException:
                _take_back(config)
                raise
        try:
            psql.say("ANALYZE;\n")
            psql.hear("counted")
        except ProgramFailed:
            pass  # everything is back; autovacuum counts it within a minute


def _database(path: Path, key: bytes) -> Iterator[bytes]:
    for name, blocks in parts_of(path, key):
        if name == DATABASE:
            yield from blocks
        else:
            for _block in blocks:
                pass


def _script(clients: Clients, blocks: Iterator[bytes], chosen: str) -> Iterator[bytes]:
    """The dump as SQL, without what the cluster's own set-up makes."""
    with os.fdopen(os.memfd_create("contents"), "w+b") as wanted, dump.noted() as stderr:
        wanted.write(chosen.encode())
        wanted.flush()
        command = [
            clients.path("pg_restore"), "--no-owner", f"--use-list=/dev/fd/{wanted.fileno()}", "--file=-",
        ]  # fmt: skip
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, env={"PATH": "/"}, cwd="/",
            pass_fds=[wanted.fileno()],
        )  # fmt: skip
        try:
            assert process.stdout
            with dump.fed(process, blocks):
                while block := process.stdout.read(BLOCK):
                    yield block
            if process.wait():
                raise ProgramFailed(f"pg_restore não lê a cópia: {reason(dump.said(stderr))}")
        finally:
            dump.ended(process)


class _Psql:
    """psql in one transaction that ends as we say: it stops at the first error, and its end undoes everything."""

    def __init__(self, clients: Clients, url: str):
        self.clients, self.url = clients, url

    def __enter__(self) -> "_Psql":
        command = [
            self.clients.path("psql"), "-X", "-q", "-w", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=terse",
            "-v", "SHOW_CONTEXT=never", "-f", "-",
        ]  # fmt: skip
        self.noting = dump.noted()
        self.stderr = self.noting.__enter__()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.stderr, env=environment(self.url), cwd="/"
        )
        return self

    def __exit__(self, *_error: object) -> None:
        dump.ended(self.process)
        self.noting.__exit__(None, None, None)

    def write(self, block: bytes) -> None:
        try:
            self.process.stdin.write(block)  # type: ignore[union-attr]
        except BrokenPipeError:
            self._fail()

    def say(self, script: str) -> None:
        self.write(script.encode())

    def hear(self, word: str) -> None:
        """Wait until everything said so far was done."""
        mark = f"{word}-{secrets.token_hex(8)}"
        self.say(f"\\echo {mark}\n")
        try:
            self.process.stdin.flush()  # type: ignore[union-attr]
        except BrokenPipeError:
            self._fail()
        if self.process.stdout.readline().decode().strip() != mark:  # type: ignore[union-attr]
            self._fail()

    def _fail(self) -> None:
        self.process.wait()
        raise ProgramFailed(f"o banco recusa a cópia, e nada ficou: {reason(dump.said(self.stderr))}")


def _is_bound(config: Any) -> bool:
    """Asked as the web server's role, connected as it will be."""
    try:
        with psycopg.connect(config.database_url) as web:
            row = web.execute("SELECT (SELECT count(*) FROM workers) + (SELECT count(*) FROM municipalities)").fetchone()
    except psycopg.Error:
        return False
    return row is not None and row[0] == 0
