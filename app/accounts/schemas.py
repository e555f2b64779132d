from marshmallow import Schema, fields, validate

from app.core.fields import Line


class DeviceIn(Schema):
    id = fields.UUID(required=True)
    label = Line(60, required=True)
    vault = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class SignInIn(Schema):
    login = Line(required=True)
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))
    device = fields.Nested(DeviceIn, load_default=None, allow_none=True)


class WorkerOut(Schema):
    id = fields.UUID()
    name = fields.String()
    login = fields.String()
    locale = fields.String()


class MunicipalityOut(Schema):
    id = fields.Integer()
    name = fields.String()
    timezone = fields.String()
    is_demo = fields.Boolean()


class SealKeyOut(Schema):
    """The city's sealing key: `public` is its point, base64url."""

    kid = fields.String()
    public = fields.String()


class SessionOut(Schema):
    """`delivery_token` and `vault_token` are told once, in the answer to a sign-in that names a device."""

    worker = fields.Nested(WorkerOut)
    roles = fields.List(fields.String())
    csrf_token = fields.String()
    municipality = fields.Nested(MunicipalityOut)
    device_id = fields.UUID(allow_none=True)
    server_time = fields.DateTime()
    seal_key = fields.Nested(SealKeyOut, allow_none=True)
    delivery_token = fields.String()
    vault_token = fields.String()


class OpenSessionOut(Schema):
    id = fields.UUID()
    device = fields.String(allow_none=True)
    created_at = fields.DateTime()
    last_used_at = fields.DateTime()
    is_this = fields.Boolean()


class OpenSessionsOut(Schema):
    sessions = fields.List(fields.Nested(OpenSessionOut))


class LocaleIn(Schema):
    locale = fields.String(required=True, validate=validate.OneOf(["pt_BR", "en", "es"]))


class VaultIn(Schema):
    envelope = fields.String(required=True, validate=validate.Length(max=4000))


class VaultOut(Schema):
    key = fields.String()
