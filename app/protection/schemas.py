"""What comes in about a flag. The phone's shapes: static/src/contract/protection.ts."""

from marshmallow import Schema, ValidationError, fields, validate

from app.core.envelopes import NotOpened, kid_of
from app.core.fields import Instant, Line, Whole, one_of
from app.protection.terms import (
    ACTIONS,
    AGES,
    BODIES,
    CALL_OUTCOMES,
    CHOICES,
    COMPANY,
    LABOUR_FORMS,
    MISTAKES,
    RISKS,
    SEXES,
    SOURCES,
    SUBJECTS,
    VIOLATIONS,
)
from app.territory.place import PlaceIn

# An envelope of three texts of 4,000 characters of three bytes, JSON and base64 around them.
LONGEST_ENVELOPE = 64_000
_MOST = 60


def _is_envelope(value: str) -> None:
    try:
        kid_of(value)
    except NotOpened as error:
        raise ValidationError("envelope") from error


def _envelope(**more: object) -> fields.String:
    return fields.String(validate=[validate.Length(max=LONGEST_ENVELOPE), _is_envelope], **more)  # type: ignore[arg-type]


def _recipient(**more: object) -> fields.String:
    return fields.String(validate=validate.Regexp(r"[a-z][a-z0-9_]{1,39}\Z"), **more)  # type: ignore[arg-type]


class ChoiceIn(Schema):
    """What an adult says of one who may be told."""

    recipient = _recipient(required=True)
    answer = one_of(CHOICES, required=True)


class RaiseIn(Schema):
    """protection.raise v1. Sent without `after`: it carries its own place, time and whom.

    minor_seen: a child or adolescent, of an age that nobody said more closely.
    words: an envelope to the municipality's key, made on the phone, of JSON {"flag": flag_id, "called", "seen", "said"}
    (name or description; what was seen; spontaneous words), each a text or null; null where nothing was written.
    """

    flag_id = fields.UUID(required=True)
    team_id = fields.UUID(load_default=None, allow_none=True)
    source = one_of(SOURCES, required=True)
    source_id = fields.UUID(load_default=None, allow_none=True)
    subject = one_of(SUBJECTS, required=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    household_id = fields.UUID(load_default=None, allow_none=True)
    age = one_of(AGES, load_default=None, allow_none=True)
    minor_seen = fields.Boolean(load_default=False)
    sex = one_of(SEXES, load_default=None, allow_none=True)
    with_disability = fields.Boolean(load_default=None, allow_none=True)
    people_count = Whole(1, 300, load_default=1)
    kinds = fields.List(one_of(VIOLATIONS), required=True, validate=validate.Length(1, len(VIOLATIONS)))
    forms = fields.List(one_of(LABOUR_FORMS), load_default=list, validate=validate.Length(max=len(LABOUR_FORMS)))
    risk = one_of(RISKS, load_default=None, allow_none=True)
    agent_body = one_of(BODIES, load_default=None, allow_none=True)
    company = one_of(COMPANY, load_default=None, allow_none=True)
    adult_benefits = fields.Boolean(load_default=None, allow_none=True)
    team_knows = fields.Boolean(load_default=None, allow_none=True)
    already_told = fields.Boolean(load_default=False)
    actions = fields.List(one_of(ACTIONS), load_default=list, validate=validate.Length(max=len(ACTIONS)))
    choices = fields.List(fields.Nested(ChoiceIn), load_default=list, validate=validate.Length(max=_MOST))
    place = fields.Nested(PlaceIn, load_default=None, allow_none=True)
    late = fields.Boolean(load_default=False)
    recorded_at = Instant(required=True)
    words = _envelope(load_default=None, allow_none=True)


class ComplementIn(Schema):
    """protection.complement v1: what is added later; what is null or empty stays as it was. words as in RaiseIn."""

    complement_id = fields.UUID(required=True)
    flag_id = fields.UUID(required=True)
    risk = one_of(RISKS, load_default=None, allow_none=True)
    age = one_of(AGES, load_default=None, allow_none=True)
    sex = one_of(SEXES, load_default=None, allow_none=True)
    with_disability = fields.Boolean(load_default=None, allow_none=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    kinds = fields.List(one_of(VIOLATIONS), load_default=list, validate=validate.Length(max=len(VIOLATIONS)))
    forms = fields.List(one_of(LABOUR_FORMS), load_default=list, validate=validate.Length(max=len(LABOUR_FORMS)))
    actions = fields.List(one_of(ACTIONS), load_default=list, validate=validate.Length(max=len(ACTIONS)))
    choices = fields.List(fields.Nested(ChoiceIn), load_default=list, validate=validate.Length(max=_MOST))
    place = fields.Nested(PlaceIn, load_default=None, allow_none=True)
    words = _envelope(load_default=None, allow_none=True)


class CallIn(Schema):
    """protection.tell_call v1: one attempt. who: who answered; protocol: as they gave it."""

    call_id = fields.UUID(required=True)
    flag_id = fields.UUID(required=True)
    recipient = _recipient(required=True)
    number = Line(40, required=True)
    outcome = one_of(CALL_OUTCOMES, required=True)
    who = Line(80, load_default=None, allow_none=True)
    protocol = Line(60, load_default=None, allow_none=True)


class MistakeIn(Schema):
    """protection.say_mistake v1: its author says that it was one; a technician closes it."""

    flag_id = fields.UUID(required=True)
    reason = one_of(MISTAKES, required=True)


class OwnCallOut(Schema):
    recipient = fields.String()
    number = fields.String()
    at = Instant()
    outcome = fields.String()
    protocol = fields.String(allow_none=True)


class OwnToldOut(Schema):
    recipient = fields.String(allow_none=True)
    at = Instant()
    state = fields.String()
    protocol = fields.String(allow_none=True)


class OwnFlagOut(Schema):
    """A flag as its author sees it go: no word, no kind, no place."""

    flag_id = fields.UUID()
    occurred_at = Instant()
    received_at = Instant()
    status = fields.String()
    seen_at = Instant(allow_none=True)
    seen_where = fields.String(allow_none=True)
    guidance = fields.String(allow_none=True)
    guidance_at = Instant(allow_none=True)
    mistake = fields.String(allow_none=True)
    due_at = Instant(allow_none=True)
    calls = fields.List(fields.Nested(OwnCallOut))
    told = fields.List(fields.Nested(OwnToldOut))


class OwnFlagsOut(Schema):
    flags = fields.List(fields.Nested(OwnFlagOut))
