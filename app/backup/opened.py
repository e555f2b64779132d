"""A container read whole: every chunk authenticated, every part where it belongs, every row counted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from app.backup import dump
from app.backup.container import Header, NotABackup, Opening
from app.backup.parts import DATABASE, FILE, MANIFEST, read_parts
from app.backup.programs import Clients, ProgramFailed, find_clients

# Where a file of a copy may go, below the state folder.
_PLACES = re.compile(r"(keys|files|secrets)(/[^/.\x00-\x1f\x7f][^/\x00-\x1f\x7f]*)+")
_LONGEST_MANIFEST = 16 * 2**20


@dataclass(frozen=True)
class Manifest:
    """What a copy says of itself, inside the encryption."""

    created_at: str
    version: str
    schema: str
    server: int
    client: int
    cities: list[int]
    keys: list[str]
    files: list[str]
    counts: dict[str, int]
    bound: list[str]  # tables under row level security


def is_place(path: str) -> bool:
    return bool(_PLACES.fullmatch(path))


def opened(path: Path, code: EllipticCurvePrivateKey) -> tuple[Header, bytes]:
    """A copy's header and content key. Raises NotABackup."""
    with open(path, "rb") as file:
        opening = Opening(file)
        return opening.header, opening.key(code)


def parts_of(path: Path, key: bytes) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The parts of a copy, authenticated as they are read. Raises NotABackup on the way."""
    with open(path, "rb", buffering=1024 * 1024) as file:
        yield from read_parts(Opening(file).content(key))


def examined(path: Path, key: bytes) -> Manifest:
    """Read a copy to its last byte; gives its manifest. Raises NotABackup for whatever is not as it says."""
    manifest, clients, counts, files = None, None, None, []
    try:
        for name, blocks in parts_of(path, key):
            if name == MANIFEST and manifest is None:
                manifest = read_manifest(blocks)
                clients = _clients(manifest)
            elif name.startswith(FILE) and is_place(name.removeprefix(FILE)):
                files.append(name.removeprefix(FILE))
                for _block in blocks:
                    pass
            elif name == DATABASE and counts is None and clients:
                counts = dump.counted(clients, blocks)
            else:
                raise NotABackup("a cópia está incompleta por dentro")
    except ProgramFailed as error:
        raise NotABackup(str(error)) from error
    if manifest is None or counts is None or files != manifest.files:
        raise NotABackup("a cópia está incompleta por dentro")
    if counts != manifest.counts:
        odd = sorted(name for name in counts.keys() | manifest.counts.keys() if counts.get(name) != manifest.counts.get(name))
        raise NotABackup(f"a cópia não tem as linhas que havia no banco: {', '.join(odd[:5])}")
    return manifest


def read_manifest(blocks: Iterator[bytes]) -> Manifest:
    packed = b""
    for block in blocks:
        packed += block
        if len(packed) > _LONGEST_MANIFEST:
            raise NotABackup("a cópia está incompleta por dentro")
    try:
        told = orjson.loads(packed)
        return Manifest(**{field.name: told[field.name] for field in fields(Manifest)})
    except (ValueError, TypeError, KeyError) as error:
        raise NotABackup("esta cópia é de um formato mais novo: atualize o Vínculo antes de restaurá-la") from error


def _clients(manifest: Manifest) -> Clients:
    return find_clients(manifest.client)
