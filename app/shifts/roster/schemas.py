"""Forms of the roster's pages."""

from marshmallow import Schema, fields, validate

from app.core.fields import Chosen, Day, Line, Many, one_of
from app.shifts.roster.terms import ABSENCE_KINDS, ON_HOLIDAYS, PATTERN_KINDS


class Hour(fields.Time):
    """A wall time as a form sends it, "08:00"."""

    def __init__(self, **kwargs):
        super().__init__(format="%H:%M", **kwargs)


class PeriodForm(Schema):
    """Both days included; without a team, all that the planner reaches."""

    since = Day(required=True)
    until = Day(required=True)
    team_id = Chosen(load_default=None, allow_none=True)


class PatternForm(Schema):
    team_id = fields.UUID(required=True)
    kind = one_of(PATTERN_KINDS, required=True)
    starts = Hour(required=True)
    ends = Hour(required=True)
    weekdays = Many(fields.Integer(validate=validate.Range(0, 6)), load_default=list, validate=validate.Length(max=7))
    cycle_days = fields.Integer(load_default=2, validate=validate.Range(2, 28))
    anchor_on = Day(load_default=None, allow_none=True)
    on_holidays = one_of(ON_HOLIDAYS, load_default="work")
    valid_from = Day(required=True)
    valid_to = Day(load_default=None, allow_none=True)
    region_ids = Many(fields.UUID(), load_default=list, validate=validate.Length(max=200))
    member_ids = Many(fields.UUID(), load_default=list, validate=validate.Length(max=60))
    vehicle_id = Chosen(load_default=None, allow_none=True)


class EndPatternForm(Schema):
    last_on = Day(required=True)


class ChangeForm(Schema):
    on_date = Day(required=True)
    starts = Hour(required=True)
    ends = Hour(required=True)
    region_ids = Many(fields.UUID(), load_default=list, validate=validate.Length(max=200))
    vehicle_id = Chosen(load_default=None, allow_none=True)
    note = Line(300, load_default="")


class NewPlanForm(ChangeForm):
    team_id = fields.UUID(required=True)
    member_ids = Many(fields.UUID(), load_default=list, validate=validate.Length(max=60))


class CancelForm(Schema):
    reason = Line(200, required=True)


class MemberForm(Schema):
    worker_id = fields.UUID(required=True)


class OutForm(MemberForm):
    reason = Line(200, load_default="")


class VehicleForm(Schema):
    name = Line(required=True, validate=validate.Length(min=2))
    seats = fields.Integer(required=True, validate=validate.Range(1, 60))
    is_accessible = fields.Boolean(load_default=False)


class EditVehicleForm(VehicleForm):
    is_active = fields.Boolean(load_default=False)


class AbsenceForm(Schema):
    worker_id = fields.UUID(required=True)
    from_on = Day(required=True)
    to_on = Day(required=True)
    kind = one_of(ABSENCE_KINDS, required=True)
