"""From a case to a unit, and the shelter of her place of stay. What leaves tells nothing of the flag."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.core.db import cleared
from app.people.queries.restricted import may_read, sees
from app.people.service import restriction
from app.protection.problems import NoPerson
from app.protection.queries import holding
from app.protection.queries.reading import facts_of
from app.protection.sealing import CLEARANCE
from app.protection.service import story
from app.protection.service.taking import working_on
from app.referrals import service as referrals

REFER = "protection.refer"


def refer(session: Session, actor: Actor, flag_id: UUID, data: dict[str, Any], now: datetime) -> UUID:
    """Ask CREAS/PAEFI, a shelter or another unit to receive the person: a name, a need, how many (data: what send_from_desk takes,
    but for the person, who is the case's where it has one). Gives the referral's id.
    """
    flag = working_on(session, actor, REFER, flag_id, now)
    with cleared(session, CLEARANCE):
        facts = facts_of(flag)
    person_id = UUID(facts.person_id) if facts is not None and facts.person_id else None
    if person_id is not None and not sees(session, actor.municipality_id, person_id):
        person_id = None
    # Outside the clearance: a referral's own verbs see what any desk sees.
    referral = referrals.send_from_desk(session, actor, data | {"person_id": person_id}, now)
    with cleared(session, CLEARANCE):
        story.note(session, flag, actor.worker_id, "referred", now, now, ref_id=referral.id)
    trail.record(session, actor, REFER, now, "flag", flag.id, ["referral_id"])
    return referral.id


def shield(session: Session, actor: Actor, flag_id: UUID, now: datetime) -> None:
    """One touch for who is threatened: her record is restricted, and with it where she stays, to who works on the case.

    Raises NoPerson while nobody is linked, AlreadyRestricted, and what working_on raises.
    """
    flag = working_on(session, actor, "people.restrict", flag_id, now)
    with cleared(session, CLEARANCE):
        facts = facts_of(flag)
        named = {flag.holder_id, *(peer["worker_id"] for peer in holding.peers_of(session, flag, now) if peer["kind"] == "named")}
    if facts is None or not facts.person_id:
        raise NoPerson()
    readers = [worker_id for worker_id in named if worker_id and may_read(session, actor.municipality_id, {worker_id}, now)]
    # Who reads the reason reads it beside her name: it tells that there is one, not which.
    restriction.restrict(session, actor, UUID(facts.person_id), gettext("Pedido da equipe técnica que acompanha."), now, readers)
    trail.record(session, actor, REFER, now, "flag", flag.id, ["restricted_at"])
