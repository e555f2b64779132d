"""The city's own table: who may have to be told, by which telephones now, because of which law, and what is missing in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core.days import zone_of
from app.notices.queries import answering
from app.protection import editions
from app.protection.models import ProtectionBody, ProtectionRecipient, ProtectionRule, RecipientPhone
from app.protection.roster import Ring, holes_of, rings_of
from app.protection.rules import Line, unprotected
from app.protection.terms import RECIPIENTS, VIOLATIONS
from app.territory.models import Region
from app.territory.queries import active_regions
from app.units.models import Unit


def rules_in_force(session: Session, municipality_id: int, at: datetime) -> tuple[str, list[Line]]:
    """(edition, lines in order) as they were at an instant: the city's own, or the edition that the software brings."""
    rows = session.scalars(
        select(ProtectionRule)
        .where(
            ProtectionRule.municipality_id == municipality_id,
            ProtectionRule.valid_from <= at,
            or_(ProtectionRule.valid_to.is_(None), ProtectionRule.valid_to > at),
        )
        .order_by(ProtectionRule.position, ProtectionRule.id)
    ).all()
    if not rows:
        return editions.NAME, list(editions.DEFAULT)
    return max(rows, key=lambda row: row.valid_from).edition, [line_of(row) for row in rows]


def line_of(row: ProtectionRule) -> Line:
    """A row of the city's table as the rules read it."""
    when = row.when_
    return Line(
        kinds=tuple(when.get("kinds", ())), ages=tuple(when.get("ages", ())), sexes=tuple(when.get("sexes", ())),
        risks=tuple(when.get("risks", ())), disability=when.get("disability"), company=tuple(when.get("company", ())),
        recipient=row.recipient, obligation=row.obligation, minutes=row.minutes, legal_source=row.legal_source,
        is_confirmed=row.is_confirmed,
    )  # fmt: skip


def recipients(session: Session, municipality_id: int) -> list[dict[str, Any]]:
    """Those of the city that are active, by their code's place in the list, region and name.

    {id, code, what (words of the code), name, region_id, region, unit_id, email, address, system_name, body, phones: [RecipientPhone]}.
    """
    rows = session.execute(
        select(ProtectionRecipient, Region.name)
        .outerjoin(
            Region,
            and_(Region.municipality_id == ProtectionRecipient.municipality_id, Region.id == ProtectionRecipient.region_id),
        )
        .where(ProtectionRecipient.municipality_id == municipality_id, ProtectionRecipient.is_active)
    ).all()
    phones: dict[UUID, list[RecipientPhone]] = {}
    for phone in session.scalars(
        select(RecipientPhone)
        .where(RecipientPhone.municipality_id == municipality_id)
        .order_by(RecipientPhone.position, RecipientPhone.id)
    ):
        phones.setdefault(phone.recipient_id, []).append(phone)
    order = {code: at for at, code in enumerate(RECIPIENTS)}
    found = [
        {
            "id": row.id, "code": row.code, "what": RECIPIENTS.get(row.code), "name": row.name, "region_id": row.region_id,
            "region": region, "unit_id": row.unit_id, "email": row.email, "address": row.address, "system_name": row.system_name,
            "body": row.body, "phones": phones.get(row.id, []),
        }
        for row, region in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: (order.get(one["code"], len(order)), one["region"] or "", one["name"].lower()))


def phones_on_duty(session: Session, municipality_id: int, code: str, region_id: UUID | None, at: datetime) -> list[Ring]:
    """Whom to ring of a recipient at an instant: those of the region first, then those of the whole city, then those of
    other regions (a council that does not answer is covered by the next), each in its own order; at last the national number.
    """
    local = at.astimezone(zone_of(session, municipality_id)).replace(tzinfo=None)
    return rings_of(recipients(session, municipality_id), code, region_id, local)


def bodies(session: Session, municipality_id: int) -> dict[UUID, str]:
    """{unit id: the public body to which its people belong}."""
    rows = session.execute(
        select(ProtectionBody.unit_id, ProtectionBody.body).where(ProtectionBody.municipality_id == municipality_id)
    )
    return {row.unit_id: row.body for row in rows}


def holes(session: Session, municipality_id: int, now: datetime) -> list[dict[str, Any]]:
    """What is missing so that no flag stays silent: {recipient, what, region (None: anywhere), why, at}; why: 'nobody' (a
    mandatory recipient that nobody named there), 'no_phone' (an immediate one without a telephone), 'off_duty' (none answered
    at `at`, local, of the next seven days), 'no_line' (of these kinds nobody must be told), 'unanswered' (nobody takes cases).
    """
    lines = rules_in_force(session, municipality_id, now)[1]
    regions = active_regions(session, municipality_id)
    local = now.astimezone(zone_of(session, municipality_id)).replace(tzinfo=None)
    found = holes_of(lines, recipients(session, municipality_id), [(region.id, region.name) for region in regions], local)
    for kind in unprotected(tuple(lines)):
        found.append({"recipient": None, "what": VIOLATIONS[kind].words, "region": None, "why": "no_line", "at": None})
    if session.scalar(answering(municipality_id, now).limit(1)) is None:
        found.append({"recipient": None, "what": _("Equipe técnica"), "region": None, "why": "unanswered", "at": None})
    return found


def setting_of(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    """What the administration sees of it all."""
    require(actor, "protection.configure")
    m = actor.municipality_id
    edition, lines = rules_in_force(session, m, now)
    own = session.scalars(
        select(ProtectionRule)
        .where(ProtectionRule.municipality_id == m, or_(ProtectionRule.valid_to.is_(None), ProtectionRule.valid_to > now))
        .order_by(ProtectionRule.position, ProtectionRule.id)
    ).all()
    units = session.execute(
        select(Unit.id, Unit.name).where(Unit.municipality_id == m, Unit.is_active).order_by(Unit.name)
    ).all()
    return {
        "edition": edition, "lines": lines, "own": own, "recipients": recipients(session, m), "holes": holes(session, m, now),
        "bodies": bodies(session, m), "units": units, "regions": active_regions(session, m),
    }  # fmt: skip
