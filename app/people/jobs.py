"""Nightly: names are keyed for search, wherever they came from; who may be one person is proposed."""

from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import clock, days, jobs
from app.core.db import cleared
from app.core.ids import new_id
from app.people.service import pairing
from app.people.sound import plain, sounds

BATCH = 5000
# An old release that still ran beside this one wrote the columns only.
_NAMELESS = text(
    "SELECT p.id FROM people p WHERE p.municipality_id = :m AND p.ended_at IS NULL AND NOT EXISTS (SELECT FROM person_told t"
    " WHERE t.municipality_id = p.municipality_id AND t.person_id = p.id AND t.field LIKE 'name.%') LIMIT :n"
)
_NAME = text(
    "INSERT INTO person_told (municipality_id, id, person_id, field, value, source, certainty, told_at, received_at)"
    " SELECT p.municipality_id, n.id, p.id, 'name.' || p.called_kind, to_jsonb(p.called), 'told', 'sure', p.first_met_at,"
    " p.first_met_at FROM json_to_recordset(CAST(:rows AS json)) AS n(id uuid, person_id uuid)"
    " JOIN people p ON p.municipality_id = :m AND p.id = n.person_id"
)
_UNKEYED = text(
    "SELECT id, value #>> '{}' AS name FROM person_told WHERE municipality_id = :m AND field LIKE 'name.%'"
    " AND plain IS NULL LIMIT :n"
)
_KEY = text(
    "UPDATE person_told t SET plain = n.plain, sounds = ARRAY(SELECT json_array_elements_text(n.sounds))"
    " FROM json_to_recordset(CAST(:rows AS json)) AS n(id uuid, plain text, sounds json)"
    " WHERE t.municipality_id = :m AND t.id = n.id"
)


@jobs.task("people.key_names", every="41 5 * * *")
def key_names(_timestamp: int) -> None:
    """Give persons of an old release their name's row, and rows without keys their keys."""
    jobs.in_each_city(key_names_of)


def key_names_of(session: Session, municipality_id: int) -> int:
    """The same for one city; gives how many names were keyed."""
    keyed = 0
    with cleared(session, "restricted"):
        while found := session.scalars(_NAMELESS, {"m": municipality_id, "n": BATCH}).all():
            session.execute(_NAME, {"m": municipality_id, "rows": _json([{"id": new_id(), "person_id": id_} for id_ in found])})
        while rows := session.execute(_UNKEYED, {"m": municipality_id, "n": BATCH}).all():
            keys = [_keys(row.id, row.name) for row in rows]
            session.execute(_KEY, {"m": municipality_id, "rows": _json(keys)})
            keyed += len(rows)
    return keyed


def _keys(id_: UUID, name: str) -> dict:
    return {"id": id_, "plain": plain(name or ""), "sounds": sounds(name or "")}


def _json(rows: list[dict]) -> str:
    return orjson.dumps(rows).decode()


@jobs.task("people.propose_pairs", every="11 6 * * *")
def propose_pairs(_timestamp: int) -> None:
    """Propose, in each city, who may be one person; after the names of the day were keyed."""
    now = clock.now()
    jobs.in_each_city(lambda session, m: pairing.propose_pairs(session, m, now, days.today_of(session, m, now)))
