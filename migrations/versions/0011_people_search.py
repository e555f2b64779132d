"""people: search by name and by document, as the owner, because trigrams are not leakproof"""

from alembic import op

revision = "0011"
down_revision = "0010"

_CITY = "NULLIF(current_setting('vinculo.municipality', true), '')::integer"
# Of the owner, so each says itself what row level security would: the transaction's own city, nobody who is hidden
# from its worker, nobody ended. Nothing of this is an argument: it can't be asked across.
_SEEN = """p.municipality_id = {city} AND p.ended_at IS NULL AND (p.restricted_at IS NULL OR sees_restricted(p.id))"""
_SEEN = _SEEN.format(city=_CITY)
_OWNERS = "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp"

# Names that may be told to who asks: standing, and no civil name beside a social one unless `civil` (a social name
# counts wherever in the merged person it stands).
_MAY_BE_TOLD = f"""
CREATE FUNCTION name_may_be_told(field text, whose uuid, civil boolean) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT civil OR field <> 'name.civil' OR NOT EXISTS (
        SELECT FROM person_told s
        WHERE s.municipality_id = {_CITY} AND s.field = 'name.social' AND s.taken_back_at IS NULL AND s.person_id IN (
            SELECT a.e FROM (SELECT COALESCE((SELECT survivor_id FROM people_absorbed
                                              WHERE municipality_id = {_CITY} AND id = whose), whose) AS e) a
            UNION ALL
            SELECT b.id FROM people_absorbed b WHERE b.municipality_id = {_CITY} AND b.survivor_id = COALESCE(
                (SELECT survivor_id FROM people_absorbed WHERE municipality_id = {_CITY} AND id = whose), whose)))
$$;
"""

# Every word must be found in some name of the person: whole, as a beginning, by its sound (`keys`, beside `words`), in
# the middle, or with a slip. Candidates come from the longest word, by the two GIN indexes of person_told.
# The thresholds are set inside: in the head of a function only a superuser may restore them from a copy.
# enable_seqscan off: the words are parameters, and a plan for unknown words would read the whole table.
_SEARCH = f"""
CREATE FUNCTION people_search(words text[], keys text[], civil boolean, most integer)
RETURNS TABLE (person_id uuid, score real)
{_OWNERS} SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    first integer := (SELECT i FROM generate_subscripts(words, 1) i ORDER BY length(words[i]) DESC, i LIMIT 1);
    word text := words[first];
    inside text := '%' || replace(replace(replace(word, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
BEGIN
    PERFORM set_config('pg_trgm.word_similarity_threshold', '0.45', true);
    RETURN QUERY
    WITH near AS MATERIALIZED (
        SELECT t.person_id FROM person_told t
        WHERE t.municipality_id = {_CITY} AND t.taken_back_at IS NULL AND t.plain LIKE inside
        UNION
        SELECT t.person_id FROM person_told t
        WHERE t.municipality_id = {_CITY} AND t.taken_back_at IS NULL AND t.sounds @> ARRAY[keys[first]]
        UNION
        SELECT t.person_id FROM person_told t
        WHERE length(word) > 4 AND t.municipality_id = {_CITY} AND t.taken_back_at IS NULL AND word <% t.plain
    ), those AS MATERIALIZED (
        -- The whole of a merged person, so that a name and a nickname told under two ids are found together.
        SELECT DISTINCT COALESCE(a.survivor_id, n.person_id) AS e FROM near n
        LEFT JOIN people_absorbed a ON a.municipality_id = {_CITY} AND a.id = n.person_id
    ), every AS (
        SELECT e, e AS id FROM those
        UNION ALL
        SELECT a.survivor_id, a.id FROM those JOIN people_absorbed a ON a.municipality_id = {_CITY} AND a.survivor_id = e
    ), named AS (
        SELECT every.e, ' ' || t.plain || ' ' AS plain, t.sounds
        FROM every JOIN person_told t ON t.municipality_id = {_CITY} AND t.person_id = every.id
        JOIN people o ON o.municipality_id = {_CITY} AND o.id = every.id AND o.ended_at IS NULL
        WHERE t.plain IS NOT NULL AND t.taken_back_at IS NULL AND name_may_be_told(t.field, every.e, civil)
    ), fits AS (
        SELECT named.e, i, max(CASE
            WHEN strpos(plain, ' ' || words[i] || ' ') > 0 THEN 1.0
            WHEN strpos(plain, ' ' || words[i]) > 0 THEN 0.9
            WHEN sounds @> ARRAY[keys[i]] THEN 0.85
            WHEN strpos(plain, words[i]) > 0 THEN 0.7
            WHEN length(words[i]) > 4 AND words[i] <% plain THEN 0.6 * word_similarity(words[i], plain)
            ELSE 0 END) AS fit
        FROM named CROSS JOIN generate_subscripts(words, 1) i GROUP BY named.e, i
    ), ranked AS (
        SELECT e, sum(fit) / array_length(words, 1) AS fit FROM fits GROUP BY e HAVING min(fit) > 0
    )
    SELECT p.id, ranked.fit::real FROM ranked JOIN people p ON p.id = ranked.e WHERE {_SEEN}
    ORDER BY ranked.fit DESC, p.last_met_at DESC, p.id LIMIT most;
END $$;
"""

# Candidates for likeness: who shares the most words by sound, and who has a name that looks like one of `names`.
_ALIKE = f"""
CREATE FUNCTION people_alike(names text[], keys text[], civil boolean, most integer)
RETURNS TABLE (person_id uuid)
{_OWNERS} SET enable_seqscan = off
AS $$
#variable_conflict use_column
BEGIN
    PERFORM set_config('pg_trgm.similarity_threshold', '0.4', true);
    RETURN QUERY
    WITH near AS MATERIALIZED (
        SELECT t.person_id, t.field, (SELECT count(*) FROM unnest(keys) k WHERE k = ANY (t.sounds))::real AS fit
        FROM person_told t
        WHERE t.municipality_id = {_CITY} AND t.taken_back_at IS NULL AND t.sounds && keys
        UNION ALL
        SELECT t.person_id, t.field, 2 * similarity(n, t.plain)
        FROM unnest(names) n JOIN person_told t ON t.plain % n
        WHERE t.municipality_id = {_CITY} AND t.taken_back_at IS NULL
    ), best AS (
        SELECT near.person_id, max(fit) AS fit FROM near
        WHERE name_may_be_told(near.field, near.person_id, civil) GROUP BY near.person_id
    )
    SELECT p.id FROM best JOIN people p ON p.id = best.person_id WHERE {_SEEN}
    ORDER BY best.fit DESC, p.last_met_at DESC, p.id LIMIT most;
END $$;
"""

_DOCUMENTS = f"""
CREATE FUNCTION people_with_document(fields text[], number text)
RETURNS TABLE (person_id uuid)
{_OWNERS} SET enable_seqscan = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT DISTINCT p.id FROM person_told t JOIN people p ON p.id = t.person_id
    WHERE t.municipality_id = {_CITY} AND t.field = ANY (fields) AND t.field LIKE 'document.%'
      AND t.value->>'number' = people_with_document.number AND t.taken_back_at IS NULL AND {_SEEN}
    ORDER BY p.id LIMIT 20;
END $$;
"""

_NAMES = (
    "people_search(text[], text[], boolean, integer), people_alike(text[], text[], boolean, integer),"
    " people_with_document(text[], text)"
)


def upgrade() -> None:
    op.execute(_MAY_BE_TOLD)
    op.execute(_SEARCH)
    op.execute(_ALIKE)
    op.execute(_DOCUMENTS)
    op.execute(f"REVOKE ALL ON FUNCTION {_NAMES}, name_may_be_told(text, uuid, boolean) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {_NAMES} TO vinculo_app")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {_NAMES}, name_may_be_told(text, uuid, boolean)")
