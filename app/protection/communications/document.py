"""The document as it is signed: every word of the paper, frozen. What is printed is drawn from it alone, and its SHA-256 is
what the paper's QR compares. Always in Portuguese, whatever the technician reads.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from flask_babel import force_locale
from flask_babel import lazy_gettext as _

from app.protection.communications import sinan
from app.protection.communications.content import LETTER, PARTS

VERSION = 1
SHOWN = 12
_NONE = {3: _("Não houve relato espontâneo."), 4: _("Nada anotado.")}


def built(form: str, fields: Mapping[str, Any], head: Mapping[str, Any]) -> dict[str, Any]:
    """{version, form, title, parts: [{title, lines: [[label, words]]}], note, **head}; head: see service.communicating."""
    with force_locale("pt_BR"):
        parts = sinan.parts(fields, head) if form == "sinan" else letter_parts(fields)
        kind = _("Ficha de notificação de violência interpessoal ou autoprovocada") if form == "sinan" else _("Comunicação")
        note = (
            _("Na ordem dos campos da ficha do SINAN. O que não está aqui não foi perguntado; a vigilância em saúde completa.")
            if form == "sinan"
            else _("Só o que foi visto e dito, sem opinião nem diagnóstico. Suspeita basta para comunicar; ninguém deve perguntar de novo à criança ou à vítima.")
        )
        return {
            "version": VERSION, "form": form, "kind": str(kind), "parts": parts, "note": str(note),
            "secret": str(_("SIGILOSO")), **head,
        }  # fmt: skip


def letter_parts(fields: Mapping[str, str]) -> list[dict[str, Any]]:
    found = []
    for number, title in PARTS.items():
        lines = [[str(field.label), quoted(fields[field.key]) if field.key == "said" else fields[field.key]] for field in LETTER if field.part == number and fields.get(field.key)]
        if not lines:
            lines = [["", str(_NONE.get(number, _("Sem informação.")))]]
        found.append({"title": f"{number}. {title}", "lines": lines})
    return found


def quoted(words: str) -> str:
    """Spontaneous words stand in quotes, once."""
    words = words.strip()
    return words if words.startswith("“") and words.endswith("”") else f"“{words.strip(chr(34))}”"


def digest_of(document: Mapping[str, Any]) -> bytes:
    """SHA-256 of the document in one spelling: JSON with sorted keys."""
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).digest()


def shown(digest: bytes) -> str:
    """The first characters as the paper prints them: `3F9A 07C2 11DE`."""
    letters = digest.hex()[:SHOWN].upper()
    return " ".join(letters[at : at + 4] for at in range(0, SHOWN, 4))


def matches(digest: bytes, typed: str) -> bool:
    """Whether what somebody read off a paper is how this digest begins."""
    letters = "".join(typed.split()).upper()
    return len(letters) == SHOWN and digest.hex().upper().startswith(letters)


def differ(fields: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    return any(fields.get(key) != before.get(key) for key in {*fields, *before})
