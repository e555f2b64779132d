"""PgBouncer in transaction mode, run from deploy/pgbouncer.ini: everything works through it, and no city leaks into
another although their transactions share a few server connections."""

import configparser
import os
import pwd
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import quote

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app import create_app
from app.core.db import db, transaction
from tests.make.city import make_city
from tests.make.installation import Process, free_port, short_folder
from tests.make.source import ROOT

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
pytestmark = pytest.mark.skipif(not PGBOUNCER, reason="pgbouncer is not installed here (apt-get install pgbouncer)")
SERVER_CONNECTIONS = 2  # fewer than the threads that ask: each connection serves many cities in turn


@pytest.fixture(scope="module")
def pooled(app, config):
    """The configuration and an application that reach the database through PgBouncer only."""
    with short_folder() as folder:
        direct = conninfo_to_dict(config.database_url)
        port = free_port()
        settings = configparser.ConfigParser(comment_prefixes=(";",), interpolation=None)
        settings.read(ROOT / "deploy" / "pgbouncer.ini")
        settings["databases"]["vinculo"] = f"host={direct['host']} port={direct['port']} dbname={direct['dbname']}"
        settings["pgbouncer"].update({
            "listen_port": str(port), "auth_file": str(folder / "userlist.txt"), "default_pool_size": str(SERVER_CONNECTIONS),
            "reserve_pool_size": "0", "logfile": str(folder / "pgbouncer.log"),
        })  # fmt: skip
        with open(folder / "pgbouncer.ini", "w") as file:
            settings.write(file)
        (folder / "userlist.txt").write_text(f'"{direct["user"]}" "{direct["password"]}"\n')
        step_down = {}
        if os.geteuid() == 0:  # PgBouncer refuses root
            user = pwd.getpwnam("postgres")
            for path in (folder, *folder.iterdir()):
                os.chown(path, user.pw_uid, user.pw_gid)
            step_down = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        url = f"postgresql://{direct['user']}:{quote(str(direct['password']))}@127.0.0.1:{port}/vinculo"
        process = Process([str(PGBOUNCER), str(folder / "pgbouncer.ini")], {"PATH": os.environ["PATH"]}, folder / "said", folder, step_down)
        process.start(lambda: reaches(url))
        made = create_app(replace(config, database_url=url, pooler=True))
        try:
            yield made
        finally:
            with made.app_context():
                db.engine.dispose()
            process.stop()


def reaches(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
        return True
    except psycopg.OperationalError:
        return False


def test_the_application_works_through_it(pooled, app):
    city = make_city(pooled)
    phone = city.phone("rua")
    for _ in range(12):  # past the five executions after which psycopg would prepare a statement
        assert phone.push(phone.encounter())[0]["status"] == "done"
        assert phone.pull()
    board = city.client("supervisao").get("/painel/")
    assert board.status_code == 200
    assert pooled.test_client().get("/readyz").json["ready"]


def test_cities_interleaved_on_shared_connections_never_see_each_other(pooled):
    """RLS reads settings that are local to a transaction: a connection handed on holds no city."""
    cities = [make_city(pooled) for _ in range(4)]
    seen_pids: set[int] = set()

    def look(turn: int) -> list[str]:
        city = cities[turn % len(cities)]
        wrong = []
        with pooled.app_context():
            with transaction(city.ibge) as session:
                seen_pids.add(session.scalar(text("SELECT pg_backend_pid()")))
                found = set(session.scalars(text("SELECT DISTINCT municipality_id FROM workers")))
                if found != {city.ibge}:
                    wrong.append(f"{city.ibge} saw {found}")
            with transaction() as session:  # no city: nothing at all, whoever used the connection before
                if left := session.scalar(text("SELECT count(*) FROM workers")):
                    wrong.append(f"{left} workers without a city")
                if setting := session.scalar(text("SELECT current_setting('vinculo.municipality', true)")):
                    wrong.append(f"a setting was left: {setting}")
            db.session.remove()
        return wrong

    with ThreadPoolExecutor(16) as threads:
        wrong = [line for lines in threads.map(look, range(400)) for line in lines]
    assert wrong == []
    assert len(seen_pids) <= SERVER_CONNECTIONS, "connections were not shared: the test proved nothing"


def test_phones_of_several_cities_push_at_once(pooled):
    cities = [make_city(pooled) for _ in range(4)]

    def shift(city):
        phone = city.phone("rua")
        sent = [phone.encounter() for _ in range(10)]
        outcomes = [outcome for command in sent for outcome in phone.push(command)]
        return city, {command["body"]["encounter_id"] for command in sent}, outcomes

    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(shift, cities))
    for city, ids, outcomes in done:
        assert {outcome["status"] for outcome in outcomes} == {"done"}
        kept = {str(row["id"]) for row in city.rows("SELECT id FROM encounters WHERE municipality_id = :m")}
        assert kept == ids


def test_without_the_setting_it_would_not_work(pooled, config):
    """Why VINCULO_POOLER exists: settings of a connection are refused by PgBouncer."""
    url = make_url(pooled.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql").render_as_string(hide_password=False)
    plain = create_app(replace(config, database_url=url, pooler=False))
    assert plain.test_client().get("/readyz").status_code == 503


def test_the_role_brings_the_time_limits_that_a_connection_may_not(config):
    """deploy/database.sql gives them to the role; the private cluster's set-up must as well."""
    with psycopg.connect(config.database_url) as connection:
        found = {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in ("statement_timeout", "lock_timeout", "jit")}
    assert found == {"statement_timeout": "30s", "lock_timeout": "10s", "jit": "off"}
