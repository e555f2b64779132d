"""units: hours, services, rooms and beds with their claims, stays; referrals with a clock; notices"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0012'
down_revision = '0011'

_TABLES = (
    "holidays", "notice_preferences", "notices", "rooms", "turned_away", "unit_contacts", "unit_exceptions", "unit_hours",
    "unit_services", "unit_suspensions", "beds", "push_subscriptions", "trips", "referral_people", "stays", "unit_visits",
    "bed_claims", "stay_events",
)
# Rows that name a person and are read from her side. A stay is read from its unit's door only (units.queries).
_HANGS = ("unit_suspensions", "referral_people", "unit_visits")
_STATUS = (
    "status IN ('sent', 'held', 'accepted', 'declined', 'on_the_way', 'arrived', 'not_arrived', 'in_service', 'ended',"
    " 'revoked', 'redirected')"
)
_STATUS_BEFORE = "status IN ('sent', 'accepted', 'declined', 'arrived', 'not_arrived', 'revoked')"
_HOLD_ANSWER = "hold_answer IN ('granted', 'taken', 'unconfirmed', 'no_beds')"
_PURPOSE = (
    "purpose IN ('place', 'service', 'appointment', 'health', 'documents', 'benefit', 'food', 'work', 'other')"
)

_CITY = "NULLIF(current_setting('vinculo.municipality', true), '')::integer"
# For whom it is, as told; and who was linked to somebody present there and unlinked since by a worker who doesn't see her:
# whoever can't see a restricted person doesn't uncover her by saying that it was another.
_HIDES_REFERRAL = f"""
CREATE FUNCTION hides_referral(wanted uuid, met uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM referral_people f JOIN people p ON p.municipality_id = f.municipality_id AND p.id = f.person_id
        WHERE f.municipality_id = {_CITY} AND f.referral_id = wanted
          AND p.restricted_at IS NOT NULL AND NOT sees_restricted(p.id))
    OR met IS NOT NULL AND EXISTS (
        SELECT FROM participations x
        JOIN participation_links l ON l.municipality_id = x.municipality_id AND l.participation_id = x.id
        JOIN people p ON p.municipality_id = l.municipality_id AND p.id = l.person_id
        WHERE x.municipality_id = {_CITY} AND x.encounter_id IN (SELECT same_meeting(ARRAY[met]))
          AND p.restricted_at IS NOT NULL AND NOT sees_restricted(p.id)
          AND NOT EXISTS (
              SELECT FROM participation_links u
              WHERE u.municipality_id = l.municipality_id AND u.participation_id = l.participation_id
                AND u.person_id IS DISTINCT FROM l.person_id AND u.told_at >= l.told_at
                AND (u.told_at < p.restricted_at OR EXISTS (
                    SELECT FROM person_access a WHERE a.municipality_id = u.municipality_id AND a.person_id = p.id
                      AND a.worker_id = u.worker_id AND a.valid_from <= u.told_at AND (a.valid_to IS NULL OR a.valid_to > u.told_at)))))
$$
"""
# Whether it tells of anybody restricted, whoever asks: then nobody but the door that expects her is told of it.
_CONCERNS_RESTRICTED = f"""
CREATE FUNCTION concerns_restricted(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM referrals r
        JOIN people p ON p.municipality_id = r.municipality_id AND p.restricted_at IS NOT NULL
        WHERE r.municipality_id = {_CITY} AND r.id = wanted AND (
            EXISTS (SELECT FROM referral_people f WHERE f.municipality_id = r.municipality_id AND f.referral_id = r.id AND f.person_id = p.id)
            OR EXISTS (SELECT FROM participations x LEFT JOIN participation_links l
                       ON l.municipality_id = x.municipality_id AND l.participation_id = x.id
                       WHERE x.municipality_id = r.municipality_id AND p.id IN (x.person_id, l.person_id)
                         AND x.encounter_id IN (SELECT same_meeting(ARRAY[r.encounter_id])))
            OR EXISTS (SELECT FROM home_visits v
                       JOIN household_members h ON h.municipality_id = v.municipality_id AND h.household_id = v.household_id
                       JOIN household_member_people l ON l.municipality_id = h.municipality_id AND l.id = h.id
                       WHERE v.municipality_id = r.municipality_id AND v.id = r.visit_id AND l.person_id = p.id)))
$$
"""


def upgrade() -> None:
    op.create_table('holidays',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_holidays_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_holidays')),
    sa.UniqueConstraint('municipality_id', 'on_date', name=op.f('uq_holidays_municipality_id_on_date'))
    )
    op.create_table('notice_preferences',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('quiet_from', sa.Time(), nullable=True),
    sa.Column('quiet_to', sa.Time(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_notice_preferences_municipality_id_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_notice_preferences_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_notice_preferences'))
    )
    op.create_table('notices',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('step', sa.SmallInteger(), nullable=False),
    sa.Column('is_urgent', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('channel', sa.String(), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("channel IN ('push', 'email', 'none')", name=op.f('ck_notices_channel')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_notices_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_notices_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_notices')),
    sa.UniqueConstraint('municipality_id', 'worker_id', 'kind', 'subject_id', 'step', name='uq_notices_once')
    )
    op.create_index('ix_notices_due', 'notices', ['municipality_id', 'due_at'], postgresql_where=sa.text('sent_at IS NULL'))
    op.create_index(op.f('ix_notices_municipality_id_worker_id'), 'notices', ['municipality_id', 'worker_id'])
    op.create_table('rooms',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_rooms_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_rooms_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_rooms')),
    sa.UniqueConstraint('municipality_id', 'unit_id', 'name', name=op.f('uq_rooms_municipality_id_unit_id_name'))
    )
    op.create_index(op.f('ix_rooms_municipality_id_unit_id'), 'rooms', ['municipality_id', 'unit_id'])
    op.create_table('turned_away',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('people_count', sa.SmallInteger(), nullable=False),
    sa.Column('profile', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('people_count BETWEEN 1 AND 300', name=op.f('ck_turned_away_people_count')),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_turned_away_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_turned_away_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_turned_away_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_turned_away'))
    )
    op.create_index('ix_turned_away_at', 'turned_away', ['municipality_id', 'unit_id', 'at'])
    op.create_index(op.f('ix_turned_away_municipality_id_unit_id'), 'turned_away', ['municipality_id', 'unit_id'])
    op.create_index(op.f('ix_turned_away_municipality_id_worker_id'), 'turned_away', ['municipality_id', 'worker_id'])
    op.create_table('unit_contacts',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.SmallInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_unit_contacts_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_unit_contacts_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_unit_contacts_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_unit_contacts'))
    )
    op.create_index(op.f('ix_unit_contacts_municipality_id_unit_id'), 'unit_contacts', ['municipality_id', 'unit_id'])
    op.create_index(op.f('ix_unit_contacts_municipality_id_worker_id'), 'unit_contacts', ['municipality_id', 'worker_id'])
    op.create_table('unit_exceptions',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=False),
    sa.Column('opens', sa.Time(), nullable=True),
    sa.Column('closes', sa.Time(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('open', 'admission')", name=op.f('ck_unit_exceptions_kind')),
    sa.CheckConstraint('from_on <= to_on', name=op.f('ck_unit_exceptions_order')),
    sa.CheckConstraint('num_nonnulls(opens, closes) IN (0, 2)', name=op.f('ck_unit_exceptions_both')),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_unit_exceptions_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_unit_exceptions_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_unit_exceptions'))
    )
    op.create_index(op.f('ix_unit_exceptions_municipality_id_unit_id'), 'unit_exceptions', ['municipality_id', 'unit_id'])
    op.create_table('unit_hours',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('weekday', sa.SmallInteger(), nullable=False),
    sa.Column('opens', sa.Time(), nullable=False),
    sa.Column('closes', sa.Time(), nullable=False),
    sa.CheckConstraint("kind IN ('open', 'admission')", name=op.f('ck_unit_hours_kind')),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_unit_hours_weekday')),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_unit_hours_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_unit_hours_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_unit_hours'))
    )
    op.create_index(op.f('ix_unit_hours_municipality_id_unit_id'), 'unit_hours', ['municipality_id', 'unit_id'])
    op.create_table('unit_services',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('service', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_unit_services_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_unit_services_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_unit_services')),
    sa.UniqueConstraint('municipality_id', 'unit_id', 'service', name=op.f('uq_unit_services_municipality_id_unit_id_service'))
    )
    op.create_index(op.f('ix_unit_services_municipality_id_unit_id'), 'unit_services', ['municipality_id', 'unit_id'])
    op.create_table('unit_suspensions',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('reason_text', sa.String(), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('appeal_text', sa.String(), nullable=True),
    sa.Column('appealed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('from_on <= until_on', name=op.f('ck_unit_suspensions_order')),
    sa.ForeignKeyConstraint(['municipality_id', 'decided_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_unit_suspensions_municipality_id_decided_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'lifted_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_unit_suspensions_municipality_id_lifted_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'person_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_unit_suspensions_municipality_id_person_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_unit_suspensions_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_unit_suspensions_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_unit_suspensions'))
    )
    op.create_index(op.f('ix_unit_suspensions_municipality_id_decided_by'), 'unit_suspensions', ['municipality_id', 'decided_by'])
    op.create_index(op.f('ix_unit_suspensions_municipality_id_lifted_by'), 'unit_suspensions', ['municipality_id', 'lifted_by'])
    op.create_index(op.f('ix_unit_suspensions_municipality_id_person_id'), 'unit_suspensions', ['municipality_id', 'person_id'])
    op.create_index(op.f('ix_unit_suspensions_municipality_id_unit_id'), 'unit_suspensions', ['municipality_id', 'unit_id'])
    op.create_table('beds',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('room_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('receives', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('is_counted', sa.Boolean(), nullable=False),
    sa.Column('is_extra', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('valid_to IS NULL OR valid_from <= valid_to', name=op.f('ck_beds_order')),
    sa.ForeignKeyConstraint(['municipality_id', 'room_id'], ['rooms.municipality_id', 'rooms.id'], name=op.f('fk_beds_municipality_id_room_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_beds_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_beds_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_beds'))
    )
    op.create_index(op.f('ix_beds_municipality_id_room_id'), 'beds', ['municipality_id', 'room_id'])
    op.create_index(op.f('ix_beds_municipality_id_unit_id'), 'beds', ['municipality_id', 'unit_id'])
    op.create_index('uq_beds_name', 'beds', ['municipality_id', 'unit_id', 'name'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('push_subscriptions',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('session_id', sa.Uuid(), nullable=True),
    sa.Column('endpoint', sa.String(), nullable=False),
    sa.Column('p256dh', sa.String(), nullable=False),
    sa.Column('auth', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.SmallInteger(), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'session_id'], ['sessions.municipality_id', 'sessions.id'], name=op.f('fk_push_subscriptions_municipality_id_session_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_push_subscriptions_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_push_subscriptions_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_push_subscriptions')),
    sa.UniqueConstraint('municipality_id', 'endpoint', name=op.f('uq_push_subscriptions_municipality_id_endpoint'))
    )
    op.create_index(op.f('ix_push_subscriptions_municipality_id_session_id'), 'push_subscriptions', ['municipality_id', 'session_id'])
    op.create_index(op.f('ix_push_subscriptions_municipality_id_worker_id'), 'push_subscriptions', ['municipality_id', 'worker_id'])
    op.create_table('trips',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=True),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('travel', sa.String(), nullable=False),
    sa.Column('vehicle_asked', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('vehicle_sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'team_id'], ['teams.municipality_id', 'teams.id'], name=op.f('fk_trips_municipality_id_team_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_trips_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_trips_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_trips'))
    )
    op.create_index(op.f('ix_trips_municipality_id_team_id'), 'trips', ['municipality_id', 'team_id'])
    op.create_index(op.f('ix_trips_municipality_id_worker_id'), 'trips', ['municipality_id', 'worker_id'])
    op.create_table('referral_people',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('referral_id', sa.Uuid(), nullable=False),
    sa.Column('participation_id', sa.Uuid(), nullable=True),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('called', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'participation_id'], ['participations.municipality_id', 'participations.id'], name=op.f('fk_referral_people_municipality_id_participation_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'person_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_referral_people_municipality_id_person_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'referral_id'], ['referrals.municipality_id', 'referrals.id'], name=op.f('fk_referral_people_municipality_id_referral_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_referral_people_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_referral_people'))
    )
    op.create_index(op.f('ix_referral_people_municipality_id_participation_id'), 'referral_people', ['municipality_id', 'participation_id'])
    op.create_index(op.f('ix_referral_people_municipality_id_person_id'), 'referral_people', ['municipality_id', 'person_id'])
    op.create_index(op.f('ix_referral_people_municipality_id_referral_id'), 'referral_people', ['municipality_id', 'referral_id'])
    op.create_table('stays',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('party_id', sa.Uuid(), nullable=False),
    sa.Column('referral_id', sa.Uuid(), nullable=True),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('called', sa.String(), nullable=True),
    sa.Column('profile', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('absent_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('absent_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_by', sa.Uuid(), nullable=True),
    sa.Column('left_reason', sa.String(), nullable=True),
    sa.CheckConstraint('left_at IS NULL OR left_at >= arrived_at', name=op.f('ck_stays_order')),
    sa.ForeignKeyConstraint(['municipality_id', 'left_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_stays_municipality_id_left_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'person_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_stays_municipality_id_person_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'referral_id'], ['referrals.municipality_id', 'referrals.id'], name=op.f('fk_stays_municipality_id_referral_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_stays_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_stays_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_stays_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_stays'))
    )
    op.create_index('ix_stays_party', 'stays', ['municipality_id', 'party_id'])
    op.create_index('ix_stays_here', 'stays', ['municipality_id', 'unit_id'], postgresql_where=sa.text('left_at IS NULL'))
    op.create_index(op.f('ix_stays_municipality_id_left_by'), 'stays', ['municipality_id', 'left_by'])
    op.create_index(op.f('ix_stays_municipality_id_person_id'), 'stays', ['municipality_id', 'person_id'])
    op.create_index(op.f('ix_stays_municipality_id_referral_id'), 'stays', ['municipality_id', 'referral_id'])
    op.create_index(op.f('ix_stays_municipality_id_unit_id'), 'stays', ['municipality_id', 'unit_id'])
    op.create_index(op.f('ix_stays_municipality_id_worker_id'), 'stays', ['municipality_id', 'worker_id'])
    op.create_table('unit_visits',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('called', sa.String(), nullable=True),
    sa.Column('referral_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('services', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'person_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_unit_visits_municipality_id_person_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'referral_id'], ['referrals.municipality_id', 'referrals.id'], name=op.f('fk_unit_visits_municipality_id_referral_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_unit_visits_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_unit_visits_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_unit_visits_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_unit_visits'))
    )
    op.create_index('ix_unit_visits_at', 'unit_visits', ['municipality_id', 'unit_id', 'at'])
    op.create_index(op.f('ix_unit_visits_municipality_id_person_id'), 'unit_visits', ['municipality_id', 'person_id'])
    op.create_index(op.f('ix_unit_visits_municipality_id_referral_id'), 'unit_visits', ['municipality_id', 'referral_id'])
    op.create_index(op.f('ix_unit_visits_municipality_id_unit_id'), 'unit_visits', ['municipality_id', 'unit_id'])
    op.create_index(op.f('ix_unit_visits_municipality_id_worker_id'), 'unit_visits', ['municipality_id', 'worker_id'])
    op.create_table('bed_claims',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('bed_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('referral_id', sa.Uuid(), nullable=True),
    sa.Column('stay_id', sa.Uuid(), nullable=True),
    sa.Column('during', postgresql.TSTZRANGE(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('worker_id', sa.Uuid(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    postgresql.ExcludeConstraint((sa.column('municipality_id'), '='), (sa.column('bed_id'), '='), (sa.column('during'), '&&'), using='gist', name='ex_bed_claims_once'),
    sa.CheckConstraint("(kind = 'stay') = (stay_id IS NOT NULL)", name=op.f('ck_bed_claims_stay')),
    sa.CheckConstraint("kind <> 'hold' OR referral_id IS NOT NULL", name=op.f('ck_bed_claims_hold')),
    sa.CheckConstraint("kind IN ('hold', 'stay', 'block')", name=op.f('ck_bed_claims_kind')),
    sa.ForeignKeyConstraint(['municipality_id', 'bed_id'], ['beds.municipality_id', 'beds.id'], name=op.f('fk_bed_claims_municipality_id_bed_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'referral_id'], ['referrals.municipality_id', 'referrals.id'], name=op.f('fk_bed_claims_municipality_id_referral_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'stay_id'], ['stays.municipality_id', 'stays.id'], name=op.f('fk_bed_claims_municipality_id_stay_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_bed_claims_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_bed_claims_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_bed_claims_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_bed_claims'))
    )
    op.create_index('ix_bed_claims_overtaken', 'bed_claims', ['municipality_id', 'unit_id'], postgresql_where=sa.text("reason = 'overtaken'"))
    op.create_index(op.f('ix_bed_claims_municipality_id_bed_id'), 'bed_claims', ['municipality_id', 'bed_id'])
    op.create_index(op.f('ix_bed_claims_municipality_id_referral_id'), 'bed_claims', ['municipality_id', 'referral_id'])
    op.create_index(op.f('ix_bed_claims_municipality_id_stay_id'), 'bed_claims', ['municipality_id', 'stay_id'])
    op.create_index(op.f('ix_bed_claims_municipality_id_unit_id'), 'bed_claims', ['municipality_id', 'unit_id'])
    op.create_index(op.f('ix_bed_claims_municipality_id_worker_id'), 'bed_claims', ['municipality_id', 'worker_id'])
    op.create_table('stay_events',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('stay_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'stay_id'], ['stays.municipality_id', 'stays.id'], name=op.f('fk_stay_events_municipality_id_stay_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_stay_events_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_stay_events_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_stay_events'))
    )
    op.create_index(op.f('ix_stay_events_municipality_id_stay_id'), 'stay_events', ['municipality_id', 'stay_id'])
    op.create_index(op.f('ix_stay_events_municipality_id_worker_id'), 'stay_events', ['municipality_id', 'worker_id'])
    op.add_column('devices', sa.Column('slip_key', sa.String(), nullable=True))
    op.add_column('devices', sa.Column('slip_key_before', sa.String(), nullable=True))
    op.add_column('referral_events', sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('referral_events', sa.Column('by_sender', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.alter_column('referral_events', 'worker_id',
               existing_type=sa.UUID(),
               nullable=True)
    op.add_column('referrals', sa.Column('purpose', sa.String(), server_default='place', nullable=False))
    op.add_column('referrals', sa.Column('reasons', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False))
    op.add_column('referrals', sa.Column('is_urgent', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('referrals', sa.Column('profile', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False))
    op.add_column('referrals', sa.Column('with_cart', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('referrals', sa.Column('belongings', sa.String(), nullable=True))
    op.add_column('referrals', sa.Column('travel', sa.String(), nullable=True))
    op.add_column('referrals', sa.Column('vehicle_asked', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('referrals', sa.Column('trip_id', sa.Uuid(), nullable=True))
    op.add_column('referrals', sa.Column('trip_order', sa.SmallInteger(), nullable=True))
    op.add_column('referrals', sa.Column('hold_answer', sa.String(), nullable=True))
    op.add_column('referrals', sa.Column('held_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('referrals', sa.Column('arrive_by', sa.DateTime(timezone=True), nullable=True))
    op.add_column('referrals', sa.Column('next_unit_id', sa.Uuid(), nullable=True))
    op.add_column('referrals', sa.Column('appointment_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('referrals', sa.Column('appointment_note', sa.String(), nullable=True))
    op.add_column('referrals', sa.Column('left_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('referrals', sa.Column('in_service_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('referrals', sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('referrals', sa.Column('answer', sa.String(), nullable=True))
    op.add_column('referrals', sa.Column('answer_text', sa.String(), nullable=True))
    op.add_column('referrals', sa.Column('redirected_from_id', sa.Uuid(), nullable=True))
    op.add_column('referrals', sa.Column('slip_device_id', sa.Uuid(), nullable=True))
    op.add_column('referrals', sa.Column('escalated', sa.SmallInteger(), server_default='0', nullable=False))
    op.add_column('referrals', sa.Column('awaited_since', sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f('uq_referrals_municipality_id_code'), 'referrals', type_='unique')
    op.create_foreign_key(op.f('fk_referrals_municipality_id_trip_id'), 'referrals', 'trips', ['municipality_id', 'trip_id'], ['municipality_id', 'id'], postgresql_not_valid=True)
    op.create_foreign_key(op.f('fk_referrals_municipality_id_redirected_from_id'), 'referrals', 'referrals', ['municipality_id', 'redirected_from_id'], ['municipality_id', 'id'], postgresql_not_valid=True)
    op.create_foreign_key(op.f('fk_referrals_municipality_id_slip_device_id'), 'referrals', 'devices', ['municipality_id', 'slip_device_id'], ['municipality_id', 'id'], postgresql_not_valid=True)
    op.create_foreign_key(op.f('fk_referrals_municipality_id_next_unit_id'), 'referrals', 'units', ['municipality_id', 'next_unit_id'], ['municipality_id', 'id'], postgresql_not_valid=True)
    op.add_column('units', sa.Column('organization', sa.String(), server_default='', nullable=False))
    op.add_column('units', sa.Column('email', sa.String(), server_default='', nullable=False))
    op.add_column('units', sa.Column('has_desk', sa.Boolean(), server_default=sa.text('true'), nullable=False))
    op.add_column('units', sa.Column('is_outside', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('units', sa.Column('place_rule', sa.String(), server_default='none', nullable=False))
    op.add_column('units', sa.Column('holiday_rule', sa.String(), server_default='as_usual', nullable=False))
    op.add_column('units', sa.Column('entry_conditions', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False))
    op.add_column('units', sa.Column('hold_minutes', sa.SmallInteger(), nullable=True))
    op.add_column('units', sa.Column('figure_minutes', sa.SmallInteger(), nullable=True))
    op.add_column('units', sa.Column('answer_minutes', sa.SmallInteger(), nullable=True))
    op.add_column('units', sa.Column('arrival_days', sa.SmallInteger(), nullable=True))
    op.add_column('units', sa.Column('max_stay_days', sa.SmallInteger(), nullable=True))
    op.add_column('units', sa.Column('night_ends_at', sa.Time(), nullable=True))
    op.add_column('units', sa.Column('heard_at', sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint('ck_referrals_status', 'referrals')
    op.create_check_constraint(op.f('ck_referrals_status'), 'referrals', _STATUS, postgresql_not_valid=True)
    op.create_check_constraint(op.f('ck_referrals_purpose'), 'referrals', _PURPOSE, postgresql_not_valid=True)
    op.create_check_constraint(op.f('ck_referrals_hold_answer'), 'referrals', _HOLD_ANSWER, postgresql_not_valid=True)
    op.create_check_constraint(op.f('ck_units_place_rule'), 'units', "place_rule IN ('none', 'capacity', 'beds')", postgresql_not_valid=True)
    op.create_check_constraint(op.f('ck_units_holiday_rule'), 'units', "holiday_rule IN ('as_usual', 'closed')", postgresql_not_valid=True)
    for table in _TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")
    for table in _HANGS:
        op.execute(
            f"CREATE POLICY not_restricted ON {table} AS RESTRICTIVE FOR SELECT USING (person_id IS NULL OR EXISTS"
            f" (SELECT FROM people p WHERE p.municipality_id = {table}.municipality_id AND p.id = {table}.person_id))"
        )
    op.execute(_HIDES_REFERRAL)
    op.execute(_CONCERNS_RESTRICTED)
    op.execute("REVOKE ALL ON FUNCTION hides_referral(uuid, uuid), concerns_restricted(uuid) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION hides_referral(uuid, uuid), concerns_restricted(uuid) TO vinculo_app")
    # Hours and exceptions are rewritten whole; who answers where is no history. Nothing of a bed or a stay is erased.
    op.execute("GRANT DELETE ON unit_hours, unit_exceptions, unit_services, unit_contacts, holidays TO vinculo_app")
    op.execute("GRANT DELETE ON notices, push_subscriptions TO vinculo_app")


def downgrade() -> None:
    op.execute("DROP FUNCTION hides_referral(uuid, uuid), concerns_restricted(uuid)")
    op.execute(
        "UPDATE referrals SET status = CASE status WHEN 'held' THEN 'sent' WHEN 'on_the_way' THEN 'accepted'"
        " WHEN 'redirected' THEN 'declined' ELSE 'arrived' END"
        " WHERE status IN ('held', 'on_the_way', 'redirected', 'in_service', 'ended')"
    )
    op.drop_constraint('ck_referrals_status', 'referrals')
    op.create_check_constraint(op.f('ck_referrals_status'), 'referrals', _STATUS_BEFORE)
    # Two open ones might bear one code from now on; before, a city had each only once.
    op.execute(
        "UPDATE referrals r SET code = upper(substr(md5(r.id::text), 1, 6)) WHERE EXISTS (SELECT FROM referrals o"
        " WHERE o.municipality_id = r.municipality_id AND o.code = r.code AND o.id < r.id)"
    )
    op.execute("DELETE FROM referral_events WHERE worker_id IS NULL")
    op.drop_column('units', 'heard_at')
    op.drop_column('units', 'night_ends_at')
    op.drop_column('units', 'max_stay_days')
    op.drop_column('units', 'arrival_days')
    op.drop_column('units', 'answer_minutes')
    op.drop_column('units', 'figure_minutes')
    op.drop_column('units', 'hold_minutes')
    op.drop_column('units', 'entry_conditions')
    op.drop_column('units', 'holiday_rule')
    op.drop_column('units', 'place_rule')
    op.drop_column('units', 'is_outside')
    op.drop_column('units', 'has_desk')
    op.drop_column('units', 'email')
    op.drop_column('units', 'organization')
    op.drop_constraint(op.f('fk_referrals_municipality_id_next_unit_id'), 'referrals', type_='foreignkey')
    op.drop_constraint(op.f('fk_referrals_municipality_id_slip_device_id'), 'referrals', type_='foreignkey')
    op.drop_constraint(op.f('fk_referrals_municipality_id_redirected_from_id'), 'referrals', type_='foreignkey')
    op.drop_constraint(op.f('fk_referrals_municipality_id_trip_id'), 'referrals', type_='foreignkey')
    op.create_unique_constraint(op.f('uq_referrals_municipality_id_code'), 'referrals', ['municipality_id', 'code'])
    op.drop_column('referrals', 'awaited_since')
    op.drop_column('referrals', 'escalated')
    op.drop_column('referrals', 'slip_device_id')
    op.drop_column('referrals', 'redirected_from_id')
    op.drop_column('referrals', 'answer_text')
    op.drop_column('referrals', 'answer')
    op.drop_column('referrals', 'ended_at')
    op.drop_column('referrals', 'in_service_at')
    op.drop_column('referrals', 'left_at')
    op.drop_column('referrals', 'appointment_note')
    op.drop_column('referrals', 'appointment_at')
    op.drop_column('referrals', 'next_unit_id')
    op.drop_column('referrals', 'arrive_by')
    op.drop_column('referrals', 'held_until')
    op.drop_column('referrals', 'hold_answer')
    op.drop_column('referrals', 'trip_order')
    op.drop_column('referrals', 'trip_id')
    op.drop_column('referrals', 'vehicle_asked')
    op.drop_column('referrals', 'travel')
    op.drop_column('referrals', 'belongings')
    op.drop_column('referrals', 'with_cart')
    op.drop_column('referrals', 'profile')
    op.drop_column('referrals', 'is_urgent')
    op.drop_column('referrals', 'reasons')
    op.drop_column('referrals', 'purpose')
    op.alter_column('referral_events', 'worker_id',
               existing_type=sa.UUID(),
               nullable=False)
    op.drop_column('referral_events', 'by_sender')
    op.drop_column('referral_events', 'recorded_at')
    op.drop_column('devices', 'slip_key_before')
    op.drop_column('devices', 'slip_key')
    op.drop_index(op.f('ix_stay_events_municipality_id_worker_id'), table_name='stay_events')
    op.drop_index(op.f('ix_stay_events_municipality_id_stay_id'), table_name='stay_events')
    op.drop_table('stay_events')
    op.drop_index('ix_bed_claims_overtaken', table_name='bed_claims', postgresql_where=sa.text("reason = 'overtaken'"))
    op.drop_index(op.f('ix_bed_claims_municipality_id_worker_id'), table_name='bed_claims')
    op.drop_index(op.f('ix_bed_claims_municipality_id_unit_id'), table_name='bed_claims')
    op.drop_index(op.f('ix_bed_claims_municipality_id_stay_id'), table_name='bed_claims')
    op.drop_index(op.f('ix_bed_claims_municipality_id_referral_id'), table_name='bed_claims')
    op.drop_index(op.f('ix_bed_claims_municipality_id_bed_id'), table_name='bed_claims')
    op.drop_table('bed_claims')
    op.drop_index(op.f('ix_unit_visits_municipality_id_worker_id'), table_name='unit_visits')
    op.drop_index(op.f('ix_unit_visits_municipality_id_unit_id'), table_name='unit_visits')
    op.drop_index(op.f('ix_unit_visits_municipality_id_referral_id'), table_name='unit_visits')
    op.drop_index(op.f('ix_unit_visits_municipality_id_person_id'), table_name='unit_visits')
    op.drop_index('ix_unit_visits_at', table_name='unit_visits')
    op.drop_table('unit_visits')
    op.drop_index(op.f('ix_stays_municipality_id_worker_id'), table_name='stays')
    op.drop_index(op.f('ix_stays_municipality_id_unit_id'), table_name='stays')
    op.drop_index(op.f('ix_stays_municipality_id_referral_id'), table_name='stays')
    op.drop_index(op.f('ix_stays_municipality_id_person_id'), table_name='stays')
    op.drop_index(op.f('ix_stays_municipality_id_left_by'), table_name='stays')
    op.drop_index('ix_stays_party', table_name='stays')
    op.drop_index('ix_stays_here', table_name='stays', postgresql_where=sa.text('left_at IS NULL'))
    op.drop_table('stays')
    op.drop_index(op.f('ix_referral_people_municipality_id_referral_id'), table_name='referral_people')
    op.drop_index(op.f('ix_referral_people_municipality_id_person_id'), table_name='referral_people')
    op.drop_index(op.f('ix_referral_people_municipality_id_participation_id'), table_name='referral_people')
    op.drop_table('referral_people')
    op.drop_index(op.f('ix_trips_municipality_id_worker_id'), table_name='trips')
    op.drop_index(op.f('ix_trips_municipality_id_team_id'), table_name='trips')
    op.drop_table('trips')
    op.drop_index(op.f('ix_push_subscriptions_municipality_id_worker_id'), table_name='push_subscriptions')
    op.drop_index(op.f('ix_push_subscriptions_municipality_id_session_id'), table_name='push_subscriptions')
    op.drop_table('push_subscriptions')
    op.drop_index('uq_beds_name', table_name='beds', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index(op.f('ix_beds_municipality_id_unit_id'), table_name='beds')
    op.drop_index(op.f('ix_beds_municipality_id_room_id'), table_name='beds')
    op.drop_table('beds')
    op.drop_index(op.f('ix_unit_suspensions_municipality_id_unit_id'), table_name='unit_suspensions')
    op.drop_index(op.f('ix_unit_suspensions_municipality_id_person_id'), table_name='unit_suspensions')
    op.drop_index(op.f('ix_unit_suspensions_municipality_id_lifted_by'), table_name='unit_suspensions')
    op.drop_index(op.f('ix_unit_suspensions_municipality_id_decided_by'), table_name='unit_suspensions')
    op.drop_table('unit_suspensions')
    op.drop_index(op.f('ix_unit_services_municipality_id_unit_id'), table_name='unit_services')
    op.drop_table('unit_services')
    op.drop_index(op.f('ix_unit_hours_municipality_id_unit_id'), table_name='unit_hours')
    op.drop_table('unit_hours')
    op.drop_index(op.f('ix_unit_exceptions_municipality_id_unit_id'), table_name='unit_exceptions')
    op.drop_table('unit_exceptions')
    op.drop_index(op.f('ix_unit_contacts_municipality_id_worker_id'), table_name='unit_contacts')
    op.drop_index(op.f('ix_unit_contacts_municipality_id_unit_id'), table_name='unit_contacts')
    op.drop_table('unit_contacts')
    op.drop_index(op.f('ix_turned_away_municipality_id_worker_id'), table_name='turned_away')
    op.drop_index(op.f('ix_turned_away_municipality_id_unit_id'), table_name='turned_away')
    op.drop_index('ix_turned_away_at', table_name='turned_away')
    op.drop_table('turned_away')
    op.drop_index(op.f('ix_rooms_municipality_id_unit_id'), table_name='rooms')
    op.drop_table('rooms')
    op.drop_index(op.f('ix_notices_municipality_id_worker_id'), table_name='notices')
    op.drop_index('ix_notices_due', table_name='notices', postgresql_where=sa.text('sent_at IS NULL'))
    op.drop_table('notices')
    op.drop_table('notice_preferences')
    op.drop_table('holidays')
