"""Who may be one: pairs proposed for a person to decide, never decided here.

Only persons who share a block are compared: a document, two words by sound, one word and a region, the beginnings of two
words. A block larger than `_LARGEST_BLOCK` says nothing (every José of a region) and is left out, so that a city of
100,000 takes a minute or two, not a night.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app.core.db import insert_rows
from app.core.ids import new_id
from app.core.models import Municipality
from app.people import ladder
from app.people.ladder import Told
from app.people.likeness import LIKELY, likeness
from app.people.models import Person, PersonAbsorbed, PersonPair, PersonRestriction, PersonTold
from app.people.sound import spoken

_LARGEST_BLOCK = 120
_MOST_OF_ONE = 10
_NUMBERED = ("document.cpf", "document.nis", "document.cns")
_NAMES = ("name.social", "name.nickname", "name.civil", "name.alias")
# Where the city keeps up to which instant of receipt its people were compared.
_SINCE = "pairs_proposed_at"
_KEEP = (
    "ON CONFLICT (municipality_id, low_id, high_id) DO UPDATE SET score = EXCLUDED.score, reasons = EXCLUDED.reasons"
    " WHERE person_pairs.decision IS NULL"
)


@dataclass
class Known:
    """A person as likeness takes her, with when something of her last arrived."""

    facts: dict[str, Any]
    changed_at: datetime | None = None
    ages: list[Told] = field(default_factory=list)


def propose_pairs(
    session: Session,
    municipality_id: int,
    now: datetime,
    today: date,
    *,
    origin: str = "nightly",
    only: Collection[UUID] | None = None,
) -> int:
    """Propose the likely pairs of whom something arrived, or whose restriction ended, since the last time (or of `only`); gives how many stand anew.

    What was decided stays so. A pair of `only` or of the changed that is likely no more is taken away. Restricted
    persons are not seen by who sees nobody restricted, and so are in none.
    """
    city = session.get_one(Municipality, municipality_id)
    last = datetime.fromisoformat(city.settings[_SINCE]) if only is None and city.settings.get(_SINCE) else None
    people = _people(session, municipality_id, today)
    if only is not None:
        moved = set(only) & people.keys()
    else:
        moved = {id_ for id_, known in people.items() if last is None or (known.changed_at and known.changed_at > last)}
    best: dict[UUID, list[tuple[int, UUID, UUID, tuple[str, ...]]]] = defaultdict(list)
    for one, two in _together(people, moved):
        alike = likeness(people[one].facts, people[two].facts)
        if alike.score >= LIKELY:
            found = (alike.score, *sorted((one, two)), alike.reasons)
            best[one].append(found)
            best[two].append(found)
    for found_of_one in best.values():
        found_of_one.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
        del found_of_one[_MOST_OF_ONE:]
    kept = {(low, high): (score, reasons) for pairs in best.values() for score, low, high, reasons in pairs}
    decided = _settle_old(session, municipality_id, people, moved, kept)
    rows = [
        {
            "municipality_id": municipality_id,
            "id": new_id(),
            "low_id": low,
            "high_id": high,
            "score": score,
            "reasons": reasons,
            "origin": origin,
            "proposed_at": now,
        }
        for (low, high), (score, reasons) in sorted(kept.items())
        if (low, high) not in decided
    ]
    insert_rows(session, PersonPair.__table__, rows, _KEEP)  # type: ignore[arg-type]
    if only is None:
        session.execute(
            text("UPDATE municipalities SET settings = settings || CAST(:more AS jsonb) WHERE id = :m"),
            {"m": municipality_id, "more": orjson.dumps({_SINCE: now.isoformat()}).decode()},
        )
    return len(rows)


def _people(session: Session, m: int, today: date) -> dict[UUID, Known]:
    """Everybody of the city whom this transaction sees, a merged person once, under the survivor's id."""
    ends = dict(
        session.execute(select(PersonAbsorbed.id, PersonAbsorbed.survivor_id).where(PersonAbsorbed.municipality_id == m)).all()
    )
    people: dict[UUID, Known] = {}
    columns = (Person.id, Person.age_band, Person.sex, Person.region_id)
    for row in session.execute(select(*columns).where(Person.municipality_id == m, Person.ended_at.is_(None))):
        facts = {"names": [], "age": None, "age_band": row.age_band, "sex": row.sex, "region_id": row.region_id, "documents": {}}
        known = people.setdefault(ends.get(row.id, row.id), Known(facts))
        for key in ("age_band", "sex", "region_id"):
            known.facts[key] = known.facts[key] or facts[key]
    told = session.execute(
        select(PersonTold).where(
            PersonTold.municipality_id == m,
            PersonTold.field.in_((*_NAMES, *_NUMBERED, "age", "birth_on")),
        ).order_by(PersonTold.told_at, PersonTold.id).with_only_columns(
            PersonTold.id, PersonTold.person_id, PersonTold.field, PersonTold.value, PersonTold.told_at,
            PersonTold.received_at, PersonTold.taken_back_at,
        )
    )  # fmt: skip
    for row in told:
        known = people.get(ends.get(row.person_id, row.person_id))
        if known is None:
            continue
        known.changed_at = max(filter(None, (known.changed_at, row.received_at, row.taken_back_at)))
        if row.taken_back_at is not None:
            continue
        if row.field in _NAMES:
            if row.value not in known.facts["names"]:
                known.facts["names"].append(row.value)
        elif row.field in _NUMBERED:
            if isinstance(row.value, dict) and row.value.get("number"):
                known.facts["documents"][row.field.removeprefix("document.")] = row.value["number"]
        else:
            known.ages.append(
                Told(row.id, row.person_id, row.field, row.value, "", "", row.told_at, row.received_at, None)
            )
    # Hidden until then, she was compared with nobody.
    for row in session.execute(
        select(PersonRestriction.person_id, func.max(PersonRestriction.ended_at).label("at"))
        .where(PersonRestriction.municipality_id == m, PersonRestriction.ended_at.is_not(None))
        .group_by(PersonRestriction.person_id)
    ):
        known = people.get(ends.get(row.person_id, row.person_id))
        if known is not None:
            known.changed_at = max(filter(None, (known.changed_at, row.at)))
    for known in people.values():
        if known.ages:
            known.facts["age"] = ladder.age_of(ladder.counting(known.ages), today)[0]
    return people


def _together(people: dict[UUID, Known], moved: set[UUID]) -> Iterator[tuple[UUID, UUID]]:
    """Each two who share a block, once, at least one of them among `moved`."""
    blocks: dict[tuple, list[UUID]] = defaultdict(list)
    for id_, known in people.items():
        for block in _blocks(known.facts):
            blocks[block].append(id_)
    seen: set[tuple[UUID, UUID]] = set()
    for block, ids in blocks.items():
        if len(ids) < 2 or (len(ids) > _LARGEST_BLOCK and block[0] != "document"):
            continue
        for one, two in combinations(sorted(ids[:_LARGEST_BLOCK]), 2):
            if (one in moved or two in moved) and (one, two) not in seen:
                seen.add((one, two))
                yield one, two


def _blocks(facts: dict[str, Any]) -> set[tuple]:
    found: set[tuple] = {("document", kind, number) for kind, number in facts["documents"].items()}
    region = str(facts["region_id"])
    for name in facts["names"]:
        words = spoken(name)[:8]
        keys = sorted({key for _word, key in words if key})
        found |= {("sounds", one, two) for one, two in combinations(keys, 2)}
        found |= {("sound", key, region) for key in keys}
        if len(words) > 1:
            found.add(("begins", words[0][0][:3], words[-1][0][:3]))
        elif words:
            found.add(("begins", words[0][0][:4], region))
    return found


def _settle_old(
    session: Session, m: int, people: dict[UUID, Known], moved: set[UUID], kept: dict[tuple[UUID, UUID], Any]
) -> set[tuple[UUID, UUID]]:
    """Take away undecided pairs that stand no more; gives those that somebody decided."""
    rows = session.execute(
        select(PersonPair.id, PersonPair.low_id, PersonPair.high_id, PersonPair.decision).where(
            PersonPair.municipality_id == m
        )
    ).all()
    gone = [
        row.id
        for row in rows
        if row.decision is None
        and (row.low_id, row.high_id) not in kept
        and (row.low_id in moved or row.high_id in moved or row.low_id not in people or row.high_id not in people)
    ]
    if gone:
        session.execute(delete(PersonPair).where(PersonPair.municipality_id == m, PersonPair.id.in_(gone)))
    return {(row.low_id, row.high_id) for row in rows if row.decision is not None}
