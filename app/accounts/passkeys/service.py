"""Passkeys (WebAuthn): made by a worker who says her password once more, then enough by themselves to sign in.

Always discoverable and with the person verified by the authenticator (finger, face, PIN of the phone), so that a
passkey is two factors and asks for no login name. `place` is where the browser is: the relying party's name and origin.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.access.actor import Actor
from app.access.guard import require
from app.accounts import ceremonies, signin
from app.accounts.models import Passkey, Worker
from app.accounts.problems import (
    NoPasskeysHere,
    PasskeyNotFound,
    PasskeyNotMade,
    PasskeyRefused,
    PasskeyTaken,
    TooManyPasskeys,
)
from app.audit import trail
from app.core.ids import new_id

MOST = 20
NAME = "Vínculo"
# Asked of the authenticator so that a phone may open its vault by the same passkey; the phone gives the salt, and what
# comes back never leaves it.
_EXTENSIONS = {"prf": {}}


@dataclass(frozen=True)
class Place:
    """rp_id: the host's name; origin: as the browser writes it."""

    rp_id: str
    origin: str


def place_of(origin: str) -> Place:
    """Raises NoPasskeysHere for an address that is a number: browsers bind passkeys to names."""
    host = urlsplit(origin).hostname or ""
    if not host or ":" in host or host.rpartition(".")[2].isdigit():
        raise NoPasskeysHere()
    return Place(host, origin)


def begin_adding(session: Session, actor: Actor, password: str, place: Place, now: datetime) -> dict[str, Any]:
    """Options for the browser to make a passkey. Raises WrongPassword, SlowDown or TooManyPasskeys."""
    require(actor, "accounts.add_passkey")
    signin.ask_password(session, actor, password, now)
    mine = session.scalars(_of(actor)).all()
    if len(mine) >= MOST:
        raise TooManyPasskeys()
    options = generate_registration_options(
        rp_id=place.rp_id,
        rp_name=NAME,
        user_id=actor.worker_id.bytes,
        user_name=actor.login,
        user_display_name=actor.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in mine],
    )
    token = ceremonies.start(
        session, "add_passkey", now, options.challenge, actor.municipality_id, actor.worker_id
    )
    return {"ceremony": token, "options": options_to_json_dict(options) | {"extensions": _EXTENSIONS}}


def add(
    session: Session, actor: Actor, ceremony: str, label: str, credential: dict[str, Any], place: Place, now: datetime
) -> UUID:
    """Keep the passkey that the browser made. Raises PasskeyNotMade, PasskeyTaken or TooManyPasskeys."""
    require(actor, "accounts.add_passkey")
    over = _ends(ceremony)
    challenge = ceremonies.take(session, "add_passkey", ceremony, now, actor)
    if challenge is None:
        raise PasskeyNotMade()
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except _UNREADABLE as error:
        raise PasskeyNotMade(then=over) from error
    # The city's rows only: one of another city is told by the constraint, in the same words.
    taken = select(Passkey.id).where(
        Passkey.municipality_id == actor.municipality_id, Passkey.credential_id == made.credential_id
    )
    if session.scalar(taken):
        raise PasskeyTaken(then=over)
    if session.scalar(select(func.count()).select_from(_of(actor).subquery())) >= MOST:
        raise TooManyPasskeys(then=over)
    passkey = Passkey(
        municipality_id=actor.municipality_id,
        id=new_id(),
        worker_id=actor.worker_id,
        device_id=actor.device_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        label=label,
        created_at=now,
    )
    session.add(passkey)
    session.flush()
    trail.record(session, actor, "accounts.add_passkey", now, "passkey", passkey.id)
    return passkey.id


def remove(session: Session, actor: Actor, passkey_id: UUID, now: datetime) -> None:
    """Raises PasskeyNotFound, also for another worker's."""
    require(actor, "accounts.remove_passkey")
    gone = session.execute(
        delete(Passkey).where(
            Passkey.municipality_id == actor.municipality_id,
            Passkey.worker_id == actor.worker_id,
            Passkey.id == passkey_id,
        )
    )
    if gone.rowcount == 0:
        raise PasskeyNotFound()
    trail.record(session, actor, "accounts.remove_passkey", now, "passkey", passkey_id)


def passkeys_of(session: Session, actor: Actor) -> list[Passkey]:
    """The actor's own, newest first."""
    require(actor, "accounts.read_own")
    return list(session.scalars(_of(actor).order_by(Passkey.created_at.desc())))


def begin_entering(session: Session, place: Place, now: datetime) -> dict[str, Any]:
    """Options for the browser to offer whatever passkey it has for this place."""
    options = generate_authentication_options(
        rp_id=place.rp_id, user_verification=UserVerificationRequirement.REQUIRED
    )
    token = ceremonies.start(session, "enter_by_passkey", now, options.challenge)
    return {"ceremony": token, "options": options_to_json_dict(options) | {"extensions": _EXTENSIONS}}


def enter(
    session: Session,
    ceremony: str,
    credential: dict[str, Any],
    place: Place,
    now: datetime,
    device: signin.NamedDevice | None = None,
) -> signin.Opened:
    """Open a session by a passkey. Raises PasskeyRefused, in the same words whatever is wrong."""
    over = _ends(ceremony)
    challenge = ceremonies.take(session, "enter_by_passkey", ceremony, now)
    passkey = _named_by(session, credential)
    if challenge is None or passkey is None:
        raise PasskeyRefused(then=over)
    worker = session.get_one(Worker, (passkey.municipality_id, passkey.worker_id))
    try:
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        handle = base64url_to_bytes(credential["response"].get("userHandle") or "")
    except _UNREADABLE as error:
        raise PasskeyRefused(then=over) from error
    if handle != passkey.worker_id.bytes or not worker.is_active:
        raise PasskeyRefused(then=over)
    passkey.sign_count, passkey.last_used_at = used.new_sign_count, now
    session.flush()
    return signin.enter(session, passkey, now, device, by="passkey")


# What the library raises for a credential that is not what it should be, of any shape.
_UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)


def _of(actor: Actor):
    return select(Passkey).where(
        Passkey.municipality_id == actor.municipality_id, Passkey.worker_id == actor.worker_id
    )


def _ends(ceremony: str) -> Callable[[Session], None]:
    return lambda fresh: ceremonies.end(fresh, ceremony)


def _named_by(session: Session, credential: dict[str, Any]) -> Passkey | None:
    """The passkey that a credential says it is, locked against a second use of its counter; its city bound from here."""
    try:
        wanted = base64url_to_bytes(credential["rawId"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    found = signin.find_passkey(session, wanted)
    return found and session.get(Passkey, (found.municipality_id, found.passkey_id), with_for_update=True)
