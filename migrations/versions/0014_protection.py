"""protection: flags and what is done about them, shut without the clearance; the telephones on duty"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0014'
down_revision = '0013'

_CITY = "NULLIF(current_setting('vinculo.municipality', true), '')::integer"
_WORKER = "NULLIF(current_setting('vinculo.worker', true), '')::uuid"
# Of cases: shut without the clearance, whoever asks.
_SHUT = (
    "flags", "flag_events", "flag_complements", "flag_calls", "flag_duties", "flag_peers", "flag_notes", "flag_links",
    "flag_counts", "communications",
)
_TABLES = (
    *_SHUT, "mark_keys", "communication_numbers", "protection_recipients", "recipient_phones", "protection_rules", "protection_bodies",
)
_CLEARED = "'protection' = ANY (string_to_array(current_setting('vinculo.clearances', true), ','))"
_HANDING = "'handing' = ANY (string_to_array(current_setting('vinculo.clearances', true), ','))"

# What coverage and reports may know of flags, and nothing finer (k of 5, domain 8.3): by month and region, and by month
# alone. A hidden figure (1 to 4) is NULL. The city's figure less the shown ones tells the sum of the hidden: where that is below
# 5, or says each of them (all ones, all fours), the next smallest is hidden too, and where there is none, the city's.
# By unit the figure is exact: the federal form takes it as it is.
# `what` and `who` are marks (core/marks). Of the owner: it passes by the clearance, and gives counts only.
_NUMBERS = f"""
CREATE VIEW flag_numbers WITH (security_barrier) AS
WITH counted AS (
    SELECT municipality_id, month_on, region_id, what, count(DISTINCT who) AS n
    FROM flag_counts WHERE municipality_id = {_CITY} GROUP BY 1, 2, 3, 4),
ranked AS (
    SELECT c.*, count(*) OVER few AS regions, count(*) FILTER (WHERE n < 5) OVER few AS small,
           sum(n) FILTER (WHERE n < 5) OVER few AS of_small, row_number() OVER (few ORDER BY n, region_id) AS place
    FROM counted c WINDOW few AS (PARTITION BY month_on, what)),
judged AS (
    SELECT r.*, small + CASE WHEN small > 0 AND (of_small < 5 OR of_small IN (small, 4 * small)) THEN 1 ELSE 0 END AS hidden FROM ranked r),
city AS (
    SELECT municipality_id, month_on, what, count(DISTINCT who) AS n
    FROM flag_counts WHERE municipality_id = {_CITY} GROUP BY 1, 2, 3)
SELECT municipality_id, 'region'::text AS scope, month_on, region_id, NULL::uuid AS unit_id, what,
       CASE WHEN place <= hidden THEN NULL ELSE n END AS n
FROM judged
UNION ALL
SELECT c.municipality_id, 'city', c.month_on, NULL, NULL, c.what, CASE WHEN c.n < 5 OR j.hidden > j.regions THEN NULL ELSE c.n END
FROM city c JOIN judged j ON j.month_on = c.month_on AND j.what = c.what AND j.place = 1
UNION ALL
SELECT municipality_id, 'unit', month_on, NULL, unit_id, what, count(DISTINCT who)
FROM flag_counts WHERE municipality_id = {_CITY} AND unit_id IS NOT NULL GROUP BY 1, 3, 5, 6
"""
# Behind the QR of a paper, before any city is known: what it takes to say that the number is true, and nothing more.
_FIND = """
CREATE FUNCTION find_communication(token text)
RETURNS TABLE (municipality_id integer, city varchar, timezone varchar, year smallint, number integer, unit varchar, sent_at timestamptz,
               digest bytea, is_corrected boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT c.municipality_id, m.name, m.timezone, c.year, c.number, u.name, c.sent_at, c.digest,
           EXISTS (SELECT FROM communications n WHERE n.municipality_id = c.municipality_id AND n.corrects_id = c.id
                   AND n.number IS NOT NULL)
    FROM communications c JOIN municipalities m ON m.id = c.municipality_id
    LEFT JOIN units u ON u.municipality_id = c.municipality_id AND u.id = c.unit_id
    WHERE c.check_token = token AND c.number IS NOT NULL
$$
"""
# What was numbered stays as it was signed: the paper out there is compared with it. Proofs of delivery have a column of their own,
# to which each is added.
_SIGNED = ("number", "year", "form", "flag_id", "unit_id", "corrects_id", "channel", "sealed_content", "digest", "check_token", "sent_by", "sent_at")
_STANDS = f"""
CREATE FUNCTION communication_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a numbered communication does not change' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER communication_stands BEFORE UPDATE ON communications FOR EACH ROW
WHEN (OLD.number IS NOT NULL AND (
    ({", ".join(f"OLD.{name}" for name in _SIGNED)}) IS DISTINCT FROM ({", ".join(f"NEW.{name}" for name in _SIGNED)})
    OR left(NEW.sealed_proofs, length(OLD.sealed_proofs)) IS DISTINCT FROM OLD.sealed_proofs))
EXECUTE FUNCTION communication_stands()
"""
# The telephones on duty that a city had already: each a recipient of its own, until somebody sorts them.
_MOVED = """
INSERT INTO protection_recipients (municipality_id, id, code, name, region_id, email, address, system_name, is_active, changed_at)
SELECT municipality_id, id, 'own_' || replace(id::text, '-', ''), name, region_id, '', '', '', true, now() FROM duty_phones;
INSERT INTO recipient_phones (municipality_id, id, recipient_id, region_id, phone, label, position, weekdays)
SELECT municipality_id, gen_random_uuid(), id, region_id, phone, '', 1, 127 FROM duty_phones
"""


def upgrade() -> None:
    op.create_table('communication_numbers',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.SmallInteger(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_communication_numbers_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_communication_numbers')),
    sa.UniqueConstraint('municipality_id', 'year', name='uq_communication_numbers_year')
    )
    op.create_table('mark_keys',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sealed_key', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_mark_keys_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_mark_keys')),
    sa.UniqueConstraint('municipality_id', name=op.f('uq_mark_keys_municipality_id'))
    )
    op.create_table('protection_rules',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('edition', sa.String(), nullable=False),
    sa.Column('position', sa.SmallInteger(), nullable=False),
    sa.Column('when_', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('recipient', sa.String(), nullable=False),
    sa.Column('obligation', sa.String(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('legal_source', sa.String(), nullable=False),
    sa.Column('is_confirmed', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint("obligation IN ('mandatory', 'offered')", name=op.f('ck_protection_rules_obligation')),
    sa.CheckConstraint('minutes BETWEEN 0 AND 43200', name=op.f('ck_protection_rules_minutes')),
    sa.ForeignKeyConstraint(['municipality_id', 'changed_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_protection_rules_municipality_id_changed_by')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_protection_rules_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_protection_rules'))
    )
    op.create_index(op.f('ix_protection_rules_municipality_id_changed_by'), 'protection_rules', ['municipality_id', 'changed_by'], unique=False)
    op.create_index('uq_protection_rules_standing', 'protection_rules', ['municipality_id', 'position'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('flag_counts',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('flag_mark', sa.LargeBinary(), nullable=False),
    sa.Column('month_on', sa.Date(), nullable=False),
    sa.Column('region_id', sa.Uuid(), nullable=True),
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('what', sa.LargeBinary(), nullable=False),
    sa.Column('who', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'region_id'], ['regions.municipality_id', 'regions.id'], name=op.f('fk_flag_counts_municipality_id_region_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_flag_counts_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_flag_counts_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_flag_counts'))
    )
    op.create_index('ix_flag_counts_flag', 'flag_counts', ['municipality_id', 'flag_mark'], unique=False)
    op.create_index('ix_flag_counts_month', 'flag_counts', ['municipality_id', 'month_on'], unique=False)
    op.create_index(op.f('ix_flag_counts_municipality_id_region_id'), 'flag_counts', ['municipality_id', 'region_id'], unique=False)
    op.create_index(op.f('ix_flag_counts_municipality_id_unit_id'), 'flag_counts', ['municipality_id', 'unit_id'], unique=False)
    op.create_table('protection_bodies',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_protection_bodies_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_protection_bodies_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_protection_bodies')),
    sa.UniqueConstraint('municipality_id', 'unit_id', name='uq_protection_bodies_unit')
    )
    op.create_index(op.f('ix_protection_bodies_municipality_id_unit_id'), 'protection_bodies', ['municipality_id', 'unit_id'], unique=False)
    op.create_table('protection_recipients',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('region_id', sa.Uuid(), nullable=True),
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('system_name', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'region_id'], ['regions.municipality_id', 'regions.id'], name=op.f('fk_protection_recipients_municipality_id_region_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_protection_recipients_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_protection_recipients_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_protection_recipients'))
    )
    op.create_index(op.f('ix_protection_recipients_municipality_id_code'), 'protection_recipients', ['municipality_id', 'code'], unique=False)
    op.create_index(op.f('ix_protection_recipients_municipality_id_region_id'), 'protection_recipients', ['municipality_id', 'region_id'], unique=False)
    op.create_index(op.f('ix_protection_recipients_municipality_id_unit_id'), 'protection_recipients', ['municipality_id', 'unit_id'], unique=False)
    op.create_table('flags',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=True),
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_late', sa.Boolean(), nullable=False),
    sa.Column('time_uncertain', sa.Boolean(), nullable=False),
    sa.Column('receipt', sa.String(), nullable=False),
    sa.Column('is_immediate', sa.Boolean(), nullable=False),
    sa.Column('sealed_facts', sa.Text(), nullable=False),
    sa.Column('sealed_words', sa.Text(), nullable=True),
    sa.Column('about', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('rules_edition', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_by', sa.Uuid(), nullable=True),
    sa.Column('holder_id', sa.Uuid(), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('guidance', sa.String(), nullable=True),
    sa.Column('guidance_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mistake_said_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ladder', sa.SmallInteger(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.Uuid(), nullable=True),
    sa.Column('close_reason', sa.String(), nullable=True),
    sa.Column('is_counted', sa.Boolean(), nullable=False),
    sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_flags_closed')),
    sa.CheckConstraint("guidance IN ('stay', 'may_leave', 'call_again')", name=op.f('ck_flags_guidance')),
    sa.CheckConstraint("status <> 'taken' OR holder_id IS NOT NULL", name=op.f('ck_flags_holder')),
    sa.CheckConstraint("status IN ('raised', 'taken', 'closed')", name=op.f('ck_flags_status')),
    sa.ForeignKeyConstraint(['municipality_id', 'author_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_flags_municipality_id_author_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'closed_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_flags_municipality_id_closed_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'holder_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_flags_municipality_id_holder_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'seen_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_flags_municipality_id_seen_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'team_id'], ['teams.municipality_id', 'teams.id'], name=op.f('fk_flags_municipality_id_team_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_flags_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_flags_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_flags'))
    )
    op.create_index('ix_flags_about', 'flags', ['about'], unique=False, postgresql_using='gin')
    op.create_index('ix_flags_author', 'flags', ['municipality_id', 'author_id', 'received_at'], unique=False)
    op.create_index(op.f('ix_flags_municipality_id_author_id'), 'flags', ['municipality_id', 'author_id'], unique=False)
    op.create_index(op.f('ix_flags_municipality_id_closed_by'), 'flags', ['municipality_id', 'closed_by'], unique=False)
    op.create_index(op.f('ix_flags_municipality_id_holder_id'), 'flags', ['municipality_id', 'holder_id'], unique=False)
    op.create_index(op.f('ix_flags_municipality_id_seen_by'), 'flags', ['municipality_id', 'seen_by'], unique=False)
    op.create_index(op.f('ix_flags_municipality_id_team_id'), 'flags', ['municipality_id', 'team_id'], unique=False)
    op.create_index(op.f('ix_flags_municipality_id_unit_id'), 'flags', ['municipality_id', 'unit_id'], unique=False)
    op.create_index('ix_flags_open', 'flags', ['municipality_id', 'due_at'], unique=False, postgresql_where=sa.text("status <> 'closed'"))
    op.create_index('ix_flags_uncounted', 'flags', ['municipality_id'], unique=False, postgresql_where=sa.text('NOT is_counted'))
    op.create_table('recipient_phones',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recipient_id', sa.Uuid(), nullable=False),
    sa.Column('region_id', sa.Uuid(), nullable=True),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('position', sa.SmallInteger(), nullable=False),
    sa.Column('weekdays', sa.SmallInteger(), nullable=False),
    sa.Column('from_time', sa.Time(), nullable=True),
    sa.Column('to_time', sa.Time(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.CheckConstraint('weekdays BETWEEN 1 AND 127', name=op.f('ck_recipient_phones_weekdays')),
    sa.ForeignKeyConstraint(['municipality_id', 'recipient_id'], ['protection_recipients.municipality_id', 'protection_recipients.id'], name=op.f('fk_recipient_phones_municipality_id_recipient_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'region_id'], ['regions.municipality_id', 'regions.id'], name=op.f('fk_recipient_phones_municipality_id_region_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_recipient_phones_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_recipient_phones'))
    )
    op.create_index(op.f('ix_recipient_phones_municipality_id_recipient_id'), 'recipient_phones', ['municipality_id', 'recipient_id'], unique=False)
    op.create_index(op.f('ix_recipient_phones_municipality_id_region_id'), 'recipient_phones', ['municipality_id', 'region_id'], unique=False)
    op.create_table('communications',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('flag_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('form', sa.String(), nullable=False),
    sa.Column('year', sa.SmallInteger(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('corrects_id', sa.Uuid(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=True),
    sa.Column('sealed_content', sa.Text(), nullable=False),
    sa.Column('sealed_proofs', sa.Text(), nullable=True),
    sa.Column('digest', sa.LargeBinary(), nullable=True),
    sa.Column('check_token', sa.String(), nullable=True),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_by', sa.Uuid(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(status IN ('draft', 'dropped')) = (number IS NULL)", name=op.f('ck_communications_number')),
    sa.CheckConstraint("channel IN ('by_hand', 'email', 'phone', 'system')", name=op.f('ck_communications_channel')),
    sa.CheckConstraint("form IN ('letter', 'sinan')", name=op.f('ck_communications_form')),
    sa.CheckConstraint("status IN ('draft', 'sent', 'received', 'answered', 'dropped')", name=op.f('ck_communications_status')),
    sa.CheckConstraint('(number IS NULL) = (year IS NULL)', name=op.f('ck_communications_year')),
    sa.ForeignKeyConstraint(['municipality_id', 'corrects_id'], ['communications.municipality_id', 'communications.id'], name=op.f('fk_communications_municipality_id_corrects_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'flag_id'], ['flags.municipality_id', 'flags.id'], name=op.f('fk_communications_municipality_id_flag_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'made_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_communications_municipality_id_made_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'sent_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_communications_municipality_id_sent_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['units.municipality_id', 'units.id'], name=op.f('fk_communications_municipality_id_unit_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_communications_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_communications')),
    sa.UniqueConstraint('check_token', name=op.f('uq_communications_check_token')),
    sa.UniqueConstraint('municipality_id', 'year', 'number', name='uq_communications_number')
    )
    op.create_index(op.f('ix_communications_municipality_id_corrects_id'), 'communications', ['municipality_id', 'corrects_id'], unique=False)
    op.create_index(op.f('ix_communications_municipality_id_flag_id'), 'communications', ['municipality_id', 'flag_id'], unique=False)
    op.create_index(op.f('ix_communications_municipality_id_made_by'), 'communications', ['municipality_id', 'made_by'], unique=False)
    op.create_index(op.f('ix_communications_municipality_id_sent_by'), 'communications', ['municipality_id', 'sent_by'], unique=False)
    op.create_index('ix_communications_sent', 'communications', ['municipality_id', 'sent_at'], unique=False, postgresql_where=sa.text("status = 'sent'"))
    op.create_index(op.f('ix_communications_municipality_id_unit_id'), 'communications', ['municipality_id', 'unit_id'], unique=False)
    op.create_table('flag_calls',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('flag_id', sa.Uuid(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('sealed_details', sa.Text(), nullable=False),
    sa.CheckConstraint("outcome IN ('answered', 'no_answer', 'busy')", name=op.f('ck_flag_calls_outcome')),
    sa.ForeignKeyConstraint(['municipality_id', 'flag_id'], ['flags.municipality_id', 'flags.id'], name=op.f('fk_flag_calls_municipality_id_flag_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_flag_calls_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_flag_calls_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_flag_calls'))
    )
    op.create_index(op.f('ix_flag_calls_municipality_id_flag_id'), 'flag_calls', ['municipality_id', 'flag_id'], unique=False)
    op.create_index(op.f('ix_flag_calls_municipality_id_worker_id'), 'flag_calls', ['municipality_id', 'worker_id'], unique=False)
    op.create_table('flag_complements',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('flag_id', sa.Uuid(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sealed_facts', sa.Text(), nullable=True),
    sa.Column('sealed_words', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'flag_id'], ['flags.municipality_id', 'flags.id'], name=op.f('fk_flag_complements_municipality_id_flag_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_flag_complements_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_flag_complements_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_flag_complements'))
    )
    op.create_index(op.f('ix_flag_complements_municipality_id_flag_id'), 'flag_complements', ['municipality_id', 'flag_id'], unique=False)
    op.create_index(op.f('ix_flag_complements_municipality_id_worker_id'), 'flag_complements', ['municipality_id', 'worker_id'], unique=False)
    op.create_table('flag_events',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('flag_id', sa.Uuid(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('event', sa.String(), nullable=False),
    sa.Column('ref_id', sa.Uuid(), nullable=True),
    sa.Column('sealed_text', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'flag_id'], ['flags.municipality_id', 'flags.id'], name=op.f('fk_flag_events_municipality_id_flag_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_flag_events_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_flag_events_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_flag_events'))
    )
    op.create_index(op.f('ix_flag_events_municipality_id_flag_id'), 'flag_events', ['municipality_id', 'flag_id'], unique=False)
    op.create_index(op.f('ix_flag_events_municipality_id_worker_id'), 'flag_events', ['municipality_id', 'worker_id'], unique=False)
    op.create_index('ix_flag_events_story', 'flag_events', ['municipality_id', 'flag_id', 'at'], unique=False)
    op.create_table('flag_links',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('flag_id', sa.Uuid(), nullable=False),
    sa.Column('other_id', sa.Uuid(), nullable=False),
    sa.Column('linked_by', sa.Uuid(), nullable=False),
    sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('flag_id < other_id', name=op.f('ck_flag_links_order')),
    sa.ForeignKeyConstraint(['municipality_id', 'flag_id'], ['flags.municipality_id', 'flags.id'], name=op.f('fk_flag_links_municipality_id_flag_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'linked_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_flag_links_municipality_id_linked_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'other_id'], ['flags.municipality_id', 'flags.id'], name=op.f('fk_flag_links_municipality_id_other_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_flag_links_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_flag_links'))
    )
    op.create_index(op.f('ix_flag_links_municipality_id_flag_id'), 'flag_links', ['municipality_id', 'flag_id'], unique=False)
    op.create_index(op.f('ix_flag_links_municipality_id_linked_by'), 'flag_links', ['municipality_id', 'linked_by'], unique=False)
    op.create_index(op.f('ix_flag_links_municipality_id_other_id'), 'flag_links', ['municipality_id', 'other_id'], unique=False)
    op.create_index('uq_flag_links_standing', 'flag_links', ['municipality_id', 'flag_id', 'other_id'], unique=True, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('flag_notes',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('flag_id', sa.Uuid(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('holder_id', sa.Uuid(), nullable=False),
    sa.Column('profession', sa.String(), nullable=False),
    sa.Column('sealed_body', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("profession IN ('social_worker', 'psychologist', 'lawyer', 'pedagogue', 'other')", name=op.f('ck_flag_notes_profession')),
    sa.ForeignKeyConstraint(['municipality_id', 'author_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_flag_notes_municipality_id_author_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'flag_id'], ['flags.municipality_id', 'flags.id'], name=op.f('fk_flag_notes_municipality_id_flag_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'holder_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_flag_notes_municipality_id_holder_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_flag_notes_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_flag_notes'))
    )
    op.create_index(op.f('ix_flag_notes_municipality_id_author_id'), 'flag_notes', ['municipality_id', 'author_id'], unique=False)
    op.create_index(op.f('ix_flag_notes_municipality_id_flag_id'), 'flag_notes', ['municipality_id', 'flag_id'], unique=False)
    op.create_index(op.f('ix_flag_notes_municipality_id_holder_id'), 'flag_notes', ['municipality_id', 'holder_id'], unique=False)
    op.create_table('flag_peers',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('flag_id', sa.Uuid(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('given_by', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sealed_reason', sa.Text(), nullable=True),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reviewed_by', sa.Uuid(), nullable=True),
    sa.Column('review', sa.String(), nullable=True),
    sa.CheckConstraint("kind <> 'break_glass' OR (sealed_reason IS NOT NULL AND valid_to IS NOT NULL AND valid_to <= valid_from + interval '2 hours')", name=op.f('ck_flag_peers_opening')),
    sa.CheckConstraint("kind IN ('named', 'break_glass')", name=op.f('ck_flag_peers_kind')),
    sa.ForeignKeyConstraint(['municipality_id', 'flag_id'], ['flags.municipality_id', 'flags.id'], name=op.f('fk_flag_peers_municipality_id_flag_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'given_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_flag_peers_municipality_id_given_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'reviewed_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_flag_peers_municipality_id_reviewed_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_flag_peers_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_flag_peers_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_flag_peers'))
    )
    op.create_index(op.f('ix_flag_peers_municipality_id_flag_id'), 'flag_peers', ['municipality_id', 'flag_id'], unique=False)
    op.create_index(op.f('ix_flag_peers_municipality_id_given_by'), 'flag_peers', ['municipality_id', 'given_by'], unique=False)
    op.create_index(op.f('ix_flag_peers_municipality_id_reviewed_by'), 'flag_peers', ['municipality_id', 'reviewed_by'], unique=False)
    op.create_index(op.f('ix_flag_peers_municipality_id_worker_id'), 'flag_peers', ['municipality_id', 'worker_id'], unique=False)
    op.create_table('flag_duties',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('flag_id', sa.Uuid(), nullable=False),
    sa.Column('obligation', sa.String(), nullable=False),
    sa.Column('sealed_what', sa.Text(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('choice', sa.String(), nullable=True),
    sa.Column('communication_id', sa.Uuid(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('is_late', sa.Boolean(), nullable=False),
    sa.Column('dropped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('dropped_reason', sa.String(), nullable=True),
    sa.CheckConstraint("choice IN ('accepted', 'declined', 'later', 'unavailable')", name=op.f('ck_flag_duties_choice')),
    sa.CheckConstraint("dropped_reason IN ('mistake', 'not_applicable', 'told_together')", name=op.f('ck_flag_duties_dropped_reason')),
    sa.CheckConstraint("obligation IN ('mandatory', 'offered')", name=op.f('ck_flag_duties_obligation')),
    sa.ForeignKeyConstraint(['municipality_id', 'communication_id'], ['communications.municipality_id', 'communications.id'], name=op.f('fk_flag_duties_municipality_id_communication_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'flag_id'], ['flags.municipality_id', 'flags.id'], name=op.f('fk_flag_duties_municipality_id_flag_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_flag_duties_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_flag_duties'))
    )
    op.create_index('ix_flag_duties_due', 'flag_duties', ['municipality_id', 'due_at'], unique=False, postgresql_where=sa.text('done_at IS NULL AND dropped_at IS NULL'))
    op.create_index(op.f('ix_flag_duties_municipality_id_communication_id'), 'flag_duties', ['municipality_id', 'communication_id'], unique=False)
    op.create_index(op.f('ix_flag_duties_municipality_id_flag_id'), 'flag_duties', ['municipality_id', 'flag_id'], unique=False)
    op.drop_constraint('ck_referrals_origin', 'referrals')
    # A technician refers from a case, of which the referral says nothing: neither encounter nor visit.
    op.create_check_constraint(op.f('ck_referrals_origin'), 'referrals', "num_nonnulls(encounter_id, visit_id) <= 1", postgresql_not_valid=True)
    for table in _TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")
    for table in _SHUT:
        op.execute(f"CREATE POLICY cleared ON {table} AS RESTRICTIVE USING ({_CLEARED}) WITH CHECK ({_CLEARED})")
    op.execute(f"CREATE POLICY of_its_holder ON flag_notes AS RESTRICTIVE USING (holder_id = {_WORKER} OR {_HANDING})")
    op.execute(_NUMBERS)
    op.execute(_FIND)
    op.execute(_STANDS)
    op.execute("GRANT SELECT ON flag_numbers TO vinculo_app")
    op.execute("REVOKE ALL ON FUNCTION find_communication(text) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION find_communication(text) TO vinculo_app")
    op.execute("GRANT DELETE ON flag_counts, recipient_phones, protection_bodies TO vinculo_app")
    # What was told and what happened is only added to.
    op.execute("REVOKE UPDATE ON flag_events, flag_calls, flag_complements FROM vinculo_app")
    op.execute(_MOVED)


def downgrade() -> None:
    op.execute("DROP FUNCTION find_communication(text)")
    op.execute("DROP VIEW flag_numbers")
    op.drop_constraint('ck_referrals_origin', 'referrals')
    op.create_check_constraint(op.f('ck_referrals_origin'), 'referrals', "num_nonnulls(encounter_id, visit_id) = 1", postgresql_not_valid=True)
    # A referral from a case has neither: then the constraint stays unproved for the old rows.
    op.execute(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM referrals WHERE num_nonnulls(encounter_id, visit_id) <> 1) THEN"
        " ALTER TABLE referrals VALIDATE CONSTRAINT ck_referrals_origin; END IF; END $$"
    )
    op.drop_index(op.f('ix_flag_duties_municipality_id_flag_id'), table_name='flag_duties')
    op.drop_index(op.f('ix_flag_duties_municipality_id_communication_id'), table_name='flag_duties')
    op.drop_index('ix_flag_duties_due', table_name='flag_duties', postgresql_where=sa.text('done_at IS NULL AND dropped_at IS NULL'))
    op.drop_table('flag_duties')
    op.drop_index(op.f('ix_flag_peers_municipality_id_worker_id'), table_name='flag_peers')
    op.drop_index(op.f('ix_flag_peers_municipality_id_reviewed_by'), table_name='flag_peers')
    op.drop_index(op.f('ix_flag_peers_municipality_id_given_by'), table_name='flag_peers')
    op.drop_index(op.f('ix_flag_peers_municipality_id_flag_id'), table_name='flag_peers')
    op.drop_table('flag_peers')
    op.drop_index(op.f('ix_flag_notes_municipality_id_holder_id'), table_name='flag_notes')
    op.drop_index(op.f('ix_flag_notes_municipality_id_flag_id'), table_name='flag_notes')
    op.drop_index(op.f('ix_flag_notes_municipality_id_author_id'), table_name='flag_notes')
    op.drop_table('flag_notes')
    op.drop_index('uq_flag_links_standing', table_name='flag_links', postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index(op.f('ix_flag_links_municipality_id_other_id'), table_name='flag_links')
    op.drop_index(op.f('ix_flag_links_municipality_id_linked_by'), table_name='flag_links')
    op.drop_index(op.f('ix_flag_links_municipality_id_flag_id'), table_name='flag_links')
    op.drop_table('flag_links')
    op.drop_index('ix_flag_events_story', table_name='flag_events')
    op.drop_index(op.f('ix_flag_events_municipality_id_worker_id'), table_name='flag_events')
    op.drop_index(op.f('ix_flag_events_municipality_id_flag_id'), table_name='flag_events')
    op.drop_table('flag_events')
    op.drop_index(op.f('ix_flag_complements_municipality_id_worker_id'), table_name='flag_complements')
    op.drop_index(op.f('ix_flag_complements_municipality_id_flag_id'), table_name='flag_complements')
    op.drop_table('flag_complements')
    op.drop_index(op.f('ix_flag_calls_municipality_id_worker_id'), table_name='flag_calls')
    op.drop_index(op.f('ix_flag_calls_municipality_id_flag_id'), table_name='flag_calls')
    op.drop_table('flag_calls')
    op.drop_index('ix_communications_sent', table_name='communications', postgresql_where=sa.text("status = 'sent'"))
    op.drop_index(op.f('ix_communications_municipality_id_unit_id'), table_name='communications')
    op.drop_index(op.f('ix_communications_municipality_id_sent_by'), table_name='communications')
    op.drop_index(op.f('ix_communications_municipality_id_made_by'), table_name='communications')
    op.drop_index(op.f('ix_communications_municipality_id_flag_id'), table_name='communications')
    op.drop_index(op.f('ix_communications_municipality_id_corrects_id'), table_name='communications')
    op.drop_table('communications')
    op.execute("DROP FUNCTION communication_stands()")
    op.drop_index(op.f('ix_recipient_phones_municipality_id_region_id'), table_name='recipient_phones')
    op.drop_index(op.f('ix_recipient_phones_municipality_id_recipient_id'), table_name='recipient_phones')
    op.drop_table('recipient_phones')
    op.drop_index('ix_flags_uncounted', table_name='flags', postgresql_where=sa.text('NOT is_counted'))
    op.drop_index('ix_flags_open', table_name='flags', postgresql_where=sa.text("status <> 'closed'"))
    op.drop_index(op.f('ix_flags_municipality_id_unit_id'), table_name='flags')
    op.drop_index(op.f('ix_flags_municipality_id_team_id'), table_name='flags')
    op.drop_index(op.f('ix_flags_municipality_id_seen_by'), table_name='flags')
    op.drop_index(op.f('ix_flags_municipality_id_holder_id'), table_name='flags')
    op.drop_index(op.f('ix_flags_municipality_id_closed_by'), table_name='flags')
    op.drop_index(op.f('ix_flags_municipality_id_author_id'), table_name='flags')
    op.drop_index('ix_flags_author', table_name='flags')
    op.drop_index('ix_flags_about', table_name='flags', postgresql_using='gin')
    op.drop_table('flags')
    op.drop_index(op.f('ix_protection_recipients_municipality_id_unit_id'), table_name='protection_recipients')
    op.drop_index(op.f('ix_protection_recipients_municipality_id_region_id'), table_name='protection_recipients')
    op.drop_index(op.f('ix_protection_recipients_municipality_id_code'), table_name='protection_recipients')
    op.drop_table('protection_recipients')
    op.drop_index(op.f('ix_protection_bodies_municipality_id_unit_id'), table_name='protection_bodies')
    op.drop_table('protection_bodies')
    op.drop_index(op.f('ix_flag_counts_municipality_id_unit_id'), table_name='flag_counts')
    op.drop_index(op.f('ix_flag_counts_municipality_id_region_id'), table_name='flag_counts')
    op.drop_index('ix_flag_counts_month', table_name='flag_counts')
    op.drop_index('ix_flag_counts_flag', table_name='flag_counts')
    op.drop_table('flag_counts')
    op.drop_index('uq_protection_rules_standing', table_name='protection_rules', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index(op.f('ix_protection_rules_municipality_id_changed_by'), table_name='protection_rules')
    op.drop_table('protection_rules')
    op.drop_table('mark_keys')
    op.drop_table('communication_numbers')
