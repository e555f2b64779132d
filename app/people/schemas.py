from marshmallow import Schema, fields, validate

from app.core.fields import Line, one_of
from app.people.ficha import LISTS
from app.people.terms import (
    CALLED_KINDS,
    CERTAINTIES,
    HOUSEHOLD_CHANGES,
    LARGEST_FAMILY,
    MEMBER_KINDS,
    SOURCES,
    TAKE_BACK_REASONS,
)

LARGEST_TELLING = 200
_BANDS = [option.code for option in LISTS["age_band"]]
_SEXES = [option.code for option in LISTS["sex"]]


class RegisterIn(Schema):
    """people.register v1."""

    person_id = fields.UUID(required=True)
    called = Line(required=True, validate=validate.Length(min=1))
    called_kind = one_of(CALLED_KINDS, load_default="nickname")
    age_band = one_of(_BANDS, load_default=None, allow_none=True)
    sex = one_of(_SEXES, load_default=None, allow_none=True)
    region_id = fields.UUID(load_default=None, allow_none=True)


class MemberIn(Schema):
    """Somebody of a family; due_on of a pregnant one only. person_id null: not known, or left as it is.

    not_person_id: whom she is not after all; ends the link to that person, and no other.
    """

    member_id = fields.UUID(required=True)
    called = Line(required=True, validate=validate.Length(min=1))
    kind = one_of(MEMBER_KINDS, required=True)
    birth_on = fields.Date(load_default=None, allow_none=True)
    due_on = fields.Date(load_default=None, allow_none=True)
    is_responsible = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    person_id = fields.UUID(load_default=None, allow_none=True)
    not_person_id = fields.UUID(load_default=None, allow_none=True)


class HouseholdIn(Schema):
    """people.open_household v1."""

    household_id = fields.UUID(required=True)
    called = Line(required=True, validate=validate.Length(min=1))
    team_id = fields.UUID(load_default=None, allow_none=True)
    region_id = fields.UUID(load_default=None, allow_none=True)
    address_hint = Line(200, load_default=None, allow_none=True)
    members = fields.List(fields.Nested(MemberIn), load_default=list, validate=validate.Length(max=LARGEST_FAMILY))


class HouseholdChangeIn(Schema):
    """people.change_household v1: one thing at a time; what is null stays as it is."""

    household_id = fields.UUID(required=True)
    event_id = fields.UUID(required=True)
    kind = one_of(HOUSEHOLD_CHANGES, required=True)
    called = Line(load_default=None, allow_none=True)
    region_id = fields.UUID(load_default=None, allow_none=True)
    address_hint = Line(200, load_default=None, allow_none=True)
    member = fields.Nested(MemberIn, load_default=None, allow_none=True)
    member_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=LARGEST_FAMILY))
    other_id = fields.UUID(load_default=None, allow_none=True)
    reason = Line(200, load_default=None, allow_none=True)


class ToldIn(Schema):
    """`value` is judged by the ficha, which knows the field."""

    told_id = fields.UUID(required=True)
    field = Line(required=True)
    value = fields.Raw(required=True)
    source = one_of([source for source in SOURCES if source != "imported"], load_default="told")
    certainty = one_of(CERTAINTIES, load_default="sure")


class TellIn(Schema):
    """people.tell v1."""

    person_id = fields.UUID(required=True)
    told = fields.List(
        fields.Nested(ToldIn), required=True, validate=validate.Length(min=1, max=LARGEST_TELLING)
    )


class TakeBackIn(Schema):
    """people.take_back v1."""

    person_id = fields.UUID(required=True)
    told_id = fields.UUID(required=True)
    reason = one_of(TAKE_BACK_REASONS, required=True)
    reason_text = Line(200, load_default=None, allow_none=True)


class PeopleQuery(Schema):
    """Some letters of a name, or a document's number."""

    q = Line(load_default="")


class LikelyIn(Schema):
    """Somebody who is being written down: who may she be already?"""

    names = fields.List(Line(), load_default=list, validate=validate.Length(max=6))
    age = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 130))
    age_band = one_of(_BANDS, load_default=None, allow_none=True)
    sex = one_of(_SEXES, load_default=None, allow_none=True)
    region_id = fields.UUID(load_default=None, allow_none=True)
