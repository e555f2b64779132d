from marshmallow import Schema, fields, validate

from app.accounts.schemas import DeviceIn
from app.core.fields import Instant, Line

_TOKEN = validate.Length(min=1, max=100)


class PasswordAgainIn(Schema):
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))


class NothingIn(Schema):
    """An empty object."""


class CeremonyOut(Schema):
    """`options`: what WebAuthn's create() or get() takes, bytes as base64url. `ceremony` goes back with the answer."""

    ceremony = fields.String()
    options = fields.Dict()


class PasskeyIn(Schema):
    """`credential`: the browser's answer, bytes as base64url; never what the PRF extension gave."""

    ceremony = fields.String(required=True, validate=_TOKEN)
    label = Line(60, required=True)
    credential = fields.Dict(required=True)


class EnterIn(Schema):
    ceremony = fields.String(required=True, validate=_TOKEN)
    credential = fields.Dict(required=True)
    device = fields.Nested(DeviceIn, load_default=None, allow_none=True)


class AddedOut(Schema):
    id = fields.UUID()


class PasskeyOut(Schema):
    id = fields.UUID()
    label = fields.String()
    created_at = Instant()
    last_used_at = Instant(allow_none=True)


class PasskeysOut(Schema):
    passkeys = fields.List(fields.Nested(PasskeyOut))
