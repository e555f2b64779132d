"""Readings of operations: what runs, what was, what phones are told, the bulletin."""

from app.operations.queries.bulletin import Bulletin, bulletin_of
from app.operations.queries.standing import (
    History,
    ends_of,
    find,
    for_phone,
    history_of,
    plan_of,
    presets_of,
    running,
    teams_of,
    units_of,
)

__all__ = [
    "Bulletin", "History", "bulletin_of", "ends_of", "find", "for_phone", "history_of", "plan_of", "presets_of", "running", "teams_of",
    "units_of",
]  # fmt: skip
