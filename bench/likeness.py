"""Search among many people, as the application's role, and how well likeness tells who is one.

    .venv/bin/python bench/likeness.py [--people 100000] [--times 20] [--pairs 5000]

Search: the owner's function that forgives accents, slips and sounds, against a plain trigram query (`plain % name`) of
the same names by the same role under row level security; both sides in turn, medians and the median of the ratios.
Likeness: pairs that are one person told twice, and pairs of two who share a word by sound (half of them drawn as often
as chance puts two such persons side by side), labelled by how they were made (bench/invented.py).
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import invented

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import text  # noqa: E402

from app import config as settings  # noqa: E402
from app import create_app  # noqa: E402
from app.core import clock, cluster  # noqa: E402
from app.core.db import bind, db, insert_rows, owner_transaction, transaction  # noqa: E402
from app.core.ids import new_id  # noqa: E402
from app.core.models import Municipality  # noqa: E402
from app.people.likeness import LIKELY, POSSIBLE, likeness  # noqa: E402
from app.people.models import Person, PersonTold  # noqa: E402
from app.people.service.pairing import propose_pairs  # noqa: E402
from app.people.sound import plain, sounds, spoken  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
CITY = 9900001
TRIGRAM = text(
    "SELECT DISTINCT p.id, similarity(t.plain, :q) AS s FROM person_told t JOIN people p ON p.municipality_id ="
    " t.municipality_id AND p.id = t.person_id WHERE t.municipality_id = :m AND t.plain % :q ORDER BY s DESC LIMIT 11"
)
OURS = text("SELECT * FROM people_search(:words, :keys, false, 11)")


def quality(pairs: int) -> None:
    dice = random.Random(4)
    many = [invented.person(dice, key) for key in range(max(8000, pairs))]
    same = [(invented.told(dice, who), invented.told(dice, who)) for who in many[: pairs // 2]]
    told = [invented.told(dice, who) for who in many]
    blocks: dict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(told):
        for key in {key for name in each["names"] for _word, key in spoken(name)}:
            blocks[key].append(at)
    keys = sorted(blocks)
    weights = [len(blocks[key]) * (len(blocks[key]) - 1) for key in keys]
    two: list = []
    while len(two) < pairs - len(same):
        at = dice.randrange(len(told))
        own = sorted({key for name in told[at]["names"] for _word, key in spoken(name)})
        key = dice.choice(own) if len(two) % 2 else dice.choices(keys, weights)[0]
        one = at if len(two) % 2 else dice.choice(blocks[key])
        other = dice.choice(blocks[key])
        if one != other:
            two.append((told[one], told[other]))
    yes = [likeness(*pair) for pair in same]
    no = [likeness(*pair) for pair in two]
    base_yes, base_no = ([_trigram(*pair) for pair in some] for some in (same, two))
    sharing = sum(any(r in ("same_name", "same_sound", "part_of_name", "similar_name", "same_document") for r in each.reasons) for each in yes)
    print(f"\nlikeness: {len(same)} pairs of one person told twice, {len(two)} of two who share a word by sound")
    print(f"  of the first, {100 * sharing / len(same):.0f} % share a name or a document at all: more cannot be found")
    print("  threshold        precision  recall   false")
    for least in (POSSIBLE, 40, 45, LIKELY, 55, 60, 70):
        _print(f"score ≥ {least}", sum(e.score >= least for e in yes), sum(e.score >= least for e in no), len(same))
    for least in (0.3, 0.5, 0.7):
        _print(f"trigram ≥ {least}", sum(s >= least for s in base_yes), sum(s >= least for s in base_no), len(same))


def _print(name: str, right: int, wrong: int, of: int) -> None:
    print(f"  {name:15}  {right / ((right + wrong) or 1):9.3f}  {right / of:6.3f}  {wrong:6d}")


def _trigram(a: dict, b: dict) -> float:
    def grams(name: str) -> set[str]:
        return {f"  {word} "[at : at + 3] for word in plain(name).split() for at in range(len(word) + 1)}

    best = 0.0
    for one in a["names"]:
        for other in b["names"]:
            here, there = grams(one), grams(other)
            best = max(best, len(here & there) / (len(here | there) or 1))
    return best


def load(app, people: int) -> None:
    now, dice = clock.now(), random.Random(9)
    with app.app_context(), owner_transaction(app.config["VINCULO"].sqlalchemy_owner_url) as session:
        session.add(Municipality(id=CITY, name="Bench", uf="RN", timezone="America/Fortaleza", created_at=now, settings={}))
    for begin in range(0, people, 10_000):
        rows, told = [], []
        for key in range(begin, min(begin + 10_000, people)):
            each = invented.told(dice, invented.person(dice, key))
            id_ = new_id()
            rows.append(
                {
                    "municipality_id": CITY, "id": id_, "called": each["names"][0], "called_kind": "nickname",
                    "age_band": each["age_band"], "sex": each["sex"], "region_id": None, "first_met_at": now, "last_met_at": now,
                }
            )  # fmt: skip
            told += [
                {
                    "municipality_id": CITY, "id": new_id(), "person_id": id_, "field": "name.nickname", "value": name,
                    "source": "told", "certainty": "sure", "told_at": now, "received_at": now, "plain": plain(name), "sounds": sounds(name),
                }
                for name in each["names"]
            ]  # fmt: skip
        with app.app_context(), transaction(CITY) as session:
            insert_rows(session, Person.__table__, rows)
            insert_rows(session, PersonTold.__table__, told)
    with app.app_context(), owner_transaction(app.config["VINCULO"].sqlalchemy_owner_url) as session:
        session.execute(text("ANALYZE person_told, people"))


def timed(session, statement, values) -> float:
    began = time.perf_counter()
    session.execute(statement, values).all()
    return (time.perf_counter() - began) * 1000


def speed(app, times: int) -> None:
    asked = ("ximenes", "uelito sousa", "maria silva", "jose", "quixadá ferreira", "galego", "washinton", "heraclito bulhoes", "capoeira", "pe de vento")
    with app.app_context(), transaction(CITY) as session:
        bind(session, CITY, new_id())
        session.execute(text("SET LOCAL jit = off"))
        ours, theirs = defaultdict(list), defaultdict(list)
        for _n in range(times):
            for wanted in asked:
                words = spoken(wanted)
                ours[wanted].append(timed(session, OURS, {"words": [w for w, _k in words], "keys": [k for _w, k in words]}))
                theirs[wanted].append(timed(session, TRIGRAM, {"q": plain(wanted), "m": CITY}))
    print("\nsearch, as the application's role (ms, medians)")
    for wanted in asked:
        a, b = statistics.median(ours[wanted]), statistics.median(theirs[wanted])
        print(f"  {wanted:20} {a:8.1f}   plain trigram {b:8.1f}   {a / b:5.2f} ×")
    ratios = [statistics.median(ours[w]) / statistics.median(theirs[w]) for w in asked]
    print(f"  median of ratios {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


def nightly(app) -> None:
    now = clock.now()
    began = time.perf_counter()
    with app.app_context(), transaction(CITY) as session:
        number = propose_pairs(session, CITY, now, now.date())
    print(f"\nnightly job over everybody: {number} pairs in {time.perf_counter() - began:.0f} s")


def main() -> None:
    ask = argparse.ArgumentParser()
    ask.add_argument("--people", type=int, default=100_000)
    ask.add_argument("--times", type=int, default=20)
    ask.add_argument("--pairs", type=int, default=5000)
    given = ask.parse_args()
    quality(given.pairs)
    if not given.people:
        return
    with tempfile.TemporaryDirectory(prefix="vinculo-bench-") as folder:
        state = Path(folder)
        state.chmod(0o755)
        app_url, owner_url = cluster.ensure_running(state)
        environ = {
            "DATABASE_URL": app_url, "DATABASE_OWNER_URL": owner_url, "VINCULO_STATE": str(state), "VINCULO_LOG_LEVEL": "error",
            "VINCULO_SECRET_KEY": "a bench needs a secret of some 48 different letters",
        }  # fmt: skip
        try:
            subprocess.run(
                [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"], cwd=ROOT, env=os.environ | environ, check=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            app = create_app(settings.load(environ))
            load(app, given.people)
            speed(app, given.times)
            nightly(app)
            with app.app_context():
                db.engine.dispose()
        finally:
            cluster.stop(state)


if __name__ == "__main__":
    main()
