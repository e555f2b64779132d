from marshmallow import Schema, fields, validate


class StartIn(Schema):
    """shifts.start v1."""

    shift_id = fields.UUID(required=True)
    team_id = fields.UUID(required=True)
    reference_unit_id = fields.UUID(load_default=None, allow_none=True)
    companion_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=30))


class EndIn(Schema):
    shift_id = fields.UUID(required=True)
