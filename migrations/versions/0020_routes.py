"""routes: stops in order, when they are gone, what was missed; a mark of a team may say that somebody was there"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0020'
down_revision = '0019'

_TABLES = ('route_plans', 'route_times', 'route_stops', 'route_misses')


def upgrade() -> None:
    op.create_table('route_plans',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'made_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_route_plans_municipality_id_made_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'team_id'], ['teams.municipality_id', 'teams.id'], name=op.f('fk_route_plans_municipality_id_team_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_route_plans_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_route_plans'))
    )
    op.create_index(op.f('ix_route_plans_municipality_id_made_by'), 'route_plans', ['municipality_id', 'made_by'])
    op.create_index(op.f('ix_route_plans_municipality_id_team_id'), 'route_plans', ['municipality_id', 'team_id'])
    op.create_table('route_misses',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('route_id', sa.Uuid(), nullable=False),
    sa.Column('point_id', sa.Uuid(), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('device_id', sa.Uuid(), nullable=True),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("reason IN ('no_time', 'called_away', 'blocked', 'unsafe', 'rain', 'no_vehicle', 'other')", name=op.f('ck_route_misses_reason')),
    sa.ForeignKeyConstraint(['municipality_id', 'device_id'], ['devices.municipality_id', 'devices.id'], name=op.f('fk_route_misses_municipality_id_device_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'point_id'], ['concentration_points.municipality_id', 'concentration_points.id'], name=op.f('fk_route_misses_municipality_id_point_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'route_id'], ['route_plans.municipality_id', 'route_plans.id'], name=op.f('fk_route_misses_municipality_id_route_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_route_misses_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_route_misses_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_route_misses'))
    )
    op.create_index(op.f('ix_route_misses_municipality_id_device_id'), 'route_misses', ['municipality_id', 'device_id'])
    op.create_index(op.f('ix_route_misses_municipality_id_point_id'), 'route_misses', ['municipality_id', 'point_id'])
    op.create_index(op.f('ix_route_misses_municipality_id_route_id'), 'route_misses', ['municipality_id', 'route_id'])
    op.create_index(op.f('ix_route_misses_municipality_id_worker_id'), 'route_misses', ['municipality_id', 'worker_id'])
    op.create_index('ix_route_misses_night', 'route_misses', ['municipality_id', 'route_id', 'on_date'])
    op.create_table('route_stops',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('route_id', sa.Uuid(), nullable=False),
    sa.Column('point_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.SmallInteger(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('position BETWEEN 1 AND 60', name=op.f('ck_route_stops_position')),
    sa.ForeignKeyConstraint(['municipality_id', 'point_id'], ['concentration_points.municipality_id', 'concentration_points.id'], name=op.f('fk_route_stops_municipality_id_point_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'route_id'], ['route_plans.municipality_id', 'route_plans.id'], name=op.f('fk_route_stops_municipality_id_route_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_route_stops_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_route_stops'))
    )
    op.create_index(op.f('ix_route_stops_municipality_id_point_id'), 'route_stops', ['municipality_id', 'point_id'])
    op.create_index(op.f('ix_route_stops_municipality_id_route_id'), 'route_stops', ['municipality_id', 'route_id'])
    op.create_index('uq_route_stops_standing', 'route_stops', ['municipality_id', 'route_id', 'point_id'], unique=True, postgresql_where=sa.text('left_at IS NULL'))
    op.create_table('route_times',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('route_id', sa.Uuid(), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=True),
    sa.Column('weekdays', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('starts', sa.Time(), nullable=False),
    sa.Column('ends', sa.Time(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('(on_date IS NULL) = (jsonb_array_length(weekdays) > 0)', name=op.f('ck_route_times_repeats')),
    sa.CheckConstraint('starts <> ends', name=op.f('ck_route_times_hours')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= valid_from - 1', name=op.f('ck_route_times_order')),
    sa.ForeignKeyConstraint(['municipality_id', 'route_id'], ['route_plans.municipality_id', 'route_plans.id'], name=op.f('fk_route_times_municipality_id_route_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_route_times_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_route_times'))
    )
    op.create_index(op.f('ix_route_times_municipality_id_route_id'), 'route_times', ['municipality_id', 'route_id'])
    op.add_column('presence_marks', sa.Column('kind', sa.String(), server_default='nobody', nullable=False))
    op.create_check_constraint(op.f('ck_presence_marks_kind'), 'presence_marks', "kind IN ('nobody', 'done')", postgresql_not_valid=True)
    for table in _TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")


def downgrade() -> None:
    op.drop_column('presence_marks', 'kind')
    for table in reversed(_TABLES):
        op.drop_table(table)
