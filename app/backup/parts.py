"""What lies inside a container: named parts one after another, of lengths that nobody need know beforehand.

    name's length (2 bytes) · name · blocks: length (4 bytes) · content · … · 0    repeated, then a name of length 0

First `manifest` (JSON), then files by their path in the state folder, last `database` (pg_dump's custom format).
"""

import struct
from collections.abc import Iterable, Iterator
from typing import Protocol

from app.backup.container import NotABackup

BLOCK = 256 * 1024
MANIFEST, DATABASE, FILE = "manifest", "database", "file:"
_NAME, _BLOCK = struct.Struct(">H"), struct.Struct(">I")


class Sink(Protocol):
    def write(self, content: bytes) -> None: ...


def write_part(sink: Sink, name: str, blocks: Iterable[bytes]) -> None:
    packed = name.encode()
    sink.write(_NAME.pack(len(packed)) + packed)
    for block in blocks:
        if block:
            sink.write(_BLOCK.pack(len(block)) + block)
    sink.write(_BLOCK.pack(0))


def write_end(sink: Sink) -> None:
    sink.write(_NAME.pack(0))


def read_parts(content: Iterator[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each part's name and blocks; a part's blocks must be taken before the next is asked for."""
    source = _Source(content)
    while True:
        name = source.take(_NAME.unpack(source.take(_NAME.size))[0]).decode()
        if not name:
            source.must_end()
            return
        yield name, _blocks(source)


def _blocks(source: "_Source") -> Iterator[bytes]:
    while length := _BLOCK.unpack(source.take(_BLOCK.size))[0]:
        yield source.take(length)


class _Source:
    """Bytes in the pieces that the reader asks for, out of the pieces that come."""

    def __init__(self, content: Iterator[bytes]):
        self.content, self.held = content, bytearray()

    def take(self, length: int) -> bytes:
        while len(self.held) < length:
            piece = next(self.content, None)
            if piece is None:
                raise NotABackup("a cópia está incompleta por dentro")
            self.held += piece
        taken = bytes(self.held[:length])
        del self.held[:length]
        return taken

    def must_end(self) -> None:
        if self.held or any(self.content):
            raise NotABackup("a cópia está incompleta por dentro")
