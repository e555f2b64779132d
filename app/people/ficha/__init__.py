"""The ficha: what may be told of a person, checked, and what it counts as.

`check_value` is the one judge of a value, for the phone, the desk and an import alike. A field or a choice that was
taken out of the catalogue is no longer taken in, but what was told of it stays readable (`label_of`, `in_words`).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.core import clock, days
from app.core.fields import LONGEST_LINE
from app.people.documents import CHECKS, digits_of
from app.people.ficha.catalogue import FIELDS, GROUPS, Field, Group
from app.people.ficha.options import LISTS, Option
from app.people.problems import BadValue, UnknownField
from app.people.terms import CALLED_KINDS

__all__ = [
    "FIELDS", "FORMER", "GROUPS", "LISTS", "Local", "NAME_FIELDS", "Field", "Group", "Option",
    "check_source", "check_value", "in_words", "is_current", "label_of", "official_of", "options_of",
]  # fmt: skip

NAME_FIELDS = tuple(f"name.{kind}" for kind in CALLED_KINDS)
LONGEST_TEXT = 200
OLDEST_BIRTH = date(1900, 1, 1)
# Over answers to what is no longer asked.
FORMER = _("Perguntas que já não são feitas")
_PROBLEM = _("O valor não é válido.")

# (list, code) → what a city's own choice is called and counts as.
Local = Mapping[tuple[str, str], Option]


def check_value(field: str, value: Any, local: Local | None = None, on: date | None = None) -> Any:
    """The value as it is kept, judged by what is asked on the day that it was told. Raises UnknownField, or BadValue with a sentence under the field's id."""
    if field in NAME_FIELDS:
        return _text(field, value, LONGEST_LINE)
    known = FIELDS.get(field)
    today = clock.now().date()
    # Told while it was asked, it is taken in however late it arrives.
    if known is None or known.since > today or (known.until is not None and known.until < (on or today)):
        raise UnknownField(fields={"field": [str(UnknownField.sentence)]})
    return _CHECKS[known.kind](known, value, local or {})


def check_source(field: str, source: str) -> None:
    """What only the person says of herself is never observed nor told by others."""
    known = FIELDS.get(field)
    if known is not None and known.self_declared and source != "told":
        raise BadValue(fields={field: [str(_("Só a própria pessoa diz isto de si."))]})


def is_current(thing: Field | Option, on: date) -> bool:
    """Whether a field or a choice is asked on a day."""
    return thing.since <= on and (thing.until is None or on <= thing.until)


def official_of(list_: str, code: str, local: Local | None = None) -> str | None:
    """The code of the official list that a choice counts as; None for a city's own that counts as nothing official."""
    own = (local or {}).get((list_, code))
    if own is not None:
        return own.official
    option = _option(list_, code)
    if option is None:
        return None
    return option.official if option.official and _option(list_, option.official) else option.code


def options_of(field: Field, on: date, local: Local | None = None) -> list[Option]:
    """The choices of a field on a day, the official ones first."""
    if field.list is None:
        return []
    own = [option for (list_, _code), option in (local or {}).items() if list_ == field.list]
    return [option for option in (*LISTS[field.list], *own) if is_current(option, on)]


def label_of(field: str) -> str:
    """What a field is called; of one that the catalogue no longer has, its id."""
    if field in NAME_FIELDS:
        return str(CALLED_KINDS[field.removeprefix("name.")])
    known = FIELDS.get(field)
    return str(known.label) if known else field


def in_words(field: str, value: Any, local: Local | None = None) -> str:
    """A kept value as a person reads it, whatever the catalogue says today."""
    known = FIELDS.get(field)
    list_ = known.list if known else None
    if isinstance(value, bool):
        return gettext("Sim") if value else gettext("Não")
    if isinstance(value, list):
        return ", ".join(_word(list_, str(code), local) for code in value)
    if isinstance(value, dict):
        parts = [_word(list_, str(value["state"]), local)] if value.get("state") else []
        if value.get("number"):
            parts.append(_spaced(field, str(value["number"])))
        return " · ".join(parts or [f"{name}: {inner}" for name, inner in value.items()])
    if known is not None and known.kind == "date":
        try:
            return days.day(date.fromisoformat(value))
        except (TypeError, ValueError):
            return str(value)
    return _word(list_, value, local) if isinstance(value, str) and list_ else str(value)


def _word(list_: str | None, code: str, local: Local | None) -> str:
    option = (local or {}).get((list_ or "", code)) or _option(list_, code)
    return str(option.label) if option else code


def _option(list_: str | None, code: str) -> Option | None:
    return next((option for option in LISTS.get(list_ or "", ()) if option.code == code), None)


def _spaced(field: str, number: str) -> str:
    if field == "document.cpf" and len(number) == 11:
        return f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"
    return number


def _bad(field: str, sentence: Any = _PROBLEM) -> BadValue:
    return BadValue(fields={field: [str(sentence)]})


def _text(field: str, value: Any, longest: int) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _bad(field, _("Deve ser um texto."))
    text = " ".join(value.split())
    if len(text) > longest:
        raise _bad(field, gettext("Passa do limite de %(n)s caracteres.", n=longest))
    # Surrogates and NUL can't be stored; marks of direction in a name can.
    if any(ord(char) < 32 or 0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise _bad(field, _("Há caracteres que não podem ser guardados."))
    return text


def _choice(field: Field, value: Any, local: Local) -> str:
    # A choice that ended meanwhile is still taken from a phone that was away for long.
    if not isinstance(value, str) or not (_option(field.list, value) or (field.list or "", value) in local):
        raise _bad(field.id, _("Não é uma das opções."))
    return value


def _many(field: Field, value: Any, local: Local) -> list[str]:
    if not isinstance(value, list) or not 1 <= len(value) <= 50:
        raise _bad(field.id, _("Escolha ao menos uma opção."))
    return list(dict.fromkeys(_choice(field, code, local) for code in value))


def _yes_no(field: Field, value: Any, _local: Local) -> bool:
    if not isinstance(value, bool):
        raise _bad(field.id, _("Deve ser sim ou não."))
    return value


def _number(field: Field, value: Any, _local: Local) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not field.least <= value <= field.most:
        raise _bad(field.id, gettext("Deve ser de %(least)s a %(most)s.", least=field.least, most=field.most))
    return value


def _date(field: Field, value: Any, _local: Local) -> str:
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _bad(field.id, _("A data não é válida.")) from None
    # Tomorrow already began somewhere: the city's own day is not known here.
    if not OLDEST_BIRTH <= found <= clock.now().date() + timedelta(days=1):
        raise _bad(field.id, _("A data deve ser de 1900 até hoje."))
    return found.isoformat()


def _document(field: Field, value: Any, _local: Local) -> dict[str, str]:
    if not isinstance(value, dict) or set(value) - {"state", "number"}:
        raise _bad(field.id)
    number = digits_of(value["number"]) if isinstance(value.get("number"), str) else value.get("number")
    state = value.get("state") or ("has" if number else None)
    if not isinstance(state, str) or _option("document_state", state) is None:
        raise _bad(field.id, _("Diga se a pessoa tem, perdeu ou nunca teve."))
    if number in (None, ""):
        return {"state": state}
    kind = field.id.removeprefix("document.")
    if not isinstance(number, str) or not number.isascii() or not number.isalnum() or len(number) > 32:
        raise _bad(field.id, _("Escreva só letras e algarismos."))
    if kind in CHECKS and not CHECKS[kind](number):
        raise _bad(field.id, _("O número não confere. Veja se falta ou sobra um algarismo."))
    return {"state": state, "number": number.upper()}


_CHECKS = {
    "choice": _choice, "many": _many, "yes_no": _yes_no, "number": _number, "date": _date,
    "text": lambda field, value, _local: _text(field.id, value, LONGEST_TEXT), "document": _document,
}  # fmt: skip
