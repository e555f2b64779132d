"""Content sealed to a public key: whoever seals can't open, and nothing but the private half does.

Envelope: `v1.<kid>.<ephemeral public point>.<iv>.<ciphertext and tag>`, the last three base64url without
padding. ECDH on P-256 with an ephemeral key, HKDF-SHA256 (no salt, info "vinculo/seal/v1/<kid>"), AES-256-GCM.
The phone writes the same form (static/src/store/vault.ts); tests/contract/seal_vector.json binds the two.
"""

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CURVE = ec.SECP256R1()


class NotOpened(ValueError):
    """A foreign key, a torn text or a changed byte."""


@dataclass(frozen=True)
class PublicKey:
    """kid: first 16 hex digits of the SHA-256 of the point; point: 65 bytes, uncompressed."""

    kid: str
    point: bytes


def public_half(private: ec.EllipticCurvePrivateKey) -> PublicKey:
    return of_point(
        private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )


def of_point(point: bytes) -> PublicKey:
    return PublicKey(hashlib.sha256(point).hexdigest()[:16], point)


def seal(key: PublicKey, content: bytes) -> str:
    """Content sealed to a key; nobody but the holder of its private half opens it."""
    ephemeral = ec.generate_private_key(CURVE)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, key.point)
    shared = ephemeral.exchange(ec.ECDH(), theirs)
    nonce = os.urandom(12)
    sealed = AESGCM(derive(shared, _info(key.kid))).encrypt(nonce, content, None)
    return ".".join(["v1", key.kid, b64(public_half(ephemeral).point), b64(nonce), b64(sealed)])


def kid_of(envelope: str) -> str:
    """To which key it is sealed; raises NotOpened when it is no envelope."""
    version, _, rest = envelope.partition(".")
    kid = rest.partition(".")[0]
    if version != "v1" or not kid.isalnum() or not kid.isascii():
        raise NotOpened()
    return kid


def open_with(private: ec.EllipticCurvePrivateKey, envelope: str) -> bytes:
    """What an envelope holds; raises NotOpened."""
    kid = kid_of(envelope)
    try:
        _version, _kid, point, nonce, sealed = envelope.split(".")
        shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unb64(point)))
        return AESGCM(derive(shared, _info(kid))).decrypt(unb64(nonce), unb64(sealed), None)
    except (ValueError, InvalidTag, binascii.Error) as error:
        raise NotOpened() from error


def derive(secret: bytes, info: bytes, length: int = 32) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=info).derive(secret)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(encoded: str) -> bytes:
    return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


def _info(kid: str) -> bytes:
    return b"vinculo/seal/v1/" + kid.encode()
