import re
from datetime import time
from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields, post_load, validate

from app.core.fields import Chosen, Coordinate, Day, Instant, Line, Many, Maybe, Note, Number, one_of
from app.units.terms import (
    ENTRY_CONDITIONS,
    HOLIDAY_RULES,
    HOURS_KINDS,
    OF_A_BED,
    PLACE_RULES,
    RECEIVES,
    SERVICES,
    SUSPENSION_REASONS,
    UNIT_KINDS,
)

_PHONE = validate.Regexp(r"([+()0-9 .-]{3,40})?\Z")
_EMAIL = validate.Regexp(r"([^@\s]+@[^@\s]+\.[^@\s]+)?\Z")
_ALL_DAY = re.compile(r"24 ?h(oras)?|o? ?dia todo|sempre", re.I)
_CLOSED = re.compile(r"|fechad[ao]|não abre|-", re.I)
_HOUR = r"(\d{1,2})(?:[:h.](\d{2})?)?h?"
_SPAN = re.compile(rf"(?:das? |de )?{_HOUR}\s*(?:-|–|às|as|à|a|até)\s*{_HOUR}", re.I)


class DayHours(fields.Field):
    """Hours of one day as people write them: `8h às 12h, 13:00-17:00`, `24h`, nothing for a closed day.

    Loaded as [(opens, closes)].
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = Line(120).deserialize(value, attr, data, **kwargs)
        if _CLOSED.fullmatch(text):
            return []
        if _ALL_DAY.fullmatch(text):
            return [(time(0), time(0))]
        return [self._span(part.strip()) for part in re.split(r",|;|/| e ", text) if part.strip()]

    def _span(self, text: str) -> tuple[time, time]:
        found = _SPAN.fullmatch(text)
        hours = [int(each or 0) for each in found.groups()] if found else [99, 0, 99, 0]
        if hours[0] > 24 or hours[2] > 24 or hours[1] > 59 or hours[3] > 59:
            raise ValidationError(_("Escreva assim: 08:00-12:00, 13:00-17:00. Vazio: fechada. 24h: o dia todo."))
        return time(hours[0] % 24, hours[1]), time(hours[2] % 24, hours[3])


class Clock(Maybe, fields.Time):
    """An hour of a form; an empty field is none."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = super()._deserialize(value, attr, data, **kwargs)
        return found.replace(second=0, microsecond=0, tzinfo=None) if found else None


class VacanciesIn(Schema):
    free_places = fields.Integer(required=True, validate=validate.Range(min=0, max=9999))


class UnitForm(Schema):
    name = Line(required=True, validate=validate.Length(min=2))
    kind = one_of(UNIT_KINDS, required=True)
    address = Line(160, load_default="")
    phone = Line(40, load_default="")
    hours_text = Line(load_default="")
    region_id = Chosen(load_default=None, allow_none=True)
    takes_referrals = fields.Boolean(load_default=False)
    receives = Many(one_of(RECEIVES), load_default=list)
    organization = Line(120, load_default="")
    email = Line(120, load_default="", validate=_EMAIL)
    federal_unit_code = Line(11, load_default=None, allow_none=True, validate=validate.Regexp(r"(\d{11})?\Z"))
    lon = Coordinate(180)
    lat = Coordinate(90)
    has_desk = fields.Boolean(load_default=True)
    is_outside = fields.Boolean(load_default=False)

    @post_load
    def none_when_empty(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        return data | {"federal_unit_code": data["federal_unit_code"] or None}


class _HoursForm(Schema):
    holiday_rule = one_of(HOLIDAY_RULES, required=True)
    hours_text = Line(load_default="")


# open_0 … admission_6: one line a day, Monday first.
HoursForm = _HoursForm.from_dict(
    {f"{kind}_{weekday}": DayHours(load_default=list) for kind in HOURS_KINDS for weekday in range(7)}, name="HoursForm"
)


class ConditionsForm(Schema):
    receives = Many(one_of(RECEIVES), load_default=list)
    entry_conditions = Many(one_of(ENTRY_CONDITIONS), load_default=list)
    services = Many(one_of(SERVICES), load_default=list)


class ExceptionForm(Schema):
    kind = one_of(HOURS_KINDS, required=True)
    from_on = Day(required=True)
    to_on = Day(load_default=None, allow_none=True)
    hours = DayHours(load_default=list)
    reason = Line(load_default="")


class TermsForm(Schema):
    hold_minutes = Number(10, 1440, load_default=None, allow_none=True)
    figure_minutes = Number(5, 10080, load_default=None, allow_none=True)
    answer_minutes = Number(1, 10080, load_default=None, allow_none=True)
    arrival_days = Number(1, 60, load_default=None, allow_none=True)
    max_stay_days = Number(1, 3660, load_default=None, allow_none=True)
    night_ends_at = Clock(load_default=None, allow_none=True)


class ContactForm(Schema):
    name = Line(required=True, validate=validate.Length(min=2))
    phone = Line(40, load_default="", validate=_PHONE)
    email = Line(120, load_default="", validate=_EMAIL)
    worker_id = Chosen(load_default=None, allow_none=True)


class HolidayForm(Schema):
    on_date = Day(required=True)
    name = Line(required=True, validate=validate.Length(min=2))


class PlaceRuleForm(Schema):
    place_rule = one_of(PLACE_RULES, required=True)


class CapacityForm(Schema):
    """count_0 … count_4 with for_0 … for_4: how many places for whom; `any`: all whom the house receives."""

    for n in range(5):
        locals()[f"for_{n}"] = one_of(["any", *sorted(OF_A_BED)], load_default="any")
        locals()[f"count_{n}"] = Number(0, 500, load_default=None, allow_none=True)
    del n

    @staticmethod
    def groups(data: dict[str, Any]) -> list[tuple[list[str], int]]:
        told = [(data[f"for_{n}"], data[f"count_{n}"]) for n in range(5)]
        return [([] if whom == "any" else [whom], count) for whom, count in told if count]


class RoomForm(Schema):
    name = Line(40, required=True, validate=validate.Length(min=1))
    beds = Number(0, 60, required=True)
    receives = Many(one_of(sorted(OF_A_BED)), load_default=list)


class BedForm(Schema):
    name = Line(40, required=True, validate=validate.Length(min=1))
    room_id = Chosen(load_default=None, allow_none=True)
    receives = Many(one_of(sorted(OF_A_BED)), load_default=list)


class ExtraForm(Schema):
    form_id = fields.UUID(load_default=None)
    count = Number(1, 300, required=True)
    until_on = Day(required=True)
    until_time = Clock(required=True)
    receives = Many(one_of(sorted(OF_A_BED)), load_default=list)


class SuspensionForm(Schema):
    person_id = fields.UUID(required=True)
    from_on = Day(required=True)
    until_on = Day(required=True)
    reason = one_of(SUSPENSION_REASONS, required=True)
    reason_text = Line(400, load_default=None, allow_none=True)


class AppealForm(Schema):
    words = Note(required=True, validate=validate.Length(min=2))


class OmbudsmanForm(Schema):
    """The city's ouvidoria, printed on slips; empty: none."""

    ombudsman = Line(40, load_default="", validate=validate.Regexp(r"([+()0-9 .-]{3,40})?\Z"))


class UnitVacanciesOut(Schema):
    id = fields.UUID()
    name = fields.String()
    kind = fields.String()
    takes_referrals = fields.Boolean()
    free_places = fields.Integer(allow_none=True)
    free_noted_at = Instant(allow_none=True)
    is_stale = fields.Boolean()
    is_counted = fields.Boolean()
    promised = fields.Integer(allow_none=True)
    lapsed = fields.Integer(allow_none=True)


class UnitsVacanciesOut(Schema):
    units = fields.List(fields.Nested(UnitVacanciesOut))
