"""people: what is told of them, merges, restriction, private notes, households, tasks, offers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0009'
down_revision = '0008'

_TABLES = (
    "municipal_options", "person_imports", "people_absorbed", "person_access", "person_merges", "person_pairs",
    "person_restrictions", "person_sharings", "person_told", "private_notes", "private_note_peers", "household_events",
    "encounter_joins", "household_member_people", "tasks", "offers", "participation_links",
)
_CITY = "NULLIF(current_setting('vinculo.municipality', true), '')::integer"
_WORKER = "NULLIF(current_setting('vinculo.worker', true), '')::uuid"

# Whether this transaction may read a restricted person: one predicate for search, page, list, export, sync and notice.
# Of the owner, because person_access is itself seen through it.
_SEES = f"""
CREATE FUNCTION sees_restricted(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT 'restricted' = ANY (string_to_array(current_setting('vinculo.clearances', true), ',')) OR EXISTS (
        SELECT FROM person_access a WHERE a.municipality_id = {_CITY} AND a.person_id = wanted
          AND a.worker_id = {_WORKER} AND a.valid_from <= now() AND (a.valid_to IS NULL OR a.valid_to > now()))
$$;
-- A private note is seen by its holder and by the peers she named; no clearance opens it.
CREATE FUNCTION sees_note(wanted uuid, holder uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT holder = {_WORKER} OR EXISTS (
        SELECT FROM private_note_peers p WHERE p.municipality_id = {_CITY} AND p.note_id = wanted
          AND p.worker_id = {_WORKER} AND p.ended_at IS NULL)
$$;
REVOKE ALL ON FUNCTION sees_restricted(uuid), sees_note(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sees_restricted(uuid), sees_note(uuid, uuid) TO vinculo_app;
"""

# One meeting, many records: corrected ones, and one that two phones wrote. What was told of any of them stays where it
# was told. `under`: the record with all that it replaces or took in; the whole meeting is `same_meeting` (0010).
_RECORDS = f"""
CREATE FUNCTION records_under(wanted uuid) RETURNS SETOF uuid LANGUAGE sql STABLE ROWS 3 AS $$
    WITH RECURSIVE under AS (
        SELECT wanted AS id
        UNION
        SELECT before.id FROM under CROSS JOIN LATERAL (
            SELECT e.replaces_id AS id FROM encounters e
            WHERE e.municipality_id = {_CITY} AND e.id = under.id AND e.replaces_id IS NOT NULL
            UNION ALL
            SELECT j.joined_id FROM encounter_joins j
            WHERE j.municipality_id = {_CITY} AND j.kept_id = under.id AND j.undone_at IS NULL) before)
    SELECT id FROM under
$$;
REVOKE ALL ON FUNCTION records_under(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records_under(uuid) TO vinculo_app;
"""

# FOR SELECT only: what a phone tells under the id of a person who was restricted meanwhile is still taken in. An UPDATE
# reads first, so it needs the clearance.
_HIDES = """
CREATE POLICY not_restricted ON people AS RESTRICTIVE FOR SELECT
    USING (restricted_at IS NULL OR sees_restricted(id));
CREATE POLICY not_restricted ON private_notes AS RESTRICTIVE FOR SELECT USING (sees_note(id, holder_id));
"""
# table → its column that names a person.
_HANGS = {
    "person_told": "person_id", "person_restrictions": "person_id", "person_access": "person_id",
    "person_sharings": "person_id", "household_member_people": "person_id", "participation_links": "person_id",
    "tasks": "person_id",
    "person_merges": "absorbed_id", "person_pairs": "low_id", "people_absorbed": "survivor_id",
}  # fmt: skip


def upgrade() -> None:
    op.create_table('municipal_options',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('list', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('official', sa.String(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint("code ~ '^local_[a-z0-9_]{1,40}$'", name=op.f('ck_municipal_options_code')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_municipal_options_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_municipal_options')),
    sa.UniqueConstraint('municipality_id', 'list', 'code', name=op.f('uq_municipal_options_municipality_id_list_code'))
    )
    op.create_table('person_imports',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('file_name', sa.String(), nullable=False),
    sa.Column('file_sha256', sa.String(), nullable=False),
    sa.Column('origin', sa.String(), nullable=False),
    sa.Column('imported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('mapping', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('report', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'undone_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_person_imports_municipality_id_undone_by')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_person_imports_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_person_imports'))
    )
    op.create_index(op.f('ix_person_imports_municipality_id_undone_by'), 'person_imports', ['municipality_id', 'undone_by'])
    op.create_table('people_absorbed',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('survivor_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('survivor_id <> id', name=op.f('ck_people_absorbed_not_itself')),
    sa.ForeignKeyConstraint(['municipality_id', 'id'], ['people.municipality_id', 'people.id'], name=op.f('fk_people_absorbed_municipality_id_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'survivor_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_people_absorbed_municipality_id_survivor_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_people_absorbed_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_people_absorbed'))
    )
    op.create_index(op.f('ix_people_absorbed_municipality_id_survivor_id'), 'people_absorbed', ['municipality_id', 'survivor_id'])
    op.create_table('person_access',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('given_by', sa.Uuid(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reviewed_by', sa.Uuid(), nullable=True),
    sa.Column('review', sa.String(), nullable=True),
    sa.CheckConstraint("kind IN ('follows', 'named', 'break_glass')", name=op.f('ck_person_access_kind')),
    sa.ForeignKeyConstraint(['municipality_id', 'given_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_person_access_municipality_id_given_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'person_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_person_access_municipality_id_person_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'reviewed_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_person_access_municipality_id_reviewed_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_person_access_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_person_access_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_person_access'))
    )
    op.create_index(op.f('ix_person_access_municipality_id_given_by'), 'person_access', ['municipality_id', 'given_by'])
    op.create_index(op.f('ix_person_access_municipality_id_person_id'), 'person_access', ['municipality_id', 'person_id'])
    op.create_index(op.f('ix_person_access_municipality_id_reviewed_by'), 'person_access', ['municipality_id', 'reviewed_by'])
    op.create_index(op.f('ix_person_access_municipality_id_worker_id'), 'person_access', ['municipality_id', 'worker_id'])
    op.create_table('person_merges',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('survivor_id', sa.Uuid(), nullable=False),
    sa.Column('absorbed_id', sa.Uuid(), nullable=False),
    sa.Column('choices', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('merged_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('merged_by', sa.Uuid(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Uuid(), nullable=True),
    sa.Column('undo_reason', sa.String(), nullable=True),
    sa.CheckConstraint('survivor_id <> absorbed_id', name=op.f('ck_person_merges_not_itself')),
    sa.ForeignKeyConstraint(['municipality_id', 'absorbed_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_person_merges_municipality_id_absorbed_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'merged_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_person_merges_municipality_id_merged_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'survivor_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_person_merges_municipality_id_survivor_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'undone_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_person_merges_municipality_id_undone_by')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_person_merges_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_person_merges'))
    )
    op.create_index(op.f('ix_person_merges_municipality_id_absorbed_id'), 'person_merges', ['municipality_id', 'absorbed_id'])
    op.create_index(op.f('ix_person_merges_municipality_id_merged_by'), 'person_merges', ['municipality_id', 'merged_by'])
    op.create_index(op.f('ix_person_merges_municipality_id_survivor_id'), 'person_merges', ['municipality_id', 'survivor_id'])
    op.create_index(op.f('ix_person_merges_municipality_id_undone_by'), 'person_merges', ['municipality_id', 'undone_by'])
    op.create_index('uq_person_merges_absorbed', 'person_merges', ['municipality_id', 'absorbed_id'], unique=True, postgresql_where=sa.text('undone_at IS NULL'))
    op.create_table('person_pairs',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('low_id', sa.Uuid(), nullable=False),
    sa.Column('high_id', sa.Uuid(), nullable=False),
    sa.Column('score', sa.Double(), nullable=False),
    sa.Column('reasons', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('origin', sa.String(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decision', sa.String(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint("decision IN ('merged', 'different')", name=op.f('ck_person_pairs_decision')),
    sa.CheckConstraint('low_id < high_id', name=op.f('ck_person_pairs_ordered')),
    sa.ForeignKeyConstraint(['municipality_id', 'decided_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_person_pairs_municipality_id_decided_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'high_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_person_pairs_municipality_id_high_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'low_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_person_pairs_municipality_id_low_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_person_pairs_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_person_pairs')),
    sa.UniqueConstraint('municipality_id', 'low_id', 'high_id', name=op.f('uq_person_pairs_municipality_id_low_id_high_id'))
    )
    op.create_index(op.f('ix_person_pairs_municipality_id_decided_by'), 'person_pairs', ['municipality_id', 'decided_by'])
    op.create_index(op.f('ix_person_pairs_municipality_id_high_id'), 'person_pairs', ['municipality_id', 'high_id'])
    op.create_index(op.f('ix_person_pairs_municipality_id_low_id'), 'person_pairs', ['municipality_id', 'low_id'])
    op.create_table('person_restrictions',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.Column('end_reason', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'ended_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_person_restrictions_municipality_id_ended_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'person_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_person_restrictions_municipality_id_person_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_person_restrictions_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_person_restrictions_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_person_restrictions'))
    )
    op.create_index(op.f('ix_person_restrictions_municipality_id_ended_by'), 'person_restrictions', ['municipality_id', 'ended_by'])
    op.create_index(op.f('ix_person_restrictions_municipality_id_person_id'), 'person_restrictions', ['municipality_id', 'person_id'])
    op.create_index(op.f('ix_person_restrictions_municipality_id_worker_id'), 'person_restrictions', ['municipality_id', 'worker_id'])
    op.create_table('person_sharings',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=True),
    sa.Column('shared_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('with_whom', sa.String(), nullable=False),
    sa.Column('what', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'person_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_person_sharings_municipality_id_person_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_person_sharings_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_person_sharings_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_person_sharings'))
    )
    op.create_index(op.f('ix_person_sharings_municipality_id_person_id'), 'person_sharings', ['municipality_id', 'person_id'])
    op.create_index(op.f('ix_person_sharings_municipality_id_worker_id'), 'person_sharings', ['municipality_id', 'worker_id'])
    op.create_table('person_told',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('field', sa.String(), nullable=False),
    sa.Column('value', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('certainty', sa.String(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=True),
    sa.Column('import_id', sa.Uuid(), nullable=True),
    sa.Column('plain', sa.Text(), nullable=True),
    sa.Column('sounds', postgresql.ARRAY(sa.Text()), nullable=True),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_back_by', sa.Uuid(), nullable=True),
    sa.Column('taken_back_reason', sa.String(), nullable=True),
    sa.CheckConstraint("certainty IN ('sure', 'unsure')", name=op.f('ck_person_told_certainty')),
    sa.CheckConstraint("source IN ('told', 'observed', 'third_party', 'document', 'imported')", name=op.f('ck_person_told_source')),
    sa.ForeignKeyConstraint(['municipality_id', 'import_id'], ['person_imports.municipality_id', 'person_imports.id'], name=op.f('fk_person_told_municipality_id_import_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'person_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_person_told_municipality_id_person_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'taken_back_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_person_told_municipality_id_taken_back_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_person_told_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_person_told_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_person_told'))
    )
    op.create_index('ix_person_told_document', 'person_told', ['municipality_id', 'field', sa.literal_column("(value->>'number')")], postgresql_where=sa.text("field LIKE 'document.%'"))
    op.create_index('ix_person_told_field', 'person_told', ['municipality_id', 'field'], postgresql_include=['person_id'])
    op.create_index(op.f('ix_person_told_municipality_id_import_id'), 'person_told', ['municipality_id', 'import_id'])
    op.create_index(op.f('ix_person_told_municipality_id_person_id'), 'person_told', ['municipality_id', 'person_id'])
    op.create_index(op.f('ix_person_told_municipality_id_taken_back_by'), 'person_told', ['municipality_id', 'taken_back_by'])
    op.create_index(op.f('ix_person_told_municipality_id_worker_id'), 'person_told', ['municipality_id', 'worker_id'])
    op.create_index('ix_person_told_plain', 'person_told', ['plain'], postgresql_using='gin', postgresql_ops={'plain': 'gin_trgm_ops'}, postgresql_where=sa.text('plain IS NOT NULL'))
    op.create_index('ix_person_told_sounds', 'person_told', ['sounds'], postgresql_using='gin', postgresql_where=sa.text('sounds IS NOT NULL'))
    op.create_table('private_notes',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('holder_id', sa.Uuid(), nullable=False),
    sa.Column('profession', sa.String(), nullable=False),
    sa.Column('sealed_body', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("profession IN ('social_worker', 'psychologist', 'lawyer', 'pedagogue', 'other')", name=op.f('ck_private_notes_profession')),
    sa.ForeignKeyConstraint(['municipality_id', 'author_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_private_notes_municipality_id_author_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'holder_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_private_notes_municipality_id_holder_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'person_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_private_notes_municipality_id_person_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_private_notes_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_private_notes'))
    )
    op.create_index(op.f('ix_private_notes_municipality_id_author_id'), 'private_notes', ['municipality_id', 'author_id'])
    op.create_index(op.f('ix_private_notes_municipality_id_holder_id'), 'private_notes', ['municipality_id', 'holder_id'])
    op.create_index(op.f('ix_private_notes_municipality_id_person_id'), 'private_notes', ['municipality_id', 'person_id'])
    op.create_table('private_note_peers',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('note_id', sa.Uuid(), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('given_by', sa.Uuid(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'given_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_private_note_peers_municipality_id_given_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'note_id'], ['private_notes.municipality_id', 'private_notes.id'], name=op.f('fk_private_note_peers_municipality_id_note_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_private_note_peers_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_private_note_peers_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_private_note_peers'))
    )
    op.create_index(op.f('ix_private_note_peers_municipality_id_given_by'), 'private_note_peers', ['municipality_id', 'given_by'])
    op.create_index(op.f('ix_private_note_peers_municipality_id_note_id'), 'private_note_peers', ['municipality_id', 'note_id'])
    op.create_index(op.f('ix_private_note_peers_municipality_id_worker_id'), 'private_note_peers', ['municipality_id', 'worker_id'])
    op.create_table('household_events',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('household_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('other_id', sa.Uuid(), nullable=True),
    sa.Column('member_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('told', postgresql.JSONB(), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id', 'household_id'], ['households.municipality_id', 'households.id'], name=op.f('fk_household_events_municipality_id_household_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'other_id'], ['households.municipality_id', 'households.id'], name=op.f('fk_household_events_municipality_id_other_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_household_events_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_household_events_municipality_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'member_id'], ['household_members.municipality_id', 'household_members.id'], name=op.f('fk_household_events_municipality_id_member_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_household_events'))
    )
    op.create_index(op.f('ix_household_events_municipality_id_member_id'), 'household_events', ['municipality_id', 'member_id'])
    op.create_index(op.f('ix_household_events_municipality_id_household_id'), 'household_events', ['municipality_id', 'household_id'])
    op.create_index(op.f('ix_household_events_municipality_id_other_id'), 'household_events', ['municipality_id', 'other_id'])
    op.create_index(op.f('ix_household_events_municipality_id_worker_id'), 'household_events', ['municipality_id', 'worker_id'])
    op.create_table('encounter_joins',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kept_id', sa.Uuid(), nullable=False),
    sa.Column('joined_id', sa.Uuid(), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('kept_id <> joined_id', name=op.f('ck_encounter_joins_not_itself')),
    sa.ForeignKeyConstraint(['municipality_id', 'joined_id'], ['encounters.municipality_id', 'encounters.id'], name=op.f('fk_encounter_joins_municipality_id_joined_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'kept_id'], ['encounters.municipality_id', 'encounters.id'], name=op.f('fk_encounter_joins_municipality_id_kept_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'undone_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_encounter_joins_municipality_id_undone_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_encounter_joins_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_encounter_joins_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_encounter_joins'))
    )
    op.create_index(op.f('ix_encounter_joins_municipality_id_joined_id'), 'encounter_joins', ['municipality_id', 'joined_id'])
    op.create_index(op.f('ix_encounter_joins_municipality_id_kept_id'), 'encounter_joins', ['municipality_id', 'kept_id'])
    op.create_index(op.f('ix_encounter_joins_municipality_id_undone_by'), 'encounter_joins', ['municipality_id', 'undone_by'])
    op.create_index(op.f('ix_encounter_joins_municipality_id_worker_id'), 'encounter_joins', ['municipality_id', 'worker_id'])
    op.create_index('uq_encounter_joins_joined', 'encounter_joins', ['municipality_id', 'joined_id'], unique=True, postgresql_where=sa.text('undone_at IS NULL'))
    op.create_table('household_member_people',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'id'], ['household_members.municipality_id', 'household_members.id'], name=op.f('fk_household_member_people_municipality_id_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'person_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_household_member_people_municipality_id_person_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_household_member_people_municipality_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_household_member_people_municipality_id_worker_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_household_member_people'))
    )
    op.create_index(op.f('ix_household_member_people_municipality_id_worker_id'), 'household_member_people', ['municipality_id', 'worker_id'])
    op.create_index(op.f('ix_household_member_people_municipality_id_person_id'), 'household_member_people', ['municipality_id', 'person_id'])
    op.create_table('tasks',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('household_id', sa.Uuid(), nullable=True),
    sa.Column('encounter_id', sa.Uuid(), nullable=True),
    sa.Column('team_id', sa.Uuid(), nullable=True),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('assignee_id', sa.Uuid(), nullable=True),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('due_time', sa.Time(), nullable=True),
    sa.Column('place_text', sa.String(), nullable=True),
    sa.Column('known_point_id', sa.Uuid(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.Uuid(), nullable=True),
    sa.Column('close_text', sa.String(), nullable=True),
    sa.Column('moved_to_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("status IN ('open', 'done', 'not_found', 'moved', 'cancelled')", name=op.f('ck_tasks_status')),
    sa.ForeignKeyConstraint(['municipality_id', 'assignee_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_tasks_municipality_id_assignee_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'closed_by'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_tasks_municipality_id_closed_by')),
    sa.ForeignKeyConstraint(['municipality_id', 'encounter_id'], ['encounters.municipality_id', 'encounters.id'], name=op.f('fk_tasks_municipality_id_encounter_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'household_id'], ['households.municipality_id', 'households.id'], name=op.f('fk_tasks_municipality_id_household_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'known_point_id'], ['concentration_points.municipality_id', 'concentration_points.id'], name=op.f('fk_tasks_municipality_id_known_point_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'moved_to_id'], ['tasks.municipality_id', 'tasks.id'], name=op.f('fk_tasks_municipality_id_moved_to_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'person_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_tasks_municipality_id_person_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'team_id'], ['teams.municipality_id', 'teams.id'], name=op.f('fk_tasks_municipality_id_team_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_tasks_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_tasks_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_tasks'))
    )
    op.create_index('ix_tasks_due', 'tasks', ['municipality_id', 'team_id', 'status', 'due_on'])
    op.create_index(op.f('ix_tasks_municipality_id_assignee_id'), 'tasks', ['municipality_id', 'assignee_id'])
    op.create_index(op.f('ix_tasks_municipality_id_closed_by'), 'tasks', ['municipality_id', 'closed_by'])
    op.create_index(op.f('ix_tasks_municipality_id_encounter_id'), 'tasks', ['municipality_id', 'encounter_id'])
    op.create_index(op.f('ix_tasks_municipality_id_household_id'), 'tasks', ['municipality_id', 'household_id'])
    op.create_index(op.f('ix_tasks_municipality_id_known_point_id'), 'tasks', ['municipality_id', 'known_point_id'])
    op.create_index(op.f('ix_tasks_municipality_id_moved_to_id'), 'tasks', ['municipality_id', 'moved_to_id'])
    op.create_index(op.f('ix_tasks_municipality_id_person_id'), 'tasks', ['municipality_id', 'person_id'])
    op.create_index(op.f('ix_tasks_municipality_id_team_id'), 'tasks', ['municipality_id', 'team_id'])
    op.create_index(op.f('ix_tasks_municipality_id_worker_id'), 'tasks', ['municipality_id', 'worker_id'])
    op.create_table('offers',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('encounter_id', sa.Uuid(), nullable=False),
    sa.Column('participation_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('offered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("answer IN ('accepted', 'refused', 'later', 'unavailable')", name=op.f('ck_offers_answer')),
    sa.ForeignKeyConstraint(['municipality_id', 'encounter_id'], ['encounters.municipality_id', 'encounters.id'], name=op.f('fk_offers_municipality_id_encounter_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'participation_id'], ['participations.municipality_id', 'participations.id'], name=op.f('fk_offers_municipality_id_participation_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_offers_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_offers_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_offers'))
    )
    op.create_index(op.f('ix_offers_municipality_id_encounter_id'), 'offers', ['municipality_id', 'encounter_id'])
    op.create_index(op.f('ix_offers_municipality_id_participation_id'), 'offers', ['municipality_id', 'participation_id'])
    op.create_index(op.f('ix_offers_municipality_id_worker_id'), 'offers', ['municipality_id', 'worker_id'])
    op.create_table('participation_links',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('participation_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('certainty', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("certainty IN ('sure', 'possible')", name=op.f('ck_participation_links_certainty')),
    sa.ForeignKeyConstraint(['municipality_id', 'participation_id'], ['participations.municipality_id', 'participations.id'], name=op.f('fk_participation_links_municipality_id_participation_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'person_id'], ['people.municipality_id', 'people.id'], name=op.f('fk_participation_links_municipality_id_person_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'worker_id'], ['workers.municipality_id', 'workers.id'], name=op.f('fk_participation_links_municipality_id_worker_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_participation_links_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'id', name=op.f('pk_participation_links'))
    )
    op.create_index(op.f('ix_participation_links_municipality_id_participation_id'), 'participation_links', ['municipality_id', 'participation_id'])
    op.create_index(op.f('ix_participation_links_municipality_id_person_id'), 'participation_links', ['municipality_id', 'person_id'])
    op.create_index(op.f('ix_participation_links_municipality_id_worker_id'), 'participation_links', ['municipality_id', 'worker_id'])
    op.add_column('household_members', sa.Column('due_on', sa.Date(), nullable=True))
    op.add_column('household_members', sa.Column('is_responsible', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('household_members', sa.Column('joined_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('household_members', sa.Column('left_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('household_members', sa.Column('left_reason', sa.String(), nullable=True))
    op.add_column('households', sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('households', sa.Column('close_reason', sa.String(), nullable=True))
    op.add_column('participations', sa.Column('certainty', sa.String(), server_default='sure', nullable=False))
    op.add_column('people', sa.Column('is_met', sa.Boolean(), server_default=sa.text('true'), nullable=False))
    op.add_column('people', sa.Column('restricted_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('people', sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('people', sa.Column('end_reason', sa.String(), nullable=True))
    op.add_column('workers', sa.Column('profession', sa.String(), nullable=True))
    for column in ("visitor_id", "team_id"):
        op.alter_column('households', column, existing_type=sa.UUID(), nullable=True)
    op.drop_constraint("ck_encounters_status", "encounters")
    op.create_check_constraint(
        op.f("ck_encounters_status"), "encounters", "status IN ('valid', 'corrected', 'withdrawn', 'joined')",
        postgresql_not_valid=True,
    )
    for table in _TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")
    op.execute("GRANT DELETE ON people_absorbed, person_told, household_member_people, person_pairs TO vinculo_app")
    op.execute(_SEES)
    op.execute(_HIDES)
    op.execute(_RECORDS)
    for table, column in _HANGS.items():
        op.execute(
            f"CREATE POLICY not_restricted ON {table} AS RESTRICTIVE FOR SELECT USING ({column} IS NULL OR EXISTS"
            f" (SELECT FROM people p WHERE p.municipality_id = {table}.municipality_id AND p.id = {table}.{column}))"
        )
    # What persons were called so far is the first thing told of each; the nightly job keys it for search.
    op.execute(
        "INSERT INTO person_told (municipality_id, id, person_id, field, value, source, certainty, told_at, received_at)"
        " SELECT municipality_id, gen_random_uuid(), id, 'name.' || called_kind, to_jsonb(called), 'told', 'sure',"
        " first_met_at, first_met_at FROM people"
    )


def downgrade() -> None:
    for table in ("people", "private_notes", *_HANGS):
        op.execute(f"DROP POLICY not_restricted ON {table}")
    op.execute("DROP FUNCTION sees_note(uuid, uuid), sees_restricted(uuid), records_under(uuid)")
    op.execute("UPDATE encounters SET status = 'valid' WHERE status = 'joined'")
    op.drop_constraint("ck_encounters_status", "encounters")
    op.create_check_constraint(
        op.f("ck_encounters_status"), "encounters", "status IN ('valid', 'corrected', 'withdrawn')"
    )
    for table in (
        "participation_links", "offers", "tasks", "household_member_people", "encounter_joins",
        "household_events", "private_note_peers", "private_notes", "person_told", "person_sharings",
        "person_restrictions", "person_pairs", "person_merges", "person_access", "people_absorbed",
        "person_imports", "municipal_options",
    ):
        op.drop_table(table)
    op.drop_column("workers", "profession")
    for column in ("end_reason", "ended_at", "restricted_at", "is_met"):
        op.drop_column("people", column)
    op.drop_column("participations", "certainty")
    op.execute("DELETE FROM household_members WHERE (municipality_id, household_id) IN (SELECT municipality_id, id FROM households WHERE visitor_id IS NULL OR team_id IS NULL)")
    op.execute("DELETE FROM households WHERE visitor_id IS NULL OR team_id IS NULL")
    for column in ("team_id", "visitor_id"):
        op.alter_column("households", column, existing_type=sa.UUID(), nullable=False)
    for column in ("close_reason", "closed_at"):
        op.drop_column("households", column)
    for column in ("left_reason", "left_at", "joined_at", "is_responsible", "due_on"):
        op.drop_column("household_members", column)
