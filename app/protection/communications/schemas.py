"""What the pages of communications take."""

from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, post_load, validate

from app.core.fields import LONGEST_NOTE, Line, Many, one_of
from app.protection.communications.content import LETTER
from app.protection.communications.sinan import SHEET
from app.protection.terms import CHANNELS

LONGEST_ANSWER = 1000
# Longer than any field, so that what is too long comes back to be shortened instead of being lost.
_ANY = LONGEST_NOTE

TOLD = {
    "guardado": _("Guardado. Ainda não foi enviado."),
    "descartado": _("Rascunho descartado: não recebeu número."),
    "enviada": _("Assinada e numerada. Entregue agora e anote quem recebeu."),
    "ja": _("Já estava assinada e numerada: nada foi enviado de novo."),
    "recebida": _("Recebimento anotado."),
    "respondida": _("Resposta anotada."),
}


def _moment(**more: Any) -> fields.NaiveDateTime:
    """In the city's own time, as an `input type=datetime-local` writes it; empty is none."""
    return _Moment(format="%Y-%m-%dT%H:%M", load_default=None, allow_none=True, **more)


class _Moment(fields.NaiveDateTime):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if value == "":
            return None
        found = super()._deserialize(value, attr, data, **kwargs)
        # At the ends of the calendar a city's zone leads out of it.
        if not 2000 <= found.year <= 9000:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return found


class BeginForm(Schema):
    recipient = fields.String(required=True, validate=validate.Regexp(r"[a-z][a-z0-9_]{1,39}\Z"))


class _Drafted(Schema):
    """as_of: the draft's changed_at as the page had it. Not `seen`: so is a field of the letter called."""

    as_of = fields.AwareDateTime(format="iso", required=True)


class LetterForm(_Drafted):
    next = one_of(("keep", "review"), load_default="keep")


for _field in LETTER:
    LetterForm._declared_fields[_field.key] = Line(_ANY, load_default="")


class SheetForm(_Drafted):
    next = one_of(("keep", "review"), load_default="keep")

    @post_load
    def _once(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        return {key: list(dict.fromkeys(value)) if isinstance(value, list) else value for key, value in data.items()}


for _asked in SHEET:
    if _asked.is_many:
        SheetForm._declared_fields[_asked.key] = Many(one_of(_asked.options), load_default=list)
    elif _asked.options:
        SheetForm._declared_fields[_asked.key] = one_of(("", *_asked.options), load_default="")
    else:
        SheetForm._declared_fields[_asked.key] = Line(_ANY, load_default="")


class SendForm(_Drafted):
    channel = one_of(CHANNELS, required=True)
    to = Line(160, load_default="")
    who = Line(80, load_default="")
    protocol = Line(60, load_default="")
    at = _moment()
    override = Line(500, load_default="")


class ReceiveForm(Schema):
    who = Line(80, required=True, validate=validate.Length(min=2))
    protocol = Line(60, load_default="")
    at = _moment()
    again = fields.Boolean(load_default=False)


class AnswerForm(Schema):
    words = Line(LONGEST_ANSWER, required=True, validate=validate.Length(min=2))
    at = _moment()


class DoneQuery(Schema):
    feito = one_of(TOLD, load_default=None)


class CheckQuery(Schema):
    resumo = fields.String(load_default="", validate=validate.Length(max=60))


class SignForm(Schema):
    named = fields.Boolean(load_default=False)
