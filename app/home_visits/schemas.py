from marshmallow import Schema, fields, validate

from app.core.fields import Instant, Line, Note, one_of
from app.home_visits.terms import PRESENT, RESULTS, WITHDRAW_REASONS
from app.territory.place import PlaceIn


class VisitIn(Schema):
    """home_visits.record v1."""

    visit_id = fields.UUID(required=True)
    household_id = fields.UUID(load_default=None, allow_none=True)
    called = Line(load_default=None, allow_none=True)
    team_id = fields.UUID(load_default=None, allow_none=True)
    result = one_of(RESULTS, required=True)
    present = fields.List(one_of(PRESENT), load_default=list, validate=validate.Length(max=len(PRESENT)))
    member_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=30))
    place = fields.Nested(PlaceIn, required=True)
    late = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    recorded_at = Instant(required=True)
    note = Note(load_default=None, allow_none=True)
    next_on = fields.Date(load_default=None, allow_none=True)


class VisitCorrectionIn(VisitIn):
    replaces_id = fields.UUID(required=True)
    reason_text = Line(200, load_default=None, allow_none=True)


class VisitWithdrawalIn(Schema):
    visit_id = fields.UUID(required=True)
    reason = one_of(WITHDRAW_REASONS, required=True)
