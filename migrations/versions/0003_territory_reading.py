"""the reading of a place: statistics right after an import"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # ANALYZE belongs to the owner; the application's role asks for it on this one table after an import.
    op.execute(
        """
        CREATE FUNCTION territory_analyze() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$ BEGIN ANALYZE territory_shapes; END $$;
        REVOKE ALL ON FUNCTION territory_analyze() FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION territory_analyze() TO vinculo_app;
        """
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION territory_analyze()")
