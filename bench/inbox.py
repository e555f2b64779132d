"""A desk's inbox with 50,000 past referrals against 50: what a door has to do is a handful, and costs as much as in the first week.

    .venv/bin/python bench/inbox.py [--past 50000] [--times 30]

The same reading that the page makes (queries.inbox_of), by the application's role, with the same twelve open referrals at one
unit; before it come 50 past ones, then so many, at three units and over two years. Two measurements in one run, each the
median of its readings; what counts is their ratio.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import text

from app import config as settings
from app import create_app
from app.core import clock, cluster
from app.core.db import owner_transaction
from app.referrals import queries
from tests.make.city import City, make_city
from tests.referrals import made

_PAST = text(
    """
    INSERT INTO referrals (municipality_id, id, code, unit_id, encounter_id, team_id, worker_id, status, people_count, with_children,
        with_animals, sent_at, received_at, decided_at, arrived_at, ended_at)
    SELECT r.municipality_id, gen_random_uuid(), upper(substr(md5(n::text), 1, 6)),
        (ARRAY[CAST(:shelter AS uuid), CAST(:centro_pop AS uuid), CAST(:creas AS uuid)])[1 + n % 3], r.encounter_id, r.team_id, r.worker_id,
        (ARRAY['ended', 'arrived', 'not_arrived', 'declined', 'redirected', 'revoked'])[1 + n % 6], 1, false, false, p.at, p.at,
        p.at + interval '10 minutes', CASE WHEN n % 6 < 2 THEN p.at + interval '1 hour' END, CASE WHEN n % 6 = 0 THEN p.at + interval '1 day' END
    FROM generate_series(1, :past) n
    CROSS JOIN LATERAL (SELECT now() - interval '31 days' - n * interval '700 days' / :past AS at) p
    CROSS JOIN (SELECT * FROM referrals WHERE municipality_id = :m LIMIT 1) r
    """
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--past", type=int, default=50_000)
    options.add_argument("--times", type=int, default=30)
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="vinculo-bench-"))
    folder.chmod(0o755)
    try:
        url, owner = cluster.ensure_running(folder, fast_unsafe=True)
        config = settings.load(
            {"DATABASE_URL": url, "DATABASE_OWNER_URL": owner, "VINCULO_SECRET_KEY": "b" * 20 + "Kq8zV1mXw3Rt7Yb2Nc5Jf9Hd4L", "VINCULO_STATE": str(folder), "VINCULO_TESTING": "1"}
        )
        app = create_app(config)
        with app.app_context():
            upgrade()
        city = make_city(app)
        for number in range(12):
            made.sent(city, called=f"Pessoa {number}")
        few = measured(app, city, 50, chosen.times)
        many = measured(app, city, chosen.past - 50, chosen.times)
        print(f"inbox with 50 past referrals: {few:.1f} ms; with {chosen.past:,}: {many:.1f} ms; ratio {many / few:.2f} (aim 1.0, gate 1.5)")
        raise SystemExit(many / few > 1.5)
    finally:
        cluster.stop(folder)


def measured(app, city: City, past: int, times: int) -> float:
    """Milliseconds of one reading, the median, once so many more past referrals are there."""
    with app.app_context(), owner_transaction(app.config["VINCULO"].sqlalchemy_owner_url) as session:
        named = {"shelter": city.ids["shelter"], "centro_pop": city.ids["centro_pop"], "creas": city.ids["creas_unit"]}
        session.execute(_PAST, named | {"past": past, "m": city.ibge})
        session.execute(text("ANALYZE referrals"))
    actor, taken = city.actor("abrigo"), []
    for _reading in range(times):
        with city.transaction() as session:
            now = clock.now()
            began = time.perf_counter()
            found = queries.inbox_of(session, actor, now, now)
            taken.append((time.perf_counter() - began) * 1000)
            assert found["counts"]["new"] == 12
    return statistics.median(taken)


if __name__ == "__main__":
    main()
