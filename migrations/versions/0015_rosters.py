"""shifts: the roster: vehicles, patterns that repeat, planned shifts with who is in them, absences"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0015'
down_revision = '0014'

_TABLES = (
    "vehicles", "roster_patterns", "planned_shifts", "planned_shift_regions", "planned_shift_members", "planned_shift_events",
    "worker_absences",
)


def upgrade() -> None:
    op.create_table('vehicles',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('seats', sa.SmallInteger(), nullable=False),
    sa.Column('is_accessible', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.CheckConstraint('seats BETWEEN 1 AND 60', name=op.f('ck_vehicles_seats')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_vehicles_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_vehicles')),
    sa.UniqueConstraint('municipality_id', 'name', name=op.f('uq_vehicles_municipality_id_name'))
    )
    op.create_table('roster_patterns',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('starts', sa.Time(), nullable=False),
    sa.Column('ends', sa.Time(), nullable=False),
    sa.Column('weekdays', postgresql.JSONB(), nullable=False),
    sa.Column('cycle_days', sa.SmallInteger(), nullable=True),
    sa.Column('anchor_on', sa.Date(), nullable=True),
    sa.Column('region_ids', postgresql.JSONB(), nullable=False),
    sa.Column('member_ids', postgresql.JSONB(), nullable=False),
    sa.Column('vehicle_id', sa.Uuid(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'cycle') = (cycle_days IS NOT NULL AND anchor_on IS NOT NULL) AND (kind = 'weekly') = (jsonb_array_length(weekdays) > 0)", name=op.f('ck_roster_patterns_repeats')),
    sa.CheckConstraint("kind IN ('weekly', 'cycle')", name=op.f('ck_roster_patterns_kind')),
    sa.CheckConstraint('cycle_days BETWEEN 2 AND 28', name=op.f('ck_roster_patterns_cycle_days')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= valid_from - 1', name=op.f('ck_roster_patterns_order')),
    sa.ForeignKeyConstraint(['municipality_id', 'made_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_roster_patterns_municipality_id_made_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'team_id'], ['teams.municipality_id', 'teams.id'], name=op.f('fk_roster_patterns_municipality_id_team_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'vehicle_id'], ['vehicles.municipality_id', 'vehicles.id'], name=op.f('fk_roster_patterns_municipality_id_vehicle_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_roster_patterns_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_roster_patterns'))
    )
    op.create_index(op.f('ix_roster_patterns_municipality_id_made_by'), 'roster_patterns', ['municipality_id', 'made_by'], unique=False)
    op.create_index(op.f('ix_roster_patterns_municipality_id_team_id'), 'roster_patterns', ['municipality_id', 'team_id'], unique=False)
    op.create_index(op.f('ix_roster_patterns_municipality_id_vehicle_id'), 'roster_patterns', ['municipality_id', 'vehicle_id'], unique=False)
    op.create_table('planned_shifts',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('vehicle_id', sa.Uuid(), nullable=True),
    sa.Column('pattern_id', sa.Uuid(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('is_changed', sa.Boolean(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    postgresql.ExcludeConstraint((sa.column('municipality_id'), '='), (sa.column('vehicle_id'), '='), (sa.text('tstzrange(starts_at, ends_at)'), '&&'), where=sa.text("vehicle_id IS NOT NULL AND status <> 'cancelled'"), using='gist', name='ex_planned_shifts_vehicle'),
    sa.CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name=op.f('ck_planned_shifts_published')),
    sa.CheckConstraint("status IN ('draft', 'published', 'cancelled')", name=op.f('ck_planned_shifts_status')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_planned_shifts_order')),
    sa.ForeignKeyConstraint(['municipality_id', 'made_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_planned_shifts_municipality_id_made_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'pattern_id'], ['roster_patterns.municipality_id', 'roster_patterns.id'], name=op.f('fk_planned_shifts_municipality_id_pattern_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'team_id'], ['teams.municipality_id', 'teams.id'], name=op.f('fk_planned_shifts_municipality_id_team_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'vehicle_id'], ['vehicles.municipality_id', 'vehicles.id'], name=op.f('fk_planned_shifts_municipality_id_vehicle_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_planned_shifts_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_planned_shifts'))
    )
    op.create_index('ix_planned_shifts_day', 'planned_shifts', ['municipality_id', 'on_date'], unique=False)
    op.create_index('ix_planned_shifts_ends', 'planned_shifts', ['municipality_id', 'ends_at'], unique=False)
    op.create_index(op.f('ix_planned_shifts_municipality_id_made_by'), 'planned_shifts', ['municipality_id', 'made_by'], unique=False)
    op.create_index(op.f('ix_planned_shifts_municipality_id_pattern_id'), 'planned_shifts', ['municipality_id', 'pattern_id'], unique=False)
    op.create_index(op.f('ix_planned_shifts_municipality_id_team_id'), 'planned_shifts', ['municipality_id', 'team_id'], unique=False)
    op.create_index(op.f('ix_planned_shifts_municipality_id_vehicle_id'), 'planned_shifts', ['municipality_id', 'vehicle_id'], unique=False)
    op.create_index('uq_planned_shifts_pattern', 'planned_shifts', ['municipality_id', 'pattern_id', 'on_date'], unique=True, postgresql_where=sa.text('pattern_id IS NOT NULL'))
    op.create_table('planned_shift_regions',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('planned_shift_id', sa.Uuid(), nullable=False),
    sa.Column('region_id', sa.Uuid(), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'planned_shift_id'], ['planned_shifts.municipality_id', 'planned_shifts.id'], name=op.f('fk_planned_shift_regions_municipality_id_planned_shift_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'region_id'], ['regions.municipality_id', 'regions.id'], name=op.f('fk_planned_shift_regions_municipality_id_region_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_planned_shift_regions_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_planned_shift_regions'))
    )
    op.create_index(op.f('ix_planned_shift_regions_municipality_id_planned_shift_id'), 'planned_shift_regions', ['municipality_id', 'planned_shift_id'], unique=False)
    op.create_index(op.f('ix_planned_shift_regions_municipality_id_region_id'), 'planned_shift_regions', ['municipality_id', 'region_id'], unique=False)
    op.create_index('uq_planned_shift_regions_standing', 'planned_shift_regions', ['municipality_id', 'planned_shift_id', 'region_id'], unique=True, postgresql_where=sa.text('left_at IS NULL'))
    op.create_table('planned_shift_members',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('planned_shift_id', sa.Uuid(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('during', postgresql.TSTZRANGE(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('replaced_by', sa.Uuid(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    postgresql.ExcludeConstraint((sa.column('municipality_id'), '='), (sa.column('worker_id'), '='), (sa.column('during'), '&&'), where=sa.text("state = 'planned'"), using='gist', name='ex_planned_shift_members_once'),
    sa.CheckConstraint("state IN ('planned', 'absent', 'swapped', 'removed', 'cancelled')", name=op.f('ck_planned_shift_members_state')),
    sa.ForeignKeyConstraint(['municipality_id', 'planned_shift_id'], ['planned_shifts.municipality_id', 'planned_shifts.id'], name=op.f('fk_planned_shift_members_municipality_id_planned_shift_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'replaced_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_planned_shift_members_municipality_id_replaced_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_planned_shift_members_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_planned_shift_members_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_planned_shift_members')),
    sa.UniqueConstraint('municipality_id', 'planned_shift_id', 'worker_id', name='uq_planned_shift_members_once')
    )
    op.create_index(op.f('ix_planned_shift_members_municipality_id_planned_shift_id'), 'planned_shift_members', ['municipality_id', 'planned_shift_id'], unique=False)
    op.create_index(op.f('ix_planned_shift_members_municipality_id_replaced_by'), 'planned_shift_members', ['municipality_id', 'replaced_by'], unique=False)
    op.create_index(op.f('ix_planned_shift_members_municipality_id_worker_id'), 'planned_shift_members', ['municipality_id', 'worker_id'], unique=False)
    op.create_table('planned_shift_events',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('planned_shift_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('member_id', sa.Uuid(), nullable=True),
    sa.Column('other_id', sa.Uuid(), nullable=True),
    sa.Column('fields', postgresql.JSONB(), nullable=False),
    sa.Column('before', sa.String(), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'member_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_planned_shift_events_municipality_id_member_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'other_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_planned_shift_events_municipality_id_other_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'planned_shift_id'], ['planned_shifts.municipality_id', 'planned_shifts.id'], name=op.f('fk_planned_shift_events_municipality_id_planned_shift_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_planned_shift_events_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_planned_shift_events_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_planned_shift_events'))
    )
    op.create_index('ix_planned_shift_events_at', 'planned_shift_events', ['municipality_id', 'at'], unique=False)
    op.create_index(op.f('ix_planned_shift_events_municipality_id_member_id'), 'planned_shift_events', ['municipality_id', 'member_id'], unique=False)
    op.create_index(op.f('ix_planned_shift_events_municipality_id_other_id'), 'planned_shift_events', ['municipality_id', 'other_id'], unique=False)
    op.create_index(op.f('ix_planned_shift_events_municipality_id_planned_shift_id'), 'planned_shift_events', ['municipality_id', 'planned_shift_id'], unique=False)
    op.create_index(op.f('ix_planned_shift_events_municipality_id_worker_id'), 'planned_shift_events', ['municipality_id', 'worker_id'], unique=False)
    op.create_table('worker_absences',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('holiday', 'leave', 'training', 'other')", name=op.f('ck_worker_absences_kind')),
    sa.CheckConstraint('from_on <= to_on', name=op.f('ck_worker_absences_order')),
    sa.ForeignKeyConstraint(['municipality_id', 'made_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_worker_absences_municipality_id_made_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_worker_absences_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_worker_absences_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_worker_absences'))
    )
    op.create_index(op.f('ix_worker_absences_municipality_id_made_by'), 'worker_absences', ['municipality_id', 'made_by'], unique=False)
    op.create_index(op.f('ix_worker_absences_municipality_id_worker_id'), 'worker_absences', ['municipality_id', 'worker_id'], unique=False)
    for table in _TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")


def downgrade() -> None:
    op.drop_index(op.f('ix_worker_absences_municipality_id_made_by'), table_name='worker_absences')
    op.drop_index(op.f('ix_worker_absences_municipality_id_worker_id'), table_name='worker_absences')
    op.drop_table('worker_absences')
    op.drop_index('ix_planned_shift_events_at', table_name='planned_shift_events')
    op.drop_index(op.f('ix_planned_shift_events_municipality_id_member_id'), table_name='planned_shift_events')
    op.drop_index(op.f('ix_planned_shift_events_municipality_id_other_id'), table_name='planned_shift_events')
    op.drop_index(op.f('ix_planned_shift_events_municipality_id_planned_shift_id'), table_name='planned_shift_events')
    op.drop_index(op.f('ix_planned_shift_events_municipality_id_worker_id'), table_name='planned_shift_events')
    op.drop_table('planned_shift_events')
    op.drop_index(op.f('ix_planned_shift_members_municipality_id_planned_shift_id'), table_name='planned_shift_members')
    op.drop_index(op.f('ix_planned_shift_members_municipality_id_replaced_by'), table_name='planned_shift_members')
    op.drop_index(op.f('ix_planned_shift_members_municipality_id_worker_id'), table_name='planned_shift_members')
    op.drop_table('planned_shift_members')
    op.drop_index(op.f('ix_planned_shift_regions_municipality_id_planned_shift_id'), table_name='planned_shift_regions')
    op.drop_index(op.f('ix_planned_shift_regions_municipality_id_region_id'), table_name='planned_shift_regions')
    op.drop_index('uq_planned_shift_regions_standing', table_name='planned_shift_regions', postgresql_where=sa.text('left_at IS NULL'))
    op.drop_table('planned_shift_regions')
    op.drop_index('ix_planned_shifts_day', table_name='planned_shifts')
    op.drop_index('ix_planned_shifts_ends', table_name='planned_shifts')
    op.drop_index(op.f('ix_planned_shifts_municipality_id_made_by'), table_name='planned_shifts')
    op.drop_index(op.f('ix_planned_shifts_municipality_id_pattern_id'), table_name='planned_shifts')
    op.drop_index(op.f('ix_planned_shifts_municipality_id_team_id'), table_name='planned_shifts')
    op.drop_index(op.f('ix_planned_shifts_municipality_id_vehicle_id'), table_name='planned_shifts')
    op.drop_index('uq_planned_shifts_pattern', table_name='planned_shifts', postgresql_where=sa.text('pattern_id IS NOT NULL'))
    op.drop_table('planned_shifts')
    op.drop_index(op.f('ix_roster_patterns_municipality_id_made_by'), table_name='roster_patterns')
    op.drop_index(op.f('ix_roster_patterns_municipality_id_team_id'), table_name='roster_patterns')
    op.drop_index(op.f('ix_roster_patterns_municipality_id_vehicle_id'), table_name='roster_patterns')
    op.drop_table('roster_patterns')
    op.drop_table('vehicles')
