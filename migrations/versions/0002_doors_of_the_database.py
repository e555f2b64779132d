"""doors of the database: roles, row level security, the readings before a city is known, the queue"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"

# No city is set → NULL → no row. '' comes back after a transaction on a pooled connection, hence NULLIF.
_CITY = "NULLIF(current_setting('vinculo.municipality', true), '')::integer"

FUNCTIONS = f"""
CREATE FUNCTION current_municipality() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT {_CITY} $$;

-- Every later migration that makes a table of a municipality calls this on it.
CREATE FUNCTION protect_tenant_table(which regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', which);
    EXECUTE format($f$CREATE POLICY own_city ON %s USING (municipality_id = {_CITY})
                      WITH CHECK (municipality_id = {_CITY})$f$, which);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO vinculo_app', which);
END $$;

CREATE FUNCTION find_login(wanted text)
RETURNS TABLE (municipality_id integer, worker_id uuid, password_hash varchar, is_active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT municipality_id, id, password_hash, is_active FROM workers WHERE login = lower(wanted) $$;

CREATE FUNCTION find_session(hash bytea)
RETURNS TABLE (municipality_id integer, session_id uuid, worker_id uuid, device_id uuid, last_used_at timestamptz,
               expires_at timestamptz, ended_at timestamptz, revoked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT s.municipality_id, s.id, s.worker_id, s.device_id, s.last_used_at, s.expires_at, s.ended_at, d.revoked_at
    FROM sessions s LEFT JOIN devices d ON d.municipality_id = s.municipality_id AND d.id = s.device_id
    WHERE s.token_hash = hash
$$;

CREATE FUNCTION municipalities_with_unchained_audit() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT id FROM municipalities m WHERE EXISTS
      (SELECT FROM audit_lines a WHERE a.municipality_id = m.id AND a.seq IS NULL) ORDER BY id $$;

CREATE FUNCTION all_municipalities() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT id FROM municipalities ORDER BY id $$;

-- Seconds since the oldest transaction that has written began: phones' pull can't pass it. NULL when none writes.
CREATE FUNCTION oldest_writer_age() RETURNS double precision
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT extract(epoch FROM clock_timestamp() - min(xact_start)) FROM pg_stat_activity
      WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() $$;

-- Region, neighbourhood and nearest named street (within 60 m) of points [[k, lon, lat], …]. Of the owner,
-- because PostGIS' operators are not leakproof: under row level security the GiST index would not be used.
-- It filters the city by the transaction's own setting, never by an argument, so it can't be asked across.
CREATE FUNCTION territory_locate(points jsonb)
RETURNS TABLE (k integer, region_id uuid, neighbourhood varchar, street varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    WITH current AS MATERIALIZED (
        SELECT id, layer FROM territory_editions WHERE municipality_id = {_CITY} AND is_current
    ), asked AS (
        SELECT (e->>0)::integer AS k, ST_SetSRID(ST_MakePoint((e->>1)::float8, (e->>2)::float8), 4326) AS g
        FROM jsonb_array_elements(points) e
    )
    SELECT asked.k, r.region_id, n.name, s.name
    FROM asked
    LEFT JOIN LATERAL (
        SELECT sh.region_id FROM territory_shapes sh
        WHERE sh.geom && asked.g AND sh.municipality_id = {_CITY} AND sh.layer = 'region'
          AND sh.edition_id IN (SELECT id FROM current WHERE layer = 'region') AND ST_Covers(sh.geom, asked.g)
        ORDER BY sh.id LIMIT 1) r ON true
    LEFT JOIN LATERAL (
        SELECT sh.name FROM territory_shapes sh
        WHERE sh.geom && asked.g AND sh.municipality_id = {_CITY} AND sh.layer = 'neighbourhood'
          AND sh.edition_id IN (SELECT id FROM current WHERE layer = 'neighbourhood') AND ST_Covers(sh.geom, asked.g)
        ORDER BY sh.id LIMIT 1) n ON true
    LEFT JOIN LATERAL (
        SELECT sh.name FROM territory_shapes sh
        WHERE sh.geom && ST_Expand(asked.g, 0.0008) AND sh.municipality_id = {_CITY} AND sh.layer = 'street'
          AND sh.name IS NOT NULL AND sh.edition_id IN (SELECT id FROM current WHERE layer = 'street')
          AND ST_DWithin(sh.geom::geography, asked.g::geography, 60)
        ORDER BY ST_Distance(sh.geom::geography, asked.g::geography), sh.id LIMIT 1) s ON true
$$;
"""

GRANTS = """
REVOKE ALL ON FUNCTION find_login(text), find_session(bytea), municipalities_with_unchained_audit(),
    all_municipalities(), oldest_writer_age(), territory_locate(jsonb), protect_tenant_table(regclass)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_login(text), find_session(bytea), municipalities_with_unchained_audit(),
    all_municipalities(), oldest_writer_age(), territory_locate(jsonb), current_municipality() TO vinculo_app;
GRANT USAGE ON SCHEMA public TO vinculo_app;
GRANT SELECT ON alembic_version TO vinculo_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON signin_failures TO vinculo_app;
GRANT DELETE ON changes, territory_shapes, sessions TO vinculo_app;
"""

# The trail can be written and chained, not edited nor erased, by the application's role.
AUDIT = """
REVOKE UPDATE ON audit_lines FROM vinculo_app;
GRANT UPDATE (seq, hash) ON audit_lines TO vinculo_app;
"""

CITIES = f"""
ALTER TABLE municipalities ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_city ON municipalities USING (id = {_CITY}) WITH CHECK (id = {_CITY});
GRANT SELECT, UPDATE ON municipalities TO vinculo_app;
"""

QUEUE = """
DO $$ DECLARE thing record; BEGIN
    FOR thing IN SELECT c.oid::regclass AS name, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname = 'public' AND c.relname LIKE 'procrastinate%' AND c.relkind IN ('r', 'S') LOOP
        IF thing.relkind = 'r' THEN EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO vinculo_app', thing.name);
        ELSE EXECUTE format('GRANT USAGE ON SEQUENCE %s TO vinculo_app', thing.name); END IF;
    END LOOP;
END $$;
"""

TENANT_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'municipality_id' AND NOT a.attisdropped
WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1
"""


def _raw(sql: str) -> None:
    """Past SQLAlchemy's parameter marks: the queue's own SQL holds percent signs and colons."""
    op.get_bind().connection.driver_connection.execute(sql)


def upgrade() -> None:
    op.execute(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vinculo_app') THEN"
        " CREATE ROLE vinculo_app NOLOGIN NOBYPASSRLS; END IF; END $$"
    )
    _raw(FUNCTIONS)
    for (table,) in op.get_bind().exec_driver_sql(TENANT_TABLES).all():
        op.execute(f"SELECT protect_tenant_table('{table}')")
    _raw(GRANTS + AUDIT + CITIES)
    _raw(SchemaManager.get_schema())
    _raw(QUEUE)


def downgrade() -> None:
    _raw(
        """
        DROP TABLE IF EXISTS procrastinate_periodic_defers, procrastinate_events, procrastinate_jobs,
            procrastinate_workers CASCADE;
        DO $$ DECLARE thing record; BEGIN
            FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate%' LOOP
                EXECUTE format('DROP FUNCTION %s CASCADE', thing.name);
            END LOOP;
            FOR thing IN SELECT oid::regtype AS name FROM pg_type
                         WHERE typname LIKE 'procrastinate%' AND typtype IN ('e', 'c') LOOP
                EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', thing.name);
            END LOOP;
        END $$;
        """
    )
    for (table,) in op.get_bind().exec_driver_sql(TENANT_TABLES).all():
        op.execute(f"DROP POLICY own_city ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        op.execute(f"REVOKE ALL ON {table} FROM vinculo_app")
    _raw(
        """
        DROP POLICY own_city ON municipalities;
        ALTER TABLE municipalities DISABLE ROW LEVEL SECURITY;
        REVOKE ALL ON municipalities, signin_failures, alembic_version FROM vinculo_app;
        DROP FUNCTION territory_locate(jsonb), oldest_writer_age(), all_municipalities(), municipalities_with_unchained_audit(),
            find_session(bytea), find_login(text), protect_tenant_table(regclass), current_municipality();
        """
    )
