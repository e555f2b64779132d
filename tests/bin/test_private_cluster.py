"""The private cluster: what it promises on a good day, and after a crash."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from app.core import cluster
from app.core.cluster import place, programs

ROOT = Path(__file__).resolve().parents[2]


def one(url: str, query: str) -> tuple:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()


def postmaster(state: Path) -> int:
    server = place.place_of(state).postmaster()
    assert server is not None, "the server is down"
    return server[0]


def test_application_role_owns_nothing_and_cannot_pass_row_security(running):
    application, owner = cluster.urls(running)
    assert one(application, "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
               " WHERE rolname = current_user") == (False, False, False, False)  # fmt: skip
    assert one(application, "SELECT current_user, pg_has_role('vinculo_app', 'member')") == ("vinculo_web", True)
    assert one(owner, "SELECT rolcanlogin, rolbypassrls FROM pg_roles WHERE rolname = 'vinculo_app'") == (False, False)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        one(application, "CREATE TABLE public.mine AS SELECT 1")


def test_extensions_and_settings(running):
    application, owner = cluster.urls(running)
    with psycopg.connect(owner) as connection:
        found = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
    assert found >= {"postgis", "pg_trgm", "unaccent", "btree_gist", "pgcrypto"}
    assert one(application, "SELECT current_setting('jit'), current_setting('data_checksums'),"
               " current_setting('listen_addresses'), current_setting('server_encoding')") == (
        "off", "on", "", "UTF8")  # fmt: skip
    assert one(owner, "SELECT current_setting('password_encryption'), lower('ÁGUA') COLLATE \"default\"") == (
        "scram-sha-256", "água")  # fmt: skip


def test_wrong_password_is_refused(running):
    application, _ = cluster.urls(running)
    password = application.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        one(application.replace(password, "0" * 64), "SELECT 1")


def test_secrets_are_made_once_and_for_their_user_only(running):
    assert cluster.secret_key(running) == cluster.secret_key(running)
    assert len(cluster.secret_key(running)) >= 32
    files = list((running / "secrets").iterdir())
    assert {f.name for f in files} == {"secret_key", "owner_password", "web_password"}
    assert len({f.read_text() for f in files}) == len(files)
    assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}
    assert stat.S_IMODE((running / "secrets").stat().st_mode) == 0o700


def test_no_network_port_and_a_socket_for_the_owner_only(running):
    pid = postmaster(running)
    sockets = {os.readlink(f) for f in Path(f"/proc/{pid}/fd").iterdir() if f.is_symlink()}
    inodes = {s[8:-1] for s in sockets if s.startswith("socket:[")}
    for table in ("tcp", "tcp6"):
        rows = Path(f"/proc/net/{table}").read_text().splitlines()[1:] if Path(f"/proc/net/{table}").exists() else []
        assert not [row for row in rows if row.split()[9] in inodes]
    assert stat.S_IMODE(place.place_of(running).socket_folder.stat().st_mode) == 0o700


def test_very_long_state_path(state):
    long = state.joinpath(*["uma-pasta-de-nome-bem-comprido-para-o-teste-de-caminhos"] * 12)
    assert len(str(long)) > 600
    application, _ = cluster.ensure_running(long, fast_unsafe=True)
    try:
        assert one(application, "SELECT 1") == (1,)
    finally:
        cluster.stop(long)
    assert not place.place_of(long).socket_folder.exists()


def test_too_long_state_path_is_one_line(state):
    with pytest.raises(cluster.ClusterError, match="VINCULO_STATE é longo demais: .* cabem 900"):
        cluster.ensure_running(state.joinpath(*["x" * 200] * 5))


def test_path_with_spaces_commas_and_accents(state):
    odd = state / "pasta, com 'aspas' e çedilha"
    application, _ = cluster.ensure_running(odd, fast_unsafe=True)
    try:
        assert one(application, "SELECT 1") == (1,)
    finally:
        cluster.stop(odd)
    assert not place.place_of(odd).socket_folder.exists()


def test_a_socket_folder_laid_by_somebody_else_is_refused(state):
    long = state.joinpath(*["x" * 60] * 3)
    folder = place.place_of(long).socket_folder
    assert str(folder).startswith("/tmp/vinculo-")
    folder.symlink_to("/tmp")
    try:
        with pytest.raises(cluster.ClusterError, match="é de outro usuário"):
            cluster.ensure_running(long)
    finally:
        folder.unlink()


def test_concurrent_starts_make_one_server(state):
    code = (
        "import sys; from pathlib import Path; from app.core import cluster;"
        "cluster.ensure_running(Path(sys.argv[1]), fast_unsafe=True); print(cluster.identity(Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, str(state)]
    children = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = {child.communicate(timeout=120)[0] for child in children}
    assert [child.returncode for child in children] == [0, 0, 0]
    assert len(said) == 1 and said != {"\n"}


def test_killed_server_comes_back_with_its_data(state):
    application, owner = cluster.ensure_running(state)
    with psycopg.connect(owner) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    killed = postmaster(state)
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while cluster.is_running(state) and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    assert cluster.ensure_running(state) == (application, owner)
    assert postmaster(state) != killed
    assert one(owner, "SELECT n FROM kept") == (42,)


def test_stale_pid_file_of_a_reused_pid_does_not_stop_the_start(state):
    application, _ = cluster.ensure_running(state, fast_unsafe=True)
    where = place.place_of(state)
    place_file = where.data / "postmaster.pid"
    lines = place_file.read_text().splitlines()
    os.kill(int(lines[0]), signal.SIGKILL)
    assert where.wait_empty(10)
    # After a reboot the number may belong to anybody, here to a process of the same user.
    other = subprocess.Popen(["sleep", "60"])
    try:
        place_file.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
        assert not cluster.is_running(state)
        cluster.ensure_running(state)
        assert one(application, "SELECT 1") == (1,)
        assert other.poll() is None, "a stranger's process was killed"
    finally:
        other.kill()
        other.wait()


def test_swept_socket_is_made_anew(state):
    application, _ = cluster.ensure_running(state, fast_unsafe=True)
    (place.place_of(state).socket_folder / ".s.PGSQL.5432").unlink()
    cluster.ensure_running(state)
    assert one(application, "SELECT 1") == (1,)


def test_stop_leaves_no_process(state):
    cluster.ensure_running(state, fast_unsafe=True)
    where = place.place_of(state)
    assert where.processes()
    cluster.stop(state)
    assert where.processes() == []
    cluster.stop(state)  # again, with nothing to do


def test_an_interrupted_creation_is_begun_anew(state):
    where = place.place_of(state)
    where.prepare()
    (where.folder / "data.part").mkdir()
    (where.folder / "data.part" / "PG_VERSION").write_text("15\n")
    application, _ = cluster.ensure_running(state, fast_unsafe=True)
    assert one(application, "SELECT 1") == (1,)


def test_a_server_that_does_not_start_says_why(state):
    cluster.ensure_running(state, fast_unsafe=True)
    cluster.stop(state)
    where = place.place_of(state)
    with open(where.data / "postgresql.auto.conf", "a") as file:
        file.write("shared_preload_libraries = 'no_such_library'\n")
    with pytest.raises(cluster.ClusterError, match="o banco de dados não sobe: .*no_such_library.*registro: "):
        cluster.ensure_running(state)


@pytest.fixture
def fake_postgres(tmp_path, monkeypatch):
    def make(version: str) -> Path:
        for name in ("initdb", "pg_ctl", "psql"):
            (tmp_path / name).touch()
        (tmp_path / "postgres").write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (tmp_path / "postgres").chmod(0o755)
        monkeypatch.setattr(programs, "_folders", lambda: [tmp_path])
        return tmp_path

    return make


def test_old_postgresql_is_one_line(fake_postgres):
    fake_postgres("13.14 (Debian 13.14-0+deb11u1)")
    with pytest.raises(cluster.ClusterError, match="PostgreSQL 13 é antigo: .*apt-get install postgresql-15"):
        cluster.find_programs()


def test_postgresql_without_postgis_names_the_package(fake_postgres):
    folder = fake_postgres("16.2")
    (folder / "pg_config").write_text(f"#!/bin/sh\necho {folder}\n")
    (folder / "pg_config").chmod(0o755)
    with pytest.raises(cluster.ClusterError, match="falta postgis, .*apt-get install .*postgresql-16-postgis-3"):
        cluster.find_programs()


def test_missing_postgresql_is_one_line(monkeypatch):
    monkeypatch.setattr(programs, "_folders", lambda: [])
    with pytest.raises(cluster.ClusterError, match="falta o PostgreSQL: apt-get install postgresql-15"):
        cluster.find_programs()


def test_data_of_another_version_is_told(fake_postgres):
    fake_postgres("16.2")
    with pytest.raises(cluster.ClusterError, match="os dados são do PostgreSQL 15"):
        cluster.find_programs(15)


def test_full_disk_is_one_line(state, monkeypatch):
    usage = type("usage", (), {"free": 12 * 2**20})
    monkeypatch.setattr(place.shutil, "disk_usage", lambda _folder: usage)
    with pytest.raises(cluster.ClusterError, match="disco cheio em .*: há 12 MB livres"):
        cluster.ensure_running(state)
