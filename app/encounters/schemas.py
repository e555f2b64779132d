from marshmallow import Schema, fields, validate

from app.core.fields import Instant, Line, Note, Whole, one_of
from app.encounters.terms import (
    AGE_BANDS,
    CALLED_KINDS,
    LARGEST_GROUP,
    NEEDS,
    ORIGINS,
    OUTCOMES,
    SEXES,
    SITUATIONS,
    WITHDRAW_REASONS,
)
from app.territory.place import PlaceIn


class PresentIn(Schema):
    participation_id = fields.UUID(required=True)
    age_band = one_of(AGE_BANDS, load_default=None, allow_none=True)
    sex = one_of(SEXES, load_default=None, allow_none=True)


class EncounterIn(Schema):
    """encounters.record v1."""

    encounter_id = fields.UUID(required=True)
    shift_id = fields.UUID(load_default=None, allow_none=True)
    team_id = fields.UUID(required=True)
    reference_unit_id = fields.UUID(load_default=None, allow_none=True)
    situation = one_of(SITUATIONS, load_default=None, allow_none=True)
    outcome = one_of(OUTCOMES, load_default=None, allow_none=True)
    origin = one_of(ORIGINS, load_default=None, allow_none=True)
    people_count = Whole(0, LARGEST_GROUP, required=True)
    people = fields.List(
        fields.Nested(PresentIn), load_default=list, validate=validate.Length(max=LARGEST_GROUP)
    )
    place = fields.Nested(PlaceIn, required=True)
    late = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    recorded_at = Instant(required=True)
    note = Note(load_default=None, allow_none=True)


class CorrectionIn(EncounterIn):
    """encounters.correct v1: a whole new record that names the one it replaces."""

    replaces_id = fields.UUID(required=True)
    reason_text = Line(200, load_default=None, allow_none=True)


class WithdrawalIn(Schema):
    encounter_id = fields.UUID(required=True)
    reason = one_of(WITHDRAW_REASONS, required=True)


class NamedIn(Schema):
    participation_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    called = Line(required=True)
    called_kind = one_of(CALLED_KINDS, load_default="nickname")


class AdditionIn(Schema):
    """encounters.complete v1: what was told after saving."""

    encounter_id = fields.UUID(required=True)
    addition_id = fields.UUID(required=True)
    note = Note(load_default=None, allow_none=True)
    outcome = one_of(OUTCOMES, load_default=None, allow_none=True)
    needs = fields.List(one_of(NEEDS), load_default=list, validate=validate.Length(max=len(NEEDS)))
    names = fields.List(fields.Nested(NamedIn), load_default=list, validate=validate.Length(max=LARGEST_GROUP))
