from marshmallow import Schema, fields, validate

from app.core.fields import Chosen, Instant, Line, Many, one_of
from app.units.terms import RECEIVES, UNIT_KINDS


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


class DutyPhoneForm(Schema):
    name = Line(required=True, validate=validate.Length(min=2))
    phone = Line(40, required=True, validate=validate.Regexp(r"[+()0-9 .-]{3,40}\Z"))
    region_id = Chosen(load_default=None, allow_none=True)


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
