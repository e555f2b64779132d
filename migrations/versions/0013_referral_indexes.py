"""indexes of referrals, made while phones work"""

from alembic import op

revision = '0013'
down_revision = '0012'

_INDEXES = {
    'ix_referrals_code': "(municipality_id, code)",
    'ix_referrals_municipality_id_next_unit_id': "(municipality_id, next_unit_id)",
    'ix_referrals_municipality_id_redirected_from_id': "(municipality_id, redirected_from_id)",
    'ix_referrals_municipality_id_slip_device_id': "(municipality_id, slip_device_id)",
    'ix_referrals_municipality_id_trip_id': "(municipality_id, trip_id)",
    'ix_referrals_open': (
        "(municipality_id, unit_id, received_at)"
        " WHERE status IN ('sent', 'held', 'accepted', 'on_the_way', 'arrived', 'in_service')"
    ),
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for name, of in _INDEXES.items():
            # A build that was cut leaves an invalid one under the name.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON referrals {of}")


def downgrade() -> None:
    for name in _INDEXES:
        op.execute(f"DROP INDEX {name}")
