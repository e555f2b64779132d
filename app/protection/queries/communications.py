"""Communications of a case. What one says is opened for its holder, colleagues she named and who opened the case with a
reason; everybody else who may see the case sees states, numbers and times.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor
from app.accounts.models import Worker
from app.core.db import cleared
from app.core.models import Municipality
from app.people.queries import called_of
from app.protection.communications.document import digest_of
from app.protection.communications.problems import AccusedRecipient, DocumentAltered, UnknownCommunication, UnknownRecipient
from app.protection.models import Communication, Flag, FlagCall, FlagDuty, ProtectionRecipient
from app.protection.queries import holding
from app.protection.queries.reading import flag_of
from app.protection.sealing import CLEARANCE, SHUT, Facts, open_up
from app.protection.terms import BODY_OF, RECIPIENTS
from app.units.models import Unit

SENT = ("sent", "received", "answered")
# The day is the city's: who reads the paper compares it with the date that stands there.
_FIND = text(
    "SELECT f.city, f.year, f.number, f.unit, f.digest, f.is_corrected,"
    " to_char(f.sent_at AT TIME ZONE f.timezone, 'DD/MM/YYYY') AS day FROM find_communication(:token) f"
)


def may_write(session: Session, actor: Actor, flag: Flag) -> bool:
    """Who took the case, and colleagues whom she named."""
    return holding.may_act(session, actor, flag, actor.when)


def may_read(session: Session, actor: Actor, flag: Flag) -> bool:
    """Also who opened it with a reason, for as long as that lasts."""
    return holding.may_open(session, actor, flag, actor.when)


def communication_of(
    session: Session, actor: Actor, communication_id: UUID, lock: bool = False
) -> tuple[Flag, Communication]:
    """One of a case that the actor may see; with `lock` the case first, then it, always in this order.

    Raises UnknownCommunication, for one that she may not see too.
    """
    m = actor.municipality_id
    with cleared(session, CLEARANCE):
        flag_id = session.scalar(
            select(Communication.flag_id).where(Communication.municipality_id == m, Communication.id == communication_id)
        )
    if flag_id is None:
        raise UnknownCommunication()
    flag = flag_of(session, actor, flag_id, lock=lock)
    asked = select(Communication).where(Communication.municipality_id == m, Communication.id == communication_id)
    if lock:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    with cleared(session, CLEARANCE):
        return flag, session.scalars(asked).one()


def content_of(row: Communication) -> dict[str, Any]:
    """{recipient, fields, and once sent document}. Raises KeyLost while the key is shut."""
    return open_up(row.municipality_id, row.id, row.sealed_content)


def document_of(row: Communication) -> dict[str, Any]:
    """The document as it was signed. Raises DocumentAltered when it isn't what was hashed, KeyLost while the key is shut."""
    document = content_of(row).get("document")
    if document is None or row.digest is None or digest_of(document) != bytes(row.digest):
        raise DocumentAltered()
    return document


def proofs_of(row: Communication) -> list[dict[str, Any]]:
    """In order: {what: sent | received | answered, at, who, protocol, to, words, override}; an envelope each, so that one more is
    taken in while the key is shut. Raises KeyLost then.
    """
    return [open_up(row.municipality_id, row.id, envelope) for envelope in (row.sealed_proofs or "").split("\n") if envelope]


def communications_of(session: Session, actor: Actor, flag: Flag) -> list[dict[str, Any]]:
    """Those of a case, the oldest first, without what they say: {id, number, year, form, status, channel, recipient (its name,
    None while the key is shut), made_at, sent_at, received_at, answered_at, sent_by, corrects_id, corrected_by: (id, number, year)}.
    """
    worker, newer = aliased(Worker), aliased(Communication)
    with cleared(session, CLEARANCE):
        rows = session.execute(
            select(Communication, worker.name, newer.id, newer.number, newer.year)
            .outerjoin(worker, (worker.municipality_id == Communication.municipality_id) & (worker.id == Communication.sent_by))
            .outerjoin(
                newer,
                (newer.municipality_id == Communication.municipality_id)
                & (newer.corrects_id == Communication.id)
                & newer.number.is_not(None),
            )
            .where(Communication.municipality_id == flag.municipality_id, Communication.flag_id == flag.id)
            .order_by(Communication.made_at, Communication.id)
        ).all()
    plain = "id number year form status channel made_at sent_at received_at answered_at corrects_id changed_at".split()
    return [
        {name: getattr(row, name) for name in plain}
        | {
            "recipient": _name_of(row),
            "sent_by": who,
            "corrected_by": (newer_id, number, year) if newer_id else None,
        }
        for row, who, newer_id, number, year in rows
    ]


def _name_of(row: Communication) -> str | None:
    try:
        return content_of(row)["recipient"]["name"]
    except SHUT:
        return None


def addressee(session: Session, flag: Flag, facts: Facts | None, code: str) -> dict[str, Any]:
    """Who stands behind a code for this case: {code, name, address, email, system, phone}; the region's own before the city's.

    Raises UnknownRecipient for a code that is neither of the list nor the city's, AccusedRecipient for the accused body.
    """
    m, region = flag.municipality_id, UUID(facts.region_id) if facts and facts.region_id else None
    rows = session.scalars(
        select(ProtectionRecipient)
        .where(
            ProtectionRecipient.municipality_id == m, ProtectionRecipient.code == code, ProtectionRecipient.is_active,
            or_(ProtectionRecipient.region_id.is_(None), ProtectionRecipient.region_id == region),
        )
        .order_by(ProtectionRecipient.region_id.is_(None), ProtectionRecipient.name)
    ).all()  # fmt: skip
    accused = facts.agent_body if facts else None
    free = [row for row in rows if accused is None or row.body != accused]
    if accused is not None and (BODY_OF.get(code) == accused or (rows and not free)):
        raise AccusedRecipient()
    if not free and code not in RECIPIENTS:
        raise UnknownRecipient(fields={"recipient": [str(UnknownRecipient.sentence)]})
    row = free[0] if free else None
    return {
        "code": code,
        "name": row.name if row else str(RECIPIENTS[code]),
        "address": row.address if row else "",
        "email": row.email if row else "",
        "system": row.system_name if row else "",
    }


def codes_of(session: Session, flag: Flag, facts: Facts | None) -> list[tuple[str, str]]:
    """(code, name) of all who may be written to of this case: the list's and the city's own, without the accused body."""
    own = session.execute(
        select(ProtectionRecipient.code, ProtectionRecipient.name)
        .where(
            ProtectionRecipient.municipality_id == flag.municipality_id, ProtectionRecipient.is_active,
            ProtectionRecipient.code.like("own\\_%"),
        )
        .order_by(ProtectionRecipient.name)
    ).all()  # fmt: skip
    found = []
    for code, name in [*((code, str(words)) for code, words in RECIPIENTS.items()), *((row.code, row.name) for row in own)]:
        try:
            addressee(session, flag, facts, code)
        except (AccusedRecipient, UnknownRecipient):
            continue
        found.append((code, name))
    return found


def duties_with_words(session: Session, flag: Flag) -> list[tuple[FlagDuty, Mapping[str, Any]]]:
    """The duties of a case with what each is. Raises KeyLost while the key is shut."""
    with cleared(session, CLEARANCE):
        rows = session.scalars(
            select(FlagDuty)
            .where(FlagDuty.municipality_id == flag.municipality_id, FlagDuty.flag_id == flag.id)
            .order_by(FlagDuty.obligation, FlagDuty.due_at.nulls_last(), FlagDuty.id)
        ).all()
    return [(row, open_up(row.municipality_id, row.id, row.sealed_what)) for row in rows]


def answered_calls(session: Session, flag: Flag) -> list[dict[str, Any]]:
    """{recipient, at, protocol, who} of calls that were answered. Raises KeyLost while the key is shut."""
    with cleared(session, CLEARANCE):
        rows = session.scalars(
            select(FlagCall)
            .where(FlagCall.municipality_id == flag.municipality_id, FlagCall.flag_id == flag.id, FlagCall.outcome == "answered")
            .order_by(FlagCall.at, FlagCall.id)
        ).all()
    return [{"at": row.at} | open_up(row.municipality_id, row.id, row.sealed_details) for row in rows]


def told(session: Session, municipality_id: int, flag_ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """By case what went out: {recipient (code), at, state, protocol}, for its author's phone. Raises KeyLost while the key is shut."""
    with cleared(session, CLEARANCE):
        rows = session.scalars(
            select(Communication)
            .where(
                Communication.municipality_id == municipality_id, Communication.flag_id.in_(flag_ids),
                Communication.status.in_(SENT),
            )
            .order_by(Communication.sent_at, Communication.id)
        ).all()  # fmt: skip
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        protocols = [proof["protocol"] for proof in proofs_of(row) if proof.get("protocol")]
        found.setdefault(row.flag_id, []).append(
            {
                "recipient": content_of(row)["recipient"]["code"], "at": row.sent_at, "state": row.status,
                "protocol": protocols[-1] if protocols else None,
            }
        )  # fmt: skip
    return found


def sender_of(session: Session, municipality_id: int, unit_id: UUID | None) -> dict[str, str]:
    """Of the unit that signs: {name, address, phone, email}; empty without one."""
    unit = session.get(Unit, (municipality_id, unit_id)) if unit_id else None
    return {name: getattr(unit, name) if unit else "" for name in ("name", "address", "phone", "email")}


def city_of(session: Session, municipality_id: int) -> dict[str, Any]:
    """{ibge, city, uf} as the head of a document has them."""
    row = session.get_one(Municipality, municipality_id)
    return {"ibge": row.id, "city": row.name, "uf": row.uf}


def signers(session: Session, municipality_id: int, author_id: UUID, signer_id: UUID) -> tuple[tuple[str, str | None], tuple[str, str | None]]:
    """((name, profession) of who saw, of who signs)."""
    rows = {
        row.id: (row.name, row.profession)
        for row in session.execute(
            select(Worker.id, Worker.name, Worker.profession).where(
                Worker.municipality_id == municipality_id, Worker.id.in_([author_id, signer_id])
            )
        )
    }
    return rows[author_id], rows[signer_id]


def called(session: Session, municipality_id: int, facts: Facts | None) -> str:
    """What a known person is called, where the actor may see her."""
    if facts is None or not facts.person_id:
        return ""
    person_id = UUID(facts.person_id)
    found = called_of(session, municipality_id, [person_id]).get(person_id)
    return found.called if found else ""


def find(session: Session, token: str) -> Mapping[str, Any] | None:
    """What may be said to whoever holds a paper: {city, year, number, unit, day, digest, is_corrected}; None for no paper's."""
    return session.execute(_FIND, {"token": token}).mappings().first()


def number_of(row: Communication | Mapping[str, Any]) -> str:
    """`12/2026`."""
    number, year = (row["number"], row["year"]) if isinstance(row, Mapping) else (row.number, row.year)
    return f"{number}/{year}"


