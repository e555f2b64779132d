"""What a row of a case says, in envelopes to the municipality's key.

An envelope carries the id of its row inside: moved to another row it is not taken for that row's. Sealing needs the public
half alone, so a flag is taken in also while the key is shut; its marks (core/marks) wait until it opens.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.orm import Session

from app.core import seal
from app.protection.problems import NoSealKey

CLEARANCE = "protection"
# A key that is lost, and one of which not even the trace is left: either way what it sealed can't be read now.
SHUT = (seal.KeyLost, seal.Unsealable)


@dataclass(frozen=True)
class Facts:
    """Of a flag what may be shown to whoever may see the case; its words are elsewhere. Ids are texts, instants ISO 8601.

    minor_seen: a child, of an age that nobody said more closely. choices: [{"recipient", "answer"}]. lon, lat in degrees,
    cell: H3 of resolution 8. place: as the phone told it, `fixed_at` left out; place_doubt: the code of why it can't be right
    (it is kept all the same: a flag is never held up by its place).
    """

    source: str = "alone"
    source_id: str | None = None
    subject: str = "unknown"
    person_id: str | None = None
    household_id: str | None = None
    team_id: str | None = None
    age: str | None = None
    minor_seen: bool = False
    sex: str | None = None
    with_disability: bool | None = None
    people_count: int = 1
    kinds: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    risk: str | None = None
    agent_body: str | None = None
    company: str | None = None
    adult_benefits: bool | None = None
    team_knows: bool | None = None
    already_told: bool = False
    actions: tuple[str, ...] = ()
    choices: tuple[dict[str, str], ...] = ()
    place: dict[str, Any] | None = None
    late: bool = False
    recorded_at: str | None = None
    region_id: str | None = None
    cell: str | None = None
    lon: float | None = None
    lat: float | None = None
    place_label: str | None = None
    place_doubt: str | None = None

    def content(self) -> dict[str, Any]:
        """As it is sealed."""
        return asdict(self)

    def with_more(self, told: dict[str, Any]) -> "Facts":
        """These with what a complement tells: lists grow, what is null stays as it was, the latest choice counts."""
        new: dict[str, Any] = {}
        for name, value in told.items():
            if name not in _NAMES or value is None or value == []:
                continue
            if name in _GROWING:
                value = tuple(dict.fromkeys([*getattr(self, name), *value]))
            elif name == "choices":
                latest = {each["recipient"]: each for each in [*self.choices, *value]}
                value = tuple(latest.values())
            new[name] = value
        if "place" in new:
            # One place at a time: nothing of the former is mixed with the new one's.
            new = {name: told.get(name) for name in _OF_PLACE} | new
        if new.get("person_id"):
            new["subject"] = "known"
        elif told.get("of_nobody") and self.person_id:
            # It was somebody else's: whose it is nobody knows again.
            new |= {"person_id": None, "subject": "unnamed"}
        return replace(self, **new)


_NAMES = {field.name for field in fields(Facts)}
_GROWING = {"kinds", "forms", "actions"}
_OF_PLACE = ("region_id", "cell", "lon", "lat", "place_label", "place_doubt")


def facts_from(content: dict[str, Any]) -> Facts:
    """Facts of what was sealed; what a later version no longer knows is left out."""
    known = {name: value for name, value in content.items() if name in _NAMES}
    return Facts(**{name: tuple(value) if isinstance(value, list) else value for name, value in known.items()})


def closer(session: Session, municipality_id: int) -> Callable[[UUID, dict[str, Any]], str]:
    """What seals content for a row, the key asked for once. Raises NoSealKey before a city's set-up is over."""
    key = seal.public_key_of(session, municipality_id)
    if key is None:
        raise NoSealKey()
    return lambda row, content: seal.seal(key, orjson.dumps({"row": str(row), **content}))


def close_up(session: Session, municipality_id: int, row: UUID, content: dict[str, Any]) -> str:
    """Content sealed for one row. Raises NoSealKey before a city's set-up is over."""
    return closer(session, municipality_id)(row, content)


def open_up(municipality_id: int, row: UUID, envelope: str) -> dict[str, Any]:
    """What was sealed for that row. Raises Unsealable for another row's or a torn one, KeyLost while the key is shut."""
    content = orjson.loads(seal.open_sealed(municipality_id, envelope))
    if not isinstance(content, dict) or content.pop("row", None) != str(row):
        raise seal.Unsealable()
    return content
