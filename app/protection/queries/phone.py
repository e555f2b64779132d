"""What a phone holds so that it can say, without a network, whom to ring: no flag is ever in a pull."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.protection.models import ProtectionRecipient, RecipientPhone
from app.protection.queries.setting import rules_in_force

# A city has one table: its entity's id is the same everywhere.
FLAG_RULES_ID = UUID("6b1d7c2e-0000-7000-8000-00000000f1a6")


def recipients_for_phone(session: Session, actor: Actor, ids: Collection[UUID] | None = None) -> dict[UUID, dict[str, Any]]:
    """{id: body} `recipient` of the pull: who is active, each with its telephones in the order of ringing."""
    if not actor.can("protection.raise"):
        return {}
    municipality_id = actor.municipality_id
    asked = select(ProtectionRecipient).where(ProtectionRecipient.municipality_id == municipality_id, ProtectionRecipient.is_active)
    if ids is not None:
        asked = asked.where(ProtectionRecipient.id.in_(list(ids)))
    rows = session.scalars(asked.order_by(ProtectionRecipient.code, ProtectionRecipient.name)).all()
    phones: dict[UUID, list[dict[str, Any]]] = {}
    for phone in session.scalars(
        select(RecipientPhone)
        .where(RecipientPhone.municipality_id == municipality_id, RecipientPhone.recipient_id.in_([row.id for row in rows]))
        .order_by(RecipientPhone.position, RecipientPhone.id)
    ):
        phones.setdefault(phone.recipient_id, []).append(
            {
                "phone": phone.phone, "label": phone.label, "region_id": phone.region_id, "position": phone.position,
                "weekdays": phone.weekdays, "from_time": _hour(phone.from_time), "to_time": _hour(phone.to_time),
                "starts_on": phone.starts_on, "ends_on": phone.ends_on,
            }
        )  # fmt: skip
    return {
        row.id: {
            "id": row.id, "code": row.code, "name": row.name, "region_id": row.region_id, "body": row.body,
            "phones": phones.get(row.id, []),
        }
        for row in rows
    }  # fmt: skip


def rules_for_phone(
    session: Session, actor: Actor, now: datetime, ids: Collection[UUID] | None = None
) -> dict[UUID, dict[str, Any]]:
    """{FLAG_RULES_ID: body} `flag_rules` of the pull: the lines in force now, without their sources."""
    if not actor.can("protection.raise") or (ids is not None and FLAG_RULES_ID not in ids):
        return {}
    edition, lines = rules_in_force(session, actor.municipality_id, now)
    body = {
        "edition": edition,
        "lines": [
            {
                "kinds": line.kinds, "ages": line.ages, "sexes": line.sexes, "risks": line.risks, "disability": line.disability,
                "company": line.company, "recipient": line.recipient, "obligation": line.obligation, "minutes": line.minutes,
            }
            for line in lines
        ],
    }  # fmt: skip
    return {FLAG_RULES_ID: body}


def _hour(at: Any) -> str | None:
    return at.strftime("%H:%M") if at else None
