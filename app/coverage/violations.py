"""Signs of violation by month and region, as the view `flag_numbers` gives them: counts of distinct people under the k rule,
found by marks. Nothing else of a flag can be read from here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core import marks, seal
from app.territory.queries import region_names

# Keys of protection.terms.COUNTED, which this floor can't read (tests/protection/test_numbers.py binds the two). Not those up to
# 15: beside child labour they would tell by subtraction how few are 16 or 17. The form of their unit has them.
COUNTED = {
    "flag": _("Alertas recebidos"),
    "child_labour": _("Trabalho infantil"),
    "sexual_exploitation_minor": _("Exploração sexual de criança ou adolescente"),
    "violence_minor": _("Outra violência contra criança ou adolescente"),
    "violence_woman": _("Violência contra mulher"),
    "violence_older": _("Violência contra pessoa idosa"),
    "state_violence": _("Violência por agente público"),
}
SMALLEST = 5
_NUMBERS = text(
    "SELECT scope, region_id, what, n FROM flag_numbers WHERE month_on = :month AND scope IN ('region', 'city') AND what IN :marks"
).bindparams(bindparam("marks", expanding=True))


@dataclass(frozen=True)
class Numbers:
    """`city` and `regions` {region id or None: …}: {key of COUNTED: people; None where 1 to 4 or hidden beside them}; a key
    that is missing counts nobody. `is_shut`: the key is shut, nothing can be counted now.
    """

    month_on: date
    city: dict[str, int | None]
    regions: dict[UUID | None, dict[str, int | None]]
    names: dict[UUID, str]
    is_shut: bool = False


def numbers_of(session: Session, actor: Actor, month_on: date, now: datetime) -> Numbers:
    """A month's figures; month_on is its first day."""
    require(actor, "protection.oversee")
    names = region_names(session, actor.municipality_id)
    try:
        key = marks.key_of(session, actor.municipality_id, now)
    except seal.KeyLost:
        return Numbers(month_on, {}, {}, names, is_shut=True)
    by_mark = {marks.mark(key, "what", what): what for what in COUNTED}
    city: dict[str, int | None] = {}
    regions: dict[UUID | None, dict[str, int | None]] = {}
    for row in session.execute(_NUMBERS, {"month": month_on, "marks": list(by_mark)}):
        where = city if row.scope == "city" else regions.setdefault(row.region_id, {})
        where[by_mark[bytes(row.what)]] = row.n
    return Numbers(month_on, city, regions, names)
