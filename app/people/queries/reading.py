"""What was told of a person in words, for whoever reads it on a page."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.people import ficha, ladder
from app.people.ladder import Told
from app.people.queries.cards import Card, is_sensitive
from app.people.terms import CALLED_KINDS, CERTAINTIES, SOURCES, TAKE_BACK_REASONS


@dataclass(frozen=True)
class Line:
    """One thing told, in words. `counts`: it is the answer of now; `back`: why it was taken back, and by whom."""

    id: UUID
    field: str
    label: str
    words: str
    source: str
    certainty: str
    told_at: datetime
    by: str | None
    counts: bool
    back: str | None
    back_by: str | None
    back_at: datetime | None
    may_take_back: bool


@dataclass(frozen=True)
class Asked:
    """One field of a group: the answer that counts and the former ones; `hidden`: answered, not for this reader."""

    field: ficha.Field
    label: str
    purpose: str
    now: Line | None
    former: tuple[Line, ...]
    hidden: bool


@dataclass(frozen=True)
class AskedGroup:
    id: str
    label: str
    answered: tuple[Asked, ...]
    missing: tuple[Asked, ...]


def readable(rows: Sequence[Told], *, documents: bool, sensitive: bool) -> list[Told]:
    """The rows that a reader may see: no document, no civil name beside a social one, nothing sensitive unless said so."""
    return [
        row
        for row in ladder.without_hidden_civil(rows, documents)
        if (documents or not row.field.startswith("document."))
        and (sensitive or row.field.startswith(("name.", "document.")) or not is_sensitive(row.field))
    ]


@dataclass(frozen=True)
class Reading:
    """local: the city's own choices; workers: names by id; counting: ids of the rows that count."""

    local: ficha.Local
    workers: Mapping[UUID, str]
    counting: Collection[UUID]

    def ladder(self, rows: Sequence[Told], card: Card, mine: Collection[UUID | None]) -> list[tuple[str, list[Line]]]:
        """Steps by kind, in the order of what somebody is called; taken back ones at the end of their kind."""
        found = []
        for kind, word in CALLED_KINDS.items():
            of_kind = [row for row in _newest(rows) if row.field == f"name.{kind}"]
            of_kind.sort(key=lambda row: row.taken_back_at is not None)
            first = next((row.id for row in card.names if row.field == f"name.{kind}"), None)
            lines = [self._line(row, mine, counts=row.id == first) for row in of_kind]
            if lines:
                found.append((str(word), lines))
        return found

    def groups(
        self, rows: Sequence[Told], card: Card, mine: Collection[UUID | None], today: date
    ) -> list[AskedGroup]:
        """Every field of today's ficha by group, answered or missing; what former releases asked comes last."""
        by_field: dict[str, list[Told]] = defaultdict(list)
        for row in _newest(rows):
            by_field[row.field].append(row)
        found = []
        for group in ficha.GROUPS:
            asked = [
                self._asked(field, by_field.get(field.id, []), card, mine)
                for field in group.fields
                if ficha.is_current(field, today) or field.id in by_field
            ]
            answered = tuple(each for each in asked if each.now or each.former or each.hidden)
            missing = tuple(each for each in asked if not (each.now or each.hidden) and ficha.is_current(each.field, today))
            found.append(AskedGroup(group.id, str(group.label), answered, missing))
        gone = [field for field in by_field if field not in ficha.FIELDS and not field.startswith("name.")]
        if gone:
            asked = [self._asked(ficha.Field(field, field, "text", ""), by_field[field], card, mine) for field in gone]
            found.append(AskedGroup("former", str(ficha.FORMER), tuple(asked), ()))
        return found

    def disagreements(self, rows: Sequence[Told]) -> list[tuple[Line, Line]]:
        """Pairs that two colleagues told without knowing of each other: (earlier, later)."""
        return [
            (self._line(earlier, (), counts=False), self._line(later, (), counts=True))
            for earlier, later in ladder.disagreements(rows)
        ]

    def _asked(self, field: ficha.Field, rows: Sequence[Told], card: Card, mine: Collection[UUID | None]) -> Asked:
        lines = [self._line(row, mine, counts=row.id in self.counting) for row in rows]
        now = next((line for line in lines if line.counts), None)
        hidden = not lines and field.id in card.asked
        former = tuple(line for line in lines if line is not now)
        return Asked(field, str(field.label), str(field.purpose), now, former, hidden)

    def _line(self, row: Told, mine: Collection[UUID | None], counts: bool) -> Line:
        reason, _colon, text = (row.taken_back_reason or "").partition(": ")
        said = str(TAKE_BACK_REASONS.get(reason, reason))
        return Line(
            id=row.id,
            field=row.field,
            label=ficha.label_of(row.field),
            words=ficha.in_words(row.field, row.value, self.local),
            source=str(SOURCES[row.source]),
            certainty="" if row.certainty == "sure" else str(CERTAINTIES[row.certainty]),
            told_at=row.told_at,
            by=self.workers.get(row.worker_id) if row.worker_id else None,
            counts=counts,
            back=(f"{said}: {text}" if text else said) if row.taken_back_at else None,
            back_by=self.workers.get(row.taken_back_by) if row.taken_back_by else None,
            back_at=row.taken_back_at,
            may_take_back=row.taken_back_at is None and row.worker_id in mine,
        )


def _newest(rows: Sequence[Told]) -> list[Told]:
    return sorted(rows, key=lambda row: (row.told_at, row.id), reverse=True)
