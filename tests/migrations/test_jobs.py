"""The queue: a job exists exactly when its verb was committed, and the worker does it as the application's role."""

import json
import os

import pytest
from flask_migrate import upgrade

from app.core import clock, jobs
from app.core.ids import new_id
from app.notices import service as notices
from tests.make import ready
from tests.make.blank import blank_installation
from tests.make.city import make_city
from tests.make.journeys import sent_referral


class Undone(Exception):
    pass


def waiting(city, name):
    return city.rows(
        "SELECT * FROM procrastinate_jobs WHERE task_name = :n AND args ->> 'municipality_id' = :c ORDER BY id",
        n=name, c=str(city.ibge),
    )  # fmt: skip


@pytest.fixture(scope="module")
def town(config):
    """A city alone in a database of its own: a job of the night goes through every city that it finds."""
    with blank_installation(config, f"jobs_{os.getpid()}") as made:
        with made.app_context():
            upgrade()
        yield make_city(made)


def work(city):
    """The command that bin/run keeps alive, until the line is empty."""
    config = city.app.config["VINCULO"]
    environ = {
        "PATH": os.environ["PATH"], "DATABASE_URL": config.database_url, "VINCULO_SECRET_KEY": config.secret_key,
        "VINCULO_STATE": str(config.state_dir),
    }  # fmt: skip
    return ready.run("flask", "--app", "wsgi", "jobs", "work", "--until-empty", env=environ)


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


def test_a_city_in_which_work_fails_holds_up_no_other_and_keeps_nothing_half_done(city, other_city, monkeypatch):
    def works(session, m):
        jobs.defer(session, "tests.nothing", m)
        if m == first.ibge:
            raise Undone("a word that somebody wrote")

    first, second = sorted((city, other_city), key=lambda each: each.ibge)
    monkeypatch.setattr(jobs, "_cities", lambda: [first.ibge, second.ibge])
    with city.app.app_context(), pytest.raises(Undone):
        jobs.in_each_city(works)
    assert (waiting(first, "tests.nothing"), len(waiting(second, "tests.nothing"))) == ([], 1)


NIGHTLY = (
    "accounts.purge", "alerts.watch", "audit.chain", "encounters.fade_points", "home_visits.fade_points", "people.anonymise",
    "people.key_names", "people.propose_pairs", "operations.end_due", "outreach_requests.forget", "protection.recount", "protection.watch", "referrals.watch", "shifts.close_forgotten", "sync.purge", "notices.sweep", "notices.purge",
    "territory.keep_basemap",
)  # fmt: skip


UNCHAINED = "SELECT count(*) AS n FROM audit_lines WHERE municipality_id = :m AND seq IS NULL"


@pytest.fixture(scope="module")
def night(town):
    """What is left of each job, by its name, after the real command, as the application's role, found them all in line,
    put there by hand. Done jobs are deleted; a failed one stays."""
    sent_referral(town)
    assert town.rows(UNCHAINED)[0]["n"] > 0
    with town.transaction() as session:
        for name in NIGHTLY:
            session.execute(jobs._DEFER, {"name": name, "args": json.dumps({"timestamp": 0})})
    assert {row["task_name"] for row in town.rows("SELECT task_name FROM procrastinate_jobs")} >= set(NIGHTLY)
    ended = work(town)
    assert ended.returncode == 0, ended.stderr
    left = town.rows("SELECT task_name, status::text FROM procrastinate_jobs")
    return {name: [row["status"] for row in left if row["task_name"] == name] for name in NIGHTLY}


@pytest.mark.parametrize("name", NIGHTLY)
def test_every_nightly_job_runs_as_the_application_s_role(night, name):
    assert name in jobs.queue.tasks
    assert night[name] == []


def test_the_application_s_worker_chains_the_trail_of_a_city(night, town):
    assert town.rows(UNCHAINED)[0]["n"] == 0


def test_a_city_without_a_map_of_its_layers_gets_one(night, town):
    [made] = town.rows("SELECT tile_count FROM territory_basemaps WHERE municipality_id = :m")
    assert made["tile_count"] > 0


# Deferred by a verb.
DEFERRED = {"notices.deliver", "territory.bake_basemap"}


def test_a_job_of_its_own_tells_what_a_verb_told(town):
    """The real command, as the application's role; it waits for push services with no transaction open."""
    subject = new_id()
    with town.transaction() as session:
        notices.tell(session, town.ibge, [town.ids["abrigo"]], "referral_new", subject, clock.now())
    assert len(waiting(town, "notices.deliver")) == 1
    ended = work(town)
    assert ended.returncode == 0, ended.stderr
    assert waiting(town, "notices.deliver") == []
    [told] = town.rows("SELECT channel FROM notices WHERE municipality_id = :m AND subject_id = :s", s=subject)
    assert told["channel"] == "none"  # no browser, no letter: in the inbox all the same


def test_no_task_is_left_out_of_that_list():
    ours = {name for name in jobs.queue.tasks if not name.startswith(("builtin:", "procrastinate."))}
    assert ours == set(NIGHTLY) | DEFERRED
