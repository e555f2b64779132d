"""People from a city's spreadsheet: judged line by line, taken in whole or not at all, undone as a whole.

Everything that a file says is told with the source `imported` and the id of its import, so its origin stays and one
statement takes it back. Whoever holds the shell of the server imports: the trail shows a line without a worker.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.core import days
from app.core.changes import announce
from app.core.db import cleared, insert_rows
from app.core.ids import new_id
from app.people import ficha
from app.people.ladder import called_of
from app.people.models import Person, PersonImport, PersonTold
from app.people.problems import AlreadyImported, BadValue, ImportUndone, UnknownImport
from app.people.queries import all_of
from app.people.roster import Roster, Row, read
from app.people.service.locking import lock_merges
from app.people.service.pairing import propose_pairs
from app.people.service.projecting import project
from app.people.service.telling import insert_told
from app.people.sound import plain
from app.territory.queries import region_names

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_SEXES = {"m": "male", "masculino": "male", "homem": "male", "1": "male", "f": "female", "feminino": "female", "mulher": "female", "2": "female"}
_FORMULA = ("=", "+", "-", "@")
UNDONE = "import_undone"

# Persons of whom the import alone speaks: nobody told, met, merged, followed, restricted or wrote anything else.
_ALONE = text(
    "SELECT p.id FROM people p WHERE p.municipality_id = :m AND p.ended_at IS NULL AND p.id = ANY (CAST(:ids AS uuid[]))"
    " AND NOT EXISTS (SELECT FROM person_told t WHERE t.municipality_id = :m AND t.person_id = p.id AND t.import_id IS DISTINCT FROM :i)"
    " AND NOT EXISTS (SELECT FROM participations x WHERE x.municipality_id = :m AND x.person_id = p.id)"
    " AND NOT EXISTS (SELECT FROM participation_links x WHERE x.municipality_id = :m AND x.person_id = p.id)"
    " AND NOT EXISTS (SELECT FROM household_member_people x WHERE x.municipality_id = :m AND x.person_id = p.id)"
    " AND NOT EXISTS (SELECT FROM tasks x WHERE x.municipality_id = :m AND x.person_id = p.id)"
    " AND NOT EXISTS (SELECT FROM person_access x WHERE x.municipality_id = :m AND x.person_id = p.id)"
    " AND NOT EXISTS (SELECT FROM person_restrictions x WHERE x.municipality_id = :m AND x.person_id = p.id)"
    " AND NOT EXISTS (SELECT FROM person_sharings x WHERE x.municipality_id = :m AND x.person_id = p.id)"
    " AND NOT EXISTS (SELECT FROM person_merges x WHERE x.municipality_id = :m AND x.undone_at IS NULL"
    "  AND (x.survivor_id = p.id OR x.absorbed_id = p.id))"
    # Notes are seen by their holders only: the owner says on whom there are some.
    " AND p.id NOT IN (SELECT noted_among(CAST(:ids AS uuid[])))"
)


@dataclass
class Judged:
    """One line: `told`, field → value as it is kept; `warnings`, what was left out and why; `refused`, why none of it enters."""

    number: int
    told: dict[str, Any] = field(default_factory=dict)
    region_id: UUID | None = None
    last_met_at: datetime | None = None
    warnings: list[str] = field(default_factory=list)
    refused: str = ""


@dataclass(frozen=True)
class Taken:
    import_id: UUID | None
    mapping: dict[str, str]
    lines: list[Judged]
    pairs: int = 0


def judge(session: Session, municipality_id: int, raw: bytes, named: Mapping[str, str], now: datetime) -> tuple[Roster, list[Judged]]:
    """What each line of the file would do; changes nothing. Raises BadPeopleFile, UnknownColumn."""
    roster = read(raw, named)
    regions = {plain(name): id_ for id_, name in region_names(session, municipality_id).items()}
    return roster, [_judged(row, regions, now) for row in roster.rows]


def take_in(
    session: Session, actor: Actor, raw: bytes, file_name: str, named: Mapping[str, str], origin: str, now: datetime, *,
    again: bool = False, as_of: datetime | None = None,
) -> Taken:  # fmt: skip
    """Judge and write the good lines as new persons, and propose whom they may be. Raises AlreadyImported and judge's.

    `as_of`: when the sheet was true, so that its words do not count over what was told since; without it, now.
    """
    m, digest = actor.municipality_id, hashlib.sha256(raw).hexdigest()
    lock_merges(session, m)
    before = select(PersonImport.id).where(
        PersonImport.municipality_id == m, PersonImport.file_sha256 == digest, PersonImport.undone_at.is_(None)
    )
    if not again and session.scalar(before.limit(1)) is not None:
        raise AlreadyImported()
    roster, lines = judge(session, m, raw, named, now)
    good = [line for line in lines if not line.refused]
    import_id, told_at = new_id(), min(as_of or now, now)
    report = {"lines": len(lines), "taken": len(good), "refused": len(lines) - len(good), "warned": sum(bool(line.warnings) for line in good)}
    session.add(
        PersonImport(
            municipality_id=m, id=import_id, file_name=file_name[:200], file_sha256=digest, origin=origin, imported_at=now,
            mapping=roster.mapping, report=report,
        )
    )  # fmt: skip
    session.flush()
    people, told = [], []
    for line in good:
        person_id = new_id()
        called, kind = called_of({name: _Value(value) for name, value in line.told.items()})  # type: ignore[misc]
        met = line.last_met_at or told_at
        people.append(
            {
                "municipality_id": m, "id": person_id, "called": called, "called_kind": kind, "age_band": None, "sex": None,
                "region_id": line.region_id, "first_met_at": met, "last_met_at": met,
                "is_met": line.last_met_at is not None,
            }
        )  # fmt: skip
        told += [_row(m, person_id, import_id, name, value, told_at, now) for name, value in line.told.items()]
    insert_rows(session, Person.__table__, people)  # type: ignore[arg-type]
    insert_told(session, told)
    ids = [person["id"] for person in people]
    project(session, m, ids)
    announce(session, m, "person", ids)
    pairs = propose_pairs(session, m, now, days.today_of(session, m, now), origin="import", only=ids)
    trail.record(session, actor, "people.import", now, "person_import", import_id, sorted({name for line in good for name in line.told}))
    return Taken(import_id, roster.mapping, lines, pairs)


def undo_import(session: Session, actor: Actor, import_id: UUID, now: datetime) -> tuple[int, int]:
    """Take back all that a file said. Gives how many persons ended, and how many stay because others know them too.

    Raises UnknownImport, ImportUndone.
    """
    m = actor.municipality_id
    lock_merges(session, m)
    with cleared(session, "restricted"):
        found = session.get(PersonImport, (m, import_id), with_for_update=True, populate_existing=True)
        if found is None:
            raise UnknownImport()
        if found.undone_at is not None:
            raise ImportUndone()
        of_it = (PersonTold.municipality_id == m, PersonTold.import_id == import_id)
        ids = session.scalars(select(PersonTold.person_id).where(*of_it).distinct()).all()
        # Whoever is being told of, or met, is written first: what comes after finds her ended.
        session.execute(
            select(Person.id).where(Person.municipality_id == m, Person.id.in_(ids)).order_by(Person.id).with_for_update()
        )
        alone = session.scalars(_ALONE, {"m": m, "i": import_id, "ids": list(ids)}).all()
        session.execute(
            update(PersonTold)
            .where(*of_it, PersonTold.taken_back_at.is_(None))
            .values(taken_back_at=now, taken_back_reason=UNDONE)
        )
        session.execute(
            update(Person).where(Person.municipality_id == m, Person.id.in_(alone)).values(ended_at=now, end_reason=UNDONE)
        )
        found.undone_at, found.undone_by = now, actor.worker_id
        session.flush()
        project(session, m, [id_ for id_ in ids if id_ not in set(alone)])
        announce(session, m, "person", all_of(session, m, ids))
    trail.record(session, actor, "people.undo_import", now, "person_import", import_id, ["undone_at"])
    return len(alone), len(ids) - len(alone)


@dataclass(frozen=True)
class _Value:
    value: Any


def _judged(row: Row, regions: dict[str, UUID], now: datetime) -> Judged:
    line = Judged(row.number)
    if row.too_many:
        line.refused = _("A linha tem mais células do que o cabeçalho.")
        return line
    for name, cell in row.cells.items():
        if cell.startswith(_FORMULA):
            line.warnings.append(_("%(field)s: começa como fórmula; não foi guardado.", field=_called(name)))
        elif name == "region":
            line.region_id = regions.get(plain(cell))
            if line.region_id is None:
                line.warnings.append(_("Região: não existe no município; ficou sem região."))
        elif name == "last_met_on":
            line.last_met_at = _met(cell, now)
            if line.last_met_at is None:
                line.warnings.append(_("Último encontro: a data não é válida."))
        else:
            try:
                line.told[name] = ficha.check_value(name, _value(name, cell))
            except BadValue as problem:
                why = " ".join(str(each) for sentences in problem.fields.values() for each in sentences)
                line.warnings.append(f"{_called(name)}: {why}")
    if not any(name.startswith("name.") for name in line.told):
        line.refused = _("Falta o nome ou apelido.")
    return line


def _called(name: str) -> str:
    return _("Região") if name == "region" else _("Último encontro") if name == "last_met_on" else ficha.label_of(name)


def _value(name: str, cell: str) -> Any:
    """A cell as the ficha judges it."""
    if name.startswith("document."):
        return {"number": cell}
    if name == "age":
        return int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 4 else cell
    if name == "statistical_sex":
        return _SEXES.get(plain(cell), cell)
    if name == "birth_on":
        return _iso(cell)
    return cell


def _iso(cell: str) -> str:
    found = _DAY.fullmatch(cell)
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else cell


def _met(cell: str, now: datetime) -> datetime | None:
    try:
        on = date.fromisoformat(_iso(cell))
    except ValueError:
        return None
    # Noon: the same day in every time zone of Brazil.
    met = datetime(on.year, on.month, on.day, 15, tzinfo=now.tzinfo)
    return min(met, now) if on.year >= 1990 and met <= now + timedelta(days=1) else None


def _row(m: int, person_id: UUID, import_id: UUID, name: str, value: Any, told_at: datetime, now: datetime) -> dict[str, Any]:
    return {
        "municipality_id": m, "id": new_id(), "person_id": person_id, "field": name, "value": value, "source": "imported",
        "certainty": "unsure" if name == "age" else "sure", "told_at": told_at, "received_at": now, "worker_id": None,
        "import_id": import_id,
    }  # fmt: skip
