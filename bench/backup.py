"""What a copy and its restore cost: `backup create` and `backup restore` against bare pg_dump and pg_restore.

    .venv/bin/python bench/backup.py [--encounters 1000000] [--pairs 3]

A city is filled with so many encounters (a thousand pushed by a real phone, multiplied in the database with ids, times
and notes of their own), with their people, commands and lines of the trail. Then, in turn: pg_dump in the custom format to a
file, and `backup create` as an operator types it (which also reads its file back and counts every row); pg_restore of that
dump in one transaction into an empty database, and `backup restore` into an empty installation (which first reads the whole
copy). The figure is the median of the pairwise ratios. Prints sizes and the memory that the commands took.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg  # noqa: E402
from flask_migrate import upgrade  # noqa: E402

from app import config as settings  # noqa: E402
from app import create_app  # noqa: E402
from app.backup.programs import environment, find_clients  # noqa: E402
from app.core import cluster, recovery  # noqa: E402
from tests.make.city import NORTH_POINT, make_city  # noqa: E402
from tests.make.phone import place  # noqa: E402
from tests.make.source import ROOT  # noqa: E402

SEED, BATCH = 1000, 100
# Of each table, what gets a value of its own in every copy of the seed.
OWN_IDS = {
    "encounters": ("id",),
    "participations": ("id", "encounter_id"),
    "sync_commands": ("id",),
    "audit_lines": ("id", "subject_id"),
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--encounters", type=int, default=1_000_000)
    options.add_argument("--pairs", type=int, default=3)
    chosen = options.parse_args()
    with installation() as here:
        code = fill(here, chosen.encounters)
        dumps, copies, restores, backs = [], [], [], []
        for turn in range(chosen.pairs):
            dump, copy = here / f"bare-{turn}.dump", here / f"copies-{turn}"
            dumps.append(bare_dump(here, dump))
            copies.append(flask(here, "backup", "create", "--to", str(copy)))
            [file] = copy.iterdir()
            restores.append(bare_restore(here, dump, f"bare_{turn}"))
            with installation() as there:
                backs.append(flask(there, "backup", "restore", str(file), typed=code + "\n"))
            sizes = dump.stat().st_size, file.stat().st_size
            dump.unlink()
            file.unlink()
            print(f"pair {turn + 1}: dump {dumps[-1]:.1f} s, create {copies[-1][0]:.1f} s,"
                  f" pg_restore {restores[-1]:.1f} s, restore {backs[-1][0]:.1f} s", flush=True)
    print(f"encounters: {chosen.encounters}")
    show("pg_dump, s", dumps)
    show("backup create, s", [took for took, _ in copies])
    show("create / pg_dump", [ours / bare for (ours, _), bare in zip(copies, dumps, strict=True)])
    show("pg_restore, s", restores)
    show("backup restore, s", [took for took, _ in backs])
    show("restore / pg_restore", [ours / bare for (ours, _), bare in zip(backs, restores, strict=True)])
    print(f"size: dump {sizes[0] / 2**20:.1f} MiB, copy {sizes[1] / 2**20:.1f} MiB: {sizes[1] / sizes[0]:.3f}")
    print(f"memory at most: create {max(m for _, m in copies):.0f} MiB, restore {max(m for _, m in backs):.0f} MiB")


def show(name: str, values: list[float]) -> None:
    print(f"{name}: {statistics.median(values):.3g} ({min(values):.3g} to {max(values):.3g})")


@contextmanager
def installation():
    with tempfile.TemporaryDirectory(prefix="vinculo-bench-") as folder:
        state = Path(folder)
        state.chmod(0o711)
        cluster.ensure_running(state)
        try:
            yield state
        finally:
            cluster.stop(state)


def fill(state: Path, encounters: int) -> str:
    """A city with so many encounters; gives the recovery code."""
    config = settings.load({"VINCULO_STATE": str(state), "VINCULO_LOG_LEVEL": "error"})
    app = create_app(config)
    with app.app_context():
        upgrade()
    code = recovery.new()
    recovery.keep(config.keys_dir, code)
    phone = make_city(app).phone("rua")
    for _ in range(SEED // BATCH):
        outcomes = phone.push(
            *(phone.encounter(people=1, place=place("gps", *NORTH_POINT), note="Pediu cobertor e um documento.") for _ in range(BATCH))
        )
        assert {outcome["status"] for outcome in outcomes} == {"done"}
    with psycopg.connect(config.database_owner_url, autocommit=True) as owner:
        for table, ids in OWN_IDS.items():
            multiply(owner, table, ids, encounters // SEED - 1)
            print(f"{table}: {owner.execute(f'SELECT count(*) FROM {table}').fetchone()[0]} rows", flush=True)
        owner.execute("VACUUM ANALYZE")
    return code


def multiply(owner: psycopg.Connection, table: str, ids: tuple[str, ...], times: int) -> None:
    names = [
        row[0]
        for row in owner.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum", [table]
        )
    ]
    values = {
        **{name: f"md5({name}::text || k)::uuid" for name in ids},
        "occurred_at": "occurred_at - k * interval '7 minutes'",
        "received_at": "received_at - k * interval '7 minutes'",
        "note": "note || ' ' || md5(id::text || k)",
        "seq": "NULL", "hash": "NULL",
    }  # fmt: skip
    columns = ", ".join(names)
    made = ", ".join(values.get(name, name) for name in names)
    chosen = "WHERE action = 'encounters.record'" if table == "audit_lines" else ""
    owner.execute(f"CREATE TEMP TABLE seed AS SELECT * FROM {table} {chosen} ORDER BY id DESC LIMIT {SEED}")
    owner.execute(f"INSERT INTO {table} ({columns}) SELECT {made} FROM generate_series(1, {times}) k CROSS JOIN seed")
    owner.execute("DROP TABLE seed")


def bare_dump(state: Path, target: Path) -> float:
    url = cluster.urls(state)[1]
    began = perf_counter()
    subprocess.run(
        [find_clients(15).path("pg_dump"), "--format=custom", f"--file={target}"], env=environment(url), check=True, cwd="/"
    )
    return perf_counter() - began


def bare_restore(state: Path, dump: Path, name: str) -> float:
    url = cluster.urls(state)[1]
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    env = environment(url) | {"PGDATABASE": name}
    began = perf_counter()
    subprocess.run(
        [find_clients(15).path("pg_restore"), "--single-transaction", "--exit-on-error", f"--dbname={name}", str(dump)],
        env=env, check=True, cwd="/",
    )  # fmt: skip
    took = perf_counter() - began
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f"DROP DATABASE {name}")
    return took


def flask(state: Path, *arguments: str, typed: str = "") -> tuple[float, float]:
    """A command as an operator types it: seconds, and MiB that its own process took at most."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("VINCULO_", "DATABASE_", "PG"))}
    began = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT, env=env | {"VINCULO_STATE": str(state)}, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdin
    process.stdin.write(typed.encode())
    process.stdin.close()
    _, status, used = os.wait4(process.pid, 0)
    took = perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed")
    return took, used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
