"""requests: what citizens and the network ask, how a team was sent and answered; the gate of the public form"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = '0017'
down_revision = '0016'

_TABLES = (
    "outreach_requests", "request_gates", "outreach_request_events", "request_dispatches", "request_joins", "request_encounters",
)


def upgrade() -> None:
    op.create_table('outreach_requests',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('people_count', sa.SmallInteger(), nullable=True),
    sa.Column('with_children', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('is_urgent', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('place_kind', sa.String(), nullable=False),
    sa.Column('geom', Geometry(geometry_type='POINT', srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.Column('cell', sa.String(length=15), nullable=True),
    sa.Column('region_id', sa.Uuid(), nullable=True),
    sa.Column('neighbourhood', sa.String(), nullable=True),
    sa.Column('street', sa.String(), nullable=True),
    sa.Column('known_point_id', sa.Uuid(), nullable=True),
    sa.Column('sealed_words', sa.String(), nullable=True),
    sa.Column('sealed_contact', sa.String(), nullable=True),
    sa.Column('source_key', sa.String(length=64), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_by', sa.Uuid(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('status_before', sa.String(), nullable=True),
    sa.Column('triaged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('triaged_by', sa.Uuid(), nullable=True),
    sa.Column('out_reason', sa.String(), nullable=True),
    sa.Column('team_id', sa.Uuid(), nullable=True),
    sa.Column('dispatched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('set_out_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('offers', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    sa.CheckConstraint("channel IN ('156', 'disque_100', 'guardianship_council', 'network', 'public_form', 'phone', 'csv')", name=op.f('ck_outreach_requests_channel')),
    sa.CheckConstraint("outcome IN ('found', 'nobody_there', 'refused', 'other_service')", name=op.f('ck_outreach_requests_outcome')),
    sa.CheckConstraint("place_kind IN ('pin', 'known_point', 'street', 'neighbourhood', 'text')", name=op.f('ck_outreach_requests_place_kind')),
    sa.CheckConstraint("purpose IN ('self', 'other', 'group', 'child', 'removal')", name=op.f('ck_outreach_requests_purpose')),
    sa.CheckConstraint("status IN ('new', 'triaged', 'dispatched', 'on_the_way', 'there', 'closed', 'guided', 'duplicate', 'out_of_scope')", name=op.f('ck_outreach_requests_status')),
    sa.CheckConstraint("status NOT IN ('dispatched', 'on_the_way', 'there') OR team_id IS NOT NULL", name=op.f('ck_outreach_requests_with_team')),
    sa.CheckConstraint('people_count BETWEEN 1 AND 300', name=op.f('ck_outreach_requests_people_count')),
    sa.ForeignKeyConstraint(['municipality_id', 'known_point_id'], ['concentration_points.municipality_id', 'concentration_points.id'], name=op.f('fk_outreach_requests_municipality_id_known_point_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'region_id'], ['regions.municipality_id', 'regions.id'], name=op.f('fk_outreach_requests_municipality_id_region_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'taken_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_outreach_requests_municipality_id_taken_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'team_id'], ['teams.municipality_id', 'teams.id'], name=op.f('fk_outreach_requests_municipality_id_team_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'triaged_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_outreach_requests_municipality_id_triaged_by')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_outreach_requests_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_outreach_requests'))
    )
    op.create_index('ix_outreach_requests_contact', 'outreach_requests', ['municipality_id', 'received_at'], postgresql_where=sa.text('sealed_contact IS NOT NULL'))
    op.create_index(op.f('ix_outreach_requests_municipality_id_known_point_id'), 'outreach_requests', ['municipality_id', 'known_point_id'])
    op.create_index(op.f('ix_outreach_requests_municipality_id_region_id'), 'outreach_requests', ['municipality_id', 'region_id'])
    op.create_index(op.f('ix_outreach_requests_municipality_id_taken_by'), 'outreach_requests', ['municipality_id', 'taken_by'])
    op.create_index(op.f('ix_outreach_requests_municipality_id_team_id'), 'outreach_requests', ['municipality_id', 'team_id'])
    op.create_index(op.f('ix_outreach_requests_municipality_id_triaged_by'), 'outreach_requests', ['municipality_id', 'triaged_by'])
    op.create_index('ix_outreach_requests_open', 'outreach_requests', ['municipality_id', 'received_at'], postgresql_where=sa.text("status IN ('new', 'triaged', 'dispatched', 'on_the_way', 'there')"))
    op.create_index('ix_outreach_requests_received', 'outreach_requests', ['municipality_id', 'received_at'])
    op.create_index('uq_outreach_requests_code', 'outreach_requests', ['municipality_id', 'code'], unique=True)
    op.create_index('uq_outreach_requests_source', 'outreach_requests', ['municipality_id', 'source_key'], unique=True, postgresql_where=sa.text('source_key IS NOT NULL'))
    op.create_table('request_gates',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('tokens', sa.Float(), nullable=False),
    sa.Column('filled_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_request_gates_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_request_gates'))
    )
    op.create_table('outreach_request_events',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('worker_id', sa.Uuid(), nullable=True),
    sa.Column('team_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'request_id'], ['outreach_requests.municipality_id', 'outreach_requests.id'], name=op.f('fk_outreach_request_events_municipality_id_request_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'team_id'], ['teams.municipality_id', 'teams.id'], name=op.f('fk_outreach_request_events_municipality_id_team_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_outreach_request_events_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_outreach_request_events_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_outreach_request_events'))
    )
    op.create_index(op.f('ix_outreach_request_events_municipality_id_request_id'), 'outreach_request_events', ['municipality_id', 'request_id'])
    op.create_index(op.f('ix_outreach_request_events_municipality_id_team_id'), 'outreach_request_events', ['municipality_id', 'team_id'])
    op.create_index(op.f('ix_outreach_request_events_municipality_id_worker_id'), 'outreach_request_events', ['municipality_id', 'worker_id'])
    op.create_index('ix_outreach_request_events_story', 'outreach_request_events', ['municipality_id', 'request_id', 'at'])
    op.create_table('request_dispatches',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_kind', sa.String(), nullable=True),
    sa.CheckConstraint("end_kind IN ('handed', 'taken_back', 'closed', 'joined')", name=op.f('ck_request_dispatches_end_kind')),
    sa.ForeignKeyConstraint(['municipality_id', 'decided_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_request_dispatches_municipality_id_decided_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'request_id'], ['outreach_requests.municipality_id', 'outreach_requests.id'], name=op.f('fk_request_dispatches_municipality_id_request_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'team_id'], ['teams.municipality_id', 'teams.id'], name=op.f('fk_request_dispatches_municipality_id_team_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_request_dispatches_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_request_dispatches'))
    )
    op.create_index(op.f('ix_request_dispatches_municipality_id_decided_by'), 'request_dispatches', ['municipality_id', 'decided_by'])
    op.create_index(op.f('ix_request_dispatches_municipality_id_request_id'), 'request_dispatches', ['municipality_id', 'request_id'])
    op.create_index(op.f('ix_request_dispatches_municipality_id_team_id'), 'request_dispatches', ['municipality_id', 'team_id'])
    op.create_index('uq_request_dispatches_standing', 'request_dispatches', ['municipality_id', 'request_id'], unique=True, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('request_joins',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kept_id', sa.Uuid(), nullable=False),
    sa.Column('joined_id', sa.Uuid(), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('kept_id <> joined_id', name=op.f('ck_request_joins_not_itself')),
    sa.ForeignKeyConstraint(['municipality_id', 'joined_id'], ['outreach_requests.municipality_id', 'outreach_requests.id'], name=op.f('fk_request_joins_municipality_id_joined_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'kept_id'], ['outreach_requests.municipality_id', 'outreach_requests.id'], name=op.f('fk_request_joins_municipality_id_kept_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'undone_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_request_joins_municipality_id_undone_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_request_joins_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_request_joins_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_request_joins'))
    )
    op.create_index(op.f('ix_request_joins_municipality_id_joined_id'), 'request_joins', ['municipality_id', 'joined_id'])
    op.create_index(op.f('ix_request_joins_municipality_id_kept_id'), 'request_joins', ['municipality_id', 'kept_id'])
    op.create_index(op.f('ix_request_joins_municipality_id_undone_by'), 'request_joins', ['municipality_id', 'undone_by'])
    op.create_index(op.f('ix_request_joins_municipality_id_worker_id'), 'request_joins', ['municipality_id', 'worker_id'])
    op.create_index('uq_request_joins_joined', 'request_joins', ['municipality_id', 'joined_id'], unique=True, postgresql_where=sa.text('undone_at IS NULL'))
    op.create_table('request_encounters',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('encounter_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'encounter_id'], ['encounters.municipality_id', 'encounters.id'], name=op.f('fk_request_encounters_municipality_id_encounter_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'request_id'], ['outreach_requests.municipality_id', 'outreach_requests.id'], name=op.f('fk_request_encounters_municipality_id_request_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_request_encounters_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_request_encounters'))
    )
    op.create_index(op.f('ix_request_encounters_municipality_id_encounter_id'), 'request_encounters', ['municipality_id', 'encounter_id'])
    op.create_index(op.f('ix_request_encounters_municipality_id_request_id'), 'request_encounters', ['municipality_id', 'request_id'])
    for table in _TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")
    # Buckets of other days go.
    op.execute("GRANT DELETE ON request_gates TO vinculo_app")


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
