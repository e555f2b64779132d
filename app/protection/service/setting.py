"""Verbs on the city's own table: who may have to be told, the telephones on duty, the rules and their sources."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.ids import new_id
from app.protection import editions
from app.protection.models import ProtectionBody, ProtectionRecipient, ProtectionRule, RecipientPhone
from app.protection.problems import (
    HalfAnHour,
    LastMandatory,
    OwnTableAlready,
    PhoneNotFound,
    RuleNotFound,
    UnknownRegion,
    WrongDates,
)
from app.protection.queries.phone import FLAG_RULES_ID
from app.protection.terms import BODY_OF
from app.territory.queries import active_regions

VERB = "protection.configure"


def add_phone(session: Session, actor: Actor, data: dict[str, Any], now: datetime) -> UUID:
    """A telephone of whoever is rung; its owner is made with the first one. data: DutyPhoneForm. Gives the telephone's id.

    Raises UnknownRegion, HalfAnHour, WrongDates.
    """
    require(actor, VERB)
    if data["region_id"] and data["region_id"] not in {one.id for one in active_regions(session, actor.municipality_id)}:
        raise UnknownRegion(fields={"region_id": [str(UnknownRegion.sentence)]})
    if (data["from_time"] is None) != (data["to_time"] is None) or (data["from_time"] and data["from_time"] == data["to_time"]):
        raise HalfAnHour(fields={"to_time": [str(HalfAnHour.sentence)]})
    if data["starts_on"] and data["ends_on"] and data["ends_on"] < data["starts_on"]:
        raise WrongDates(fields={"ends_on": [str(WrongDates.sentence)]})
    owner = _owner(session, actor, data, now)
    position = session.scalar(
        select(func.coalesce(func.max(RecipientPhone.position), 0)).where(
            RecipientPhone.municipality_id == actor.municipality_id, RecipientPhone.recipient_id == owner.id
        )
    )
    phone = RecipientPhone(
        municipality_id=actor.municipality_id, id=new_id(), recipient_id=owner.id, region_id=data["region_id"],
        phone=data["phone"], label=data["label"], position=data["position"] or (position or 0) + 1,
        weekdays=sum(1 << day for day in set(data["weekdays"])) or 127, from_time=data["from_time"], to_time=data["to_time"],
        starts_on=data["starts_on"], ends_on=data["ends_on"],
    )  # fmt: skip
    session.add(phone)
    session.flush()
    trail.record(session, actor, VERB, now, "recipient_phone", phone.id, ["phone"])
    announce(session, actor.municipality_id, "recipient", [owner.id])
    return phone.id


def _owner(session: Session, actor: Actor, data: dict[str, Any], now: datetime) -> ProtectionRecipient:
    """The recipient of that code, name and region, made now where there is none: a telephone of the whole city hangs on none of a
    region, where it would ring there only."""
    found = session.scalar(
        select(ProtectionRecipient)
        .where(
            ProtectionRecipient.municipality_id == actor.municipality_id,
            ProtectionRecipient.name == data["name"],
            ProtectionRecipient.region_id.is_not_distinct_from(data["region_id"]),
            ProtectionRecipient.is_active,
            *([ProtectionRecipient.code == data["code"]] if data["code"] else [ProtectionRecipient.code.like("own\\_%")]),
        )
        .with_for_update()
    )
    if found is None:
        recipient_id = new_id()
        found = ProtectionRecipient(
            municipality_id=actor.municipality_id, id=recipient_id, code=data["code"] or f"own_{recipient_id.hex}",
            name=data["name"], region_id=data["region_id"], unit_id=None, email="", address="", system_name="",
            body=BODY_OF.get(data["code"] or ""), is_active=True, changed_at=now,
        )  # fmt: skip
        session.add(found)
        session.flush()
        trail.record(session, actor, VERB, now, "recipient", found.id, ["code", "name"])
    return found


def remove_phone(session: Session, actor: Actor, phone_id: UUID, now: datetime) -> None:
    """Nobody answers there any more; who has no telephone, e-mail or address left is rung no more. Raises PhoneNotFound."""
    require(actor, VERB)
    phone = session.get(RecipientPhone, (actor.municipality_id, phone_id))
    if phone is None:
        raise PhoneNotFound()
    owner = session.get_one(ProtectionRecipient, (actor.municipality_id, phone.recipient_id), with_for_update=True)
    session.delete(phone)
    session.flush()
    left = select(RecipientPhone.id).where(
        RecipientPhone.municipality_id == actor.municipality_id, RecipientPhone.recipient_id == owner.id
    )
    if session.scalar(left.limit(1)) is None and not (owner.email or owner.address or owner.system_name):
        owner.is_active, owner.changed_at = False, now
        session.flush()
    trail.record(session, actor, VERB, now, "recipient_phone", phone_id)
    announce(session, actor.municipality_id, "recipient", [owner.id])


def set_contact(session: Session, actor: Actor, recipient_id: UUID, data: dict[str, Any], now: datetime) -> None:
    """How papers reach a recipient: e-mail, address, the outside system. Raises PhoneNotFound for one that isn't there."""
    require(actor, VERB)
    row = session.get(ProtectionRecipient, (actor.municipality_id, recipient_id), with_for_update=True)
    if row is None or not row.is_active:
        raise PhoneNotFound()
    row.email, row.address, row.system_name, row.body = data["email"], data["address"], data["system_name"], data["body"]
    row.changed_at = now
    session.flush()
    trail.record(session, actor, VERB, now, "recipient", row.id, ["email", "address", "system_name", "body"])
    announce(session, actor.municipality_id, "recipient", [row.id])


def own_table(session: Session, actor: Actor, now: datetime) -> None:
    """The city takes the edition that the software brings as its own, to change line by line. Raises OwnTableAlready."""
    require(actor, VERB)
    if _standing(session, actor, now):
        raise OwnTableAlready()
    for position, line in enumerate(editions.DEFAULT, 1):
        session.add(
            ProtectionRule(
                municipality_id=actor.municipality_id, id=new_id(), edition=f"{editions.NAME}+", position=position,
                when_=when_of(line), recipient=line.recipient, obligation=line.obligation, minutes=line.minutes,
                legal_source=line.legal_source, is_confirmed=line.is_confirmed, valid_from=now, valid_to=None,
                changed_by=actor.worker_id,
            )
        )  # fmt: skip
    session.flush()
    _changed(session, actor, now, ["edition"])


def change_rule(session: Session, actor: Actor, rule_id: UUID, data: dict[str, Any], now: datetime) -> None:
    """One line is replaced by another from now on; what was decided before keeps the old one. Raises RuleNotFound."""
    require(actor, VERB)
    row = _rule(session, actor, rule_id, now)
    row.valid_to = now
    session.flush()
    session.add(
        ProtectionRule(
            municipality_id=actor.municipality_id, id=new_id(), edition=f"{now:%Y-%m-%d}", position=row.position, when_=row.when_,
            recipient=row.recipient, obligation=data["obligation"], minutes=data["minutes"], legal_source=data["legal_source"],
            is_confirmed=data["is_confirmed"], valid_from=now, valid_to=None, changed_by=actor.worker_id,
        )
    )  # fmt: skip
    session.flush()
    _changed(session, actor, now, ["obligation", "minutes", "legal_source", "is_confirmed"])


def add_rule(session: Session, actor: Actor, data: dict[str, Any], now: datetime) -> None:
    """One line more at the end of the city's own table, which is made of the edition's where there was none."""
    require(actor, VERB)
    if not _standing(session, actor, now):
        own_table(session, actor, now)
    rows = _standing(session, actor, now)
    session.add(
        ProtectionRule(
            municipality_id=actor.municipality_id, id=new_id(), edition=f"{now:%Y-%m-%d}", position=rows[-1].position + 1,
            when_={key: data[key] for key in ("kinds", "ages", "sexes", "risks", "disability", "company")}, recipient=data["recipient"],
            obligation=data["obligation"], minutes=data["minutes"], legal_source=data["legal_source"],
            is_confirmed=data["is_confirmed"], valid_from=now, valid_to=None, changed_by=actor.worker_id,
        )
    )  # fmt: skip
    session.flush()
    _changed(session, actor, now, ["recipient"])


def end_rule(session: Session, actor: Actor, rule_id: UUID, now: datetime) -> None:
    """A line ends. The last mandatory one can't: a flag would be told to nobody. Raises RuleNotFound, LastMandatory."""
    require(actor, VERB)
    row = _rule(session, actor, rule_id, now)
    if row.obligation == "mandatory" and not any(
        other.obligation == "mandatory" for other in _standing(session, actor, now) if other.id != row.id
    ):
        raise LastMandatory()
    row.valid_to = now
    session.flush()
    _changed(session, actor, now, ["valid_to"])


def set_body(session: Session, actor: Actor, unit_id: UUID, body: str | None, now: datetime) -> None:
    """Of which public body a unit's people are; None: of none. Raises UnknownUnit."""
    require(actor, VERB)
    mine = (ProtectionBody.municipality_id == actor.municipality_id, ProtectionBody.unit_id == unit_id)
    if body is None:
        session.execute(delete(ProtectionBody).where(*mine))
    elif not session.execute(update(ProtectionBody).where(*mine).values(body=body)).rowcount:  # type: ignore[attr-defined]
        session.add(ProtectionBody(municipality_id=actor.municipality_id, id=new_id(), unit_id=unit_id, body=body))
    session.flush()
    trail.record(session, actor, VERB, now, "unit", unit_id, ["body"])


def when_of(line: Any) -> dict[str, Any]:
    """A line's conditions as its row keeps them."""
    return {
        "kinds": list(line.kinds), "ages": list(line.ages), "sexes": list(line.sexes), "risks": list(line.risks),
        "disability": line.disability, "company": list(line.company),
    }  # fmt: skip


def _standing(session: Session, actor: Actor, now: datetime) -> Sequence[ProtectionRule]:
    return session.scalars(
        select(ProtectionRule)
        .where(ProtectionRule.municipality_id == actor.municipality_id, ProtectionRule.valid_to.is_(None))
        .order_by(ProtectionRule.position, ProtectionRule.id)
        .with_for_update()
    ).all()


def _rule(session: Session, actor: Actor, rule_id: UUID, now: datetime) -> ProtectionRule:
    found = next((row for row in _standing(session, actor, now) if row.id == rule_id), None)
    if found is None:
        raise RuleNotFound()
    return found


def _changed(session: Session, actor: Actor, now: datetime, names: list[str]) -> None:
    trail.record(session, actor, VERB, now, "protection_rules", None, names)
    announce(session, actor.municipality_id, "flag_rules", [FLAG_RULES_ID])
