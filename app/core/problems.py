"""Errors, named once: a code that never changes, a sentence a tired person understands (RFC 9457).

Any layer may raise a Problem; one place (`core.http`) turns it into an answer. No stack, no SQL, no
personal data in it: `fields` holds names of fields and sentences about them, never their values.
"""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _


class Problem(Exception):
    """Base of every refusal.

    fields: {path of the field: [sentences]}; extra: machine-readable members of the answer (numbers,
    ids, closed words); then: what must be written although the verb is rolled back (a failed
    attempt, say), called with a session inside a transaction of its own.
    """

    code = "core.unexpected"
    status = 500
    sentence: Any = _("Algo deu errado no servidor. O que você registrou continua guardado.")

    def __init__(
        self,
        fields: dict[str, Any] | None = None,
        extra: dict[str, Any] | None = None,
        then: Callable | None = None,
    ):
        super().__init__(self.code)
        self.fields = fields or {}
        self.extra = extra or {}
        self.then = then

    def to_dict(self) -> dict[str, Any]:
        """The body of an application/problem+json answer."""
        body = {
            "type": f"urn:vinculo:problem:{self.code}",
            "title": str(self.sentence),
            "status": self.status,
            "code": self.code,
            "fields": self.fields,
        }
        return body | self.extra


class Invalid(Problem):
    code = "core.invalid"
    status = 422
    sentence = _("Há campos que precisam de correção.")


class NotJson(Problem):
    code = "core.not_json"
    status = 400
    sentence = _("O conteúdo enviado não é JSON válido.")


class TooLarge(Problem):
    code = "core.too_large"
    status = 413
    sentence = _("O conteúdo enviado é grande demais.")


class BadEncoding(Problem):
    code = "core.bad_encoding"
    status = 400
    sentence = _("O conteúdo comprimido não pôde ser aberto.")


class NotFound(Problem):
    code = "core.not_found"
    status = 404
    sentence = _("Não encontrado.")


class MethodNotAllowed(Problem):
    code = "core.method_not_allowed"
    status = 405
    sentence = _("Este endereço não aceita essa operação.")


class Conflict(Problem):
    code = "core.conflict"
    status = 409
    sentence = _("Outra pessoa alterou isto ao mesmo tempo. Atualize e tente de novo.")


class Busy(Problem):
    code = "core.busy"
    status = 503
    sentence = _("O servidor está ocupado. Tente de novo em instantes.")
