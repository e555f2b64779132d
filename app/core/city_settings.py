"""What a city may set in figures (`municipalities.settings`): each declared once, beside the rule that reads it.

Whoever declares one gives its bounds and what stands where the city says nothing; the page of the city's settings shows all
that were declared. A figure that somebody wrote past the page, out of bounds or no figure at all, is as if it had not been said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Setting:
    """unit: minutes | hours | days | hour_of_day | per_minute | per_hour. group: the heading under which it stands; label, hint: in words."""

    name: str
    usual: int
    least: int
    most: int
    unit: str
    group: str
    label: Any
    hint: Any = ""

    def of(self, settings: Mapping[str, Any] | None) -> int | float:
        """What counts in a city."""
        said = (settings or {}).get(self.name)
        return said if said is not None and self.takes(said) else self.usual

    def takes(self, said: Any) -> bool:
        """Whether this is a figure within the bounds."""
        return isinstance(said, int | float) and not isinstance(said, bool) and self.least <= said <= self.most


# Every figure that a city may set, in the order in which it was declared.
DECLARED: dict[str, Setting] = {}


def declare(name: str, usual: int, least: int, most: int, unit: str, group: str, label: Any, hint: Any = "") -> Setting:
    """A figure of the city: once, by the domain that reads it."""
    if name in DECLARED or not least <= usual <= most:
        raise ValueError(name)
    DECLARED[name] = Setting(name, usual, least, most, unit, group, label, hint)
    return DECLARED[name]


def whole(settings: Mapping[str, Any] | None, name: str, usual: int, least: int, most: int) -> int:
    """A whole number that is set elsewhere than on the page; one that somebody wrote past its bounds, or no number, counts for nothing."""
    said = (settings or {}).get(name)
    return said if isinstance(said, int) and not isinstance(said, bool) and least <= said <= most else usual


def read(typed: Mapping[str, str], sentence: Any) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Figures as they were typed: (those that count, {name: [sentence]} of those out of bounds or that are none).

    What was left empty is in neither: there the city says nothing. `sentence` takes least and most.
    """
    good: dict[str, int] = {}
    wrong: dict[str, list[str]] = {}
    for name, text in typed.items():
        if not text.strip():
            continue
        setting = DECLARED[name]
        if text.strip().isascii() and text.strip().isdigit() and setting.takes(int(text)):
            good[name] = int(text)
        else:
            wrong[name] = [str(sentence) % {"least": setting.least, "most": setting.most}]
    return good, wrong
