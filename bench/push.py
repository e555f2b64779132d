"""How near the gate for commands comes to the database: HTTP push against a packed insert of the same rows.

    .venv/bin/python bench/push.py [--pairs 5] [--batches 20]

A: batches of 100 encounters through POST /api/v1/sync/push of a real gunicorn (session, token, marshmallow, rules,
regions, trail, row level security), one client, kept-alive connection. B: every row that A wrote (encounters,
participations, sync_commands, audit_lines, changes), packed beforehand as one JSON text a table and batch, inserted
into the same tables with json_populate_recordset by the application's role, row security included, one commit a
batch. A and B alternate; the figure is the median of the pairwise ratios. Prints row counts of both sides.
"""

import argparse
import http.client
import json
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg  # noqa: E402
from flask_migrate import upgrade  # noqa: E402

from app import config as settings  # noqa: E402
from app import create_app  # noqa: E402
from app.core import cluster  # noqa: E402
from app.core.ids import new_id  # noqa: E402
from tests.make.city import NORTH_POINT, make_city  # noqa: E402
from tests.make.phone import place, stamp  # noqa: E402
from tests.make.server import Server  # noqa: E402

BATCH = 100
TABLES = ("encounters", "participations", "sync_commands", "audit_lines", "changes")
COOKIE = "vinculo"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pairs", type=int, default=5)
    options.add_argument("--batches", type=int, default=20)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="vinculo-bench-") as folder:
        state = Path(folder)
        state.chmod(0o755)
        app_url, owner_url = cluster.ensure_running(state)
        config = settings.load(
            {
                "DATABASE_URL": app_url,
                "DATABASE_OWNER_URL": owner_url,
                "VINCULO_SECRET_KEY": "a bench needs a secret of some 48 different letters",
                "VINCULO_STATE": str(state),
                "VINCULO_LOG_LEVEL": "error",
            }
        )
        try:
            run(config, chosen.pairs, chosen.batches)
        finally:
            cluster.stop(state)


def run(config, pairs: int, batches: int) -> None:
    app = create_app(config)
    with app.app_context():
        upgrade()
    city = make_city(app)
    phone = city.phone("rua")
    server = Server(config, workers=2).start()
    try:
        door = Door(server.port, phone)
        measure_batch(phone, door, 3)  # warm-up
        ratios, first, again, packed = [], [], [], []
        for _ in range(pairs):
            refresh(config)
            before = seen(config, city)
            commands = prepare(phone, batches)
            took_a, replay = push_all(door, commands)
            rows = rows_since(config, city, before)
            took_b = insert_all(config, city, renamed(rows), batches)
            n = batches * BATCH
            first.append(n / took_a)
            again.append(n / replay)
            packed.append(n / took_b)
            ratios.append(took_b / took_a)
        single = singles(phone, door)
        counts = {name: len(rows[name]) // batches for name in TABLES}
        print(f"rows a batch of {BATCH} writes: {counts}")
        show("A HTTP push, encounters/s", first)
        show("B packed insert of the same rows, encounters/s", packed)
        print("pairs, A then B:", [f"{a:.0f}/{b:.0f}" for a, b in zip(first, packed, strict=True)])
        show("A/B (gate 0.15, aim 0.60)", ratios)
        show("replay against first push, times as fast", [a / f for a, f in zip(again, first, strict=True)])
        print(f"single records, one client: {single:.0f}/s")
    finally:
        server.stop()


def show(name: str, values: list[float]) -> None:
    print(f"{name}: {statistics.median(values):.3g} ({min(values):.3g} to {max(values):.3g})")


class Door:
    """One kept-alive client with the phone's session."""

    def __init__(self, port: int, phone):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.headers = {
            "Content-Type": "application/json",
            "X-CSRF-Token": phone.csrf,
            "Cookie": f"{COOKIE}={phone.client.get_cookie(COOKIE).value}",
        }

    def push(self, body: bytes) -> dict:
        self.connection.request("POST", "/api/v1/sync/push", body, self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        return json.loads(content)


def prepare(phone, batches: int, size: int = BATCH) -> list[bytes]:
    bodies = []
    for _ in range(batches):
        commands = [
            phone.encounter(people=1, place=place("gps", *NORTH_POINT), note="Pediu cobertor e um documento.")
            for _ in range(size)
        ]
        body = {"device_id": phone.device_id, "sent_at": stamp(), "commands": commands}
        bodies.append(json.dumps(body).encode())
    return bodies


def push_all(door: Door, bodies: list[bytes]) -> tuple[float, float]:
    """Seconds of the first push of all, and of pushing the very same again."""
    took = []
    for expected in ("done", "repeated"):
        began = perf_counter()
        answers = [door.push(body) for body in bodies]
        took.append(perf_counter() - began)
        statuses = {outcome["status"] for answer in answers for outcome in answer["outcomes"]}
        assert statuses == {expected}, statuses
    return took[0], took[1]


def measure_batch(phone, door: Door, batches: int) -> float:
    return push_all(door, prepare(phone, batches))[0]


def singles(phone, door: Door, count: int = 200) -> float:
    bodies = prepare(phone, count, 1)
    began = perf_counter()
    for body in bodies:
        door.push(body)
    return count / (perf_counter() - began)


def refresh(config) -> None:
    """What autovacuum does within a minute: a kept connection's foreign key plans, made on empty tables, read them whole."""
    with psycopg.connect(config.database_owner_url, autocommit=True) as owner:
        owner.execute("ANALYZE")


def mark(name: str) -> str:
    """What orders a table's rows as they were made: UUIDv7 ids are ordered in time."""
    return "seq" if name == "changes" else "id"


def seen(config, city) -> dict[str, object]:
    with psycopg.connect(config.database_owner_url) as owner:
        return {
            name: owner.execute(
                f"SELECT {mark(name)} FROM {name} WHERE municipality_id = %s ORDER BY {mark(name)} DESC LIMIT 1", [city.ibge]
            ).fetchone()[0]
            for name in TABLES
        }


def rows_since(config, city, before: dict) -> dict[str, list[dict]]:
    """Every row written since, so ordered that a batch's people stand beside its encounters."""
    rows = {}
    with psycopg.connect(config.database_owner_url) as owner:
        for name in TABLES:
            order = "encounter_id" if name == "participations" else mark(name)
            rows[name] = [
                row[0]
                for row in owner.execute(
                    f"SELECT row_to_json(t) FROM {name} t WHERE municipality_id = %s AND {mark(name)} > %s ORDER BY {order}",
                    [city.ibge, before[name]],
                )
            ]
    return rows


def renamed(rows: dict[str, list[dict]]) -> dict[str, list[dict]]:
    """The same rows under fresh ids, as another phone would have made them."""
    fresh: dict[str, str] = {}
    for name in ("encounters", "participations", "sync_commands", "audit_lines"):
        for row in rows[name]:
            fresh[row["id"]] = str(new_id())
    return {
        name: [{key: fresh.get(value, value) if isinstance(value, str) else value for key, value in row.items()}
               for row in table]
        for name, table in rows.items()
    }


def insert_all(config, city, rows: dict[str, list[dict]], batches: int) -> float:
    packed = []
    for index in range(batches):
        part = {}
        for name in TABLES:
            size = len(rows[name]) // batches
            part[name] = json.dumps(rows[name][index * size : (index + 1) * size])
        packed.append(part)
    columns = {
        name: ", ".join(key for key in rows[name][0] if not (name == "changes" and key in ("seq", "xid")))
        for name in TABLES
    }
    statements = {
        name: f"INSERT INTO {name} ({columns[name]}) SELECT {columns[name]}"
        f" FROM json_populate_recordset(NULL::{name}, %s::json)"
        for name in TABLES
    }
    with psycopg.connect(config.database_url, options="-c jit=off") as role:
        began = perf_counter()
        for part in packed:
            role.execute("SELECT set_config('vinculo.municipality', %s, true)", [str(city.ibge)])
            for name in TABLES:
                role.execute(statements[name], [part[name]])
            role.commit()
        return perf_counter() - began


if __name__ == "__main__":
    main()
