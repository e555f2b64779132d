"""The last ten beds, asked for by a hundred phones at once, ten times.

    .venv/bin/python bench/last_beds.py [--phones 100] [--beds 10] [--rounds 10]

Each phone is another worker's, with a session of its own, and asks by `referrals.send` through POST /api/v1/sync/push of the real
gunicorn (two workers of eight threads, the application's own role); its encounters are at the server already. Each round has a
house of its own with so many beds. Gate: exactly the beds are granted, by the answers and by the rows of claims, every other
phone is told that they are taken, and no answer is an error. Limit in the same run: the same push, one phone, nobody else, at a
house with room. The figure is the p95 of the hundred against the median of that.
"""

import argparse
import json
import statistics
import sys
import tempfile
import threading
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg  # noqa: E402
from flask_migrate import upgrade  # noqa: E402
from push import Door  # noqa: E402
from sqlalchemy import text  # noqa: E402

from app import config as settings  # noqa: E402
from app import create_app  # noqa: E402
from app.accounts import service as accounts  # noqa: E402
from app.accounts.models import Team  # noqa: E402
from app.core import clock, cluster  # noqa: E402
from app.core.db import bind, owner_transaction  # noqa: E402
from app.core.ids import new_id  # noqa: E402
from tests.make.city import _HASH, make_city  # noqa: E402
from tests.make.phone import stamp  # noqa: E402
from tests.make.server import Server  # noqa: E402

ALONE = 40
HOUSE = (
    "INSERT INTO units (municipality_id, id, name, kind, takes_referrals, is_active, receives, address, phone, hours_text, place_rule,"
    " heard_at) VALUES (:m, :u, :name, 'shelter', true, true, '[]', '', '', '', 'capacity', now())"
)
BEDS = (
    "INSERT INTO beds (municipality_id, id, unit_id, name, receives, is_counted, is_extra, valid_from)"
    " SELECT :m, gen_random_uuid(), :u, n::text, '[]', true, false, now() - interval '1 day' FROM generate_series(1, :n) n"
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--phones", type=int, default=100)
    options.add_argument("--beds", type=int, default=10)
    options.add_argument("--rounds", type=int, default=10)
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
            run(config, chosen.phones, chosen.beds, chosen.rounds)
        finally:
            cluster.stop(state)


def run(config, phones: int, beds: int, rounds: int) -> None:
    app = create_app(config)
    with app.app_context():
        upgrade()
    city = make_city(app)
    asking = crowd(app, config, city, phones)
    server = Server(config, workers=2).start()
    try:
        doors = [Door(server.port, phone) for phone in asking]
        met = [encounters(phone, door, rounds + (ALONE if not index else 0)) for index, (phone, door) in enumerate(zip(asking, doors, strict=True))]
        roomy = house(config, city, ALONE * 2)
        alone = [ask(doors[0], asking[0], met[0].pop(), roomy)[0] for _ in range(ALONE)]
        base = statistics.median(alone[5:])
        tails, worst = [], []
        for number in range(rounds):
            unit_id = house(config, city, beds)
            found = together(doors, asking, [each.pop() for each in met], unit_id)
            granted = sum(answer == "granted" for _took, answer in found)
            kept = claims(config, city, unit_id)
            others = {answer for _took, answer in found} - {"granted"}
            assert (granted, kept) == (beds, beds) and others <= {"taken"}, (number, granted, kept, others)
            times = sorted(took for took, _answer in found)
            tails.append(times[int(len(times) * 0.95) - 1])
            worst.append(times[-1])
    finally:
        server.stop()
    print(f"{rounds} rounds of {phones} phones for the last {beds}: {beds} granted each time, no error")
    print(f"one phone alone: median {base * 1000:.1f} ms ({min(alone) * 1000:.1f} to {max(alone) * 1000:.1f})")
    print(f"p95 of {phones} at once: median {statistics.median(tails) * 1000:.0f} ms ({min(tails) * 1000:.0f} to {max(tails) * 1000:.0f})")
    print(f"last answer of a round: median {statistics.median(worst) * 1000:.0f} ms")
    print(f"p95 / alone: {statistics.median(tails) / base:.1f}; {statistics.median(tails) / base / phones:.2f} for each phone that asks")


def crowd(app, config, city, count: int) -> list:
    """So many phones, each of another worker of the street team."""
    now = clock.now()
    with app.app_context(), owner_transaction(config.sqlalchemy_owner_url) as session:
        bind(session, city.ibge)
        team = session.get(Team, (city.ibge, city.ids["team"]))
        for index in range(count):
            worker = accounts.create_worker(session, city.ibge, city.login(f"bench{index}"), f"Bench {index}", "", now, _HASH)
            worker.term_version, worker.term_accepted_at = 1, now
            city.ids[f"bench{index}"] = worker.id
            accounts.grant_role(session, city.ibge, worker.id, "outreach_worker", now, "team", team.id)
            accounts.join_team(session, team, worker.id, now.date())
    return [city.phone(f"bench{index}") for index in range(count)]


def house(config, city, beds: int):
    unit_id = new_id()
    with owner_transaction(config.sqlalchemy_owner_url) as session:
        bind(session, city.ibge)
        session.execute(text(HOUSE), {"m": city.ibge, "u": unit_id, "name": f"Casa {unit_id}"})
        session.execute(text(BEDS), {"m": city.ibge, "u": unit_id, "n": beds})
    city.ids[str(unit_id)] = unit_id
    return unit_id


def encounters(phone, door: Door, count: int) -> list[dict]:
    commands = [phone.encounter() for _ in range(count)]
    answer = push(door, phone, commands)
    assert {outcome["status"] for outcome in answer["outcomes"]} == {"done"}, answer
    return commands


def push(door: Door, phone, commands: list[dict]) -> dict:
    """The connection is a new one each time: a phone's is, when it comes back into signal."""
    door.connection.close()
    return door.push(json.dumps({"device_id": phone.device_id, "sent_at": stamp(), "commands": commands}).encode())


def ask(door: Door, phone, met: dict, unit_id) -> tuple[float, str]:
    """Seconds, and what was answered to the asked place."""
    command = phone.referral(met, str(unit_id))
    began = perf_counter()
    [outcome] = push(door, phone, [command])["outcomes"]
    took = perf_counter() - began
    assert outcome["status"] == "done", outcome
    return took, outcome["told"]["hold"]


def together(doors: list[Door], phones: list, met: list[dict], unit_id) -> list[tuple[float, str]]:
    """All at once, each in a thread of its own."""
    ready, found = threading.Barrier(len(doors)), [(0.0, "nothing")] * len(doors)

    def one(index: int) -> None:
        ready.wait()
        try:
            found[index] = ask(doors[index], phones[index], met[index], unit_id)
        except Exception as error:
            found[index] = (0.0, repr(error))

    threads = [threading.Thread(target=one, args=(index,)) for index in range(len(doors))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def claims(config, city, unit_id) -> int:
    """Beds of a house that are promised, each counted once."""
    with psycopg.connect(config.database_owner_url) as owner:
        row = owner.execute(
            "SELECT count(DISTINCT bed_id), count(*) FROM bed_claims WHERE municipality_id = %s AND unit_id = %s AND kind = 'hold'",
            [city.ibge, unit_id],
        ).fetchone()
    assert row[0] == row[1], row
    return row[0]


if __name__ == "__main__":
    main()
