"""administration: access codes, suspension, the confidentiality term, telephones on duty"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TABLES = ("access_codes", "confidentiality_terms", "duty_phones")


def upgrade() -> None:
    # Each with a default or null: the release before this one goes on writing while it is being replaced.
    op.add_column("workers", sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("workers", sa.Column("term_version", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("workers", sa.Column("term_accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("workers", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
    # Whoever was inactive before this release had no instant of it; the terms of delivery count from now.
    op.execute("UPDATE workers SET suspended_at = now() WHERE NOT is_active")
    # The people of the demonstration are invented: nobody is asked to accept a term for them.
    op.execute(
        "UPDATE workers w SET term_version = 1, term_accepted_at = w.created_at"
        " FROM municipalities m WHERE m.id = w.municipality_id AND m.is_demo"
    )
    op.create_table(
        "access_codes",
        *_key(),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('first', 'recovery')", name=op.f("ck_access_codes_kind")),
        *_refers("access_codes", worker_id="workers", issued_by="workers"),
    )
    for column in ("worker_id", "issued_by"):
        op.create_index(op.f(f"ix_access_codes_municipality_id_{column}"), "access_codes", ["municipality_id", column])
    op.create_index(
        "uq_access_codes_living",
        "access_codes",
        ["municipality_id", "worker_id"],
        unique=True,
        postgresql_where=sa.text("used_at IS NULL AND voided_at IS NULL"),
    )
    op.create_table(
        "confidentiality_terms",
        *_key(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("municipality_id", "version", name=op.f("uq_confidentiality_terms_municipality_id_version")),
        *_refers("confidentiality_terms"),
    )
    op.create_table(
        "duty_phones",
        *_key(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        *_refers("duty_phones", region_id="regions"),
    )
    op.create_index(op.f("ix_duty_phones_municipality_id_region_id"), "duty_phones", ["municipality_id", "region_id"])
    for table in _TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")
    op.execute("GRANT DELETE ON duty_phones, team_regions TO vinculo_app")


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
    op.execute("REVOKE DELETE ON team_regions FROM vinculo_app")
    for table in reversed(_TABLES):
        op.drop_table(table)
    for column in ("suspended_at", "term_accepted_at", "term_version", "must_change_password"):
        op.drop_column("workers", column)
