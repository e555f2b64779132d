"""What an upgrade with a migration costs phones that are pushing: requests failed, work lost, the longest wait.

    .venv/bin/python bench/upgrade.py [--phones 24] [--rows 200000] [--seconds 6] [--naive]

The web service runs as its systemd unit starts it (socket handed over and kept open), Caddy in front when it is
installed; phones push batches of five encounters without a pause, each over its own HTTPS connection. Meanwhile, as
docs/atualizar.md says: the next version, a copy of this one with a migration more (columns, a checked constraint, an
index on a big table, a new table of a city), migrates the database, the web service is restarted in it, then a last
migration takes something old away and it is restarted once more. A phone whose push fails sends the same again, as real
ones do. At the end every id is looked for in the database. `--naive` does the same without what keeps requests: no
socket kept, no proxy, the old process killed.
"""

import argparse
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg  # noqa: E402
from flask_migrate import upgrade  # noqa: E402

from app import config as settings  # noqa: E402
from app import create_app  # noqa: E402
from app.core import cluster  # noqa: E402
from tests.make.city import PASSWORD, City, make_city  # noqa: E402
from tests.make.installation import Caddy, Unit, Web, caddyfile_by, free_port  # noqa: E402
from tests.make.phone import Phone, place, stamp  # noqa: E402
from tests.make.source import ROOT  # noqa: E402

NAME = "vinculo.exemplo.test"
BATCH = 5
COPIED = ("app", "migrations", "templates", "deploy", "static/dist", "wsgi.py", "pyproject.toml")

EXPAND = '''"""expand, of the bench only"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "{this}", "{before}"


def upgrade():
    op.add_column("encounters", sa.Column("bench_note", sa.String(), nullable=True))
    op.add_column("participations", sa.Column("bench_count", sa.Integer(), nullable=False, server_default="0"))
    op.execute("ALTER TABLE encounters ADD CONSTRAINT ck_bench CHECK (length(bench_note) < 100) NOT VALID")
    op.execute(
        "CREATE TABLE bench_things (municipality_id integer NOT NULL REFERENCES municipalities, id uuid NOT NULL,"
        " PRIMARY KEY (municipality_id, id)); SELECT protect_tenant_table('bench_things')"
    )


def downgrade():
    pass
'''
FOLLOW = '''"""validate and index, of the bench only: nothing here holds anybody"""

from alembic import op

revision, down_revision = "{this}", "{before}"


def upgrade():
    op.execute("ALTER TABLE encounters VALIDATE CONSTRAINT ck_bench")
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_bench")
        op.execute("CREATE INDEX CONCURRENTLY ix_bench ON encounters (municipality_id, bench_note, occurred_at)")
        op.execute("SET lock_timeout = '2s'")


def downgrade():
    pass
'''
CONTRACT = '''"""contract, of the bench only"""

from alembic import op

revision, down_revision = "{this}", "{before}"


def upgrade():
    op.drop_column("participations", "bench_count")


def downgrade():
    pass
'''


@dataclass
class Tally:
    """What one phone lived through."""

    pushes: int = 0
    failures: list[str] = field(default_factory=list)
    waits: list[tuple[float, float]] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)
    statuses: dict[str, int] = field(default_factory=dict)


class Pusher(threading.Thread):
    """A phone that pushes until told to stop; what was not acknowledged goes again."""

    def __init__(self, phone: Phone, connect, stop: threading.Event):
        super().__init__(daemon=True)
        self.phone, self.connect, self.stop_asked, self.tally = phone, connect, stop, Tally()
        self.line: http.client.HTTPConnection | None = None

    def run(self) -> None:
        pending: bytes | None = None
        while not self.stop_asked.is_set() or pending:
            if pending is None:
                commands = [self.phone.encounter(place=place("none", reason="not_wanted")) for _ in range(BATCH)]
                self.tally.sent |= {command["body"]["encounter_id"] for command in commands}
                pending = json.dumps({"device_id": self.phone.device_id, "sent_at": stamp(), "commands": commands}).encode()
            began = perf_counter()
            try:
                outcomes = self.push(pending)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.tally.failures.append(f"{type(error).__name__}: {str(error)[:80]}")
                self.line = None
                sleep(0.2)
                continue
            finally:
                self.tally.pushes += 1
                self.tally.waits.append((began, perf_counter() - began))
            for outcome in outcomes:
                self.tally.statuses[outcome["status"]] = self.tally.statuses.get(outcome["status"], 0) + 1
            pending = None

    def push(self, body: bytes) -> list[dict]:
        self.line = self.line or self.connect()
        self.line.request("POST", "/api/v1/sync/push", body, self.phone.headers)
        answer = self.line.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise ValueError(f"{answer.status} {said[:60]!r}")
        return json.loads(said)["outcomes"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--phones", type=int, default=24)
    options.add_argument("--rows", type=int, default=200_000, help="encounters that are there already")
    options.add_argument("--seconds", type=float, default=6, help="of pushing between the steps")
    options.add_argument("--naive", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="vi-", dir="/tmp") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        app_url, owner_url = cluster.ensure_running(folder / "state")
        stack.callback(cluster.stop, folder / "state")
        config = settings.load(
            {
                "DATABASE_URL": app_url,
                "DATABASE_OWNER_URL": owner_url,
                "VINCULO_SECRET_KEY": "a bench needs a secret of some 48 different letters",
                "VINCULO_STATE": str(folder / "state"),
                "VINCULO_LOG_LEVEL": "error",
                "VINCULO_HTTPS": "0" if chosen.naive else "1",
                "VINCULO_PROXIES": "0" if chosen.naive else "1",
            }
        )
        measure(config, folder, stack, chosen)


def measure(config, folder: Path, stack: ExitStack, chosen) -> None:
    app = create_app(config)
    with app.app_context():
        upgrade()
    cities = [make_city(app) for _ in range(4)]
    next_version = copy_of_this_version(folder / "next", config.version)
    serve = Naive(folder, config) if chosen.naive else Kept(folder, config)
    serve.start(ROOT)
    stack.callback(serve.stop)
    workers = [(city, persona) for city in cities for persona in ("rua", "rua2")]
    phones = [sign_in(Phone(*workers[n % len(workers)]), serve) for n in range(chosen.phones)]
    fill(config, cities[0], chosen.rows)
    stop = threading.Event()
    pushers = [Pusher(phone, serve.connect, stop) for phone in phones]
    marks: dict[str, tuple[float, float]] = {}

    def step(name: str, work) -> None:
        began = perf_counter()
        work()
        marks[name] = (began, perf_counter())
        sleep(chosen.seconds)

    for pusher in pushers:
        pusher.start()
    step("pushing, nothing else", lambda: sleep(chosen.seconds))
    step("migration (expand)", lambda: migrate(config, next_version, "-1"))
    step("restart in the next version", lambda: serve.restart(next_version))
    step("migration (contract)", lambda: migrate(config, next_version, "head"))
    step("restart again", lambda: serve.restart(next_version))
    stop.set()
    for pusher in pushers:
        pusher.join(120)
        assert not pusher.is_alive(), "a phone never got its push acknowledged"
    assert serve.version() == f"{config.version}.1", "the next version does not serve"
    tell(config, cities, [pusher.tally for pusher in pushers], marks, chosen, serve.words)


class Kept:
    """As installed: the socket outlives the process, and Caddy stands in front."""

    def __init__(self, folder: Path, config):
        self.folder, self.config = folder, config
        self.caddy: Caddy | None = None
        self.words = "socket kept by systemd's part" + (", Caddy in front over HTTPS" if shutil.which("caddy") else ", no Caddy here")

    def start(self, version: Path) -> None:
        self.web = Web(self.folder, self.config, version, VINCULO_HTTPS="1", VINCULO_PROXIES="1", VINCULO_LOG_LEVEL="error").start()
        if shutil.which("caddy"):
            written = caddyfile_by(self.folder, "teste", NAME)
            assert written.returncode == 0, written.stderr
            self.caddy = Caddy(self.folder, f"unix/{self.web.path}")
            self.caddy.start(lambda: self.caddy.own_authority.exists() and self.answers())

    def answers(self) -> bool:
        try:
            return bool(self.version())
        except (OSError, http.client.HTTPException):
            return False

    def connect(self) -> http.client.HTTPConnection:
        if self.caddy:
            context = ssl.create_default_context(cafile=str(self.caddy.own_authority))
            line = http.client.HTTPSConnection(NAME, self.caddy.port, context=context, timeout=60)
            line._create_connection = lambda _address, *rest: socket.create_connection(("127.0.0.1", self.caddy.port), *rest)
            return line
        line = http.client.HTTPConnection(NAME, timeout=60)
        line._create_connection = lambda *_rest: self._to_socket()
        return line

    def _to_socket(self) -> socket.socket:
        to = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        to.settimeout(60)
        to.connect(str(self.web.path))
        return to

    def version(self) -> str:
        return asked_version(self.connect())

    def restart(self, version: Path) -> None:
        self.web.cwd = version
        self.web.restart()

    def stop(self) -> None:
        if self.caddy:
            self.caddy.stop()
        self.web.stop()


class Naive(Kept):
    """What many do: the process binds the port itself, is killed, and another is started."""

    words = "naive: nothing keeps the socket, no proxy, the old process killed"

    def __init__(self, folder: Path, config):
        super().__init__(folder, config)
        self.words, self.port = Naive.words, free_port()

    def start(self, version: Path) -> None:
        environ = {
            "PATH": "/usr/bin:/bin", "DATABASE_URL": self.config.database_url, "VINCULO_SECRET_KEY": self.config.secret_key,
            "VINCULO_STATE": str(self.config.state_dir), "VINCULO_LOG_LEVEL": "error", "VINCULO_BIND": f"127.0.0.1:{self.port}",
        }  # fmt: skip
        command = Unit("vinculo-web.service").command()
        self.process = subprocess.Popen(command, cwd=version, env=environ, start_new_session=True)
        while not self.answers():
            sleep(0.05)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def restart(self, version: Path) -> None:
        self.stop()
        self.start(version)

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def asked_version(line: http.client.HTTPConnection) -> str:
    line.request("GET", "/healthz")
    return json.loads(line.getresponse().read())["version"]


def copy_of_this_version(to: Path, version: str) -> Path:
    """The next version: this one with three migrations more and a number of its own."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, to / name)
    project = to / "pyproject.toml"
    project.write_text(project.read_text().replace(f'version = "{version}"', f'version = "{version}.1"'))
    versions = to / "migrations" / "versions"
    before = max(path.name[:4] for path in versions.glob("*.py"))
    for text in (EXPAND, FOLLOW, CONTRACT):
        this = f"{int(before) + 1:04}"
        (versions / f"{this}_bench.py").write_text(text.format(this=this, before=before))
        before = this
    return to


def migrate(config, version: Path, to: str) -> None:
    """The migrate unit's command in the next version; `-1`: all but the last."""
    unit = Unit("vinculo-migrate.service")
    target = to
    if to == "-1":
        target = sorted(path.name[:4] for path in (version / "migrations" / "versions").glob("*.py"))[-2]
    environ = {
        "PATH": "/usr/bin:/bin", "DATABASE_URL": config.database_url, "DATABASE_OWNER_URL": config.database_owner_url,
        "VINCULO_SECRET_KEY": config.secret_key, "VINCULO_STATE": str(config.state_dir),
    }  # fmt: skip
    done = subprocess.run([*unit.command(), target], cwd=version, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def sign_in(phone: Phone, serve) -> Phone:
    """The phone signed in over the real line, with the headers that its pushes carry."""
    line = serve.connect()
    body = {"login": phone.city.login(phone.persona), "password": PASSWORD, "device": {"id": phone.device_id, "label": "Bancada"}}
    line.request("POST", "/api/v1/session", json.dumps(body).encode(), {"Content-Type": "application/json"})
    answer = line.getresponse()
    said = json.loads(answer.read())
    assert answer.status == 200, said
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    phone.device_id = said["device_id"]
    phone.headers = {"Content-Type": "application/json", "X-CSRF-Token": said["csrf_token"], "Cookie": cookie}
    line.close()
    return phone


def fill(config, city: City, rows: int) -> None:
    """A table as big as one that was lived with: copies of one encounter under ids of their own."""
    made = city.phone("rua")
    assert made.push(made.encounter())[0]["status"] == "done"
    with psycopg.connect(config.database_owner_url) as owner:
        owner.execute(
            "INSERT INTO encounters SELECT copy.* FROM encounters e, generate_series(1, %s) n,"
            " LATERAL json_populate_record(e, json_build_object('id', gen_random_uuid(), 'n', n)) copy"
            " WHERE e.municipality_id = %s",
            [rows, city.ibge],
        )
    with psycopg.connect(config.database_owner_url, autocommit=True) as owner:
        owner.execute("ANALYZE")


def tell(config, cities, tallies: list[Tally], marks, chosen, words: str) -> None:
    sent = set().union(*(tally.sent for tally in tallies))
    with psycopg.connect(config.database_owner_url) as owner:
        kept = [
            str(row[0])
            for row in owner.execute(
                "SELECT id FROM encounters WHERE municipality_id = ANY(%s) AND id = ANY(%s)",
                [[city.ibge for city in cities], list(sent)],
            )
        ]
    failures = [failure for tally in tallies for failure in tally.failures]
    statuses: dict[str, int] = {}
    for tally in tallies:
        for status, count in tally.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    waits = [wait for tally in tallies for wait in tally.waits]
    print(f"{words}; {len(tallies)} phones, {chosen.rows} encounters there before")
    print(f"pushes {len(waits)}, encounters sent {len(sent)}, outcomes {statuses}")
    print(f"requests failed: {len(failures)}")
    print(f"phones' work lost: {len(sent - set(kept))}, doubled: {len(kept) - len(set(kept))}")
    for name, (began, ended) in marks.items():
        within = sorted(took for start, took in waits if start + took >= began and start <= ended)
        if within:
            print(
                f"  {name}: {ended - began:.1f} s; a push took {statistics.median(within) * 1000:.0f} ms"
                f" (p99 {within[int(len(within) * 0.99) - 1] * 1000:.0f}, longest {within[-1] * 1000:.0f} ms)"
            )
    for failure in sorted(set(failures))[:5]:
        print(f"  {failures.count(failure)} × {failure}")
    if not chosen.naive and (failures or sent - set(kept) or len(kept) != len(set(kept))):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
