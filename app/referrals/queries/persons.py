"""Where somebody was sent, read from her side."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.encounters import queries as encounters
from app.home_visits import queries as visits
from app.people.queries import among
from app.referrals.models import Referral, ReferralPerson
from app.referrals.queries.hidden import hides_somebody
from app.units.models import Unit


@dataclass(frozen=True)
class Sent:
    """Where somebody was sent from one meeting, and how many referrals of it may be of others who were there."""

    hers: list[dict[str, Any]]
    others: int


def sent_from(
    session: Session, municipality_id: int, entries: Iterable[Mapping[str, Any]], person_ids: Collection[UUID]
) -> dict[UUID, Sent]:
    """{entry: Sent} of a person's encounters and visits (items of timeline_of), under whichever of their records.

    Hers are those that say so, and, where a referral doesn't say for whom of a group it is, those of records in which
    she alone was there. Of the others only the number is told, and none that says it is of somebody else: where another
    was sent is not hers to know.
    """
    entries, people = list(entries), set(person_ids)
    met = {entry["id"]: entry["records"] for entry in entries if entry["kind"] == "encounter"}
    at_home = visits.records_under(
        session, municipality_id, [entry["id"] for entry in entries if entry["kind"] == "home_visit"]
    )
    alone = encounters.alone_in(session, municipality_id, met.values(), people)
    alone |= visits.alone_in(session, municipality_id, [id_ for ids in at_home.values() for id_ in ids], people)
    found: dict[UUID, Sent] = {}
    for column, records in ((Referral.encounter_id, met), (Referral.visit_id, at_home)):
        entry_of = {id_: entry for entry, ids in records.items() for id_ in ids}
        rows = session.execute(
            select(
                column.label("of"), Referral.id, Referral.status, Referral.called, Referral.sent_at, Referral.people_count, Unit.name
            )
            .join(Unit, (Unit.municipality_id == Referral.municipality_id) & (Unit.id == Referral.unit_id))
            # Met together with somebody restricted: where that one was sent stays hers.
            .where(Referral.municipality_id == municipality_id, among(column, entry_of), ~hides_somebody())
            .order_by(Referral.sent_at, Referral.id)
        ).all()
        whose = _whose(session, municipality_id, [row.id for row in rows])
        for row in rows:
            sent = found.get(entry_of[row.of], Sent([], 0))
            named = whose[row.id]
            if people & named or (not named and row.of in alone):
                item = {"id": row.id, "status": row.status, "unit": row.name, "called": row.called, "at": row.sent_at}
                sent = Sent([*sent.hers, item], sent.others)
            elif len(named - {None}) < row.people_count:
                sent = Sent(sent.hers, sent.others + 1)
            found[entry_of[row.of]] = sent
    return found


def _whose(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[UUID, set[UUID | None]]:
    """The persons whom each referral names, by herself or by her presence as it stands now; None for one nobody knows."""
    found: dict[UUID, set[UUID | None]] = defaultdict(set)
    rows = session.execute(
        select(ReferralPerson.referral_id, ReferralPerson.participation_id, ReferralPerson.person_id).where(
            ReferralPerson.municipality_id == municipality_id, among(ReferralPerson.referral_id, ids)
        )
    ).all()
    standing = encounters.standing(session, municipality_id, [row.participation_id for row in rows if row.participation_id])
    for row in rows:
        there = standing.get(row.participation_id) if row.participation_id else None
        surely = there.person_id if there is not None and there.certainty == "sure" else None
        found[row.referral_id].add(row.person_id or surely)
    return found
