"""Fields of schemas that come back everywhere: text that fits, instants that mean one moment."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import ValidationError, fields, validate

LONGEST_NOTE = 4000
LONGEST_LINE = 80


def _no_control(text: str) -> None:
    # NUL can't be stored by PostgreSQL; the others have no place in what a person writes.
    if any(ord(char) < 32 and char not in "\n\r\t" for char in text):
        raise ValidationError(str(_("Há caracteres que não podem ser guardados.")))


class Line(fields.String):
    """One line of text, trimmed; at most 80 characters unless said."""

    def __init__(self, longest: int = LONGEST_LINE, **kwargs: Any):
        more = kwargs.pop("validate", None)
        super().__init__(validate=[validate.Length(max=longest), _no_control, *([more] if more else [])], **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return super()._deserialize(value, attr, data, **kwargs).strip()


class Note(Line):
    """Free text of at most 4,000 characters."""

    def __init__(self, **kwargs: Any):
        super().__init__(LONGEST_NOTE, **kwargs)


class Instant(fields.AwareDateTime):
    """An ISO 8601 instant with its offset; loaded as UTC, given back as UTC with milliseconds and Z."""

    def __init__(self, **kwargs: Any):
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        told = super()._deserialize(value, attr, data, **kwargs)
        try:
            instant = told.astimezone(UTC)
        except OverflowError:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from None
        # At the ends of the calendar a time zone makes a year that PostgreSQL keeps and Python can't read again.
        if not 2 <= instant.year <= 9998:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return instant


def one_of(terms: Any, **kwargs: Any) -> fields.String:
    """A closed list (an iterable of identifiers); null allowed when allow_none."""
    return fields.String(validate=validate.OneOf(list(terms)), **kwargs)


class Maybe(fields.Field):
    """Beside another field: what a form leaves empty is none, and nothing is asked of it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return None if value == "" and self.allow_none else super()._deserialize(value, attr, data, **kwargs)

    def _validate(self, value: Any) -> None:
        if value is not None:
            super()._validate(value)


class Number(Maybe, fields.Integer):
    """A whole number of a form; an empty field is none."""

    def __init__(self, least: int, most: int, **kwargs: Any):
        super().__init__(validate=validate.Range(least, most), **kwargs)


class Coordinate(Maybe, fields.Float):
    """Degrees as people type them, `-5,79` too; an empty field is none."""

    def __init__(self, most: float, **kwargs: Any):
        super().__init__(allow_nan=False, allow_none=True, load_default=None, validate=validate.Range(-most, most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = value.strip().replace(",", ".") if isinstance(value, str) else value
        return super()._deserialize(text, attr, data, **kwargs)


class Day(fields.Date):
    """A date as a form sends it; an empty field is none."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if value == "" and self.allow_none:
            return None
        found = super()._deserialize(value, attr, data, **kwargs)
        if not 2000 <= found.year <= 9000:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return found


class Chosen(fields.UUID):
    """An id chosen in a form; the empty choice is none."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return None if value == "" else super()._deserialize(value, attr, data, **kwargs)


class Many(fields.List):
    """What a form sends once or several times under one name."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return super()._deserialize(value if isinstance(value, list) else [value], attr, data, **kwargs)


class Whole(fields.Integer):
    """A whole number that really is one: no "1", no 1.0, no true."""

    def __init__(self, least: int, most: int, **kwargs: Any):
        super().__init__(strict=True, validate=validate.Range(least, most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, (bool, str)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Degrees(fields.Float):
    """A coordinate in decimal degrees, finite, within ±most."""

    def __init__(self, most: float, **kwargs: Any):
        super().__init__(allow_nan=False, validate=validate.Range(-most, most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, (bool, str)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)
