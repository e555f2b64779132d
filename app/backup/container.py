"""The encrypted file: a header in clear, then numbered chunks, the last one marked.

    VINCULO-BACKUP-1\\n · length (4 bytes) · header (JSON) · chunks: length (4 bytes) · ciphertext and tag

AES-256-GCM under a key drawn for this file alone, which the header carries sealed to the recovery code's public half:
the server that writes a copy can't open an older one. The nonce is the chunk's number and whether it is the last (the
STREAM construction), the header's hash is authenticated with every chunk: a byte changed anywhere, chunks that changed
places, a file cut short or continued are all told when read.
"""

import hashlib
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core import envelopes
from app.core.envelopes import NotOpened, PublicKey

MAGIC = b"VINCULO-BACKUP-1\n"
FAMILY = b"VINCULO-BACKUP-"
CHUNK = 256 * 1024
LONGEST_HEADER = 64 * 1024
_TAG = 16
_LENGTH = struct.Struct(">I")


class NotABackup(Exception):
    """One line in Portuguese that says why a file can't be read as a backup."""


@dataclass(frozen=True)
class Header:
    """What anybody may read of a copy: no name, no city."""

    created_at: str
    version: str
    recovery_kid: str
    sealed_key: str


class Sealing:
    """Writes a container to `file`; `close` marks its end. The content key stays in memory for the reading back."""

    def __init__(self, file: BinaryIO, recovery: PublicKey, created_at: str, version: str):
        self.file = file
        self.key = os.urandom(32)
        header = Header(created_at, version, recovery.kid, envelopes.seal(recovery, self.key))
        packed = orjson.dumps(header)
        head = MAGIC + _LENGTH.pack(len(packed)) + packed
        self._hash = hashlib.sha256(head).digest()
        self._cipher = AESGCM(self.key)
        self._number = 0
        self._held = bytearray()
        file.write(head)

    def write(self, content: bytes) -> None:
        self._held += content
        # One byte more than a chunk, so that the last one is never written as if others followed.
        while len(self._held) > CHUNK:
            self._seal(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def close(self) -> None:
        self._seal(bytes(self._held), last=True)
        self._held.clear()

    def _seal(self, content: bytes, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last), content, self._hash)
        self._number += 1
        self.file.write(_LENGTH.pack(len(sealed)) + sealed)


class Opening:
    """Reads a container's header, and then, with a key, its content. Raises NotABackup."""

    def __init__(self, file: BinaryIO):
        self.file = file
        magic = file.read(len(MAGIC))
        if magic != MAGIC:
            if magic.startswith(FAMILY):
                raise NotABackup("esta cópia é de um formato mais novo: atualize o Vínculo antes de restaurá-la")
            raise NotABackup("este arquivo não é uma cópia de segurança do Vínculo")
        packed_length = file.read(_LENGTH.size)
        length = _LENGTH.unpack(packed_length)[0] if len(packed_length) == _LENGTH.size else 0
        packed = file.read(length) if 0 < length <= LONGEST_HEADER else b""
        if not packed or len(packed) != length:
            raise NotABackup("a cópia está danificada no começo")
        self._hash = hashlib.sha256(magic + packed_length + packed).digest()
        try:
            self.header = Header(**{name: _text(value) for name, value in orjson.loads(packed).items()})
        except (ValueError, TypeError, AttributeError) as error:
            raise NotABackup("a cópia está danificada no começo") from error

    def key(self, code: EllipticCurvePrivateKey) -> bytes:
        """The content key, opened by the recovery code."""
        if envelopes.public_half(code).kid != self.header.recovery_kid:
            raise NotABackup(
                "o código está bem escrito, mas não é o desta cópia, que foi feita com o código de marca"
                f" {self.header.recovery_kid[:16]!r}: é de outra instalação, ou de antes de uma troca de código"
            )
        try:
            key = envelopes.open_with(code, self.header.sealed_key)
        except NotOpened as error:
            raise NotABackup("a cópia está danificada no começo") from error
        if len(key) != 32:
            raise NotABackup("a cópia está danificada no começo")
        return key

    def content(self, key: bytes) -> Iterator[bytes]:
        """Every chunk in order, each authenticated before it is given; the file's end too."""
        cipher = AESGCM(key)
        number = 0
        while True:
            packed = self.file.read(_LENGTH.size)
            if len(packed) < _LENGTH.size:
                raise NotABackup("a cópia está cortada: falta o fim")
            length = _LENGTH.unpack(packed)[0]
            if not _TAG <= length <= CHUNK + _TAG:
                raise NotABackup(f"a cópia está danificada (bloco {number + 1})")
            sealed = self.file.read(length)
            if len(sealed) < length:
                raise NotABackup("a cópia está cortada: falta o fim")
            content, last = self._opened(cipher, number, sealed)
            if last and self.file.read(1):
                raise NotABackup("a cópia está danificada: há algo depois do fim")
            yield content
            if last:
                return
            number += 1

    def _opened(self, cipher: AESGCM, number: int, sealed: bytes) -> tuple[bytes, bool]:
        # Only a full chunk may have others behind it.
        for last in (False, True) if len(sealed) == CHUNK + _TAG else (True,):
            try:
                return cipher.decrypt(_nonce(number, last), sealed, self._hash), last
            except InvalidTag:
                continue
        raise NotABackup(f"a cópia está danificada (bloco {number + 1})")


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value
