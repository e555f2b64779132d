"""The municipality's sealing key: anybody may seal to it, only the server's verbs open it.

Envelope: `v1.<kid>.<ephemeral public point>.<iv>.<ciphertext and tag>`, the last three base64url without
padding. ECDH on P-256 with an ephemeral key, HKDF-SHA256 (no salt, info "vinculo/seal/v1/<kid>"), AES-256-GCM.
The phone writes the same form (static/src/store/vault.ts); tests/contract/seal_vector.json binds the two.

The private half lies in the state folder, one file per key, wrapped with a key derived from the
installation's secret; a dump of the database alone opens nothing.
"""

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask_babel import lazy_gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.core.models import MunicipalityKey
from app.core.problems import Problem

_CURVE = ec.SECP256R1()


class Unsealable(Problem):
    code = "seal.unreadable"
    status = 422
    sentence = _("O conteúdo cifrado não pôde ser aberto com a chave deste município.")


@dataclass(frozen=True)
class PublicKey:
    """kid: first 16 hex digits of the SHA-256 of the point; point: 65 bytes, uncompressed."""

    kid: str
    point: bytes


@dataclass
class Keyring:
    """Where private halves lie and what wraps them; one per process, set by create_app."""

    folder: Path | None = None
    secret: bytes = b""

    def wrap_key(self) -> AESGCM:
        return AESGCM(_derive(self.secret, b"vinculo/key-wrap/v1"))

    def path(self, municipality_id: int, kid: str) -> Path:
        if self.folder is None:
            raise RuntimeError("the keyring has no folder: create_app sets it")
        return self.folder / str(municipality_id) / f"{kid}.key"


keyring = Keyring()


def configure(folder: Path, secret: str) -> None:
    keyring.folder, keyring.secret = folder, secret.encode()


def create_key(session: Session, municipality_id: int, now: datetime) -> PublicKey:
    """Make a new pair; the former one is retired but stays readable."""
    private = ec.generate_private_key(_CURVE)
    point = _point(private.public_key())
    kid = hashlib.sha256(point).hexdigest()[:16]
    session.execute(
        update(MunicipalityKey)
        .where(MunicipalityKey.municipality_id == municipality_id, MunicipalityKey.retired_at.is_(None))
        .values(retired_at=now)
    )
    session.add(
        MunicipalityKey(municipality_id=municipality_id, id=new_id(), kid=kid, public_key=point, created_at=now)
    )
    session.flush()
    nonce = os.urandom(12)
    der = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = keyring.path(municipality_id, kid)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(nonce + keyring.wrap_key().encrypt(nonce, der, kid.encode()))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return PublicKey(kid, point)


def public_key_of(session: Session, municipality_id: int) -> PublicKey | None:
    """The municipality's current key, None before set-up."""
    row = session.execute(
        select(MunicipalityKey.kid, MunicipalityKey.public_key).where(
            MunicipalityKey.municipality_id == municipality_id, MunicipalityKey.retired_at.is_(None)
        )
    ).first()
    return PublicKey(row.kid, bytes(row.public_key)) if row else None


def seal(key: PublicKey, content: bytes) -> str:
    """Content sealed to a municipality; nobody but its server opens it."""
    ephemeral = ec.generate_private_key(_CURVE)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, key.point)
    shared = ephemeral.exchange(ec.ECDH(), theirs)
    nonce = os.urandom(12)
    sealed = AESGCM(_derive(shared, _info(key.kid))).encrypt(nonce, content, None)
    return ".".join(["v1", key.kid, _b64(_point(ephemeral.public_key())), _b64(nonce), _b64(sealed)])


def open_sealed(municipality_id: int, envelope: str) -> bytes:
    """What an envelope holds; raises Unsealable for a foreign key, a torn text or a changed byte."""
    try:
        version, kid, point, nonce, sealed = envelope.split(".")
        if version != "v1" or not kid.isalnum():
            raise Unsealable()
        private = _private_key(municipality_id, kid)
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, _unb64(point))
        shared = private.exchange(ec.ECDH(), theirs)
        return AESGCM(_derive(shared, _info(kid))).decrypt(_unb64(nonce), _unb64(sealed), None)
    except (ValueError, InvalidTag, binascii.Error, OSError) as error:
        raise Unsealable() from error


def _private_key(municipality_id: int, kid: str) -> ec.EllipticCurvePrivateKey:
    wrapped = keyring.path(municipality_id, kid).read_bytes()
    der = keyring.wrap_key().decrypt(wrapped[:12], wrapped[12:], kid.encode())
    key = serialization.load_der_private_key(der, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Unsealable()
    return key


def _derive(secret: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(secret)


def _info(kid: str) -> bytes:
    return b"vinculo/seal/v1/" + kid.encode()


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(encoded: str) -> bytes:
    return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
