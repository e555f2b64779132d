"""passkeys, the second step of administrators, and what was begun and must be ended once"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TABLES = ("passkeys", "totp_secrets", "totp_codes")

_FIND_PASSKEY = """
CREATE FUNCTION find_passkey(wanted bytea)
RETURNS TABLE (municipality_id integer, passkey_id uuid, worker_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT municipality_id, id, worker_id FROM passkeys WHERE credential_id = wanted $$;
REVOKE ALL ON FUNCTION find_passkey(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_passkey(bytea) TO vinculo_app;
"""


def upgrade() -> None:
    op.create_table(
        "passkeys",
        *_key(),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
        *_refers("passkeys", worker_id="workers", device_id="devices"),
    )
    op.create_table(
        "totp_secrets",
        *_key(),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("municipality_id", "worker_id", name=op.f("uq_totp_secrets_municipality_id_worker_id")),
        *_refers("totp_secrets", worker_id="workers"),
    )
    op.create_table(
        "totp_codes",
        *_key(),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        *_refers("totp_codes", worker_id="workers"),
    )
    for table, column in (("passkeys", "worker_id"), ("passkeys", "device_id"), ("totp_codes", "worker_id")):
        op.create_index(op.f(f"ix_{table}_municipality_id_{column}"), table, ["municipality_id", column])
    op.create_table(
        "ceremonies",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('add_passkey', 'enter_by_passkey', 'second_step')", name=op.f("ck_ceremonies_purpose")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_ceremonies")),
    )
    op.create_index(op.f("ix_ceremonies_begun_at"), "ceremonies", ["begun_at"])
    for table in _TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")
    op.execute("GRANT DELETE ON passkeys, totp_secrets, totp_codes TO vinculo_app")
    op.execute("GRANT SELECT, INSERT, DELETE ON ceremonies TO vinculo_app")
    op.execute(_FIND_PASSKEY)


def _key() -> list:
    return [sa.Column("municipality_id", sa.Integer(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def _refers(table: str, **tables: str) -> list:
    return [
        sa.ForeignKeyConstraint(["municipality_id"], ["municipalities.id"], name=op.f(f"fk_{table}_municipality_id")),
        *(
            sa.ForeignKeyConstraint(
                ["municipality_id", column],
                [f"{there}.municipality_id", f"{there}.id"],
                name=op.f(f"fk_{table}_municipality_id_{column}"),
            )
            for column, there in tables.items()
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f(f"pk_{table}")),
    ]


def downgrade() -> None:
    op.execute("DROP FUNCTION find_passkey(bytea)")
    for table in ("ceremonies", *reversed(_TABLES)):
        op.drop_table(table)
