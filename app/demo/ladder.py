"""What invented teams were told of invented people: names step by step, and a few things of the ficha."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.demo import names
from app.demo.dice import Dice
from app.demo.rows import Rows
from app.people.ficha import LISTS
from app.people.sound import plain, sounds

_ORDER = ("social", "nickname", "civil", "alias")
# field → (how many of a hundred, source, what it may be).
_FACTS: dict[str, tuple[int, str, Any]] = {
    "age": (30, "told", None),
    "company": (22, "observed", "company"),
    "belongings": (18, "observed", "belonging"),
    "animals_count": (9, "observed", 3),
    "wants_storage": (7, "told", True),
    "street_time": (20, "told", "time"),
    "race": (16, "told", "race"),
    "family_contact": (9, "told", "contact"),
    "cadunico": (14, "told", "cadunico"),
    "document.rg": (15, "told", "document_state"),
    "document.cpf": (15, "told", "document_state"),
}
_MANY = {"belongings"}


def steps(dice: Dice, sex: str, band: str) -> list[tuple[str, str]]:
    """(kind, name) in the order in which they became known."""
    called, kind = names.person_called(dice, sex, band)
    found = [(kind, called)]
    if kind == "alias" and dice.random() < 0.12:
        found.append(("nickname", names.nickname(dice)))
    if dice.random() < 0.25:
        found.append(("civil", names.civil_name(dice, sex)))
    return found


def called(known: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """What somebody is called who has these steps."""
    kind, name = min(known, key=lambda step: _ORDER.index(step[0]))
    return name, kind


def tell(
    dice: Dice, rows: Rows, person_id: UUID, known: Sequence[tuple[str, str]], facts: dict[str, Any], first: datetime,
    last: datetime, tellers: Sequence[UUID],
) -> None:  # fmt: skip
    """The rows of one person: band and sex as seen first, each name a little later, a few answers."""
    _add(dice, rows, person_id, "age_band", facts["age_band"], "observed", first, tellers)
    _add(dice, rows, person_id, "statistical_sex", facts["sex"], "observed", first, tellers)
    for number, (kind, name) in enumerate(known):
        at = first + (last - first) * (number / max(len(known), 2))
        _add(dice, rows, person_id, f"name.{kind}", name, "told", at, tellers)
    for field, (percent, source, what) in _FACTS.items():
        if dice.random() * 100 < percent:
            at = first + (last - first) * dice.random()
            _add(dice, rows, person_id, field, _value(dice, field, what, facts["age_band"]), source, at, tellers)


def _value(dice: Dice, field: str, what: Any, band: str) -> Any:
    if field == "age":
        youngest, oldest = {"age_0_12": (1, 12), "age_13_17": (13, 17), "age_60_plus": (60, 84)}.get(band, (18, 59))
        return dice.randint(youngest, oldest)
    if isinstance(what, str):
        code = dice.choice([option.code for option in LISTS[what]])
        return {"state": code} if field.startswith("document.") else [code] if field in _MANY else code
    return what if isinstance(what, bool) else dice.randint(1, what)


def _add(
    dice: Dice, rows: Rows, person_id: UUID, field: str, value: Any, source: str, at: datetime, tellers: Sequence[UUID]
) -> None:
    is_name = field.startswith("name.")
    rows.add(
        "person_told", id=dice.uuid_at(at), person_id=person_id, field=field, value=value, source=source, certainty="sure",
        told_at=at, received_at=at, worker_id=dice.choice(tellers), plain=plain(value) if is_name else None,
        sounds=sounds(value) if is_name else None,
    )  # fmt: skip
