"""An authenticator as the server sees one (WebAuthn, ES256, attestation "none"); every lie it can tell is an argument."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN = "http://localhost"


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(told: str) -> bytes:
    return urlsafe_b64decode(told + "=" * (-len(told) % 4))


class Authenticator:
    """One discoverable passkey. `counts`: it counts its uses; many real ones always say zero."""

    def __init__(self, counts: bool = True):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.count, self.counts, self.user = secrets.token_bytes(16), 0, counts, b""

    def create(self, options: dict[str, Any], origin: str = ORIGIN, verified: bool = True, **lies: Any) -> dict[str, Any]:
        """The browser's answer to create()."""
        self.user = unb64(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = b"\0" * 16 + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        data = self._data(lies.get("rp_id", options["rp"]["id"]), 0x40, verified) + attested
        client = self._client("webauthn.create", lies.get("challenge", options["challenge"]), origin)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": b64(client), "attestationObject": b64(attestation)})

    def get(self, options: dict[str, Any], origin: str = ORIGIN, verified: bool = True, **lies: Any) -> dict[str, Any]:
        """The browser's answer to get()."""
        self.count += self.counts
        data = self._data(lies.get("rp_id", options["rpId"]), 0, verified)
        client = self._client("webauthn.get", lies.get("challenge", options["challenge"]), origin)
        signed = lies.get("signer", self.key).sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        user = lies.get("user", self.user)
        return self._answer(
            {
                "clientDataJSON": b64(client),
                "authenticatorData": b64(data),
                "signature": b64(signed),
                "userHandle": b64(user) if user is not None else None,
            }
        )

    def _data(self, rp_id: str, flags: int, verified: bool) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags | 1 | (4 if verified else 0)]) + struct.pack(">I", self.count)

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "clientExtensionResults": {}, "response": response,
        }  # fmt: skip
