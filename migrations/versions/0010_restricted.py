"""restricted persons: access follows a merge, phones hold nothing that an opening showed, families and notes are guarded"""

from alembic import op

revision = '0010'
down_revision = '0009'

_CITY = "NULLIF(current_setting('vinculo.municipality', true), '')::integer"
_WORKER = "NULLIF(current_setting('vinculo.worker', true), '')::uuid"

# An access given to one of a merged person's ids is given to all of them, as long as the merge stands. What was opened
# with a reason is read at that moment only: the transaction of a pull says `openings` = off, for a phone keeps what it gets.
_SEES = f"""
CREATE OR REPLACE FUNCTION sees_restricted(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT 'restricted' = ANY (string_to_array(current_setting('vinculo.clearances', true), ',')) OR EXISTS (
        WITH survivor AS (SELECT COALESCE((
            SELECT survivor_id FROM people_absorbed WHERE municipality_id = {_CITY} AND id = wanted), wanted) AS id)
        SELECT FROM person_access a, survivor s WHERE a.municipality_id = {_CITY} AND a.worker_id = {_WORKER}
          AND (a.person_id = s.id OR a.person_id IN (
              SELECT id FROM people_absorbed WHERE municipality_id = {_CITY} AND survivor_id = s.id))
          AND a.valid_from <= now() AND (a.valid_to IS NULL OR a.valid_to > now())
          AND (a.kind <> 'break_glass' OR current_setting('vinculo.openings', true) IS DISTINCT FROM 'off'))
$$;
"""
_SAW = f"""
CREATE OR REPLACE FUNCTION sees_restricted(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT 'restricted' = ANY (string_to_array(current_setting('vinculo.clearances', true), ',')) OR EXISTS (
        SELECT FROM person_access a WHERE a.municipality_id = {_CITY} AND a.person_id = wanted
          AND a.worker_id = {_WORKER} AND a.valid_from <= now() AND (a.valid_to IS NULL OR a.valid_to > now()))
$$;
"""
# Where a restricted person lives is what must not be known: her family goes with her, for the time that she is in it.
_FAMILIES = f"""
CREATE FUNCTION hides_member(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM household_member_people l
        JOIN people p ON p.municipality_id = l.municipality_id AND p.id = l.person_id
        WHERE l.municipality_id = {_CITY} AND l.id = wanted
          AND p.restricted_at IS NOT NULL AND NOT sees_restricted(p.id))
$$;
CREATE FUNCTION hides_household(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM household_members m WHERE m.municipality_id = {_CITY} AND m.household_id = wanted
          AND m.left_at IS NULL AND hides_member(m.id))
$$;
-- What was told of her in one breath with others (why they left, where to) stands under each of them.
CREATE FUNCTION hides_event(home uuid, what varchar, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM household_events e WHERE e.municipality_id = {_CITY} AND e.household_id = home
          AND e.kind = what AND e.at = moment AND e.member_id IS NOT NULL AND hides_member(e.member_id))
$$;
-- Those of these persons on whom somebody keeps a note: an import that is undone must not end them.
CREATE FUNCTION noted_among(wanted uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT DISTINCT n.person_id FROM private_notes n WHERE n.municipality_id = {_CITY} AND n.person_id = ANY (wanted)
$$;
-- That professionals keep notes of a person, for the paper that she may ask for: whose they are, never what they say.
CREATE FUNCTION note_keepers(wanted uuid[]) RETURNS TABLE (worker_name varchar, profession varchar, is_active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT DISTINCT w.name, n.profession, w.is_active FROM private_notes n
    JOIN people p ON p.municipality_id = n.municipality_id AND p.id = n.person_id
    JOIN workers w ON w.municipality_id = n.municipality_id AND w.id = n.holder_id
    WHERE n.municipality_id = {_CITY} AND n.person_id = ANY (wanted)
      AND (p.restricted_at IS NULL OR sees_restricted(p.id))
$$;
REVOKE ALL ON FUNCTION hides_member(uuid), hides_household(uuid), hides_event(uuid, varchar, timestamptz), noted_among(uuid[]),
    note_keepers(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hides_member(uuid), hides_household(uuid), hides_event(uuid, varchar, timestamptz), noted_among(uuid[]),
    note_keepers(uuid[]) TO vinculo_app;
CREATE POLICY not_restricted ON households AS RESTRICTIVE FOR SELECT USING (NOT hides_household(id));
CREATE POLICY not_restricted ON household_members AS RESTRICTIVE FOR SELECT
    USING (NOT hides_member(id) AND NOT hides_household(household_id));
CREATE POLICY not_restricted ON household_events AS RESTRICTIVE FOR SELECT
    USING (NOT hides_household(household_id) AND NOT hides_household(other_id) AND NOT hides_event(household_id, kind, at));
CREATE POLICY of_a_family ON tasks AS RESTRICTIVE FOR SELECT
    USING (household_id IS NULL OR NOT hides_household(household_id));
-- Two who may be one: seen by who sees both.
CREATE POLICY other_not_restricted ON person_pairs AS RESTRICTIVE FOR SELECT USING (EXISTS
    (SELECT FROM people p WHERE p.municipality_id = person_pairs.municipality_id AND p.id = person_pairs.high_id));
"""
# A record with all that it corrects or was corrected to, and what was joined with it: one meeting.
# What was agreed or sent there tells of whoever was there, under whichever of the records it was told.
_MEETINGS = f"""
CREATE FUNCTION same_meeting(wanted uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
    WITH RECURSIVE tied(id) AS (SELECT unnest(wanted) UNION SELECT n.id FROM tied CROSS JOIN LATERAL (
        SELECT e.replaces_id AS id FROM encounters e
        WHERE e.municipality_id = {_CITY} AND e.id = tied.id AND e.replaces_id IS NOT NULL
        UNION ALL SELECT e.id FROM encounters e WHERE e.municipality_id = {_CITY} AND e.replaces_id = tied.id
        UNION ALL SELECT j.kept_id FROM encounter_joins j
        WHERE j.municipality_id = {_CITY} AND j.joined_id = tied.id AND j.undone_at IS NULL
        UNION ALL SELECT j.joined_id FROM encounter_joins j
        WHERE j.municipality_id = {_CITY} AND j.kept_id = tied.id AND j.undone_at IS NULL) n)
    SELECT id FROM tied
$$;
CREATE FUNCTION hides_encounter(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM participations x JOIN people p ON p.municipality_id = x.municipality_id AND p.id = x.person_id
        WHERE x.municipality_id = {_CITY} AND x.encounter_id IN (SELECT same_meeting(ARRAY[wanted]))
          AND p.restricted_at IS NOT NULL AND NOT sees_restricted(p.id))
$$;
REVOKE ALL ON FUNCTION same_meeting(uuid[]), hides_encounter(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION same_meeting(uuid[]), hides_encounter(uuid) TO vinculo_app;
CREATE POLICY of_a_meeting ON tasks AS RESTRICTIVE FOR SELECT
    USING (encounter_id IS NULL OR NOT hides_encounter(encounter_id));
"""
# Who may not see somebody restricted gives nobody access, herself neither, but by an opening that is written down.
_GIVING = f"""
CREATE POLICY given_by_who_sees ON person_access AS RESTRICTIVE FOR INSERT WITH CHECK (
    (kind = 'break_glass' AND worker_id = {_WORKER} AND given_by = {_WORKER})
    OR EXISTS (SELECT FROM people p WHERE p.municipality_id = person_access.municipality_id AND p.id = person_access.person_id));
"""
# A note is written, handed on and shared by who answers for it, and by nobody above her.
_NOTES = f"""
CREATE POLICY written_by_holder ON private_notes AS RESTRICTIVE FOR INSERT
    WITH CHECK (author_id = {_WORKER} AND holder_id = {_WORKER});
CREATE POLICY changed_by_holder ON private_notes AS RESTRICTIVE FOR UPDATE
    USING (holder_id = {_WORKER}) WITH CHECK (true);
CREATE POLICY not_restricted ON private_note_peers AS RESTRICTIVE FOR SELECT USING (worker_id = {_WORKER} OR EXISTS
    (SELECT FROM private_notes n WHERE n.municipality_id = private_note_peers.municipality_id AND n.id = private_note_peers.note_id));
CREATE POLICY named_by_holder ON private_note_peers AS RESTRICTIVE FOR INSERT WITH CHECK (EXISTS
    (SELECT FROM private_notes n WHERE n.municipality_id = private_note_peers.municipality_id
      AND n.id = private_note_peers.note_id AND n.holder_id = {_WORKER}));
CREATE POLICY ended_by_holder ON private_note_peers AS RESTRICTIVE FOR UPDATE
    USING (true) WITH CHECK (ended_at IS NOT NULL OR EXISTS
    (SELECT FROM private_notes n WHERE n.municipality_id = private_note_peers.municipality_id
      AND n.id = private_note_peers.note_id AND n.holder_id = {_WORKER}));
"""
_POLICIES = (
    ("households", "not_restricted"), ("household_members", "not_restricted"), ("household_events", "not_restricted"),
    ("tasks", "of_a_family"), ("tasks", "of_a_meeting"), ("person_pairs", "other_not_restricted"), ("person_access", "given_by_who_sees"),
    ("private_notes", "written_by_holder"), ("private_notes", "changed_by_holder"),
    ("private_note_peers", "not_restricted"), ("private_note_peers", "named_by_holder"),
    ("private_note_peers", "ended_by_holder"),
)  # fmt: skip


def upgrade() -> None:
    op.execute(_SEES)
    op.execute(_FAMILIES)
    op.execute(_MEETINGS)
    op.execute(_GIVING)
    op.execute(_NOTES)
    op.create_check_constraint(
        op.f("ck_person_access_opening"),
        "person_access",
        "kind <> 'break_glass' OR (reason IS NOT NULL AND valid_to IS NOT NULL"
        " AND valid_to <= valid_from + interval '2 hours')",
    )


def downgrade() -> None:
    op.drop_constraint("ck_person_access_opening", "person_access")
    for table, policy in _POLICIES:
        op.execute(f"DROP POLICY {policy} ON {table}")
    op.execute("DROP FUNCTION hides_encounter(uuid), same_meeting(uuid[]), hides_event(uuid, varchar, timestamptz), hides_household(uuid), hides_member(uuid)")
    op.execute("DROP FUNCTION noted_among(uuid[]), note_keepers(uuid[])")
    op.execute(_SAW)
