import re
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields, post_load, validate

from app.access.roles import ROLES, SCOPES_OF
from app.accounts import rules
from app.core.fields import Instant, Line, Whole, one_of

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,38}[a-z0-9]")


class Login(Line):
    """A new login: small letters without accents, digits, `.`, `-`, `_`; it is said over the phone."""

    def _deserialize(self, value, attr, data, **kwargs):
        login = super()._deserialize(value, attr, data, **kwargs).lower()
        if not _LOGIN.fullmatch(login):
            raise ValidationError(_("De 3 a 40 letras sem acento, números, ponto, traço ou sublinhado."))
        return login


class RoleAndScope(Schema):
    """A role and where it counts, as one choice of a form says it: `municipality`, `team:<id>`, `unit:<id>` …"""

    role = one_of(ROLES, required=True)
    scope = fields.String(required=True, validate=validate.Length(min=1, max=60))

    @post_load
    def parted(self, data, **_kwargs):
        kind, _colon, wanted = data["scope"].partition(":")
        try:
            scope_id = UUID(wanted) if wanted else None
        except ValueError:
            raise ValidationError(_("Escolha onde o perfil vale."), "scope") from None
        if kind not in {known for kinds in SCOPES_OF.values() for known in kinds}:
            raise ValidationError(_("Escolha onde o perfil vale."), "scope")
        return data | {"scope": (kind, scope_id)}


class SlipKey(fields.String):
    """The public half of the key with which a device signs slips."""

    def _deserialize(self, value, attr, data, **kwargs):
        if not rules.is_slip_key(value):
            raise ValidationError(_("Esta chave não serve para conferir vias."))
        return value


class DeviceIn(Schema):
    id = fields.UUID(required=True)
    label = Line(60, required=True)
    vault = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    slip_key = SlipKey(load_default=None, allow_none=True)


class SignInIn(Schema):
    login = Line(required=True)
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))
    device = fields.Nested(DeviceIn, load_default=None, allow_none=True)
    totp = Line(40, load_default="")


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


class RecoveryOut(Schema):
    """Who gave the code that opened this session (null: the server's own shell), and when."""

    issued_by = fields.String(allow_none=True)
    issued_at = Instant()


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
    must_change_password = fields.Boolean()
    term_pending = fields.Boolean()
    recovery = fields.Nested(RecoveryOut)  # only in the answer to a code


class RecoverIn(Schema):
    login = Line(required=True)
    code = fields.String(required=True, validate=validate.Length(min=1, max=40))
    new_password = fields.String(required=True, validate=validate.Length(min=1, max=200))
    device = fields.Nested(DeviceIn, load_default=None, allow_none=True)


class PasswordIn(Schema):
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))
    new_password = fields.String(required=True, validate=validate.Length(min=1, max=200))


class TermOut(Schema):
    version = fields.Integer()
    title = fields.String()
    text = fields.String()


class TermIn(Schema):
    version = Whole(1, 1_000_000, required=True)


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
