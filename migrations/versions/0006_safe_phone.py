"""the safe phone: a token that only delivers, sessions bound to a vault, lost devices, what was recorded without entering"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_FIND_SESSION = """
CREATE FUNCTION find_session(hash bytea)
RETURNS TABLE (municipality_id integer, session_id uuid, worker_id uuid, device_id uuid, last_used_at timestamptz,
               expires_at timestamptz, ended_at timestamptz, revoked_at timestamptz{column})
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT s.municipality_id, s.id, s.worker_id, s.device_id, s.last_used_at, s.expires_at, s.ended_at, d.revoked_at{value}
    FROM sessions s LEFT JOIN devices d ON d.municipality_id = s.municipality_id AND d.id = s.device_id
    WHERE s.token_hash = hash
$$;
REVOKE ALL ON FUNCTION find_session(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_session(bytea) TO vinculo_app;
"""

_FIND_DELIVERY = """
CREATE FUNCTION find_delivery(hash bytea)
RETURNS TABLE (municipality_id integer, worker_id uuid, device_id uuid, revoked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT municipality_id, worker_id, id, revoked_at FROM devices WHERE delivery_hash = hash $$;
REVOKE ALL ON FUNCTION find_delivery(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_delivery(bytea) TO vinculo_app;
"""


def upgrade() -> None:
    # Each with a default or null: the release before this one goes on writing while it is being replaced.
    op.add_column("devices", sa.Column("delivery_hash", sa.LargeBinary(), nullable=True))
    op.add_column("devices", sa.Column("has_vault", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("devices", sa.Column("waiting", sa.Integer(), nullable=True))
    op.add_column("devices", sa.Column("waiting_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("devices", sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("devices", sa.Column("lost_seen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_unique_constraint("uq_devices_delivery_hash", "devices", ["delivery_hash"])
    op.add_column("sessions", sa.Column("vault_hash", sa.LargeBinary(), nullable=True))
    op.add_column("encounters", sa.Column("without_entering", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("DROP FUNCTION find_session(bytea)")
    op.execute(_FIND_SESSION.format(column=", vault_hash bytea", value=", s.vault_hash"))
    op.execute(_FIND_DELIVERY)


def downgrade() -> None:
    op.execute("DROP FUNCTION find_delivery(bytea)")
    op.execute("DROP FUNCTION find_session(bytea)")
    op.execute(_FIND_SESSION.format(column="", value=""))
    op.drop_column("encounters", "without_entering")
    op.drop_column("sessions", "vault_hash")
    op.drop_constraint("uq_devices_delivery_hash", "devices")
    for column in ("lost_seen_at", "lost_at", "waiting_at", "waiting", "has_vault", "delivery_hash"):
        op.drop_column("devices", column)
