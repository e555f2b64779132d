"""marshmallow's sentences in the reader's language: what a person sees beside a field that needs correction."""

import re
from typing import Any

from flask_babel import lazy_gettext as _

_INVALID = _("O valor não é válido.")
_SENTENCES = {
    "Unknown field.": _("Este campo não existe."),
    "Missing data for required field.": _("Falta preencher."),
    "Field may not be null.": _("Falta preencher."),
    "Not a valid string.": _("Deve ser um texto."),
    "Not a valid utf-8 string.": _("Deve ser um texto."),
    "Not a valid integer.": _("Deve ser um número inteiro."),
    "Not a valid number.": _("Deve ser um número."),
    "Special numeric values (nan or infinity) are not permitted.": _("Deve ser um número."),
    "Number too large.": _("O número é grande demais."),
    "Not a valid boolean.": _("Deve ser sim ou não."),
    "Not a valid UUID.": _("A identificação não é válida."),
    "Not a valid datetime.": _("A data e a hora não são válidas."),
    "Not a valid aware datetime.": _("A data e a hora não são válidas."),
    "Not a valid date.": _("A data não é válida."),
    "Not a valid list.": _("Deve ser uma lista."),
    "Not a valid mapping type.": _INVALID,
    "Invalid input type.": _INVALID,
    "Invalid value.": _INVALID,
}

_SHAPES = (
    (r"Must be greater than or equal to (?P<min>\S+) and less than or equal to (?P<max>\S+)\.", _("Deve ser de {min} a {max}.")),
    (r"Must be greater than or equal to (?P<min>\S+)\.", _("Deve ser {min} ou mais.")),
    (r"Must be less than or equal to (?P<max>\S+)\.", _("Deve ser {max} ou menos.")),
    (r"Length must be between (?P<min>\d+) and (?P<max>\d+)\.", _("Deve ter de {min} a {max} caracteres ou itens.")),
    (r"Shorter than minimum length (?P<min>\d+)\.", _("Deve ter ao menos {min} caracteres ou itens.")),
    (r"Longer than maximum length (?P<max>\d+)\.", _("Passa do limite de {max} caracteres ou itens.")),
    (r"Length must be (?P<n>\d+)\.", _("Deve ter {n} caracteres ou itens.")),
    (r"Must be one of: .*\.", _("Não é uma das opções.")),
    (r"Must be equal to .*\.|String does not match expected pattern\.", _INVALID),
)


def told(messages: Any) -> Any:
    """The messages of a ValidationError, nested as they are, said in the reader's language."""
    if isinstance(messages, dict):
        return {str(name): told(inner) for name, inner in messages.items()}
    if isinstance(messages, list):
        return [told(inner) for inner in messages]
    said = str(messages)
    if said in _SENTENCES:
        return str(_SENTENCES[said])
    for shape, sentence in _SHAPES:
        found = re.fullmatch(shape, said, re.S)
        if found:
            return str(sentence).format(**found.groupdict())
    return said
