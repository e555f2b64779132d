"""The queue: a job exists exactly when its verb was committed, and the worker does it as the application's role."""

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import text

from app.core import clock, jobs
from app.core.ids import new_id
from app.notices import service as notices
from tests.make.journeys import sent_referral
from tests.make.source import ROOT


class Undone(Exception):
    pass


def waiting(city, name):
    return city.rows(
        "SELECT * FROM procrastinate_jobs WHERE task_name = :n AND args ->> 'municipality_id' = :c ORDER BY id",
        n=name, c=str(city.ibge),
    )  # fmt: skip


def work(config):
    """The command that bin/run keeps alive, until the line is empty."""
    environ = {
        "PATH": os.environ["PATH"], "DATABASE_URL": config.database_url, "VINCULO_SECRET_KEY": config.secret_key,
        "VINCULO_STATE": str(config.state_dir),
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work", "--until-empty"],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_a_job_is_there_when_its_verb_was_committed(city):
    with city.transaction() as session:
        jobs.defer(session, "tests.nothing", city.ibge, encounter_id=new_id())
        assert waiting(city, "tests.nothing") == []  # nobody sees it before the commit
    [job] = waiting(city, "tests.nothing")
    assert set(job["args"]) == {"municipality_id", "encounter_id"}


def test_a_job_goes_with_its_verb_when_that_is_rolled_back(city):
    with pytest.raises(Undone), city.transaction() as session:
        jobs.defer(session, "tests.nothing", city.ibge)
        raise Undone
    assert waiting(city, "tests.nothing") == []


def test_a_job_goes_with_its_savepoint_alone(city):
    with city.transaction() as session:
        jobs.defer(session, "tests.kept", city.ibge)
        savepoint = session.begin_nested()
        jobs.defer(session, "tests.dropped", city.ibge)
        savepoint.rollback()
    assert len(waiting(city, "tests.kept")) == 1 and waiting(city, "tests.dropped") == []


def test_the_application_s_worker_chains_the_trail_of_a_city(app, config, city):
    """The real command, as the application's role, on the periodic job put in line by hand."""
    sent_referral(city)
    unchained = "SELECT count(*) AS n FROM audit_lines WHERE municipality_id = :m AND seq IS NULL"
    assert city.rows(unchained)[0]["n"] > 0
    with city.transaction() as session:
        session.execute(jobs._DEFER, {"name": "audit.chain", "args": json.dumps({"timestamp": 0})})
    ended = work(config)
    assert ended.returncode == 0, ended.stderr
    assert city.rows(unchained)[0]["n"] == 0
    left = city.rows("SELECT count(*) AS n FROM procrastinate_jobs WHERE task_name = 'audit.chain' AND status = 'failed'")
    assert left[0]["n"] == 0


NIGHTLY = (
    "accounts.purge", "audit.chain", "encounters.fade_points", "home_visits.fade_points", "people.anonymise",
    "people.key_names", "people.propose_pairs", "protection.recount", "protection.watch", "referrals.watch", "sync.purge", "notices.sweep", "notices.purge",
)  # fmt: skip


@pytest.mark.parametrize("name", NIGHTLY)
def test_every_nightly_job_runs_as_the_application_s_role(app, config, city, name):
    assert name in jobs.queue.tasks
    sent_referral(city)
    with city.transaction() as session:
        number = session.scalar(
            text("SELECT coalesce(max(id), 0) FROM procrastinate_jobs")
        )
        session.execute(jobs._DEFER, {"name": name, "args": json.dumps({"timestamp": 0})})
    ended = work(config)
    assert ended.returncode == 0, ended.stderr
    still = city.rows("SELECT status::text FROM procrastinate_jobs WHERE task_name = :n AND id > :i", n=name, i=number)
    assert [dict(row) for row in still] == []  # done jobs are deleted; a failed one would stay


# Deferred by a verb.
DEFERRED = {"notices.deliver"}


def test_a_job_of_its_own_tells_what_a_verb_told(app, config, city):
    """The real command, as the application's role; it waits for push services with no transaction open."""
    with city.transaction() as session:
        notices.tell(session, city.ibge, [city.ids["abrigo"]], "referral_new", new_id(), clock.now())
    assert len(waiting(city, "notices.deliver")) == 1
    ended = work(config)
    assert ended.returncode == 0, ended.stderr
    assert waiting(city, "notices.deliver") == []
    [told] = city.rows("SELECT channel FROM notices WHERE municipality_id = :m")
    assert told["channel"] == "none"  # no browser, no letter: in the inbox all the same


def test_no_task_is_left_out_of_that_list():
    ours = {name for name in jobs.queue.tasks if not name.startswith(("builtin:", "procrastinate."))}
    assert ours == set(NIGHTLY) | DEFERRED
