"""shifts as they were lived: how they ended, what was said in between; marks of presence; what is known of the points"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0016'
down_revision = '0015'

_INDEXES = {
    'ix_shifts_open': "(municipality_id, started_at) WHERE ended_at IS NULL",
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for name, of in _INDEXES.items():
            # A build that was cut leaves an invalid one under the name.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON shifts {of}")
    op.add_column('shifts', sa.Column('planned_shift_id', sa.Uuid(), nullable=True))
    op.add_column('shifts', sa.Column('start_uncertain', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('shifts', sa.Column('start_cell', sa.String(length=15), nullable=True))
    op.add_column('shifts', sa.Column('start_source', sa.String(), nullable=True))
    op.add_column('shifts', sa.Column('end_kind', sa.String(), nullable=True))
    op.add_column('shifts', sa.Column('end_cell', sa.String(length=15), nullable=True))
    op.add_column('shifts', sa.Column('end_source', sa.String(), nullable=True))
    op.add_column('shifts', sa.Column('closed_by_rule_at', sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f('ck_shifts_end_kind'), 'shifts', "end_kind IN ('worker', 'rule', 'next_shift')", postgresql_not_valid=True
    )
    op.create_table('shift_events',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('shift_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('region_id', sa.Uuid(), nullable=True),
    sa.Column('worker_id', sa.Uuid(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('time_uncertain', sa.Boolean(), nullable=False),
    sa.Column('told_late', sa.Boolean(), nullable=False),
    sa.CheckConstraint("kind IN ('entered', 'paused', 'resumed', 'ended', 'closed')", name=op.f('ck_shift_events_kind')),
    sa.ForeignKeyConstraint(['municipality_id', 'region_id'], ['regions.municipality_id', 'regions.id'], name=op.f('fk_shift_events_municipality_id_region_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'shift_id'], ['shifts.municipality_id', 'shifts.id'], name=op.f('fk_shift_events_municipality_id_shift_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_shift_events_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_shift_events_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_shift_events'))
    )
    for column in ('shift_id', 'region_id', 'worker_id'):
        op.create_index(op.f(f'ix_shift_events_municipality_id_{column}'), 'shift_events', ['municipality_id', column], unique=False)
    op.create_table('presence_marks',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('shift_id', sa.Uuid(), nullable=True),
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('device_id', sa.Uuid(), nullable=True),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('time_uncertain', sa.Boolean(), nullable=False),
    sa.Column('place_source', sa.String(), nullable=False),
    sa.Column('known_point_id', sa.Uuid(), nullable=True),
    sa.Column('cell', sa.String(length=15), nullable=True),
    sa.Column('region_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'device_id'], ['devices.municipality_id', 'devices.id'], name=op.f('fk_presence_marks_municipality_id_device_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'known_point_id'], ['concentration_points.municipality_id', 'concentration_points.id'], name=op.f('fk_presence_marks_municipality_id_known_point_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'region_id'], ['regions.municipality_id', 'regions.id'], name=op.f('fk_presence_marks_municipality_id_region_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'shift_id'], ['shifts.municipality_id', 'shifts.id'], name=op.f('fk_presence_marks_municipality_id_shift_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'team_id'], ['teams.municipality_id', 'teams.id'], name=op.f('fk_presence_marks_municipality_id_team_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_presence_marks_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_presence_marks_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_presence_marks'))
    )
    for column in ('shift_id', 'team_id', 'worker_id', 'device_id', 'region_id', 'known_point_id'):
        op.create_index(op.f(f'ix_presence_marks_municipality_id_{column}'), 'presence_marks', ['municipality_id', column], unique=False)
    op.create_index('ix_presence_marks_time', 'presence_marks', ['municipality_id', 'occurred_at'], unique=False)
    op.add_column('concentration_points', sa.Column('peaks', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False))
    op.add_column('concentration_points', sa.Column('conditions', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False))
    op.add_column('concentration_points', sa.Column('frequency_days', sa.SmallInteger(), nullable=True))
    op.create_check_constraint(
        op.f('ck_concentration_points_frequency_days'), 'concentration_points', 'frequency_days BETWEEN 1 AND 60', postgresql_not_valid=True
    )
    op.create_table('point_counts',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('point_id', sa.Uuid(), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('people_count', sa.SmallInteger(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('people_count BETWEEN 0 AND 2000', name=op.f('ck_point_counts_people_count')),
    sa.CheckConstraint("period IN ('dawn', 'morning', 'afternoon', 'night')", name=op.f('ck_point_counts_period')),
    sa.ForeignKeyConstraint(['municipality_id', 'point_id'], ['concentration_points.municipality_id', 'concentration_points.id'], name=op.f('fk_point_counts_municipality_id_point_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_point_counts_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_point_counts_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_point_counts'))
    )
    for column in ('point_id', 'worker_id'):
        op.create_index(op.f(f'ix_point_counts_municipality_id_{column}'), 'point_counts', ['municipality_id', column], unique=False)
    for table in ('shift_events', 'presence_marks', 'point_counts'):
        op.execute(f"SELECT protect_tenant_table('{table}')")


def downgrade() -> None:
    op.drop_table('point_counts')
    op.drop_constraint(op.f('ck_concentration_points_frequency_days'), 'concentration_points', type_='check')
    for column in ('frequency_days', 'conditions', 'peaks'):
        op.drop_column('concentration_points', column)
    op.drop_table('presence_marks')
    op.drop_table('shift_events')
    op.drop_constraint(op.f('ck_shifts_end_kind'), 'shifts', type_='check')
    for column in (
        'closed_by_rule_at', 'end_source', 'end_cell', 'end_kind', 'start_source', 'start_cell', 'start_uncertain', 'planned_shift_id',
    ):
        op.drop_column('shifts', column)
    op.drop_index('ix_shifts_open', table_name='shifts')
