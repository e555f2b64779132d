"""Which team goes: the proposal for one request among 40 teams and 500 open requests, against an empty round trip.

    .venv/bin/python bench/dispatch.py [--teams 40] [--open 500] [--times 60]

The same reading and the same rule that the request's page uses (service.proposals), by the application's role, after a busy
evening: every team on a shift; of a quarter twelve encounters in the last six hours, of the others older ones, so that where they
are is known from where they opened the shift, from the region they told or from the roster's, whose outlines have thousands of
corners; a year of closed requests behind. Two
measurements of one run, each the median of its readings, turn about; what counts is their ratio. It is one round trip.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import event, text

from app import config as settings
from app import create_app
from app.core import clock, cluster
from app.core.db import db, owner_transaction
from app.outreach_requests import queries, service
from tests.make.city import City, make_city
from tests.outreach_requests.made import ask

_TEAMS = text(
    "INSERT INTO teams (municipality_id, id, name, kind, is_active) SELECT :m, gen_random_uuid(), 'Equipe ' || n, 'street', true"
    " FROM generate_series(1, :teams) n"
)
_REGIONS = text(
    "INSERT INTO team_regions (municipality_id, id, team_id, region_id) SELECT :m, gen_random_uuid(), id,"
    " (ARRAY[CAST(:north AS uuid), CAST(:south AS uuid)])[1 + (row_number() OVER (ORDER BY id)) % 2] FROM teams"
    " WHERE municipality_id = :m AND name LIKE 'Equipe %' AND reference_unit_id IS NULL"
)
_SHIFTS = text(
    "INSERT INTO shifts (municipality_id, id, team_id, worker_id, started_at, received_at) SELECT :m, gen_random_uuid(), id, :worker,"
    " now() - interval '5 hours', now() FROM teams WHERE municipality_id = :m AND kind = 'street'"
)
# Which quarter a team is of: 0 has records, 1 told where it opened its shift, 2 its region, 3 is in the roster alone.
_QUARTER = "(hashtext(id::text) & 3)"
_OPENED = text(f"UPDATE shifts SET start_cell = :cell FROM (SELECT id AS team FROM teams WHERE {_QUARTER} = 1) q WHERE municipality_id = :m AND team_id = team")
_ENTERED = text(
    "INSERT INTO shift_events (municipality_id, id, shift_id, kind, at, region_id, received_at, time_uncertain, told_late)"
    " SELECT :m, gen_random_uuid(), s.id, 'entered',"
    f" s.started_at + n * interval '20 minutes', :north, now(), false, false FROM shifts s JOIN (SELECT id AS team FROM teams WHERE {_QUARTER} = 2) q"
    " ON s.team_id = team CROSS JOIN generate_series(1, 5) n WHERE s.municipality_id = :m"
)
_PLANNED = text(
    "WITH made AS (INSERT INTO planned_shifts (municipality_id, id, team_id, on_date, starts_at, ends_at, status, published_at, note, is_changed, made_by,"
    " made_at) SELECT :m, gen_random_uuid(), id, current_date - d, now() - interval '1 hour' - d * interval '1 day', now() + interval '5 hours'"
    " - d * interval '1 day', 'published', now(), '', false, :worker, now() FROM teams CROSS JOIN generate_series(0, 29) d"
    f" WHERE municipality_id = :m AND kind = 'street' AND {_QUARTER} = 3 RETURNING id)"
    " INSERT INTO planned_shift_regions (municipality_id, id, planned_shift_id, region_id) SELECT :m, gen_random_uuid(), id, region"
    " FROM made CROSS JOIN unnest(ARRAY[CAST(:north AS uuid), CAST(:south AS uuid)]) region"
)
_OUTLINES = text("UPDATE territory_shapes SET geom = ST_Multi(ST_Segmentize(geom, 0.0001)) WHERE municipality_id = :m AND layer = 'region'")
_MET = text(
    "INSERT INTO encounters (municipality_id, id, worker_id, team_id, occurred_at, device_at, recorded_at, received_at, clock_offset_s,"
    " time_uncertain, recorded_late, place_source, cell, people_count, status, receipt)"
    " SELECT :m, gen_random_uuid(), :worker, t.id, at, at, at, at, 0, false, false, 'map', :cell, 1, 'valid', 'x'"
    " FROM teams t CROSS JOIN generate_series(1, 12) n CROSS JOIN LATERAL (SELECT now() - n * interval '28 minutes'"
    " - CASE WHEN (hashtext(t.id::text) & 3) = 0 THEN interval '0' ELSE interval '7 hours' END AS at) p"
    " WHERE t.municipality_id = :m AND t.kind = 'street'"
)
_OPEN = text(
    "INSERT INTO outreach_requests (municipality_id, id, code, channel, purpose, place_kind, cell, region_id, received_at, taken_at, status,"
    " team_id, arrived_at, closed_at) SELECT :m, gen_random_uuid(), upper(substr(md5(:salt || n::text), 1, 10)), '156', 'other', 'pin', :cell, :north, at, at,"
    " :status, (SELECT id FROM teams WHERE municipality_id = :m AND kind = 'street' ORDER BY md5(id::text || n::text) LIMIT 1),"
    " CASE WHEN :status = 'closed' THEN at + interval '40 minutes' END, CASE WHEN :status = 'closed' THEN at + interval '1 hour' END"
    " FROM generate_series(1, :n) n CROSS JOIN LATERAL (SELECT now() - CASE WHEN :status = 'closed' THEN n * interval '25 minutes'"
    " ELSE n * interval '20 seconds' END AS at) p"
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--teams", type=int, default=40)
    options.add_argument("--open", type=int, default=500)
    options.add_argument("--times", type=int, default=60)
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
        request_id = ask(city)
        fill(app, city, chosen.teams, chosen.open)
        proposal, nothing, trips = measured(city, request_id, chosen.times)
        ratio = proposal / nothing
        print(f"proposal among {chosen.teams + 1} teams, {chosen.open} open requests: {proposal:.2f} ms, {trips} round trip; SELECT 1: {nothing:.2f} ms; ratio {ratio:.1f} (gate 25)")
        raise SystemExit(ratio > 25 or trips != 1)
    finally:
        cluster.stop(folder)


def fill(app, city: City, teams: int, open_: int) -> None:
    cell = city.rows("SELECT cell FROM outreach_requests WHERE municipality_id = :m")[0]["cell"]
    told = {"m": city.ibge, "teams": teams, "north": city.ids["north"], "south": city.ids["south"], "worker": city.ids["rua"], "cell": cell}
    with app.app_context(), owner_transaction(app.config["VINCULO"].sqlalchemy_owner_url) as session:
        for statement in (_TEAMS, _REGIONS, _SHIFTS, _OPENED, _ENTERED, _PLANNED, _OUTLINES, _MET):
            session.execute(statement, told)
        session.execute(_OPEN, told | {"n": open_, "status": "dispatched", "salt": "o"})
        session.execute(_OPEN, told | {"n": 20_000, "status": "closed", "salt": "c"})
        session.execute(text("ANALYZE teams, team_regions, shifts, shift_events, planned_shifts, planned_shift_regions, territory_shapes, encounters, outreach_requests"))


def measured(city: City, request_id: str, times: int) -> tuple[float, float, int]:
    """(milliseconds of the proposal, of an empty reading, round trips of the proposal): medians of readings turn about."""
    actor, proposals, empty, trips = city.actor("supervisao"), [], [], []
    for _reading in range(times):
        with city.transaction() as session:
            row = queries.find(session, actor, request_id, "outreach_requests.dispatch")
            began = time.perf_counter()
            session.scalar(text("SELECT 1"))
            empty.append((time.perf_counter() - began) * 1000)
            said: list[str] = []
            note = lambda *args: said.append(args[2])  # noqa: E731
            event.listen(db.engine, "before_cursor_execute", note)
            began = time.perf_counter()
            found = service.proposals(session, row, clock.now())
            proposals.append((time.perf_counter() - began) * 1000)
            event.remove(db.engine, "before_cursor_execute", note)
            trips.append(len(said))
            assert len(found) > 40 and {each.candidate.basis for each in found} == {"record", "check_in", "region", "roster"}
    return statistics.median(proposals), statistics.median(empty), max(trips)


if __name__ == "__main__":
    main()
