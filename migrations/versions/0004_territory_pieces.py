"""pieces of the territory: what a point is looked up in"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0004"
down_revision = "0003"

_CITY = "NULLIF(current_setting('vinculo.municipality', true), '')::integer"

# A real neighbourhood has a thousand vertices: fetching it for each point costs more than writing the record.
# Cut into small pieces it stays in the row, and a point touches one or two of them. Blocks name nothing.
CUT = """
CREATE FUNCTION territory_cut() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO territory_pieces (municipality_id, id, shape_id, edition_id, layer, name, region_id, geom)
    SELECT s.municipality_id, gen_random_uuid(), s.id, s.edition_id, s.layer, s.name, s.region_id, piece
    FROM fresh s CROSS JOIN LATERAL ST_Subdivide(s.geom, 48) piece
    WHERE s.layer <> 'block' AND (s.name IS NOT NULL OR s.region_id IS NOT NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER cut_shapes AFTER INSERT ON territory_shapes REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION territory_cut();
-- A shape is never edited (the pieces would lie): it goes, and another comes.
REVOKE UPDATE ON territory_shapes FROM vinculo_app;
GRANT DELETE ON territory_pieces TO vinculo_app;
"""

BACKFILL = """
INSERT INTO territory_pieces (municipality_id, id, shape_id, edition_id, layer, name, region_id, geom)
SELECT s.municipality_id, gen_random_uuid(), s.id, s.edition_id, s.layer, s.name, s.region_id, piece
FROM territory_shapes s CROSS JOIN LATERAL ST_Subdivide(s.geom, 48) piece
WHERE s.layer <> 'block' AND (s.name IS NOT NULL OR s.region_id IS NOT NULL)
"""

# plpgsql, so that the plan is made once per connection and not once per call. Still of the owner (PostGIS'
# operators are not leakproof) and still bound to the transaction's own city, never to an argument.
# 0.0008 degrees are more than 60 m anywhere in Brazil; within the box the earth is flat enough (0.3 %).
LOCATE = f"""
CREATE OR REPLACE FUNCTION territory_locate(points jsonb)
RETURNS TABLE (k integer, region_id uuid, neighbourhood varchar, street varchar)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    city CONSTANT integer := {_CITY};
    present CONSTANT uuid[] := ARRAY(SELECT id FROM territory_editions WHERE municipality_id = city AND is_current);
BEGIN
    RETURN QUERY
    WITH asked AS MATERIALIZED (
        SELECT (e->>0)::integer AS k, ST_SetSRID(ST_MakePoint((e->>1)::float8, (e->>2)::float8), 4326) AS g,
               cos(radians((e->>2)::float8)) AS narrow
        FROM jsonb_array_elements(points) e
    )
    SELECT asked.k, r.region_id, n.name, s.name
    FROM asked
    LEFT JOIN LATERAL (
        SELECT p.region_id FROM territory_pieces p
        WHERE p.geom && asked.g AND p.municipality_id = city AND p.layer = 'region'
          AND p.edition_id = ANY (present) AND ST_Covers(p.geom, asked.g)
        ORDER BY p.shape_id LIMIT 1) r ON true
    LEFT JOIN LATERAL (
        SELECT p.name FROM territory_pieces p
        WHERE p.geom && asked.g AND p.municipality_id = city AND p.layer = 'neighbourhood'
          AND p.edition_id = ANY (present) AND ST_Covers(p.geom, asked.g)
        ORDER BY p.shape_id LIMIT 1) n ON true
    LEFT JOIN LATERAL (
        SELECT near.name FROM (
            SELECT p.name, p.shape_id, ST_Distance(
                ST_Affine(p.geom, asked.narrow, 0, 0, 1, 0, 0), ST_Affine(asked.g, asked.narrow, 0, 0, 1, 0, 0)
            ) * 111195 AS metres
            FROM territory_pieces p
            WHERE p.geom && ST_Expand(asked.g, 0.0008) AND p.municipality_id = city AND p.layer = 'street'
              AND p.edition_id = ANY (present)
        ) near WHERE near.metres <= 60 ORDER BY near.metres, near.shape_id LIMIT 1) s ON true;
END $$;

CREATE OR REPLACE FUNCTION territory_analyze() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$ BEGIN ANALYZE territory_shapes, territory_pieces; END $$;
"""

BEFORE = f"""
CREATE OR REPLACE FUNCTION territory_locate(points jsonb)
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

CREATE OR REPLACE FUNCTION territory_analyze() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$ BEGIN ANALYZE territory_shapes; END $$;
DROP TRIGGER cut_shapes ON territory_shapes;
DROP FUNCTION territory_cut();
GRANT UPDATE ON territory_shapes TO vinculo_app;
"""


def upgrade() -> None:
    op.create_table(
        "territory_pieces",
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shape_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("layer", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        sa.Column("geom", Geometry(srid=4326, dimension=2, spatial_index=False, nullable=False), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipalities.id"], name="fk_territory_pieces_municipality_id"),
        sa.ForeignKeyConstraint(
            ["municipality_id", "shape_id"],
            ["territory_shapes.municipality_id", "territory_shapes.id"],
            name="fk_territory_pieces_municipality_id_shape_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name="pk_territory_pieces"),
    )
    op.create_index("ix_territory_pieces_geom", "territory_pieces", ["geom"], postgresql_using="gist")
    op.create_index("ix_territory_pieces_municipality_id_shape_id", "territory_pieces", ["municipality_id", "shape_id"])
    op.execute("SELECT protect_tenant_table('territory_pieces')")
    raw = op.get_bind().connection.driver_connection
    raw.execute(CUT)
    raw.execute(BACKFILL)
    raw.execute(LOCATE)


def downgrade() -> None:
    raw = op.get_bind().connection.driver_connection
    raw.execute(BEFORE)
    op.drop_table("territory_pieces")
