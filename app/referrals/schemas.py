from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from app.core.fields import Instant, Line, Whole
from app.core.ids import CODE_ALPHABET
from app.referrals.terms import DECLINE_REASONS, STATUSES


class SendIn(Schema):
    """Body of the command referrals.send; exactly one of encounter_id and visit_id (checked by the service)."""

    referral_id = fields.UUID(required=True)
    code = fields.String(required=True, validate=validate.Regexp(f"^[{CODE_ALPHABET}]{{6}}\\Z"))
    unit_id = fields.UUID(required=True)
    encounter_id = fields.UUID(load_default=None, allow_none=True)
    visit_id = fields.UUID(load_default=None, allow_none=True)
    called = Line(load_default=None, allow_none=True)
    people_count = Whole(1, 300, required=True)
    with_children = fields.Boolean(required=True)
    with_animals = fields.Boolean(required=True)
    person_accepted = fields.Boolean(required=True, validate=validate.Equal(True))
    note = Line(500, load_default=None, allow_none=True)


class RevokeIn(Schema):
    """Body of the command referrals.revoke."""

    referral_id = fields.UUID(required=True)
    reason_text = Line(500, load_default=None, allow_none=True)


class MoveIn(Schema):
    """What the desk had before its eyes when it answered: if it changed since, the answer is refused."""

    seen = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(STATUSES)))


class DeclineIn(MoveIn):
    reason = fields.String(required=True, validate=validate.OneOf(list(DECLINE_REASONS)))
    text = Line(500, load_default=None, allow_none=True)
    proposed_unit_id = fields.UUID(load_default=None, allow_none=True)

    @pre_load
    def forms_send_empty_strings(self, data: Any, **_kw: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if name not in ("text", "proposed_unit_id") or value != ""}


class InboxQuery(Schema):
    unit_id = fields.UUID(load_default=None)


class InboxItemOut(Schema):
    """What a door needs; never the place of the encounter, nor who else was there."""

    id = fields.UUID()
    code = fields.String()
    status = fields.String()
    called = fields.String(allow_none=True)
    people_count = fields.Integer()
    with_children = fields.Boolean()
    with_animals = fields.Boolean()
    note = fields.String(allow_none=True)
    team_name = fields.String(allow_none=True)
    unit_id = fields.UUID()
    unit_name = fields.String()
    sent_at = Instant()
    received_at = Instant()
    seen_at = Instant(allow_none=True)
    decided_at = Instant(allow_none=True)
    decline_reason = fields.String(allow_none=True)
    proposed_unit_id = fields.UUID(allow_none=True)
    arrived_at = Instant(allow_none=True)


class CountsOut(Schema):
    new = fields.Integer()
    coming = fields.Integer()
    closed = fields.Integer()


class InboxOut(Schema):
    new = fields.List(fields.Nested(InboxItemOut))
    coming = fields.List(fields.Nested(InboxItemOut))
    closed = fields.List(fields.Nested(InboxItemOut))
    counts = fields.Nested(CountsOut)
    server_time = Instant()
