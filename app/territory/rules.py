"""When a whole file must stop, and what differs between two editions. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.territory import problems
from app.territory.geojson import Reading
from app.territory.names import key_of
from app.territory.terms import LAYERS

SHOWN_INDEXES = 10
SHOWN_NAMES = 40

# A share of the features, so that one stray feature is refused alone and a wrong file is refused whole.
_WHOLE_FILE_FROM = 0.5


def check_reading(reading: Reading, layer: str) -> None:
    """Raise the BadFile that explains most of the refusals, or NothingKept when no feature is left."""
    stops = {
        "off_the_planet": problems.Projected(),
        "swapped": problems.Swapped(),
        "outside_brazil": problems.OutsideBrazil(),
        "wrong_kind": problems.WrongLayer(LAYERS[layer], kinds_found(reading)),
    }
    for reason, problem in stops.items():
        if len(reading.refused.get(reason, ())) > _WHOLE_FILE_FROM * reading.read:
            raise problem
    check_kept(reading)


def check_kept(reading: Reading) -> None:
    """Raise NothingKept when every feature was refused."""
    if not reading.features:
        raise problems.NothingKept({reason: len(indexes) for reason, indexes in reading.refused.items()})


def kinds_found(reading: Reading) -> str:
    """The geometry types of the file, the most frequent first."""
    return ", ".join(f"{kind} ({count})" for kind, count in reading.kinds.most_common(4)) or "?"


def refusals(reading: Reading) -> list[dict]:
    """Per reason: how many, and the first indexes (`features[i]`)."""
    return [
        {"reason": reason, "count": len(indexes), "first": sorted(indexes)[:SHOWN_INDEXES]}
        for reason, indexes in sorted(reading.refused.items())
    ]


@dataclass
class Signatures:
    """What an edition holds, for comparing: per name the digests of its shapes, and those of the nameless ones."""

    spelled: dict[str, str] = field(default_factory=dict)
    named: dict[str, Counter[str]] = field(default_factory=dict)
    nameless: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, rows: Iterable[tuple[str | None, str]]) -> "Signatures":
        made = cls()
        for name, digest in rows:
            if name is None:
                made.nameless[digest] += 1
            else:
                key = key_of(name)
                made.spelled.setdefault(key, name)
                made.named.setdefault(key, Counter())[digest] += 1
        return made


def difference(before: Signatures, after: Signatures) -> dict:
    """Names added, gone and changed in shape; nameless shapes only as counts."""
    added = after.named.keys() - before.named.keys()
    gone = before.named.keys() - after.named.keys()
    changed = {key for key in after.named.keys() & before.named.keys() if after.named[key] != before.named[key]}
    return {
        "added": _shown(after.spelled[key] for key in added),
        "gone": _shown(before.spelled[key] for key in gone),
        "changed": _shown(after.spelled[key] for key in changed),
        "nameless_added": (after.nameless - before.nameless).total(),
        "nameless_gone": (before.nameless - after.nameless).total(),
    }


def _shown(names: Iterable[str]) -> dict:
    listed = sorted(names, key=key_of)
    return {"count": len(listed), "names": listed[:SHOWN_NAMES]}
