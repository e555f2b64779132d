"""What browsers and forms say about notices."""

from marshmallow import Schema, fields, validate

from app.core.fields import Line
from app.core.webpush import LONGEST_ENDPOINT


class KeysIn(Schema):
    """Of a PushSubscription: base64url."""

    p256dh = fields.String(required=True, validate=validate.Length(max=120))
    auth = fields.String(required=True, validate=validate.Length(max=40))


class SubscriptionIn(Schema):
    """PushSubscription.toJSON() of a browser."""

    endpoint = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_ENDPOINT))
    keys = fields.Nested(KeysIn, required=True)
    expirationTime = fields.Float(load_default=None, allow_none=True)


class EndpointIn(Schema):
    endpoint = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_ENDPOINT))


class SubscriptionOut(Schema):
    id = fields.UUID()


class PushKeyOut(Schema):
    public_key = fields.String()


class MaybeTime(fields.Time):
    """`HH:MM` of a form, None where nothing was typed."""

    def _deserialize(self, value, attr, data, **kwargs):
        if value == "":
            return None
        return super()._deserialize(value, attr, data, **kwargs).replace(second=0, microsecond=0, tzinfo=None)


class PreferencesForm(Schema):
    email = Line(longest=254, load_default="")
    quiet_from = MaybeTime(format="iso", load_default=None, allow_none=True)
    quiet_to = MaybeTime(format="iso", load_default=None, allow_none=True)
