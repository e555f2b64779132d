from marshmallow import Schema, fields, validate

from app.core.fields import Instant, Whole

MOST_COMMANDS = 200
PUSH_LIMIT = 1024 * 1024


class PushIn(Schema):
    """Commands are checked one by one, so that a bad one never blocks another."""

    device_id = fields.UUID(required=True)
    sent_at = Instant(required=True)
    commands = fields.List(fields.Raw(allow_none=True), required=True)


class CommandIn(Schema):
    """`sealed` may stand instead of `body`: an envelope to the municipality's key holding the body's JSON."""

    id = fields.UUID(required=True)
    # Also one that this server doesn't know yet; the name goes into the trail, so it may not be anybody's words.
    name = fields.String(required=True, validate=validate.Regexp(r"^[a-z_]{1,30}\.[a-z_]{1,29}\Z"))
    version = Whole(1, 99, required=True)
    occurred_at = Instant(required=True)
    after = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=50))
    replaces = fields.UUID(load_default=None, allow_none=True)
    body = fields.Dict(load_default=None, allow_none=True)
    sealed = fields.String(load_default=None, allow_none=True)


class OutcomeOut(Schema):
    id = fields.Raw(allow_none=True)
    status = fields.String(
        validate=validate.OneOf(["done", "repeated", "conflict", "refused", "waiting", "withdrawn"])
    )
    receipt = fields.String(allow_none=True)
    problem = fields.Dict(allow_none=True)


class PushOut(Schema):
    received_at = fields.String()
    outcomes = fields.List(fields.Nested(OutcomeOut))


class PullQuery(Schema):
    cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=2000))
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 1000))


class ChangeOut(Schema):
    type = fields.String()
    id = fields.UUID()
    version = fields.String()
    body = fields.Dict()


class ForgetOut(Schema):
    type = fields.String()
    id = fields.UUID()


class PullOut(Schema):
    changes = fields.List(fields.Nested(ChangeOut))
    forget = fields.List(fields.Nested(ForgetOut))
    keep = fields.Boolean()
    reset = fields.Boolean()
    cursor = fields.String()
    has_more = fields.Boolean()
    server_time = fields.String()


class WithdrawIn(Schema):
    """sync.withdraw v1: the worker gives up a refused command."""

    command_id = fields.UUID(required=True)
