"""Migrations on a database of their own: up, down, up, to the same schema, with rows on the way."""

import os
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, text

from tests.make.blank import blank_installation, forget
from tests.make.city import make_city
from tests.make.journeys import sent_referral
from tests.make.source import ROOT

SCHEMA = """
SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
       || coalesce(column_default, '') AS thing FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'policy ' || tablename || ' ' || policyname || ' ' || coalesce(qual, '') || ' ' || coalesce(with_check, '')
       FROM pg_policies WHERE schemaname = 'public'
UNION ALL SELECT 'guarded ' || relname || ' ' || relrowsecurity FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
UNION ALL SELECT 'function ' || p.oid::regprocedure || ' ' || prosecdef || ' ' || coalesce(array_to_string(proconfig, ','), '')
       || ' ' || md5(prosrc) || ' ' || coalesce(proacl::text, '') FROM pg_proc p
       WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'grant ' || table_name || ' ' || grantee || ' ' || privilege_type FROM information_schema.role_table_grants
       WHERE table_schema = 'public'
UNION ALL SELECT 'grant ' || table_name || '.' || column_name || ' ' || grantee || ' ' || privilege_type
       FROM information_schema.column_privileges WHERE table_schema = 'public'
ORDER BY 1
"""


@pytest.fixture
def blank(config):
    with blank_installation(config, f"migrations_{os.getpid()}") as made:
        yield made


def migrate(app, way, to):
    # Only for the command: a context left open would be every later request's own.
    with app.app_context():
        getattr(command, way)(app.extensions["migrate"].migrate.get_config(), to)


def schema_of(app):
    engine = create_engine(app.config["VINCULO"].sqlalchemy_owner_url)
    with engine.connect() as connection:
        found = list(connection.scalars(text(SCHEMA)))
    engine.dispose()
    return found


def test_up_down_up_ends_where_it_began(blank):
    empty = schema_of(blank)
    migrate(blank, "upgrade", "head")
    first = schema_of(blank)
    assert len(first) > len(empty) + 200
    migrate(blank, "downgrade", "base")
    left = [thing for thing in schema_of(blank) if thing not in empty and "alembic_version" not in thing]
    assert left == []
    migrate(blank, "upgrade", "head")
    assert schema_of(blank) == first


def test_every_single_step_goes_back_and_forth(blank):
    script = ScriptDirectory(str(ROOT / "migrations"))
    steps = [revision.revision for revision in reversed(list(script.walk_revisions()))]
    before = {}
    for step in steps:
        before[step] = schema_of(blank)
        migrate(blank, "upgrade", step)
    for step in reversed(steps[1:]):
        migrate(blank, "downgrade", "-1")
        assert schema_of(blank) == before[step], step


def test_migrations_carry_the_rows_of_a_city_along(blank):
    """Down to the first doors and up again with a lived-in city inside: what it recorded is still there."""
    migrate(blank, "upgrade", "head")
    city = make_city(blank)
    sent_referral(city)
    kept = "SELECT (SELECT count(*) FROM encounters) AS encounters, (SELECT count(*) FROM referrals) AS referrals"
    before = city.rows(kept)
    forget(blank)
    migrate(blank, "downgrade", "0002")
    migrate(blank, "upgrade", "head")
    assert city.rows(kept) == before
    phone = city.phone("rua")
    assert phone.push(phone.encounter())[0]["status"] == "done"
    assert phone.pull()


def test_there_is_one_head_and_numbers_in_order():
    script = ScriptDirectory(str(ROOT / "migrations"))
    assert len(script.get_heads()) == 1
    numbers = [revision.revision for revision in reversed(list(script.walk_revisions()))]
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        assert path.name[:4] in numbers and "def downgrade" in path.read_text()


def test_ready_says_no_until_the_migrations_are_at_head(blank):
    migrate(blank, "upgrade", "head")
    assert blank.test_client().get("/readyz").status_code == 200
    migrate(blank, "downgrade", "-1")
    answer = blank.test_client().get("/readyz")
    assert (answer.status_code, answer.json["ready"], answer.json["migrations_at_head"]) == (503, False, False)


def test_a_migration_never_makes_others_wait_for_long_behind_it(blank):
    """Somebody reads a table for long; the change waits, gives up, lets the phones pass, and is done at last."""
    migrate(blank, "upgrade", "0005")
    forget(blank)
    url = blank.config["VINCULO"].sqlalchemy_owner_url
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as reader, ThreadPoolExecutor(1) as thread:
        reader.execute(text("SELECT count(*) FROM devices"))
        changing = thread.submit(migrate, blank, "upgrade", "0006")
        waits = []
        while max(waits, default=0) < 0.5 and not changing.done():  # until the change has begun to wait for its lock
            began = perf_counter()
            with engine.connect() as other:
                other.execute(text("SELECT count(*) FROM devices"))
            waits.append(perf_counter() - began)
        assert not changing.done()
        reader.rollback()
        changing.result(timeout=60)
    engine.dispose()
    assert 0.5 <= max(waits) < 5
    assert "column devices.waiting integer YES " in schema_of(blank)
