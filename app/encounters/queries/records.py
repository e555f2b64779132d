"""One meeting in many records: what was told of a record stays there when it is corrected, or joined to a teammate's.

So whoever reads what hangs on a record (offers, what was told after saving, referrals) asks for all of them here, by
`records_under` of migration 0009. Where a condition needs the whole meeting, SQL says `same_meeting` (0010).
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID, uuid5

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.encounters.models import Encounter, Participation
from app.people.queries import among

_UNDER = text("SELECT w.id AS now, u.id FROM unnest(CAST(:ids AS uuid[])) w(id) CROSS JOIN LATERAL records_under(w.id) u(id)")

_COUNTS = text("SELECT id, replaces_id, people_count FROM encounters WHERE municipality_id = :m AND id = ANY(:ids)")


def records_under(session: Session, ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """{record: itself and everything it replaces or that was joined to it}, in the transaction's city."""
    found: dict[UUID, list[UUID]] = {id_: [] for id_ in ids}
    if found:
        for row in session.execute(_UNDER, {"ids": list(found)}):
            found[row.now].append(row.id)
    return found


def alone_in(session: Session, municipality_id: int, meetings: Iterable[Collection[UUID]], people: set[UUID]) -> set[UUID]:
    """Of the records of these meetings, those in which nobody but this person (the ids of one) was there, surely.

    As each record stands after its corrections; one that was joined stands for itself. Somebody alone whom nobody
    named is she when every record of the meeting tells of one.
    """
    meetings = [list(records) for records in meetings]
    every = [id_ for records in meetings for id_ in records]
    if not every:
        return set()
    told = {row.id: row for row in session.execute(_COUNTS, {"m": municipality_id, "ids": every})}
    newer = {row.replaces_id: row.id for row in told.values() if row.replaces_id}
    present: dict[UUID, list[Participation]] = {}
    for row in _people(session, municipality_id, Participation.encounter_id, every):
        present.setdefault(row.encounter_id, []).append(row)
    alone = set()
    for records in meetings:
        last = {id_: _last(newer, id_) for id_ in records}
        single = {id_ for id_ in last.values() if id_ in told and told[id_].people_count == 1 == len(present.get(id_, ()))}
        for id_, end in last.items():
            if end in single:
                [who] = present[end]
                hers = who.person_id in people and who.certainty == "sure"
                if hers or (who.person_id is None and single == set(last.values())):
                    alone.add(id_)
    return alone


def _last(newer: Mapping[UUID, UUID], id_: UUID) -> UUID:
    while id_ in newer:
        id_ = newer[id_]
    return id_


def carried_id(encounter_id: UUID, participation_id: UUID) -> UUID:
    """The id that somebody of a corrected record has in the correction: a row belongs to one record only."""
    return uuid5(encounter_id, str(participation_id))


def standing(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[UUID, Participation]:
    """For each participation, her row in the last correction of its record; who is no longer in it keeps her last row.

    Who was told by an id in both is followed by it; told without, the same place in the list is the same person.
    """
    found = {row.id: row for row in _people(session, municipality_id, Participation.id, ids)}
    moving = dict(found)
    while moving:
        newer = {
            row.replaces_id: row.id
            for row in session.execute(
                select(Encounter.id, Encounter.replaces_id).where(
                    Encounter.municipality_id == municipality_id,
                    among(Encounter.replaces_id, {row.encounter_id for row in moving.values()}),
                )
            )
        }
        there: dict[UUID, list[Participation]] = {id_: [] for id_ in newer.values()}
        for row in _people(session, municipality_id, Participation.encounter_id, there) if there else ():
            there[row.encounter_id].append(row)
        moved = {}
        for told, row in moving.items():
            later = newer.get(row.encounter_id)
            next_row = _same(row, later, there[later]) if later else None
            if next_row is not None:
                moved[told] = next_row
        found |= moved
        moving = moved
    return found


def _same(row: Participation, later: UUID, present: list[Participation]) -> Participation | None:
    # Did that phone tell ids? Then whoever isn't among them is gone.
    if any(each.id.version == 5 for each in present):
        carried = carried_id(later, row.id)
        return next((each for each in present if each.id == carried), None)
    return next((each for each in present if each.position == row.position), None)


def _people(session: Session, municipality_id: int, column: object, ids: Collection[UUID]) -> list[Participation]:
    asked = select(Participation).where(Participation.municipality_id == municipality_id, among(column, ids))
    # Links are settled by a statement of their own.
    return list(session.scalars(asked.execution_options(populate_existing=True)))
