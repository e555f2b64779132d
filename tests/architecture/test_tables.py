"""The database as the real migrations made it: tenant keys, row security, indexes; models that agree with it."""

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from app.core.db import db

# No city of their own, and why.
CITYLESS = {
    "municipalities": "the tenant itself: its id is the key, its policy compares it",
    "signin_failures": "a failed attempt happens before any city is known; holds hashes of buckets only",
    "ceremonies": "begun before any city is known; holds hashes of tokens, lives five minutes",
    "alembic_version": "one row: where the migrations are",
    "spatial_ref_sys": "PostGIS' own",
}
# Columns that hold an id without a foreign key, and why.
WITHOUT_KEY = {
    ("audit_lines", "subject_id"): "any kind of record, erased ones too",
    ("audit_lines", "worker_id"): "the trail outlives who it speaks of",
    ("audit_lines", "device_id"): "the trail outlives what it speaks of",
    ("changes", "entity_id"): "any kind of record, deleted ones too",
    ("alerts", "planned_shift_id"): "what rang stays when its plan is taken back: a soft reference",
    ("stays", "party_id"): "names no row: the stays of one party are told by it",
    ("flag_events", "ref_id"): "a communication, a duty or another flag, said by the event",
    ("notices", "subject_id"): "any kind of record, said by the notice's kind",
    ("role_grants", "scope_id"): "a team, a unit or a region, said by scope_kind",
    ("ceremonies", "city_id"): "begun before a city is known; lives five minutes",
    ("ceremonies", "worker_id"): "begun before a worker is known; lives five minutes",
    ("territory_pieces", "edition_id"): "copied from its shape, whose key it is; goes with the shape",
    ("territory_pieces", "region_id"): "copied from its shape, whose key it is; goes with the shape",
    ("sync_commands", "replaces"): "what it replaces may have been lost with another installation's state",
    ("sync_commands", "device_id"): "a command outlives the device it came from",
}


@pytest.fixture(scope="module")
def ask(app, config):
    """Questions to the catalogue, as the owner."""
    engine = create_engine(config.sqlalchemy_owner_url)
    with engine.connect() as connection:
        yield lambda sql, **values: connection.execute(text(sql), values).mappings().all()
    engine.dispose()


@pytest.fixture(scope="module")
def tables(ask):
    rows = ask(
        "SELECT c.relname AS name, c.oid::bigint AS oid, c.relrowsecurity AS guarded FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
        " AND c.relname NOT LIKE 'procrastinate%' ORDER BY 1"
    )
    return {row["name"]: row for row in rows}


@pytest.fixture(scope="module")
def tenant_tables(tables):
    return {name: row for name, row in tables.items() if name not in CITYLESS}


def columns_of(ask, oid, kind):
    """Columns of the constraints of a kind, in order: [(name, [columns], referenced table, [its columns])]."""
    rows = ask(
        "SELECT k.conname AS name, k.confrelid::regclass::text AS there,"
        " ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, o)"
        "  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n ORDER BY u.o) AS here,"
        " ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, o)"
        "  JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n ORDER BY u.o) AS its"
        " FROM pg_constraint k WHERE k.conrelid = :oid AND k.contype = :kind",
        oid=oid, kind=kind,
    )  # fmt: skip
    return [(row["name"], row["here"], row["there"], row["its"]) for row in rows]


def test_migrations_made_what_the_models_say_and_nothing_else(app, tables):
    modelled = set(db.metadata.tables)
    assert set(tables) - {"alembic_version", "spatial_ref_sys"} == modelled
    assert len(modelled) > 20


def test_alembic_finds_no_difference(app):
    with app.app_context():
        command.check(app.extensions["migrate"].migrate.get_config())


def test_every_table_of_a_city_has_its_key_first(ask, tenant_tables):
    wrong = {}
    for name, row in tenant_tables.items():
        [(_, columns, _, _)] = columns_of(ask, row["oid"], "p")
        # Changes are ordered by a sequence of their own and are nobody's target: (municipality_id, seq).
        expected = ["municipality_id", "seq"] if name == "changes" else ["municipality_id", "id"]
        if columns != expected:
            wrong[name] = columns
    assert wrong == {}


def test_every_table_of_a_city_is_guarded_in_both_directions(ask, tenant_tables, tables):
    policies = {
        row["tablename"]: row
        for row in ask("SELECT * FROM pg_policies WHERE schemaname = 'public' AND policyname = 'own_city'")
    }
    wrong = []
    for name in [*tenant_tables, "municipalities"]:
        policy = policies.get(name)
        if not tables[name]["guarded"] or policy is None:
            wrong.append(f"{name}: no row level security")
            continue
        for side in ("qual", "with_check"):
            if "current_setting('vinculo.municipality'" not in (policy[side] or "") or "NULLIF" not in policy[side]:
                wrong.append(f"{name}: {side} doesn't compare the city")
        if policy["cmd"] != "ALL" or policy["permissive"] != "PERMISSIVE":
            wrong.append(f"{name}: {policy['cmd']} {policy['permissive']}")
    assert wrong == []


def test_one_policy_a_table_so_that_none_widens_another(ask):
    """Restrictive ones only narrow."""
    rows = ask(
        "SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND permissive = 'PERMISSIVE'"
        " GROUP BY tablename HAVING count(*) > 1"
    )
    assert rows == []


def test_every_foreign_key_carries_the_city(ask, tenant_tables):
    wrong = []
    for name, row in tenant_tables.items():
        for key, here, there, its in columns_of(ask, row["oid"], "f"):
            to_city = there == "municipalities" and here == ["municipality_id"]
            if not to_city and (here[0] != "municipality_id" or its != ["municipality_id", "id"]):
                wrong.append(f"{name}.{key}")
    assert wrong == []


def test_every_foreign_key_is_indexed(ask, tenant_tables):
    wrong = []
    for name, row in tenant_tables.items():
        indexes = [
            index["columns"]
            for index in ask(
                "SELECT ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY u(n, o)"
                " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.n ORDER BY u.o) AS columns"
                " FROM pg_index i WHERE i.indrelid = :oid AND (i.indpred IS NULL"
                # A key is looked up by a value, so an index without the rows that have none serves it.
                " OR pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$')",
                oid=row["oid"],
            )
        ]
        for key, here, _there, _its in columns_of(ask, row["oid"], "f"):
            if not any(index[: len(here)] == here for index in indexes):
                wrong.append(f"{name}.{key}")
    assert wrong == []


def test_a_column_that_names_a_row_is_a_foreign_key_or_says_why_not(ask, tables):
    wrong = []
    for name, row in tables.items():
        keyed = {column for _key, here, _t, _i in columns_of(ask, row["oid"], "f") for column in here}
        columns = ask(
            "SELECT attname::text AS name FROM pg_attribute WHERE attrelid = :oid AND attnum > 0"
            " AND NOT attisdropped AND atttypid = 'uuid'::regtype AND attname <> 'id'",
            oid=row["oid"],
        )
        wrong += [
            f"{name}.{column['name']}"
            for column in columns
            if column["name"] not in keyed and (name, column["name"]) not in WITHOUT_KEY
        ]
    assert wrong == []


def test_the_owner_s_functions_are_pinned_and_not_for_everybody(ask):
    """A SECURITY DEFINER function without a search_path runs whatever its caller puts before `public`."""
    rows = ask(
        "SELECT p.proname::text AS name, p.proconfig AS settings, has_function_privilege('public', p.oid, 'execute')"
        " AS everybody FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public'"
        " AND p.prosecdef AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    )
    assert {row["name"] for row in rows} >= {"find_login", "find_session", "territory_locate"}
    wrong = [
        row["name"]
        for row in rows
        if row["everybody"] or not any(s.startswith("search_path=") and "pg_temp" in s for s in row["settings"] or [])
    ]
    assert wrong == []


def test_geometry_has_its_named_index_and_no_implicit_one(ask):
    rows = ask(
        "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '%USING gist%'"
    )
    assert "ix_territory_shapes_geom" in {row["indexname"] for row in rows}
    # Those that are no geometry: a bed, a worker and a vehicle are in one place at a time.
    once = {"ex_bed_claims_once", "ex_planned_shift_members_once", "ex_planned_shifts_vehicle"}
    rows = [row for row in rows if row["indexname"] not in once]
    assert [row for row in rows if row["indexname"] != f"ix_{row['tablename']}_geom"] == []
