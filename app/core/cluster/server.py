"""Makes, starts and stops the cluster."""

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

from app.core.cluster.errors import ClusterError
from app.core.cluster.place import PORT, Place, as_server, place_of
from app.core.cluster.programs import EXTENSIONS, Programs, find_programs, server_user
from app.core.cluster.secret_files import made_once

OWNER, GROUP, WEB, DATABASE = "vinculo_owner", "vinculo_app", "vinculo_web", "vinculo"
SET_UP = "2"  # raise it when SET_UP_SQL changes
LOG_ROTATES_AT = 20 * 2**20

# For a server of 2 GB that also runs the application. An idle transaction would hold back every phone's pull.
SETTINGS = """\
listen_addresses = ''
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
wal_compression = on
random_page_cost = 1.1
jit = off
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
log_error_verbosity = terse         # DETAIL lines quote the values of a row
log_min_error_statement = panic     # and statements may hold a person's words
"""
UNSAFE_SETTINGS = """\
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 128MB
"""

SET_UP_SQL = """\
SELECT 'CREATE ROLE {group}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{group}') \\gexec
SELECT 'CREATE ROLE {web}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{web}') \\gexec
ALTER ROLE {group} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE {web} LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '{password}';
GRANT {group} TO {web};
ALTER ROLE {web} SET jit = off;
ALTER ROLE {web} SET statement_timeout = '30s';
ALTER ROLE {web} SET lock_timeout = '10s';
ALTER ROLE {web} SET idle_in_transaction_session_timeout = '60s';
SELECT 'CREATE DATABASE {database} OWNER {owner} TEMPLATE template0 ENCODING ''UTF8'''
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{database}') \\gexec
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT ON DATABASE {database} TO {group};
\\connect {database}
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {group};
"""


def urls(state_dir: Path) -> tuple[str, str]:
    """The application's and the owner's URL; makes the passwords at the first call, starts nothing."""
    host = quote(str(place_of(state_dir).socket_folder), safe="")
    return (
        f"postgresql://{WEB}:{_web_password(state_dir)}@/{DATABASE}?host={host}&port={PORT}",
        f"postgresql://{OWNER}:{_owner_password(state_dir)}@/{DATABASE}?host={host}&port={PORT}",
    )


def ensure_running(state_dir: Path, *, fast_unsafe: bool = False) -> tuple[str, str]:
    """Brings the cluster up when it is down and returns `urls`; `fast_unsafe` is for throw-away clusters only."""
    place = place_of(state_dir)
    if not is_running(state_dir):
        place.prepare()
        with place.locked():
            if not is_running(state_dir):
                _bring_up(state_dir, place, fast_unsafe)
    return urls(state_dir)


def is_running(state_dir: Path) -> bool:
    """Up, accepting connections and set up. As cheap as reading two files."""
    place = place_of(state_dir)
    try:
        return (
            (server := place.postmaster()) is not None
            and server[1]
            and place.stamp.read_text() == SET_UP
            and (place.socket_folder / f".s.PGSQL.{PORT}").exists()
        )
    except OSError:
        return False


def identity(state_dir: Path) -> str:
    """Tells one start of the server from every other; empty when it is down."""
    try:
        lines = (place_of(state_dir).data / "postmaster.pid").read_text().splitlines()
        return f"{lines[0]} {lines[2]}"  # process and moment of its start
    except (OSError, IndexError):
        return ""


def ask(state_dir: Path, query: str) -> str:
    """The owner's question to the running database, answered as text."""
    return _psql(state_dir, DATABASE, query, "-A", "-t").strip()


def stop(state_dir: Path) -> None:
    """Stops the cluster and waits until no process of it is left; nothing to do when it is down."""
    place = place_of(state_dir)
    if not place.folder.exists():
        return
    with place.locked():
        _stop(place)
        _sweep(place)


def _bring_up(state_dir: Path, place: Place, fast_unsafe: bool) -> None:
    programs = find_programs(place.major())
    if place.major() is None:
        place.check_room()
        _make_data(state_dir, place, programs)
    if place.processes():
        # Half up, its socket swept from /tmp, or what a killed server left: children outlive it by a moment.
        if place.postmaster() is not None or not place.wait_empty(5):
            _stop(place)
    for stale in (place.data / "postmaster.pid", place.socket_folder / f".s.PGSQL.{PORT}.lock"):
        stale.unlink(missing_ok=True)  # nobody lives there: after a crash its number may be another process's
    _configure(place, fast_unsafe)
    _start(place, programs)
    if not place.stamp.exists() or place.stamp.read_text() != SET_UP:
        _set_up(state_dir, place)


def _make_data(state_dir: Path, place: Place, programs: Programs) -> None:
    owner = server_user()
    password = place.folder / "owner-password"
    draft = place.folder / "data.part"
    # initdb reads the password as the server's user, who must not read our secrets.
    _write(place, password, _owner_password(state_dir))
    _run(["/bin/rm", "-rf", draft], "não é possível apagar um banco de dados inacabado")
    try:
        _run(
            [
                programs.path("initdb"), "-D", draft, "-U", OWNER, "--pwfile", password, "--auth=scram-sha-256",
                "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions",
            ],
            "não é possível criar o banco de dados",
            owner,
        )
    finally:
        password.unlink(missing_ok=True)
    _write(place, draft / "pg_hba.conf", "local all all scram-sha-256\n")
    draft.rename(place.data)


def _configure(place: Place, fast_unsafe: bool) -> None:
    text = SETTINGS.format(port=PORT, sockets=place.socket_folder) + (UNSAFE_SETTINGS if fast_unsafe else "")
    _write(place, place.data / "vinculo.conf", text)
    main = place.data / "postgresql.conf"
    line = "include 'vinculo.conf'\n"
    if line not in main.read_text():
        _write(place, main, main.read_text() + line)
    if place.log.exists() and place.log.stat().st_size > LOG_ROTATES_AT:
        place.log.rename(place.log.with_suffix(".log.1"))


def _start(place: Place, programs: Programs) -> None:
    before = place.log.stat().st_size if place.log.exists() else 0
    command = [programs.path("pg_ctl"), "start", "-D", place.data, "-l", place.log, "-w", "-t", "120", "-s"]
    owner = server_user()
    result = subprocess.run(
        command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, **as_server(owner),
    )
    if result.returncode:
        raise ClusterError(f"o banco de dados não sobe: {_reason(place.log, before)} (registro: {place.log})")


def _set_up(state_dir: Path, place: Place) -> None:
    sql = SET_UP_SQL.format(group=GROUP, web=WEB, owner=OWNER, database=DATABASE, password=_web_password(state_dir))
    sql += "".join(f"CREATE EXTENSION IF NOT EXISTS {name};\n" for name in EXTENSIONS)
    _psql(state_dir, "postgres", sql)
    _write(place, place.stamp, SET_UP)


def _psql(state_dir: Path, database: str, sql: str, *options: str) -> str:
    place = place_of(state_dir)
    # The password by the environment and the words by standard input: arguments are shown to every user by ps.
    env = as_server(None)["env"] | {"PGPASSWORD": _owner_password(state_dir), "PGOPTIONS": "-c client_min_messages=error"}
    command = [
        find_programs(place.major()).path("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", *options,
        "-h", place.socket_folder, "-p", str(PORT), "-U", OWNER, "-d", database, "-f", "-",
    ]  # fmt: skip
    result = subprocess.run(command, input=sql, cwd="/", env=env, capture_output=True, text=True)
    if result.returncode:
        raise ClusterError(f"o banco de dados recusa: {_last_line(result.stderr)}")
    return result.stdout


def _stop(place: Place) -> None:
    if place.postmaster() is not None:
        programs = find_programs(place.major())
        for mode, seconds in (("fast", "60"), ("immediate", "20")):
            command = [programs.path("pg_ctl"), "stop", "-D", place.data, "-m", mode, "-w", "-t", seconds, "-s"]
            if not subprocess.run(command, cwd="/", capture_output=True, **as_server(server_user())).returncode:
                break
    if not place.wait_empty(5):
        place.kill_processes()
        if not place.wait_empty(5):
            raise ClusterError(f"o banco de dados em {place.data} não para")


def _sweep(place: Place) -> None:
    """A socket folder in /tmp is made anew at each start."""
    if place.socket_folder.parent != place.folder:
        shutil.rmtree(place.socket_folder, ignore_errors=True)


def _owner_password(state_dir: Path) -> str:
    return made_once(state_dir, "owner_password")


def _web_password(state_dir: Path) -> str:
    return made_once(state_dir, "web_password")


def _write(place: Place, path: Path, text: str) -> None:
    """Whole or not at all, and belonging to the server's user."""
    owner = server_user()
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.unlink(missing_ok=True)
        # The folder is the server's user's: O_EXCL follows no link that it might have laid for root.
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            if owner:
                os.fchown(file.fileno(), owner.pw_uid, owner.pw_gid)
        draft.replace(path)
    except OSError as error:
        raise ClusterError(f"não é possível escrever {path}: {error.strerror}") from error


def _run(command: list, failure: str, owner=None) -> None:
    result = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, **as_server(owner))
    if result.returncode:
        raise ClusterError(f"{failure}: {_last_line(result.stderr)}")


def _reason(log: Path, since: int) -> str:
    """What the server said when it failed: its last FATAL, PANIC or ERROR, else its last line."""
    try:
        with open(log, encoding="utf-8", errors="replace") as file:
            file.seek(since)
            lines = [line.strip() for line in file if line.strip()]
    except OSError:
        return "sem registro"
    for mark in ("PANIC:", "FATAL:", "ERROR:"):
        for line in reversed(lines):
            if mark in line:
                return line.split(mark, 1)[1].strip()
    return lines[-1] if lines else "sem motivo no registro"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["sem motivo dado"])[-1]
