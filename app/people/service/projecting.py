"""What the columns of a person say now, out of that person's own rows (never of those merged into her)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session


from app.core import clock
from app.core.db import cleared
from app.people import ladder
from app.people.ladder import Told
from app.people.queries import told_of

_FIELDS = ("name.social", "name.nickname", "name.civil", "name.alias", "birth_on", "age", "age_band", "statistical_sex")

# A person of whom no row speaks of age or sex keeps what the old release wrote in her columns.
_WRITE = text(
    "UPDATE people p SET called = n.called, called_kind = n.called_kind,"
    " age_band = CASE WHEN n.keeps_band THEN p.age_band ELSE n.age_band END,"
    " sex = CASE WHEN n.keeps_sex THEN p.sex ELSE n.sex END"
    " FROM json_to_recordset(CAST(:rows AS json)) AS n(id uuid, called text, called_kind text, age_band text, sex text,"
    " keeps_band boolean, keeps_sex boolean) WHERE p.municipality_id = :m AND p.id = n.id"
)


def project(session: Session, municipality_id: int, person_ids: Collection[UUID]) -> None:
    """Recompute called, called_kind, age_band and sex of these persons after something was written of them."""
    if not person_ids:
        return
    with cleared(session, "restricted"):
        by_person: dict[UUID, list[Told]] = defaultdict(list)
        for row in told_of(session, municipality_id, person_ids, fields=_FIELDS):
            by_person[row.person_id].append(row)
        today = clock.now().date()
        rows = [_projection(person_id, told, today) for person_id, told in sorted(by_person.items())]
        if rows:
            session.execute(_WRITE, {"m": municipality_id, "rows": orjson.dumps(rows).decode()})


def _projection(person_id: UUID, told: list[Told], today: date) -> dict[str, Any]:
    counts, spoken = ladder.counting(told), {row.field for row in told}
    called, kind = ladder.called_of(counts)
    return {
        "id": person_id,
        "called": called,
        "called_kind": kind,
        "age_band": ladder.band_of(counts, today),
        "sex": counts["statistical_sex"].value if "statistical_sex" in counts else None,
        "keeps_band": not spoken & {"birth_on", "age", "age_band"},
        "keeps_sex": "statistical_sex" not in spoken,
    }
