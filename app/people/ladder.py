"""What counts of all that was told of a person (pure): nothing is overwritten, so reading decides.

Of several answers to one question the one told last counts, unless it was taken back; of a merged person, the one that
was chosen counts until something is told after the merge. Somebody is called by the highest step that stands.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.people.terms import CALLED_KINDS, NAMELESS

# An age said and a birth date may differ so much and still be one memory.
_CLOSE_YEARS = 3
# Fields of which two different answers are shown to who decides: what names and identifies.
_COMPARED = ("name.social", "name.nickname", "name.civil", "document.")


@dataclass(frozen=True)
class Told:
    """One row of what is told; instants are aware UTC."""

    id: UUID
    person_id: UUID
    field: str
    value: Any
    source: str
    certainty: str
    told_at: datetime
    received_at: datetime
    worker_id: UUID | None
    import_id: UUID | None = None
    taken_back_at: datetime | None = None
    taken_back_by: UUID | None = None
    taken_back_reason: str | None = None


@dataclass(frozen=True)
class Choice:
    """What somebody who merged two persons said of one field, and when."""

    told_id: UUID
    merged_at: datetime


def standing(rows: Iterable[Told]) -> list[Told]:
    """What was not taken back, the latest first."""
    return sorted((row for row in rows if row.taken_back_at is None), key=_when, reverse=True)


def counting(rows: Iterable[Told], choices: Mapping[str, Choice] | None = None) -> dict[str, Told]:
    """Of each field the answer that counts."""
    found: dict[str, Told] = {}
    by_id: dict[UUID, Told] = {}
    for row in standing(rows):
        by_id[row.id] = row
        found.setdefault(row.field, row)
    for field, choice in (choices or {}).items():
        chosen, last = by_id.get(choice.told_id), found.get(field)
        if chosen is not None and last is not None and last.told_at <= choice.merged_at:
            found[field] = chosen
    return found


def called_of(counts: Mapping[str, Told]) -> tuple[str, str]:
    """What somebody is called and which kind of name that is: social, nickname, civil, description."""
    for kind in CALLED_KINDS:
        row = counts.get(f"name.{kind}")
        if row is not None:
            return str(row.value), kind
    return NAMELESS, "alias"


def age_of(counts: Mapping[str, Told], today: date) -> tuple[int | None, bool]:
    """Age in whole years and whether it is an estimate; a birth date wins, an age said grows with the years."""
    born = _birth(counts)
    if born is not None:
        return _years(born, today), False
    return _said_age(counts, today), "age" in counts


def ages_differ(counts: Mapping[str, Told], today: date) -> bool:
    """The birth date and the age said can't both be right; both are kept."""
    born, said = _birth(counts), _said_age(counts, today)
    return born is not None and said is not None and abs(_years(born, today) - said) > _CLOSE_YEARS


def band_of(counts: Mapping[str, Told], today: date) -> str | None:
    """The band of the monthly report, by age when that is known, else the apparent one."""
    age, _estimated = age_of(counts, today)
    if age is not None:
        return "age_0_12" if age < 13 else "age_13_17" if age < 18 else "age_18_59" if age < 60 else "age_60_plus"
    return str(counts["age_band"].value) if "age_band" in counts else None


def disagreements(rows: Iterable[Told]) -> list[tuple[Told, Told]]:
    """Names and documents of one kind that two colleagues told differently without knowing of each other.

    The later was told before the earlier had reached the server: neither corrects the other.
    """
    by_field: dict[str, list[Told]] = defaultdict(list)
    for row in standing(rows):
        if row.field.startswith(_COMPARED):
            by_field[row.field].append(row)
    found = []
    for told in by_field.values():
        for at, later in enumerate(told):
            for earlier in told[at + 1 :]:
                if later.worker_id != earlier.worker_id and later.told_at < earlier.received_at and later.value != earlier.value:
                    found.append((earlier, later))
    return found


def without_hidden_civil(rows: Collection[Told], documents: bool) -> list[Told]:
    """The rows that may be shown: where a social name stands, the civil one is only for who may read documents."""
    if documents or not any(row.field == "name.social" and row.taken_back_at is None for row in rows):
        return list(rows)
    return [row for row in rows if row.field != "name.civil"]


def _when(row: Told) -> tuple[datetime, UUID]:
    return row.told_at, row.id


def _birth(counts: Mapping[str, Told]) -> date | None:
    row = counts.get("birth_on")
    try:
        return date.fromisoformat(row.value) if row is not None else None
    except (TypeError, ValueError):
        return None


def _said_age(counts: Mapping[str, Told], today: date) -> int | None:
    row = counts.get("age")
    if row is None or not isinstance(row.value, int):
        return None
    return row.value + max(_years(row.told_at.date(), today), 0)


def _years(since: date, until: date) -> int:
    return until.year - since.year - ((until.month, until.day) < (since.month, since.day))
