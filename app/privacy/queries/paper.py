"""O que está registrado sobre você: everything that the city holds of one person, as she may ask for it (LGPD 18, 19)."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import RoleGrant, Worker
from app.audit.models import AuditLine
from app.core.city_settings import whole
from app.core.days import today_of
from app.core.models import Municipality
from app.encounters import queries as encounters
from app.home_visits.models import HomeVisit
from app.people import queries as people
from app.people.models import HouseholdMember, MemberPerson, PersonSharing
from app.people.problems import UnknownPerson
from app.people.queries import notes, restricted
from app.referrals.queries import sent_from
from app.units import queries as units

RETENTION_YEARS = 5
_READINGS = ("people.read", "people.print", "people.break_glass")


def paper(session: Session, actor: Actor, person_id: UUID, now: datetime) -> dict[str, Any]:
    """The whole of it in words, as far as the actor may read: `unread` says how many answers only a technician prints.

    Raises UnknownPerson.
    """
    require(actor, "people.print")
    m = actor.municipality_id
    reads = {"documents": actor.can("people.read_documents"), "sensitive": actor.can("people.read_sensitive")}
    found = people.cards(session, actor, [person_id], **reads)
    if not found:
        raise UnknownPerson()
    [card] = found.values()
    ids = [card.id, *card.also]
    rows = [row for row in people.told_of(session, m, ids) if row.taken_back_at is None]
    shown = people.readable(rows, **reads)
    counting = {row.id for row in (*card.facts.values(), *card.documents.values())}
    says = people.Reading(people.local_options(session, m), {}, counting)
    groups = says.groups(shown, card, (), today_of(session, m, now))
    met = encounters.timeline_of(session, m, ids)
    visits = _visits(session, m, ids)
    sent = sent_from(session, m, [*met, *visits], ids).values()
    settings = session.get_one(Municipality, m).settings
    return {
        "card": card,
        "names": says.ladder(shown, card, ()),
        "groups": [group for group in groups if any(asked.now or asked.former for asked in group.answered)],
        "unread": sum(asked.hidden for group in groups for asked in group.answered),
        "met": met,
        "visits": visits,
        "roofs": units.nights_and_days_of(session, m, ids),
        "suspensions": units.told_to_her(session, m, ids, today_of(session, m, now)),
        "sent": sorted((each for one in sent for each in one.hers), key=lambda each: each["at"], reverse=True),
        "sent_others": sum(one.others for one in sent),
        "shared": _sharings(session, m, ids),
        "seen_by": seen_by(session, m, ids),
        "keepers": notes.keepers_of(session, ids),
        "restricted": restricted.restriction_of(session, actor, card.id),
        "years": retention_years(settings),
        "officer": str(settings.get("data_officer") or ""),
    }


def retention_years(settings: dict[str, Any]) -> int:
    """How many years after the last contact a person stays known by name."""
    return whole(settings, "retention_years", RETENTION_YEARS, 1, 100)


def seen_by(session: Session, municipality_id: int, ids: Collection[UUID]) -> list[tuple[str, int]]:
    """How often her record was opened, by the role that the reader held then: never who."""
    rows = session.execute(
        select(AuditLine.id, func.min(RoleGrant.role))
        .outerjoin(
            RoleGrant,
            and_(
                RoleGrant.municipality_id == AuditLine.municipality_id,
                RoleGrant.worker_id == AuditLine.worker_id,
                RoleGrant.valid_from <= AuditLine.at,
                or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > AuditLine.at),
            ),
        )
        .where(
            AuditLine.municipality_id == municipality_id,
            AuditLine.subject_type == "person",
            AuditLine.subject_id.in_(ids),
            AuditLine.action.in_(_READINGS),
            AuditLine.outcome == "done",
        )
        .group_by(AuditLine.id)
    )
    return Counter(role or "" for _id, role in rows).most_common()


def _visits(session: Session, m: int, ids: Collection[UUID]) -> list[dict[str, Any]]:
    of_hers = (
        select(HouseholdMember.household_id)
        .join(MemberPerson, and_(MemberPerson.municipality_id == m, MemberPerson.id == HouseholdMember.id))
        .where(HouseholdMember.municipality_id == m, MemberPerson.person_id.in_(ids))
    )
    rows = session.execute(
        select(HomeVisit.id, HomeVisit.occurred_at.label("at"))
        .where(HomeVisit.municipality_id == m, HomeVisit.status == "valid", HomeVisit.household_id.in_(of_hers))
        .order_by(HomeVisit.occurred_at.desc())
    )
    return [{"kind": "home_visit"} | dict(row) for row in rows.mappings()]


def _sharings(session: Session, m: int, ids: Collection[UUID]) -> list[dict[str, Any]]:
    rows = session.execute(
        select(PersonSharing, Worker.name)
        .outerjoin(Worker, and_(Worker.municipality_id == m, Worker.id == PersonSharing.worker_id))
        .where(PersonSharing.municipality_id == m, PersonSharing.person_id.in_(ids))
        .order_by(PersonSharing.shared_at.desc())
    )
    return [
        {"at": row.shared_at, "with": row.with_whom, "what": row.what, "basis": row.basis, "note": row.note, "by": name}
        for row, name in rows
    ]


def term(now: datetime, years: int) -> datetime:
    """Whoever was last met before this is past the term."""
    return now - timedelta(days=365.25 * years)
