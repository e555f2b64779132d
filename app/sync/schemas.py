from marshmallow import Schema, fields, validate

from app.core.fields import Instant, Whole

MOST_COMMANDS = 200
MOST_WAITING = 1_000_000
PUSH_LIMIT = 1024 * 1024


class PushIn(Schema):
    """Commands are checked one by one, so that a bad one never blocks another.

    `waiting`: how many commands of this worker the phone still holds unsent when these are taken. `slip_key`: public half of
    the key with which it signs slips; a bad one must not hold the work up.
    """

    device_id = fields.UUID(required=True)
    sent_at = Instant(required=True)
    commands = fields.List(fields.Raw(allow_none=True), required=True)
    waiting = Whole(0, MOST_WAITING, load_default=None, allow_none=True)
    slip_key = fields.Raw(load_default=None, allow_none=True)


class CommandIn(Schema):
    """`sealed` may stand instead of `body`: an envelope to the municipality's key holding the body's JSON.

    `without_entering`: made on a locked phone, by whoever held it. It is no part of what makes two commands the same.
    """

    id = fields.UUID(required=True)
    # Also one that this server doesn't know yet; the name goes into the trail, so it may not be anybody's words.
    name = fields.String(required=True, validate=validate.Regexp(r"^[a-z_]{1,30}\.[a-z_]{1,29}\Z"))
    version = Whole(1, 99, required=True)
    occurred_at = Instant(required=True)
    after = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=50))
    replaces = fields.UUID(load_default=None, allow_none=True)
    body = fields.Dict(load_default=None, allow_none=True)
    sealed = fields.String(load_default=None, allow_none=True)
    without_entering = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class WhollySealedIn(Schema):
    """A command of which only the id is told: `sealed` holds the JSON of all of it, the id again."""

    id = fields.UUID(required=True)
    sealed = fields.String(required=True)


class NextOut(Schema):
    unit_id = fields.UUID()
    name = fields.String()
    free_places = fields.Integer()
    # Instants as the pull writes them.
    free_noted_at = fields.Raw()


class HoldToldOut(Schema):
    """What became of an asked place (commands.ts HoldTold)."""

    hold = fields.String()
    held_until = fields.Raw(allow_none=True)
    next = fields.Nested(NextOut, allow_none=True)
    # Only where it was taken, and not for lack of a place: profile | suspended.
    why = fields.String()


class OutcomeOut(Schema):
    id = fields.Raw(allow_none=True)
    status = fields.String(
        validate=validate.OneOf(["done", "repeated", "conflict", "refused", "waiting", "withdrawn"])
    )
    receipt = fields.String(allow_none=True)
    problem = fields.Dict(allow_none=True)
    told = fields.Nested(HoldToldOut)


class PushOut(Schema):
    """`forget`: this phone must drop its caseload; what it has not sent yet it keeps, sealed, and delivers.

    `mark`: what was taken in comes with the pull whose `seen` has reached it. `slip_key_known`: whether desks can check this
    phone's slips; else it tells its key with the next push.
    """

    received_at = fields.String()
    outcomes = fields.List(fields.Nested(OutcomeOut))
    forget = fields.Boolean()
    mark = fields.Integer()
    slip_key_known = fields.Boolean(allow_none=True)


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
    seen = fields.Integer()


class WithdrawIn(Schema):
    """sync.withdraw v1: the worker gives up a refused command."""

    command_id = fields.UUID(required=True)
