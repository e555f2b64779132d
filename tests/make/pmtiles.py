"""A reader of PMTiles of our own, against the written format: what the writer writes, somebody else must find."""

import gzip
import json


class Archive:
    def __init__(self, raw: bytes):
        assert raw[:8] == b"PMTiles\x03"
        self.raw = raw
        numbers = [int.from_bytes(raw[at : at + 8], "little") for at in range(8, 96, 8)]
        self.root, self.words, self.leaves, self.data = (slice(numbers[i], numbers[i] + numbers[i + 1]) for i in range(0, 8, 2))
        self.addressed, _entries, self.contents = numbers[8:11]
        self.least_zoom, self.most_zoom = raw[100], raw[101]
        degrees = [int.from_bytes(raw[at : at + 4], "little", signed=True) / 1e7 for at in range(102, 118, 4)]
        self.bounds = tuple(degrees)
        self.metadata = json.loads(gzip.decompress(raw[self.words]))

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        wanted, part = _place(zoom, x, y), self.raw[self.root]
        for _depth in range(3):
            before = [entry for entry in _entries(gzip.decompress(part)) if entry[0] <= wanted]
            if not before:
                return None
            number, run, offset, length = before[-1]
            if run:
                start = self.data.start + offset
                return gzip.decompress(self.raw[start : start + length]) if wanted < number + run else None
            part = self.raw[self.leaves.start + offset : self.leaves.start + offset + length]
        raise AssertionError("directories that never end")


def _entries(raw: bytes) -> list[tuple[int, int, int, int]]:
    numbers, value, shift = [], 0, 0
    for byte in raw:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value, shift = 0, 0
    count = numbers[0]
    steps, runs, lengths, offsets = (numbers[1 + i * count : 1 + (i + 1) * count] for i in range(4))
    found, number, end = [], 0, 0
    for step, run, length, offset in zip(steps, runs, lengths, offsets, strict=True):
        number += step
        start = end if offset == 0 else offset - 1
        end = start + length
        found.append((number, run, start, length))
    return found


def _place(zoom: int, x: int, y: int) -> int:
    """Along the Hilbert curve, by descending from the whole: which quarter, in which turn of the curve."""
    place, swapped, flipped = sum(4**z for z in range(zoom)), False, False
    for level in range(zoom - 1, -1, -1):
        right, down = x >> level & 1, y >> level & 1
        if flipped:
            right, down = 1 - right, 1 - down
        if swapped:
            right, down = down, right
        quarter = {(0, 0): 0, (0, 1): 1, (1, 1): 2, (1, 0): 3}[right, down]
        place += quarter * 4**level
        if quarter == 0:
            swapped = not swapped
        elif quarter == 3:
            swapped, flipped = not swapped, not flipped
    return place
