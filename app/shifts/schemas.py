from marshmallow import Schema, fields, validate

from app.territory.place import PlaceIn


class StartFirstIn(Schema):
    """shifts.start v1."""

    shift_id = fields.UUID(required=True)
    team_id = fields.UUID(required=True)
    reference_unit_id = fields.UUID(load_default=None, allow_none=True)
    companion_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=30))


class StartIn(StartFirstIn):
    """shifts.start v2: in which region; the place read at the tap, of which a coarse cell is kept; of which planned shift."""

    region_id = fields.UUID(load_default=None, allow_none=True)
    place = fields.Nested(PlaceIn, load_default=None, allow_none=True)
    planned_shift_id = fields.UUID(load_default=None, allow_none=True)


class EndFirstIn(Schema):
    """shifts.end v1."""

    shift_id = fields.UUID(required=True)


class EndIn(EndFirstIn):
    """shifts.end v2. late: the instant of the command was said afterwards, not read from the clock at the tap."""

    place = fields.Nested(PlaceIn, load_default=None, allow_none=True)
    late = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class MomentIn(Schema):
    """shifts.pause and shifts.resume v1."""

    event_id = fields.UUID(required=True)
    shift_id = fields.UUID(required=True)


class RegionIn(MomentIn):
    """shifts.enter_region v1."""

    region_id = fields.UUID(required=True)


class PassByIn(Schema):
    """shifts.pass_by v1: "passei aqui, ninguém". region_id: where the worker says she is; a place that tells wins."""

    mark_id = fields.UUID(required=True)
    shift_id = fields.UUID(load_default=None, allow_none=True)
    team_id = fields.UUID(required=True)
    region_id = fields.UUID(load_default=None, allow_none=True)
    place = fields.Nested(PlaceIn, required=True)
