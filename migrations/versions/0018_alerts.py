"""alerts to the supervision on duty: what rang, who is on duty, the city's list, each region's own patience"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'

_TABLES = ("alerts", "alert_duties", "alert_fallbacks", "alert_region_minutes")


def _foreign(table: str, column: str, there: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ['municipality_id', column], [f'{there}.municipality_id', f'{there}.id'], name=op.f(f'fk_{table}_municipality_id_{column}')
    )


def _tenant(table: str) -> tuple:
    return (
        sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f(f'fk_{table}_municipality_id')),
        sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f(f'pk_{table}')),
    )


def upgrade() -> None:
    op.create_table('alerts',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('matter', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=True),
    sa.Column('team_id', sa.Uuid(), nullable=True),
    sa.Column('region_id', sa.Uuid(), nullable=True),
    sa.Column('planned_shift_id', sa.Uuid(), nullable=True),
    sa.Column('request_id', sa.Uuid(), nullable=True),
    sa.Column('is_urgent', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('news_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_as', sa.String(), nullable=True),
    sa.Column('told_count', sa.SmallInteger(), nullable=False),
    sa.Column('answer', sa.String(), nullable=True),
    sa.Column('answer_words', sa.String(), server_default='', nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.Uuid(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_how', sa.String(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('annulled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('late', 'missing', 'request')", name=op.f('ck_alerts_kind')),
    sa.CheckConstraint("stage IN ('triage', 'dispatch', 'arrival')", name=op.f('ck_alerts_stage')),
    sa.CheckConstraint("closed_how IN ('resolved', 'late_sync', 'over', 'changed')", name=op.f('ck_alerts_closed_how')),
    sa.CheckConstraint("told_as IN ('duty', 'fallback', 'everybody')", name=op.f('ck_alerts_told_as')),
    sa.CheckConstraint("answer IN ('called', 'sent_other', 'known', 'other')", name=op.f('ck_alerts_answer')),
    sa.CheckConstraint("(closed_at IS NULL) = (closed_how IS NULL)", name=op.f('ck_alerts_closed')),
    _foreign('alerts', 'team_id', 'teams'),
    _foreign('alerts', 'region_id', 'regions'),
    _foreign('alerts', 'request_id', 'outreach_requests'),
    _foreign('alerts', 'answered_by', 'workers'),
    *_tenant('alerts'),
    )
    for column in ('team_id', 'region_id', 'request_id', 'answered_by'):
        op.create_index(op.f(f'ix_alerts_municipality_id_{column}'), 'alerts', ['municipality_id', column])
    op.create_index('uq_alerts_open', 'alerts', ['municipality_id', 'matter'], unique=True, postgresql_where=sa.text('closed_at IS NULL'))
    op.create_index('ix_alerts_matter', 'alerts', ['municipality_id', 'matter'])
    op.create_index('ix_alerts_opened', 'alerts', ['municipality_id', 'opened_at'])
    op.create_table('alert_duties',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('since <= until', name=op.f('ck_alert_duties_order')),
    _foreign('alert_duties', 'id', 'workers'),
    *_tenant('alert_duties'),
    )
    op.create_table('alert_fallbacks',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    _foreign('alert_fallbacks', 'id', 'workers'),
    *_tenant('alert_fallbacks'),
    )
    op.create_table('alert_region_minutes',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('region_id', sa.Uuid(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('minutes', sa.SmallInteger(), nullable=False),
    sa.CheckConstraint("period IN ('dawn', 'morning', 'afternoon', 'night')", name=op.f('ck_alert_region_minutes_period')),
    sa.CheckConstraint('minutes BETWEEN 15 AND 720', name=op.f('ck_alert_region_minutes_minutes')),
    sa.UniqueConstraint('municipality_id', 'region_id', 'period', name='uq_alert_region_minutes_once'),
    _foreign('alert_region_minutes', 'region_id', 'regions'),
    *_tenant('alert_region_minutes'),
    )
    op.create_index(op.f('ix_alert_region_minutes_municipality_id_region_id'), 'alert_region_minutes', ['municipality_id', 'region_id'])
    for table in _TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")
    # A list that is written anew, and figures that a city takes back.
    op.execute("GRANT DELETE ON alert_fallbacks, alert_region_minutes TO vinculo_app")


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
