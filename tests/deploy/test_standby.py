"""A hot standby made as docs/ampliar.md says, as a second server on this machine: it reads, never writes, and follows."""

import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import psycopg
import pytest
from flask_migrate import upgrade
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app import config as settings
from app import create_app
from app.core import clock, cluster, days
from app.core.cluster.place import PORT, as_server, place_of
from app.core.cluster.programs import find_programs, server_user
from app.core.db import bind
from app.coverage import queries as coverage
from app.coverage.queries import Choice
from app.coverage.rules import period_of
from tests.make.city import make_city
from tests.make.installation import short_folder
from tests.make.source import ROOT

REPLICA, PASSWORD, SLOT = "vinculo_replica", "um-segredo-so-do-teste", "reserva"


@dataclass
class Pair:
    app: object
    owner_url: str
    standby_url: str


@pytest.fixture(scope="module")
def pair():
    """A city's own server and its standby."""
    with short_folder() as folder:
        state = folder / "state"
        app_url, owner_url = cluster.ensure_running(state)
        try:
            environ = {
                "DATABASE_URL": app_url, "DATABASE_OWNER_URL": owner_url, "VINCULO_STATE": str(state), "VINCULO_TESTING": "1",
                "VINCULO_SECRET_KEY": "a standby's test needs a secret of 48 different signs",
            }  # fmt: skip
            app = create_app(settings.load(environ))
            with app.app_context():
                upgrade()
            with standby_of(state, folder, owner_url) as socket_folder:
                yield Pair(app, owner_url, re.sub(r"host=[^&]+", f"host={socket_folder}", app_url))
        finally:
            cluster.stop(state)


@contextmanager
def standby_of(state: Path, folder: Path, owner_url: str):
    place, programs, user = place_of(state), find_programs(place_of(state).major()), server_user()
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {REPLICA} REPLICATION LOGIN PASSWORD '{PASSWORD}'")
        with open(place.data / "pg_hba.conf", "a") as rules:
            rules.write(f"local replication {REPLICA} scram-sha-256\n")
        owner.execute("SELECT pg_reload_conf()")
    home = folder / "standby"
    home.mkdir()
    if user:
        os.chown(home, user.pw_uid, user.pw_gid)
    as_user = as_server(user)
    copy = [
        programs.path("pg_basebackup"), "-h", str(place.socket_folder), "-p", str(PORT), "-U", REPLICA, "-D", str(home / "data"),
        "-R", "-X", "stream", "-c", "fast", "-C", "-S", SLOT,
    ]  # fmt: skip
    done = subprocess.run(copy, cwd="/", capture_output=True, text=True, **as_user | {"env": as_user["env"] | {"PGPASSWORD": PASSWORD}})
    assert done.returncode == 0, done.stderr
    conf = home / "data" / "vinculo.conf"
    conf.write_text(re.sub(r"unix_socket_directories = .*", f"unix_socket_directories = '{home}'", conf.read_text()))
    control = [programs.path("pg_ctl"), "-D", str(home / "data"), "-w", "-s"]
    up = subprocess.run([*control, "-l", str(home / "log"), "start"], cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user)  # fmt: skip
    assert up.returncode == 0, (home / "log").read_text()
    try:
        yield home
    finally:
        subprocess.run([*control, "-m", "fast", "stop"], cwd="/", capture_output=True, **as_user)
        shutil.rmtree(home, ignore_errors=True)


def test_the_standby_answers_readings_within_the_policies(pair):
    city, other = make_city(pair.app), make_city(pair.app)
    phone = city.phone("rua")
    for _ in range(3):
        assert phone.push(phone.encounter())[0]["status"] == "done"
    follow(pair)
    actor, now = city.actor("supervisao"), clock.now()
    engine = create_engine(pair.standby_url.replace("postgresql://", "postgresql+psycopg://"))
    with pair.app.app_context(), Session(engine) as session:
        bind(session, city.ibge, actor.worker_id)
        assert session.connection().exec_driver_sql("SELECT pg_is_in_recovery()").scalar()
        period = period_of("today", now, days.zone_of(session, city.ibge), None, None)
        assert coverage.board(session, actor, Choice(period), now)["totals"]["encounters"] == 3
        assert session.connection().exec_driver_sql("SELECT count(DISTINCT municipality_id) FROM workers").scalar() == 1
        bind(session, other.ibge)
        assert session.connection().exec_driver_sql("SELECT count(*) FROM encounters").scalar() == 0
    engine.dispose()


def reading_from(pair, url):
    """The application with a standby to read from, and a city's supervisor at its desk."""
    return create_app(replace(pair.app.config["VINCULO"], database_reading_url=url))


def encounters_on(client) -> int:
    return client.get("/api/v1/coverage/regions?period=today").json["totals"]["encounters"]


def test_the_board_is_read_from_it_by_a_setting(pair):
    """Proved by holding the standby back: the board shows what it had, until it goes on."""
    made = reading_from(pair, pair.standby_url)
    city = make_city(made)
    phone, desk = city.phone("rua"), city.client("supervisao")
    assert phone.push(phone.encounter())[0]["status"] == "done"
    follow(pair)
    with psycopg.connect(re.sub("//[^@]*@", pair.owner_url.split("@")[0].removeprefix("postgresql:") + "@", pair.standby_url), autocommit=True) as standby:
        standby.execute("SELECT pg_wal_replay_pause()")
        try:
            assert phone.push(phone.encounter())[0]["status"] == "done"
            assert encounters_on(desk) == 1
            page = desk.get("/painel/")
            assert page.status_code == 200
        finally:
            standby.execute("SELECT pg_wal_replay_resume()")
    follow(pair)
    assert encounters_on(desk) == 2


def test_without_an_answer_from_it_the_database_itself_answers(pair):
    made = reading_from(pair, "postgresql://nobody@127.0.0.1:1/vinculo")
    city = make_city(made)
    phone = city.phone("rua")
    assert phone.push(phone.encounter())[0]["status"] == "done"
    assert encounters_on(city.client("supervisao")) == 1


def test_the_standby_never_writes(pair):
    with psycopg.connect(pair.standby_url) as standby, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        standby.execute("DELETE FROM signin_failures")


def test_it_follows_within_a_second(pair):
    """From the answer to a phone until the standby shows it: on one machine, so what the software itself takes."""
    city = make_city(pair.app)
    phone = city.phone("rua")
    follow(pair)
    waits = []
    for _ in range(10):
        command = phone.encounter()
        assert phone.push(command)[0]["status"] == "done"
        waits.append(follow(pair))
    with psycopg.connect(pair.owner_url) as owner:
        [(state, name)] = owner.execute("SELECT state, slot_name FROM pg_stat_replication JOIN pg_replication_slots ON active_pid = pid").fetchall()
    assert (state, name) == ("streaming", SLOT)
    assert sorted(waits)[5] < 1, waits
    print(f"standby lag: median {sorted(waits)[5] * 1000:.0f} ms, longest {max(waits) * 1000:.0f} ms")


def follow(pair: Pair) -> float:
    """Seconds until the standby has replayed all that the server had written when asked."""
    with psycopg.connect(pair.owner_url, autocommit=True) as owner, psycopg.connect(pair.standby_url, autocommit=True) as standby:
        [written] = owner.execute("SELECT pg_current_wal_lsn()").fetchone()
        began = perf_counter()
        while perf_counter() - began < 30:
            [there] = standby.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [written]).fetchone()
            if there:
                return perf_counter() - began
    raise AssertionError("the standby does not follow")


def test_the_guide_says_what_was_done_here():
    guide = (ROOT / "docs" / "ampliar.md").read_text()
    for said in (f"CREATE ROLE {REPLICA} REPLICATION LOGIN", "-R -X stream -c fast -C -S reserva", "replay_lag"):
        assert said in guide
