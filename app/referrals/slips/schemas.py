from marshmallow import Schema, fields, validate

from app.core.fields import Instant
from app.referrals.slips.reading import LONGEST
from app.referrals.slips.words import LANGUAGES


class SlipUnitOut(Schema):
    id = fields.UUID()
    name = fields.String()
    is_own = fields.Boolean()


class SlipKeyOut(Schema):
    """A device may have two: slips made with the key that it had before still count."""

    device_id = fields.UUID()
    key = fields.String()
    revoked_at = Instant(allow_none=True)


class SlipStandingOut(Schema):
    code = fields.String()
    referral_id = fields.UUID()
    unit_id = fields.UUID()
    status = fields.String()
    people_count = fields.Integer()
    received_at = Instant()
    at = Instant()


class SlipKeysOut(Schema):
    """What a desk checks slips with while it has no network. No name, no reason, no place of anybody."""

    city = fields.Integer()
    worker_id = fields.UUID()
    units = fields.List(fields.Nested(SlipUnitOut))
    keys = fields.List(fields.Nested(SlipKeyOut))
    open = fields.List(fields.Nested(SlipStandingOut))
    server_time = Instant()


class CheckQuery(Schema):
    codigo = fields.String(load_default="", validate=validate.Length(max=LONGEST))


class PaperQuery(Schema):
    papel = fields.String(load_default="a6", validate=validate.OneOf(["a6", "58"]))
    idioma = fields.String(load_default="pt", validate=validate.OneOf(list(LANGUAGES)))
