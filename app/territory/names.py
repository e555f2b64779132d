"""Names as prefeituras write them (capitals, SEM NOME) made names that a person reads.

Accents that the file dropped are not guessed: "FATIMA" becomes "Fatima".
"""

import re
import unicodedata
from typing import Any

LONGEST = 120

_CONNECTIVES = frozenset(re.findall(r"\w+", "de da do das dos e em na no nas nos a o ao à del la las los von van di"))
# Roman numerals as streets and popes use them; D, C, L and M would catch words (DI, MIL, CIVIL).
_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*\.?")
_ELIDED = re.compile(r"[DL]['’].")
_VOWEL = re.compile(r"[AEIOUYÀÁÂÃÄÈÉÊËÌÍÎÏÒÓÔÕÖÙÚÛÜ]")
_SHORT_WORDS = frozenset(("RUA", "VIA", "LOTE", "DR", "SR", "SGT", "STR"))
_BLANKS = re.compile(r"\s+")

# What means "this one has no name", after `key_of` and without the kind of way before it.
_NAMELESS = re.compile(
    r"(?:(?:r|rua|av|tv|via|servidao|travessa|avenida|beco|estrada|logradouro|bairro|regiao|quadra|alameda|acesso) )?"
    r"(?:s n|sn|s nome|sem nome|sem denominacao|sem identificacao|sem informacao|nao informado|nao identificado"
    r"|nao denominado|nao denominada|inominado|inominada|desconhecido|none|null|nan|n a|nd|n d|0)"
)


def clean(value: Any) -> str | None:
    """A property's value as a name, or None when it names nothing (SEM NOME, S/N, blank, not a text)."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a region numbered 3.0 is region 3
    # Controls and format characters (direction marks among them) never belong to a name; NUL breaks the database.
    printable = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in str(value))
    name = _BLANKS.sub(" ", unicodedata.normalize("NFC", printable)).strip()
    if not name or _NAMELESS.fullmatch(key_of(name)) or not any(c.isalnum() for c in name):
        return None
    return retitled(name)[:LONGEST].rstrip()


def key_of(name: str) -> str:
    """What makes two spellings one name: without accents, capitals, punctuation or doubled blanks."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split()) or name.casefold().strip()


def retitled(name: str) -> str:
    """A name in capitals as Portuguese writes titles; one with small letters outside brackets stays as it is."""
    outside = re.sub(r"\([^)]*\)?", "", name)
    if outside != outside.upper():
        return name
    return _WORD.sub(lambda found: _word(found[0], name[: found.start()], name[found.end() :]), name)


def _word(word: str, before: str, after: str) -> str:
    """One word of a name in capitals, given what stands on both sides."""
    bare = word.rstrip(".")
    in_compound = before.endswith("-") or after.startswith("-")
    opens = not before.strip() or before.rstrip()[-1] in "(-–/:"
    if word.lower() in _CONNECTIVES and word not in "AO" and after.strip() and not opens:
        return word.lower()
    if word != word.upper() or len(bare) == 1 or any(c.isdigit() for c in word) or "." in bare:
        return word  # the file's own small letters, VILA A, 01A, J.G.
    if len(word) <= 3 and re.match(r"[ -]?\d", after) and word not in _SHORT_WORDS:
        return word  # BR 287, ERS-158, SM 02
    if _ROMAN.fullmatch(word) and not in_compound:
        return word
    if not _VOWEL.search(word) and word == bare and word not in _SHORT_WORDS:
        return word  # CDHM
    if _ELIDED.match(word):
        return (word[0].lower() if before else word[0]) + word[1:3] + word[3:].lower()
    return word[0] + word[1:].lower()
