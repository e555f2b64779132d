"""A referral that leaves from a technician's desk, not from a meeting in the street nor from a visit: a name, what is needed
and a unit. It says nothing of why, and it lives at desks: no phone holds it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core.ids import new_code, new_id
from app.people.queries import not_here
from app.people.queries.restricted import hidden_among
from app.referrals import queries, rules
from app.referrals.models import Referral, ReferralPerson
from app.referrals.problems import ReferralNotFound, UnitNotReceiving, UnknownReferred
from app.referrals.service import telling
from app.referrals.service.holding import ask_for_a_place
from app.referrals.service.moves import answered, let_go, locked, tell, words
from app.units import queries as units

SEND = "referrals.send_from_desk"


def send_from_desk(session: Session, actor: Actor, data: dict[str, Any], now: datetime) -> Referral:
    """Ask a unit to receive somebody. `data`: unit_id, person_id (or None), called, people_count, with_children, purpose,
    reasons, is_urgent, profile, note. Where the unit gives places one is promised at once.

    Raises UnitNotReceiving; UnknownReferred for a person whom the actor doesn't see.
    """
    require(actor, SEND)
    m = actor.municipality_id
    unit = units.receiving(session, m, data["unit_id"])
    if unit is None:
        raise UnitNotReceiving(fields={"unit_id": [str(UnitNotReceiving.sentence)]})
    person_id = data["person_id"]
    if person_id and (not_here(session, m, {person_id}) or hidden_among(session, m, {person_id})):
        raise UnknownReferred()
    referral = Referral(
        municipality_id=m, id=new_id(), code=new_code(), unit_id=unit.id, worker_id=actor.worker_id,
        called=words(data["called"]), note=words(data["note"]), people_count=data["people_count"],
        with_children=data["with_children"], purpose=data["purpose"], reasons=data["reasons"], is_urgent=data["is_urgent"],
        profile=data["profile"], sent_at=now, received_at=now, awaited_since=now,
    )  # fmt: skip
    session.add(referral)
    session.flush()
    if person_id:
        session.add(ReferralPerson(municipality_id=m, id=new_id(), referral_id=referral.id, person_id=person_id))
    tell(session, actor, referral, SEND, now, fields=data)
    ask_for_a_place(session, referral, unit, now)
    session.flush()
    if unit.has_desk and referral.awaited_since:
        telling.desk(session, referral, "referral_new", now)
    return referral


def revoke_from_desk(session: Session, actor: Actor, referral_id: UUID, now: datetime) -> Referral:
    """Who sent it from her desk takes it back. Raises ReferralNotFound for every other; what its status doesn't allow by name."""
    require(actor, SEND)
    referral = locked(session, actor.municipality_id, referral_id)
    if referral.worker_id != actor.worker_id or not queries.is_from_desk(referral):
        raise ReferralNotFound()
    referral.status = rules.next_status(referral.status, "revoke", who=rules.SENDER)
    let_go(session, referral, now)
    answered(session, referral, now)
    tell(session, actor, referral, SEND, now, fields=["status"])
    telling.desk(session, referral, "referral_revoked", now)
    return referral
