from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate

from app.core.fields import Instant, Line, Whole, one_of
from app.core.ids import CODE_ALPHABET
from app.referrals.terms import ANSWERS, DECLINE_REASONS, PURPOSES, REASONS, STATUSES, TRAVEL
from app.units.terms import RECEIVES


# What version 1 didn't say.
_LATER = {
    "purpose": "place", "reasons": [], "is_urgent": False, "profile": [], "with_cart": False, "belongings": None, "travel": None,
    "vehicle_asked": False, "people": [], "redirects_id": None, "trip_id": None, "slip": False,
}  # fmt: skip


def _once_each(values: list[str]) -> None:
    if len(values) != len(set(values)):
        raise ValidationError(str(_("Há itens repetidos.")))


_ONCE_EACH = [validate.Length(max=30), _once_each]


class SendFirstIn(Schema):
    """Body of the command referrals.send, version 1; exactly one of encounter_id and visit_id (checked by the service)."""

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

    @post_load
    def what_came_later(self, data: dict[str, Any], **_kw: Any) -> dict[str, Any]:
        return _LATER | data


class ForWhomIn(Schema):
    """One of a group for whom it is: somebody present in the encounter, known or not."""

    participation_id = fields.UUID(required=True, allow_none=True)
    person_id = fields.UUID(required=True, allow_none=True)
    called = Line(load_default=None, allow_none=True)


class SendIn(SendFirstIn):
    """Version 2: what for, whom the person says she is, how she goes, for whom of a group, what it takes on."""

    purpose = one_of(PURPOSES, required=True)
    reasons = fields.List(one_of(REASONS), required=True, validate=_ONCE_EACH)
    is_urgent = fields.Boolean(required=True)
    profile = fields.List(one_of(RECEIVES), required=True, validate=_ONCE_EACH)
    with_cart = fields.Boolean(required=True)
    belongings = Line(200, load_default=None, allow_none=True)
    travel = one_of(TRAVEL, load_default=None, allow_none=True)
    vehicle_asked = fields.Boolean(required=True)
    people = fields.List(fields.Nested(ForWhomIn), required=True, validate=validate.Length(max=300))
    redirects_id = fields.UUID(load_default=None, allow_none=True)
    trip_id = fields.UUID(load_default=None, allow_none=True)
    slip = fields.Boolean(load_default=False)


class SetOutIn(Schema):
    """Body of referrals.set_out: the person is on the way."""

    referral_id = fields.UUID(required=True)
    travel = one_of(TRAVEL, load_default=None, allow_none=True)


class TellAnswerIn(Schema):
    """Body of referrals.tell_answer. `who`: who said so, at the unit; `reason`: of DECLINE_REASONS or of ANSWERS."""

    referral_id = fields.UUID(required=True)
    status = one_of(("accepted", "declined", "arrived", "not_arrived", "ended"), required=True)
    reason = one_of({**DECLINE_REASONS, **ANSWERS}, load_default=None, allow_none=True)
    text = Line(500, load_default=None, allow_none=True)
    who = Line(load_default=None, allow_none=True)


class TripIn(Schema):
    """Body of referrals.plan_trip; referral_ids in the order of the stops."""

    trip_id = fields.UUID(required=True)
    travel = one_of(TRAVEL, required=True)
    vehicle_asked = fields.Boolean(required=True)
    note = Line(500, load_default=None, allow_none=True)
    referral_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=50))


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
    purpose = fields.String()
    reasons = fields.List(fields.String())
    is_urgent = fields.Boolean()
    profile = fields.List(fields.String())
    with_cart = fields.Boolean()
    belongings = fields.String(allow_none=True)
    travel = fields.String(allow_none=True)
    vehicle_asked = fields.Boolean()
    vehicle_sent_at = Instant(allow_none=True)
    hold_answer = fields.String(allow_none=True)
    hold_state = fields.String(allow_none=True)
    held_until = Instant(allow_none=True)
    arrive_by = Instant(allow_none=True)
    is_overdue = fields.Boolean()
    appointment_at = Instant(allow_none=True)
    appointment_note = fields.String(allow_none=True)
    ended_at = Instant(allow_none=True)
    answer = fields.String(allow_none=True)
    answer_text = fields.String(allow_none=True)
    same_code = fields.List(fields.Dict())
    clash = fields.Boolean()


class CountsOut(Schema):
    new = fields.Integer()
    coming = fields.Integer()
    here = fields.Integer()
    waiting = fields.Integer()
    closed = fields.Integer()


class InboxOut(Schema):
    new = fields.List(fields.Nested(InboxItemOut))
    coming = fields.List(fields.Nested(InboxItemOut))
    here = fields.List(fields.Nested(InboxItemOut))
    waiting = fields.List(fields.Nested(InboxItemOut))
    closed = fields.List(fields.Nested(InboxItemOut))
    counts = fields.Nested(CountsOut)
    server_time = Instant()
