"""What the territory answers."""

from marshmallow import Schema, fields


class BasemapOut(Schema):
    """The city's map of now: its address holds its SHA-256, so that what was fetched once is never fetched again."""

    sha256 = fields.String(required=True)
    size_bytes = fields.Integer(required=True)
    made_at = fields.DateTime(required=True)
    address = fields.String(required=True)
