"""How likely two persons are one, with the reasons: pure, whole numbers only, so that the phone answers the same.

`static/src/rules/likeness.ts` follows it; `tests/contract/likeness.json` holds both to one answer. It proposes, and a
person decides. Precision and recall on invented pairs: bench/likeness.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _

from app.people.sound import plain, spoken

# Points from which a pair is proposed to a person, and from which it is called likely.
POSSIBLE = 35
LIKELY = 50

_MOST_BY_NAME = 70
_WORD, _COMMON_WORD, _INITIAL = 24, 15, 5
# Shared trigrams of two words, in hundredths, from which one may be a slip of the other.
_SLIP = 40
# What such a word counts, in hundredths of one that sounds the same.
_SLIPPED = 75
_OTHER_WORD = 15
_WHOLE_NAME = 14
_ANOTHER_NAME = 18
_SAME_DOCUMENT_AT_LEAST = 90
# Numbers that one person has one of.
_OF_ONE_PERSON = ("cpf", "nis", "cns")
_BANDS = {"age_0_12": (0, 12), "age_13_17": (13, 17), "age_18_59": (18, 59), "age_60_plus": (60, 130)}

# Words (by sound) that many are called by: alike in them alone says little.
COMMON = frozenset(
    key
    for _word, key in spoken(
        "Maria José João Antônio Francisco Ana Paulo Pedro Carlos Luiz Luís Marcos Manoel Raimundo Sebastião Francisca"
        " Antônia Rita Aparecida Sandra Márcia Lúcia Conceição Fátima Socorro Graça Roberto Ricardo Fernando Rafael"
        " Lucas Gabriel Mateus Daniel Marcelo Bruno Rodrigo Eduardo Felipe André Jorge Severino Cícero Geraldo Joaquim"
        " Josefa Adriana Juliana Patrícia Fernanda Aline Sônia Tereza Júlia Camila Joana"
        " Silva Santos Oliveira Souza Lima Pereira Ferreira Costa Rodrigues Alves Nascimento Araújo Ribeiro Almeida"
        " Barbosa Gomes Carvalho Martins Lopes Soares Fernandes Vieira Rocha Dias Barros Melo Freitas Cardoso Filho"
        " Neto Júnior Jesus Nunes Moreira Batista Campos"
        " senhor senhora seu dona moço moça rapaz jovem homem mulher menino menina velho velha tio tia casal praça rua"
        " galego alemão baiano paraíba ceará careca baixinho gordo magro negão neguinho preto loiro zé"
    )
)

REASONS = {
    "same_document": _("Mesmo documento"),
    "same_name": _("Mesmo nome"),
    "same_sound": _("Nome que soa igual"),
    "part_of_name": _("Um nome está dentro do outro"),
    "similar_name": _("Nome parecido"),
    "another_name": _("Outro nome em comum"),
    "same_age": _("Mesma idade"),
    "near_age": _("Idade próxima"),
    "same_band": _("Mesma faixa de idade"),
    "same_sex": _("Mesmo sexo"),
    "same_region": _("Mesma região"),
    "other_document": _("Documento diferente"),
    "age_apart": _("Idades distantes"),
    "other_sex": _("Sexo diferente"),
}
AGAINST = frozenset(("other_document", "age_apart", "other_sex"))


@dataclass(frozen=True)
class Likeness:
    """score: 0 to 100; reasons: codes of REASONS, what speaks for it and against it."""

    score: int
    reasons: tuple[str, ...]


def likeness(a: Mapping[str, Any], b: Mapping[str, Any]) -> Likeness:
    """Two persons, each {names: [..], age, age_band, sex, region_id, documents: {kind: number}}, all optional."""
    points, reasons = _by_names(a.get("names") or [], b.get("names") or [])
    named, floor = bool(reasons), 0
    mine, other = a.get("documents") or {}, b.get("documents") or {}
    both = [kind for kind in sorted(mine) if mine[kind] and other.get(kind)]
    if any(mine[kind] == other[kind] for kind in both):
        floor = _SAME_DOCUMENT_AT_LEAST
        reasons.append("same_document")
    elif any(kind in _OF_ONE_PERSON for kind in both):
        points -= 40
        reasons.append("other_document")
    for more, reason in (_by_age(a, b), _by_sex(a, b), _by_region(a, b)):
        if reason:
            points += more
            reasons.append(reason)
    # Who is alike in no name and no document is not alike at all, however near.
    if not named:
        points = 0
    return Likeness(max(floor, min(100, max(0, points))), tuple(reasons))


# A name is compared with many in a row; few are kept, for they are people's names.
_spoken = lru_cache(maxsize=2048)(spoken)


@lru_cache(maxsize=4096)
def trigrams(word: str) -> frozenset[str]:
    """As pg_trgm makes them of one plain word: two blanks before, one behind."""
    padded = f"  {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _by_names(mine: list[str], other: list[str]) -> tuple[int, list[str]]:
    """The best two names, and something more when a second pair of other names fits too."""
    pairs = [
        (*_two_names(a, b), at, to) for at, a in enumerate(mine) for to, b in enumerate(other)
    ]
    pairs = [pair for pair in pairs if pair[0] > 0]
    if not pairs:
        return 0, []
    best = max(pairs, key=lambda pair: (pair[0], -pair[2], -pair[3]))
    points, reasons = best[0], [best[1]]
    if any(pair[0] >= _COMMON_WORD and pair[2] != best[2] and pair[3] != best[3] for pair in pairs):
        points += _ANOTHER_NAME
        reasons.append("another_name")
    return min(points, _MOST_BY_NAME), reasons


def _two_names(a: str, b: str) -> tuple[int, str]:
    """Points of two names and why: words matched each once, the surest first; words left on both sides speak against."""
    mine, other = _spoken(a), _spoken(b)
    found = [
        (strength, at, to)
        for at, one in enumerate(mine)
        for to, two in enumerate(other)
        if (strength := _two_words(one, two))
    ]
    found.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    used_here: set[int] = set()
    used_there: set[int] = set()
    points, by_sound = 0, True
    for strength, at, to in found:
        if at in used_here or to in used_there:
            continue
        used_here.add(at)
        used_there.add(to)
        points += _weight(mine[at], other[to]) * strength // 100
        by_sound = by_sound and strength == 100
    left_here, left_there = len(mine) - len(used_here), len(other) - len(used_there)
    points -= _OTHER_WORD * min(left_here, left_there)
    if points <= 0:
        return 0, ""
    if left_here or left_there:
        return points, "similar_name" if left_here and left_there or not by_sound else "part_of_name"
    if len(mine) > 1:
        points += _WHOLE_NAME
    if plain(a) == plain(b):
        return points, "same_name"
    return points, "same_sound" if by_sound else "similar_name"


def _two_words(one: tuple[str, str], two: tuple[str, str]) -> int:
    """0 to 100: 100 when they sound alike."""
    if one[1] == two[1] and one[1]:
        return 100
    if len(one[0]) == 1 or len(two[0]) == 1:
        return 100 if one[0][0] == two[0][0] else 0
    here, there = trigrams(one[0]), trigrams(two[0])
    shared = len(here & there)
    alike = shared * 100 // (len(here) + len(there) - shared)
    return _SLIPPED if alike >= _SLIP else 0


def _weight(one: tuple[str, str], two: tuple[str, str]) -> int:
    if len(one[0]) == 1 or len(two[0]) == 1:
        return _INITIAL
    return _COMMON_WORD if one[1] in COMMON or two[1] in COMMON else _WORD


def _by_age(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[int, str]:
    """Years told apart, or bands where one has no more; in the street an age is most often a guess."""
    mine, other = _ages(a), _ages(b)
    if mine is None or other is None:
        return 0, ""
    apart = max(0, mine[0] - other[1], other[0] - mine[1])
    if mine[0] == mine[1] and other[0] == other[1]:
        if apart <= 2:
            return 10, "same_age"
        if apart <= 6:
            return 8, "near_age"
        return (0, "") if apart <= 12 else (-25, "age_apart")
    if apart == 0:
        return 4, "same_band"
    return (0, "") if apart <= 6 else (-25, "age_apart")


def _ages(person: Mapping[str, Any]) -> tuple[int, int] | None:
    age = person.get("age")
    if age is not None:
        return (age, age)
    return _BANDS.get(person.get("age_band") or "")


def _by_sex(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[int, str]:
    mine, other = a.get("sex"), b.get("sex")
    if not mine or not other:
        return 0, ""
    return (3, "same_sex") if mine == other else (-20, "other_sex")


def _by_region(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[int, str]:
    mine, other = a.get("region_id"), b.get("region_id")
    return (17, "same_region") if mine and other and str(mine) == str(other) else (0, "")
