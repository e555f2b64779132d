"""The city's own table: who may have to be told, by which telephones now, because of which law."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.days import zone_of
from app.protection import editions
from app.protection.models import ProtectionBody, ProtectionRecipient, ProtectionRule, RecipientPhone
from app.protection.rules import Line


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
    return rows[-1].edition, [line_of(row) for row in rows]


def line_of(row: ProtectionRule) -> Line:
    """A row of the city's table as the rules read it."""
    when = row.when_
    return Line(
        kinds=tuple(when.get("kinds", ())), ages=tuple(when.get("ages", ())), sexes=tuple(when.get("sexes", ())),
        risks=tuple(when.get("risks", ())), disability=when.get("disability"), company=tuple(when.get("company", ())),
        recipient=row.recipient, obligation=row.obligation, minutes=row.minutes, legal_source=row.legal_source,
        is_confirmed=row.is_confirmed,
    )  # fmt: skip


def phones_on_duty(
    session: Session, municipality_id: int, code: str, region_id: UUID | None, at: datetime
) -> list[RecipientPhone]:
    """Telephones of a recipient that are answered at an instant: the region's first, then the whole city's, in order."""
    local = at.astimezone(zone_of(session, municipality_id))
    rows = session.execute(
        select(RecipientPhone, ProtectionRecipient.region_id)
        .join(
            ProtectionRecipient,
            (ProtectionRecipient.municipality_id == RecipientPhone.municipality_id)
            & (ProtectionRecipient.id == RecipientPhone.recipient_id),
        )
        .where(RecipientPhone.municipality_id == municipality_id, ProtectionRecipient.code == code, ProtectionRecipient.is_active)
    ).all()
    found = [
        (phone, phone.region_id or of) for phone, of in rows if phone.weekdays >> local.weekday() & 1
    ]
    near = [(phone, where) for phone, where in found if where in (None, region_id)]
    return [phone for phone, where in sorted(near, key=lambda one: (one[1] is None, one[0].position, one[0].id))]


def bodies(session: Session, municipality_id: int) -> dict[UUID, str]:
    """{unit id: the public body to which its people belong}."""
    rows = session.execute(
        select(ProtectionBody.unit_id, ProtectionBody.body).where(ProtectionBody.municipality_id == municipality_id)
    )
    return {row.unit_id: row.body for row in rows}
