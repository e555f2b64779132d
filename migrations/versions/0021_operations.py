"""operations: when the city works otherwise for a time, what units lend it, what is handed out in the street"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0021'
down_revision = '0020'

_TABLES = ("operations", "operation_units")


def upgrade() -> None:
    op.create_table('operations',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('trigger', sa.String(), nullable=False),
    sa.Column('opens', sa.Time(), nullable=False),
    sa.Column('closes', sa.Time(), nullable=False),
    sa.Column('closing', sa.String(), nullable=False),
    sa.Column('team_ids', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('items', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_by', sa.Uuid(), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.Column('end_note', sa.String(), nullable=True),
    sa.CheckConstraint("closing IN ('by_hour', 'by_hand')", name=op.f('ck_operations_closing')),
    sa.CheckConstraint("kind IN ('cold', 'rain', 'heat')", name=op.f('ck_operations_kind')),
    sa.CheckConstraint('started_at < ends_at AND (ended_at IS NULL OR started_at <= ended_at)', name=op.f('ck_operations_order')),
    sa.ForeignKeyConstraint(['municipality_id', 'ended_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_operations_municipality_id_ended_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'started_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_operations_municipality_id_started_by')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_operations_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_operations'))
    )
    op.create_index(op.f('ix_operations_municipality_id_ended_by'), 'operations', ['municipality_id', 'ended_by'])
    op.create_index(op.f('ix_operations_municipality_id_started_by'), 'operations', ['municipality_id', 'started_by'])
    op.create_index('ix_operations_started', 'operations', ['municipality_id', 'started_at'])
    op.create_index('uq_operations_running', 'operations', ['municipality_id'], unique=True, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('operation_units',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('operation_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('extra_places', sa.SmallInteger(), nullable=False),
    sa.Column('opens', sa.Time(), nullable=True),
    sa.Column('closes', sa.Time(), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('extra_places BETWEEN 0 AND 300', name=op.f('ck_operation_units_extra_places')),
    sa.CheckConstraint('num_nonnulls(opens, closes) IN (0, 2)', name=op.f('ck_operation_units_both')),
    sa.ForeignKeyConstraint(['municipality_id', 'operation_id'], ['operations.municipality_id', 'operations.id'], name=op.f('fk_operation_units_municipality_id_operation_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_operation_units_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_operation_units_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_operation_units'))
    )
    op.create_index(op.f('ix_operation_units_municipality_id_operation_id'), 'operation_units', ['municipality_id', 'operation_id'])
    op.create_index(op.f('ix_operation_units_municipality_id_unit_id'), 'operation_units', ['municipality_id', 'unit_id'])
    op.create_index('uq_operation_units_once', 'operation_units', ['municipality_id', 'operation_id', 'unit_id'], unique=True, postgresql_where=sa.text('left_at IS NULL'))
    for table in _TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")
    op.add_column('unit_exceptions', sa.Column('adds', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('encounters', sa.Column('handed_out', postgresql.JSONB(astext_type=sa.Text()), nullable=True))


def downgrade() -> None:
    op.drop_column('encounters', 'handed_out')
    op.execute("DELETE FROM unit_exceptions WHERE adds")
    op.drop_column('unit_exceptions', 'adds')
    for table in reversed(_TABLES):
        op.drop_table(table)
