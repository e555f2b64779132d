from marshmallow import Schema, fields, validate

from app.core.fields import Chosen, Day, Line, Many, Whole, one_of
from app.shifts.roster.schemas import Hour
from app.shifts.route_plans.terms import MISS_REASONS


class VisitPointIn(Schema):
    """shifts.visit_point v1: the team was at a known point and somebody was there; about how many, if she counted."""

    mark_id = fields.UUID(required=True)
    shift_id = fields.UUID(load_default=None, allow_none=True)
    team_id = fields.UUID(required=True)
    point_id = fields.UUID(required=True)
    people_count = Whole(0, 2000, load_default=None, allow_none=True)


class MissStopIn(Schema):
    """shifts.miss_stop v1: a stop of a night that the team could not make. on_date: the day on which the night begins."""

    miss_id = fields.UUID(required=True)
    route_id = fields.UUID(required=True)
    point_id = fields.UUID(required=True)
    on_date = Day(required=True)
    reason = one_of(MISS_REASONS, required=True)


class RouteForm(Schema):
    """repeats: weekly | once. Of a route that repeats on_date is not read, of one of a date the weekdays are not."""

    name = Line(required=True, validate=validate.Length(min=2))
    note = Line(300, load_default="")
    repeats = one_of(("weekly", "once"), required=True)
    weekdays = Many(fields.Integer(validate=validate.Range(0, 6)), load_default=list, validate=validate.Length(max=7))
    on_date = Day(load_default=None, allow_none=True)
    valid_from = Day(load_default=None, allow_none=True)
    valid_to = Day(load_default=None, allow_none=True)
    starts = Hour(required=True)
    ends = Hour(required=True)


class NewRouteForm(RouteForm):
    team_id = fields.UUID(required=True)


class CopyForm(Schema):
    team_id = fields.UUID(required=True)
    name = Line(required=True, validate=validate.Length(min=2))


class StopForm(Schema):
    point_id = Chosen(required=True)


class MoveForm(Schema):
    """up | down | out."""

    point_id = fields.UUID(required=True)
    way = one_of(("up", "down", "out"), required=True)
