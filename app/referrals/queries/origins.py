"""From what a referral leaves, for whom, to which unit, and which comes next where there is no room."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from app.core.days import zone_of
from app.core.db import cleared
from app.core.geo import cell_centre
from app.encounters.models import Encounter, Participation, ParticipationLink
from app.home_visits.models import HomeVisit
from app.people.models import HouseholdMember, MemberPerson
from app.people.queries import all_of
from app.referrals import rules
from app.referrals.models import Referral, ReferralPerson
from app.units import queries as units
from app.units.models import Stay, Unit

_LONGEST_CHAIN = 20


@dataclass(frozen=True)
class Origin:
    """The record from which a referral leaves."""

    encounter_id: UUID | None
    visit_id: UUID | None
    team_id: UUID | None
    worker_id: UUID
    status: str


def origin_of(session: Session, municipality_id: int, encounter_id: UUID | None, visit_id: UUID | None) -> Origin | None:
    """The encounter or visit, as it stands: one that was corrected leads to its last correction."""
    table: Any = Encounter if encounter_id else HomeVisit
    found = session.get(table, (municipality_id, encounter_id or visit_id))
    while found is not None and found.status == "corrected":
        newer = session.scalar(
            select(table).where(table.municipality_id == municipality_id, table.replaces_id == found.id)
        )
        if newer is None:
            break
        found = newer
    if found is None:
        return None
    return Origin(
        encounter_id=found.id if encounter_id else None,
        visit_id=None if encounter_id else found.id,
        team_id=found.team_id,
        worker_id=found.worker_id,
        status=found.status,
    )


def present_in(session: Session, municipality_id: int, origin: Origin, ids: Collection[UUID]) -> set[UUID]:
    """Of these, who was there: under whichever record of the meeting, as it was told before or after a correction."""
    if origin.encounter_id is None:
        return set()
    records = select(func.same_meeting([origin.encounter_id]))
    return set(
        session.scalars(
            select(Participation.id).where(
                Participation.municipality_id == municipality_id,
                Participation.id.in_(list(ids)),
                Participation.encounter_id.in_(records),
            )
        )
    )


def met_in(session: Session, municipality_id: int, origin: Origin, ids: Collection[UUID]) -> set[UUID]:
    """Of these persons, who ever was said to be in the meeting from which the referral leaves, or of the family visited; under
    whichever of the records that are one person."""
    m, wanted = municipality_id, list(ids)
    if origin.encounter_id is not None:
        there = select(Participation.id).where(
            Participation.municipality_id == m, Participation.encounter_id.in_(select(func.same_meeting([origin.encounter_id])))
        )
        links = select(ParticipationLink.person_id).where(
            ParticipationLink.municipality_id == m, ParticipationLink.participation_id.in_(there)
        )
        asked = links.union(select(Participation.person_id).where(Participation.municipality_id == m, Participation.id.in_(there)))
    else:
        asked = (
            select(MemberPerson.person_id)
            .join(HouseholdMember, (HouseholdMember.municipality_id == m) & (HouseholdMember.id == MemberPerson.id))
            .join(HomeVisit, (HomeVisit.municipality_id == m) & (HomeVisit.household_id == HouseholdMember.household_id))
            .where(MemberPerson.municipality_id == m, HomeVisit.id == origin.visit_id)
        )
    # Computed past what this worker sees: somebody restricted was there all the same.
    with cleared(session, "restricted"):
        met = set(session.scalars(asked))
        return {one for one in wanted if met & set(all_of(session, m, [one]))}


def region_of_unit(session: Session, municipality_id: int, unit_id: UUID) -> UUID | None:
    return session.scalar(select(Unit.region_id).where(Unit.municipality_id == municipality_id, Unit.id == unit_id))


def receiving_now() -> ColumnElement[bool]:
    """SQL condition on Referral: its unit is open for good; one that only takes no new ones still expects who is on the way."""
    return exists().where(
        Unit.municipality_id == Referral.municipality_id,
        Unit.id == Referral.unit_id,
        Unit.is_active,
    )


def unit_of(session: Session, referral: Referral) -> Unit:
    """The unit to which somebody was sent; also one that was closed since."""
    return session.get_one(Unit, (referral.municipality_id, referral.unit_id))


def some_of(session: Session, municipality_id: int, ids: Collection[UUID]) -> list[Referral]:
    """These referrals, as they are."""
    return list(session.scalars(select(Referral).where(Referral.municipality_id == municipality_id, Referral.id.in_(list(ids)))))


def received_already(session: Session, referral: Referral) -> datetime | None:
    """Since when everybody of a referral is under the unit's roof, where all are known and came in after it was made."""
    m = referral.municipality_id
    named = session.scalars(
        select(ReferralPerson.person_id).where(ReferralPerson.municipality_id == m, ReferralPerson.referral_id == referral.id)
    ).all()
    known = [person_id for person_id in named if person_id is not None]
    if len(known) < referral.people_count:
        return None
    came = [
        session.scalar(
            select(func.min(Stay.arrived_at)).where(
                Stay.municipality_id == m,
                Stay.unit_id == referral.unit_id,
                Stay.left_at.is_(None),
                Stay.person_id.in_(all_of(session, m, [person_id])),
                Stay.arrived_at >= referral.sent_at,
            )
        )
        for person_id in known
    ]
    return None if None in came else max(came)  # type: ignore[type-var]


def wanted_by(referral: Referral) -> list[str]:
    """Codes of RECEIVES asked of a unit for who is sent."""
    return rules.wanted_of(referral.profile, referral.with_children, referral.with_animals, referral.with_cart)


def closed_to(session: Session, referral: Referral, now: datetime) -> set[UUID]:
    """The units that by a suspension don't receive somebody of it today."""
    m = referral.municipality_id
    named = session.scalars(
        select(ReferralPerson.person_id).where(ReferralPerson.municipality_id == m, ReferralPerson.referral_id == referral.id)
    ).all()
    hers = all_of(session, m, [person_id for person_id in named if person_id])
    suspended = units.suspensions_of(session, m, hers, now.astimezone(zone_of(session, m)).date()) if hers else {}
    return {unit_id for standing in suspended.values() for unit_id, _until in standing}


def next_option(session: Session, referral: Referral, now: datetime) -> units.NextOption | None:
    """The next unit that has room for who is sent, of those not tried yet and that receive everybody of it."""
    m, zone = referral.municipality_id, zone_of(session, referral.municipality_id)
    # One that left from a desk has no place: what is near is asked of nowhere.
    table: Any = Encounter if referral.encounter_id else HomeVisit
    origin_id = referral.encounter_id or referral.visit_id
    record = session.get(table, (m, origin_id)) if origin_id else None
    cell = getattr(record, "cell", None)
    return units.next_with_room(
        session,
        m,
        [referral.unit_id, *(before.unit_id for before in earlier_of(session, referral)), *closed_to(session, referral, now)],
        referral.people_count,
        wanted_by(referral),
        cell_centre(cell) if cell else None,
        record.region_id if record else None,
        now,
        zone,
    )


def earlier_of(session: Session, referral: Referral) -> list[Referral]:
    """Those that it takes on, the last first: refused twice, the third accepts."""
    found: list[Referral] = []
    before = referral.redirected_from_id
    while before is not None and len(found) < _LONGEST_CHAIN:
        one = session.get(Referral, (referral.municipality_id, before))
        if one is None:
            break
        found.append(one)
        before = one.redirected_from_id
    return found


def told_of(session: Session, municipality_id: int, referral_id: UUID, now: datetime) -> dict[str, Any] | None:
    """What became of the asked place, as a push tells it (commands.ts HoldTold); None where none was asked. `why` where the
    house had room perhaps, and not for her: `profile` or `suspended`; never the reason of a suspension."""
    referral = session.get(Referral, (municipality_id, referral_id))
    if referral is None or referral.hold_answer is None:
        return None
    option = units.option_of(session, municipality_id, referral.next_unit_id, now) if referral.next_unit_id else None
    why = _why(session, referral, now) if referral.hold_answer == "taken" else None
    return {
        "hold": referral.hold_answer,
        "held_until": referral.held_until,
        "next": option
        and {
            "unit_id": option.unit_id, "name": option.name, "free_places": option.free_places,
            "free_noted_at": option.free_noted_at,
        },
    } | ({"why": why} if why else {})  # fmt: skip


def _why(session: Session, referral: Referral, now: datetime) -> str | None:
    if referral.unit_id in closed_to(session, referral, now):
        return "suspended"
    return None if units.takes(unit_of(session, referral), wanted_by(referral)) else "profile"
