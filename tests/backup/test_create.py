"""A copy is encrypted, whole, read back before it has a name; what goes wrong leaves none, and one line."""

import os
import re
import resource
import stat
import subprocess
import sys
from datetime import datetime
from tempfile import TemporaryFile
from threading import Event
from time import monotonic

import psycopg
import pytest

from app.backup import create, dump
from app.backup.programs import find_clients
from app.core import clock, safekeeping
from app.core.cluster import urls
from tests.make.machine import the_line
from tests.make.source import ROOT


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_copy_says_one_line_and_is_for_its_owner_only(lived, tmp_path):
    made = lived.here.flask("backup", "create", "--to", str(tmp_path / "copies"))
    assert made.returncode == 0 and made.stderr == ""
    [name] = names(tmp_path / "copies")
    assert re.fullmatch(rf"{tmp_path}/copies/{re.escape(name)}: \d+\.\d MiB, conferida\.\n", made.stdout)
    assert re.fullmatch(r"vinculo-\d{4}-\d\d-\d\d-\d{6}\.copia", name)
    path = tmp_path / "copies" / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    told = safekeeping.last_backup(lived.here.config)
    assert (told.file_name, told.bytes, told.verified) == (name, path.stat().st_size, True)
    assert (clock.now() - told.at).total_seconds() < 60


def test_nothing_of_it_can_be_read_without_the_code(lived):
    content = lived.copy.read_bytes()
    for word in ("palavra plantada", lived.city.tag, lived.here.config.secret_key, "encounters", "PGDMP"):
        assert word.encode() not in content
    assert lived.code.encode() not in content


def test_what_is_in_it(lived):
    said = lived.here.flask("backup", "verify", str(lived.copy), typed=lived.code.lower().replace("-", " ") + "\n")
    assert said.returncode == 0, said.stderr
    assert str(lived.city.ibge) in said.stdout and "inteira" in said.stdout
    assert int(re.search(r"(\d+) linhas", said.stdout)[1]) > 50


def test_without_a_recovery_code_there_is_no_copy(fresh):
    assert fresh.flask("db", "upgrade").returncode == 0
    assert "não há código de recuperação" in the_line(fresh.flask("backup", "create"))
    assert not (fresh.state / "backups").exists() and safekeeping.last_backup(fresh.config) is None


def test_without_a_schema_there_is_nothing_to_copy(fresh):
    assert fresh.flask("keys", "code", "--new").returncode == 0
    assert "ainda não tem o esquema" in the_line(fresh.flask("backup", "create"))
    assert names(fresh.state / "backups") == []


def test_a_full_disk_leaves_nothing_that_looks_like_a_copy(lived, tmp_path):
    env = lived.here.environment()
    told = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "backup", "create", "--to", str(tmp_path), "--keep", "1"],
        cwd=ROOT, env=env, capture_output=True, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )  # fmt: skip
    assert f"não há espaço em {tmp_path}" in the_line(told)
    assert names(tmp_path) == []


def test_a_stop_half_way_leaves_nothing(lived, tmp_path):
    """SIGTERM as a timer gives it, while pg_dump waits for a table that somebody holds."""
    with held_table(lived), TemporaryFile("w+") as stderr:
        process = lived.here.begin("backup", "create", "--to", str(tmp_path), stderr=stderr)
        until(lambda: dumping(lived) and names(tmp_path))
        process.terminate()
        assert process.wait(30) == 1
        stderr.seek(0)
        assert stderr.read().strip() == "Error: Interrompido: nada ficou pela metade."
        assert names(tmp_path) == []


def test_a_kill_half_way_leaves_a_draft_that_the_next_one_sweeps(lived, tmp_path):
    before = safekeeping.last_backup(lived.here.config)
    with held_table(lived):
        process = lived.here.begin("backup", "create", "--to", str(tmp_path))
        until(lambda: dumping(lived) and names(tmp_path))
        process.kill()
        process.wait()
    assert [name for name in names(tmp_path) if not name.startswith(".")] == []
    assert safekeeping.last_backup(lived.here.config) == before
    assert lived.here.flask("backup", "create", "--to", str(tmp_path)).returncode == 0
    assert len(names(tmp_path)) == 1


def test_two_at_a_time_are_one(lived, tmp_path):
    with held_table(lived):
        first = lived.here.begin("backup", "create", "--to", str(tmp_path))
        until(lambda: dumping(lived))
        assert "outra cópia está sendo feita" in the_line(lived.here.flask("backup", "create", "--to", str(tmp_path)))
    assert first.wait(timeout=60) == 0
    assert len(names(tmp_path)) == 1


def test_a_database_that_is_away_is_one_line(lived, tmp_path):
    app_url, owner_url = urls(lived.here.state)
    away = {"DATABASE_URL": app_url.replace("port=5432", "port=5999"), "DATABASE_OWNER_URL": owner_url.replace("port=5432", "port=5999")}
    told = lived.here.flask("backup", "create", "--to", str(tmp_path), VINCULO_SECRET_KEY=lived.here.config.secret_key, **away)
    assert "o banco de dados não responde" in the_line(told)
    assert names(tmp_path) == []


def test_an_outside_server_is_copied_by_its_address(lived, tmp_path):
    app_url, owner_url = urls(lived.here.state)
    told = lived.here.flask(
        "backup", "create", "--to", str(tmp_path),
        DATABASE_URL=app_url, DATABASE_OWNER_URL=owner_url, VINCULO_SECRET_KEY=lived.here.config.secret_key,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    told = lived.here.flask("backup", "create", DATABASE_URL=app_url, VINCULO_SECRET_KEY=lived.here.config.secret_key)
    assert "DATABASE_OWNER_URL não está definida" in the_line(told)


def test_programs_of_an_older_version_are_said(lived):
    with pytest.raises(dump.ProgramFailed, match=r"PostgreSQL 99 ou mais novo .*apt-get install postgresql-client-99"):
        find_clients(99)


def test_the_password_is_no_argument_of_a_program(lived, tmp_path):
    with held_table(lived):
        process = lived.here.begin("backup", "create", "--to", str(tmp_path))
        until(lambda: dumping(lived))
        said = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
        assert "pg_dump --format=custom" in said
        for name in ("owner_password", "web_password", "secret_key"):
            assert (lived.here.state / "secrets" / name).read_text().strip() not in said
    assert process.wait(timeout=60) == 0


def test_old_copies_go_only_after_a_new_one_was_verified(lived, tmp_path):
    flask = lived.here.flask
    made = [create.create(lived.here.config, urls(lived.here.state)[1], tmp_path, at(day)).file_name for day in (1, 2, 3)]
    foreign = tmp_path / "vinculo-2020-01-01-000000.copia"
    foreign.write_bytes(b"of somebody else")
    (tmp_path / "notes.txt").write_text("kept")
    assert flask("backup", "create", "--to", "/proc/nowhere", "--keep", "1").returncode == 1
    assert set(made) < set(names(tmp_path))
    said = flask("backup", "create", "--to", str(tmp_path), "--keep", "2")
    assert said.returncode == 0 and "apagadas 2 antigas" in said.stdout
    left = names(tmp_path)
    assert len(left) == 4 and made[2] in left and foreign.name in left and "notes.txt" in left


def test_a_copy_that_was_damaged_on_the_disk_is_not_kept(lived, tmp_path, monkeypatch):
    """What is read back is the file, not what was meant to be written."""
    real = os.fsync

    def rotten(number: int) -> None:
        real(number)
        if os.readlink(f"/proc/self/fd/{number}").endswith(".part"):
            os.pwrite(number, b"\x00\x01", 100_000)

    monkeypatch.setattr(create.os, "fsync", rotten)
    with pytest.raises(create.NotMade, match="foi escrita mas não confere"):
        create.create(lived.here.config, urls(lived.here.state)[1], tmp_path, clock.now())
    assert names(tmp_path) == []


def test_a_copy_that_lacks_rows_is_not_kept(lived, tmp_path, monkeypatch):
    def fewer(clients, url, taken):
        short = dump.Snapshot(**vars(taken) | {"without_rows": [*taken.without_rows, "encounters"]})
        return dumped(clients, url, short)

    dumped = dump.dumped
    monkeypatch.setattr(create.dump, "dumped", fewer)
    with pytest.raises(create.NotMade, match="não tem as linhas que havia no banco: encounters"):
        create.create(lived.here.config, urls(lived.here.state)[1], tmp_path, clock.now())
    assert names(tmp_path) == []


def test_what_is_written_meanwhile_does_not_matter(lived, tmp_path):
    """Counts and dump are of one instant."""
    with dump.snapshot(urls(lived.here.state)[1]) as taken:
        lived.city.phone("rua2")  # a session more
        clients = find_clients(taken.server)
        assert dump.counted(clients, dump.dumped(clients, urls(lived.here.state)[1], taken)) == taken.counts


def test_a_copy_holds_no_phone_s_pull_back(lived):
    phone = lived.city.phone("rua")
    phone.pull()
    with dump.snapshot(urls(lived.here.state)[1]):
        met = phone.encounter()
        phone.push(met)
        phone.pull()
        assert ("encounter", met["body"]["encounter_id"]) in phone.entities
        assert lived.city.rows("SELECT oldest_writer_age() AS s")[0]["s"] is None


def test_nothing_here_opens_what_is_sealed():
    """Sealed words go into a copy and come back as they lie in the database."""
    folder = ROOT / "app" / "backup"
    assert {path.name for path in folder.glob("*.py") if "open_sealed" in path.read_text()} == set()
    assert len(list(folder.glob("*.py"))) > 8


def test_rows_are_counted_whatever_they_hold(fresh):
    """Line ends, end marks and backslashes inside values, empty tables, blocks that end anywhere."""
    fresh.set_up()
    with psycopg.connect(urls(fresh.state)[1], autocommit=True) as owner:
        owner.execute("CREATE TABLE odd (words text)")
        for words in ("\\.", "a\n\\.\n", "\\\\.\nCOPY public.odd (words) FROM stdin;\n", "", "x" * 300_000):
            owner.execute("INSERT INTO odd SELECT %s FROM generate_series(1, 1001)" if len(words) < 99 else "INSERT INTO odd VALUES (%s)", [words])
        with dump.snapshot(urls(fresh.state)[1]) as taken:
            clients = find_clients(taken.server)
            rows = dump.counted(clients, dump.dumped(clients, urls(fresh.state)[1], taken))
    assert rows == taken.counts and rows["odd"] == 4005 and rows["people"] == 0


def at(day: int) -> datetime:
    return datetime.fromisoformat(f"2026-11-0{day}T03:15:00+00:00")


class held_table:
    """Somebody holds the one table that is not counted, so that a dump waits for as long as a test needs."""

    def __init__(self, lived):
        self.lived = lived

    def __enter__(self):
        self.connection = psycopg.connect(urls(self.lived.here.state)[1])
        self.connection.execute("LOCK TABLE changes IN ACCESS EXCLUSIVE MODE")
        return self

    def __exit__(self, *_error):
        self.connection.rollback()
        self.connection.close()


def dumping(lived) -> bool:
    rows = lived.city.rows("SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'pg_dump' AND wait_event_type = 'Lock'")
    return rows[0]["n"] > 0


def until(true, seconds: float = 30) -> None:
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, "it did not come true in time"
        Event().wait(0.05)
