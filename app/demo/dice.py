"""Chance that repeats: the same seed and the same reference instant make the same city, ids too."""

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from app.core.ids import CODE_ALPHABET


class Dice(Random):
    """Python's generator, whose sequence for a text seed is the same everywhere, with what a city needs."""

    def uuid_at(self, at: datetime) -> UUID:
        """A UUIDv7 born at an instant."""
        milliseconds = int(at.timestamp() * 1000)
        value = milliseconds << 80 | 0x7 << 76 | self.getrandbits(12) << 64 | 0b10 << 62 | self.getrandbits(62)
        return UUID(int=value)

    def one_of(self, weighted: dict[Any, float]) -> Any:
        """A key, by its weight."""
        return self.choices(list(weighted), list(weighted.values()))[0]

    def code(self, length: int = 6) -> str:
        return "".join(self.choices(CODE_ALPHABET, k=length))

    def some(self, among: Sequence[Any], most: int) -> list[Any]:
        """From one to `most` different ones."""
        return self.sample(list(among), min(len(among), self.randint(1, most)))
