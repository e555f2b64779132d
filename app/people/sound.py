"""How a name is compared: without accents and case, and by how Brazilian Portuguese sounds it.

`static/src/rules/sound.ts` does the same on the phone; `tests/contract/sounds.json` holds both to one answer. The rules
are our own (no published key forgives both Wellington/Uelito and Sousa/Souza); precision is measured by bench/likeness.py.
"""

import re
import unicodedata

# (pattern, replacement), in order, on one lower-case word whose only mark left is ç.
_RULES = [
    (re.compile(pattern), to)
    for pattern, to in (
        ("ç", "s"),
        ("ph", "f"),
        ("[sc]h", "x"),
        ("h", ""),
        ("sc(?=[eiy])", "s"),
        ("c(?=[eiy])", "s"),
        ("qu(?=[eiy])", "k"),
        ("[cq]", "k"),
        ("g(?=[eiy])", "j"),
        ("gu(?=[eiy])", "g"),
        ("y", "i"),
        ("^u(?=[aeio])", "v"),
        ("w", "v"),
        ("z", "s"),
        ("x$", "s"),
        (r"(.)\1+", r"\1"),
        ("ou", "o"),
        ("ei", "e"),
        ("ng(?=[^aeiou]|$)", "n"),
        ("[mn](?=[^aeiou]|$)", ""),
        ("l(?=[^aeiou]|$)", "u"),
        ("(?<=.)r$", ""),
        ("(?<=.)o$", "u"),
        ("(?<=.)e$", "i"),
        (r"(.)\1+", r"\1"),
    )
]
_SMALL = frozenset({"da", "das", "de", "di", "do", "dos", "du", "e", "o", "a"})
_KEPT = re.compile(r"[^\w]+|_")


def plain(name: str) -> str:
    """Without accents, case, signs and double blanks: what trigrams are made of. '' when nothing is left."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    return " ".join(_KEPT.sub(" ", bare).split())


def spoken(name: str) -> list[tuple[str, str]]:
    """Its words, each with the key of its sound; `de`, `da` and the like left out unless there is nothing else."""
    marked = "".join(
        c for c in unicodedata.normalize("NFKD", name.lower().replace("ç", "\x00")) if not unicodedata.combining(c)
    ).replace("\x00", "ç")
    words = _KEPT.sub(" ", marked).split()
    told = [word for word in words if word not in _SMALL] or words
    return [(word.replace("ç", "c"), _key(word)) for word in told]


def sounds(name: str) -> list[str]:
    """The keys of its words, each once, sorted."""
    return sorted({key for _word, key in spoken(name) if key})


def _key(word: str) -> str:
    if not re.fullmatch("[a-zç]+", word):
        return word
    for pattern, to in _RULES:
        word = pattern.sub(to, word)
    return word
