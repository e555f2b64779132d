"""an agreed step may go from one team to another; what a pattern does on holidays; a shift's plan by a key"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'

_TABLES = ('task_handovers',)


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # A build that was cut leaves an invalid one under the name.
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_shifts_municipality_id_planned_shift_id")
        op.execute("CREATE INDEX CONCURRENTLY ix_shifts_municipality_id_planned_shift_id ON shifts (municipality_id, planned_shift_id)")
    op.add_column('tasks', sa.Column('handed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('roster_patterns', sa.Column('on_holidays', sa.String(), server_default='work', nullable=False))
    op.create_check_constraint(
        op.f('ck_roster_patterns_on_holidays'), 'roster_patterns', "on_holidays IN ('work', 'off') OR on_holidays = 'sunday' AND kind = 'weekly'",
        postgresql_not_valid=True,
    )
    op.create_table('task_handovers',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=False),
    sa.Column('from_team_id', sa.Uuid(), nullable=False),
    sa.Column('to_team_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('handed_by', sa.Uuid(), nullable=False),
    sa.Column('handed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('from_team_id <> to_team_id', name=op.f('ck_task_handovers_two_teams')),
    sa.ForeignKeyConstraint(['municipality_id', 'from_team_id'], ['teams.municipality_id', 'teams.id'], name=op.f('fk_task_handovers_municipality_id_from_team_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'handed_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_task_handovers_municipality_id_handed_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'task_id'], ['tasks.municipality_id', 'tasks.id'], name=op.f('fk_task_handovers_municipality_id_task_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'to_team_id'], ['teams.municipality_id', 'teams.id'], name=op.f('fk_task_handovers_municipality_id_to_team_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_task_handovers_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_task_handovers'))
    )
    for column in ('from_team_id', 'handed_by', 'task_id', 'to_team_id'):
        op.create_index(op.f(f'ix_task_handovers_municipality_id_{column}'), 'task_handovers', ['municipality_id', column])
    for table in _TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")
    # A shift names its plan only when the plan is there (shifts.queries.plan_of), and a plan is cancelled, never deleted.
    op.create_foreign_key(
        op.f('fk_shifts_municipality_id_planned_shift_id'), 'shifts', 'planned_shifts',
        ['municipality_id', 'planned_shift_id'], ['municipality_id', 'id'], postgresql_not_valid=True,
    )


def downgrade() -> None:
    op.drop_constraint(op.f('fk_shifts_municipality_id_planned_shift_id'), 'shifts', type_='foreignkey')
    op.drop_index(op.f('ix_shifts_municipality_id_planned_shift_id'), 'shifts')
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_constraint(op.f('ck_roster_patterns_on_holidays'), 'roster_patterns', type_='check')
    op.drop_column('roster_patterns', 'on_holidays')
    op.drop_column('tasks', 'handed_at')
