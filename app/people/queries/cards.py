"""The person's card: one reading for the page, the phone, the preview of a merge and the print."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.models import Worker
from app.core import clock
from app.core.days import zone_of
from app.people import ladder
from app.people.ficha import FIELDS
from app.people.ladder import Choice, Told
from app.people.models import Person, PersonAccess, PersonMerge, PersonTold
from app.people.queries.resolving import among, cluster_of

_TOLD = (
    PersonTold.id, PersonTold.person_id, PersonTold.field, PersonTold.value, PersonTold.source, PersonTold.certainty,
    PersonTold.told_at, PersonTold.received_at, PersonTold.worker_id, PersonTold.import_id, PersonTold.taken_back_at,
    PersonTold.taken_back_by, PersonTold.taken_back_reason,
)  # fmt: skip
_PERSON = (
    Person.id, Person.called, Person.called_kind, Person.age_band, Person.sex, Person.region_id, Person.first_met_at,
    Person.last_met_at, Person.restricted_at,
)  # fmt: skip


@dataclass(frozen=True)
class Card:
    """What is known of a person and may be told to who asks.

    `also`: ids that were found to be hers. `names`: steps that stand, of the highest kind first, the latest first within
    a kind. `documents`: by kind, `facts`: by field, each the answer that counts. `asked`: fields answered, whether or
    not their answers are in it. `follows`: (worker, name).
    """

    id: UUID
    also: tuple[UUID, ...]
    called: str
    called_kind: str
    names: tuple[Told, ...]
    documents: dict[str, Told]
    facts: dict[str, Told]
    asked: tuple[str, ...]
    age: int | None
    age_estimated: bool
    ages_differ: bool
    age_band: str | None
    sex: str | None
    region_id: UUID | None
    first_met_at: datetime
    last_met_at: datetime
    restricted: bool
    follows: tuple[tuple[UUID, str], ...]


def cards(
    session: Session, actor: Actor, ids: Collection[UUID], *, documents: bool, sensitive: bool
) -> dict[UUID, Card]:
    """The cards of these persons by the id that survived (or the first of hers that wasn't taken out); who is hidden from the actor, or ended, has none.

    Six statements however many ids. Without `documents` neither a document nor a civil name beside a social one is in
    it; without `sensitive` no sensitive answer.
    """
    m = actor.municipality_id
    clusters = cluster_of(session, m, ids)
    every = [id_ for cluster in clusters.values() for id_ in cluster]
    if not every:
        return {}
    persons = {
        row.id: row
        for row in session.execute(
            select(*_PERSON).where(Person.municipality_id == m, among(Person.id, every), Person.ended_at.is_(None))
        )
    }
    told: dict[UUID, list[Told]] = defaultdict(list)
    for row in told_of(session, m, list(persons), standing_only=True):
        told[row.person_id].append(row)
    choices = _choices(session, m, every)
    follows = _follows(session, m, list(persons))
    now = clock.now()
    today = now.astimezone(zone_of(session, m)).date()
    found = {}
    for survivor, cluster in clusters.items():
        members = [persons[id_] for id_ in cluster if id_ in persons]
        # Where the survivor was taken out, who was found to be her still stands.
        if members:
            rows = [row for member in members for row in told[member.id]]
            chosen = [choice for id_ in cluster for choice in choices.get(id_, ())]
            followers = [each for member in members for each in follows.get(member.id, ())]
            found[members[0].id] = _card(members, rows, _latest(chosen), followers, today, documents, sensitive)
    return found


def told_of(
    session: Session, municipality_id: int, ids: Collection[UUID], *, standing_only: bool = False, fields: Sequence[str] = ()
) -> list[Told]:
    """Everything told under these ids, as it was told; what the reader may see of it is for the caller to say."""
    query = select(*_TOLD).where(PersonTold.municipality_id == municipality_id, among(PersonTold.person_id, ids))
    if standing_only:
        query = query.where(PersonTold.taken_back_at.is_(None))
    if fields:
        query = query.where(PersonTold.field.in_(fields))
    return [Told(*row) for row in session.execute(query)] if ids else []


def choices_of(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[str, Choice]:
    """What the merges that stand among these ids chose, by field; the latest merge wins."""
    return _latest([choice for chosen in _choices(session, municipality_id, ids).values() for choice in chosen])


def _choices(session: Session, m: int, ids: Collection[UUID]) -> dict[UUID, list[tuple[str, Choice]]]:
    rows = session.execute(
        select(PersonMerge.absorbed_id, PersonMerge.choices, PersonMerge.merged_at).where(
            PersonMerge.municipality_id == m, among(PersonMerge.absorbed_id, ids), PersonMerge.undone_at.is_(None)
        )
    )
    return {
        row.absorbed_id: [(field, Choice(UUID(told_id), row.merged_at)) for field, told_id in row.choices.items()]
        for row in rows
    }


def _latest(chosen: list[tuple[str, Choice]]) -> dict[str, Choice]:
    return dict(sorted(chosen, key=lambda each: each[1].merged_at))


def _follows(session: Session, m: int, ids: Collection[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    now = clock.now()
    rows = session.execute(
        select(PersonAccess.person_id, PersonAccess.worker_id, Worker.name)
        .join(Worker, and_(Worker.municipality_id == PersonAccess.municipality_id, Worker.id == PersonAccess.worker_id))
        .where(
            PersonAccess.municipality_id == m,
            among(PersonAccess.person_id, ids),
            PersonAccess.kind == "follows",
            PersonAccess.valid_from <= now,
            or_(PersonAccess.valid_to.is_(None), PersonAccess.valid_to > now),
        )
        .order_by(PersonAccess.valid_from)
    )
    found: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append((row.worker_id, row.name))
    return found


def _card(
    members: list[Any], rows: list[Told], choices: dict[str, Choice], followers: list, today: date, documents: bool, sensitive: bool
) -> Card:
    """One card of the rows of a whole cluster; `members` begins with the survivor."""
    shown = ladder.without_hidden_civil(rows, documents)
    counts = ladder.counting(shown, choices)
    first, last = members[0], max(members, key=lambda member: member.last_met_at)
    names = _names(shown, counts)
    # Rows of a release that knew no ladder: what the person was called stands in her own row only.
    called, kind = ladder.called_of(counts) if names else (first.called, first.called_kind)
    age, estimated = ladder.age_of(counts, today)
    facts = {field: row for field, row in counts.items() if not field.startswith(("name.", "document."))}
    return Card(
        id=first.id,
        also=tuple(member.id for member in members[1:]),
        called=called,
        called_kind=kind,
        names=names,
        documents={field.removeprefix("document."): row for field, row in counts.items() if field.startswith("document.")}
        if documents
        else {},
        facts=facts if sensitive else {field: row for field, row in facts.items() if not is_sensitive(field)},
        asked=tuple(sorted(field for field in counts if not field.startswith("name."))),
        age=age,
        age_estimated=estimated,
        ages_differ=ladder.ages_differ(counts, today),
        age_band=ladder.band_of(counts, today) or next((each.age_band for each in members if each.age_band), None),
        sex=counts["statistical_sex"].value
        if "statistical_sex" in counts
        else next((each.sex for each in members if each.sex), None),
        region_id=last.region_id or next((each.region_id for each in members if each.region_id), None),
        first_met_at=min(member.first_met_at for member in members),
        last_met_at=last.last_met_at,
        restricted=any(member.restricted_at for member in members),
        follows=tuple(dict.fromkeys(followers)),
    )


def is_sensitive(field: str) -> bool:
    """Whether only who may read sensitive answers reads this one."""
    # What the catalogue no longer knows is guarded as the most guarded.
    return FIELDS[field].sensitive if field in FIELDS else True


def _names(rows: list[Told], counts: dict[str, Told]) -> tuple[Told, ...]:
    found: list[Told] = []
    for kind in ladder.CALLED_KINDS:
        field = f"name.{kind}"
        named = [row for row in ladder.standing(rows) if row.field == field]
        if named:
            found += [counts[field], *(row for row in named if row.id != counts[field].id)]
    return tuple(found)


def as_phone(card: Card, contacts: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """The shape in which a phone gets a person (contract/pull.ts). `contacts`: the last ones, newest first."""
    return {
        "id": card.id,
        "also": list(card.also),
        "called": card.called,
        "called_kind": card.called_kind,
        "names": [
            {
                "id": row.id,
                "kind": row.field.removeprefix("name."),
                "value": row.value,
                "source": row.source,
                "certainty": row.certainty,
            }
            for row in card.names
        ],
        "age_band": card.age_band,
        "age": card.age,
        "age_estimated": card.age_estimated,
        "sex": card.sex,
        "region_id": card.region_id,
        "near": next((contact["near"] for contact in contacts if contact["near"]), None),
        "first_met_at": card.first_met_at,
        "last_met_at": card.last_met_at,
        "contacts": list(contacts),
        "told": {field: row.value for field, row in card.facts.items() if field in FIELDS and FIELDS[field].on_phone},
        "asked": list(card.asked),
        "follows": [name for _worker_id, name in card.follows],
        "restricted": card.restricted,
    }
