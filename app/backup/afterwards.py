"""What a restored database must be told before it is committed, as SQL: it runs in the restore's own transaction."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import orjson
from psycopg import sql

from app.audit import trail

# Epochs are seconds since then: the same copy restored twice must not give the same epoch, or a phone that saw the first
# would not push again after the second.
_EPOCHS_FROM = datetime(2020, 1, 1, tzinfo=UTC)

_SAME_ROWS = """
DO $$ DECLARE expected record; found bigint; BEGIN
    FOR expected IN SELECT key AS name, value::bigint AS n FROM jsonb_each_text({counts}::jsonb) LOOP
        EXECUTE format('SELECT count(*) FROM public.%I', expected.name) INTO found;
        IF found <> expected.n THEN
            RAISE EXCEPTION 'a tabela % voltou com % linhas em vez de %', expected.name, found, expected.n;
        END IF;
    END LOOP;
END $$;
"""

_BOUND = """
DO $$ DECLARE open_table text; BEGIN
    SELECT min(name) INTO open_table FROM jsonb_array_elements_text({bound}::jsonb) name
    WHERE NOT EXISTS (
        SELECT FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname = name AND c.relrowsecurity);
    IF open_table IS NOT NULL THEN
        RAISE EXCEPTION 'a tabela % voltou sem segurança por linha', open_table;
    END IF;
END $$;
"""

# A cursor holds transaction numbers of the old cluster, so nothing of `changes` may be read against the new one's.
_CITIES = """
UPDATE municipalities SET sync_epoch = greatest(sync_epoch + 1, {epoch}), settings = settings - 'changes_purged_to';
TRUNCATE changes;
"""

# Phones keep their sessions: with them they hear of the new epoch and push again, at 23:00 and without a password.
# Whoever sat at a desk signs in again: a desk's session may have been ended since, and nothing waits there.
_SESSIONS = "UPDATE sessions SET ended_at = {now} WHERE device_id IS NULL AND ended_at IS NULL;\n"

# A code that was used since would open again.
_CODES = """
DO $$ BEGIN
    IF to_regclass('public.access_codes') IS NOT NULL THEN
        UPDATE public.access_codes SET voided_at = {now} WHERE used_at IS NULL AND voided_at IS NULL;
    END IF;
END $$;
"""

# Whoever did these jobs is gone, and what they did is not here: once more. A periodic one comes again by itself.
_QUEUE = """
DELETE FROM procrastinate_jobs WHERE status IN ('doing', 'aborting') AND queueing_lock IS NOT NULL;
UPDATE procrastinate_jobs SET status = 'todo' WHERE status IN ('doing', 'aborting');
DELETE FROM procrastinate_workers;
"""


@dataclass(frozen=True)
class _Restorer:
    """Who restores is nobody of the city: a line of the trail without a worker."""

    municipality_id: int
    worker_id: UUID | None = None
    device_id: UUID | None = None


def statements(counts: dict[str, int], bound: list[str], cities: Iterable[int], now: datetime) -> str:
    """Same rows as were copied, row level security on, a new epoch, an empty `changes`, a sane queue, an audit line."""
    return "".join(
        [
            "SET search_path = public;\n",
            _filled(_SAME_ROWS, counts=json.dumps(counts)),
            _filled(_BOUND, bound=json.dumps(bound)),
            resending("backup.restore", cities, now),
            _filled(_SESSIONS, now=now.isoformat()),
            _filled(_CODES, now=now.isoformat()),
            _QUEUE,
        ]
    )


def resending(action: str, cities: Iterable[int], now: datetime) -> str:
    """A new epoch for every city, at which phones list anew and push their last seven days again; a line of the trail."""
    lines = [trail.line(_Restorer(city), action, now) for city in cities]
    parts = [_filled(_CITIES, epoch=int((now - _EPOCHS_FROM).total_seconds()))]
    if lines:
        columns = ", ".join(lines[0])
        parts.append(
            _filled(
                f"INSERT INTO audit_lines ({columns}) SELECT {columns}"
                " FROM json_populate_recordset(NULL::audit_lines, {lines}::json);\n",
                lines=orjson.dumps(lines).decode(),
            )
        )
    return "".join(parts)


def _filled(text: str, **values: str | int) -> str:
    """Values as literals: psql reads a script, which takes no parameters."""
    for name, value in values.items():
        literal = str(value) if isinstance(value, int) else sql.Literal(value).as_string(None)
        text = text.replace("{" + name + "}", literal)
    return text
