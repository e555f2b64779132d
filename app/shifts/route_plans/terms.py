"""Closed lists of routes."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _

# Why a stop was not made. No free words: a place and an hour with a name beside them say too much.
MISS_REASONS: dict[str, Any] = {
    "no_time": _("não deu tempo"),
    "called_away": _("a equipe foi chamada para outro lugar"),
    "blocked": _("não dava para chegar"),
    "unsafe": _("não era seguro"),
    "rain": _("chuva"),
    "no_vehicle": _("sem veículo"),
    "other": _("outro motivo"),
}
# What became of a stop, from what says least to what says most: the strongest word of a night stands, in whatever order they came.
STATES: dict[str, Any] = {
    "missed": _("não foi"),
    "nobody": _("ninguém"),
    "done": _("feito"),
}
MOST_STOPS = 40
LONGEST_HOURS = 16


def one_of_sql(terms: Iterable[str]) -> str:
    return ", ".join(f"'{each}'" for each in terms)
