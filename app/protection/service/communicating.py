"""Communications: drafted, signed and numbered when they are sent, proved by who received them, answered.

The city's numbers of a year have no gap: each is taken under the lock of the year's row, in the transaction that sends. What
was sent is never changed: a correction is a new one that names it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core import days, seal
from app.core.db import cleared
from app.core.ids import new_id
from app.protection import rules
from app.protection.communications import content, document, sinan
from app.protection.communications.problems import (
    AlreadyAnswered,
    AlreadyCorrected,
    AlreadyReceived,
    AlreadySent,
    DraftChanged,
    Dropped,
    NoContact,
    NotAccepted,
    NotHolder,
    NothingSaid,
    NotSent,
    ToldWrongTime,
    TooLongForAPage,
)
from app.protection.communications.signing import head_of
from app.protection.models import Communication, Flag, FlagDuty
from app.protection.problems import FlagClosed
from app.protection.queries import communications as queries
from app.protection.queries.reading import facts_of, flag_of
from app.protection.sealing import CLEARANCE, Facts, close_up
from app.protection.service import duties, story, telling

VERB = "protection.communicate"
LONGEST_REASON, SHORTEST_REASON = 500, 15
# What a channel can't do without.
_NEEDS = {"email": "email", "system": "system", "phone": "who"}
_NEXT = text(
    "INSERT INTO communication_numbers (municipality_id, id, year, last) VALUES (:m, :id, :year, 1)"
    " ON CONFLICT (municipality_id, year) DO UPDATE SET last = communication_numbers.last + 1 RETURNING last"
)


@dataclass(frozen=True)
class Sending:
    """How it goes. to: address, number or system; at: when it was told, where that was before now; override: why against an
    adult's no."""

    channel: str
    to: str = ""
    who: str = ""
    protocol: str = ""
    at: datetime | None = None
    override: str = ""


def draft(
    session: Session, actor: Actor, flag_id: UUID, recipient: str, now: datetime, corrects: UUID | None = None, form: str | None = None
) -> Communication:
    """Begin one, filled from the case's facts, or from what it corrects. form: `letter`, or `sinan` for health surveillance.

    Raises UnknownFlag, NotHolder, FlagClosed, UnknownRecipient, AccusedRecipient, NotSent, AlreadyCorrected, KeyLost.
    """
    require(actor, "protection.communicate")
    flag = flag_of(session, actor, flag_id, lock=True)
    _check_writes(session, actor, flag)
    facts, old = facts_of(flag), None
    if facts is None:  # who is accused, and where, is sealed: whom to write to can't be told
        raise seal.KeyLost()
    if corrects is not None:
        old = _corrected(session, actor, flag, corrects)
        recipient, form = queries.content_of(old)["recipient"]["code"], old.form
    to = queries.addressee(session, flag, facts, recipient)
    form = form or ("sinan" if recipient == "health_surveillance" else "letter")
    fields = queries.content_of(old)["fields"] if old else _suggested(session, actor, flag, facts, form, now)
    with cleared(session, CLEARANCE):
        row = Communication(
            municipality_id=actor.municipality_id, id=new_id(), flag_id=flag.id, unit_id=_unit_of(actor, flag), form=form,
            corrects_id=corrects, status="draft", sealed_content="", made_by=actor.worker_id, made_at=now, changed_at=now,
        )  # fmt: skip
        row.sealed_content = close_up(session, row.municipality_id, row.id, {"recipient": to, "fields": fields})
        session.add(row)
        session.flush()
    trail.record(session, actor, VERB, now, "communication", row.id, ["draft"])
    return row


def save_draft(
    session: Session, actor: Actor, communication_id: UUID, fields: Mapping[str, Any], now: datetime, seen: datetime | None = None
) -> Communication:
    """Keep what a draft says; also what is longer than a page, which only sending refuses. seen: its changed_at as the page
    had it. Raises UnknownCommunication, NotHolder, FlagClosed, AlreadySent, Dropped, DraftChanged, KeyLost.
    """
    require(actor, "protection.communicate")
    flag, row = _draft_of(session, actor, communication_id)
    _check_seen(row, seen)
    held = queries.content_of(row)
    if document.differ(fields, held["fields"]):
        kept = {key: fields.get(key, "") for key in _keys(row.form)}
        with cleared(session, CLEARANCE):
            row.sealed_content = close_up(session, row.municipality_id, row.id, {"recipient": held["recipient"], "fields": kept})
            row.changed_at = now
        # Which fields were filled tells what the case is.
        trail.record(session, actor, VERB, now, "communication", row.id, ["content"])
    return row


def preview(session: Session, actor: Actor, communication_id: UUID, now: datetime) -> tuple[Communication, dict[str, Any]]:
    """A draft and the document as sending now would sign it, without a number."""
    require(actor, "protection.communicate")
    flag, row = _draft_of(session, actor, communication_id)
    held = queries.content_of(row)
    old = _corrected(session, actor, flag, row.corrects_id) if row.corrects_id else None
    local = now.astimezone(days.zone_of(session, actor.municipality_id))
    head = head_of(session, actor, flag, row, held["recipient"], "", local, old)
    return row, document.built(row.form, held["fields"], head)


def drop_draft(session: Session, actor: Actor, communication_id: UUID, now: datetime) -> None:
    """It is not sent, and has no number. Also of a closed flag. Raises UnknownCommunication, NotHolder, AlreadySent, Dropped."""
    require(actor, "protection.communicate")
    _flag, row = _draft_of(session, actor, communication_id, closed_too=True)
    with cleared(session, CLEARANCE):
        row.status, row.changed_at = "dropped", now
    trail.record(session, actor, VERB, now, "communication", row.id, ["dropped"])


def send(
    session: Session, actor: Actor, communication_id: UUID, sending: Sending, now: datetime, seen: datetime | None = None
) -> Communication:
    """Sign and number it: from here on it stands. Settles the duty that it answers, late or in time by `sending.at`.

    Raises UnknownCommunication, NotHolder, FlagClosed, AlreadySent, Dropped, DraftChanged, TooLongForAPage, NothingSaid,
    NoContact, NotAccepted, ToldWrongTime, AccusedRecipient, AlreadyCorrected, KeyLost: then nothing is sent and no number is taken.
    """
    require(actor, "protection.communicate")
    m = actor.municipality_id
    flag, row = _draft_of(session, actor, communication_id)
    _check_seen(row, seen)
    at = sending.at or now
    _check_time(flag, at, now)
    held, facts = queries.content_of(row), facts_of(flag)
    fields, to = held["fields"], held["recipient"]
    # Who is accused may have become known since the draft.
    queries.addressee(session, flag, facts, to["code"])
    _check_said(row.form, fields)
    _check_contact(sending, to)
    duty = _duty_of(session, flag, to["code"])
    override = _override(duty, facts, sending)
    old = _corrected(session, actor, flag, row.corrects_id) if row.corrects_id else None

    local = now.astimezone(days.zone_of(session, m))
    with cleared(session, CLEARANCE):
        # The last lock of all: whoever else sends waits here for this transaction's end.
        number = session.scalar(_NEXT, {"m": m, "id": new_id(), "year": local.year})
        signed = document.built(row.form, fields, head_of(session, actor, flag, row, to, f"{number}/{local.year}", local, old))
        row.sealed_content = close_up(session, m, row.id, {"recipient": to, "fields": fields, "document": signed})
        row.digest, row.check_token = document.digest_of(signed), secrets.token_urlsafe(16)
        row.number, row.year, row.status, row.channel = number, local.year, "sent", sending.channel
        row.sent_by, row.sent_at, row.changed_at = actor.worker_id, now, now
        proof = {"to": sending.to or to.get(_NEEDS.get(sending.channel, ""), ""), "who": sending.who, "protocol": sending.protocol}
        _prove(session, row, "sent", at, proof | ({"override": override} if override else {}))
        session.flush()
        story.note(session, flag, actor.worker_id, "corrected" if old else "sent", at, now, ref_id=row.id, text=override or None)
        if duty is not None and duty.done_at is None:
            duties.done_by(session, duty, row.id, at, now)
        telling.author(session, flag, now)
    trail.record(session, actor, VERB, now, "communication", row.id, ["sent"] + (["override"] if override else []))
    return row


def receive(
    session: Session, actor: Actor, communication_id: UUID, who: str, protocol: str, now: datetime, at: datetime | None = None,
    again: bool = False,
) -> Communication:  # fmt: skip
    """Who took it in, with which protocol, when. Also after the case was closed, and while the key is shut. again: what was
    noted before was wrong; it stays beside this one, which counts.

    Raises UnknownCommunication, NotHolder, NotSent, AlreadyReceived, ToldWrongTime.
    """
    row = _proved(session, actor, communication_id, "received", {"who": who, "protocol": protocol}, at or now, now, again)
    trail.record(session, actor, VERB, now, "communication", row.id, ["received_at"])
    return row


def answer(session: Session, actor: Actor, communication_id: UUID, words: str, now: datetime, at: datetime | None = None) -> Communication:
    """What they answered. Raises as `receive`, AlreadyAnswered for a second one."""
    row = _proved(session, actor, communication_id, "answered", {"words": words}, at or now, now)
    trail.record(session, actor, VERB, now, "communication", row.id, ["answered_at"])
    return row


def _proved(
    session: Session, actor: Actor, communication_id: UUID, what: str, proof: dict[str, str], at: datetime, now: datetime,
    again: bool = False,
) -> Communication:  # fmt: skip
    require(actor, "protection.communicate")
    flag, row = queries.communication_of(session, actor, communication_id, lock=True)
    _check_may_write(session, actor, flag)
    if row.status not in queries.SENT:
        raise NotSent()
    if what == "received" and row.received_at is not None and not again:
        raise AlreadyReceived()
    if what == "answered" and row.answered_at is not None:
        raise AlreadyAnswered()
    _check_time(flag, at, now)
    with cleared(session, CLEARANCE):
        if what == "received":
            row.received_at = at
            row.status = "answered" if row.answered_at else "received"
        else:
            row.answered_at, row.status = at, "answered"
        row.changed_at = now
        _prove(session, row, what, at, proof)
        story.note(session, flag, actor.worker_id, what, at, now, ref_id=row.id)
        telling.author(session, flag, now)
    return row


def _prove(session: Session, row: Communication, what: str, at: datetime, proof: dict[str, str]) -> None:
    envelope = close_up(session, row.municipality_id, row.id, {"what": what, "at": at.isoformat(), **proof})
    row.sealed_proofs = f"{row.sealed_proofs}\n{envelope}" if row.sealed_proofs else envelope


def _draft_of(session: Session, actor: Actor, communication_id: UUID, closed_too: bool = False) -> tuple[Flag, Communication]:
    """A draft on which the actor may write, the case and it locked."""
    flag, row = queries.communication_of(session, actor, communication_id, lock=True)
    if closed_too:
        _check_may_write(session, actor, flag)
    if row.number is not None:
        raise AlreadySent(extra={"number": row.number, "year": row.year})
    if row.status == "dropped":
        raise Dropped()
    if not closed_too:
        _check_writes(session, actor, flag)
    return flag, row


def _check_may_write(session: Session, actor: Actor, flag: Flag) -> None:
    if not queries.may_write(session, actor, flag):
        raise NotHolder()


def _check_writes(session: Session, actor: Actor, flag: Flag) -> None:
    _check_may_write(session, actor, flag)
    if flag.status == "closed":
        raise FlagClosed()


def _check_seen(row: Communication, seen: datetime | None) -> None:
    if seen is not None and seen != row.changed_at:
        raise DraftChanged()


def _check_time(flag: Flag, at: datetime, now: datetime) -> None:
    """A form tells minutes: told in the very minute of the event is not before it."""
    if not flag.occurred_at.replace(second=0, microsecond=0) <= at <= now:
        raise ToldWrongTime(fields={"at": [str(ToldWrongTime.sentence)]})


def _check_said(form: str, fields: Mapping[str, Any]) -> None:
    if form == "letter":
        if not fields.get("signs") and not fields.get("seen"):
            raise NothingSaid(fields={"seen": [str(NothingSaid.sentence)]})
        if not content.fits(fields):
            raise TooLongForAPage(fields={"seen": [str(TooLongForAPage.sentence)]})
    elif not fields.get("n56"):
        raise NothingSaid(fields={"n56": [str(NothingSaid.sentence)]})


def _check_contact(sending: Sending, to: Mapping[str, str]) -> None:
    """A recipient without that contact is refused by name, before anything is signed."""
    need = _NEEDS.get(sending.channel)
    if need == "who" and not sending.who:
        raise NoContact(fields={"who": [str(_("Diga quem atendeu."))]})
    if need in ("email", "system") and not sending.to and not to.get(need):
        raise NoContact(fields={"to": [str(NoContact.sentence)]})


def _duty_of(session: Session, flag: Flag, code: str) -> FlagDuty | None:
    """The duty that a communication to this recipient answers: an open one first."""
    with cleared(session, CLEARANCE):
        found = [duty for duty in duties.duties_of(session, flag) if duties.told_of(duty)["recipient"] == code]
    return min(found, key=lambda duty: (duty.done_at is not None, duty.dropped_at is not None), default=None)


def _override(duty: FlagDuty | None, facts: Facts | None, sending: Sending) -> str:
    """Why it goes although an adult who decides for herself didn't accept it; '' where nothing is overridden."""
    binds = duty is not None and (duty.obligation == rules.MANDATORY or duty.choice == "accepted")
    if binds or facts is None or not rules.decides(facts):
        return ""
    reason = sending.override.strip()
    if len(reason) < SHORTEST_REASON:
        raise NotAccepted(fields={"override": [str(NotAccepted.sentence)]})
    return reason


def _corrected(session: Session, actor: Actor, flag: Flag, communication_id: UUID) -> Communication:
    """What is to be corrected, locked: sent, of the same case, and not corrected yet."""
    with cleared(session, CLEARANCE):
        rows = select(Communication).where(Communication.municipality_id == actor.municipality_id, Communication.flag_id == flag.id)
        old = session.scalar(rows.where(Communication.id == communication_id).with_for_update())
        newer = session.scalar(rows.where(Communication.corrects_id == communication_id, Communication.number.is_not(None)))
    if old is None or old.number is None:
        raise NotSent()
    if newer is not None:
        raise AlreadyCorrected(extra={"number": newer.number, "year": newer.year})
    return old


def _suggested(session: Session, actor: Actor, flag: Flag, facts: Facts | None, form: str, now: datetime) -> dict[str, Any]:
    m, zone = actor.municipality_id, days.zone_of(session, actor.municipality_id)
    called = queries.called(session, m, facts)
    if called:
        trail.record(session, actor, "people.read", now, "person", UUID(facts.person_id), ["called"])  # type: ignore[union-attr, arg-type]
    with force_locale("pt_BR"):
        if form == "sinan":
            codes = {told["recipient"] for told in queries.told(session, m, [flag.id]).get(flag.id, [])}
            return sinan.suggested(facts, flag.occurred_at, zone, called, tuple(codes))
        return content.suggested(facts, flag.occurred_at, zone, called, queries.answered_calls(session, flag))


def _keys(form: str) -> tuple[str, ...]:
    return sinan.KEYS if form == "sinan" else content.LETTER_KEYS


def _unit_of(actor: Actor, flag: Flag) -> UUID | None:
    """Which unit signs: the one that answers for the case, else the actor's own."""
    own = sorted(actor.unit_ids(VERB))
    return flag.unit_id or (own[0] if own else None)
