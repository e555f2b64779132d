"""Writes PMTiles, version 3 of the format: tiles in, one file out. The same tiles give the same bytes.

The package `pmtiles` writes the hour of writing into each packed part, so that the same map would have another address
every night; the format is small enough to be written here, and the phone's reader is the package of its authors.
"""

import gzip
import json
from collections.abc import Mapping
from typing import Any

_HEADER = 127
# Header and first directory together: what a reader asks for at once.
_FIRST_READ = 16384
_LEAF_ENTRIES = 2048
_GZIP, _MVT = 2, 1

Tile = tuple[int, int, int]  # zoom, column, row
_Entry = tuple[int, int, int, int]  # tile id, run length, offset, length


def packed(raw: bytes) -> bytes:
    """gzip without the hour."""
    return gzip.compress(raw, 9, mtime=0)


def write(tiles: Mapping[Tile, bytes], bounds: tuple[float, float, float, float], metadata: dict[str, Any]) -> bytes:
    """The file of these tiles (MVT, not packed), none of them empty; bounds are west, south, east, north in degrees."""
    data, entries, known = bytearray(), [], {}
    for number, tile in sorted((tile_id(*tile), tile) for tile in tiles):
        body = packed(tiles[tile])
        if body not in known:
            known[body] = len(data)
            data += body
        entries.append((number, 1, known[body], len(body)))
    root, leaves = _directories(entries)
    words = packed(json.dumps(metadata, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    starts = [_HEADER, _HEADER + len(root)]
    starts += [starts[1] + len(words), starts[1] + len(words) + len(leaves)]
    zooms = [tile[0] for tile in tiles]
    header = b"PMTiles\x03"
    for start, part in zip(starts, (root, words, leaves, data), strict=True):
        header += start.to_bytes(8, "little") + len(part).to_bytes(8, "little")
    for count in (len(entries), len(entries), len(known)):
        header += count.to_bytes(8, "little")
    header += bytes([1, _GZIP, _GZIP, _MVT, min(zooms), max(zooms)])
    west, south, east, north = (round(each * 1e7) for each in bounds)
    for degree in (west, south, east, north):
        header += degree.to_bytes(4, "little", signed=True)
    header += bytes([min(zooms)])
    for degree in ((west + east) // 2, (south + north) // 2):
        header += degree.to_bytes(4, "little", signed=True)
    return header + root + words + leaves + bytes(data)


def tile_id(zoom: int, column: int, row: int) -> int:
    """The tile's place on the Hilbert curve, all smaller zooms before it."""
    before = (4**zoom - 1) // 3
    place, x, y = 0, column, row
    for level in range(zoom - 1, -1, -1):
        side = 1 << level
        right, down = int(bool(x & side)), int(bool(y & side))
        place += side * side * ((3 * right) ^ down)
        if not down:
            if right:
                x, y = side - 1 - (x & (side - 1)), side - 1 - (y & (side - 1))
            x, y = y, x
    return before + place


def _directories(entries: list[_Entry]) -> tuple[bytes, bytes]:
    """The first directory, and those that it points to when it alone would be too long."""
    root = _directory(entries)
    if len(root) <= _FIRST_READ - _HEADER:
        return root, b""
    leaves, pointers, size = bytearray(), [], _LEAF_ENTRIES
    for start in range(0, len(entries), size):
        leaf = _directory(entries[start : start + size])
        pointers.append((entries[start][0], 0, len(leaves), len(leaf)))
        leaves += leaf
    return _directory(pointers), bytes(leaves)


def _directory(entries: list[_Entry]) -> bytes:
    out = bytearray(_varint(len(entries)))
    last = 0
    for number, _run, _offset, _length in entries:
        out += _varint(number - last)
        last = number
    for _number, run, _offset, _length in entries:
        out += _varint(run)
    for _number, _run, _offset, length in entries:
        out += _varint(length)
    expected = None
    for _number, _run, offset, length in entries:
        out += _varint(0 if offset == expected else offset + 1)
        expected = offset + length
    return packed(bytes(out))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
