"""whether this installation holds the demonstration, told before a city is known"""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    # A demonstration never stands beside a real city, so one answer serves every page that belongs to no city.
    op.execute(
        """
        CREATE FUNCTION holds_demonstration() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path = public, pg_temp AS $$ SELECT EXISTS (SELECT FROM municipalities WHERE is_demo) $$;
        REVOKE ALL ON FUNCTION holds_demonstration() FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION holds_demonstration() TO vinculo_app;
        """
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION holds_demonstration()")
