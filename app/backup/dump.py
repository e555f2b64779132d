"""The database as pg_dump writes it: taken in one exported snapshot, counted in the same, and read back."""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any, BinaryIO

import psycopg
from psycopg import sql

from app.backup.parts import BLOCK
from app.backup.programs import Clients, ProgramFailed, environment, reason

# What a restore empties anyway: every phone lists anew after it.
LEFT_OUT = ("changes",)
_TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND %s ="
    " EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
    " ORDER BY 1"
)
_BOUND = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity"
    " AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid) ORDER BY 1"
)
_COPY = re.compile(rb'COPY (?:public\.)?"?(\w+)"? \(.*\) FROM stdin;')
_END = b"\n\\.\n"


@dataclass(frozen=True)
class Snapshot:
    """One instant of the database, held open while pg_dump reads it."""

    name: str
    server: int
    schema: str
    cities: list[int]
    keys: list[str]
    counts: dict[str, int]
    bound: list[str]
    without_rows: list[str]


def tables(connection: psycopg.Connection, of_extensions: bool = False) -> list[str]:
    """Our tables and the queue's, or those of extensions (PostGIS), which the extension itself fills."""
    return [row[0] for row in connection.execute(_TABLES, [of_extensions])]


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """Hold an instant as the schema's owner, with its counts. It reads only: no phone's pull waits for it."""
    with psycopg.connect(url, autocommit=True, options="-c statement_timeout=0 -c idle_in_transaction_session_timeout=0") as owner:
        owner.execute("SET row_security = off")  # an error, rather than half of the rows, for whoever is not the owner
        owner.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        names = tables(owner)
        if "alembic_version" not in names:
            raise ProgramFailed("o banco ainda não tem o esquema: não há o que copiar")
        yield Snapshot(
            name=_one(owner, "SELECT pg_export_snapshot()"),
            server=_one(owner, "SELECT current_setting('server_version_num')::int / 10000"),
            schema=_one(owner, "SELECT version_num FROM alembic_version"),
            cities=[row[0] for row in owner.execute("SELECT id FROM municipalities ORDER BY 1")],
            keys=[f"{row[0]}/{row[1]}" for row in owner.execute("SELECT municipality_id, kid FROM municipality_keys ORDER BY 1, 2")],
            counts={
                name: _one(owner, sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(name)))
                for name in names
                if name not in LEFT_OUT
            },
            bound=[row[0] for row in owner.execute(_BOUND)],
            without_rows=[*LEFT_OUT, *tables(owner, of_extensions=True)],
        )


def dumped(clients: Clients, url: str, taken: Snapshot) -> Iterator[bytes]:
    """pg_dump's custom format of the snapshot. Raises ProgramFailed at its end when it is not whole."""
    command = [
        clients.path("pg_dump"), "--format=custom", "--no-password", "--schema=public", f"--snapshot={taken.name}",
        *(f"--exclude-table-data=public.{name}" for name in taken.without_rows),
    ]  # fmt: skip
    with noted() as stderr:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, env=environment(url), cwd="/"
        )
        try:
            assert process.stdout
            while block := process.stdout.read(BLOCK):
                yield block
            if process.wait():
                raise ProgramFailed(f"pg_dump não terminou: {reason(said(stderr))}")
        finally:
            ended(process)


def counted(clients: Clients, blocks: Iterator[bytes]) -> dict[str, int]:
    """Rows of every table in a dump, as pg_restore would write them. All blocks are taken, also when it fails."""
    command = [clients.path("pg_restore"), "--file=-"]
    with noted() as stderr:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, env={"PATH": "/"}, cwd="/")
        try:
            assert process.stdout
            with fed(process, blocks):
                rows = _rows_of(process.stdout)
            if process.wait():
                raise ProgramFailed(f"pg_restore não lê o que foi copiado: {reason(said(stderr))}")
        finally:
            ended(process)
    return rows


def listed(clients: Clients, blocks: Iterator[bytes]) -> str:
    """The dump's table of contents."""
    with noted() as stderr:
        process = subprocess.Popen(
            [clients.path("pg_restore"), "--list"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, env={"PATH": "/"}, cwd="/",
        )  # fmt: skip
        try:
            assert process.stdout
            with fed(process, blocks, drain=False):
                contents = process.stdout.read().decode()
            if process.wait():
                raise ProgramFailed(f"pg_restore não lê o que foi copiado: {reason(said(stderr))}")
        finally:
            ended(process)
    return contents


@contextmanager
def fed(process: subprocess.Popen, blocks: Iterable[bytes], drain: bool = True) -> Iterator[None]:
    """Write blocks to a program while its answer is read. What went wrong in making a block is raised at the end;
    with `drain` the rest is taken even when the program stops reading."""
    failed: list[BaseException] = []

    def feed() -> None:
        stdin: Any = process.stdin
        open_ = True
        try:
            for block in blocks:
                if open_:
                    try:
                        stdin.write(block)
                    except BrokenPipeError:
                        open_ = False
                        if not drain:
                            break
        except BaseException as error:
            failed.append(error)
            process.kill()  # or it would take what it has for the whole
        finally:
            try:
                stdin.close()
            except BrokenPipeError:
                pass

    feeder = Thread(target=feed, daemon=True)
    feeder.start()
    try:
        yield
    finally:
        feeder.join()
    if failed:
        raise failed[0]


@contextmanager
def noted() -> Iterator[BinaryIO]:
    """Where a program writes its complaints: in memory, for no word of it may lie on the disk."""
    with os.fdopen(os.memfd_create("stderr"), "w+b") as file:
        yield file


def said(stderr: BinaryIO) -> bytes:
    stderr.seek(0)
    return stderr.read(64 * 1024)


def ended(process: subprocess.Popen) -> None:
    """No program outlives the work that it was started for."""
    if process.poll() is None:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe and not pipe.closed:
            try:
                pipe.close()
            except BrokenPipeError:
                pass


def _rows_of(script: Any) -> dict[str, int]:
    """Rows between each COPY and its end mark, counted without taking the lines apart."""
    rows: dict[str, int] = {}
    table = ""
    held = b"\n"  # its last byte stands before what comes: an empty table's end mark follows the COPY line at once
    while block := script.read(4 * BLOCK):
        held += block
        at = 1
        while True:
            if table:
                end = held.find(_END, at - 1)
                if end < 0:
                    # The mark may lie across two blocks: its bytes but one are counted with the next.
                    until = max(at, len(held) - len(_END) + 1)
                    rows[table] += held.count(b"\n", at, until)
                    at = until
                    break
                rows[table] += held.count(b"\n", at, end + 1)
                table, at = "", end + len(_END)
            else:
                end = held.find(b"\n", at)
                if end < 0:
                    break
                found = _COPY.fullmatch(held, at, end)
                if found:
                    table = found[1].decode()
                    rows[table] = 0
                at = end + 1
        held = held[at - 1 :]
    return rows


def _one(connection: psycopg.Connection, question: Any) -> Any:
    row = connection.execute(question).fetchone()
    assert row
    return row[0]
