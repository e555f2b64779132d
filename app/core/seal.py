"""The municipality's sealing key: anybody may seal to it, only the server's verbs open it.

The private half lies in the state folder, out of the database, twice: `<kid>.key`, wrapped with a key derived from
the installation's secret, and `<kid>.recovery`, sealed to the recovery code's public half (core/recovery). A dump of
the database alone opens nothing; who loses the secret makes the first anew from the second.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask_babel import lazy_gettext as _
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.core import envelopes, recovery
from app.core.db import bind
from app.core.envelopes import CURVE, NotOpened, PublicKey, derive, public_half, seal
from app.core.ids import new_id
from app.core.models import MunicipalityKey
from app.core.problems import Problem
from app.core.written import write_whole

__all__ = ["PublicKey", "Unsealable", "configure", "create_key", "keyring", "open_sealed", "public_key_of", "seal", "told"]


class Unsealable(Problem):
    code = "seal.unreadable"
    status = 422
    sentence = _("O conteúdo cifrado não pôde ser aberto com a chave deste município.")


class KeyLost(Problem):
    """The private half is not here, or the present secret does not unwrap it: nothing is wrong with the content."""

    code = "seal.key_lost"
    status = 503
    sentence = _("A chave de lacre deste município não abre neste servidor. Avise quem cuida da instalação.")


@dataclass
class Keyring:
    """Where private halves lie and what wraps them; one per process, set by create_app."""

    folder: Path | None = None
    secret: bytes = b""

    def place(self) -> Path:
        if self.folder is None:
            raise RuntimeError("the keyring has no folder: create_app sets it")
        return self.folder

    def path(self, municipality_id: int, kid: str) -> Path:
        return self.place() / str(municipality_id) / f"{kid}.key"


keyring = Keyring()


def configure(folder: Path, secret: str) -> None:
    keyring.folder, keyring.secret = folder, secret.encode()
    _looked.clear()


def create_key(session: Session, municipality_id: int, now: datetime) -> PublicKey:
    """Make a new pair; the former one is retired but stays readable."""
    private = ec.generate_private_key(CURVE)
    public = public_half(private)
    session.execute(
        update(MunicipalityKey)
        .where(MunicipalityKey.municipality_id == municipality_id, MunicipalityKey.retired_at.is_(None))
        .values(retired_at=now)
    )
    session.add(
        MunicipalityKey(
            municipality_id=municipality_id, id=new_id(), kid=public.kid, public_key=public.point, created_at=now
        )
    )
    session.flush()
    path = keyring.path(municipality_id, public.kid)
    write_whole(path, wrap(private, public.kid, keyring.secret))
    code = recovery.public_key(keyring.place())
    if code:
        write_whole(path.with_suffix(".recovery"), seal(code, as_der(private)).encode())
    return public


def public_key_of(session: Session, municipality_id: int) -> PublicKey | None:
    """The municipality's current key, None before set-up."""
    row = session.execute(
        select(MunicipalityKey.kid, MunicipalityKey.public_key).where(
            MunicipalityKey.municipality_id == municipality_id, MunicipalityKey.retired_at.is_(None)
        )
    ).first()
    return PublicKey(row.kid, bytes(row.public_key)) if row else None


def told(key: PublicKey | None) -> dict[str, str] | None:
    """A key as phones are told it."""
    return {"kid": key.kid, "public": envelopes.b64(key.point)} if key else None


def open_sealed(municipality_id: int, envelope: str) -> bytes:
    """What an envelope holds; raises Unsealable for a foreign key, a torn text or a changed byte, and KeyLost when
    it is a key of this city that does not open here.
    """
    try:
        path = keyring.path(municipality_id, envelopes.kid_of(envelope))
        private = unwrap(path, keyring.secret)
        return envelopes.open_with(private, envelope)
    except NotOpened as error:
        raise Unsealable() from error


def opens(municipality_id: int, kid: str) -> bool:
    """Whether the present secret unwraps this key."""
    try:
        unwrap(keyring.path(municipality_id, kid), keyring.secret)
    except (KeyLost, NotOpened):
        return False
    return True


def city_opens(session: Session, municipality_id: int) -> bool:
    """Whether everything that was sealed in this city, now or by an older key, can be opened here."""
    kids = session.scalars(select(MunicipalityKey.kid).where(MunicipalityKey.municipality_id == municipality_id))
    return all(opens(municipality_id, kid) for kid in kids)


_ASKED_EACH = timedelta(minutes=1)
# By keys folder: when it was looked at, and what was seen. A city's keys don't come and go.
_looked: dict[Path, tuple[datetime, bool]] = {}


def every_key_opens(session: Session, now: datetime) -> bool:
    """Whether what is sealed in any city, now or by an older key, can be opened here. Ends bound to no city."""
    folder = keyring.place()
    if folder not in _looked or not timedelta(0) <= now - _looked[folder][0] < _ASKED_EACH:
        _looked[folder] = (now, all(_opens_all(session, city) for city in session.scalars(text("SELECT all_municipalities()")).all()))
        bind(session, None)
    return _looked[folder][1]


def _opens_all(session: Session, municipality_id: int) -> bool:
    bind(session, municipality_id)
    return city_opens(session, municipality_id)


def wrap(private: ec.EllipticCurvePrivateKey, kid: str, secret: bytes) -> bytes:
    """The private half as it is kept: nonce, ciphertext and tag."""
    nonce = os.urandom(12)
    return nonce + AESGCM(derive(secret, b"vinculo/key-wrap/v1")).encrypt(nonce, as_der(private), kid.encode())


def unwrap(path: Path, secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The private half of a `<kid>.key`. Raises NotOpened for a key that was never here, KeyLost for one that was."""
    kid = path.stem
    try:
        wrapped = path.read_bytes()
        der = AESGCM(derive(secret, b"vinculo/key-wrap/v1")).decrypt(wrapped[:12], wrapped[12:], kid.encode())
        return of_der(der)
    except FileNotFoundError as error:
        # Every city has keys from its set-up: where the whole folder is gone, it was lost.
        if path.with_suffix(".recovery").exists() or not path.parent.exists():
            raise KeyLost() from error
        raise NotOpened() from error
    except (OSError, ValueError, InvalidTag) as error:
        raise KeyLost() from error


def as_der(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def of_der(der: bytes) -> ec.EllipticCurvePrivateKey:
    """Raises ValueError when it holds no key of our curve."""
    key = serialization.load_der_private_key(der, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != CURVE.name:
        raise ValueError("not a key of P-256")
    return key
