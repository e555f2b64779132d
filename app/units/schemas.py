from marshmallow import Schema, fields, validate

from app.core.fields import Instant


class VacanciesIn(Schema):
    free_places = fields.Integer(required=True, validate=validate.Range(min=0, max=9999))


class UnitVacanciesOut(Schema):
    id = fields.UUID()
    name = fields.String()
    kind = fields.String()
    takes_referrals = fields.Boolean()
    free_places = fields.Integer(allow_none=True)
    free_noted_at = Instant(allow_none=True)
    is_stale = fields.Boolean()


class UnitsVacanciesOut(Schema):
    units = fields.List(fields.Nested(UnitVacanciesOut))
