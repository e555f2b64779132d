"""the city's layers baked into one map file"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'


def upgrade() -> None:
    op.create_table('territory_basemaps',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('size_bytes', sa.Integer(), nullable=False),
    sa.Column('tile_count', sa.Integer(), nullable=False),
    sa.Column('made_of', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_territory_basemaps_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_territory_basemaps')),
    sa.UniqueConstraint('municipality_id', 'sha256', name=op.f('uq_territory_basemaps_municipality_id_sha256'))
    )
    # Packed already; kept as it is, a piece of it is read without the rest.
    op.execute("ALTER TABLE territory_basemaps ALTER COLUMN content SET STORAGE EXTERNAL")
    op.execute("SELECT protect_tenant_table('territory_basemaps')")
    op.execute("GRANT DELETE ON territory_basemaps TO vinculo_app")


def downgrade() -> None:
    op.drop_table('territory_basemaps')
