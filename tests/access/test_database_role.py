"""The web process refuses a database role that could step around row level security, and it really asks at start."""

import os
import re
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app import UnsafeDatabaseRole, create_app, refuse_unsafe_role
from tests.make import ready

PASSWORD = "so-para-este-teste"


@contextmanager
def role_of(config, options: str, *then: str):
    """A role made by the owner for the time of a test; gives the URL with which it signs in."""
    name = f"t_{os.getpid()}_{abs(hash((options, then))) % 10**6}"
    engine = create_engine(config.sqlalchemy_owner_url, isolation_level="AUTOCOMMIT")
    # Another test's server may not have it, and an earlier run of this one may have died half-way.
    clean = [f"DROP TABLE IF EXISTS {name}_table", f"DROP OWNED BY {name}", f"DROP ROLE {name}"]
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE ROLE {name} LOGIN {options} PASSWORD '{PASSWORD}'"))
            connection.execute(text(f"GRANT vinculo_app TO {name}"))
            for sql in then:
                connection.execute(text(sql.format(name=name, database=engine.url.database)))
        url = make_url(config.database_url).set(username=name, password=PASSWORD)
        yield url.render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            for sql in clean:
                connection.execute(text(sql))
        engine.dispose()


def judge(config, url):
    """Nothing, for a role that may serve; raises UnsafeDatabaseRole for one that may not."""
    return refuse_unsafe_role(create_app(replace(config, database_url=url)))


def test_the_application_s_own_role_is_accepted(config):
    assert judge(config, config.database_url) is None


def test_the_owner_is_refused(config):
    with pytest.raises(UnsafeDatabaseRole):
        judge(config, config.database_owner_url)


@pytest.mark.parametrize(
    ("options", "then"),
    [
        ("SUPERUSER", ()),
        ("BYPASSRLS", ()),
        ("", ("CREATE TABLE {name}_table (x int)", "ALTER TABLE {name}_table OWNER TO {name}")),
        ("", ("GRANT vinculo_owner TO {name}",)),
        ("NOINHERIT", ("GRANT vinculo_owner TO {name}", "GRANT CONNECT ON DATABASE {database} TO {name}")),
    ],
    ids=["superuser", "bypassrls", "owner of a table", "member of the owner", "may become the owner"],
)
def test_every_role_above_row_security_is_refused(config, options, then):
    with role_of(config, options, *then) as url, pytest.raises(UnsafeDatabaseRole):
        judge(config, url)


def test_a_plain_member_of_the_application_s_group_is_accepted(config):
    with role_of(config, "") as url:
        assert judge(config, url) is None


SERVERS = {
    "wsgi": ["wsgi"],
    "gunicorn": ["gunicorn", "--check-config", "wsgi:app"],
}


def start(config, database_url, *command):
    environ = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database_url,
        "VINCULO_SECRET_KEY": config.secret_key,
        "VINCULO_STATE": str(config.state_dir),
    }
    return ready.run(*command, env=environ)


@pytest.mark.parametrize("server", SERVERS)
def test_the_web_process_asks_at_start_and_ends_with_one_line(app, config, server):
    ended = start(config, config.database_owner_url, *SERVERS[server])
    assert ended.returncode != 0
    assert "vinculo: DATABASE_URL" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert make_url(config.database_owner_url).password not in ended.stderr
    assert len([line for line in ended.stderr.splitlines() if re.match(r"vinculo:", line)]) == 1


@pytest.mark.parametrize("server", SERVERS)
def test_the_web_process_starts_with_the_application_s_role(app, config, server):
    ended = start(config, config.database_url, *SERVERS[server])
    assert ended.returncode == 0, ended.stderr
